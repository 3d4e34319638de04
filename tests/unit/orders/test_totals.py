"""Totals to the cent, in examples worked out by hand."""

from decimal import ROUND_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.errors import InvalidMoney
from ordertrail.orders.model import Order, replaced
from ordertrail.orders.money import sum_quantities
from ordertrail.orders.totals import (
    costs_the_same,
    items_value,
    paid_rest,
    shipment_share,
    totals,
    with_totals,
)
from tests.unit.orders.builders import dec, do, item, paid, placed, returning, shipment, shipped, sums, two_shipments

LINES = {
    "1": item(3, "19.99", discount="5.00", tax="4.40"),
    "2": item(2, "0.50", tax="0.08"),
}
SHIPMENTS = {
    "1": shipment({"1": 2, "2": 2}, shipping="5.00", handling="1.50", shipping_discount="2.00", shipping_tax="0.36"),
    "2": shipment({"1": 1}, shipping="3.00", shipping_tax="0.24"),
}
GOODS = ("subtotal", "discount", "shipping", "handling", "tax", "total")


def rich(**fields: object) -> Order:
    """Two lines in two shipments, with all that can be charged."""
    return placed(line_items=LINES, shipments=SHIPMENTS, **fields)


def test_tax_comes_on_top_of_prices_without_it() -> None:
    assert sums(rich(), *GOODS) == {
        "subtotal": "60.97",  # 3 × 19.99 + 2 × 0.50
        "discount": "7.00",  # 5.00 + 2.00
        "shipping": "8.00",
        "handling": "1.50",
        "tax": "5.08",  # 4.40 + 0.08 + 0.36 + 0.24
        "total": "68.55",
    }


def test_tax_is_inside_prices_that_include_it() -> None:
    assert sums(rich(prices_include_tax=True), "tax", "total") == {"tax": "5.08", "total": "63.47"}


def test_items_and_shipping_of_a_cancelled_shipment_do_not_count() -> None:
    left = do(rich(), "cancel_shipment", shipment="2", reason="late")
    assert sums(left, *GOODS) == {
        "subtotal": "40.98",  # 2 × 19.99 + 2 × 0.50
        "discount": "5.33",  # two thirds of 5.00, and 2.00
        "shipping": "5.00",
        "handling": "1.50",
        "tax": "3.37",  # two thirds of 4.40 are 2.93, 0.08, 0.36
        "total": "45.52",
    }


def test_a_cancelled_order_costs_nothing_and_owes_what_was_paid() -> None:
    order = do(paid(rich(), "68.55"), "cancel_order", reason="late", initiator="customer")
    assert sums(order, *GOODS, "paid", "balance") == {
        **dict.fromkeys(GOODS, "0.00"), "paid": "68.55", "balance": "-68.55",
    }  # fmt: skip


def test_an_order_without_shipments_counts_all_of_its_lines() -> None:
    assert sums(placed(line_items=LINES, shipments={}), *GOODS) == {
        "subtotal": "60.97",
        "discount": "5.00",
        "shipping": "0.00",
        "handling": "0.00",
        "tax": "4.48",
        "total": "60.45",
    }


def test_an_order_without_anything_costs_nothing() -> None:
    assert sums(placed(line_items={}, shipments={}), "total", "balance") == {"total": "0.00", "balance": "0.00"}


@pytest.mark.parametrize(
    ("currency", "price", "percent", "discount", "total"),
    [
        ("USD", "0.05", "10", "0.02", "0.13"),  # 10 % of 0.15 is 0.015, which rounds to the even 0.02
        ("USD", "33.35", "12.5", "12.51", "87.54"),  # 12.5 % of 100.05 is 12.50625
        ("JPY", "333", "5", "50", "949"),  # 49.95
        ("JPY", "10", "5", "2", "28"),  # 1.5
        ("KWD", "1.235", "12.5", "0.463", "3.242"),  # 0.463125
    ],
)
def test_a_percentage_of_the_order_is_rounded_once(
    currency: str, price: str, percent: str, discount: str, total: str
) -> None:
    order = placed(currency=currency, line_items={"1": item(3, price)}, shipments={"1": shipment({"1": 3})})
    order = do(order, "add_manual_discount", percent=percent, reason="late")
    assert sums(order, "discount", "total") == {"discount": discount, "total": total}


def test_a_price_times_a_broken_quantity_rounds_half_even() -> None:
    order = placed(line_items={"1": item("2.5", "0.05")}, shipments={"1": shipment({"1": "2.5"})})
    assert sums(order, "subtotal") == {"subtotal": "0.12"}  # 0.125


def test_coupons_and_discounts_never_take_the_items_below_zero() -> None:
    order = placed(coupons={"BIG": {"discount": "80.00"}, "BIGGER": {"discount": "30.00"}})
    assert sums(order, "discount", "total") == {"discount": "100.00", "total": "0.00"}


def test_a_line_discount_never_takes_its_line_below_zero() -> None:
    order = placed(line_items={"1": item(1, "10.00", discount="12.00")})
    assert sums(order, "subtotal", "discount", "total") == {"subtotal": "10.00", "discount": "10.00", "total": "0.00"}


def test_discounts_on_shipping_never_take_it_below_zero() -> None:
    order = placed(shipments={"1": shipment(shipping="4.00", handling="1.00", shipping_discount="3.00")})
    order = do(order, "add_manual_discount", shipment="1", percent="50", reason="late")
    # 3.00 and half of 5.00 are more than 5.00.
    assert sums(order, "discount", "total") == {"discount": "5.00", "total": "100.00"}


def test_a_percentage_of_a_line_is_of_what_is_not_cancelled() -> None:
    order = do(two_shipments(), "add_manual_discount", line_item="1", percent="10", reason="late")
    assert sums(order, "discount") == {"discount": "20.00"}
    assert sums(do(order, "cancel_shipment", shipment="2", reason="late"), "discount") == {"discount": "10.00"}


def test_an_amount_off_a_line_stays_whole_when_a_part_of_it_is_cancelled() -> None:
    order = do(two_shipments(), "add_manual_discount", line_item="1", amount="30.00", reason="late")
    order = do(order, "cancel_shipment", shipment="2", reason="late")
    assert sums(order, "discount", "total") == {"discount": "30.00", "total": "70.00"}


def test_no_sum_outgrows_its_column() -> None:
    with pytest.raises(InvalidMoney, match=r"too large: amounts stay below 10000000000000.00"):
        placed(line_items={"1": item(10**6, "99999999.99")}, shipments={})
    with pytest.raises(InvalidMoney, match=r"too large"):
        placed(line_items={str(key): item(10**8, "9999999999999.99") for key in range(500)}, shipments={})


def test_money_stands_where_authorizations_captures_and_voids_left_it() -> None:
    order = paid(placed(), "100.00", transaction_type="Authorization")
    assert sums(order, "authorized", "paid", "balance") == {"authorized": "100.00", "paid": "0.00", "balance": "100.00"}
    order = do(order, "capture_payment", payment="1", amount="40.00")
    assert sums(order, "authorized", "paid", "balance") == {"authorized": "60.00", "paid": "40.00", "balance": "60.00"}
    voided = do(order, "void_payment", payment="1")
    assert sums(voided, "authorized", "paid", "balance") == {"authorized": "0.00", "paid": "40.00", "balance": "60.00"}
    bounced = do(order, "fail_payment", payment="2", reason="chargeback")
    assert sums(bounced, "authorized", "paid", "balance") == {
        "authorized": "100.00", "paid": "0.00", "balance": "100.00",
    }  # fmt: skip
    failed = do(order, "fail_payment", payment="1", reason="expired")
    assert sums(failed, "authorized", "paid") == {"authorized": "0.00", "paid": "40.00"}


@pytest.mark.parametrize("transaction_type", ["Sale", "CaptureOnly", "Other"])
def test_money_that_came_is_paid_once_it_is_processed(transaction_type: str) -> None:
    pending = paid(placed(), "100.00", transaction_type=transaction_type, pending=True)
    assert sums(pending, "paid", "balance") == {"paid": "0.00", "balance": "100.00"}
    processed = do(pending, "process_payment", payment="1")
    assert sums(processed, "paid", "balance") == {"paid": "100.00", "balance": "0.00"}


def test_an_overpayment_is_owed_back() -> None:
    order = paid(placed(), "120.00", overpayment=True)
    assert sums(order, "balance") == {"balance": "-20.00"}
    corrected = do(order, "create_refund", amount="20.00", kind="correction", reason="late", payment="1")
    assert sums(corrected, "refunded", "credited", "balance") == {
        "refunded": "20.00", "credited": "0.00", "balance": "0.00",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["return", "goodwill"])
def test_a_refund_that_bounced_is_still_owed_and_paid_again_as_a_correction(kind: str) -> None:
    order = do(paid(placed(), "100.00"), "create_refund", amount="40.00", kind=kind, reason="late", payment="1")
    names = ("refunded", "credited", "balance")
    assert sums(order, *names) == {"refunded": "40.00", "credited": "40.00", "balance": "0.00"}
    bounced = do(order, "fail_payment", payment="2", reason="account closed")
    assert sums(bounced, *names) == {"refunded": "0.00", "credited": "40.00", "balance": "-40.00"}
    again = do(bounced, "create_refund", amount="40.00", kind="correction", reason="late", method="Cheque")
    assert sums(again, *names) == {"refunded": "40.00", "credited": "40.00", "balance": "0.00"}


def test_a_pending_refund_counts_and_a_voided_one_does_not() -> None:
    order = paid(placed(), "100.00")
    order = do(order, "create_refund", amount="40.00", kind="goodwill", reason="late", payment="1", pending=True)
    assert sums(order, "refunded", "credited") == {"refunded": "40.00", "credited": "40.00"}
    voided = do(order, "void_payment", payment="2")
    assert sums(voided, "refunded", "credited", "balance") == {
        "refunded": "0.00", "credited": "0.00", "balance": "0.00",
    }  # fmt: skip


def test_credited_is_at_most_the_total() -> None:
    order = paid(placed(), "150.00", overpayment=True)
    order = do(order, "create_refund", amount="130.00", kind="goodwill", reason="late", payment="1")
    # All that it cost is credited; of the 150 that came 130 went back.
    assert sums(order, "credited", "balance") == {"credited": "100.00", "balance": "-20.00"}


def test_what_of_a_payment_has_not_gone_back() -> None:
    order = paid(placed(), "60.00")
    order = paid(order, "40.00", transaction_type="Authorization")
    order = do(order, "create_refund", amount="25.00", kind="goodwill", reason="late", payment="1", pending=True)
    assert paid_rest(order, "1") == dec("35.00")
    assert paid_rest(order, "2") == 0
    assert paid_rest(do(order, "fail_payment", payment="3"), "1") == dec("60.00")
    assert paid_rest(do(order, "fail_payment", payment="1", reason="chargeback"), "1") == 0


def coupon_order() -> Order:
    """Three lines of 9.99, 20.00 and 30.00 with 1.00 off in all: 0.17, 0.33 and 0.50 (largest remainder)."""
    lines = {
        "1": item(3, "3.33", discount="0.00"),
        "2": item(1, "20.00", tax="3.80"),
        "3": item(2, "15.00", tax="5.00"),
    }
    apart = {"1": shipment({"1": 3, "3": 1}), "2": shipment({"2": 1, "3": 1}, shipping="5.00", shipping_tax="0.95")}
    return placed(line_items=lines, shipments=apart, coupons={"ONE": {"discount": "1.00"}})


def test_what_pieces_are_worth_with_their_share_of_the_discounts() -> None:
    order = coupon_order()
    # 1.00 over 9.99, 20.00 and 30.00 of 59.99: 0.1665…, 0.3333… and 0.5000…; the last cent goes to the first.
    assert items_value(order, {"1": dec("3")}) == dec("9.82")
    assert items_value(order, {"1": dec("1")}) == dec("3.27")  # 3.33 − 0.06 (0.0566…)
    assert items_value(order, {"2": dec("1")}) == dec("23.47")  # 20.00 − 0.33 + 3.80
    assert items_value(order, {"3": dec("1")}) == dec("17.25")  # 15.00 − 0.25 + 2.50
    assert items_value(order, {"1": dec("3"), "2": dec("1"), "3": dec("2")}) == dec("67.79")  # 59.99 − 1.00 + 8.80
    assert items_value(order, {}) == dec("0.00")


def test_tax_inside_the_prices_is_not_added_to_what_pieces_are_worth() -> None:
    order = placed(line_items={"1": item(2, "10.00", tax="3.20")}, shipments={}, prices_include_tax=True)
    assert items_value(order, {"1": dec("1")}) == dec("10.00")


def test_pieces_of_a_line_that_is_all_cancelled_are_worth_nothing() -> None:
    lines = {"1": item(), "2": item(1, "7.00")}
    order = placed(line_items=lines, shipments={"1": shipment({"1": 1}), "2": shipment({"2": 1})})
    order = do(order, "cancel_shipment", shipment="2", reason="late")
    assert items_value(order, {"2": dec("1")}) == dec("0.00")


def test_a_shipments_share_is_its_pieces_and_its_shipping() -> None:
    order = coupon_order()
    assert shipment_share(order, "1") == dec("27.07")  # 9.82 + 17.25
    assert shipment_share(order, "2") == dec("46.67")  # 23.47 + 17.25 + 5.00 + 0.95
    assert shipment_share(order, "1") + shipment_share(order, "2") == order.totals.total


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 99_999)), min_size=1, max_size=4),
    st.integers(0, 500_000),
    st.integers(1, 10_000),
    st.booleans(),
)
def test_the_discount_never_exceeds_what_the_items_cost(
    lines: list[tuple[int, int]], coupon: int, percent: int, include: bool
) -> None:
    order = placed(
        line_items={str(n): item(amount, Decimal(cents) / 100) for n, (amount, cents) in enumerate(lines, 1)},
        shipments={},
        coupons={"C": {"discount": Decimal(coupon) / 100}},
        prices_include_tax=include,
    )
    order = do(order, "add_manual_discount", percent=Decimal(percent) / 100, reason="late")
    assert 0 <= order.totals.discount <= order.totals.subtotal
    assert order.totals.total == order.totals.subtotal - order.totals.discount
    everything = {line: item.quantity for line, item in order.line_items.items()}
    assert items_value(order, everything) == order.totals.total


def test_the_callers_own_decimal_context_changes_no_total() -> None:
    with localcontext() as callers:
        callers.prec, callers.rounding = 4, ROUND_UP
        order = do(rich(), "add_manual_discount", percent="12.5", reason="late")
    assert order == do(rich(), "add_manual_discount", percent="12.5", reason="late")


def test_totals_are_computed_anew_only_where_something_costs_otherwise() -> None:
    order = shipped(two_shipments())
    assert costs_the_same(order, do(order, "set_attribute", key="gift", value="yes"))
    assert costs_the_same(order, do(order, "release_shipment", shipment="2"))
    assert costs_the_same(order, returning(order))
    assert not costs_the_same(order, do(order, "cancel_shipment", shipment="2", reason="late"))
    assert not costs_the_same(order, paid(order, "1.00"))
    assert not costs_the_same(order, do(order, "split_shipment", shipment="2", quantities={"1": "0.5"}))
    assert not costs_the_same(order, do(order, "add_coupon", code="A"))
    assert with_totals(replaced(order, totals=totals(placed()))) == order


def test_quantities_of_all_shipments_make_the_lines() -> None:
    order = do(rich(), "cancel_shipment", shipment="2", reason="late")
    held = [given.quantities["1"] for given in order.shipments.values()]
    assert sum_quantities(held) == order.line_items["1"].quantity
