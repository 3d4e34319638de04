"""What counts towards a role's ceiling for discounts, whichever operation it comes with."""

from typing import Any

import pytest

from ordertrail.errors import DiscountTooLarge
from ordertrail.orders.discounts import taken_off
from ordertrail.orders.model import Order
from ordertrail.orders.operations.base import Ceilings
from tests.unit.orders.builders import act, back, context, dec, do, item, new, placed, shipment, sold, two_shipments

CLERK = context(ceilings=Ceilings(discount={"USD": dec("10.00")}))

FIRST = {"line_item": "1", "shipment": "1"}


def carried(**fields: Any) -> Order:
    """Two shipments, of which the first costs shipping and handling."""
    return two_shipments(shipments={"1": shipment(shipping="30.00", handling="5.00"), "2": shipment()}, **fields)


def line(**price: str) -> dict[str, Any]:
    """Prices of line item 1."""
    return {"prices": {"line_items": {"1": price}}}


def carriage(**price: str) -> dict[str, Any]:
    """Prices of shipment 1."""
    return {"prices": {"shipments": {"1": price}}}


@pytest.mark.parametrize(
    ("operation", "arguments", "off"),
    [
        ("change_line_item", {**FIRST, "discount": "10.01"}, "10.01"),
        ("change_line_item", {**FIRST, "unit_price": "94.99"}, "10.02"),
        ("change_line_item", {**FIRST, "name": "Tent 2", **line(discount="150.00")}, "150.00"),
        ("change_line_item", {**FIRST, "name": "Tent 2", **carriage(handling="0.00", shipping="20.00")}, "15"),
        ("change_shipping_method", {"shipment": "1", "method": "Ground", **carriage(shipping="19.00")}, "11.00"),
        ("change_shipping_method", {"shipment": "1", "method": "Air", **line(discount="200.00")}, "200.00"),
        ("change_shipping_address", {"shipment": "1", "address": {}, **carriage(shipping_discount="31.00")}, "31.00"),
        ("split_shipment", {"shipment": "1", "quantities": {"1": "0.5"}, **line(discount="11.00")}, "11.00"),
        ("add_line_item", {"shipment": "1", **item(discount="11.00")}, "11.00"),
        ("remove_line_item", {"line_item": "2", **line(unit_price="1.00")}, "198.00"),
        # More than there is to take it off: what is added later would be free.
        ("change_line_item", {**FIRST, "discount": "1000.00"}, "1000.00"),
    ],
)
def test_what_an_edit_takes_off_counts(operation: str, arguments: dict[str, Any], off: str) -> None:
    order = do(carried(), "add_line_item", id="2", shipment="1", **item(1, "20.00"))
    with pytest.raises(DiscountTooLarge, match=rf"^{off}.* USD is more than you may take off at once: at most 10\.00"):
        do(order, operation, CLERK, **arguments)
    assert do(order, operation, **arguments)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("change_line_item", {**FIRST, "unit_price": "300.00"}),
        ("change_line_item", {**FIRST, "quantity": "0.5"}),
        ("change_line_item", {**FIRST, "quantity": 50}),
        ("change_line_item", {**FIRST, "discount": "0.00", "tax": "0.00"}),
        ("change_shipping_method", {"shipment": "1", "method": "Economy", **carriage(shipping="1.00")}),
        ("change_shipping_address", {"shipment": "1", "address": {"city": "Rome"}, **carriage(shipping="0.00")}),
        ("change_warehouse", {"shipment": "1", "warehouse": "W2", **carriage(handling="0.00", shipping="0.00")}),
        ("split_shipment", {"shipment": "1", "quantities": {"1": "0.5"}}),
        ("hold_order", {"reason": "late"}),
        ("cancel_shipment", {"shipment": "1", "reason": "late"}),
        ("cancel_order", {"reason": "late", "initiator": "shop"}),
        ("add_payment", {"amount": "10.00", "method": "Card"}),
    ],
)
def test_what_only_follows_from_something_else_does_not(operation: str, arguments: dict[str, Any]) -> None:
    order = do(carried(line_items={"1": item(2, discount="60.00")}), "add_manual_discount", percent=50, reason="late")
    assert do(order, operation, CLERK, **arguments)


@pytest.mark.parametrize(
    "fields",
    [
        {"coupons": {"A": {"discount": "200.00"}}},
        {"coupons": {"A": {"discount": "6.00"}, "B": {"discount": "6.00"}}},
        {"line_items": {"1": item(discount="11.00")}},
        {"shipments": {"1": shipment(shipping="20.00", shipping_discount="11.00")}},
    ],
)
def test_of_a_new_order_all_discounts_count(fields: dict[str, Any]) -> None:
    with pytest.raises(DiscountTooLarge, match=r"is more than you may take off at once: at most 10\.00"):
        act(None, "place_order", CLERK, **new(**fields))
    assert act(None, "place_order", CLERK, **new(coupons={"A": {"discount": "10.00"}}))
    assert act(None, "place_order", CLERK, **new(**fields, currency="EUR"))


def test_an_exchange_order_is_a_new_one() -> None:
    order = back(sold(), kind="exchange")
    within = context(ceilings=CLERK.ceilings, new_id="order-2")
    arguments = {"return_id": "1", "line_items": {"1": item(discount="10.01")}, "shipments": {"1": shipment()}}
    with pytest.raises(DiscountTooLarge, match=r"10\.01 USD"):
        do(order, "create_exchange_order", within, **arguments)
    arguments["line_items"] = {"1": item(discount="10.00")}
    assert do(order, "create_exchange_order", within, **arguments)


def test_what_is_given_in_place_of_another_discount_counts_for_the_difference() -> None:
    order = placed(coupons={"A": {"discount": "30.00"}})
    assert do(order, "remove_coupon", CLERK, code="A", **line(discount="40.00"))
    with pytest.raises(DiscountTooLarge, match=r"10\.01 USD"):
        do(order, "remove_coupon", CLERK, code="A", **line(discount="40.01"))
    assert taken_off(order, do(order, "remove_coupon", code="A")) == dec("-30.00")
