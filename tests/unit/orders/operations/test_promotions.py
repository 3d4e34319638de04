"""Coupons and discounts given by hand: what they take off, and that they never take off too much."""

from typing import Any

import pytest

from ordertrail.errors import (
    DiscountTooLarge,
    DuplicateId,
    InvalidInput,
    InvalidMoney,
    InvalidText,
    NotPermitted,
    UnknownId,
)
from ordertrail.orders.model import Order
from ordertrail.orders.operations.base import Ceilings
from ordertrail.orders.statuses import OrderStatus
from tests.unit.orders.builders import (
    act,
    context,
    dec,
    do,
    events,
    in_status,
    item,
    last,
    legal_statuses,
    placed,
    refused,
    shipment,
    sums,
    trusted_with,
    two_shipments,
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    "add_coupon": {"code": "SPRING", "discount": "10.00"},
    "remove_coupon": {"code": "A"},
    "add_manual_discount": {"amount": "10.00", "reason": "late"},
    "remove_manual_discount": {"discount": "1"},
}


def reduced() -> Order:
    """Two lines of 100.00 and 50.00 with 8.00 shipping, a coupon of 5.00 and 10 % given by hand."""
    lines = {"1": item(), "2": item(1, "50.00")}
    apart = {"1": shipment({"1": 1}, shipping="6.00", handling="2.00"), "2": shipment({"2": 1})}
    order = placed(line_items=lines, shipments=apart, coupons={"A": {"discount": "5.00"}})
    return do(order, "add_manual_discount", percent="10", reason="late")


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_legal_in(operation: str) -> None:
    statuses = {"InProgress", "PartiallyShipped", "OnHold", "AwaitingExchange"}
    assert legal_statuses(operation) == statuses
    for status in OrderStatus:
        order = in_status(reduced(), status)
        if status in statuses:
            assert do(order, operation, **ARGUMENTS[operation]).status is status
        else:
            assert f"the order is {status}" in refused(order, operation, **ARGUMENTS[operation])


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_each_needs_its_permission(operation: str) -> None:
    assert do(reduced(), operation, trusted_with("promotion.apply"), **ARGUMENTS[operation])
    with pytest.raises(NotPermitted, match=f"{operation} needs the permission promotion.apply"):
        do(reduced(), operation, trusted_with(), **ARGUMENTS[operation])


# Coupons


def test_a_coupon_comes_with_its_discount_and_goes_with_it() -> None:
    order = two_shipments()
    steps = act(order, "add_coupon", code="SPRING", discount="10.00", name="Spring sale")
    assert (events(steps), steps[0].subject) == (["PromotionAddCoupon"], "coupon/SPRING")
    assert last(steps).coupons["SPRING"].name == "Spring sale"
    assert sums(last(steps), "discount", "total") == {"discount": "10.00", "total": "190.00"}
    steps = act(last(steps), "remove_coupon", code="SPRING")
    assert (events(steps), steps[0].subject) == (["PromotionRemoveCoupon"], "coupon/SPRING")
    assert last(steps) == order


def test_a_coupon_may_bring_new_prices() -> None:
    prices = {"line_items": {"1": {"discount": "20.00"}}, "shipments": {"1": {"shipping_discount": "6.00"}}}
    order = do(reduced(), "add_coupon", code="FREE", prices=prices)
    # 20.00, a tenth of 130.00, 5.00 and 6.00.
    assert sums(order, "discount") == {"discount": "44.00"}
    back = do(order, "remove_coupon", code="FREE", prices={"line_items": {"1": {"discount": "0.00"}}})
    assert sums(back, "discount") == {"discount": "26.00"}


def test_a_coupon_that_is_there_or_is_not_there_is_refused() -> None:
    with pytest.raises(DuplicateId, match=r"coupon A is on this order already: each code counts once"):
        do(reduced(), "add_coupon", code="A", discount="1.00")
    with pytest.raises(UnknownId, match=r"no coupon 'B'; it has: A"):
        do(reduced(), "remove_coupon", code="B")
    assert refused(two_shipments(), "remove_coupon", code="A") == "the order has no coupon"


@pytest.mark.parametrize("discount", ["-1.00", "0.001", "1e1", 1.5])
def test_a_bad_coupon_is_refused(discount: Any) -> None:
    with pytest.raises(InvalidMoney):
        do(two_shipments(), "add_coupon", code="B", discount=discount)


def test_removing_a_coupon_is_undone_by_adding_it() -> None:
    order = reduced()
    assert do(do(order, "remove_coupon", code="A"), "add_coupon", code="A", discount="5.00") == order


# By hand


@pytest.mark.parametrize(
    ("given", "target", "amount", "off"),
    [
        ({"amount": "12.00"}, "the order", "12.00 USD", "12.00"),
        ({"percent": "12.5"}, "the order", "12.5 %", "25.00"),
        ({"amount": "12.00", "line_item": "1"}, "line item 1", "12.00 USD", "12.00"),
        ({"percent": "0.01", "line_item": "1"}, "line item 1", "0.01 %", "0.02"),
        ({"amount": "2.00", "shipment": "1"}, "shipment 1", "2.00 USD", "2.00"),
        ({"percent": "100", "shipment": "1"}, "shipment 1", "100 %", "5.00"),
    ],
)
def test_a_discount_is_given_and_taken_back(given: dict[str, Any], target: str, amount: str, off: str) -> None:
    order = two_shipments(shipments={"1": shipment(shipping="3.00", handling="2.00"), "2": shipment()})
    steps = act(order, "add_manual_discount", reason={"code": "late", "comment": "sorry"}, **given)
    assert (events(steps), steps[0].subject) == (["PromotionManualDiscount"], "manual_discount/1")
    assert (steps[0].labels["target"], steps[0].labels["amount"]) == (target, amount)
    assert steps[0].data["reason"]["comment"] == "sorry"
    assert sums(last(steps), "discount") == {"discount": off}
    steps = act(last(steps), "remove_manual_discount", discount="1", reason="late")
    assert (events(steps), steps[0].subject) == (["PromotionManualDiscountRemoved"], "manual_discount/1")
    assert steps[0].data["reason"]["code"] == "late"
    assert last(steps).manual_discounts == {}
    assert last(steps).totals == order.totals


def test_a_discount_is_taken_back_without_a_reason_too() -> None:
    steps = act(reduced(), "remove_manual_discount", discount="1")
    assert (steps[0].labels["reason"], steps[0].data) == ("no reason given", {})


def test_a_used_id_of_a_discount_never_comes_back() -> None:
    order = do(do(reduced(), "remove_manual_discount", discount="1"), "add_manual_discount", amount="1.00", reason="x")
    assert list(order.manual_discounts) == ["2"]
    with pytest.raises(UnknownId, match=r"no discount '1'; it has: 2"):
        do(order, "remove_manual_discount", discount="1")
    assert refused(two_shipments(), "remove_manual_discount", discount="1") == "the order has no discount given by hand"


@pytest.mark.parametrize(
    ("given", "most"),
    [
        # 150.00 less the coupon and the tenth.
        ({"amount": "130.01"}, "the order still costs: at most 130.00"),
        ({"amount": "50.01", "line_item": "2"}, "line item 2 still costs: at most 50.00"),
        ({"amount": "8.01", "shipment": "1"}, "shipment 1 still costs: at most 8.00"),
        ({"amount": "0.01", "shipment": "2"}, "shipment 2 still costs: at most 0"),
    ],
)
def test_a_discount_never_takes_its_target_below_zero(given: dict[str, Any], most: str) -> None:
    with pytest.raises(DiscountTooLarge, match=most):
        do(reduced(), "add_manual_discount", reason="late", **given)


def test_all_that_a_target_still_costs_may_be_taken_off() -> None:
    order = do(reduced(), "add_manual_discount", line_item="2", amount="50.00", reason="late")
    # The tenth shrinks with what it is a tenth of, and the line is free all the same.
    assert sums(order, "discount", "total") == {"discount": "65.00", "total": "93.00"}
    with pytest.raises(DiscountTooLarge, match=r"at most 0\.00"):
        do(order, "add_manual_discount", line_item="2", amount="0.01", reason="late")


def test_a_discount_on_what_is_cancelled_in_part_is_for_what_is_left() -> None:
    order = do(two_shipments(), "cancel_shipment", shipment="2", reason="late")
    assert sums(do(order, "add_manual_discount", line_item="1", amount="30.00", reason="x"), "discount") == {
        "discount": "30.00"
    }
    with pytest.raises(DiscountTooLarge, match=r"line item 1 still costs: at most 100\.00"):
        do(order, "add_manual_discount", line_item="1", amount="100.01", reason="x")
    assert refused(order, "add_manual_discount", shipment="2", percent="5", reason="x") == "shipment 2 is Cancelled"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({}, InvalidInput, r"give either an amount or a percentage"),
        ({"amount": "1.00", "percent": "1"}, InvalidInput, r"give either an amount or a percentage"),
        ({"amount": "1.00", "shipment": "1", "line_item": "1"}, InvalidInput, r"give a shipment or a line item, or"),
        ({"amount": "-1.00"}, InvalidMoney, r"below zero"),
        ({"amount": "0.001"}, InvalidMoney, r"at most 2"),
        ({"amount": "0.00"}, InvalidMoney, r"a discount of 0\.00 is none: give an amount above zero"),
        ({"percent": "0"}, InvalidInput, r"0 is no percentage: give a Decimal above zero, at most 100"),
        ({"percent": "-5"}, InvalidInput, r"no percentage"),
        ({"percent": "100.01"}, InvalidInput, r"no percentage"),
        ({"percent": "0.001"}, InvalidInput, r"with at most two places"),
        ({"percent": dec("1E+1")}, InvalidInput, r"no percentage"),
        ({"percent": "1e1"}, InvalidMoney, r"no exponent"),
        ({"percent": dec("NaN")}, InvalidMoney, r"finite"),
        ({"percent": 5.5}, InvalidMoney, r"no float"),
        ({"amount": "1.00", "reason": ""}, InvalidText, r"a reason is a code"),
        ({"amount": "1.00", "shipment": "9"}, UnknownId, r"no shipment '9'; it has: 1, 2"),
        ({"amount": "1.00", "line_item": "9"}, UnknownId, r"no line item '9'; it has: 1, 2"),
    ],
)
def test_a_bad_discount_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(reduced(), "add_manual_discount", **{"reason": "late", **arguments})


def test_a_discount_needs_a_reason() -> None:
    with pytest.raises(InvalidInput, match=r"missing required field `reason`"):
        do(reduced(), "add_manual_discount", amount="1.00")


def test_a_role_gives_discounts_up_to_its_ceiling() -> None:
    within = context(ceilings=Ceilings(discount={"USD": dec("15.00")}))
    assert do(two_shipments(), "add_manual_discount", within, percent="7.5", reason="late")
    with pytest.raises(DiscountTooLarge, match=r"15\.02 USD is more than you may take off at once: at most 15\.00"):
        do(two_shipments(), "add_manual_discount", within, percent="7.51", reason="late")
    yen = placed(currency="JPY", line_items={"1": item(1, "500")})
    assert do(yen, "add_manual_discount", within, amount="400", reason="late")


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("add_manual_discount", {"amount": "1.00", "reason": "late"}),
        ("add_coupon", {"code": "B", "discount": "1.00"}),
        ("remove_coupon", {"code": "A"}),
        ("remove_manual_discount", {"discount": "1"}),
    ],
)
@pytest.mark.parametrize("price", [{"discount": "90.00"}, {"unit_price": "55.00"}])
def test_prices_that_come_along_count_towards_the_ceiling(
    operation: str, arguments: dict[str, Any], price: dict[str, str]
) -> None:
    order = do(two_shipments(coupons={"A": {"discount": "1.00"}}), "add_manual_discount", amount="1.00", reason="late")
    prices = {"prices": {"line_items": {"1": price}}}
    within = context(ceilings=Ceilings(discount={"USD": dec("5.00")}))
    with pytest.raises(DiscountTooLarge, match=r"(89|91)\.00 USD is more than you may take off at once: at most 5\.00"):
        do(order, operation, within, **arguments, **prices)
    assert do(order, operation, within, **arguments)
    assert do(order, operation, **arguments, **prices)


def test_a_coupon_takes_off_no_more_than_the_ceiling() -> None:
    within = context(ceilings=Ceilings(discount={"USD": dec("5.00")}))
    assert do(two_shipments(), "add_coupon", within, code="A", discount="5.00")
    with pytest.raises(DiscountTooLarge, match=r"5\.01 USD is more than you may take off at once"):
        do(two_shipments(), "add_coupon", within, code="A", discount="5.01")
    # A discount on a price that was raised first is a discount all the same.
    raised = {"line_items": {"1": {"unit_price": "200.00", "discount": "200.00"}}}
    with pytest.raises(DiscountTooLarge, match=r"205\.00 USD"):
        do(two_shipments(), "add_coupon", within, code="A", discount="5.00", prices=raised)
