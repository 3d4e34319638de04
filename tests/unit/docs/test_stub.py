"""What type checkers see of operations and their inputs is what they do: this file is checked with them, and run."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import assert_type

from ordertrail import (
    Address,
    Customer,
    GivenReason,
    NewLineItem,
    NewOrder,
    NewPayment,
    NewShipment,
    OrderTrail,
    RecordedOrder,
)
from ordertrail.orders.statuses import TransactionType


def test_operations_accept_what_their_types_say(sqlite_url: str) -> None:
    trail = OrderTrail.open(sqlite_url)
    with trail.acting("anna", channel="Order Management") as desk:
        line = NewLineItem(sku="TENT-2", name="Tent for two", quantity=Decimal(2), unit_price=Decimal("249.00"))
        order = desk.place_order({"market": "US", "currency": "USD", "line_items": {"1": line}})
        assert_type(desk.hold_order(order.id, reason="fraud"), RecordedOrder)
        desk.hold_order(order.id, reason=GivenReason(code="credit"))
        desk.hold_order(order.id, reason={"code": "address", "comment": "no such street"})
        for hold in ("1", "2", "3"):
            desk.release_hold(order.id, hold=hold)
        desk.change_billing_address(order.id, address=Address(country="US"))
        desk.change_billing_address(order.id, address={"country": "SE"}, expected_version=8)
        desk.add_coupon(order.id, code="TEN", discount="10.00", name="Ten off")
        desk.add_line_item(order.id, sku="PEG", name="Peg", quantity=10, unit_price=1)
        desk.add_payment(order.id, amount="8.00", method="Card", transaction_type="Authorization")
        paid_at = datetime(2026, 1, 31, tzinfo=UTC)
        order = desk.add_payment(
            order.id, amount=490, method="Card", transaction_type=TransactionType.SALE, processed_at=paid_at
        )
        desk.erase_personal_data(order.id, reason="erasure-request", entries=[1, 2])

    assert order.billing_address == Address(country="SE")
    assert order.coupons["TEN"].name == "Ten off"
    assert order.totals.total == Decimal("498.00")
    assert order.payments["2"].processed_at == paid_at


def test_constructors_accept_what_their_types_say(sqlite_url: str) -> None:
    with OrderTrail.open(sqlite_url).acting("anna", channel="Order Management") as desk:
        new = NewOrder(
            market="US",
            currency="USD",
            customer={"id": "C1", "name": "Mercy Taylor"},
            placed="2026-01-31T12:00:00Z",
            line_items={
                "1": NewLineItem(sku="TENT-2", name="Tent for two", quantity=1, unit_price="249.00"),
                "2": {"sku": "PEG", "name": "Peg", "quantity": 20, "unit_price": Decimal("0.50")},
            },
            shipments={"1": NewShipment(method="Ground", quantities={"1": 1, "2": "20"}, address={"country": "US"})},
            payments={"1": NewPayment(amount=259, method="Card", transaction_type="Authorization")},
            hold={"code": "fraud"},
        )
        order = desk.place_order(new)

    assert_type(new.customer, Customer | None)
    assert_type(new.line_items["1"].quantity, Decimal)
    assert order.customer == Customer(id="C1", name="Mercy Taylor")
    assert order.placed == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert order.shipments["1"].quantities == {"1": Decimal(1), "2": Decimal(20)}
    assert order.payments["1"].transaction_type is TransactionType.AUTHORIZATION
    assert order.totals.total == Decimal("259.00")
