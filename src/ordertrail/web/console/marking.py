"""Texts in which what was looked for is marked, and addresses that end a line where they may. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

Sought = str | tuple[str, ...]
"""What was looked for: one text, or any of several; an empty one is none."""


def marked(text: str, sought: Sought) -> Markup:
    """A text with what was looked for marked, whatever its case."""
    pieces, done = [], 0
    for first, last in places(text, sought):
        pieces += [escape(text[done:first]), "<mark>", escape(text[first:last]), "</mark>"]
        done = last
    return Markup("".join([*pieces, escape(text[done:])]))  # put together as plain text, which is quick


def places(text: str, sought: Sought) -> Iterator[tuple[int, int]]:
    """Where what was looked for stands in a text, as the search finds it: from where to before where."""
    folded, done = text.casefold(), 0
    # Some letters are two without their case, as ß is: those in which it begins or ends belong to it.
    of = range(len(text)) if len(folded) == len(text) else [n for n, one in enumerate(text) for _ in one.casefold()]
    for found in _pattern(sought).finditer(folded) if sought else ():
        first, last = of[found.start()], of[found.end() - 1] + 1
        if first >= done:
            yield first, last
            done = last


@lru_cache(maxsize=16)
def _pattern(sought: Sought) -> re.Pattern[str]:
    texts = [one.casefold() for one in ((sought,) if isinstance(sought, str) else sought)]
    return re.compile("|".join(re.escape(one) for one in sorted(texts, key=len, reverse=True)))


def breakable(address: str) -> Markup:
    """An e-mail address that goes on in another line, where there is no room for it in one, between its parts only."""
    return Markup("<wbr>").join(re.split(r"(?<=@)|(?=[.])", address))
