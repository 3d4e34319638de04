"""Money: what came is always recorded, what goes back never exceeds it."""

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
    RefundTooLarge,
    UnknownId,
    WrongCurrency,
)
from ordertrail.orders.model import Order
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.operations.base import Ceilings
from ordertrail.orders.statuses import CreditKind, OrderStatus, PaymentStatus, TransactionType
from tests.unit.orders.builders import (
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
    refused,
    returning,
    shipped,
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


def mixed() -> Order:
    """An order of 100.00 with a pending 10.00, an authorized 20.00 and a paid 30.00."""
    order = paid(placed(), "10.00", pending=True)
    return paid(paid(order, "20.00", transaction_type="Authorization"), "30.00")


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


@pytest.mark.parametrize("kind", [kind.value for kind in CreditKind])
def test_money_goes_back_to_the_payment_that_it_came_from(kind: str) -> None:
    why = {"code": "late", "comment": "x"}
    steps = act(mixed(), "create_refund", payment="3", amount="12.00", kind=kind, reason=why, reference="re_1",
                processed_at=EARLIER)  # fmt: skip
    assert (events(steps), steps[0].subject) == (["CreatingRefund"], "payment/4")
    credit = last(steps).payments["4"]
    assert (credit.transaction_type, credit.kind, credit.amount, credit.parent, credit.method) == (
        TransactionType.CREDIT, kind, dec("12.00"), "3", "Card",
    )  # fmt: skip
    assert (credit.status, credit.processed_at, credit.reference) == (PaymentStatus.PROCESSED, EARLIER, "re_1")
    assert steps[0].data["reason"]["comment"] == "x"


def test_money_goes_back_by_another_method() -> None:
    order = do(mixed(), "create_refund", method="Cheque", amount="30.00", kind="goodwill", reason="late", pending=True)
    credit = order.payments["4"]
    assert (credit.method, credit.parent, credit.status, credit.processed_at) == (
        "Cheque", None, PaymentStatus.PENDING, None,
    )  # fmt: skip


def test_no_more_goes_back_than_came() -> None:
    order = paid(mixed(), "40.00")
    with pytest.raises(RefundTooLarge, match=r"30\.01 USD is more than was paid and not refunded: at most 30\.00"):
        do(order, "create_refund", payment="3", amount="30.01", kind="goodwill", reason="late")
    with pytest.raises(RefundTooLarge, match=r"70\.01 USD .*: at most 70\.00"):
        do(order, "create_refund", method="Cheque", amount="70.01", kind="goodwill", reason="late")
    order = do(order, "create_refund", payment="3", amount="25.00", kind="goodwill", reason="late", pending=True)
    with pytest.raises(RefundTooLarge, match=r"at most 5\.00"):
        do(order, "create_refund", payment="3", amount="5.01", kind="goodwill", reason="late")
    order = do(order, "create_refund", method="Cheque", amount="44.00", kind="goodwill", reason="late")
    with pytest.raises(RefundTooLarge, match=r"at most 1\.00"):
        do(order, "create_refund", payment="4", amount="1.01", kind="goodwill", reason="late")


@pytest.mark.parametrize("payment", ["1", "2"])
def test_nothing_goes_back_to_a_payment_that_brought_nothing(payment: str) -> None:
    with pytest.raises(RefundTooLarge, match=r"at most 0"):
        do(mixed(), "create_refund", payment=payment, amount="1.00", kind="goodwill", reason="late")


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (
            {"payment": "3", "method": "Cheque"},
            InvalidInput,
            r"either the payment that the money goes back to, or another",
        ),
        ({}, InvalidInput, r"either the payment that the money goes back to, or another method, not both"),
        ({"payment": "3", "amount": "0.00"}, InvalidMoney, r"a refund of 0\.00 is none: give an amount above zero"),
        ({"payment": "3", "amount": "-1.00"}, InvalidMoney, r"below zero"),
        ({"payment": "3", "currency": "EUR"}, WrongCurrency, r"this order is in USD"),
        ({"payment": "3", "return_id": "1"}, UnknownId, r"no return '1'; it has: none"),
        ({"payment": "3", "processed_at": LATER}, InvalidTime, r"processed_at lies in the future"),
        ({"payment": "3", "kind": "gift"}, InvalidInput, r"Invalid enum value 'gift' - at `kind`"),
        ({"payment": "3", "reason": "\t"}, InvalidText, r"a reason is a code of the shop's list"),
    ],
)
def test_a_bad_refund_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(mixed(), "create_refund", **{"amount": "1.00", "kind": "goodwill", "reason": "late", **arguments})


def test_a_refund_may_be_for_a_return() -> None:
    order = returning(paid(shipped(placed()), "100.00"))
    refunded = do(order, "create_refund", payment="1", amount="1.00", kind="return", reason="late", return_id="1")
    assert refunded.payments["2"].return_id == "1"


def test_a_return_that_will_not_come_is_not_refunded() -> None:
    order = returning(paid(shipped(placed()), "100.00"))
    order = do(order, "cancel_return", return_id="1", reason="late")
    given = {"payment": "1", "amount": "1.00", "reason": "late", "return_id": "1"}
    why = refused(order, "create_refund", kind="return", **given)
    assert why == "return 1 is Canceled: refund it as goodwill or a correction, or without a return"
    for kind in ("goodwill", "correction"):
        assert do(order, "create_refund", kind=kind, **given).totals.refunded == 1


def test_a_role_refunds_up_to_its_ceiling() -> None:
    within = context(ceilings=Ceilings(refund={"USD": dec("10.00"), "EUR": dec("1.00")}))
    arguments = {"payment": "3", "kind": "goodwill", "reason": "late"}
    assert do(mixed(), "create_refund", within, amount="10.00", **arguments)
    with pytest.raises(RefundTooLarge, match=r"10\.01 USD is more than you may refund at once: at most 10\.00"):
        do(mixed(), "create_refund", within, amount="10.01", **arguments)
    yen = paid(placed(currency="JPY", line_items={"1": item(1, "5000")}), "5000")
    assert do(yen, "create_refund", within, amount="5000", payment="1", kind="goodwill", reason="late")
