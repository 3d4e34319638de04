"""What the API answers with, as types: money as strings, times in UTC."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Response

from ordertrail.notes.model import OrderNote
from ordertrail.orders.changes import as_json, personal_places, personal_tree, without
from ordertrail.orders.model import Order
from ordertrail.orders.money import from_minor_units
from ordertrail.reading import OrderSummary, RecordedOrder
from ordertrail.web.asking import etag
from ordertrail.web.auth.caller import Caller


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the record holds it.

    `version` is its last entry, `changed_seq` the entry that last changed the document (its ETag), `head` the digest of
    its last entry, in hex. `order` is null where the caller may work on orders but not see them.
    """

    id: str
    version: int
    changed_seq: int
    head: str
    order: Order | None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list."""

    id: str
    number: str
    status: str
    channel: str
    customer_id: str | None
    customer_name: str | None
    customer_email: str | None
    market: str
    currency: str
    total: str
    balance: str
    placed: datetime
    held_since: datetime | None
    last_activity: datetime
    version: int


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of orders, and the cursor that the next page comes `after`; null on the last."""

    items: list[Listed]
    next: str | None


class NotePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of notes, of System ones with all of their fields, and the cursor that the next page comes `after`."""

    items: list[OrderNote]
    next: str | None


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an operation is legal now, and if not, why."""

    name: str
    summary: str
    permission: str
    legal: bool
    why_not: str | None
    arguments: dict[str, Any]


def recorded(order: RecordedOrder, who: Caller, status: int = 200, **headers: str) -> Response[Recorded]:
    """The answer that holds an order: of its document what the caller may see."""
    content = Recorded(
        id=order.id,
        version=order.version,
        changed_seq=order.changed_seq,
        head=order.head.hex(),
        order=_seen(order.document, who),
    )
    return Response(content, status_code=status, headers={"ETag": etag(order.changed_seq), **headers})


def _seen(order: Order, who: Caller) -> Order | None:
    """The document, without its personal data where the caller may not see that."""
    if not who.may("order.see"):
        return None
    return order if who.may("personal.see") else impersonal(order)


def impersonal(order: Order) -> Order:
    """`order` without anything personal; an attribute of whatever key is taken for personal."""
    return without(order, personal_places(as_json(order), personal_tree()))


def listed(order: OrderSummary, who: Caller) -> Listed:
    """An order of a list, its money with a point; without name and address where the caller may not see those."""
    fields = msgspec.structs.asdict(order)
    if not who.may("personal.see"):
        fields |= {"customer_name": None, "customer_email": None}
    for name in ("total", "balance"):
        fields[name] = str(from_minor_units(fields[name], order.currency))
    return Listed(**fields)
