"""Stored JSON texts: read once, and spelt canonically or not."""

import json
from functools import lru_cache
from typing import Any, NoReturn

import msgspec

from ordertrail.orders.model import canonical

UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
)
"""What decoding raises, and what working with a value raises that is not of the shape that it should be."""


class Wrong(Exception):
    """A text is not what it should be: a finding's code, the reason for its sentence, and its value if it has one."""

    def __init__(self, code: str, why: str, value: Any = None) -> None:
        self.code, self.why, self.value = code, why, value
        super().__init__(why)


def read_map(text: bytes) -> Any:
    """The map that a text is. Raises Wrong unless it is one, spelt canonically."""
    try:
        value = _decode(text)
        if canonical(value) == text and type(value) is dict:
            return value
    except UNREADABLE as error:
        raise Wrong("unreadable", why(error)) from None
    raise _wrong(text, value, dict)


def read_list(text: bytes) -> Any:
    """The list that a text is. Raises Wrong unless it is one, spelt canonically."""
    try:
        value = _decode(text)
        if canonical(value) == text and type(value) is list:
            return value
    except UNREADABLE as error:
        raise Wrong("unreadable", why(error)) from None
    raise _wrong(text, value, list)


@lru_cache(maxsize=4096)
def check_actor(text: bytes) -> None:
    """Raises Wrong unless it is an actor part. The same few people act again and again."""
    read_map(text)


def _wrong(text: bytes, value: Any, kind: type) -> Wrong:
    if type(value) is not kind:
        return Wrong("unreadable", "it is another kind of JSON")
    return Wrong("not-canonical", why_not_canonical(text), value)


def why_not_canonical(text: bytes) -> str:
    """What is wrong with the spelling of a JSON text: a key that stands twice, or else."""
    try:
        json.loads(text, object_pairs_hook=_unique)
    except _Twice as twice:
        return f"the key {twice} stands twice"
    except UNREADABLE:
        return "it is not JSON"
    return "it is spelt otherwise"


class _Twice(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise _Twice(repr(key))
    return dict(pairs)


def why(error: Exception) -> str:
    """What kind of thing is wrong, in words: the error's own message may hold personal data."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError):
        return "it is not JSON"
    return "a value in it is not what it should be"


def shown(raw: bytes) -> str:
    """A stored text, whatever became of it."""
    return raw.decode(errors="backslashreplace")


def _no_float(_: str) -> NoReturn:
    raise ValueError


json_text = msgspec.json.Encoder().encode
"""A value as JSON, in the order in which it stands."""

_decode = msgspec.json.Decoder(float_hook=_no_float).decode
