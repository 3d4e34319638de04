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
from ordertrail.orders.model import Order, replaced
from ordertrail.orders.operations.base import Ceilings, Context
from ordertrail.orders.operations.returns import return_value
from ordertrail.orders.statuses import CreditKind, OrderStatus, PaymentStatus, ReturnKind, ReturnStatus, TransactionType
from tests.unit.orders.builders import (
    CONTEXT,
    EARLIER,
    LATER,
    NOW,
    act,
    context,
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


def sold(quantity: int = 3, **fields: Any) -> Order:
    """Tents for 100.00 each with 15.00 shipping: paid and shipped."""
    apart = {"1": shipment({"1": quantity}, shipping="15.00")}
    order = placed(line_items={"1": item(quantity)}, shipments=apart, **fields)
    return shipped(paid(order, order.totals.total))


def back(order: Order, quantity: Any = 1, **fields: Any) -> Order:
    """The order with a return of some pieces that have all come in."""
    return received(returning(order, quantity, **fields), quantity)


def complete(order: Order, within: Context = CONTEXT, /, **arguments: Any) -> Order:
    """The order after return 1 was completed."""
    return do(order, "complete_return", within, return_id="1", **arguments)


def credits(order: Order) -> list[tuple[str, str | None]]:
    """The amounts that went back, and to which payments."""
    found = [p for p in order.payments.values() if p.transaction_type is TransactionType.CREDIT]
    return [(str(payment.amount), payment.parent) for payment in found]


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
    with pytest.raises(DuplicateId, match=r"return 1 is on this order already: give another id, or none"):
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
    assert refused(received(returning(sold(), 2)), "cancel_return", return_id="1", reason="late") == (
        "items of return 1 have come in: complete it, with a refund of zero"
    )


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


# Exchanges, over both documents


NEW_ID = "order-2"


def exchanging(quantity: Any = 1, order: Order | None = None) -> Order:
    """An order of which something is to be exchanged."""
    return returning(sold() if order is None else order, quantity, kind="exchange")


def replacing(
    order: Order, price: str = "100.00", within: Context | None = None, /, **arguments: Any
) -> tuple[Order, Order]:
    """The order and the exchange order of its return 1."""
    made = within or context(new_id=NEW_ID, new_number=100002)
    steps = act(order, "create_exchange_order", made, **{"return_id": "1", **wanted(price), **arguments})
    return last(steps, order.id), last(steps, made.new_id)


def wanted(price: str = "100.00") -> dict[str, Any]:
    """What the customer gets instead."""
    return {"line_items": {"1": item(1, price)}, "shipments": {"1": shipment()}}


def with_other(other: Order) -> Context:
    """The context of an operation that concerns another order too."""
    return context(other=other)


def test_an_exchange_order_is_linked_both_ways_and_waits() -> None:
    order = exchanging(order=sold(customer={"id": "C1"}, billing_address={"country": "US"}, prices_include_tax=True))
    apart = {"1": shipment(awaiting_inventory=True)}
    steps = act(order, "create_exchange_order", context(new_id=NEW_ID, new_number=100002), return_id="1",
                line_items={"1": item(1, "80.00")}, shipments=apart, attributes={"gift": "no"})  # fmt: skip
    assert [(step.order.id, step.event) for step in steps] == [
        ("order-1", "ExchangeOrderCreated"), ("order-1", "CreatingRefund"), (NEW_ID, "OrderGroupCreated"),
        (NEW_ID, "ShipmentAwaitingInventory"), (NEW_ID, "AddingPayment"),
    ]  # fmt: skip
    old, exchange = last(steps), last(steps, NEW_ID)
    assert (exchange.number, exchange.status) == ("EO100002", OrderStatus.AWAITING_EXCHANGE)
    assert (exchange.exchange_for, exchange.exchange_return, old.returns["1"].exchange_order) == (
        "order-1",
        "1",
        NEW_ID,
    )
    assert (exchange.customer, exchange.billing_address, exchange.market, exchange.currency) == (
        order.customer, order.billing_address, order.market, order.currency,
    )  # fmt: skip
    assert (exchange.prices_include_tax, exchange.attributes) == (True, {"gift": "no"})
    credit, payment = old.payments["2"], exchange.payments["1"]
    assert (credit.transaction_type, credit.kind, credit.return_id) == (TransactionType.CREDIT, CreditKind.RETURN, "1")
    assert payment.transaction_type is TransactionType.OTHER
    for made in (credit, payment):
        assert (made.method, made.status, made.amount) == ("Exchange", PaymentStatus.PENDING, dec("80.00"))


@pytest.mark.parametrize(
    ("price", "amount"), [("80.00", "80.00"), ("100.00", "100.00"), ("130.00", "100.00"), ("0.00", None)]
)
def test_the_exchange_is_for_the_lesser_of_the_returns_value_and_the_new_total(price: str, amount: str | None) -> None:
    old, exchange = replacing(exchanging(), price)
    pending = [str(payment.amount) for payment in exchange.payments.values()]
    assert pending == [str(p.amount) for p in old.payments.values() if p.method == "Exchange"]
    assert pending == ([] if amount is None else [amount])


def test_the_exchange_is_for_no_more_than_was_paid() -> None:
    order = placed(line_items={"1": item(3)}, shipments={"1": shipment({"1": 3})})
    _, exchange = replacing(exchanging(order=shipped(paid(order, "70.00"))))
    assert exchange.payments["1"].amount == dec("70.00")
    _, exchange = replacing(exchanging(order=shipped(order)))
    assert exchange.payments == {}


def test_the_exchange_is_for_no_more_than_is_still_to_be_refunded() -> None:
    order = do(exchanging(), "create_refund", payment="1", amount="30.00", kind="return", reason="x", return_id="1")
    old, exchange = replacing(order)
    assert exchange.payments["1"].amount == dec("70.00")
    steps = act(received(old), "complete_return", with_other(exchange), return_id="1")
    assert last(steps, NEW_ID).totals.paid == dec("70.00")
    assert sums(last(steps), "credited", "balance") == {"credited": "100.00", "balance": "0.00"}
    # Refunded after the exchange order was made: the exchange pays for what is left.
    late = do(old, "create_refund", payment="1", amount="20.00", kind="return", reason="x", return_id="1")
    steps = act(received(late), "complete_return", with_other(exchange), return_id="1")
    assert last(steps, NEW_ID).totals.paid == dec("50.00")
    assert sums(last(steps), "credited", "balance") == {"credited": "100.00", "balance": "0.00"}


def test_completing_the_return_pays_for_the_exchange_order_and_starts_it() -> None:
    old, exchange = replacing(exchanging(), "80.00")
    steps = act(received(old), "complete_return", with_other(exchange), return_id="1")
    assert [(step.order.id, step.event) for step in steps] == [
        ("order-1", "ReturnCompleted"), ("order-1", "PaymentProcessed"), ("order-1", "CreatingRefund"),
        (NEW_ID, "PaymentProcessed"), (NEW_ID, "OrderGroupInProgress"),
    ]  # fmt: skip
    # 80.00 pay for the exchange order, and the rest of the 100.00 goes back.
    assert credits(last(steps)) == [("80.00", None), ("20.00", "1")]
    assert sums(last(steps), "credited", "balance") == {"credited": "100.00", "balance": "0.00"}
    assert last(steps, NEW_ID).status is OrderStatus.IN_PROGRESS
    assert sums(last(steps, NEW_ID), "paid", "balance") == {"paid": "80.00", "balance": "0.00"}


def test_the_exchange_pays_for_at_most_what_was_received() -> None:
    old, exchange = replacing(exchanging(3), "250.00")
    assert exchange.payments["1"].amount == dec("250.00")
    short = do(received(old), "receive_return_items", return_id="1", close=True)
    steps = act(short, "complete_return", with_other(exchange), return_id="1")
    assert credits(last(steps)) == [("100.00", None)]
    assert sums(last(steps, NEW_ID), "paid", "balance") == {"paid": "100.00", "balance": "150.00"}
    assert last(steps, NEW_ID).status is OrderStatus.IN_PROGRESS


def test_where_nothing_was_received_the_exchange_pays_nothing_and_does_not_start() -> None:
    old, exchange = replacing(exchanging())
    closed = do(old, "receive_return_items", return_id="1", close=True)
    steps = act(closed, "complete_return", with_other(exchange), return_id="1")
    assert [(step.order.id, step.event) for step in steps] == [
        ("order-1", "ReturnCompleted"), ("order-1", "PaymentVoided"), (NEW_ID, "PaymentVoided"),
    ]  # fmt: skip
    assert sums(last(steps), "refunded", "credited", "balance") == {
        "refunded": "0.00", "credited": "0.00", "balance": "0.00",
    }  # fmt: skip
    assert (last(steps, NEW_ID).status, last(steps, NEW_ID).totals.balance) == (
        OrderStatus.AWAITING_EXCHANGE, dec("100.00"),
    )  # fmt: skip


def test_an_exchange_order_is_sent_ahead_and_not_started_again() -> None:
    old, exchange = replacing(exchanging())
    steps = act(exchange, "start_exchange_order", context(permissions=frozenset({"order.edit"})), reason="late")
    assert (events(steps), steps[0].data["reason"]["code"]) == (["OrderGroupInProgress"], "late")
    ahead = last(steps, NEW_ID)
    assert ahead.status is OrderStatus.IN_PROGRESS
    steps = act(received(old), "complete_return", with_other(ahead), return_id="1")
    assert [step.event for step in steps if step.order.id == NEW_ID] == ["PaymentProcessed"]
    assert last(steps, NEW_ID).totals.balance == 0
    assert "it is legal for AwaitingExchange" in refused(ahead, "start_exchange_order", reason="x")


def test_sending_ahead_needs_a_reason_and_a_permission() -> None:
    _, exchange = replacing(exchanging())
    with pytest.raises(InvalidInput, match=r"missing required field `reason`"):
        do(exchange, "start_exchange_order")
    with pytest.raises(NotPermitted, match=r"start_exchange_order needs the permission order\.edit"):
        do(exchange, "start_exchange_order", trusted_with(), reason="x")


def test_cancelling_an_exchange_order_voids_its_payments_on_both() -> None:
    old, exchange = replacing(exchanging())
    exchange = paid(exchange, "0.00")
    steps = act(exchange, "cancel_order", with_other(old), reason="late", initiator="customer")
    assert [(step.order.id, step.event) for step in steps] == [
        (NEW_ID, "OrderGroupCancelled"), (NEW_ID, "ShipmentCancelled"), (NEW_ID, "PaymentVoided"),
        ("order-1", "PaymentVoided"),
    ]  # fmt: skip
    assert last(steps, NEW_ID).payments["1"].status is PaymentStatus.VOIDED
    assert last(steps, NEW_ID).payments["2"].status is PaymentStatus.PROCESSED
    assert last(steps).payments["2"].status is PaymentStatus.VOIDED
    assert sums(last(steps), "refunded", "credited") == {"refunded": "0.00", "credited": "0.00"}


def test_cancelling_an_exchange_order_that_was_paid_leaves_that_owed_back() -> None:
    old, exchange = replacing(exchanging(), "80.00")
    steps = act(received(old), "complete_return", with_other(exchange), return_id="1")
    cancelled = act(last(steps, NEW_ID), "cancel_order", with_other(last(steps)), reason="late", initiator="customer")
    assert {step.order.id for step in cancelled} == {NEW_ID}
    assert last(cancelled, NEW_ID).totals.balance == dec("-80.00")


def test_after_its_exchange_order_was_cancelled_a_return_goes_on() -> None:
    old, exchange = replacing(exchanging())
    steps = act(exchange, "cancel_order", with_other(old), reason="late", initiator="customer")
    old, gone = last(steps), with_other(last(steps, NEW_ID))
    assert do(old, "cancel_return", gone, return_id="1", reason="late").returns["1"].status is ReturnStatus.CANCELED
    assert do(old, "change_return", gone, return_id="1", kind="refund").returns["1"].kind is ReturnKind.REFUND
    assert events(act(received(old), "complete_return", gone, return_id="1")) == ["ReturnCompleted", "CreatingRefund"]
    again, second = replacing(old, "90.00", replaced(gone, new_id="order-3", new_number=100003))
    assert (again.returns["1"].exchange_order, second.payments["1"].amount) == ("order-3", dec("90.00"))


def test_while_its_exchange_order_stands_a_return_is_not_cancelled() -> None:
    old, exchange = replacing(exchanging())
    why = "its exchange order EO100002 is AwaitingExchange: cancel that first"
    assert refused(old, "cancel_return", with_other(exchange), return_id="1", reason="late") == why
    assert refused(old, "change_return", with_other(exchange), return_id="1", kind="refund") == why
    assert refused(old, "create_exchange_order", with_other(exchange), return_id="1", **wanted()) == why
    assert do(old, "change_return", with_other(exchange), return_id="1", comment="x").returns["1"].comment == "x"


def test_only_a_return_that_is_open_and_of_kind_exchange_is_exchanged() -> None:
    order = returning(exchanging())
    assert refused(order, "create_exchange_order", return_id="2", **wanted()) == (
        "return 2 is of kind refund: change it to exchange first"
    )
    assert refused(returning(sold()), "create_exchange_order", return_id="1", **wanted()) == (
        "no open return is of kind exchange"
    )
    done = exchanging(order=complete(received(exchanging())))
    assert "return 1 is Complete, and would have to be AwaitingCompletion or AwaitingStockReturn" in refused(
        done, "create_exchange_order", return_id="1", **wanted()
    )
    assert "the order is Cancelled" in refused(
        in_status(order, OrderStatus.CANCELLED), "create_exchange_order", return_id="1", **wanted()
    )
    old, _ = replacing(received(exchanging()))
    assert old.returns["1"].status is ReturnStatus.AWAITING_COMPLETION


def test_an_exchange_order_may_have_its_own_number_and_address() -> None:
    _, exchange = replacing(exchanging(), number="EX-7", billing_address={"country": "DE"})
    assert exchange.number == "EX-7"
    assert exchange.billing_address is not None
    assert exchange.billing_address.country == "DE"


def test_a_payment_that_only_is_named_like_an_exchange_stays() -> None:
    old, exchange = replacing(exchanging())
    old = do(old, "create_refund", method="Exchange", amount="5.00", kind="goodwill", reason="x", pending=True)
    steps = act(exchange, "cancel_order", with_other(old), reason="late", initiator="customer")
    assert last(steps).payments["3"].status is PaymentStatus.PENDING
