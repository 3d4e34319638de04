"""Money that goes back: Credit payments."""

from collections.abc import Mapping
from decimal import Decimal

from ordertrail.errors import InvalidInput, InvalidMoney, RefundTooLarge
from ordertrail.orders.model import Currency, Key, Moment, Name, Order, Payment, replaced
from ordertrail.orders.operations.base import (
    EVERY_STATUS,
    Arguments,
    Context,
    GivenReason,
    Step,
    Steps,
    move,
    operation,
)
from ordertrail.orders.operations.parts import (
    happened,
    next_id,
    part_of,
    plain,
    reason,
    refusal,
    subject,
    with_new,
)
from ordertrail.orders.operations.payments import check_method, in_currency, oldest_first, payment_step
from ordertrail.orders.statuses import CreditKind, PaymentStatus, ReturnStatus, TransactionType
from ordertrail.orders.totals import PAYING, paid_rest, with_totals


class CreateRefund(Arguments, frozen=True, kw_only=True):
    """Money that goes back: to one payment, or by another method."""

    amount: Decimal
    kind: CreditKind
    reason: GivenReason | str
    payment: Key | None = None
    method: Name | None = None
    return_id: Key | None = None
    pending: bool = False
    currency: Currency | None = None
    reference: Name | None = None
    processed_at: Moment | None = None


def _nothing_paid(order: Order) -> str | None:
    return None if refundable(order) > 0 else "nothing was paid that has not gone back"


@operation(
    CreateRefund,
    legal_in=EVERY_STATUS,
    permission="payment.refund",
    available=_nothing_paid,
    condition="reason; to one payment (at most what of it was paid and not refunded) or by another method "
    "(at most what was paid and not refunded in all); of kind return only for a return that is not Canceled",
    moves=(move("payment", (), (PaymentStatus.PENDING, PaymentStatus.PROCESSED)),),
    records=("CreatingRefund",),
)
def create_refund(order: Order, arguments: CreateRefund, context: Context) -> Steps:
    """Give money back."""
    if arguments.payment is None and arguments.method is None:
        raise InvalidInput("it is missing where the money goes back to: give a payment, or another method")
    if arguments.payment is not None and arguments.method is not None:
        raise InvalidInput("give either the payment that the money goes back to, or another method, not both")
    check_method(arguments.method)
    _check_return(order, arguments)
    amount = in_currency(order, arguments.amount, arguments.currency)
    check_ceiling(order, amount, context)
    return [refund(order, amount, arguments, context)]


def _check_return(order: Order, given: CreateRefund) -> None:
    """Raises OperationNotAllowed where nothing comes back with the return that is refunded."""
    if given.return_id is None:
        return
    status = part_of(order, "return", given.return_id).status
    if given.kind is CreditKind.RETURN and status is ReturnStatus.CANCELED:
        why = f"return {given.return_id} is Canceled: refund it as goodwill or a correction, or without a return"
        raise refusal(create_refund, order, why, {subject("return", given.return_id): status})


def check_ceiling(order: Order, amount: Decimal, context: Context) -> None:
    """Raises RefundTooLarge above what the role may refund."""
    ceiling = context.ceilings.refund.get(order.currency)
    if ceiling is not None and amount > ceiling:
        raise RefundTooLarge(f"{amount} {order.currency} is more than you may refund at once: at most {ceiling}")


def refundable(order: Order) -> Decimal:
    """What was paid and has not gone back."""
    return order.totals.paid - order.totals.refunded


def refund(order: Order, amount: Decimal, given: CreateRefund, context: Context) -> Step:
    """A Credit payment, to one payment or by another method. Raises RefundTooLarge."""
    if amount <= 0:
        raise InvalidMoney(f"a refund of {amount} is none: give an amount above zero")
    most = refundable(order)
    method = given.method
    if given.payment is not None:
        method = part_of(order, "payment", given.payment).method
        most = min(most, paid_rest(order, given.payment))
    if amount > most:
        raise RefundTooLarge(f"{amount} {order.currency} is more than was paid and not refunded: at most {most}")
    why = reason(given.reason, context)
    credit = Payment(
        status=PaymentStatus.PENDING if given.pending else PaymentStatus.PROCESSED,
        transaction_type=TransactionType.CREDIT,
        method=method or "",
        amount=amount,
        added=context.now,
        reference=given.reference,
        parent=given.payment,
        processed_at=None if given.pending else happened(given.processed_at, context, "processed_at"),
        kind=given.kind,
        return_id=given.return_id,
    )
    return credit_step(order, credit, {"reason": plain(why)}, why.label)


def credit_step(order: Order, credit: Payment, data: Mapping[str, object], label: str) -> Step:
    """A Credit payment added."""
    key = next_id(order, "payment")
    changed = with_totals(with_new(order, "payment", key, credit))
    return replaced(payment_step(changed, key, "CreatingRefund", reason=label), data=data)


def paying(order: Order) -> list[str]:
    """The payments of which something came in and has not gone back, oldest first."""
    return [
        key
        for key in oldest_first(order)
        if order.payments[key].transaction_type in PAYING and paid_rest(order, key) > 0
    ]
