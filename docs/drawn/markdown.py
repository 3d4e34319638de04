"""Small pieces of Markdown."""

import inspect
import re
from collections.abc import Iterable, Sequence

DRAWN = "<!-- Drawn from the code by `make docs`: change the code, not this page. -->"


def page(title: str, *parts: str) -> str:
    """A whole page: its heading, and its parts with an empty line between."""
    return "\n\n".join([DRAWN, f"# {title}", *filter(None, parts)]) + "\n"


def heading(level: int, text: str) -> str:
    """A heading."""
    return f"{'#' * level} {text}"


def code(text: object) -> str:
    """Code within a line."""
    return f"`{text}`"


def block(language: str, text: str) -> str:
    """Code in lines of its own."""
    return f"```{language}\n{text}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar within a cell is escaped."""
    lines = [list(head), ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items)


def anchor(title: str) -> str:
    """What GitHub calls the place of a heading."""
    return re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).replace(" ", "-")


def link(text: str, target: str = "", *, page: str = "") -> str:
    """A link to the heading `target` (the text itself, by default), on this page or another."""
    return f"[{text}]({page}#{anchor(target or text)})"


def listed(items: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    *head, tail = list(items)
    return f"{', '.join(head)} {last} {tail}" if head else tail


def joined(docstring: str | None) -> str:
    """A docstring with its lines joined to paragraphs."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(docstring or ""))
    return "\n\n".join(re.sub(r"\s*\n\s*", " ", paragraph) for paragraph in paragraphs)
