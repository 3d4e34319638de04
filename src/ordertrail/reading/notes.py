"""The notes of an order: page by page, one, or all the texts that one had."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from reprlib import repr as shortened
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select

from ordertrail.errors import InvalidInput, UnknownNote
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import BUILT_IN, Category, may_be_recorded
from ordertrail.notes.model import NoteRevision, NoteType, OrderNote, Visibility
from ordertrail.notes.reading import impersonal, note_from, revisions_of, searched
from ordertrail.reading.pages import (
    LARGEST_PAGE,
    Names,
    Page,
    checked_cursor,
    checked_flag,
    checked_id,
    checked_limit,
    checked_micros,
    checked_names,
    checked_number,
    named,
    one_of,
)
from ordertrail.store.base import Transaction
from ordertrail.store.schema import AT_HAND

LARGEST_SEQ = 2**53 - 1
"""No entry has a higher seq: it fits an integer column and a JSON integer."""

_BATCH = 200
"""How many notes are read at once where a text is looked for."""


class EntryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries. Names and texts can be one or several; times are when it happened; a text is looked for in the
    title, the detail and the label of a reason, whatever their case. Without `personal`, what is so in them is
    hidden."""

    type: Names = None
    event_type: Names = None
    category: Names = None
    actor: Names = None
    channel: Names = None
    visibility: Names = None
    text: Names = None
    since: datetime | None = None
    until: datetime | None = None
    personal: bool = True


class NoteFilter(EntryFilter, frozen=True, kw_only=True):
    """Which notes of an order, as they read now: `visibility` and `text` are those that the last edit gave them."""

    up_to: int | None = None
    for_customer: bool = False


class CustomerNote(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer may read of a note: neither who wrote it nor through which channel."""

    created: datetime
    title: str
    detail: str
    edited: datetime | None = None


class OrderNotes:
    """An order's notes, both kinds, as one collection: read page by page while it is gone through, oldest first."""

    def __init__(self, page: Callable[[str | None], Page[OrderNote]]) -> None:
        self._page = page

    def __iter__(self) -> Iterator[OrderNote]:
        after: str | None = None
        while True:
            page = self._page(after)
            yield from page
            if page.next is None:
                return
            after = page.next

    def __repr__(self) -> str:
        return "<the order's notes: iterate, or ask the trail for a page>"


def select_entries(tables: Any, order_id: str) -> Select[Any]:
    """The entries of an order."""
    return select(tables.order_notes).where(tables.order_notes.c.order_id == order_id)


def notes_page(
    transaction: Transaction,
    tables: Any,
    order_id: str,
    wanted: NoteFilter,
    *,
    newest_first: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page[OrderNote]:
    """A page of an order's notes.

    Without filters it costs what its `limit` costs, however many notes the order has. With filters the notes between
    those that fit are looked at too, in the database, until the page is full; with `text` or `visibility`, which edits
    change, they are read for that.
    """
    limit, newest_first = checked_limit(limit), checked_flag(newest_first, "newest_first")
    texts = checked_texts(wanted.text)
    visible = checked_names(wanted.visibility, "visibility", one_of(Visibility))
    sifted = bool(texts) or wanted.visibility is not None
    conditions = _conditions(tables.order_notes.c, wanted, visible)
    batch = max(limit, _BATCH) if sifted else limit
    found: list[OrderNote] = []
    place = checked_cursor(after)
    while True:
        entries = _next_entries(transaction, tables, order_id, conditions, newest_first, place, batch + 1)
        notes = _notes(transaction, tables, order_id, entries[:batch], wanted.up_to, personal=wanted.personal)
        for note in notes:
            if _fits(note, wanted, visible) and has_text(note, texts):
                if len(found) == limit:
                    return Page(tuple(found), str(found[-1].seq))
                found.append(note)
        if len(entries) <= batch:
            return Page(tuple(found))
        place = entries[batch - 1].seq
        if not sifted:
            return Page(tuple(found), str(place))


def _next_entries(
    transaction: Transaction,
    tables: Any,
    order_id: str,
    conditions: list[ColumnElement[bool]],
    newest_first: bool,
    place: int | None,
    limit: int,
) -> list[Entry]:
    statement = _entries_from(tables, newest_first=newest_first, at_the_end=place is None)
    values = {"order": order_id, "place": place, "limit": limit}
    rows = transaction.rows(statement.where(*conditions) if conditions else statement, values)
    return list(map(Entry._make, rows))


@lru_cache(maxsize=16)
def _entries_from(tables: Any, *, newest_first: bool, at_the_end: bool) -> Select[Any]:
    """Up to `limit` entries of `order`: from one end, or beyond `place`."""
    columns = tables.order_notes.c
    place: ColumnElement[Any] = bindparam("place")
    statement = select(tables.order_notes).where(columns.order_id == bindparam("order"))
    if not at_the_end:
        statement = statement.where(columns.seq < place if newest_first else columns.seq > place)
    return statement.order_by(columns.seq.desc() if newest_first else columns.seq).limit(bindparam("limit"))


def entry_conditions(columns: Any, wanted: EntryFilter) -> list[ColumnElement[bool]]:
    """What the database can tell of what is wanted, and no edit changes. Raises InvalidInput."""
    found = [
        *named(columns.type, wanted.type, one_of(NoteType)),
        *named(columns.event, wanted.event_type, checked_event_type),
        *named(columns.category, wanted.category, one_of(Category)),
        *named(columns.actor_id, wanted.actor),
        *named(columns.channel, wanted.channel),
    ]
    if wanted.since is not None:
        found.append(columns.created >= checked_micros(wanted.since))
    if wanted.until is not None:
        found.append(columns.created < checked_micros(wanted.until))
    return found


def _conditions(columns: Any, wanted: NoteFilter, visible: Sequence[str]) -> list[ColumnElement[bool]]:
    found = entry_conditions(columns, wanted)
    if wanted.up_to is not None:
        found.append(columns.seq <= wanted.up_to)
    if wanted.for_customer or (visible and Visibility.INTERNAL not in visible):
        # An edit may withdraw a note from the customer, and never shows them one that was internal.
        found.append(columns.visibility == Visibility.CUSTOMER)
    return found


def checked_event_type(name: str, _: str) -> str:
    """`name`, which may be that of an event type. Raises InvalidInput."""
    # A shop's own may have been recorded when it was still registered.
    if not may_be_recorded(checked_id(name, "event_type")):
        raise InvalidInput(
            f"{shortened(name)} is no event type: it is one of {', '.join(BUILT_IN)}, or a shop's own, vendor.Name"
        )
    return str(name)


def _fits(note: OrderNote, wanted: NoteFilter, visible: Sequence[str]) -> bool:
    """Whether a note is wanted as it reads now."""
    if wanted.for_customer and (note.visibility is not Visibility.CUSTOMER or note.deleted or note.erased):
        return False
    return wanted.visibility is None or note.visibility in visible


def checked_texts(texts: Names) -> list[str]:
    """The texts that are looked for, in lower case. Raises InvalidInput."""
    return [text.casefold() for text in checked_names(texts, "text") if text]


def has_text(note: OrderNote | NoteRevision, texts: Sequence[str]) -> bool:
    """Whether one of some texts in lower case stands in what is searched, whatever its case there; if none is given,
    it does."""
    return not texts or any(text in one.casefold() for one in searched(note) for text in texts)


def _notes(
    transaction: Transaction,
    tables: Any,
    order_id: str,
    entries: Sequence[Entry],
    up_to: int | None,
    *,
    personal: bool,
) -> list[OrderNote]:
    custom = [entry.seq for entry in entries if entry.type == NoteType.CUSTOM]
    revisions = _latest_revisions(transaction, tables, order_id, custom, up_to) if custom else {}
    if personal:
        return [note_from(entry, revisions.get(entry.seq, ())) for entry in entries]
    return [note_from(impersonal(entry), map(impersonal, revisions.get(entry.seq, ()))) for entry in entries]


def _latest_revisions(
    transaction: Transaction, tables: Any, order_id: str, seqs: Sequence[int], up_to: int | None
) -> dict[int, list[Entry]]:
    """Of each note the last entry of each kind that revises it: however often it was edited, few rows are read."""
    first, last = min(seqs), max(seqs)
    values = {"order": order_id, "up_to": LARGEST_SEQ if up_to is None else up_to, "first": first, "last": last}
    # Most pages are of notes that follow one another, and to spell out a list of them takes longer than to look it up.
    if last - first < 2 * len(seqs):
        rows = transaction.rows(_revising(tables, within=True), values)
    else:
        rows = transaction.rows(_revising(tables, within=False), values | {"seqs": seqs})
    found: dict[int, list[Entry]] = {}
    for row in rows:
        entry = Entry(*row)
        found.setdefault(entry.revises or 0, []).append(entry)
    return found


@lru_cache(maxsize=16)
def _revising(tables: Any, *, within: bool) -> Select[Any]:
    """The last entry of each kind that revises one of some notes: of those from `first` to `last`, or of `seqs`."""
    columns = tables.order_notes.c
    those = (
        columns.revises.between(bindparam("first"), bindparam("last"))
        if within
        else columns.revises.in_(bindparam("seqs", expanding=True))
    )
    last = (
        select(func.max(columns.seq))
        .where(columns.order_id == bindparam("order"), those, columns.seq <= bindparam("up_to"))
        .group_by(columns.revises, columns.event)
    )
    notes = select(tables.order_notes).where(columns.order_id == bindparam("order"), columns.seq.in_(last))
    return notes.order_by(columns.seq)


def customer_notes_page(
    transaction: Transaction, tables: Any, order_id: str, *, after: str | None = None, limit: int = 50
) -> Page[CustomerNote]:
    """A page of what the customer may read of an order, oldest first; fewer than `limit` where some are withdrawn."""
    page = notes_page(transaction, tables, order_id, NoteFilter(for_customer=True), after=after, limit=limit)
    notes = (CustomerNote(created=n.created, title=n.title, detail=n.detail, edited=n.edited) for n in page)
    return Page(tuple(notes), page.next)


def pinned_notes(
    transaction: Transaction,
    tables: Any,
    order_id: str,
    *,
    up_to: int | None = None,
    limit: int = 5,
    personal: bool = True,
) -> tuple[list[OrderNote], int]:
    """The notes of an order that are pinned, the last pinned first, up to so many; and how many there are in all."""
    columns = tables.order_notes.c
    pins = _at_hand(tables, order_id, ("NotePinned", "NoteUnpinned"), up_to)
    said = transaction.rows(select(columns.revises, columns.seq, columns.event).where(*pins))
    last = {note: (seq, event) for note, seq, event in sorted(map(tuple, said))}
    pinned = sorted((seq, note) for note, (seq, event) in last.items() if event == "NotePinned")
    if not pinned:
        return [], 0
    notes = [note for _, note in reversed(pinned)]
    deleted = select(columns.revises).where(
        columns.order_id == order_id, columns.revises.in_(notes), columns.event == "NoteDeleted",
        columns.seq + 0 <= (up_to or LARGEST_SEQ),
    )  # fmt: skip
    gone = {note for (note,) in transaction.rows(deleted)}
    there = [note for note in notes if note not in gone]
    rows = transaction.rows(select_entries(tables, order_id).where(columns.seq.in_(there[:limit])))
    found = _notes(transaction, tables, order_id, [Entry(*row) for row in rows], up_to, personal=personal)
    return sorted(found, key=lambda note: there.index(note.seq)), len(there)


def hold_notes(
    transaction: Transaction, tables: Any, order_id: str, *, up_to: int | None = None, personal: bool = True
) -> list[OrderNote]:
    """The entries by which holds of an order and of its shipments began, the last ones first."""
    began = _at_hand(tables, order_id, ("OrderGroupOnHold", "ShipmentOnHold"), up_to)
    rows = transaction.rows(select_entries(tables, order_id).where(*began))
    entries = sorted((Entry(*row) for row in rows), key=lambda entry: entry.seq, reverse=True)[:LARGEST_PAGE]
    return _notes(transaction, tables, order_id, entries, up_to, personal=personal)


def _at_hand(tables: Any, order_id: str, events: Sequence[str], up_to: int | None) -> tuple[ColumnElement[bool], ...]:
    """Conditions for entries of these event types, by the index of those that are at hand: SQLite uses it where a
    condition is the index's own to the letter, and a plain bound for the seqs would keep it to all of the order's."""
    columns = tables.order_notes.c
    at_hand = columns.event.in_([literal_column(repr(event)) for event in AT_HAND])
    bound = columns.seq + 0 <= (up_to or LARGEST_SEQ)
    return (columns.order_id == order_id, at_hand, columns.event.in_(events), bound)


def one_note(transaction: Transaction, tables: Any, order_id: str, seq: int, *, personal: bool = True) -> OrderNote:
    """One note. Raises UnknownNote."""
    entry = _one_entry(transaction, tables, order_id, seq)
    return _notes(transaction, tables, order_id, [entry], None, personal=personal)[0]


def note_revisions(
    transaction: Transaction, tables: Any, order_id: str, seq: int, *, personal: bool = True
) -> list[NoteRevision]:
    """All texts that a Custom note had, deleted or not, the first one first. Raises UnknownNote."""
    entry = _one_entry(transaction, tables, order_id, seq)
    if entry.type == NoteType.SYSTEM:
        return []
    columns = tables.order_notes.c
    statement = select_entries(tables, order_id).where(columns.revises == seq).order_by(columns.seq)
    revisions = [Entry(*row) for row in transaction.rows(statement)]
    return revisions_of(entry, revisions) if personal else revisions_of(impersonal(entry), map(impersonal, revisions))


def _one_entry(transaction: Transaction, tables: Any, order_id: str, seq: int) -> Entry:
    wanted = select_entries(tables, order_id).where(tables.order_notes.c.seq == seq)
    rows = transaction.rows(wanted) if 0 < checked_number(seq, "seq") <= LARGEST_SEQ else []
    if not rows:
        raise UnknownNote(f"this order has no note {seq}")
    return Entry(*rows[0])
