"""Reading the record: pages of notes, an order as it stood, lists of orders.

These are queries over the tables, past the model.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from reprlib import repr as shortened
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from ordertrail.errors import InvalidInput, InvalidTime, RecordDamaged, UnknownNote, UnknownOrder
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import BUILT_IN, Category, may_be_recorded
from ordertrail.notes.model import NoteRevision, NoteType, OrderNote
from ordertrail.notes.personal import ERASED, Json, sealed_places
from ordertrail.notes.reading import (
    ERASED_TEXT,
    changes_of,
    note_from,
    open_content,
    revisions_of,
    sealed_content,
)
from ordertrail.notes.times import micros, moment
from ordertrail.orders.arguments import checked_text
from ordertrail.orders.changes import apply
from ordertrail.orders.model import Order, canonical, decode_order
from ordertrail.orders.operations.base import in_utc
from ordertrail.orders.statuses import OrderStatus
from ordertrail.store.base import StoredOrder, Transaction

LARGEST_PAGE = 1000
LARGEST_SEQ = 2**53 - 1
"""No entry has a higher seq: it fits an integer column and a JSON integer."""

_BATCH = 200
"""How many notes are read at once where a text is looked for."""

Item = TypeVar("Item")
Names = str | Sequence[str] | None
_Check = Callable[[str, str], str]


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """One page: its items, and the cursor that the next page comes `after`; None on the last."""

    items: tuple[Item, ...]
    next: str | None = None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class NoteFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which notes of an order. Names can be one or several; times are when it happened; `text` is looked for in the
    title and the detail, as they read now, whatever their case."""

    type: NoteType | str | None = None
    event_type: Names = None
    category: Names = None
    actor: Names = None
    channel: Names = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    up_to: int | None = None


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders. `customer` is an id or any part of a name, `email` any part of an address; placed between
    `placed_since` (inclusive) and `placed_until` (exclusive)."""

    status: Names = None
    market: Names = None
    channel: Names = None
    customer: str | None = None
    email: str | None = None
    number: str | None = None
    placed_since: datetime | None = None
    placed_until: datetime | None = None


class OrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list. Money in minor units of its currency."""

    id: str
    number: str
    status: str
    channel: str
    customer_id: str | None
    customer_name: str | None
    customer_email: str | None
    market: str
    currency: str
    total: int
    balance: int
    placed: datetime
    held_since: datetime | None
    last_activity: datetime
    version: int


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


class RecordedOrder(Order, frozen=True, kw_only=True, eq=False):
    """An order as the record holds it: the document, `version` (its last entry), `changed_seq` (the entry that last
    changed it; what an expected version means), `head` (the digest of its last entry), and its notes."""

    version: int
    changed_seq: int
    head: bytes
    order_notes: OrderNotes

    @property
    def document(self) -> Order:
        """The document alone."""
        return Order(**{name: getattr(self, name) for name in Order.__struct_fields__})


def recorded_order(order: Order, version: int, changed_seq: int, head: bytes, notes: OrderNotes) -> RecordedOrder:
    """`order` with where its chain stands."""
    fields = msgspec.structs.asdict(order)
    return RecordedOrder(version=version, changed_seq=changed_seq, head=head, order_notes=notes, **fields)


# Notes


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
    """A page of an order's notes. What it costs grows with `limit`, not with how many notes the order has (unless
    `text` is given: then all are looked at until the page is full)."""
    limit = _checked_limit(limit)
    batch = limit if wanted.text is None or not checked_id(wanted.text, "text") else max(limit, _BATCH)
    found: list[OrderNote] = []
    place = _cursor(after)
    while True:
        entries = _next_entries(transaction, tables, order_id, wanted, newest_first, place, batch + 1)
        notes = _notes(transaction, tables, order_id, entries[:batch], wanted.up_to)
        for note in notes:
            if _has_text(note, wanted.text):
                if len(found) == limit:
                    return Page(tuple(found), str(found[-1].seq))
                found.append(note)
        if len(entries) <= batch:
            return Page(tuple(found))
        place = entries[batch - 1].seq
        if wanted.text is None:
            return Page(tuple(found), str(place))


def _checked_limit(limit: int) -> int:
    return min(max(checked_number(limit, "limit"), 1), LARGEST_PAGE)


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


def _cursor(after: str | None) -> int | None:
    if after is None:
        return None
    if not isinstance(after, str) or not after.isascii() or not after.isdigit() or len(after) > 18:
        raise InvalidInput(f"{after!r} is no cursor: give the `next` of the page before")
    return int(after)


def _next_entries(
    transaction: Transaction,
    tables: Any,
    order_id: str,
    wanted: NoteFilter,
    newest_first: bool,
    place: int | None,
    limit: int,
) -> list[Entry]:
    seq = tables.order_notes.c.seq
    statement = select_entries(tables, order_id).where(*_conditions(tables.order_notes.c, wanted))
    if place is not None:
        statement = statement.where(seq < place if newest_first else seq > place)
    statement = statement.order_by(seq.desc() if newest_first else seq).limit(limit)
    return [Entry(*row) for row in transaction.rows(statement)]


def _conditions(columns: Any, wanted: NoteFilter) -> list[ColumnElement[bool]]:
    found = [
        *_named(columns.type, wanted.type, _one_of(NoteType)),
        *_named(columns.event, wanted.event_type, _checked_event_type),
        *_named(columns.category, wanted.category, _one_of(Category)),
        *_named(columns.actor_id, wanted.actor),
        *_named(columns.channel, wanted.channel),
    ]
    if wanted.since is not None:
        found.append(columns.created >= _micros(wanted.since))
    if wanted.until is not None:
        found.append(columns.created < _micros(wanted.until))
    if wanted.up_to is not None:
        found.append(columns.seq <= wanted.up_to)
    return found


def _named(column: Any, names: Names, checked: _Check = checked_id) -> list[ColumnElement[bool]]:
    if names is None:
        return []
    if isinstance(names, str):
        return [column == checked(names, column.name)]
    if not isinstance(names, Iterable):
        raise InvalidInput(f"{column.name} is {shortened(names)}: give one text, or several")
    return [column.in_([checked(name, column.name) for name in names])]


def _one_of(choices: Iterable[str]) -> _Check:
    """A check that a name is one of `choices`, whose typos would find nothing. Raises InvalidInput."""
    known = tuple(choices)

    def checked(name: str, place: str) -> str:
        if checked_id(name, place) not in known:
            raise InvalidInput(f"{shortened(name)} is no {place}: it is one of {', '.join(known)}")
        return str(name)

    return checked


def _checked_event_type(name: str, _: str) -> str:
    # A shop's own may have been recorded when it was still registered.
    if not may_be_recorded(checked_id(name, "event_type")):
        raise InvalidInput(
            f"{shortened(name)} is no event type: it is one of {', '.join(BUILT_IN)}, or a shop's own, vendor.Name"
        )
    return str(name)


def _micros(value: object) -> int:
    return micros(checked_moment(value))


def _has_text(note: OrderNote, text: str | None) -> bool:
    if not text:
        return True
    needle = text.casefold()
    return needle in note.title.casefold() or needle in note.detail.casefold()


def _notes(
    transaction: Transaction, tables: Any, order_id: str, entries: Sequence[Entry], up_to: int | None
) -> list[OrderNote]:
    custom = [entry.seq for entry in entries if entry.type == NoteType.CUSTOM]
    revisions = _latest_revisions(transaction, tables, order_id, custom, up_to) if custom else {}
    return [note_from(entry, revisions.get(entry.seq, ())) for entry in entries]


def _latest_revisions(
    transaction: Transaction, tables: Any, order_id: str, seqs: Sequence[int], up_to: int | None
) -> dict[int, list[Entry]]:
    """Of each note the last entry of each kind that revises it: however often it was edited, few rows are read."""
    columns = tables.order_notes.c
    last = (
        select(func.max(columns.seq))
        .where(columns.order_id == order_id, columns.revises.in_(seqs))
        .group_by(columns.revises, columns.event)
    )
    if up_to is not None:
        last = last.where(columns.seq <= up_to)
    statement = select_entries(tables, order_id).where(columns.seq.in_(last)).order_by(columns.seq)
    found: dict[int, list[Entry]] = {}
    for row in transaction.rows(statement):
        entry = Entry(*row)
        found.setdefault(entry.revises or 0, []).append(entry)
    return found


def one_note(transaction: Transaction, tables: Any, order_id: str, seq: int) -> OrderNote:
    """One note. Raises UnknownNote."""
    return _notes(transaction, tables, order_id, [_one_entry(transaction, tables, order_id, seq)], None)[0]


def note_revisions(transaction: Transaction, tables: Any, order_id: str, seq: int) -> list[NoteRevision]:
    """All texts that a Custom note had, deleted or not, the first one first. Raises UnknownNote."""
    entry = _one_entry(transaction, tables, order_id, seq)
    if entry.type == NoteType.SYSTEM:
        return []
    columns = tables.order_notes.c
    statement = select_entries(tables, order_id).where(columns.revises == seq).order_by(columns.seq)
    return revisions_of(entry, [Entry(*row) for row in transaction.rows(statement)])


def _one_entry(transaction: Transaction, tables: Any, order_id: str, seq: int) -> Entry:
    wanted = select_entries(tables, order_id).where(tables.order_notes.c.seq == seq)
    rows = transaction.rows(wanted) if 0 < checked_number(seq, "seq") <= LARGEST_SEQ else []
    if not rows:
        raise UnknownNote(f"this order has no note {seq}")
    return Entry(*rows[0])


# An order as it stood


def order_id_for(transaction: Transaction, order_id: str | None, number: str | None) -> str:
    """The id of the order meant by id or by number. Raises UnknownOrder."""
    if (order_id is None) == (number is None):
        raise InvalidInput("name the order by its id or by its number")
    if order_id is not None:
        return checked_id(order_id, "order_id")
    found = transaction.order_id_of(checked_text(str(number), "number"))
    if found is None:
        raise UnknownOrder(f"there is no order {number!r}")
    return found


def load(transaction: Transaction, order_id: str) -> StoredOrder:
    """An order's row. Raises UnknownOrder, and InvalidInput for what is no id."""
    stored = transaction.load(checked_id(order_id, "order_id"))
    if stored is None:
        raise unknown_order(order_id)
    return stored


def unknown_order(order_id: str) -> UnknownOrder:
    """That there is no such order."""
    return UnknownOrder(f"there is no order with the id {order_id!r}")


def seq_at(transaction: Transaction, tables: Any, order_id: str, at: datetime | int) -> int:
    """The last entry at a moment (or that seq itself). Raises UnknownOrder where the order did not exist yet."""
    columns = tables.order_notes.c
    if isinstance(at, int) and not isinstance(at, bool):
        condition = columns.seq <= max(0, min(at, LARGEST_SEQ))
    else:
        condition = columns.created <= _micros(at)
    statement = select(func.max(columns.seq)).where(columns.order_id == order_id, condition)
    found = transaction.rows(statement)[0][0]
    if found is None:
        raise UnknownOrder(f"the order did not exist yet at {at}")
    return int(found)


def order_at(transaction: Transaction, tables: Any, order_id: str, seq: int) -> tuple[Order, int, bytes]:
    """The order as it stood after entry `seq`, the entry that had last changed it, and that entry's digest as head.

    It is the sum of the changes up to there; personal data erased since reads "[erased]".
    """
    columns = tables.order_notes.c
    statement = select_entries(tables, order_id).where(columns.seq <= seq).order_by(columns.seq)
    document: dict[str, Json] = {}
    changed, head = 0, b""
    for row in transaction.stream(statement):
        entry = Entry(*row)
        head = entry.digest
        for change in changes_of(open_content(entry).content):
            try:
                apply(document, change)
            except (KeyError, TypeError, AttributeError):
                raise RecordDamaged(
                    f"entry {entry.seq} of order {order_id} changes a place that was not there: "
                    "`ordertrail verify` says more"
                ) from None
            changed = entry.seq
    return decode_order(canonical(_without_marks(document))), changed, head


def _without_marks(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    if value == ERASED:
        return ERASED_TEXT
    return {key: _without_marks(item) for key, item in value.items()}


def personal_sources(transaction: Transaction, tables: Any, order_id: str) -> dict[str, int]:
    """Where the document holds personal values that are not erased yet, and the entry that each came with."""
    columns = tables.order_notes.c
    statement = select_entries(tables, order_id).order_by(columns.seq)
    found: dict[str, int] = {}
    for row in transaction.stream(statement):
        entry = Entry(*row)
        for pointer, _, after in changes_of(sealed_content(entry)):
            gone = [place for place in found if place == pointer or place.startswith(f"{pointer}/")]
            for place in gone:
                del found[place]
            if entry.personal is not None:
                found |= dict.fromkeys(sealed_places(after, pointer), entry.seq)
    return found


def erasable_parts(transaction: Transaction, tables: Any, order_id: str) -> list[tuple[int, str, bool, bool]]:
    """Of each entry its seq, its actor's kind, and whether its personal and its actor part are still there."""
    columns = tables.order_notes.c
    statement = (
        select(columns.seq, columns.actor_kind, columns.personal.is_not(None), columns.actor.is_not(None))
        .where(columns.order_id == order_id)
        .order_by(columns.seq)
    )
    return [(seq, str(kind), bool(personal), bool(actor)) for seq, kind, personal, actor in transaction.rows(statement)]


# Lists of orders


def orders_page(
    transaction: Transaction,
    tables: Any,
    wanted: OrderFilter,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page[OrderSummary]:
    """A page of orders, last placed first."""
    limit = _checked_limit(limit)
    columns = tables.orders.c
    statement = select(
        columns.order_id, columns.number, columns.status, columns.channel, columns.customer_id, columns.customer_name,
        columns.customer_email, columns.market, columns.currency, columns.total, columns.balance, columns.placed,
        columns.held_since, columns.last_activity, columns.version,
    ).where(*_order_conditions(columns, wanted))  # fmt: skip
    if after is not None:
        placed, order_id = _order_cursor(after)
        statement = statement.where(
            or_(columns.placed < placed, and_(columns.placed == placed, columns.order_id < order_id))
        )
    rows = transaction.rows(statement.order_by(columns.placed.desc(), columns.order_id.desc()).limit(limit + 1))
    orders = tuple(_summary(row) for row in rows[:limit])
    more = f"{rows[limit - 1][11]}~{rows[limit - 1][0]}" if len(rows) > limit else None
    return Page(orders, more)


def _order_cursor(after: str) -> tuple[int, str]:
    placed, _, order_id = checked_id(after, "after").partition("~")
    before_1970 = placed.startswith("-")
    place = _cursor(placed.removeprefix("-")) or 0
    return -place if before_1970 else place, checked_text(order_id, "after")


def _order_conditions(columns: Any, wanted: OrderFilter) -> list[ColumnElement[bool]]:
    found = [
        *_named(columns.status, wanted.status, _one_of(OrderStatus)),
        *_named(columns.market, wanted.market),
        *_named(columns.channel, wanted.channel),
        *_named(columns.number, wanted.number),
    ]
    if wanted.customer is not None:
        by_id = _named(columns.customer_id, wanted.customer)
        found.append(or_(*by_id, _part_of(columns.customer_name, wanted.customer)))
    if wanted.email is not None:
        found.append(_part_of(columns.customer_email, wanted.email))
    if wanted.placed_since is not None:
        found.append(columns.placed >= _micros(wanted.placed_since))
    if wanted.placed_until is not None:
        found.append(columns.placed < _micros(wanted.placed_until))
    return found


def _part_of(column: Any, text: str) -> ColumnElement[bool]:
    """Whether `text` is a part of the column, whatever its case.

    The databases know upper and lower case of ASCII letters only, so others are tried in each usual spelling.
    """
    checked_id(text, column.name)
    spelt = {spelling.translate(_ASCII_LOWER) for spelling in (text, text.lower(), text.upper(), text.title())}
    return or_(*(func.lower(column).contains(spelling, autoescape=True) for spelling in sorted(spelt)))


_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def _summary(row: Iterable[Any]) -> OrderSummary:
    names = OrderSummary.__struct_fields__
    fields = dict(zip(names, row, strict=True))
    for name in ("placed", "held_since", "last_activity"):
        fields[name] = None if fields[name] is None else moment(fields[name])
    return OrderSummary(**fields)
