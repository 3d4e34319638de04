"""Coupons, and discounts given by hand."""

from decimal import Decimal

from ordertrail.errors import DiscountTooLarge, InvalidInput, InvalidMoney, UnknownId
from ordertrail.orders.model import Key, ManualDiscount, Name, Order, Shipment, natural, replaced
from ordertrail.orders.money import money
from ordertrail.orders.operations.base import EDITABLE, Context, GivenReason, Step, Steps, operation
from ordertrail.orders.operations.edits import Edit, repriced
from ordertrail.orders.operations.inputs import NewCoupon
from ordertrail.orders.operations.parts import next_id, part_of, plain, reason, refusal, subject, told, with_new
from ordertrail.orders.operations.placing import coupon_step
from ordertrail.orders.totals import (
    ZERO,
    carriage,
    counts,
    line_costs,
    order_discount,
    shipping_discount,
    with_totals,
)

HUNDRED = Decimal(100)


class AddCoupon(Edit, frozen=True, kw_only=True):
    """A coupon code, and what it takes off the order as the shop's own engine says."""

    code: Key
    discount: Decimal = ZERO
    name: Name | None = None


class RemoveCoupon(Edit, frozen=True, kw_only=True):
    """A coupon code that is there."""

    code: Key


class AddManualDiscount(Edit, frozen=True, kw_only=True):
    """An amount or a percentage, off the order, or one shipment or line item; and why."""

    reason: GivenReason | str
    amount: Decimal | None = None
    percent: Decimal | None = None
    shipment: Key | None = None
    line_item: Key | None = None


class RemoveManualDiscount(Edit, frozen=True, kw_only=True):
    """A discount that is there."""

    discount: Key
    reason: GivenReason | str | None = None


@operation(
    AddCoupon,
    legal_in=EDITABLE,
    permission="promotion.apply",
    condition="the code is not there yet; its discount comes along",
    records=("PromotionAddCoupon",),
    undone_by="remove_coupon",
)
def add_coupon(order: Order, arguments: AddCoupon, _: Context) -> Steps:
    """Add a coupon code."""
    new = NewCoupon(discount=arguments.discount, name=arguments.name)
    step = coupon_step(order, arguments.code, new)
    return [replaced(step, order=repriced(step.order, arguments.prices))]


def _some_coupon(order: Order) -> str | None:
    return None if order.coupons else "the order has no coupon"


@operation(
    RemoveCoupon,
    legal_in=EDITABLE,
    permission="promotion.apply",
    available=_some_coupon,
    condition="the code is there",
    records=("PromotionRemoveCoupon",),
    undone_by="add_coupon",
)
def remove_coupon(order: Order, arguments: RemoveCoupon, _: Context) -> Steps:
    """Remove a coupon code."""
    code = arguments.code
    if code not in order.coupons:
        raise UnknownId("coupon", code, natural(order.coupons))
    left = {key: coupon for key, coupon in order.coupons.items() if key != code}
    changed = repriced(replaced(order, coupons=left), arguments.prices)
    step = Step(event="PromotionRemoveCoupon", order=changed, subject=subject("coupon", code), labels={"code": code})
    return [step]


@operation(
    AddManualDiscount,
    legal_in=EDITABLE,
    permission="promotion.apply",
    condition="on the order, a shipment or a line item; amount or percent, reason; never below zero",
    records=("PromotionManualDiscount",),
    undone_by="remove_manual_discount",
)
def add_manual_discount(order: Order, arguments: AddManualDiscount, context: Context) -> Steps:
    """Give a discount by hand."""
    why = reason(arguments.reason, context)
    given = _discount(order, arguments, why)
    key = next_id(order, "manual_discount")
    changed = with_new(order, "manual_discount", key, given)
    _check_amount(order, given)
    labels = {
        "amount": f"{given.percent} %" if given.percent is not None else f"{given.amount} {order.currency}",
        "target": _target(given),
        "reason": why.label,
    }
    changed = repriced(changed, arguments.prices)
    about = subject("manual_discount", key)
    return [
        Step(event="PromotionManualDiscount", order=changed, subject=about, labels=labels, data={"reason": plain(why)})
    ]


def _discount(order: Order, arguments: AddManualDiscount, why: object) -> ManualDiscount:
    if (arguments.amount is None) == (arguments.percent is None):
        raise InvalidInput("give either an amount or a percentage")
    if arguments.shipment is not None and arguments.line_item is not None:
        raise InvalidInput("give a shipment or a line item, or neither for the whole order")
    if arguments.shipment is not None:
        shipment: Shipment = part_of(order, "shipment", arguments.shipment)
        if not counts(shipment):
            raise refusal(add_manual_discount, order, f"shipment {arguments.shipment} is Cancelled")
    if arguments.line_item is not None:
        part_of(order, "line_item", arguments.line_item)
    return ManualDiscount(
        reason=why,  # type: ignore[arg-type]
        amount=None if arguments.amount is None else _above_zero(money(arguments.amount, order.currency)),
        percent=None if arguments.percent is None else percentage(arguments.percent),
        shipment=arguments.shipment,
        line_item=arguments.line_item,
    )


def _above_zero(amount: Decimal) -> Decimal:
    if not amount:
        raise InvalidMoney(f"a discount of {amount} is none: give an amount above zero")
    return amount


def percentage(value: object) -> Decimal:
    """A percentage: above zero, at most 100, with at most two places, such as 12.5."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else None
    if not isinstance(value, Decimal) or exponent not in (0, -1, -2) or not 0 < value <= HUNDRED:
        raise InvalidInput(f"{value} is no percentage: give a Decimal above zero, at most 100, with at most two places")
    return value


def _target(given: ManualDiscount) -> str:
    if given.shipment is not None:
        return f"shipment {given.shipment}"
    return "the order" if given.line_item is None else f"line item {given.line_item}"


def _check_amount(before: Order, given: ManualDiscount) -> None:
    """Raises DiscountTooLarge where the discount takes off more than is there."""
    left = _still_costs(before, given)
    if given.amount is not None and left < given.amount:
        raise DiscountTooLarge(f"{given.amount} is more than {_target(given)} still costs: at most {left}")


def _still_costs(order: Order, given: ManualDiscount) -> Decimal:
    """What the target of a discount costs, less what is off it already."""
    costs = line_costs(order)
    if given.line_item is not None:
        return costs[given.line_item]
    if given.shipment is not None:
        shipment = order.shipments[given.shipment]
        return carriage(shipment) - shipping_discount(order, given.shipment, shipment)
    base = sum(costs.values(), ZERO)
    return base - order_discount(order, base)


def _some_discount(order: Order) -> str | None:
    return None if order.manual_discounts else "the order has no discount given by hand"


@operation(
    RemoveManualDiscount,
    legal_in=EDITABLE,
    permission="promotion.apply",
    available=_some_discount,
    condition="the discount is there",
    records=("PromotionManualDiscountRemoved",),
    undone_by="add_manual_discount",
)
def remove_manual_discount(order: Order, arguments: RemoveManualDiscount, context: Context) -> Steps:
    """Take a discount back that was given by hand."""
    key = arguments.discount
    if key not in order.manual_discounts:
        raise UnknownId("discount", key, natural(order.manual_discounts))
    label, data = told(arguments.reason, context)
    left = {other: given for other, given in order.manual_discounts.items() if other != key}
    changed = repriced(replaced(order, manual_discounts=left), arguments.prices)
    return [
        Step(
            event="PromotionManualDiscountRemoved",
            order=with_totals(changed),
            subject=subject("manual_discount", key),
            labels={"id": key, "reason": label},
            data=data,
        )
    ]
