"""Completing a return: what is refunded for what came in."""

from typing import Any

import pytest

from ordertrail.errors import InvalidInput, InvalidMoney, NotPermitted, RefundTooLarge, UnknownId
from ordertrail.orders.model import Order
from ordertrail.orders.operations.base import Ceilings, Context
from ordertrail.orders.operations.completing import refunded_by_default, return_value
from ordertrail.orders.statuses import CreditKind, OrderStatus, PaymentStatus, ReturnStatus
from tests.unit.orders.builders import (
    CONTEXT,
    EARLIER,
    NOW,
    act,
    back,
    context,
    credits,
    dec,
    do,
    events,
    in_status,
    item,
    last,
    legal_statuses,
    paid,
    placed,
    received,
    refused,
    returning,
    shipment,
    shipped,
    sold,
    sums,
    trusted_with,
)


def test_legal_in() -> None:
    assert legal_statuses("complete_return") == set(OrderStatus) - {OrderStatus.ON_HOLD}


def complete(order: Order, within: Context = CONTEXT, /, **arguments: Any) -> Order:
    """The order after return 1 was completed."""
    return do(order, "complete_return", within, return_id="1", **arguments)


def test_by_default_what_was_paid_for_what_came_back_is_refunded() -> None:
    steps = act(back(sold(coupons={"A": {"discount": "30.00"}})), "complete_return", return_id="1")
    assert events(steps) == ["ReturnCompleted", "CreatingRefund"]
    order = last(steps)
    # A third of 300.00 less the coupon; not the shipping.
    assert credits(order) == [("90.00", "1")]
    credit = order.payments["2"]
    assert (credit.kind, credit.return_id, credit.status) == (CreditKind.RETURN, "1", PaymentStatus.PROCESSED)
    assert order.returns["1"].status is ReturnStatus.COMPLETE
    assert sums(order, "paid", "refunded", "credited", "balance") == {
        "paid": "285.00", "refunded": "90.00", "credited": "90.00", "balance": "0.00",
    }  # fmt: skip


def test_only_what_was_received_is_refunded() -> None:
    order = do(received(returning(sold(), 3)), "receive_return_items", return_id="1", close=True)
    assert credits(complete(order)) == [("100.00", "1")]
    nothing = do(returning(sold(), 3), "receive_return_items", return_id="1", close=True)
    steps = act(nothing, "complete_return", return_id="1", reason={"code": "late", "comment": "an empty box"})
    assert events(steps) == ["ReturnCompleted"]
    assert steps[0].data["reason"]["comment"] == "an empty box"
    with pytest.raises(UnknownId, match=r"no reason 'x'"):
        complete(nothing, reason={"code": "x"})


@pytest.mark.parametrize(
    ("refund", "went_back"), [("0.00", []), ("99.99", [("99.99", "1")]), ("100.00", [("100.00", "1")])]
)
def test_any_amount_up_to_there_is_refunded(refund: str, went_back: list[Any]) -> None:
    assert credits(complete(back(sold()), refund=refund)) == went_back
    with pytest.raises(RefundTooLarge, match=r"100\.01 USD is more than was paid for what came in: at most 100\.00"):
        complete(back(sold()), refund="100.01")


def test_what_was_refunded_for_this_return_before_is_not_refunded_again() -> None:
    arguments = {"payment": "1", "amount": "40.00", "reason": "late", "return_id": "1"}
    order = do(back(sold()), "create_refund", kind="return", **arguments)
    assert credits(complete(order)) == [("40.00", "1"), ("60.00", "1")]
    bounced = do(order, "fail_payment", payment="2", reason="account closed")
    done = complete(bounced)
    # The 40.00 that bounced are still owed, and paid again as a correction.
    assert credits(done) == [("40.00", "1"), ("60.00", "1")]
    assert sums(done, "credited", "balance") == {"credited": "100.00", "balance": "-40.00"}
    paid_again = do(bounced, "create_refund", kind="correction", **arguments)
    done = complete(paid_again)
    assert credits(done) == [("40.00", "1"), ("40.00", "1"), ("60.00", "1")]
    assert sums(done, "credited", "balance") == {"credited": "100.00", "balance": "0.00"}
    voided = do(
        do(back(sold()), "create_refund", kind="return", pending=True, **arguments), "void_payment", payment="2"
    )
    assert credits(complete(voided))[1:] == [("100.00", "1")]


def test_no_more_is_refunded_than_was_paid() -> None:
    order = placed(line_items={"1": item(3)}, shipments={"1": shipment({"1": 3})})
    assert credits(complete(back(shipped(order), 2))) == []
    assert credits(complete(back(shipped(paid(order, "120.00")), 2))) == [("120.00", "1")]
    bounced = do(back(shipped(paid(order, "120.00")), 2), "fail_payment", payment="1", reason="chargeback")
    assert credits(complete(bounced)) == []


def several() -> Order:
    """60.00, 80.00 and 160.00 were paid, the second first, and a return of two pieces has come in."""
    order = placed(line_items={"1": item(3)}, shipments={"1": shipment({"1": 3})})
    order = do(order, "add_payment", context(now=NOW), amount="60.00", method="Card")
    order = do(order, "add_payment", context(now=EARLIER), amount="80.00", method="Gift card")
    return back(shipped(paid(order, "160.00")), 2)


def test_a_refund_is_spread_over_the_payments_in_their_order() -> None:
    assert credits(complete(several())) == [("80.00", "2"), ("60.00", "1"), ("60.00", "3")]
    partly = do(several(), "create_refund", payment="2", amount="50.00", kind="correction", reason="late")
    assert credits(complete(partly))[1:] == [("30.00", "2"), ("60.00", "1"), ("110.00", "3")]


def test_a_refund_goes_to_the_payments_that_are_named() -> None:
    order = complete(several(), payments={"3": "150.00", "1": "0.00", "2": "10.00"})
    assert credits(order) == [("150.00", "3"), ("10.00", "2")]
    with pytest.raises(RefundTooLarge, match=r"60\.01 USD is more than was paid and not refunded: at most 60\.00"):
        complete(several(), payments={"1": "60.01"})
    with pytest.raises(RefundTooLarge, match=r"at most 200\.00"):
        complete(several(), payments={"3": "150.00", "1": "50.01"})
    with pytest.raises(UnknownId, match=r"no payment '9'"):
        complete(several(), payments={"9": "1.00"})


def test_a_refund_goes_by_another_method() -> None:
    order = complete(several(), method="Cheque", refund="50.00", pending=True)
    assert credits(order) == [("50.00", None)]
    assert (order.payments["4"].method, order.payments["4"].status) == ("Cheque", PaymentStatus.PENDING)
    assert credits(complete(several(), method="Cheque")) == [("200.00", None)]
    assert credits(complete(several(), method="Cheque", refund="0.00")) == []


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"payments": {"1": "1.00"}, "refund": "1.00"}, InvalidInput, r"as a whole, perhaps by another method, or by"),
        (
            {"payments": {"1": "1.00"}, "method": "Cheque"},
            InvalidInput,
            r"as a whole, perhaps by another method, or by",
        ),
        ({"refund": "-1.00"}, InvalidMoney, r"below zero"),
        ({"refund": "0.001"}, InvalidMoney, r"at most 2"),
        ({"payments": {"1": "-1.00"}}, InvalidMoney, r"below zero"),
        ({"reason": {"code": "x"}}, UnknownId, r"no reason 'x'"),
    ],
)
def test_a_bad_refund_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        complete(several(), **arguments)


def test_a_role_refunds_up_to_its_ceiling() -> None:
    within = context(ceilings=Ceilings(refund={"USD": dec("150.00")}))
    with pytest.raises(RefundTooLarge, match=r"200\.00 USD is more than you may refund at once: at most 150\.00"):
        complete(several(), within)
    assert credits(complete(several(), within, refund="150.00"))[0] == ("80.00", "2")


def test_a_return_is_not_completed_before_it_came_in_nor_on_hold() -> None:
    assert refused(returning(sold()), "complete_return", return_id="1") == "no return is AwaitingCompletion"
    held = in_status(back(sold()), OrderStatus.ON_HOLD)
    assert "the order is OnHold" in refused(held, "complete_return", return_id="1")


def test_pieces_that_come_back_one_by_one_are_worth_no_cent_more_than_together() -> None:
    apart = {"1": shipment({"1": 3}, shipping="5.00")}
    order = placed(line_items={"1": item(3, "10.00")}, shipments=apart, coupons={"A": {"discount": "0.10"}})
    order = shipped(paid(order, "34.90"))
    for key in ("1", "2", "3"):
        order = do(returning(order), "receive_return_items", return_id=key, items={"1": {"quantity": 1}})
        order = do(order, "complete_return", return_id=key)
    assert credits(order) == [("9.97", "1"), ("9.96", "1"), ("9.97", "1")]
    assert sums(order, "credited", "balance") == {"credited": "29.90", "balance": "0.00"}


def test_yen_and_dinars_come_back_without_and_with_three_digits() -> None:
    for currency, price, worth in (("JPY", "333", "317"), ("KWD", "1.235", "1.176")):
        order = placed(currency=currency, line_items={"1": item(3, price)}, shipments={"1": shipment({"1": 3})})
        order = do(order, "add_manual_discount", percent="4.8", reason="late")
        order = back(shipped(paid(order, order.totals.total)))
        assert str(return_value(order, "1")) == worth


def test_completing_needs_its_permission() -> None:
    assert complete(back(sold()), trusted_with("return.complete"))
    with pytest.raises(NotPermitted, match=r"complete_return needs the permission return\.complete"):
        complete(back(sold()), trusted_with())


def test_what_goes_back_by_default_is_known_before() -> None:
    order = back(sold(), 2)
    paid_for_exchange, parts = refunded_by_default(order, "1")
    assert paid_for_exchange == 0
    assert [(str(amount), key) for key, amount in parts.items()] == credits(complete(order))


@pytest.mark.parametrize(("price", "exchanged"), [("80.00", "80.00"), ("130.00", "100.00")])
def test_what_an_exchange_order_is_paid_is_known_before(price: str, exchanged: str) -> None:
    items = {"1": item(1, price)}
    within = context(new_id="order-2")
    made = act(returning(sold(), kind="exchange"), "create_exchange_order", within, return_id="1", line_items=items)
    paid_for_exchange, parts = refunded_by_default(received(last(made)), "1")
    assert str(paid_for_exchange) == exchanged
    after = complete(received(last(made)), context(other=last(made, "order-2")))
    went = [(amount, key) for amount, key in credits(after) if key is not None]
    assert [(str(amount), key) for key, amount in parts.items()] == went
