"""Small orders, and operations on them without any database."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ordertrail.errors import OperationNotAllowed
from ordertrail.notes.model import Actor, NoteType, Visibility
from ordertrail.orders.arguments import parse
from ordertrail.orders.model import Order, replaced
from ordertrail.orders.operations import OPERATIONS, operation_named
from ordertrail.orders.operations.base import Context, NoteFacts, ShopReason, Step, Steps
from ordertrail.orders.operations.performing import perform
from ordertrail.orders.statuses import OrderStatus, TransactionType
from ordertrail.orders.totals import with_totals

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(days=3)
LATER = NOW + timedelta(seconds=1)

REASONS = {
    "fraud": ShopReason("Suspicion of fraud", released_by="fraud.team"),
    "late": ShopReason("Arrived too late"),
}
CONTEXT = Context(
    now=NOW,
    clock=NOW,
    actor=Actor(id="anna"),
    channel="Order Management",
    reasons=REASONS,
    new_id="order-1",
    new_number=100001,
)


def context(**fields: Any) -> Context:
    """The usual context with other `fields`."""
    return replaced(CONTEXT, **fields)


def trusted_with(*permissions: str, **fields: Any) -> Context:
    """The context of somebody who has these permissions only."""
    return context(permissions=frozenset(permissions), **fields)


def item(quantity: Any = 1, unit_price: Any = "100.00", /, **fields: Any) -> dict[str, Any]:
    """A line item to be ordered."""
    return {"sku": "TENT-2", "name": "Tent", "quantity": quantity, "unit_price": unit_price, **fields}


def shipment(quantities: Mapping[str, Any] | None = None, /, **fields: Any) -> dict[str, Any]:
    """A shipment to be made, of one piece of line item 1 by default."""
    return {"method": "Ground", "quantities": {"1": 1} if quantities is None else quantities, **fields}


def new(**fields: Any) -> dict[str, Any]:
    """An order to be placed: one tent for 100.00 USD in one shipment, if nothing else is said."""
    plainest = {"market": "US", "currency": "USD", "line_items": {"1": item()}, "shipments": {"1": shipment()}}
    return {**plainest, **fields}


def act(order: Order | None, operation: str, within: Context = CONTEXT, /, **arguments: Any) -> Steps:
    """The steps of an operation."""
    row = operation_named(operation)
    return perform(row, order, parse(row.arguments, arguments), within)


def do(order: Order, operation: str, within: Context = CONTEXT, /, **arguments: Any) -> Order:
    """The order after an operation."""
    return last(act(order, operation, within, **arguments), order.id)


def last(steps: Iterable[Step], order_id: str = "order-1") -> Order:
    """An order as it stands after all the steps."""
    return [step.order for step in steps if step.order.id == order_id][-1]


def events(steps: Iterable[Step]) -> list[str | None]:
    """What the steps record."""
    return [step.event for step in steps]


def placed(within: Context = CONTEXT, /, **fields: Any) -> Order:
    """An order just placed."""
    return last(act(None, "place_order", within, **new(**fields)), within.new_id)


def two_shipments(**fields: Any) -> Order:
    """Two tents for 100.00 each, in a shipment each."""
    apart = {"1": shipment(), "2": shipment()}
    return placed(**{"line_items": {"1": item(2)}, "shipments": apart, **fields})


def shipped(order: Order, *keys: str, **arguments: Any) -> Order:
    """The order after these shipments left (the first one by default)."""
    for key in keys or ("1",):
        order = do(do(order, "release_shipment", shipment=key), "complete_shipment", shipment=key, **arguments)
    return order


def paid(order: Order, amount: Any, /, **fields: Any) -> Order:
    """The order after a payment."""
    return do(order, "add_payment", amount=amount, method="Card", **fields)


def returning(order: Order, quantity: Any = 1, /, **fields: Any) -> Order:
    """The order after a return of line item 1 was announced."""
    return do(order, "create_return", items={"1": {"quantity": quantity, "reason": "late"}}, **fields)


def received(order: Order, quantity: Any = 1, /, **fields: Any) -> Order:
    """The order after pieces of line item 1 came back with return 1."""
    return do(order, "receive_return_items", return_id="1", items={"1": {"quantity": quantity}}, **fields)


def sold(quantity: int = 3, **fields: Any) -> Order:
    """Tents for 100.00 each with 15.00 shipping: paid and shipped."""
    apart = {"1": shipment({"1": quantity}, shipping="15.00")}
    order = placed(line_items={"1": item(quantity)}, shipments=apart, **fields)
    return shipped(paid(order, order.totals.total))


def back(order: Order, quantity: Any = 1, **fields: Any) -> Order:
    """The order with a return of some pieces that have all come in."""
    return received(returning(order, quantity, **fields), quantity)


def credits(order: Order) -> list[tuple[str, str | None]]:
    """The amounts that went back, and to which payments."""
    found = [p for p in order.payments.values() if p.transaction_type is TransactionType.CREDIT]
    return [(str(payment.amount), payment.parent) for payment in found]


def in_status(order: Order, status: OrderStatus) -> Order:
    """The order as if it had this status."""
    return with_totals(replaced(order, status=status))


def legal_statuses(operation: str) -> set[str]:
    """The statuses of the order in which the table says that an operation is legal."""
    return {str(status) for status in OPERATIONS[operation].legal_in}


def refused(order: Order, operation: str, within: Context = CONTEXT, /, **arguments: Any) -> str:
    """Why an operation is not allowed."""
    with pytest.raises(OperationNotAllowed) as caught:
        act(order, operation, within, **arguments)
    assert caught.value.operation == operation
    assert caught.value.statuses["order"] == order.status
    return caught.value.why


def note(**fields: Any) -> NoteFacts:
    """A Custom note that anna wrote as entry 2."""
    facts = NoteFacts(
        seq=2,
        type=NoteType.CUSTOM,
        author=("user", "anna"),
        title="Called",
        detail="Flat 12",
        visibility=Visibility.INTERNAL,
        pinned=False,
        deleted=False,
    )
    return replaced(facts, **fields)


def sums(order: Order, *names: str) -> dict[str, str]:
    """Some of an order's totals as they are spelt."""
    return {name: str(getattr(order.totals, name)) for name in names}


def dec(text: str) -> Decimal:
    """A decimal, spelt shortly."""
    return Decimal(text)


def mixed() -> Order:
    """An order of 100.00 with a pending 10.00, an authorized 20.00 and a paid 30.00."""
    order = paid(placed(), "10.00", pending=True)
    return paid(paid(order, "20.00", transaction_type="Authorization"), "30.00")
