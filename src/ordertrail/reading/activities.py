"""All entries of all orders, in the order of the log."""

from typing import Any

import msgspec
from sqlalchemy import and_, select

from ordertrail.notes.digest import Entry
from ordertrail.notes.events import Category
from ordertrail.notes.model import OrderNote
from ordertrail.notes.reading import note_from
from ordertrail.reading.pages import Page, checked_cursor, checked_limit
from ordertrail.store.base import Transaction


class PlacedNote(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and its position in the log. A Custom note reads as it was written: edits are entries of their own."""

    position: int
    note: OrderNote


def log_size(transaction: Transaction, tables: Any) -> int:
    """How many entries have their position in the log."""
    return int(transaction.rows(select(tables.log_head.c.size))[0][0])


def activities_page(
    transaction: Transaction, tables: Any, *, after: str | None = None, limit: int = 100
) -> Page[PlacedNote]:
    """The entries of orders after a position. `next` is the last position that was read, on the last page too.

    Entries of system streams have their positions among them, and are left out: they are nobody's orders. A page
    without any item is the last there is so far.
    """
    limit = checked_limit(limit)
    while True:
        rows = _rows(transaction, tables, after, limit)
        after = str(rows[-1][0]) if rows else after
        found = tuple(
            PlacedNote(position=position, note=note_from(entry))
            for position, entry in rows
            if entry.category != Category.ACCESS
        )
        if found or len(rows) < limit:
            return Page(found, after)


def _rows(transaction: Transaction, tables: Any, after: str | None, limit: int) -> list[tuple[int, Entry]]:
    log, notes = tables.log_entries.c, tables.order_notes
    joined = tables.log_entries.join(notes, and_(notes.c.order_id == log.order_id, notes.c.seq == log.seq))
    statement = select(log.position, *notes.c).select_from(joined).order_by(log.position).limit(limit)
    place = checked_cursor(after)
    if place is not None:
        statement = statement.where(log.position > place)
    return [(position, Entry(*entry)) for position, *entry in transaction.rows(statement)]
