"""One order as it stands, against what its entries add up to: the document, every column, its number, its keys."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import msgspec

from ordertrail.audit.chain import Chain, Doer
from ordertrail.audit.findings import Found
from ordertrail.audit.rows import Row
from ordertrail.audit.texts import UNREADABLE, shown, why, why_not_canonical
from ordertrail.errors import OrderTrailError
from ordertrail.orders.changes import compare_values
from ordertrail.orders.model import Order, canonical
from ordertrail.orders.statuses import OrderStatus
from ordertrail.recording import order_row
from ordertrail.store.base import OrderRow, Remembered


class _Customer(msgspec.Struct, frozen=True):
    id: str | None = None
    name: str | None = None
    email: str | None = None


class _Totals(msgspec.Struct, frozen=True):
    total: Decimal
    balance: Decimal


class _Hold(msgspec.Struct, frozen=True):
    since: datetime


class _Searchable(msgspec.Struct, frozen=True):
    """What of an order's document stands in columns too: all that `order_row` looks at, and quickly decoded."""

    id: str
    number: str
    status: OrderStatus
    channel: str
    market: str
    currency: str
    placed: datetime
    totals: _Totals
    customer: _Customer | None = None
    holds: dict[str, _Hold] = {}


def check_order(row: Row, chain: Chain, found: Found) -> None:
    """That the row of `orders` is what its entries make it."""
    document = canonical(chain.sum.document)
    try:
        order = cast(Order, _decode_searchable(document))
        expected = order_row(order, "", chain.seq, chain.sum.changed_seq, chain.head, chain.created, chain.recorded)
        columns = [value.encode() if isinstance(value, str) else value for value in expected[:_VERSION]]
    except (*UNREADABLE, OrderTrailError) as error:
        found.add("document-unreadable", why=why(error))
        columns = list(row[:_VERSION])
    ought = (*columns, chain.seq, chain.sum.changed_seq, chain.head, document)
    if row != ought:
        _say_what_differs(OrderRow._make(row), OrderRow._make(ought), chain, found)


def _say_what_differs(stored: Any, ought: Any, chain: Chain, found: Found) -> None:
    wrong = [name for name, value, other in zip(OrderRow._fields, stored, ought, strict=True) if value != other]
    if "document" in wrong:
        found.add("document-differs", why=_how_documents_differ(stored.document, chain.sum.document))
    if "version" in wrong:
        found.add("version-differs", chain.seq, stored=stored.version)
    if "head" in wrong:
        found.add("head-differs", chain.seq)
    columns = [name for name in wrong if name not in ("document", "version", "head")]
    if columns:
        found.add("column-differs", columns=", ".join(columns))


def _how_documents_differ(text: bytes, added_up: Mapping[str, Any]) -> str:
    """Where, never what: a document holds personal data."""
    try:
        document = msgspec.json.decode(text)
        places = [pointer for pointer, _, _ in compare_values(document, added_up)]
    except UNREADABLE:
        return "it cannot be read"
    if not places:
        return why_not_canonical(text)
    return f"{', '.join(place or '/' for place in places[:5])}{' …' if len(places) > 5 else ''}"


def check_numbers(number: bytes | None, leading_here: Iterable[bytes], found: Found) -> None:
    """That the order's number leads to it, and no other does; None where there is no order to lead to."""
    leading = set(leading_here)
    if number is not None and number not in leading:
        found.add("number-missing")
    for other in sorted(leading - {number or b""}):
        found.add("number-differs", stored=repr(shown(other)))


def check_idempotency(kept: Iterable[Row], doers: Mapping[int, Doer], last_erasure: int, found: Found) -> None:
    """That each key is kept for entries of one operation by its actor, with its digest unless erased since.

    `last_erasure` is the last entry that erased something of the order, 0 if none did.
    """
    for row in kept:
        key: Any = Remembered._make(row)
        wrong = _wrong_key(key, doers.get(key.first_seq), doers.get(key.last_seq), last_erasure)
        if wrong:
            found.add("idempotency-differs", key.first_seq, why=wrong)


def _wrong_key(key: Any, first: Doer | None, last: Doer | None, last_erasure: int) -> str | None:
    if first is None or last is None or key.first_seq > key.last_seq:
        return f"there are no entries {key.first_seq} to {key.last_seq}"
    if first != last or first[:3] != (key.actor_kind, key.actor_id, key.recorded):
        return "another actor, time or operation"
    if (key.digest is None) != (last_erasure > key.last_seq):
        return "its digest is there after an erasure, or gone without one"
    return None


_VERSION = OrderRow._fields.index("version")
_decode_searchable = msgspec.json.Decoder(_Searchable).decode
