"""All entries of all orders, in the order of the log."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, select

from ordertrail.notes.digest import Entry
from ordertrail.notes.events import Category
from ordertrail.notes.model import OrderNote, Visibility
from ordertrail.notes.reading import impersonal, note_from, revisions_of
from ordertrail.reading.notes import EntryFilter, checked_texts, entry_conditions, has_text
from ordertrail.reading.pages import Names, Page, checked_cursor, checked_flag, checked_limit, named, one_of
from ordertrail.store.base import Transaction


class PlacedNote(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and its position in the log. A Custom note reads as it was written: edits are entries of their own."""

    position: int
    note: OrderNote


class ActivityFilter(EntryFilter, frozen=True, kw_only=True):
    """Which entries of the feed, as they were written: `visibility` is what a note was given at first, and `text` is
    looked for in an edit too. What is hidden is not found."""

    order: Names = None


EVERYTHING = ActivityFilter()

LONGEST = 1.0
"""Seconds after which a page that nothing fits, or newest first too few, ends all the same: its reader asks on."""

_AT_ONCE = 10_000
"""How many positions the database looks at in one statement."""

_READ_AT_ONCE = 500
"""The same where a text is looked for, for which each entry is read."""


def log_size(transaction: Transaction, tables: Any) -> int:
    """How many entries have their position in the log."""
    return int(transaction.rows(select(tables.log_head.c.size))[0][0])


def activities_page(
    transaction: Transaction,
    tables: Any,
    wanted: ActivityFilter = EVERYTHING,
    *,
    newest_first: bool = False,
    after: str | None = None,
    limit: int = 100,
) -> Page[PlacedNote]:
    """The entries of orders after a position, or newest first before it.

    `next` is the last position that was looked at, on the last page too; newest first the last page has none. Entries
    of system streams have their positions among them, and are left out: they are nobody's orders. So are those that do
    not fit; a page may then be empty before the end, when none of very many did: its `next` goes on.
    """
    limit, newest_first = checked_limit(limit), checked_flag(newest_first, "newest_first")
    conditions = _conditions(tables, wanted)
    texts = checked_texts(wanted.text)
    size = log_size(transaction, tables)
    place = checked_cursor(after)
    place = (size if newest_first else -1) if place is None else place
    deadline = time.monotonic() + LONGEST
    found: list[PlacedNote] = []
    while newest_first or place < size - 1:
        window = _window(place, size, newest_first, _READ_AT_ONCE if texts else _AT_ONCE)
        # One more than the page holds tells whether it is the last.
        wanted_rows = len(window) if texts else limit + 1 - len(found)
        for position, entry in _rows(transaction, tables, conditions, window, newest_first, wanted_rows):
            note = note_from(entry if wanted.personal else impersonal(entry))
            if _has_text(entry, note, texts):
                found.append(PlacedNote(position=position, note=note))
            if len(found) > limit:
                return Page(tuple(found[:limit]), str(found[limit - 1].position))
        place = window.start if newest_first else window.stop - 1
        if newest_first and place == 0:
            return Page(tuple(found))
        # Who follows the feed is told at once; who looks back wants a whole page.
        if (found and not newest_first) or time.monotonic() > deadline:
            break
    return Page(tuple(found), str(place) if place >= 0 else None)


def _window(place: int, size: int, newest_first: bool, length: int) -> range:
    """The positions that are looked at next: none is missing, for the log has no gaps."""
    if newest_first:
        return range(max(0, min(place, size) - length), min(place, size))
    return range(place + 1, min(place + 1 + length, size))


def _conditions(tables: Any, wanted: ActivityFilter) -> list[ColumnElement[bool]]:
    """What the database can tell. Raises InvalidInput for what there cannot be."""
    columns = tables.order_notes.c
    orders = named(tables.log_entries.c.order_id, wanted.order)
    visible = named(columns.visibility, wanted.visibility, one_of(Visibility))
    return [columns.category != Category.ACCESS.value, *entry_conditions(columns, wanted), *visible, *orders]


def _has_text(entry: Entry, note: OrderNote, texts: Sequence[str]) -> bool:
    if texts and entry.event == "NoteUpdated":
        (edited,) = revisions_of(entry, ())
        return has_text(edited, texts)
    return has_text(note, texts)


def _rows(
    transaction: Transaction,
    tables: Any,
    conditions: list[ColumnElement[bool]],
    window: range,
    newest_first: bool,
    limit: int,
) -> list[tuple[int, Entry]]:
    if not window:
        return []
    log, notes = tables.log_entries.c, tables.order_notes
    joined = tables.log_entries.join(notes, and_(notes.c.order_id == log.order_id, notes.c.seq == log.seq))
    within = (log.position >= window[0], log.position <= window[-1])
    ordered = log.position.desc() if newest_first else log.position
    statement = select(log.position, *notes.c).select_from(joined).where(*within, *conditions)
    rows = transaction.rows(statement.order_by(ordered).limit(limit))
    return [(position, Entry(*entry)) for position, *entry in rows]
