"""Returns from the announcement to the refund, and the exchange orders that replace what came back."""

from typing import Any

import pytest

from ordertrail.errors import (
    DuplicateId,
    InvalidInput,
    InvalidMoney,
    InvalidQuantity,
    InvalidText,
    InvalidTime,
    NotPermitted,
    RefundTooLarge,
    UnknownId,
)
from ordertrail.orders.model import Order
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.operations.base import Ceilings, Context
from ordertrail.orders.operations.returns import return_value
from ordertrail.orders.statuses import CreditKind, OrderStatus, PaymentStatus, ReturnKind, ReturnStatus
from tests.unit.orders.builders import (
    CONTEXT,
    EARLIER,
    LATER,
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

EVERY = "InProgress OnHold PartiallyShipped Completed Cancelled AwaitingExchange"


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("create_return", "PartiallyShipped Completed OnHold"),
        ("change_return", EVERY),
        ("cancel_return", EVERY),
        ("receive_return_items", EVERY),
        ("complete_return", "InProgress PartiallyShipped Completed Cancelled AwaitingExchange"),
        ("create_exchange_order", "InProgress OnHold PartiallyShipped Completed AwaitingExchange"),
        ("start_exchange_order", "AwaitingExchange"),
    ],
)
def test_legal_in(operation: str, statuses: str) -> None:
    assert legal_statuses(operation) == set(statuses.split())


def complete(order: Order, within: Context = CONTEXT, /, **arguments: Any) -> Order:
    """The order after return 1 was completed."""
    return do(order, "complete_return", within, return_id="1", **arguments)


# Announcing


def test_a_return_is_announced() -> None:
    steps = act(sold(), "create_return", items={"1": {"quantity": 2, "reason": {"code": "late", "comment": "x"}}},
                comment="all sides torn", attributes={"box": "yes"})  # fmt: skip
    assert (events(steps), steps[0].subject) == (["ReturnCreated"], "return/1")
    ret = last(steps).returns["1"]
    assert (ret.number, ret.status, ret.kind) == (
        "RMA100001-1", ReturnStatus.AWAITING_STOCK_RETURN, ReturnKind.REFUND,
    )  # fmt: skip
    assert (ret.comment, ret.attributes, ret.items["1"].quantity) == ("all sides torn", {"box": "yes"}, dec("2"))
    assert (ret.items["1"].reason.label, ret.items["1"].reason.comment) == ("Arrived too late", "x")
    assert sums(last(steps), "balance") == {"balance": "0.00"}


@pytest.mark.parametrize(
    ("number", "rma"), [("EO7", "RMA7-1"), ("WEB-7", "RMAWEB-7-1"), ("x" * 64, f"RMA{'x' * 64}-1")]
)
def test_a_return_is_numbered_after_its_order(number: str, rma: str) -> None:
    assert returning(sold(number=number)).returns["1"].number == rma


def test_no_more_comes_back_than_shipped_and_is_still_out() -> None:
    with pytest.raises(InvalidQuantity, match=r"4 of line item 1 cannot come back: at most 3 shipped and still out"):
        returning(sold(), 4)
    order = returning(sold(), 2)
    with pytest.raises(InvalidQuantity, match=r"at most 1"):
        returning(order, 2)
    assert returning(do(order, "cancel_return", return_id="1", reason="late"), 3).returns["2"]
    short = do(received(order), "receive_return_items", return_id="1", close=True)
    with pytest.raises(InvalidQuantity, match=r"at most 1"):
        returning(short, 2)
    # Complete, it holds only what was received.
    assert returning(complete(short), 2).returns["2"]


def test_only_what_has_shipped_comes_back() -> None:
    order = shipped(placed(line_items={"1": item(2), "2": item()},
                           shipments={"1": shipment({"1": 1}), "2": shipment({"1": 1, "2": 1})}))  # fmt: skip
    with pytest.raises(InvalidQuantity, match=r"2 of line item 1 cannot come back: at most 1"):
        returning(order, 2)
    with pytest.raises(InvalidQuantity, match=r"1 of line item 2 cannot come back: at most 0"):
        do(order, "create_return", items={"2": {"quantity": 1, "reason": "late"}})
    assert returning(do(order, "hold_order", reason="x")).returns


def test_where_nothing_has_shipped_nothing_comes_back() -> None:
    instead = "nothing has shipped: change or cancel the order instead"
    items = {"1": {"quantity": 1, "reason": "late"}}
    assert refused(placed(), "create_return", items=items).endswith(instead)
    assert refused(do(placed(), "hold_order", reason="x"), "create_return", items=items) == instead
    all_of_it = returning(sold(), 3)
    assert refused(all_of_it, "create_return", items=items) == "all that shipped is in a return"
    assert legal_operations(returning(sold(), 2))["create_return"] is None


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"items": {}}, InvalidInput, r"a return holds at least one item"),
        ({"items": {"9": {"quantity": 1, "reason": "late"}}}, UnknownId, r"no line item '9'; it has: 1"),
        ({"items": {"1": {"quantity": 0, "reason": "late"}}}, InvalidQuantity, r"above zero"),
        ({"items": {"1": {"quantity": 1}}}, InvalidInput, r"missing required field `reason`"),
        ({"items": {"1": {"quantity": 1, "reason": " "}}}, InvalidText, r"a reason is a code"),
        ({"items": {"1": {"quantity": 1, "reason": {"code": "x"}}}}, UnknownId, r"no reason 'x'"),
        (
            {"items": {"1": {"quantity": 1, "reason": "late"}}, "kind": "swap"},
            InvalidInput,
            r"Invalid enum value 'swap'",
        ),
    ],
)
def test_a_bad_return_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(sold(), "create_return", **arguments)


def test_a_return_may_not_take_an_id_that_is_used() -> None:
    with pytest.raises(DuplicateId, match=r"return 1 is on this order, or was once: give another id, or none"):
        returning(returning(sold()), id="1")


# Changing and cancelling


def test_a_return_is_changed_as_long_as_it_is_awaited() -> None:
    items = {"1": {"quantity": 3, "reason": "torn"}}
    steps = act(returning(sold()), "change_return", return_id="1", items=items, kind="exchange", comment="all")
    assert events(steps) == ["ReturnChanged"]
    ret = last(steps).returns["1"]
    assert (ret.items["1"].quantity, ret.items["1"].reason.comment, ret.kind, ret.comment) == (
        dec("3"), "torn", ReturnKind.EXCHANGE, "all",
    )  # fmt: skip
    unchanged = do(last(steps), "change_return", return_id="1")
    assert unchanged.returns["1"] == ret
    assert "return 1 is AwaitingCompletion" in refused(
        returning(back(sold())), "change_return", return_id="1", comment="x"
    )


def test_what_has_come_in_stays_in_a_changed_return() -> None:
    lines = {"1": item(3), "2": item()}
    order = shipped(placed(line_items=lines, shipments={"1": shipment({"1": 3, "2": 1})}))
    items = {line: {"quantity": 1, "reason": "late"} for line in ("1", "2")}
    order = do(order, "create_return", items={**items, "1": {"quantity": 3, "reason": "late"}})
    order = received(order, 2)
    with pytest.raises(InvalidInput, match=r"line items 1 have come in already: they stay in the return"):
        do(order, "change_return", return_id="1", items={"2": items["2"]})
    with pytest.raises(InvalidQuantity, match=r"2 of line item 1 have come in already: give that or more"):
        do(order, "change_return", return_id="1", items=items)
    with pytest.raises(InvalidInput, match=r"all of this has come in: close what is missing"):
        do(order, "change_return", return_id="1", items={"1": {"quantity": 2, "reason": "late"}})
    changed = do(order, "change_return", return_id="1", items={"1": {"quantity": 3, "reason": "x"}})
    assert changed.returns["1"].items["1"].received == dec("2")


def test_a_return_of_which_nothing_has_come_in_is_cancelled() -> None:
    steps = act(returning(sold()), "cancel_return", return_id="1", reason={"code": "late", "comment": "kept"})
    assert events(steps) == ["ReturnCancelled"]
    assert last(steps).returns["1"].status is ReturnStatus.CANCELED
    assert steps[0].data["reason"]["comment"] == "kept"
    partly, came = received(returning(sold(), 2)), "items of return 1 have come in: complete it, with a refund of zero"
    assert refused(partly, "cancel_return", return_id="1", reason="late") == came
    assert legal_operations(partly)["cancel_return"] == came
    both = returning(partly)
    assert legal_operations(both)["cancel_return"] is None
    assert refused(both, "cancel_return", return_id="1", reason="late") == came


@pytest.mark.parametrize("operation", ["change_return", "cancel_return", "receive_return_items"])
def test_what_is_canceled_or_complete_stays_so(operation: str) -> None:
    needed: dict[str, dict[str, Any]] = {"cancel_return": {"reason": "x"}, "receive_return_items": {"close": True}}
    arguments = needed.get(operation, {})
    for order in (do(returning(sold()), "cancel_return", return_id="1", reason="x"), complete(back(sold()))):
        assert refused(order, operation, return_id="1", **arguments) == "no return is AwaitingStockReturn"
        assert "would have to be AwaitingStockReturn" in refused(
            returning(order), operation, return_id="1", **arguments
        )


@pytest.mark.parametrize("operation", ["change_return", "cancel_return", "receive_return_items", "complete_return"])
def test_a_return_that_is_not_there_is_refused(operation: str) -> None:
    with pytest.raises(UnknownId, match=r"no return '2'; it has: 1"):
        do(returning(sold()), operation, return_id="2", **({"reason": "x"} if operation == "cancel_return" else {}))


# Receiving


def test_items_come_in_in_parts() -> None:
    order = returning(sold(), 3)
    steps = act(order, "receive_return_items", return_id="1", received_at=EARLIER,
                items={"1": {"quantity": "1.5", "condition": "torn"}})  # fmt: skip
    assert events(steps) == ["ReturnReceiptItems"]
    ret = last(steps).returns["1"]
    assert (ret.status, ret.items["1"].received, ret.items["1"].condition, ret.items["1"].received_at) == (
        ReturnStatus.AWAITING_STOCK_RETURN, dec("1.5"), "torn", EARLIER,
    )  # fmt: skip
    ret = received(last(steps), "1.5").returns["1"]
    assert (ret.status, ret.items["1"].received, ret.items["1"].condition, ret.items["1"].received_at) == (
        ReturnStatus.AWAITING_COMPLETION, dec("3"), "torn", NOW,
    )  # fmt: skip


def test_what_does_not_come_is_closed() -> None:
    order = returning(sold(), 3)
    for arguments in (
        {"close": True},
        {"items": {"1": {"close": True}}},
        {"items": {"1": {"quantity": 0, "close": True, "condition": "lost"}}},
    ):
        ret = do(order, "receive_return_items", return_id="1", **arguments).returns["1"]
        assert (ret.status, ret.items["1"].received, ret.items["1"].closed) == (
            ReturnStatus.AWAITING_COMPLETION, None, True,
        )  # fmt: skip
    short = do(order, "receive_return_items", return_id="1", items={"1": {"quantity": 2, "close": True}}).returns["1"]
    assert (short.status, short.items["1"].received, short.items["1"].closed) == (
        ReturnStatus.AWAITING_COMPLETION, dec("2"), True,
    )  # fmt: skip


def test_what_came_in_whole_is_not_closed_short() -> None:
    ret = do(returning(sold(), 3), "receive_return_items", return_id="1", items={"1": {"quantity": 3, "close": True}})
    assert (ret.returns["1"].items["1"].received, ret.returns["1"].items["1"].closed) == (dec("3"), False)


def test_a_return_awaits_completion_when_every_item_is_in_or_closed() -> None:
    lines = {"1": item(), "2": item()}
    order = shipped(placed(line_items=lines, shipments={"1": shipment({"1": 1, "2": 1})}))
    order = do(order, "create_return", items={line: {"quantity": 1, "reason": "late"} for line in lines})
    order = received(order)
    assert order.returns["1"].status is ReturnStatus.AWAITING_STOCK_RETURN
    closed = do(order, "receive_return_items", return_id="1", close=True).returns["1"]
    assert (closed.status, closed.items["1"].closed, closed.items["2"].closed) == (
        ReturnStatus.AWAITING_COMPLETION, False, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({}, InvalidInput, r"say what came in, by line item, or close the return"),
        ({"items": {"9": {"quantity": 1}}}, UnknownId, r"no line item in return 1 '9'; it has: 1"),
        ({"items": {"1": {}}}, InvalidQuantity, r"above zero"),
        ({"items": {"1": {"quantity": "-1", "close": True}}}, InvalidQuantity, r"above zero"),
        ({"items": {"1": {"quantity": 3}}}, InvalidQuantity, r"3 of line item 1 would have come in, 2 are announced"),
        ({"items": {"1": {"quantity": 1}}, "received_at": LATER}, InvalidTime, r"received_at lies in the future"),
        ({"items": {"1": {"quantity": 1, "condition": "a b"}}}, InvalidInput, r"1 to 64 letters"),
    ],
)
def test_a_bad_receipt_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(returning(sold(), 2), "receive_return_items", return_id="1", **arguments)


# Completing


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


@pytest.mark.parametrize(
    ("operation", "permission", "before", "arguments"),
    [
        ("create_return", "return.create", sold(), {"items": {"1": {"quantity": 1, "reason": "late"}}}),
        ("change_return", "return.create", returning(sold()), {"return_id": "1"}),
        ("cancel_return", "return.create", returning(sold()), {"return_id": "1", "reason": "late"}),
        ("receive_return_items", "return.receive", returning(sold()), {"return_id": "1", "close": True}),
        ("complete_return", "return.complete", back(sold()), {"return_id": "1"}),
    ],
)
def test_each_needs_its_permission(operation: str, permission: str, before: Order, arguments: dict[str, Any]) -> None:
    assert do(before, operation, trusted_with(permission), **arguments)
    with pytest.raises(NotPermitted, match=f"{operation} needs the permission {permission}"):
        do(before, operation, trusted_with(), **arguments)
