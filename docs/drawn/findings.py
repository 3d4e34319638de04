"""docs/reference/findings.md: what verifying can find."""

from docs.drawn.markdown import code, page, table
from ordertrail.audit.findings import CODES

INTRO = """What [verifying](../how-to/verify.md) can find wrong. A finding names the order, the entry where it can,
and one of these codes."""


def render() -> str:
    """The page."""
    rows = [(code(name), sentence.replace("{", "*").replace("}", "*")) for name, sentence in CODES.items()]
    return page("Findings", INTRO, table(("code", "says"), rows))
