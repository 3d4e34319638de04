"""What other processes do to a shop: they acknowledge each operation through a pipe once its call has returned."""

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from ordertrail import Desk, OrderTrail, RecordedOrder
from ordertrail.orders.statuses import OrderStatus
from ordertrail.store import postgresql, sqlite  # imported before the fork, so that a child need not

ENGINES = (postgresql, sqlite)

PROCESSES = get_context("forkserver")
"""Processes that start quickly: forked from one that has imported everything, and has opened nothing."""

PROCESSES.set_forkserver_preload([__name__])


class Done(NamedTuple):
    """An operation that was acknowledged: what marks its entries, and where it left the order."""

    marker: str
    order_id: str
    version: int
    head: bytes


# Many processes on few orders

MARKED: tuple[Callable[[Desk, str, str], RecordedOrder], ...] = (
    lambda desk, order_id, marker: desk.add_note(order_id, title=marker, cause=marker),
    lambda desk, order_id, marker: desk.set_attribute(order_id, key=marker, value=marker, cause=marker),
    lambda desk, order_id, marker: desk.add_reference(order_id, key=marker, value=marker, cause=marker),
    lambda desk, order_id, marker: desk.add_payment(
        order_id, amount=1, method="Card", reference=marker, overpayment=True, cause=marker
    ),
    lambda desk, order_id, marker: desk.hold_order(order_id, reason=marker, cause=marker),
)
"""Operations that never stand in each other's way, each of which leaves its marker."""


def work(url: str, name: str, orders: list[str], operations: int, seed: int, pipe: Connection) -> None:
    """So many operations on these orders, in a random order."""
    rng = random.Random(seed)
    with OrderTrail.open(url) as trail:
        desk = trail.acting(name, channel="Order Management")
        for number in range(operations):
            marker, order_id = f"{name}-{number}", rng.choice(orders)
            order = rng.choice(MARKED)(desk, order_id, marker)
            pipe.send(Done(marker, order_id, order.version, order.head))
    pipe.close()


# One process that is killed

LINES = {"1": {"sku": "TENT-2", "name": "Tent for two", "quantity": 2, "unit_price": Decimal("249.00")}}

EVENTS = {
    "place": ["OrderGroupCreated", "ShipmentAwaitingInventory", "PromotionAddCoupon", "AddingPayment"],
    "ship": ["ShipmentShipped", "OrderGroupCompleted"],
    "return": ["ReturnCreated"],
    "exchange": ["ExchangeOrderCreated", "CreatingRefund", "OrderGroupCreated", "AddingPayment"],
    "receive": ["ReturnReceiptItems"],
    "complete": ["ReturnCompleted", "PaymentProcessed", "PaymentProcessed", "OrderGroupInProgress"],
    "cancel": ["OrderGroupCancelled", "ShipmentCancelled"],
}
"""What each kind of operation records, on one order or two."""


def work_until_killed(url: str, name: str, pipe: Connection) -> None:
    """Order after order, shipped, returned, exchanged: most operations have several entries, some on two orders."""
    with OrderTrail.open(url) as trail:
        desk = trail.acting("anna", channel="Order Management")
        for number in count():
            for done in live(desk, f"{name}-{number}"):
                pipe.send(done)


def live(desk: Desk, name: str) -> Iterator[Done]:
    """The life of one order; each operation carries a marker that names its kind."""

    def done(kind: str, order: RecordedOrder) -> Done:
        return Done(f"{name}:{kind}", order.id, order.version, order.head)

    def cause(kind: str) -> Any:
        return {"cause": f"{name}:{kind}"}

    order = desk.place_order(_new(), **cause("place"))
    yield done("place", order)
    key = order.id
    left: dict[str, Any] = {"shipment": "1", "left_anyway": "mistake"}
    yield done("ship", desk.complete_shipment(key, **left, **cause("ship")))
    item = {"1": {"quantity": 1, "reason": "wrong-size"}}
    yield done("return", desk.create_return(key, items=item, kind="exchange", **cause("return")))
    made: dict[str, Any] = {"line_items": LINES, "shipments": {"1": {"method": "Ground", "quantities": {"1": 2}}}}
    order = desk.create_exchange_order(key, return_id="1", **made, **cause("exchange"))
    yield done("exchange", order)
    exchange = str(order.returns["1"].exchange_order)
    yield done(
        "receive", desk.receive_return_items(key, return_id="1", items={"1": {"quantity": 1}}, **cause("receive"))
    )
    yield done("complete", desk.complete_return(key, return_id="1", **cause("complete")))
    order = desk.cancel_order(exchange, reason="changed-mind", initiator="customer", **cause("cancel"))
    assert order.status is OrderStatus.CANCELLED
    yield done("cancel", order)


def _new() -> dict[str, Any]:
    return {
        "market": "US",
        "currency": "USD",
        "line_items": LINES,
        "shipments": {"1": {"method": "Ground", "quantities": {"1": 2}, "awaiting_inventory": True}},
        "coupons": {"SPRING": {"discount": 10}},
        "payments": {"1": {"amount": 488, "method": "Card"}},
    }
