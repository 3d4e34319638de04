"""Placing an order, and how a new one is put together."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ordertrail.errors import DuplicateId, InvalidInput, UnknownId
from ordertrail.orders.model import (
    Coupon,
    Hold,
    LineItem,
    Order,
    Shipment,
    Totals,
    natural,
    replaced,
)
from ordertrail.orders.money import minor_units, money, quantity, sum_quantities
from ordertrail.orders.operations.base import Context, GivenReason, Step, Steps, move, operation
from ordertrail.orders.operations.inputs import NewCoupon, NewLineItem, NewOrder, NewShipment
from ordertrail.orders.operations.parts import counted, dated, happened, next_id, plain, reason, subject, with_new
from ordertrail.orders.operations.payments import payment_step, receive
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, ShipmentStatus
from ordertrail.orders.totals import ZERO, with_totals

PREFIX, EXCHANGE_PREFIX = "PO", "EO"
PREFIXES = (PREFIX, EXCHANGE_PREFIX)
"""What a number that is drawn begins with: that of an order placed, and that of an exchange order."""


@operation(
    NewOrder,
    legal_in=(),
    permission="order.place",
    condition="each item is in a shipment if the order has any",
    moves=(
        move("order", (), (OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD)),
        move("shipment", (), (ShipmentStatus.INVENTORY_ASSIGNED, ShipmentStatus.AWAITING_INVENTORY)),
        move("payment", (), (PaymentStatus.PENDING, PaymentStatus.PROCESSED)),
    ),
    records=(
        "OrderGroupCreated",
        "ShipmentAwaitingInventory",
        "AddingPayment",
        "PromotionAddCoupon",
        "OrderGroupOnHold",
    ),
    draws=True,
)
def place_order(_: None, new: NewOrder, context: Context) -> Steps:
    """Place an order."""
    order = new_order(new, context, OrderStatus.IN_PROGRESS, PREFIX)
    steps = created(order)
    for code in natural(new.coupons):
        steps.append(coupon_step(steps[-1].order, code, new.coupons[code]))
    for key in natural(new.payments):
        order = receive(with_totals(steps[-1].order), key, new.payments[key], context)
        steps.append(payment_step(order, key))
    if new.hold is not None:
        steps.append(held(steps[-1].order, new.hold, context))
    return steps


def new_order(new: NewOrder, context: Context, status: OrderStatus, prefix: str) -> Order:
    """The order that `new` describes, without payments, coupons and holds, and with its totals still to be computed."""
    minor_units(new.currency)
    lines = {key: line_item(item, new.currency) for key, item in new.line_items.items()}
    shipments = {key: shipment(given, new.currency, lines) for key, given in new.shipments.items()}
    _check_quantities(lines, shipments)
    return Order(
        id=context.new_id,
        number=new.number or f"{prefix}{context.new_number}",
        status=status,
        market=new.market,
        currency=new.currency,
        channel=context.channel,
        placed=happened(new.placed, context, "placed"),
        totals=NO_TOTALS,
        customer=new.customer,
        prices_include_tax=new.prices_include_tax,
        billing_address=new.billing_address,
        references=new.references,
        customer_comment=new.customer_comment,
        attributes=new.attributes,
        replaces=new.replaces,
        line_items=lines,
        shipments=shipments,
        counters=_counters(lines, shipments),
    )


NO_TOTALS = Totals(**dict.fromkeys(Totals.__struct_fields__, ZERO))


def _counters(lines: Mapping[str, LineItem], shipments: Mapping[str, Shipment]) -> dict[str, int]:
    # The largest number given by the caller, so that what is drawn later is free.
    largest = {
        kind: max(map(counted, keys), default=0) for kind, keys in (("line_item", lines), ("shipment", shipments))
    }
    return {kind: count for kind, count in largest.items() if count}


def line_item(new: NewLineItem, currency: str) -> LineItem:
    """A line item with its amounts checked."""
    return LineItem(
        sku=new.sku,
        name=new.name,
        quantity=quantity(new.quantity),
        unit_price=money(new.unit_price, currency),
        discount=amount_or_none(new.discount, currency),
        tax=amount_or_none(new.tax, currency),
        attributes=new.attributes,
    )


def shipment(new: NewShipment, currency: str, lines: Mapping[str, Any]) -> Shipment:
    """A shipment with its amounts and quantities checked."""
    for line in new.quantities:
        if line not in lines:
            raise UnknownId("line item", line, natural(lines), "the new order")
    return Shipment(
        status=ShipmentStatus.AWAITING_INVENTORY if new.awaiting_inventory else ShipmentStatus.INVENTORY_ASSIGNED,
        method=new.method,
        quantities={line: quantity(amount) for line, amount in new.quantities.items()},
        warehouse=new.warehouse,
        address=new.address,
        shipping=amount_or_none(new.shipping, currency),
        handling=amount_or_none(new.handling, currency),
        shipping_discount=amount_or_none(new.shipping_discount, currency),
        shipping_tax=amount_or_none(new.shipping_tax, currency),
        requested=dated(new.requested),
        promised=dated(new.promised),
        attributes=new.attributes,
    )


def amount_or_none(value: object, currency: str) -> Decimal | None:
    """An amount of money, where one is given."""
    return None if value is None else money(value, currency)


def _check_quantities(lines: Mapping[str, LineItem], shipments: Mapping[str, Shipment]) -> None:
    if not shipments:
        return
    for key, given in shipments.items():
        if not given.quantities and lines:
            raise InvalidInput(f"shipment {key} holds nothing: give the quantity of at least one line item")
    for key in natural(lines):
        shipped = sum_quantities([given.quantities[key] for given in shipments.values() if key in given.quantities])
        if shipped != lines[key].quantity:
            raise InvalidInput(
                f"line item {key} has quantity {lines[key].quantity}, but its shipments hold {shipped}: "
                "put each piece into one shipment"
            )


def created(order: Order) -> Steps:
    """The steps of an order that comes into being: itself, and each shipment that waits."""
    steps = [Step(event="OrderGroupCreated", order=order, labels={"number": order.number})]
    return steps + [
        waiting(order, key)
        for key in natural(order.shipments)
        if order.shipments[key].status is ShipmentStatus.AWAITING_INVENTORY
    ]


def waiting(order: Order, key: str) -> Step:
    """That a shipment waits for inventory."""
    return Step(event="ShipmentAwaitingInventory", order=order, subject=subject("shipment", key), labels={"id": key})


def coupon_step(order: Order, code: str, new: NewCoupon) -> Step:
    """A coupon code added."""
    if code in order.coupons:
        raise DuplicateId(f"coupon {code} is on this order already: each code counts once")
    coupon = Coupon(discount=money(new.discount, order.currency), name=new.name)
    return Step(
        event="PromotionAddCoupon",
        order=replaced(order, coupons={**order.coupons, code: coupon}),
        subject=subject("coupon", code),
        labels={"code": code, "amount": coupon.discount, "currency": order.currency},
    )


def held(order: Order, given: GivenReason | str, context: Context) -> Step:
    """The order with one hold more."""
    why = reason(given, context)
    listed = context.reasons.get(why.code)
    hold = Hold(reason=why, since=context.now, by=context.actor.id, released_by=listed.released_by if listed else None)
    key = next_id(order, "hold")
    return Step(
        event="OrderGroupOnHold",
        order=replaced(with_new(order, "hold", key, hold), status=OrderStatus.ON_HOLD),
        labels={"reason": why.label},
        data={"hold": key, "reason": plain(why)},
    )
