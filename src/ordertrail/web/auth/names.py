"""Names that people give: to tokens, users, roles."""

import re
import unicodedata
from typing import get_args

from ordertrail import given
from ordertrail.errors import InvalidInput
from ordertrail.orders.model import PATTERNS, Key

LONGEST_NAME = 100

# What could make a terminal, a log or a list show another thing: control characters, surrogates, ends of lines.
_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})
_KEY = get_args(Key)[1].pattern


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
    if not re.fullmatch(_KEY, text):
        raise InvalidInput(f"{what} is {PATTERNS[_KEY]}")
    return text
