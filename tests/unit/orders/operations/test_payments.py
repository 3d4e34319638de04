"""Payments: what came is always recorded."""

from typing import Any

import pytest

from ordertrail.errors import (
    DuplicateId,
    InvalidInput,
    InvalidMoney,
    InvalidText,
    InvalidTime,
    NotPermitted,
    Overpayment,
    UnknownId,
    WrongCurrency,
)
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, TransactionType
from tests.unit.orders.builders import (
    EARLIER,
    LATER,
    NOW,
    act,
    dec,
    do,
    events,
    in_status,
    last,
    legal_statuses,
    mixed,
    paid,
    placed,
    refused,
    sums,
    trusted_with,
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    "add_payment": {"amount": "1.00", "method": "Card", "overpayment": True},
    "process_payment": {"payment": "1"},
    "fail_payment": {"payment": "1"},
    "void_payment": {"payment": "1"},
    "capture_payment": {"payment": "2"},
    "create_refund": {"payment": "3", "amount": "1.00", "kind": "goodwill", "reason": "late"},
}
"""Each operation on `mixed`."""


@pytest.mark.parametrize("status", [status.value for status in OrderStatus])
@pytest.mark.parametrize("operation", ARGUMENTS)
def test_money_is_recorded_in_every_status(operation: str, status: str) -> None:
    assert status in legal_statuses(operation)
    order = in_status(mixed(), OrderStatus(status))
    assert do(order, operation, **ARGUMENTS[operation]).status == status


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_each_needs_its_permission(operation: str) -> None:
    permission = "payment.refund" if operation == "create_refund" else "payment.record"
    assert do(mixed(), operation, trusted_with(permission), **ARGUMENTS[operation])
    with pytest.raises(NotPermitted, match=f"{operation} needs the permission {permission}"):
        do(mixed(), operation, trusted_with(), **ARGUMENTS[operation])


@pytest.mark.parametrize("operation", [name for name in ARGUMENTS if name != "add_payment"])
def test_a_payment_that_is_not_there_is_refused(operation: str) -> None:
    with pytest.raises(UnknownId, match=r"no payment '9'; it has: 1, 2, 3"):
        do(mixed(), operation, **{**ARGUMENTS[operation], "payment": "9"})


# Adding


@pytest.mark.parametrize("transaction_type", ["Authorization", "Sale", "CaptureOnly", "Other"])
def test_a_payment_is_added(transaction_type: str) -> None:
    steps = act(placed(), "add_payment", amount="60.00", method="Card", transaction_type=transaction_type,
                reference="ch_1", processed_at=EARLIER)  # fmt: skip
    assert (events(steps), steps[0].subject) == (["AddingPayment"], "payment/1")
    payment = last(steps).payments["1"]
    assert (payment.status, payment.amount, payment.transaction_type) == (
        PaymentStatus.PROCESSED, dec("60.00"), TransactionType(transaction_type),
    )  # fmt: skip
    assert (payment.added, payment.processed_at, payment.reference) == (NOW, EARLIER, "ch_1")


@pytest.mark.parametrize("transaction_type", ["Capture", "Credit", "Void"])
def test_what_draws_on_another_payment_is_not_added_by_itself(transaction_type: str) -> None:
    with pytest.raises(InvalidInput, match=r"add one of Authorization, Sale, CaptureOnly, Other; captures, voids and"):
        do(placed(), "add_payment", amount="60.00", method="Card", transaction_type=transaction_type)


def test_a_pending_payment_is_not_processed_yet() -> None:
    payment = paid(placed(), "100.00", pending=True).payments["1"]
    assert (payment.status, payment.processed_at) == (PaymentStatus.PENDING, None)


def test_a_payment_of_nothing_is_a_payment() -> None:
    order = paid(paid(placed(), "100.00"), "0.00")
    assert order.payments["2"].amount == dec("0.00")


@pytest.mark.parametrize(
    ("before", "amount", "by"),
    [
        ({}, "100.01", "0.01"),
        ({"amount": "60.00"}, "40.01", "0.01"),
        ({"amount": "60.00", "pending": True}, "60.00", "20.00"),
        ({"amount": "60.00", "transaction_type": "Authorization"}, "60.00", "20.00"),
        ({"amount": "150.00", "overpayment": True}, "5.00", "5.00"),
    ],
)
def test_more_than_is_open_comes_as_an_overpayment_only(before: dict[str, Any], amount: str, by: str) -> None:
    order = do(placed(), "add_payment", method="Card", **before) if before else placed()
    with pytest.raises(
        Overpayment, match=f"this payment is {by} USD more than is open; give overpayment=True"
    ) as caught:
        paid(order, amount)
    assert (caught.value.by, caught.value.currency) == (by, "USD")
    assert paid(order, amount, overpayment=True).payments


def test_what_was_credited_or_went_back_is_open_otherwise() -> None:
    order = paid(placed(), "100.00")
    corrected = do(order, "create_refund", payment="1", amount="10.00", kind="correction", reason="late")
    assert paid(corrected, "10.00").totals.balance == 0
    credited = do(order, "create_refund", payment="1", amount="10.00", kind="goodwill", reason="late")
    with pytest.raises(Overpayment, match=r"10\.00 USD more"):
        paid(credited, "10.00")


def test_a_refund_that_is_announced_is_no_money_that_comes() -> None:
    order = do(paid(placed(), "100.00"), "create_refund", method="Cheque", amount="40.00", kind="correction",
               reason="late", pending=True)  # fmt: skip
    assert paid(order, "40.00").totals.balance == 0
    with pytest.raises(Overpayment, match=r"0\.01 USD more"):
        paid(order, "40.01")


def test_a_failed_payment_or_a_pending_refund_leaves_room() -> None:
    order = do(paid(placed(), "100.00", pending=True), "fail_payment", payment="1")
    assert paid(order, "100.00").totals.balance == 0


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"amount": "-1.00"}, InvalidMoney, r"below zero"),
        ({"amount": "1.001"}, InvalidMoney, r"at most 2"),
        ({"amount": 1.5}, InvalidMoney, r"no float"),
        ({"amount": "NaN"}, InvalidMoney, r"plain digits"),
        ({"amount": "1.00", "currency": "EUR"}, WrongCurrency, r"this order is in USD, not in EUR: convert the amount"),
        ({"amount": "1.00", "processed_at": LATER}, InvalidTime, r"processed_at lies in the future"),
        (
            {"amount": "1.00", "id": "1"},
            DuplicateId,
            r"payment 1 is on this order, or was once: give another id, or none",
        ),
        ({"amount": "1.00", "id": "a b"}, InvalidInput, r"1 to 64 letters"),
    ],
)
def test_a_bad_payment_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(mixed(), "add_payment", method="Card", **arguments)


def test_the_currency_of_the_order_may_be_said() -> None:
    assert paid(placed(currency="KWD", line_items={}, shipments={}), "0.000", currency="KWD").payments


# Processing, failing, voiding


def test_a_pending_payment_goes_through() -> None:
    steps = act(mixed(), "process_payment", payment="1", processed_at=EARLIER, reference="bank 7")
    assert events(steps) == ["PaymentProcessed"]
    payment = last(steps).payments["1"]
    assert (payment.status, payment.processed_at, payment.reference) == (PaymentStatus.PROCESSED, EARLIER, "bank 7")


def test_a_reference_that_was_known_stays() -> None:
    order = paid(placed(), "10.00", pending=True, reference="bank 7")
    assert do(order, "process_payment", payment="1").payments["1"].reference == "bank 7"


def test_a_pending_payment_fails_or_is_voided() -> None:
    steps = act(mixed(), "fail_payment", payment="1")
    assert (events(steps), steps[0].labels["reason"], steps[0].data) == (["PaymentFailed"], "no reason given", {})
    assert last(steps).payments["1"].status is PaymentStatus.FAILED
    steps = act(mixed(), "void_payment", payment="1")
    assert events(steps) == ["PaymentVoided"]
    assert last(steps).payments["1"].status is PaymentStatus.VOIDED


def test_a_processed_payment_fails_with_a_reason_only() -> None:
    why = refused(mixed(), "fail_payment", payment="3")
    assert why == "payment 3 is Processed, and would have to be Pending (with reason: Processed)"
    steps = act(mixed(), "fail_payment", payment="3", reason={"code": "late", "comment": "chargeback"})
    assert steps[0].data["reason"]["comment"] == "chargeback"
    assert sums(last(steps), "paid") == {"paid": "0.00"}
    with pytest.raises(InvalidText, match=r"a reason is a code"):
        do(mixed(), "fail_payment", payment="3", reason=" ")


@pytest.mark.parametrize("operation", ["process_payment", "fail_payment", "void_payment"])
@pytest.mark.parametrize("end", ["fail_payment", "void_payment"])
def test_what_failed_or_was_voided_stays_so(operation: str, end: str) -> None:
    order = paid(do(mixed(), end, payment="1"), "1.00", pending=True)
    assert f"payment 1 is {order.payments['1'].status}, and would have to be Pending" in refused(
        order, operation, payment="1"
    )


def test_the_rest_of_an_authorization_is_voided() -> None:
    order = do(mixed(), "capture_payment", payment="2", amount="5.00")
    steps = act(order, "void_payment", payment="2")
    assert (events(steps), steps[0].labels["amount"]) == (["PaymentVoided"], dec("15.00"))
    made = last(steps).payments["5"]
    assert (made.transaction_type, made.amount, made.parent, made.status) == (
        TransactionType.VOID, dec("15.00"), "2", PaymentStatus.PROCESSED,
    )  # fmt: skip
    assert last(steps).payments["2"].status is PaymentStatus.PROCESSED
    assert refused(last(steps), "capture_payment", payment="2") == "payment 2 is no Authorization with a rest"
    voided = do(last(steps), "void_payment", payment="1")
    assert refused(voided, "void_payment", payment="2") == "payment 2 is no Authorization with a rest to void"
    found = legal_operations(voided)
    assert found["capture_payment"] == found["void_payment"] == "no payment is an Authorization with a rest"


def test_only_what_is_pending_or_authorized_is_voided() -> None:
    assert refused(mixed(), "void_payment", payment="3") == "payment 3 is no Authorization with a rest to void"
    failed = do(mixed(), "fail_payment", payment="1")
    assert (
        refused(failed, "void_payment", payment="1") == "payment 1 is Failed, and would have to be Pending or Processed"
    )


def test_a_void_moves_no_money_that_could_fail() -> None:
    order = do(mixed(), "void_payment", payment="2")
    assert refused(order, "fail_payment", payment="4", reason="x") == "payment 4 is a Void, which moves no money"


# Capturing


def test_an_authorization_is_captured_in_parts_and_then_the_rest() -> None:
    steps = act(mixed(), "capture_payment", payment="2", amount="5.00", reference="cap_1", processed_at=EARLIER)
    assert (events(steps), steps[0].subject, steps[0].labels["amount"]) == (
        ["PaymentCaptured"],
        "payment/2",
        dec("5.00"),
    )
    made = last(steps).payments["4"]
    assert (made.transaction_type, made.amount, made.parent, made.method, made.reference, made.processed_at) == (
        TransactionType.CAPTURE, dec("5.00"), "2", "Card", "cap_1", EARLIER,
    )  # fmt: skip
    rest = do(last(steps), "capture_payment", payment="2")
    assert rest.payments["5"].amount == dec("15.00")
    assert sums(rest, "authorized", "paid") == {"authorized": "0.00", "paid": "50.00"}


@pytest.mark.parametrize("amount", ["20.01", "0.00", "-1.00", "1.001"])
def test_no_more_than_the_rest_is_captured(amount: str) -> None:
    with pytest.raises(InvalidMoney):
        do(mixed(), "capture_payment", payment="2", amount=amount)
    with pytest.raises(InvalidMoney, match=r"20\.01 cannot be captured: give an amount above zero, at most 20\.00"):
        do(mixed(), "capture_payment", payment="2", amount="20.01")


@pytest.mark.parametrize("payment", ["1", "3"])
def test_only_a_processed_authorization_is_captured(payment: str) -> None:
    assert f"payment {payment} is" in refused(mixed(), "capture_payment", payment=payment)
    pending = paid(placed(), "10.00", pending=True, transaction_type="Authorization")
    assert refused(pending, "capture_payment", payment="1") == "no payment is Processed"
    assert legal_operations(pending)["capture_payment"] == "no payment is an Authorization with a rest"


def test_where_nothing_was_paid_no_refund_is_offered() -> None:
    nothing = "nothing was paid that has not gone back"
    for order in (placed(), paid(placed(), "10.00", transaction_type="Authorization")):
        assert legal_operations(order)["create_refund"] == nothing
    given = {"amount": "10.00", "method": "Cheque", "kind": "goodwill", "reason": "late"}
    order = paid(placed(), "10.00")
    assert legal_operations(order)["create_refund"] is None
    assert refused(do(order, "create_refund", **given), "create_refund", **given) == nothing


def test_where_only_voids_are_left_nothing_is_offered_to_fail() -> None:
    order = do(paid(placed(), "10.00", transaction_type="Authorization"), "void_payment", payment="1")
    order = do(order, "fail_payment", payment="1", reason="expired")
    assert legal_operations(order)["fail_payment"] == "payment 2 is a Void, which moves no money"


def test_another_currency_or_a_future_time_is_not_captured() -> None:
    with pytest.raises(WrongCurrency):
        do(mixed(), "capture_payment", payment="2", amount="1.00", currency="EUR")
    with pytest.raises(InvalidTime):
        do(mixed(), "capture_payment", payment="2", processed_at=LATER)


def test_a_capture_that_failed_can_be_captured_again() -> None:
    order = do(do(mixed(), "capture_payment", payment="2"), "fail_payment", payment="4", reason="declined")
    assert do(order, "capture_payment", payment="2").payments["5"].amount == dec("20.00")


# Refunds
