"""docs/reference/findings.md: what verifying can find."""

from docs.drawn.markdown import bullets, code, heading, page, table
from ordertrail.audit.findings import CODES, NOT_EXCLUDED

INTRO = """What [verifying](../how-to/verify.md) can find wrong. A finding names the order, the entry where it can,
and one of these codes."""


def render() -> str:
    """The page."""
    rows = [(code(name), sentence.replace("{", "*").replace("}", "*")) for name, sentence in CODES.items()]
    codes = table(("code", "says"), rows)
    return page("Findings", INTRO, codes, heading(2, "What is not excluded"), bullets(NOT_EXCLUDED))
