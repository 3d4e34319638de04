"""Exchange orders, over both documents: made, paid for, started, sent ahead, cancelled."""

from typing import Any

import pytest

from ordertrail.errors import InvalidInput, NotPermitted
from ordertrail.orders.model import Address, Order, replaced
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.operations.base import Context
from ordertrail.orders.statuses import CreditKind, OrderStatus, PaymentStatus, ReturnKind, ReturnStatus, TransactionType
from tests.unit.orders.builders import (
    act,
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


def test_legal_in() -> None:
    assert legal_statuses("create_exchange_order") == set(OrderStatus) - {OrderStatus.CANCELLED}
    assert legal_statuses("start_exchange_order") == {"AwaitingExchange"}


def test_an_exchange_order_goes_to_where_what_comes_back_went() -> None:
    apart = {
        "1": shipment({"2": 1}, address={"city": "Basel"}),
        "2": shipment({"1": 1}),
        "3": shipment({"1": 1}, address={"city": "Bern"}),
    }
    order = shipped(placed(line_items={"1": item(2), "2": item(1)}, shipments=apart), "1", "2", "3")
    _, exchange = replacing(exchanging(order=order))
    assert exchange.shipments["1"].address == Address(city="Bern")
    _, elsewhere = replacing(exchanging(order=order), shipments={"1": shipment(address={"city": "Chur"})})
    assert elsewhere.shipments["1"].address == Address(city="Chur")
    _, unknown = replacing(exchanging())
    assert unknown.shipments["1"].address is None


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
        "return 1 is of kind refund: change it to exchange first"
    )
    assert legal_operations(returning(sold()))["create_exchange_order"] == "no open return is of kind exchange"
    done = exchanging(order=do(received(exchanging()), "complete_return", return_id="1"))
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


def test_nobody_else_pays_by_the_method_of_exchanges() -> None:
    says = r"the method Exchange is only for what a return pays .*: make that with create_exchange_order, or name"
    with pytest.raises(InvalidInput, match=says):
        do(placed(), "add_payment", method="Exchange", amount="5.00")
    with pytest.raises(InvalidInput, match=says):
        placed(payments={"1": {"method": "Exchange", "amount": "5.00"}})
    with pytest.raises(InvalidInput, match=says):
        do(sold(), "create_refund", method="Exchange", amount="5.00", kind="goodwill", reason="x")
    with pytest.raises(InvalidInput, match=says):
        do(received(returning(sold())), "complete_return", return_id="1", method="Exchange", refund="0.00")


@pytest.mark.parametrize("operation", ["process_payment", "fail_payment", "void_payment"])
def test_no_payment_of_an_exchange_is_settled_without_the_other(operation: str) -> None:
    old, exchange = replacing(exchanging())
    # Another payment is pending on both, so that it is the one of the exchange which is refused.
    old = do(old, "create_refund", payment="1", amount="1.00", kind="goodwill", reason="x", pending=True)
    exchange = paid(exchange, "0.00", pending=True)
    why = "is part of an exchange: complete_return settles it, or cancel_order of the exchange order"
    assert refused(old, operation, payment="2") == f"payment 2 {why}"
    assert refused(exchange, operation, payment="1") == f"payment 1 {why}"
    assert do(old, operation, payment="3").payments["3"].status is not PaymentStatus.PENDING
    assert do(exchange, operation, payment="2").payments["2"].status is not PaymentStatus.PENDING


def test_a_payment_of_an_exchange_that_went_through_does_not_come_back() -> None:
    old, exchange = replacing(exchanging())
    steps = act(received(old), "complete_return", with_other(exchange), return_id="1")
    for order, key in ((last(steps), "2"), (last(steps, NEW_ID), "1")):
        assert "is part of an exchange" in refused(order, "fail_payment", payment=key, reason="chargeback")


def test_where_only_an_exchange_is_pending_nothing_can_be_settled_by_hand() -> None:
    old, _ = replacing(exchanging())
    assert legal_operations(old)["process_payment"] == "no payment is Pending"
    assert legal_operations(old)["void_payment"] == "no payment is an Authorization with a rest"
    assert legal_operations(old)["fail_payment"] is None  # the Sale of the tent, with a reason
    only = replaced(old, payments={"2": old.payments["2"]})
    assert str(legal_operations(only)["fail_payment"]).startswith("payment 2 is part of an exchange: ")


def test_a_refund_of_what_the_exchange_paid_is_a_refund_like_others() -> None:
    old, exchange = replacing(exchanging())
    steps = act(received(old), "complete_return", with_other(exchange), return_id="1")
    exchange = do(last(steps, NEW_ID), "create_refund", payment="1", amount="9.00", kind="goodwill", reason="x",
                  pending=True)  # fmt: skip
    assert exchange.payments["2"].method == "Exchange"
    cancelled = act(exchange, "cancel_order", with_other(last(steps)), reason="late", initiator="customer")
    assert last(cancelled, NEW_ID).payments["2"].status is PaymentStatus.PENDING
    assert do(exchange, "process_payment", payment="2").payments["2"].status is PaymentStatus.PROCESSED


def test_after_a_chargeback_the_exchange_pays_no_more_than_is_left() -> None:
    old, exchange = replacing(exchanging())
    gone = do(received(old), "fail_payment", payment="1", reason="chargeback")
    steps = act(gone, "complete_return", with_other(exchange), return_id="1")
    assert last(steps).payments["2"].status is PaymentStatus.VOIDED
    assert last(steps, NEW_ID).payments["1"].status is PaymentStatus.VOIDED
    assert sums(last(steps), "paid", "refunded") == {"paid": "0.00", "refunded": "0.00"}
    partly = paid(gone, "40.00")
    steps = act(partly, "complete_return", with_other(exchange), return_id="1")
    assert sums(last(steps), "paid", "refunded") == {"paid": "40.00", "refunded": "40.00"}
    assert last(steps, NEW_ID).totals.paid == dec("40.00")
