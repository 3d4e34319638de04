"""Orders brought into each status, and beyond, so that every operation finds one that it can work on."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from ordertrail import Desk
from ordertrail.orders.statuses import OrderStatus

ADDRESS = {"name": "Mercy Taylor", "line1": "Flat 12", "city": "Springfield", "country": "US"}

Line = dict[str, object]


def lines() -> dict[str, Line]:
    """Three line items, enough of each for all shipments."""
    return {
        "1": {"sku": "TENT-2", "name": "Tent for two", "quantity": 20, "unit_price": Decimal("249.00")},
        "2": {"sku": "PEG", "name": "Peg", "quantity": 4, "unit_price": Decimal("1.50"), "tax": Decimal("0.60")},
        "3": {"sku": "ROPE", "name": "Rope, by the metre", "quantity": "2.5", "unit_price": Decimal("3.10")},
    }


def shipments() -> dict[str, dict[str, object]]:
    """Nine shipments: the first holds two lines, one waits, each has something to it."""
    quantities: dict[str, dict[str, object]] = {str(number): {"1": 2} for number in range(1, 10)}
    quantities["1"] = {"1": 4, "2": 4, "3": "2.5"}
    made: dict[str, dict[str, object]] = {
        key: {"method": "Ground", "quantities": held, "shipping": Decimal("5.00"), "address": ADDRESS}
        for key, held in quantities.items()
    }
    made["2"]["awaiting_inventory"] = True
    return made


def place(desk: Desk) -> str:
    """A rich order, InProgress: shipments of every open status, payments, promotions, notes, attributes."""
    order = desk.place_order(
        {
            "market": "US",
            "currency": "USD",
            "customer": {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"},
            "line_items": lines(),
            "shipments": shipments(),
            "coupons": {"SPRING": {"discount": Decimal("10.00"), "name": "Spring"}},
            "attributes": {"gift": "yes"},
        }
    )
    dress(desk, order.id)
    work(desk, order.id)
    return order.id


def dress(desk: Desk, order_id: str) -> None:
    """Payments of all fates, a discount given by hand, notes."""
    desk.add_payment(order_id, amount=Decimal("500.00"), method="Card", transaction_type="Authorization")
    desk.add_payment(order_id, amount=Decimal("400.00"), method="PayPal")
    desk.add_payment(order_id, amount=Decimal("20.00"), method="Voucher", pending=True)
    desk.add_manual_discount(order_id, percent=Decimal("5"), reason="goodwill")
    desk.add_note(order_id, title="Called the customer", detail="Flat 12, not 21.")
    pinned = desk.add_note(order_id, title="Fragile")
    desk.pin_note(order_id, note=pinned.version)


def work(desk: Desk, order_id: str) -> None:
    """Shipments 3 to 5 in every other open status."""
    desk.release_shipment(order_id, shipment="3")
    desk.release_shipment(order_id, shipment="4")
    desk.add_to_pick_list(order_id, shipment="4", pick_list="PL-7")
    desk.hold_shipment(order_id, shipment="5", reason="address")


def ship(desk: Desk, order_id: str, *keys: str) -> None:
    """Ship these shipments, wherever they stand."""
    for key in keys:
        desk.complete_shipment(order_id, shipment=key, left_anyway="mistake", tracking_number=f"1Z{key}")


def returns(desk: Desk, order_id: str) -> None:
    """Returns: 1 still out, 2 in, 3 still out and to be exchanged, 4 in and to be exchanged."""
    for kind in ("refund", "refund", "exchange", "exchange"):
        desk.create_return(order_id, items={"1": {"quantity": 1, "reason": "wrong-size"}}, kind=kind)
    for key in ("2", "4"):
        desk.receive_return_items(order_id, return_id=key, items={"1": {"quantity": 1, "condition": "good"}})


def partially_shipped(desk: Desk) -> str:
    """Some shipments have left, of some of which returns come back; the others are in every open status."""
    order_id = place(desk)
    ship(desk, order_id, "6", "7", "8", "9")
    returns(desk, order_id)
    return order_id


def completed(desk: Desk) -> str:
    """All shipments have left, or were cancelled."""
    order_id = partially_shipped(desk)
    ship(desk, order_id, "1", "3", "4")
    for key in ("2", "5"):
        desk.cancel_shipment(order_id, shipment=key, reason="out-of-stock")
    return order_id


def cancelled(desk: Desk) -> str:
    """Cancelled, before anything had left."""
    order_id = place(desk)
    desk.cancel_order(order_id, reason="changed-mind", initiator="customer")
    return order_id


def held(desk: Desk) -> str:
    """On hold, before anything had left."""
    order_id = place(desk)
    desk.hold_order(order_id, reason="fraud")
    return order_id


def held_shipped(desk: Desk) -> str:
    """On hold, when some had left."""
    order_id = partially_shipped(desk)
    desk.hold_order(order_id, reason="payment")
    return order_id


def awaiting_exchange(desk: Desk) -> str:
    """What replaces a return, waiting for it."""
    original = partially_shipped(desk)
    made = {key: value for key, value in shipments().items() if key in ("1", "2", "5")}
    wanted = lines()
    wanted["1"]["quantity"] = 8
    order = desk.create_exchange_order(
        original, return_id="3", line_items=wanted, shipments=made, attributes={"gift": "no"}
    )
    exchange = order.returns["3"].exchange_order
    assert exchange is not None
    dress(desk, exchange)
    desk.add_coupon(exchange, code="SPRING", discount=Decimal("1.00"))
    desk.hold_shipment(exchange, shipment="5", reason="address")
    return exchange


def without_shipments(desk: Desk) -> str:
    """Nothing to ship: a service, a gift card."""
    return desk.place_order({"market": "US", "currency": "USD"}).id


def keep(build: Callable[[Desk], str]) -> Callable[[Desk], str]:
    """The same under legal hold."""

    def kept(desk: Desk) -> str:
        order_id = build(desk)
        desk.set_legal_hold(order_id, reason="dispute over delivery")
        return order_id

    return kept


BUILT: Mapping[OrderStatus, tuple[Callable[[Desk], str], ...]] = {
    OrderStatus.IN_PROGRESS: (place, without_shipments, keep(place)),
    OrderStatus.ON_HOLD: (held, held_shipped, keep(held)),
    OrderStatus.PARTIALLY_SHIPPED: (partially_shipped, keep(partially_shipped)),
    OrderStatus.COMPLETED: (completed, keep(completed)),
    OrderStatus.CANCELLED: (cancelled, keep(cancelled)),
    OrderStatus.AWAITING_EXCHANGE: (awaiting_exchange, keep(awaiting_exchange)),
}
"""How to build an order in each status; the first is the plainest."""
