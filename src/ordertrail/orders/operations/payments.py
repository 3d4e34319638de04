"""Money: payments, captures and voids. Facts from outside are always recorded; their time may be any past."""

from decimal import Decimal

from ordertrail.errors import InvalidInput, InvalidMoney, Overpayment, WrongCurrency
from ordertrail.orders.model import Currency, Key, Moment, Name, Order, Payment, natural, replaced
from ordertrail.orders.money import money
from ordertrail.orders.operations.base import (
    EVERY_STATUS,
    Arguments,
    Context,
    GivenReason,
    Operation,
    Step,
    Steps,
    move,
    operation,
)
from ordertrail.orders.operations.inputs import NewPayment
from ordertrail.orders.operations.parts import (
    happened,
    new_id,
    next_id,
    refusal,
    subject,
    told,
    unless_any,
    with_new,
    with_part,
)
from ordertrail.orders.statuses import PaymentStatus, TransactionType
from ordertrail.orders.totals import ZERO, authorization_rest

ADDABLE = (TransactionType.AUTHORIZATION, TransactionType.SALE, TransactionType.CAPTURE_ONLY, TransactionType.OTHER)
EXCHANGE = "Exchange"
"""The method of the payments by which a return pays for its exchange order: nobody else gives it."""


class AddPayment(NewPayment, frozen=True, kw_only=True):
    """The same, on an order that exists; `id` is drawn where none is given."""

    id: Key | None = None


class ProcessPayment(Arguments, frozen=True, kw_only=True):
    """A pending payment went through, at `processed_at` (now by default)."""

    payment: Key
    processed_at: Moment | None = None
    reference: Name | None = None


class FailPayment(Arguments, frozen=True, kw_only=True):
    """A payment did not go through; a processed one that came back needs a reason."""

    payment: Key
    reason: GivenReason | str | None = None


class VoidPayment(Arguments, frozen=True, kw_only=True):
    """A pending payment, or the rest of an authorization, is given up."""

    payment: Key


class CapturePayment(Arguments, frozen=True, kw_only=True):
    """Money taken from an authorization: all that is left of it, if no amount is given."""

    payment: Key
    amount: Decimal | None = None
    currency: Currency | None = None
    reference: Name | None = None
    processed_at: Moment | None = None


@operation(
    AddPayment,
    legal_in=EVERY_STATUS,
    permission="payment.record",
    condition="type Authorization, Sale, CaptureOnly or Other; no more than is open, unless `overpayment`",
    moves=(move("payment", (), (PaymentStatus.PENDING, PaymentStatus.PROCESSED)),),
    records=("AddingPayment",),
)
def add_payment(order: Order, new: AddPayment, context: Context) -> Steps:
    """Record money that came or was reserved."""
    key = new_id(order, "payment", new.id)
    return [payment_step(receive(order, key, new, context), key)]


def receive(order: Order, key: str, new: NewPayment, context: Context) -> Order:
    """`order` with one payment more."""
    if new.transaction_type not in ADDABLE:
        raise InvalidInput(
            f"a {new.transaction_type} is not added by itself: add one of {', '.join(ADDABLE)}; "
            "captures, voids and refunds have operations of their own"
        )
    check_method(new.method)
    amount = in_currency(order, new.amount, new.currency)
    beyond = min(amount, amount - still_open(order))
    if amount and beyond > 0 and not new.overpayment:
        raise Overpayment(f"{beyond}", order.currency)
    payment = Payment(
        status=PaymentStatus.PENDING if new.pending else PaymentStatus.PROCESSED,
        transaction_type=new.transaction_type,
        method=new.method,
        amount=amount,
        added=context.now,
        reference=new.reference,
        processed_at=None if new.pending else happened(new.processed_at, context, "processed_at"),
        attributes=new.attributes,
    )
    return with_new(order, "payment", key, payment)


def check_method(method: str | None) -> None:
    """Raises InvalidInput for the method that only a return and its exchange order pay by."""
    if method == EXCHANGE:
        raise InvalidInput(
            f"the method {EXCHANGE} is only for what a return pays for its exchange order: "
            "make that with create_exchange_order, or name another method"
        )


def pays_exchange(order: Order, key: str) -> bool:
    """Whether a payment is one of the two by which a return pays for its exchange order.

    On the order of the return that is a Credit for the return; on the exchange order what comes in for it. Both are
    known by their links: a refund of the latter has its method too, but also the payment that it goes back to.
    """
    payment = order.payments[key]
    linked = {
        TransactionType.CREDIT: payment.return_id is not None,
        TransactionType.OTHER: order.exchange_for is not None,
    }
    return payment.method == EXCHANGE and payment.parent is None and linked.get(payment.transaction_type, False)


def pending_exchange_payments(order: Order, return_id: str | None = None) -> list[str]:
    """The pending payments of an exchange: of one return, or of the order that such a return pays for."""
    return [
        key
        for key in natural(order.payments)
        if pays_exchange(order, key)
        and order.payments[key].status is PaymentStatus.PENDING
        and order.payments[key].return_id == return_id
    ]


def _of_exchange(order: Order, key: str) -> str | None:
    """Why one of the two payments of an exchange is not settled without the other."""
    if not pays_exchange(order, key):
        return None
    return f"payment {key} is part of an exchange: complete_return settles it, or cancel_order of the exchange order"


def _check_no_exchange(doing: Operation, order: Order, key: str) -> None:
    why = _of_exchange(order, key)
    if why:
        raise refusal(doing, order, why)


def _pending(order: Order) -> list[str]:
    """The pending payments that no exchange settles."""
    found = [key for key, payment in order.payments.items() if payment.status is PaymentStatus.PENDING]
    return [key for key in found if not pays_exchange(order, key)]


def in_currency(order: Order, value: object, currency: str | None) -> Decimal:
    """`value` as money of the order. Raises WrongCurrency."""
    if currency not in (None, order.currency):
        raise WrongCurrency(f"this order is in {order.currency}, not in {currency}: convert the amount first")
    return money(value, order.currency)


def still_open(order: Order) -> Decimal:
    """What the order costs and has neither come nor is reserved or announced; below zero where that is more."""
    pending = sum(
        (
            p.amount
            for p in order.payments.values()
            if p.status is PaymentStatus.PENDING and (p.transaction_type in ADDABLE)
        ),
        ZERO,
    )
    return order.totals.balance - order.totals.authorized - pending


def payment_step(order: Order, key: str, event: str = "AddingPayment", **more: object) -> Step:
    """What happened to a payment, with its labels."""
    payment = order.payments[key]
    labels = {
        "id": key,
        "amount": payment.amount,
        "currency": order.currency,
        "method": payment.method,
        "transaction_type": payment.transaction_type,
        "status": payment.status,
    }
    return Step(event=event, order=order, subject=subject("payment", key), labels={**labels, **more})


def _something_pending(order: Order) -> str | None:
    return None if _pending(order) else "no payment is Pending"


@operation(
    ProcessPayment,
    legal_in=EVERY_STATUS,
    permission="payment.record",
    part="payment",
    available=_something_pending,
    unsuited=_of_exchange,
    condition="the payment is Pending, and not of an exchange (complete_return settles that)",
    moves=(move("payment", [PaymentStatus.PENDING], PaymentStatus.PROCESSED),),
    records=("PaymentProcessed",),
)
def process_payment(order: Order, arguments: ProcessPayment, context: Context) -> Steps:
    """Record that a pending payment went through."""
    _check_no_exchange(process_payment, order, arguments.payment)
    payment = order.payments[arguments.payment]
    changed = with_part(
        order,
        "payment",
        arguments.payment,
        status=PaymentStatus.PROCESSED,
        processed_at=happened(arguments.processed_at, context, "processed_at"),
        reference=arguments.reference or payment.reference,
    )
    return [payment_step(changed, arguments.payment, "PaymentProcessed")]


def _cannot_fail(order: Order, key: str) -> str | None:
    """Why a payment that is Pending or Processed does not fail."""
    if order.payments[key].transaction_type is TransactionType.VOID:
        return f"payment {key} is a Void, which moves no money"
    return _of_exchange(order, key)


def _nothing_to_fail(order: Order) -> str | None:
    may_fail = (PaymentStatus.PENDING, PaymentStatus.PROCESSED)
    return unless_any(_cannot_fail(order, key) for key, payment in order.payments.items() if payment.status in may_fail)


@operation(
    FailPayment,
    legal_in=EVERY_STATUS,
    permission="payment.record",
    part="payment",
    available=_nothing_to_fail,
    unsuited=_cannot_fail,
    condition="the payment is Pending, or Processed with a reason (chargeback, returned debit); no Void, and not of an "
    "exchange",
    moves=(
        move("payment", [PaymentStatus.PENDING], PaymentStatus.FAILED),
        move("payment", [PaymentStatus.PROCESSED], PaymentStatus.FAILED, given="reason"),
    ),
    records=("PaymentFailed",),
)
def fail_payment(order: Order, arguments: FailPayment, context: Context) -> Steps:
    """Record that a payment did not go through, or came back."""
    cannot = _cannot_fail(order, arguments.payment)
    if cannot:
        raise refusal(fail_payment, order, cannot)
    label, data = told(arguments.reason, context)
    changed = with_part(order, "payment", arguments.payment, status=PaymentStatus.FAILED)
    return [replaced(payment_step(changed, arguments.payment, "PaymentFailed", reason=label), data=data)]


def _something_to_void(order: Order) -> str | None:
    return None if _pending(order) else _some_rest(order)


def _some_rest(order: Order) -> str | None:
    return None if authorizations(order) else "no payment is an Authorization with a rest"


def _no_rest(order: Order, key: str) -> str | None:
    """Why nothing of a payment is left to be taken or given up."""
    return None if _rest(order, key) > 0 else f"payment {key} is no Authorization with a rest"


def _not_to_void(order: Order, key: str) -> str | None:
    pending = order.payments[key].status is PaymentStatus.PENDING
    return _of_exchange(order, key) if pending else _no_rest(order, key)


@operation(
    VoidPayment,
    legal_in=EVERY_STATUS,
    permission="payment.record",
    part="payment",
    available=_something_to_void,
    unsuited=_not_to_void,
    condition="the payment is Pending and not of an exchange, or an Authorization with a rest that is not captured",
    moves=(
        move("payment", [PaymentStatus.PENDING], PaymentStatus.VOIDED),
        move("payment", [PaymentStatus.PROCESSED], PaymentStatus.PROCESSED),
        move("payment", (), PaymentStatus.PROCESSED),
    ),
    records=("PaymentVoided",),
)
def void_payment(order: Order, arguments: VoidPayment, context: Context) -> Steps:
    """Give up a pending payment, or the rest of an authorization."""
    _check_no_exchange(void_payment, order, arguments.payment)
    if order.payments[arguments.payment].status is PaymentStatus.PENDING:
        return [voided(order, arguments.payment)]
    spent = _no_rest(order, arguments.payment)
    if spent:
        raise refusal(void_payment, order, f"{spent} to void")
    return [voided_rest(order, arguments.payment, context)]


def _rest(order: Order, key: str) -> Decimal:
    authorized = order.payments[key].transaction_type is TransactionType.AUTHORIZATION
    return authorization_rest(order, key) if authorized else ZERO


def voided(order: Order, key: str) -> Step:
    """A pending payment Voided."""
    return payment_step(with_part(order, "payment", key, status=PaymentStatus.VOIDED), key, "PaymentVoided")


def voided_rest(order: Order, key: str, context: Context) -> Step:
    """The rest of an authorization voided, by a Void payment of its own."""
    rest = authorization_rest(order, key)
    changed = _drawn(order, key, TransactionType.VOID, rest, context)
    return payment_step(changed, key, "PaymentVoided", amount=rest)


def _drawn(
    order: Order, parent: str, kind: TransactionType, amount: Decimal, context: Context, **fields: object
) -> Order:
    """`order` with one payment more that draws on an authorization."""
    payment = Payment(
        status=PaymentStatus.PROCESSED,
        transaction_type=kind,
        method=order.payments[parent].method,
        amount=amount,
        added=context.now,
        parent=parent,
        **({"processed_at": context.now} | fields),  # type: ignore[arg-type]
    )
    return with_new(order, "payment", next_id(order, "payment"), payment)


@operation(
    CapturePayment,
    legal_in=EVERY_STATUS,
    permission="payment.record",
    part="payment",
    available=_some_rest,
    unsuited=_no_rest,
    condition="an Authorization, processed; at most its rest",
    moves=(
        move("payment", [PaymentStatus.PROCESSED], PaymentStatus.PROCESSED),
        move("payment", (), PaymentStatus.PROCESSED),
    ),
    records=("PaymentCaptured",),
)
def capture_payment(order: Order, arguments: CapturePayment, context: Context) -> Steps:
    """Take money from an authorization."""
    rest = _rest(order, arguments.payment)
    amount = rest if arguments.amount is None else in_currency(order, arguments.amount, arguments.currency)
    spent = _no_rest(order, arguments.payment)
    if spent:
        raise refusal(capture_payment, order, spent)
    if not 0 < amount <= rest:
        raise InvalidMoney(f"{amount} cannot be captured: give an amount above zero, at most {rest}")
    at = happened(arguments.processed_at, context, "processed_at")
    return [captured(order, arguments.payment, amount, context, reference=arguments.reference, processed_at=at)]


def captured(order: Order, key: str, amount: Decimal, context: Context, **fields: object) -> Step:
    """An amount captured from an authorization, by a Capture payment of its own."""
    changed = _drawn(order, key, TransactionType.CAPTURE, amount, context, **fields)
    return payment_step(changed, key, "PaymentCaptured", amount=amount)


def authorizations(order: Order) -> list[str]:
    """The authorizations that have a rest, oldest first."""
    return [key for key in oldest_first(order) if _rest(order, key) > 0]


def oldest_first(order: Order) -> list[str]:
    """The ids of the payments in the order in which they were added."""
    counted = natural(order.payments)
    return sorted(counted, key=lambda key: order.payments[key].added)
