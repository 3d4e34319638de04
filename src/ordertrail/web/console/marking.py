"""Texts in which what was looked for is marked, and addresses that end a line where they may. Pure."""

import re

from markupsafe import Markup, escape


def marked(text: str, needle: str) -> Markup:
    """A text with what was looked for marked, whatever its case."""
    if not needle:
        return escape(text)
    pieces = re.split(f"({re.escape(needle)})", text, flags=re.IGNORECASE)
    return Markup().join(Markup("<mark>{}</mark>").format(p) if n % 2 else escape(p) for n, p in enumerate(pieces))


def breakable(address: str) -> Markup:
    """An e-mail address that goes on in another line, where there is no room for it in one, between its parts only."""
    return Markup("<wbr>").join(re.split(r"(?<=@)|(?=[.])", address))
