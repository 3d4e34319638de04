"""What the changes of an order's entries add up to."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from ordertrail.audit.findings import Found
from ordertrail.notes.personal import ERASED, Json


class Sum:
    """The document that the changes so far lead to, and the last entry that changed it.

    Beside `changes.apply` and `personal.unseal` this copies nothing: the values become the document.
    """

    def __init__(self, found: Found) -> None:
        self._found = found
        self.document: dict[str, Json] = {}
        self.changed_seq = 0

    def add(self, seq: int, changes: Iterable[Any], personal: list[Json] | None, *, sealed: bool) -> None:
        """Make the changes of an entry, and check what stood there before. Raises one of UNREADABLE.

        `sealed` says whether they refer to `personal`, which is None once it is erased.
        """
        self.changed_seq = seq
        for pointer, before, after in changes:
            if sealed:
                before = _opened(before, personal) if type(before) is dict else before  # noqa: PLW2901
                after = _opened(after, personal) if type(after) is dict else after  # noqa: PLW2901
            path, last = _steps(pointer)
            place = self.document
            try:
                for key in path:
                    place = place[key]
                stood = place.get(last)
            except (AttributeError, KeyError, TypeError):
                self._found.add("before-differs", seq, pointer=pointer)
                continue
            if stood != before and not _fits(stood, before):
                self._found.add("before-differs", seq, pointer=pointer)
            if after is None:
                place.pop(last, None)
            else:
                place[last] = after


@lru_cache(maxsize=4096)
def _steps(pointer: str) -> tuple[list[str], str]:
    """The keys of a JSON Pointer, the last one apart. Few places change, again and again."""
    empty, *path = pointer.split("/")
    if empty or not path:
        raise ValueError("no JSON Pointer into a document")
    return path[:-1], path[-1]


def _opened(value: dict[str, Json], personal: list[Json] | None) -> Json:
    """The value with its personal values put back in place, or marked as erased."""
    if "$personal" in value:
        return dict(ERASED) if personal is None else personal[value["$personal"]]
    for key, item in value.items():
        if type(item) is dict:
            value[key] = _opened(item, personal)
    return value


def _fits(one: Json, other: Json) -> bool:
    """Whether two values are the same as far as they are not erased: a mark fits a personal value, which is a text."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return all(_fits(one[key], other[key]) for key in one)
    if ERASED in (one, other):
        return isinstance(one, str) or isinstance(other, str)
    return bool(one == other)
