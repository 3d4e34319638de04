"""Completing a return: what is refunded for what came in, and the start of its exchange order."""

from collections.abc import Iterable
from decimal import Decimal

from ordertrail.errors import InvalidInput, RefundTooLarge
from ordertrail.orders.model import Key, Name, Order, Return, replaced
from ordertrail.orders.operations.base import EVERY_STATUS, Context, GivenReason, Step, Steps, move, operation
from ordertrail.orders.operations.parts import plain, reason, with_part
from ordertrail.orders.operations.payments import (
    check_method,
    in_currency,
    payment_step,
    pending_exchange_payments,
    voided,
)
from ordertrail.orders.operations.refunds import CreateRefund, check_ceiling, paying, refund, refundable
from ordertrail.orders.operations.returns import OfReturn, exchange_order_of, step
from ordertrail.orders.statuses import CreditKind, OrderStatus, PaymentStatus, ReturnStatus
from ordertrail.orders.totals import ZERO, items_value, paid_rest, totals, with_totals


class CompleteReturn(OfReturn, frozen=True, kw_only=True):
    """How much is refunded (by default what was paid for what was received), and to which payments."""

    refund: Decimal | None = None
    payments: dict[Key, Decimal] = {}
    method: Name | None = None
    pending: bool = False
    reason: GivenReason | str = "return"


@operation(
    CompleteReturn,
    legal_in=EVERY_STATUS - {OrderStatus.ON_HOLD},
    permission="return.complete",
    part="return",
    condition="the return is AwaitingCompletion; refund from zero to what was paid for what was received, less what "
    "was refunded for this return; role's ceiling",
    moves=(
        move("return", [ReturnStatus.AWAITING_COMPLETION], ReturnStatus.COMPLETE),
        move("payment", (), (PaymentStatus.PENDING, PaymentStatus.PROCESSED)),
        move("payment", [PaymentStatus.PENDING], (PaymentStatus.PROCESSED, PaymentStatus.VOIDED)),
        move("order", [OrderStatus.AWAITING_EXCHANGE], OrderStatus.IN_PROGRESS),
    ),
    records=("ReturnCompleted", "CreatingRefund", "PaymentProcessed", "PaymentVoided", "OrderGroupInProgress"),
    other=exchange_order_of,
)
def complete_return(order: Order, arguments: CompleteReturn, context: Context) -> Steps:
    """Complete a return: refund what came in, and start its exchange order."""
    key = arguments.return_id
    # Kept here too: without a refund nothing else would say why there is none.
    data = {"reason": plain(reason(arguments.reason, context))}
    steps = [step(with_part(order, "return", key, status=ReturnStatus.COMPLETE), key, "ReturnCompleted", data)]
    paid = ZERO
    for credit in pending_exchange_payments(order, key):
        paid = _paid_for_exchange(order, credit, key)
        steps.append(_settled(steps[-1].order, credit, paid, context))
    steps += _refunds(steps[-1].order, key, arguments, context)
    return steps + ([] if context.other is None else _exchange_starts(order, key, context.other, paid, context))


def refunded_by_default(order: Order, key: str) -> tuple[Decimal, dict[str, Decimal]]:
    """What goes back with a return unless something else is given: what its exchange order is paid, and how much goes
    to which payment."""
    paid = ZERO
    for credit in pending_exchange_payments(order, key):
        paid = _paid_for_exchange(order, credit, key)
        status = PaymentStatus.PROCESSED if paid else PaymentStatus.VOIDED
        order = with_totals(with_part(order, "payment", credit, amount=paid, status=status))
    return paid, _to_payments(order, _still_refundable(order, key))


def _paid_for_exchange(order: Order, credit: str, key: str) -> Decimal:
    """How much of a pending payment of an exchange is settled for what came in."""
    return min(order.payments[credit].amount, _still_refundable(_without_payment(order, credit), key))


def _settled(order: Order, key: str, amount: Decimal, context: Context) -> Step:
    """A pending payment of an exchange processed for `amount`, or voided for nothing."""
    if not amount:
        return voided(order, key)
    changed = with_part(order, "payment", key, amount=amount, status=PaymentStatus.PROCESSED, processed_at=context.now)
    return payment_step(with_totals(changed), key, "PaymentProcessed")


def _exchange_starts(order: Order, key: str, exchange: Order, paid: Decimal, context: Context) -> Steps:
    """What happens on the exchange order: it is paid for what came in, and starts unless nothing did."""
    steps: Steps = []
    for payment in pending_exchange_payments(exchange):
        steps.append(_settled(steps[-1].order if steps else exchange, payment, paid, context))
    came = any(item.received for item in order.returns[key].items.values())
    if came and exchange.status is OrderStatus.AWAITING_EXCHANGE:
        started = replaced(steps[-1].order if steps else exchange, status=OrderStatus.IN_PROGRESS)
        steps.append(Step(event="OrderGroupInProgress", order=started))
    return steps


def return_value(order: Order, key: str) -> Decimal:
    """What the received items of a return are worth: together with those of earlier returns, not a cent too much."""
    before = [ret for other, ret in order.returns.items() if other != key and ret.status is ReturnStatus.COMPLETE]
    with_this = items_value(order, _received_items([*before, order.returns[key]]))
    return with_this - items_value(order, _received_items(before))


def _received_items(returns: Iterable[Return]) -> dict[str, Decimal]:
    received: dict[str, Decimal] = {}
    for line, item in (pair for ret in returns for pair in ret.items.items()):
        received[line] = received.get(line, ZERO) + (item.received or ZERO)
    return received


def refunded_for(order: Order, key: str) -> Decimal:
    """What has been refunded for a return already; one that bounced was credited, and is paid again as a correction."""
    sums = totals(replaced(order, payments={k: p for k, p in order.payments.items() if p.return_id == key}))
    return max(sums.refunded, sums.credited)


def _still_owed(order: Order, key: str) -> Decimal:
    return max(return_value(order, key) - refunded_for(order, key), ZERO)


def _still_refundable(order: Order, key: str) -> Decimal:
    """What is still owed for a return, as far as it was paid and has not gone back."""
    return max(min(_still_owed(order, key), refundable(with_totals(order))), ZERO)


def _without_payment(order: Order, key: str) -> Order:
    return replaced(order, payments={other: payment for other, payment in order.payments.items() if other != key})


def _refunds(order: Order, key: str, arguments: CompleteReturn, context: Context) -> Steps:
    """The refunds of a return, to the payments named, by the method named, or to the payments in their order."""
    most = _still_refundable(order, key)
    amount = _wanted(order, arguments, most)
    check_ceiling(order, amount, context)
    steps: Steps = []
    for payment, part in _parts(order, amount, arguments).items():
        given = CreateRefund(
            amount=part,
            kind=CreditKind.RETURN,
            reason=arguments.reason,
            payment=payment or None,
            method=None if payment else arguments.method,
            return_id=key,
            pending=arguments.pending,
        )
        steps.append(refund(steps[-1].order if steps else order, part, given, context))
    return steps


def _wanted(order: Order, arguments: CompleteReturn, most: Decimal) -> Decimal:
    check_method(arguments.method)
    named = {key: in_currency(order, amount, None) for key, amount in arguments.payments.items()}
    if named and (arguments.refund is not None or arguments.method is not None):
        raise InvalidInput("give the refund as a whole, perhaps by another method, or by payment, not both")
    amount = most if arguments.refund is None else in_currency(order, arguments.refund, None)
    amount = sum(named.values(), ZERO) if named else amount
    if amount > most:
        raise RefundTooLarge(f"{amount} {order.currency} is more than was paid for what came in: at most {most}")
    return amount


def _parts(order: Order, amount: Decimal, arguments: CompleteReturn) -> dict[str, Decimal]:
    """How much goes back to which payment; "" is another method."""
    if arguments.payments:
        return {key: in_currency(order, part, None) for key, part in arguments.payments.items() if part}
    if arguments.method is not None:
        return {"": amount} if amount else {}
    return _to_payments(order, amount)


def _to_payments(order: Order, amount: Decimal) -> dict[str, Decimal]:
    """How much goes back to which payment, in their order, as far as each goes."""
    parts = {}
    for key in paying(order):
        part = min(amount, paid_rest(order, key))
        if part > 0:
            parts[key] = part
            amount -= part
    return parts
