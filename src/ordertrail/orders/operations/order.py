"""The order as a whole: holds, cancelling, completing, who ordered, and what only this shop knows."""

from collections.abc import Iterable
from typing import Any

from ordertrail.errors import DuplicateId, InvalidInput, NotPermitted, UnknownId
from ordertrail.notes.model import ActorKind
from ordertrail.orders.model import Address, Customer, Hold, Key, Name, Order, PersonalText, natural, replaced
from ordertrail.orders.operations.base import (
    COLLECTIONS,
    EVERY_STATUS,
    OPEN,
    UNDER_WAY,
    UNDER_WAY_OR_HELD,
    Arguments,
    Context,
    GivenReason,
    OfPart,
    Step,
    Steps,
    move,
    operation,
)
from ordertrail.orders.operations.parts import meant, part_of, plain, reason, subject, with_part
from ordertrail.orders.operations.payments import authorizations, pending_exchange_payments, voided, voided_rest
from ordertrail.orders.operations.placing import held
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, ShipmentStatus


class HoldOrder(Arguments, frozen=True, kw_only=True):
    """Why the order has to wait."""

    reason: GivenReason | str


class ReleaseHold(Arguments, frozen=True, kw_only=True):
    """Which hold: the only one, if none is named."""

    hold: Key | None = None


class CancelOrder(Arguments, frozen=True, kw_only=True):
    """Why, and at whose wish (such as customer, shop, fraud-check); whether authorizations are given up."""

    reason: GivenReason | str
    initiator: Key
    void_authorizations: bool = False


class CompleteOrder(Arguments, frozen=True, kw_only=True):
    """Nothing more to say."""


class ChangeBillingAddress(Arguments, frozen=True, kw_only=True):
    """The whole new address."""

    address: Address


class ChangeCustomer(Arguments, frozen=True, kw_only=True):
    """The customer as they are now."""

    customer: Customer


class Attribute(OfPart, frozen=True, kw_only=True):
    """An attribute of the order, or of one of its parts."""

    key: Key


class SetAttribute(Attribute, frozen=True, kw_only=True):
    """An attribute and its value."""

    value: PersonalText


class RemoveAttribute(Attribute, frozen=True, kw_only=True):
    """An attribute that is there."""


class AddReference(Arguments, frozen=True, kw_only=True):
    """What another system (ERP, market place …) calls this order."""

    key: Key
    value: Name


@operation(
    HoldOrder,
    legal_in=UNDER_WAY_OR_HELD,
    permission="order.hold",
    condition="reason; a hold beside another is another hold",
    moves=(move("order", UNDER_WAY_OR_HELD, OrderStatus.ON_HOLD),),
    records=("OrderGroupOnHold",),
    undone_by="release_hold",
)
def hold_order(order: Order, arguments: HoldOrder, context: Context) -> Steps:
    """Put the order on hold: nothing of it is released, picked, packed or completed."""
    return [held(order, arguments.reason, context)]


@operation(
    ReleaseHold,
    legal_in=[OrderStatus.ON_HOLD],
    permission="order.release_hold",
    condition="one hold (the only one by default); the reason may name who releases it",
    moves=(move("order", [OrderStatus.ON_HOLD], [*UNDER_WAY, OrderStatus.COMPLETED, OrderStatus.ON_HOLD]),),
    records=("HoldReleased", "OrderGroupInProgress", "OrderGroupPartiallyShipped", "OrderGroupCompleted"),
    undone_by="hold_order",
)
def release_hold(order: Order, arguments: ReleaseHold, context: Context) -> Steps:
    """Release a hold; with the last one the order goes on where its shipments stand."""
    key = arguments.hold or _only_hold(order)
    hold: Hold = part_of(order, "hold", key)
    _check_releaser(hold, context)
    left = {other: hold for other, hold in order.holds.items() if other != key}
    data = {"hold": key, "reason": plain(hold.reason)}
    if left:
        labels = {"reason": hold.reason.label}
        return [Step(event="HoldReleased", order=replaced(order, holds=left), labels=labels, data=data)]
    status = settled_status(order)
    return [Step(event=STATUS_EVENTS[status], order=replaced(order, holds=left, status=status), data=data)]


def _only_hold(order: Order) -> str:
    if len(order.holds) != 1:
        raise InvalidInput(f"the order has several holds: say which, of {', '.join(natural(order.holds))}")
    return next(iter(order.holds))


def _check_releaser(hold: Hold, context: Context) -> None:
    named = hold.released_by
    # Ids of customers and apps are drawn elsewhere: one that is spelt like a user's is nobody's leave.
    by_name = context.actor.kind is ActorKind.USER and context.actor.id == named
    if named is not None and not by_name and not context.permits(named):
        raise NotPermitted(named, f"releasing a hold for {hold.reason.label!r}")


STATUS_EVENTS = {
    OrderStatus.IN_PROGRESS: "OrderGroupInProgress",
    OrderStatus.PARTIALLY_SHIPPED: "OrderGroupPartiallyShipped",
    OrderStatus.COMPLETED: "OrderGroupCompleted",
}
"""What is recorded when an order comes into a status that its shipments give it."""


def settled_status(order: Order) -> OrderStatus:
    """The status that the order's shipments give it."""
    statuses = {shipment.status for shipment in order.shipments.values()}
    if ShipmentStatus.SHIPPED not in statuses:
        return OrderStatus.IN_PROGRESS
    return OrderStatus.PARTIALLY_SHIPPED if statuses & OPEN else OrderStatus.COMPLETED


def settled(order: Order) -> Steps:
    """The order in the status that its shipments give it, if that is another."""
    status = settled_status(order)
    return [] if status is order.status else [Step(event=STATUS_EVENTS[status], order=replaced(order, status=status))]


def open_shipments(order: Order) -> list[str]:
    """The shipments that are neither shipped nor cancelled."""
    return [key for key in natural(order.shipments) if order.shipments[key].status.open]


def shipped(order: Order) -> list[str]:
    """The shipments that are shipped."""
    return [key for key in natural(order.shipments) if order.shipments[key].status is ShipmentStatus.SHIPPED]


def _nothing_shipped(order: Order) -> str | None:
    gone = shipped(order)
    if not gone:
        return None
    left = open_shipments(order)
    instead = f"cancel what is open, shipment by shipment: {', '.join(left)}" if left else "create a return"
    return f"shipments have left ({', '.join(gone)}); {instead}"


@operation(
    CancelOrder,
    legal_in=[OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD, OrderStatus.AWAITING_EXCHANGE],
    permission="order.cancel",
    available=_nothing_shipped,
    condition="nothing shipped (else shipments are cancelled one by one); reason, initiator",
    moves=(
        move(
            "order",
            [OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD, OrderStatus.AWAITING_EXCHANGE],
            OrderStatus.CANCELLED,
        ),
        move("shipment", OPEN, ShipmentStatus.CANCELLED),
        move("payment", [PaymentStatus.PENDING], PaymentStatus.VOIDED),
        move("payment", (), PaymentStatus.PROCESSED),
    ),
    records=("OrderGroupCancelled", "ShipmentCancelled", "PaymentVoided"),
    other=lambda order, _: order.exchange_for,
)
def cancel_order(order: Order, arguments: CancelOrder, context: Context) -> Steps:
    """Cancel the order and all its shipments; the balance says what is owed back."""
    why = reason(arguments.reason, context)
    cancelled = replaced(order, status=OrderStatus.CANCELLED, holds={})
    data = {"reason": plain(why), "initiator": arguments.initiator}
    steps = [Step(event="OrderGroupCancelled", order=cancelled, labels={"reason": why.label}, data=data)]
    for key in open_shipments(order):
        steps.append(cancelled_shipment(steps[-1].order, key, {"reason": plain(why)}, why.label))
    if arguments.void_authorizations:
        for key in authorizations(order):
            steps.append(voided_rest(steps[-1].order, key, context))
    return steps if context.other is None else steps + _exchange_ends(order, steps[-1].order, context.other)


def _exchange_ends(order: Order, cancelled: Order, original: Order) -> Steps:
    """The pending payments of an exchange voided, on the exchange order and on the one that it was for."""
    steps: Steps = []
    for key in pending_exchange_payments(order):
        steps.append(voided(cancelled, key))
        cancelled = steps[-1].order
    for key in pending_exchange_payments(original, order.exchange_return):
        steps.append(voided(original, key))
        original = steps[-1].order
    return steps


def cancelled_shipment(order: Order, key: str, data: dict[str, object], label: str) -> Step:
    """A shipment Cancelled; what it was held for ends with it."""
    changed = with_part(
        order, "shipment", key, status=ShipmentStatus.CANCELLED, held_from=None, hold_reason=None, pick_list=None
    )
    return Step(
        event="ShipmentCancelled",
        order=changed,
        subject=subject("shipment", key),
        labels={"id": key, "reason": label},
        data=data,
    )


def _no_open_shipment(order: Order) -> str | None:
    left = open_shipments(order)
    return f"shipments are open: {', '.join(left)}; complete or cancel them" if left else None


@operation(
    CompleteOrder,
    legal_in=UNDER_WAY,
    permission="order.edit",
    available=_no_open_shipment,
    condition="no open shipment (it comes by itself with the last; by hand for an order without shipments)",
    moves=(move("order", UNDER_WAY, OrderStatus.COMPLETED),),
    records=("OrderGroupCompleted",),
)
def complete_order(order: Order, _: CompleteOrder, __: Context) -> Steps:
    """Complete an order that has nothing left to ship."""
    return [Step(event="OrderGroupCompleted", order=replaced(order, status=OrderStatus.COMPLETED))]


@operation(
    ChangeBillingAddress, legal_in=EVERY_STATUS, permission="order.edit", records=("BillingAddressChanged",), edits=True
)
def change_billing_address(order: Order, arguments: ChangeBillingAddress, _: Context) -> Steps:
    """Change where the bill goes."""
    return [Step(event="BillingAddressChanged", order=replaced(order, billing_address=arguments.address))]


@operation(ChangeCustomer, legal_in=EVERY_STATUS, permission="order.edit", records=("CustomerChanged",), edits=True)
def change_customer(order: Order, arguments: ChangeCustomer, _: Context) -> Steps:
    """Change who ordered, or how to reach them."""
    return [Step(event="CustomerChanged", order=replaced(order, customer=arguments.customer))]


@operation(
    SetAttribute,
    legal_in=EVERY_STATUS,
    permission="order.edit",
    condition="on the order, or on one line item, shipment, payment or return",
    records=("AttributeChanged",),
    undone_by="remove_attribute",
    edits=True,
)
def set_attribute(order: Order, arguments: SetAttribute, _: Context) -> Steps:
    """Set what only this shop knows of the order or of one of its parts."""
    kind, key, attributes = _attributes(order, arguments)
    return [_attribute_step(order, kind, key, arguments.key, {**attributes, arguments.key: arguments.value}, "set")]


def _some_attribute(order: Order) -> str | None:
    parts: Iterable[Any] = (
        order,
        *order.line_items.values(),
        *order.shipments.values(),
        *order.payments.values(),
        *order.returns.values(),
    )
    return None if any(part.attributes for part in parts) else "neither the order nor a part has an attribute"


@operation(
    RemoveAttribute,
    legal_in=EVERY_STATUS,
    permission="order.edit",
    available=_some_attribute,
    condition="the attribute is there",
    records=("AttributeChanged",),
    undone_by="set_attribute",
)
def remove_attribute(order: Order, arguments: RemoveAttribute, _: Context) -> Steps:
    """Remove an attribute."""
    kind, key, attributes = _attributes(order, arguments)
    if arguments.key not in attributes:
        raise UnknownId("attribute", arguments.key, natural(attributes))
    left = {name: value for name, value in attributes.items() if name != arguments.key}
    return [_attribute_step(order, kind, key, arguments.key, left, "removed")]


def _attributes(order: Order, arguments: Attribute) -> tuple[str, str, dict[str, str]]:
    """The kind and id of the part meant ("order" for the order itself) and the attributes that it has."""
    part = meant(order, arguments)
    if part is None:
        return "order", "", order.attributes
    kind, key = part
    return kind, key, part_of(order, kind, key).attributes


def _attribute_step(order: Order, kind: str, key: str, name: str, attributes: dict[str, str], done: str) -> Step:
    if kind in COLLECTIONS:
        changed, about = with_part(order, kind, key, attributes=attributes), subject(kind, key)
    else:
        changed, about = replaced(order, attributes=attributes), None
    return Step(event="AttributeChanged", order=changed, subject=about, labels={"key": name, "done": done})


@operation(
    AddReference,
    legal_in=EVERY_STATUS,
    permission="order.edit",
    condition="no reference of this key is there yet",
    records=("ReferenceAdded",),
)
def add_reference(order: Order, arguments: AddReference, _: Context) -> Steps:
    """Add what another system calls this order."""
    if arguments.key in order.references:
        raise DuplicateId(f"reference {arguments.key} is on this order already: take another key")
    changed = replaced(order, references={**order.references, arguments.key: arguments.value})
    labels = {"key": arguments.key, "value": arguments.value}
    return [Step(event="ReferenceAdded", order=changed, labels=labels)]
