"""What an order amounts to, and how its money stands.

Items and shipping of cancelled shipments do not count, nor does anything of a Cancelled order. Discounts of the whole
order never take it below zero. Balance above zero is due from the customer, below zero is owed to them.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from ordertrail.orders.model import ManualDiscount, Order, Payment, Shipment, Totals, natural, replaced
from ordertrail.orders.money import checked_size, percent_of, rounded, spread, sum_quantities
from ordertrail.orders.statuses import CreditKind, OrderStatus, PaymentStatus, ShipmentStatus, TransactionType

ZERO = Decimal(0)

PAYING = frozenset({TransactionType.SALE, TransactionType.CAPTURE, TransactionType.CAPTURE_ONLY, TransactionType.OTHER})
"""The transaction types that bring money in."""


def with_totals(order: Order) -> Order:
    """`order` with its totals computed anew."""
    return replaced(order, totals=totals(order))


def costs_the_same(before: Order, after: Order) -> bool:
    """Whether nothing that totals are computed from differs, so that those of `before` are those of `after`."""
    return (
        before.totals is after.totals
        and before.line_items is after.line_items
        and before.payments is after.payments
        and before.coupons is after.coupons
        and before.manual_discounts is after.manual_discounts
        and (before.status is OrderStatus.CANCELLED) == (after.status is OrderStatus.CANCELLED)
        and (before.shipments is after.shipments or _ship_the_same(before.shipments, after.shipments))
    )


def _ship_the_same(before: Mapping[str, Shipment], after: Mapping[str, Shipment]) -> bool:
    return len(before) == len(after) and all(
        key in before and (before[key] is shipment or _amounts(before[key]) == _amounts(shipment))
        for key, shipment in after.items()
    )


def _amounts(shipment: Shipment) -> tuple[object, ...]:
    return (
        counts(shipment),
        shipment.quantities,
        shipment.shipping,
        shipment.handling,
        shipment.shipping_discount,
        shipment.shipping_tax,
    )


def totals(order: Order) -> Totals:
    """All sums of `order`. Raises InvalidMoney where one of them is too large to be stored."""
    subtotal, discount, shipping, handling, tax = _goods(order)
    total = subtotal - discount + shipping + handling + (ZERO if order.prices_include_tax else tax)
    authorized, paid, refunded, credited = _money(order, total)
    amounts = {
        "subtotal": subtotal, "discount": discount, "shipping": shipping, "handling": handling, "tax": tax,
        "total": total, "authorized": authorized, "paid": paid, "refunded": refunded, "credited": credited,
        "balance": total - credited - (paid - refunded),
    }  # fmt: skip
    currency = order.currency
    return Totals(**{name: checked_size(rounded(amount, currency), currency) for name, amount in amounts.items()})


def counts(shipment: Shipment) -> bool:
    """Whether items and shipping of `shipment` count."""
    return shipment.status is not ShipmentStatus.CANCELLED


def active_quantity(order: Order, line: str) -> Decimal:
    """How much of a line item is ordered and not in a cancelled shipment."""
    if not order.shipments:
        return order.line_items[line].quantity
    return sum_quantities([s.quantities[line] for s in order.shipments.values() if counts(s) and line in s.quantities])


def line_share(order: Order, line: str, amount: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Price, discount and tax of `amount` pieces of a line item, with the discounts given on the line by hand.

    The line's own discount and tax are for all that was ordered of it; an amount given by hand is for what is not
    cancelled.
    """
    item = order.line_items[line]
    price = rounded(item.unit_price * amount, order.currency)
    discount = _part(item.discount, item.quantity, amount, order.currency)
    for given in order.manual_discounts.values():
        if given.line_item == line:
            off = _by_hand(given, price, order.currency)
            by_percent = given.percent is not None
            discount += off if by_percent else _part(off, active_quantity(order, line), amount, order.currency)
    return price, min(discount, price), _part(item.tax, item.quantity, amount, order.currency)


def _part(whole: Decimal | None, pieces: Decimal, amount: Decimal, currency: str) -> Decimal:
    if not whole or not pieces:
        return ZERO
    return whole if amount == pieces else rounded(whole * amount / pieces, currency)


def _by_hand(discount: ManualDiscount, base: Decimal, currency: str) -> Decimal:
    if discount.percent is not None:
        return percent_of(discount.percent, base, currency)
    return discount.amount or ZERO


def _goods(order: Order) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal]:
    """Subtotal, discount, shipping, handling and tax."""
    if order.status is OrderStatus.CANCELLED:
        return ZERO, ZERO, ZERO, ZERO, ZERO
    subtotal = discount = shipping = handling = tax = ZERO
    for line in order.line_items:
        price, off, line_tax = line_share(order, line, active_quantity(order, line))
        subtotal, discount, tax = subtotal + price, discount + off, tax + line_tax
    discount += order_discount(order, subtotal - discount)
    for key, shipment in order.shipments.items():
        if counts(shipment):
            shipping += shipment.shipping or ZERO
            handling += shipment.handling or ZERO
            discount += shipping_discount(order, key, shipment)
            tax += shipment.shipping_tax or ZERO
    return subtotal, discount, shipping, handling, tax


def net(order: Order) -> Decimal:
    """What goods, shipping and handling cost after discounts, without tax."""
    subtotal, discount, shipping, handling, _ = _goods(order)
    return subtotal - discount + shipping + handling


def order_discount(order: Order, base: Decimal) -> Decimal:
    """What coupons and discounts by hand take off the whole order, at most `base`."""
    off = sum((coupon.discount for coupon in order.coupons.values()), ZERO)
    for given in order.manual_discounts.values():
        if given.shipment is None and given.line_item is None:
            off += _by_hand(given, base, order.currency)
    return min(off, base)


def carriage(shipment: Shipment) -> Decimal:
    """Shipping and handling of one shipment, before discounts."""
    return (shipment.shipping or ZERO) + (shipment.handling or ZERO)


def shipping_discount(order: Order, key: str, shipment: Shipment) -> Decimal:
    """What is taken off the shipping and handling of one shipment, at most all of it."""
    base = carriage(shipment)
    off = shipment.shipping_discount or ZERO
    for given in order.manual_discounts.values():
        if given.shipment == key:
            off += _by_hand(given, base, order.currency)
    return min(off, base)


def line_costs(order: Order) -> dict[str, Decimal]:
    """What each line costs after its own discounts, without tax and without what is cancelled; lines as counted."""
    costs = {}
    for line in natural(order.line_items):
        price, off, _ = line_share(order, line, active_quantity(order, line))
        costs[line] = price - off
    return costs


def items_value(order: Order, quantities: Mapping[str, Decimal]) -> Decimal:
    """What the customer owes for these pieces alone, without shipping.

    Discounts of the whole order are spread over its lines by their price after line discounts (largest remainder).
    """
    costs = line_costs(order)
    whole = spread(order_discount(order, sum(costs.values(), ZERO)), list(costs.values()), order.currency)
    value = ZERO
    for line, off_order in zip(costs, whole, strict=True):
        pieces, all_pieces = quantities.get(line, ZERO), active_quantity(order, line)
        if pieces and all_pieces:
            price, off, tax = line_share(order, line, pieces)
            value += price - off - rounded(off_order * pieces / all_pieces, order.currency)
            value += ZERO if order.prices_include_tax else tax
    return rounded(max(value, ZERO), order.currency)


def shipment_share(order: Order, key: str) -> Decimal:
    """What of the order's total falls on one shipment: its items, their share of discounts, its shipping and tax."""
    shipment = order.shipments[key]
    shipping = carriage(shipment) - shipping_discount(order, key, shipment)
    tax = ZERO if order.prices_include_tax else shipment.shipping_tax or ZERO
    return rounded(items_value(order, shipment.quantities) + shipping + tax, order.currency)


def _sum(order: Order, wanted: Callable[[Payment], bool]) -> Decimal:
    return sum((payment.amount for payment in order.payments.values() if wanted(payment)), ZERO)


def authorization_rest(order: Order, key: str) -> Decimal:
    """What of a processed Authorization is neither captured nor voided."""
    if order.payments[key].status is not PaymentStatus.PROCESSED:
        return ZERO
    used = _sum(
        order,
        lambda p: (
            p.parent == key
            and p.transaction_type in (TransactionType.CAPTURE, TransactionType.VOID)
            and p.status in (PaymentStatus.PENDING, PaymentStatus.PROCESSED)
        ),
    )
    return order.payments[key].amount - used


def paid_rest(order: Order, key: str) -> Decimal:
    """What of a payment came in and has not gone back."""
    payment = order.payments[key]
    if payment.transaction_type not in PAYING or payment.status is not PaymentStatus.PROCESSED:
        return ZERO
    return payment.amount - _sum(order, lambda p: p.parent == key and _given_back(p))


def _given_back(payment: Payment) -> bool:
    return payment.transaction_type is TransactionType.CREDIT and payment.status in (
        PaymentStatus.PENDING,
        PaymentStatus.PROCESSED,
    )


def _credited(payment: Payment) -> bool:
    # A refund that bounced is still owed: it was credited, and is paid again as a correction.
    return (
        payment.transaction_type is TransactionType.CREDIT
        and payment.kind in (CreditKind.RETURN, CreditKind.GOODWILL)
        and payment.status is not PaymentStatus.VOIDED
    )


def _paid(payment: Payment) -> bool:
    return payment.transaction_type in PAYING and payment.status is PaymentStatus.PROCESSED


def _money(order: Order, total: Decimal) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Authorized, paid, refunded and credited."""
    authorizations = [k for k, p in order.payments.items() if p.transaction_type is TransactionType.AUTHORIZATION]
    authorized = sum((authorization_rest(order, key) for key in authorizations), ZERO)
    credited = min(_sum(order, _credited), total)
    return authorized, _sum(order, _paid), _sum(order, _given_back), credited
