"""The entries of system streams: who came in, who was refused, who looked at what."""

import re
from datetime import datetime
from reprlib import repr as shortened
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select, text, tuple_

from ordertrail.errors import InvalidInput
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import OF_STREAMS
from ordertrail.notes.model import OrderActivity
from ordertrail.notes.reading import note_from
from ordertrail.reading.pages import Names, Page, checked_flag, checked_id, checked_limit, checked_micros, named, one_of
from ordertrail.store.base import Transaction

_CURSOR = re.compile(r"([0-9]{1,18})~([0-9a-f-]{36})~([0-9]{1,15})")


class AccessFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries of system streams: names can be one or several, times are when it was recorded."""

    event_type: Names = None
    actor: Names = None
    since: datetime | None = None
    until: datetime | None = None


def accesses_page(
    transaction: Transaction,
    tables: Any,
    wanted: AccessFilter,
    *,
    newest_first: bool = True,
    after: str | None = None,
    limit: int = 50,
) -> Page[OrderActivity]:
    """A page of what all processes recorded, by time; the `order_id` of each is that of its stream."""
    limit, newest_first = checked_limit(limit), checked_flag(newest_first, "newest_first")
    columns = tables.order_notes.c
    place = tuple_(columns.recorded, columns.order_id, columns.seq)
    # The condition as its index spells it: a parameter would not show that the index holds them all.
    statement = select(tables.order_notes).where(text("category = 'access'"), *_conditions(columns, wanted))
    if after is not None:
        from_here = tuple_(*_read_cursor(after))
        statement = statement.where(place < from_here if newest_first else place > from_here)
    ordered = [
        column.desc() if newest_first else column for column in (columns.recorded, columns.order_id, columns.seq)
    ]
    rows = [Entry(*row) for row in transaction.rows(statement.order_by(*ordered).limit(limit + 1))]
    notes = tuple(note for note in map(note_from, rows[:limit]) if isinstance(note, OrderActivity))
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(notes, None if last is None else f"{last.recorded}~{last.order_id}~{last.seq}")


def _conditions(columns: Any, wanted: AccessFilter) -> list[ColumnElement[bool]]:
    found = [
        *named(columns.event, wanted.event_type, one_of(OF_STREAMS)),
        *named(columns.actor_id, wanted.actor),
    ]
    if wanted.since is not None:
        found.append(columns.recorded >= checked_micros(wanted.since))
    if wanted.until is not None:
        found.append(columns.recorded < checked_micros(wanted.until))
    return found


def _read_cursor(after: str) -> tuple[int, str, int]:
    match = _CURSOR.fullmatch(checked_id(after, "after"))
    if match is None:
        raise InvalidInput(f"{shortened(after)} is no cursor: give the `next` of the page before")
    return int(match[1]), match[2], int(match[3])
