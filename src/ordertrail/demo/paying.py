"""How the simulated shop gets its money, and gives it back."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from ordertrail.demo.case import Case, days, hours, minutes
from ordertrail.demo.clock import Part, Story
from ordertrail.orders.operations.payments import authorizations
from ordertrail.orders.operations.refunds import paying, refundable
from ordertrail.orders.statuses import PaymentStatus
from ordertrail.orders.totals import authorization_rest, paid_rest

Paying = Callable[[Case], Part]


def paid(case: Case) -> Part:
    """The customer pays in the way that the order says; an order that is never paid is cancelled."""
    yield case.after(minutes(0.5))
    return (yield from PAYMENTS[case.draft.payment](case))


def due(case: Case) -> Decimal:
    """What is neither paid nor authorized nor announced."""
    pending = sum((p.amount for p in case.order.payments.values() if p.status is PaymentStatus.PENDING), Decimal(0))
    return max(case.order.totals.balance - case.order.totals.authorized - pending, Decimal(0))


def add(case: Case, method: str, transaction_type: str, amount: Decimal | None = None, pending: bool = False) -> str:
    """A payment comes in through the payment provider; its id. Nothing due is nothing paid."""
    wanted = due(case) if amount is None else amount
    reference = f"pay_{case.random.randrange(16**10):010x}"
    case.do(
        case.shop.app("payments").add_payment,
        amount=wanted,
        method=method,
        transaction_type=transaction_type,
        pending=pending,
        reference=reference,
    )
    return str(case.order.counters["payment"])


def _card(case: Case) -> Part:
    if not case.chance(0.08):
        add(case, "Card", "Authorization")
        return True
    # The bank asks back; some customers miss it and try again.
    first = add(case, "Card", "Authorization", pending=True)
    yield case.after(minutes(3))
    if case.chance(0.6):
        case.do(case.shop.app("payments").process_payment, payment=first)
        return True
    case.do(case.shop.app("payments").fail_payment, payment=first, reason="Declined by the bank")
    yield case.after(minutes(6))
    add(case, "Card", "Authorization")
    return True


def _at_once(method: str, transaction_type: str) -> Paying:
    def story(case: Case) -> Part:
        add(case, method, transaction_type)
        return True
        yield

    return story


def _gift_card(case: Case) -> Part:
    add(case, "Gift card", "Sale", min(case.part_of(due(case), 40), due(case)))
    yield case.after(minutes(0.2))
    if due(case):
        add(case, "Card", "Authorization")
    return True


def _pending(method: str, transaction_type: str, takes: timedelta) -> Paying:
    def story(case: Case) -> Part:
        payment = add(case, method, transaction_type, pending=True)
        yield case.after(takes)
        if case.chance(0.8):
            case.do(case.shop.app("payments").process_payment, payment=payment)
            return True
        return (yield from _reminded(case, payment))

    return story


def _reminded(case: Case, payment: str) -> Part:
    """No money yet: a reminder, then either the money or the end of the order."""
    case.noted(case.shop.job("dunning"), "Reminder sent", "No payment yet.", visibility="customer")
    yield case.after(days(3))
    if case.chance(0.6):
        case.do(case.shop.app("payments").process_payment, payment=payment)
        return True
    if case.chance(0.5):
        case.do(case.shop.app("payments").fail_payment, payment=payment)
    else:
        case.do(case.shop.job("dunning").void_payment, payment=payment)
    yield case.after(minutes(10))
    case.do(case.shop.job("dunning").cancel_order, reason="payment", initiator="shop")
    return False


PAYMENTS: dict[str, Paying] = {
    "card": _card,
    "invoice": _at_once("Invoice", "Authorization"),
    "wallet": _at_once("Wallet", "Sale"),
    "debit": _at_once("Direct debit", "Sale"),
    "settlement": _at_once("Bazaar settlement", "CaptureOnly"),
    "gift": _gift_card,
    "transfer": _pending("Bank transfer", "Sale", days(1.6)),
    "konbini": _pending("Convenience store", "Other", hours(20)),
}
"""How each kind of payment goes."""


def topped_up(case: Case) -> Story:
    """What a change made dearer is paid before it leaves."""
    if due(case):
        yield case.after(hours(5))
        add(case, "Payment link", "Sale")


def settled(case: Case) -> Story:
    """When all has left: what is due is captured or asked for, what is over is given back."""
    yield case.after(hours(2))
    for payment in authorizations(case.order):
        rest = authorization_rest(case.order, payment)
        wanted = min(max(case.order.totals.balance, Decimal(0)), rest)
        if wanted:
            case.do(case.shop.app("payments").capture_payment, payment=payment, amount=wanted)
        if wanted < rest:
            case.do(case.shop.app("payments").void_payment, payment=payment)
    if due(case):
        yield case.after(hours(9))
        add(case, "Payment link", "Sale")
    if case.order.totals.balance < 0:
        yield case.served(hours(3))
        give_back(case, -case.order.totals.balance, "correction", "price")


def give_back(case: Case, amount: Decimal, kind: str, reason: str, pending: bool = False) -> None:
    """Refund an amount, to the payments in their order."""
    for payment in paying(case.order):
        part = min(amount, paid_rest(case.order, payment), refundable(case.order))
        if part > 0:
            case.do(case.csr.create_refund, payment=payment, amount=part, kind=kind, reason=reason, pending=pending)
            amount -= part
