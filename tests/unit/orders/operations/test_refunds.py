"""Refunds: what goes back never exceeds what came."""

from typing import Any

import pytest

from ordertrail.errors import (
    InvalidInput,
    InvalidMoney,
    InvalidText,
    InvalidTime,
    RefundTooLarge,
    UnknownId,
    WrongCurrency,
)
from ordertrail.orders.operations.base import Ceilings
from ordertrail.orders.statuses import CreditKind, PaymentStatus, TransactionType
from tests.unit.orders.builders import (
    EARLIER,
    LATER,
    act,
    context,
    dec,
    do,
    events,
    item,
    last,
    mixed,
    paid,
    placed,
    refused,
    returning,
    shipped,
)


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
        ({}, InvalidInput, r"missing where the money goes back to: give a payment, or another method"),
        ({"payment": "1", "method": "Voucher"}, InvalidInput, r"either the payment .*, or another method, not both"),
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
