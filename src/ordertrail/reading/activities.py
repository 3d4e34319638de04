"""All entries of all orders, in the order of the log."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import and_, select

from ordertrail.notes.digest import Entry
from ordertrail.notes.events import Category
from ordertrail.notes.model import OrderNote
from ordertrail.notes.reading import impersonal, note_from
from ordertrail.reading.notes import checked_event_type
from ordertrail.reading.pages import Names, Page, checked_cursor, checked_id, checked_limit, one_of
from ordertrail.store.base import Transaction


class PlacedNote(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and its position in the log. A Custom note reads as it was written: edits are entries of their own."""

    position: int
    note: OrderNote


class ActivityFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries of the feed: names can be one or several. Without `personal`, what is so in them is hidden."""

    event_type: Names = None
    category: Names = None
    order: Names = None
    personal: bool = True


EVERYTHING = ActivityFilter()

LONGEST = 1.0
"""Seconds after which a page that nothing fits ends all the same, and its reader asks on."""


def log_size(transaction: Transaction, tables: Any) -> int:
    """How many entries have their position in the log."""
    return int(transaction.rows(select(tables.log_head.c.size))[0][0])


def activities_page(
    transaction: Transaction,
    tables: Any,
    wanted: ActivityFilter = EVERYTHING,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page[PlacedNote]:
    """The entries of orders after a position. `next` is the last position that was read, on the last page too.

    Entries of system streams have their positions among them, and are left out: they are nobody's orders. So are those
    that do not fit; a page may then be empty before the end, when none of many thousands did: its `next` goes on.
    """
    limit, fits = checked_limit(limit), _checked(wanted)
    until = time.monotonic() + LONGEST
    while True:
        rows = _rows(transaction, tables, after, limit)
        after = str(rows[-1][0]) if rows else after
        found = tuple(
            PlacedNote(position=position, note=note_from(entry if wanted.personal else impersonal(entry)))
            for position, entry in rows
            if fits(entry)
        )
        if found or len(rows) < limit or time.monotonic() > until:
            return Page(found, after)


def _checked(wanted: ActivityFilter) -> Callable[[Entry], bool]:
    """Whether an entry is wanted. Raises InvalidInput for names that there cannot be."""
    events, categories, orders = (
        _names(names, place) for names, place in
        ((wanted.event_type, "event_type"), (wanted.category, "category"), (wanted.order, "order"))
    )  # fmt: skip
    for event in events or ():
        checked_event_type(event, "event_type")
    for category in categories or ():
        one_of(Category)(category, "category")

    def fits(entry: Entry) -> bool:
        return (
            entry.category != Category.ACCESS
            and (events is None or entry.event in events)
            and (categories is None or entry.category in categories)
            and (orders is None or entry.order_id in orders)
        )

    return fits


def _names(names: Names, place: str) -> frozenset[str] | None:
    if names is None:
        return None
    return frozenset(checked_id(name, place) for name in ([names] if isinstance(names, str) else names))


def _rows(transaction: Transaction, tables: Any, after: str | None, limit: int) -> list[tuple[int, Entry]]:
    log, notes = tables.log_entries.c, tables.order_notes
    joined = tables.log_entries.join(notes, and_(notes.c.order_id == log.order_id, notes.c.seq == log.seq))
    statement = select(log.position, *notes.c).select_from(joined).order_by(log.position).limit(limit)
    place = checked_cursor(after)
    if place is not None:
        statement = statement.where(log.position > place)
    return [(position, Entry(*entry)) for position, *entry in transaction.rows(statement)]
