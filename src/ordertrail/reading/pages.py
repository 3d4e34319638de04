"""Pages, and what is given to ask for one: names, times, limits and cursors, each checked."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from reprlib import repr as shortened
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement

from ordertrail.errors import InvalidInput, InvalidTime
from ordertrail.notes.times import micros
from ordertrail.orders.arguments import checked_text
from ordertrail.orders.operations.parts import in_utc

LARGEST_PAGE = 1000
"""No page has more items."""

Item = TypeVar("Item")
Names = str | Sequence[str] | None
Check = Callable[[str, str], str]


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """One page: its items, and the cursor that the next page comes `after`; None on the last."""

    items: tuple[Item, ...]
    next: str | None = None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def checked_limit(limit: int) -> int:
    """How many items a page may have: `limit`, or as many as are possible. Raises InvalidInput below one."""
    return min(checked_count(limit, "limit"), LARGEST_PAGE)


def checked_count(value: int, place: str) -> int:
    """`value`, which is a whole number above zero. Raises InvalidInput."""
    if checked_number(value, place) < 1:
        raise InvalidInput(f"{place} is {value}: give at least 1")
    return value


def checked_flag(value: bool, place: str) -> bool:
    """`value`, which is True or False. Raises InvalidInput for what is only taken for one, such as "no"."""
    if not isinstance(value, bool):
        raise InvalidInput(f"{place} is {shortened(value)}: give True or False")
    return value


def checked_number(value: int, place: str) -> int:
    """`value`, which is a whole number. Raises InvalidInput."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidInput(f"{place} is {shortened(value)}: give a whole number")
    return value


def checked_id(value: str, place: str) -> str:
    """`value`, which is a text that every database can hold. Raises InvalidInput."""
    if not isinstance(value, str):
        raise InvalidInput(f"{place} is {shortened(value)}: give a text")
    return checked_text(value, place)


def checked_moment(value: object) -> datetime:
    """The same moment in UTC. Raises InvalidTime for what is no time, has no zone, or that UTC has no year for."""
    if not isinstance(value, datetime):
        raise InvalidTime(f"{shortened(value)} is no time: give a datetime with a zone")
    if value.utcoffset() is None:
        raise InvalidTime(f"{value.isoformat()} has no zone: give a time such as 2026-01-31T12:00:00Z")
    return in_utc(value) or value


def checked_cursor(after: str | None) -> int | None:
    """The place that a cursor stands for. Raises InvalidInput."""
    if after is None:
        return None
    if not isinstance(after, str) or not after.isascii() or not after.isdigit() or len(after) > 18:
        raise InvalidInput(f"{after!r} is no cursor: give the `next` of the page before")
    return int(after)


def named(column: Any, names: Names, checked: Check = checked_id) -> list[ColumnElement[bool]]:
    """The condition that a column holds one of the names given, if any are."""
    if isinstance(names, str):
        return [column == checked(names, column.name)]
    return [] if names is None else [column.in_(checked_names(names, column.name, checked))]


def checked_names(names: Names, place: str, checked: Check = checked_id) -> list[str]:
    """The names given, each of them checked; none where none are. Raises InvalidInput."""
    if names is None:
        return []
    if isinstance(names, str):
        return [checked(names, place)]
    if not isinstance(names, Iterable) or isinstance(names, Mapping):
        raise InvalidInput(f"{place} is {shortened(names)}: give one text, or several")
    return [checked(name, place) for name in names]


def one_of(choices: Iterable[str]) -> Check:
    """A check that a name is one of `choices`, whose typos would find nothing. Raises InvalidInput."""
    known = tuple(choices)

    def checked(name: str, place: str) -> str:
        if checked_id(name, place) not in known:
            raise InvalidInput(f"{shortened(name)} is no {place}: it is one of {', '.join(known)}")
        return str(name)

    return checked


def checked_micros(value: object) -> int:
    """A moment as the record keeps it. Raises InvalidTime."""
    return micros(checked_moment(value))
