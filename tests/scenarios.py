"""Orders brought into each status, and beyond, so that every operation finds one that it can work on."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

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


# What only comes about on purpose


def everything_at_placing(desk: Desk) -> None:
    """An order that comes with a payment, a coupon, a shipment that waits, and a hold."""
    desk.place_order(
        {
            "market": "US",
            "currency": "USD",
            "line_items": {"1": {"sku": "TENT-2", "name": "Tent", "quantity": 1, "unit_price": Decimal(249)}},
            "shipments": {"1": {"method": "Ground", "quantities": {"1": 1}, "awaiting_inventory": True}},
            "payments": {"1": {"amount": Decimal(100), "method": "Card"}},
            "coupons": {"SPRING": {"discount": Decimal(10)}},
            "hold": {"code": "fraud", "comment": "three cards"},
        }
    )


def holds_end(desk: Desk) -> None:
    """Of two holds first one is released, then the other: with nothing, something, and everything shipped."""
    for gone in ((), ("6",), tuple("123456789")):
        order_id = place(desk)
        desk.hold_order(order_id, reason="fraud")
        desk.hold_order(order_id, reason="address")
        for key in gone:
            desk.complete_shipment(order_id, shipment=key, left_anyway="mistake")
        desk.release_hold(order_id, hold="2")
        desk.release_hold(order_id)


def shipped_by_mistake(desk: Desk) -> None:
    """Shipments that had not left after all, the last one, and the only one; a capture with the first."""
    order_id = place(desk)
    desk.complete_shipment(order_id, shipment="4", capture=True)
    desk.confirm_delivery(order_id, shipment="4")
    desk.confirm_delivery(order_id, shipment="4", clear=True, reason="wrong-item")
    desk.reopen_shipment(order_id, shipment="4", reason="mistake")
    ship(desk, order_id, *"123456789")
    desk.reopen_shipment(order_id, shipment="9", reason="mistake")
    desk.cancel_shipment(order_id, shipment="9", reason="lost")


def edits(desk: Desk) -> None:
    """Every edit of what is not shipped yet."""
    order_id = place(desk)
    item: Mapping[str, Any] = {"sku": "MAT", "name": "Mat", "quantity": 2, "unit_price": Decimal("9.90")}
    desk.add_line_item(order_id, **item, shipment="1")
    desk.add_line_item(order_id, **item, new_shipment={"method": "Ground", "awaiting_inventory": True})
    desk.change_line_item(order_id, line_item="4", unit_price=Decimal("8.90"))
    desk.remove_line_item(order_id, line_item="4")
    desk.change_shipping_address(order_id, shipment="1", address={**ADDRESS, "line1": "Flat 21"})
    desk.change_shipping_method(order_id, shipment="1", method="Air")
    desk.change_warehouse(order_id, shipment="1", warehouse="North")
    desk.split_shipment(order_id, shipment="1", quantities={"2": 1}, awaiting_inventory=True)
    desk.remove_coupon(order_id, code="SPRING")
    desk.add_coupon(order_id, code="SUMMER", discount=Decimal(5))
    desk.remove_manual_discount(order_id, discount="1")
    desk.change_billing_address(order_id, address=ADDRESS)
    desk.change_customer(order_id, customer={"id": "C1", "name": "Mercy T. Taylor"})
    desk.set_attribute(order_id, key="wrapping", value="blue", shipment="1")
    desk.remove_attribute(order_id, key="gift")
    desk.add_reference(order_id, key="erp", value="4711")
    desk.set_tracking(order_id, shipment="1", carrier="UPS", tracking_number="1Z999")
    desk.change_promised_date(order_id, shipment="1", promised="2030-01-31T12:00:00Z")


def back_and_forth(desk: Desk) -> None:
    """A shipment through all its statuses and back."""
    order_id = place(desk)
    desk.assign_inventory(order_id, shipment="2")
    desk.await_inventory(order_id, shipment="2")
    desk.release_shipment(order_id, shipment="1")
    desk.unrelease_shipment(order_id, shipment="1")
    desk.remove_from_pick_list(order_id, shipment="4")
    desk.release_shipment_hold(order_id, shipment="5")


def payments(desk: Desk) -> None:
    """Payments that went through, failed, were voided, captured and given back; nothing to ship."""
    order_id = without_shipments(desk)
    for pending in (True, True, True):
        desk.add_payment(order_id, amount=Decimal(30), method="Card", pending=pending, overpayment=True)
    desk.process_payment(order_id, payment="1")
    desk.fail_payment(order_id, payment="2")
    desk.void_payment(order_id, payment="3")
    desk.add_payment(order_id, amount=9, method="Card", transaction_type="Authorization", overpayment=True)
    desk.capture_payment(order_id, payment="4", amount=5)
    desk.create_refund(order_id, amount=5, kind="goodwill", reason="late", payment="1")
    desk.complete_order(order_id)
    cancelled_order = place(desk)
    desk.cancel_order(cancelled_order, reason="changed-mind", initiator="customer", void_authorizations=True)


def notes(desk: Desk) -> None:
    """Notes written, edited, deleted; activities from outside; a legal hold that ends, and erasure."""
    order_id = without_shipments(desk)
    desk.add_note(order_id, title="Called", detail="No answer.")
    desk.edit_note(order_id, note=2, detail="Answered at last.")
    desk.pin_note(order_id, note=2)
    desk.unpin_note(order_id, note=2)
    desk.delete_note(order_id, note=2, reason="mistake")
    desk.record_activity(order_id, title="Parcel shop closed")
    desk.record_activity(order_id, event_type="shop.GiftWrapped", data={"paper": "blue"})
    desk.set_legal_hold(order_id, reason="dispute")
    desk.release_legal_hold(order_id, reason="settled")
    desk.erase_personal_data(order_id, reason="erasure-request")


def exchanges(desk: Desk) -> None:
    """Exchange orders: one starts with its return, one finds nothing came in, one is cancelled, one goes ahead."""
    for fate in ("received", "nothing", "cancelled", "ahead"):
        order_id = partially_shipped(desk)
        item = {"sku": "TENT-3", "name": "Tent for three", "quantity": 1, "unit_price": Decimal(299)}
        shipment = {"method": "Ground", "quantities": {"1": 1}, "awaiting_inventory": True}
        made = desk.create_exchange_order(order_id, return_id="3", line_items={"1": item}, shipments={"1": shipment})
        exchange = made.returns["3"].exchange_order
        EXCHANGE_FATES[fate](desk, order_id, str(exchange))
    desk.change_return(order_id, return_id="1", comment="by post")
    desk.cancel_return(order_id, return_id="1", reason="changed-mind")
    desk.complete_return(order_id, return_id="2")


def _received(desk: Desk, order_id: str, _: str) -> None:
    desk.receive_return_items(order_id, return_id="3", items={"1": {"quantity": 1}})
    desk.complete_return(order_id, return_id="3")


def _nothing(desk: Desk, order_id: str, _: str) -> None:
    desk.receive_return_items(order_id, return_id="3", close=True)
    desk.complete_return(order_id, return_id="3")


def _cancelled(desk: Desk, _: str, exchange: str) -> None:
    desk.cancel_order(exchange, reason="changed-mind", initiator="customer")


def _ahead(desk: Desk, _: str, exchange: str) -> None:
    desk.start_exchange_order(exchange, reason="goodwill")


EXCHANGE_FATES: Mapping[str, Callable[[Desk, str, str], None]] = {
    "received": _received,
    "nothing": _nothing,
    "cancelled": _cancelled,
    "ahead": _ahead,
}

PLAYS: tuple[Callable[[Desk], None], ...] = (
    everything_at_placing,
    holds_end,
    shipped_by_mistake,
    edits,
    back_and_forth,
    payments,
    notes,
    exchanges,
)
"""What brings about everything that can be recorded."""
