"""An order as it stands or stood, and where its document holds personal data."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select

from ordertrail.errors import InvalidInput, RecordDamaged, UnknownOrder
from ordertrail.notes.digest import Entry
from ordertrail.notes.personal import ERASED, Json, sealed_places
from ordertrail.notes.reading import ERASED_TEXT, changes_of, open_content, sealed_content
from ordertrail.orders.arguments import checked_text
from ordertrail.orders.changes import apply
from ordertrail.orders.model import Order, canonical, decode_order
from ordertrail.reading.notes import LARGEST_SEQ, OrderNotes, select_entries
from ordertrail.reading.pages import checked_id, checked_micros
from ordertrail.store.base import StoredOrder, Transaction


class RecordedOrder(Order, frozen=True, kw_only=True, eq=False):
    """An order as the record holds it: the document, `version` (its last entry), `changed_seq` (the entry that last
    changed it; what an expected version means), `head` (the digest of its last entry), and its notes until then."""

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
        condition = columns.created <= checked_micros(at)
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
