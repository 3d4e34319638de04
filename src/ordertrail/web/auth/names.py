"""Names that people give: to tokens, users, roles."""

import re
import unicodedata

from ordertrail import given
from ordertrail.errors import InvalidInput

LONGEST_NAME = 100

# What could make a terminal, a log or a list show another thing: control characters, surrogates, ends of lines.
_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})


def checked_name(text: str, what: str, longest: int = LONGEST_NAME) -> str:
    """`text`. Raises InvalidInput for what no desk would take as a channel, or no page could show."""
    if not text.strip() or len(text) > longest or any(unicodedata.category(letter) in _UNFIT for letter in text):
        raise InvalidInput(f"{what} is 1 to {longest} characters, none of them a control character")
    return text


def checked_id(text: str, what: str) -> str:
    """`text`, which may be the id of an actor: a pseudonym, since it stays in the history for ever."""
    return given.actor(checked_name(text, what, 128)).id


def checked_key(text: str, what: str) -> str:
    """`text`, which may stand in an address: 1 to 64 of letters, digits, `.`, `_` and `-`."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text):
        raise InvalidInput(f"{what} is 1 to 64 letters, digits, dots, underscores and hyphens")
    return text
