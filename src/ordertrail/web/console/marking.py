"""Texts in which what was looked for is marked, and addresses that end a line where they may. Pure."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape


def marked(text: str, needle: str) -> Markup:
    """A text with what was looked for marked, whatever its case."""
    pieces, done = [], 0
    for first, last in places(text, needle):
        pieces += [escape(text[done:first]), Markup("<mark>{}</mark>").format(text[first:last])]
        done = last
    return Markup().join([*pieces, escape(text[done:])])


def places(text: str, needle: str) -> Iterator[tuple[int, int]]:
    """Where what was looked for stands in a text, as the search finds it: from where to before where."""
    wanted, folded = needle.casefold(), text.casefold()
    at = folded.find(wanted) if wanted else -1
    if at < 0:
        return
    # Some letters are two without their case, as ß is: those in which it begins or ends belong to it.
    of = range(len(text)) if len(folded) == len(text) else [n for n, one in enumerate(text) for _ in one.casefold()]
    while at >= 0:
        last = of[at + len(wanted) - 1] + 1
        yield of[at], last
        at = folded.find(wanted, at + len(wanted))
        while at >= 0 and of[at] < last:
            at = folded.find(wanted, at + 1)


def breakable(address: str) -> Markup:
    """An e-mail address that goes on in another line, where there is no room for it in one, between its parts only."""
    return Markup("<wbr>").join(re.split(r"(?<=@)|(?=[.])", address))
