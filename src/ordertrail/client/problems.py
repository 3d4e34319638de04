"""Problem details (RFC 9457) as the errors that the Python API raises: by the problem's type."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import msgspec

from ordertrail import errors
from ordertrail.answers import PREFIX, name_of
from ordertrail.errors import OrderTrailError

OF_EVERY_PROBLEM = frozenset({"type", "title", "status", "detail", "instance"})


class Problem(OrderTrailError):
    """The service refused with a problem that no error of the library stands for. `status` is that of HTTP."""

    def __init__(self, status: int, type: str, detail: str) -> None:
        self.status, self.type = status, type
        super().__init__(detail)


def _all(error: type[OrderTrailError]) -> Iterator[type[OrderTrailError]]:
    for below in error.__subclasses__():
        yield below
        yield from _all(below)


ERRORS: Mapping[str, type[OrderTrailError]] = {
    PREFIX + name_of(error): error for error in _all(OrderTrailError) if error.__module__ == errors.__name__
}
"""The error of a problem's type."""


def error_of(answer: httpx.Response) -> OrderTrailError:
    """The error that an answer stands for; a Problem where it is of no type that the library knows."""
    try:
        found = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        found = {}
    kind, detail = str(found.get("type", "about:blank")), str(found.get("detail", answer.reason_phrase))
    known = ERRORS.get(kind)
    if known is None:
        return Problem(answer.status_code, kind, detail)
    # Not by its constructor, which would write the message anew from parts that do not all come over the wire.
    error = known.__new__(known, detail)
    vars(error).update({name: value for name, value in found.items() if name not in OF_EVERY_PROBLEM})
    return error
