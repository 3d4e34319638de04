"""What is answered of orders, to whom."""

import msgspec
from litestar import Response

from ordertrail.answers import Listed, Recorded
from ordertrail.orders.changes import as_json, personal_places, personal_tree, without
from ordertrail.orders.model import Order
from ordertrail.orders.money import from_minor_units
from ordertrail.reading import OrderSummary, RecordedOrder
from ordertrail.web.asking import etag
from ordertrail.web.auth.caller import Caller


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
