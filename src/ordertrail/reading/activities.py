"""All entries of all orders, in the order of the log."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, select

from ordertrail.notes.digest import Entry
from ordertrail.notes.events import Category
from ordertrail.notes.model import NoteType, OrderNote
from ordertrail.notes.reading import impersonal, note_from
from ordertrail.reading.notes import checked_event_type, has_text
from ordertrail.reading.pages import (
    Names,
    Page,
    checked_cursor,
    checked_flag,
    checked_id,
    checked_limit,
    checked_micros,
    checked_names,
    one_of,
)
from ordertrail.store.base import Transaction


class PlacedNote(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and its position in the log. A Custom note reads as it was written: edits are entries of their own."""

    position: int
    note: OrderNote


class ActivityFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries of the feed. Names can be one or several; times are when it happened; `text` is looked for in the
    title and the detail, whatever their case. Without `personal`, what is so in them is hidden, and not found."""

    type: Names = None
    event_type: Names = None
    category: Names = None
    actor: Names = None
    channel: Names = None
    order: Names = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    personal: bool = True


EVERYTHING = ActivityFilter()

LONGEST = 1.0
"""Seconds after which a page that nothing fits, or newest first too few, ends all the same: its reader asks on."""

_BATCH = 1000
"""How many entries are read at once where not all of them are wanted."""


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

    `next` is the last position that was read, on the last page too; newest first it ends with the first entry. Entries
    of system streams have their positions among them, and are left out: they are nobody's orders. So are those that do
    not fit; a page may then be empty before the end, when none of many thousands did: its `next` goes on.
    """
    limit, newest_first = checked_limit(limit), checked_flag(newest_first, "newest_first")
    fits = _checked(wanted)
    batch = limit if msgspec.structs.replace(wanted, personal=True) == EVERYTHING else max(limit, _BATCH)
    until = time.monotonic() + LONGEST
    found: list[PlacedNote] = []
    while True:
        rows = _rows(transaction, tables, after, batch, newest_first)
        for position, entry in rows:
            after = str(position)
            note = fits(entry)
            if note is not None:
                found.append(PlacedNote(position=position, note=note))
                if len(found) == limit:
                    return Page(tuple(found), after)
        if len(rows) < batch:
            return Page(tuple(found), None if newest_first else after)
        # Who follows the feed is told at once; who looks back wants a whole page.
        if (found and not newest_first) or time.monotonic() > until:
            return Page(tuple(found), after)


def _checked(wanted: ActivityFilter) -> Callable[[Entry], OrderNote | None]:
    """The note of an entry that is wanted, None for others. Raises InvalidInput for what there cannot be."""
    names = {
        column: frozenset(checked_names(given, place, checked))
        for column, place, given, checked in (
            ("type", "type", wanted.type, one_of(NoteType)),
            ("event", "event_type", wanted.event_type, checked_event_type),
            ("category", "category", wanted.category, one_of(Category)),
            ("actor_id", "actor", wanted.actor, checked_id),
            ("channel", "channel", wanted.channel, checked_id),
            ("order_id", "order", wanted.order, checked_id),
        )
        if given is not None
    }
    since, until = (None if moment is None else checked_micros(moment) for moment in (wanted.since, wanted.until))
    text = "" if wanted.text is None else checked_id(wanted.text, "text")

    def fits(entry: Entry) -> OrderNote | None:
        if (
            entry.category == Category.ACCESS
            or any(getattr(entry, column) not in those for column, those in names.items())
            or (since is not None and entry.created < since)
            or (until is not None and entry.created >= until)
        ):
            return None
        note = note_from(entry if wanted.personal else impersonal(entry))
        return note if has_text(note, text) else None

    return fits


def _rows(
    transaction: Transaction, tables: Any, after: str | None, limit: int, newest_first: bool
) -> list[tuple[int, Entry]]:
    log, notes = tables.log_entries.c, tables.order_notes
    joined = tables.log_entries.join(notes, and_(notes.c.order_id == log.order_id, notes.c.seq == log.seq))
    ordered = log.position.desc() if newest_first else log.position
    statement = select(log.position, *notes.c).select_from(joined).order_by(ordered).limit(limit)
    place = checked_cursor(after)
    if place is not None:
        statement = statement.where(log.position < place if newest_first else log.position > place)
    return [(position, Entry(*entry)) for position, *entry in transaction.rows(statement)]
