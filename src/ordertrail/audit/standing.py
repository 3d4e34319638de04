"""One order as it stands, against what its entries add up to: the document, every column, its number, its keys."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ordertrail.audit.chain import UNREADABLE, Chain, Doer, why_not_canonical
from ordertrail.audit.findings import Found
from ordertrail.audit.rows import Row
from ordertrail.errors import OrderTrailError
from ordertrail.orders.changes import compare_values
from ordertrail.orders.model import canonical, decode_order
from ordertrail.recording import order_row
from ordertrail.store.base import OrderRow, Remembered

_OWN_CODES = {"version": "version-differs", "head": "head-differs", "document": "document-differs"}
"""The columns whose difference is a finding of its own."""


def check_order(row: Row, chain: Chain, found: Found) -> None:
    """That the row of `orders` is what its entries make it."""
    stored: Any = OrderRow._make(row)
    document = canonical(chain.document)
    if stored.document != document:
        found.add("document-differs", why=_how_documents_differ(stored.document, chain.document))
    if stored.version != chain.seq:
        found.add("version-differs", chain.seq, stored=stored.version)
    if stored.head != chain.head:
        found.add("head-differs", chain.seq)
    try:
        expected = order_row(
            decode_order(document), document.decode(), chain.seq, chain.changed_seq, chain.head,
            chain.created, chain.recorded,
        )  # fmt: skip
    except (*UNREADABLE, OrderTrailError) as error:
        found.add("document-unreadable", why=type(error).__name__)
        return
    wrong = [name for name, is_, ought in zip(OrderRow._fields, stored, expected, strict=True) if is_ != _raw(ought)]
    columns = [name for name in wrong if name not in _OWN_CODES]
    if columns:
        found.add("column-differs", columns=", ".join(columns))


def _raw(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


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
        found.add("number-differs", stored=repr(other.decode(errors="backslashreplace")))


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
