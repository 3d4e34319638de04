"""docs/reference/errors.md: every refusal."""

from docs.drawn.markdown import heading, joined, link, page
from ordertrail.errors import OrderTrailError

INTRO = """Whatever raises one of these has written nothing. The class is what a program decides by; the message is
for people, and says what was wrong and what would be right. All of them can be imported from
`ordertrail`."""


def render() -> str:
    """The page."""
    classes = tree(OrderTrailError)
    outline = "\n".join(f"{'  ' * depth}- {link(error.__name__)}" for error, depth in classes)
    return page("Errors", INTRO, outline, *(_section(error) for error, _ in classes))


def tree(error: type[Exception], depth: int = 0) -> list[tuple[type[Exception], int]]:
    """The class and all below it in its own module, each with its depth, in the order of their declaration."""
    # What another module adds is there only where that one was imported.
    own = [below for below in error.__subclasses__() if below.__module__ == error.__module__]
    return [(error, depth), *(found for below in own for found in tree(below, depth + 1))]


def _section(error: type[Exception]) -> str:
    base = error.__bases__[0].__name__
    above = f"A kind of {link(base)}." if issubclass(error.__bases__[0], OrderTrailError) else ""
    return "\n\n".join(filter(None, [heading(2, error.__name__), joined(error.__doc__), above]))
