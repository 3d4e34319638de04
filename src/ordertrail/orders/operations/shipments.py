"""Shipments on their way: inventory, release, picking, packing, shipping, delivery."""

from collections.abc import Mapping
from decimal import Decimal

from ordertrail.errors import InvalidInput
from ordertrail.orders.model import Key, Moment, Name, Order, PersonalName, PersonalText, Tracking, natural
from ordertrail.orders.money import sum_quantities
from ordertrail.orders.operations.base import (
    EDITABLE,
    EVERY_STATUS,
    NOT_CANCELLED,
    OPEN,
    UNDER_WAY,
    UNDER_WAY_OR_HELD,
    Arguments,
    Context,
    GivenReason,
    Step,
    Steps,
    move,
    operation,
)
from ordertrail.orders.operations.order import cancelled_shipment, open_shipments, settled, shipped
from ordertrail.orders.operations.parts import (
    dated,
    happened,
    plain,
    reason,
    refusal,
    subject,
    told,
    unless_any,
    with_part,
)
from ordertrail.orders.operations.payments import authorizations, captured
from ordertrail.orders.operations.placing import waiting
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus
from ordertrail.orders.totals import ZERO, authorization_rest, shipment_share

NOT_HELD = OPEN - {ShipmentStatus.ON_HOLD}


class OfShipment(Arguments, frozen=True, kw_only=True):
    """Which shipment."""

    shipment: Key


class HoldShipment(OfShipment, frozen=True, kw_only=True):
    """Which shipment has to wait, and why."""

    reason: GivenReason | str


class AddToPickList(OfShipment, frozen=True, kw_only=True):
    """Which shipment is picked, and with which list."""

    pick_list: Key


class CompleteShipment(OfShipment, frozen=True, kw_only=True):
    """That it left: when (now by default), how it is followed, whether its share is captured.

    What is known of how it is followed stays where nothing else is given. `left_anyway` is why a shipment left that
    ought not to have.
    """

    tracking_number: PersonalName | None = None
    carrier: Name | None = None
    tracking_url: PersonalText | None = None
    shipped_at: Moment | None = None
    capture: bool = False
    left_anyway: GivenReason | str | None = None


class CancelShipment(OfShipment, frozen=True, kw_only=True):
    """Which shipment will not leave, and why."""

    reason: GivenReason | str


class SetTracking(OfShipment, frozen=True, kw_only=True):
    """How it is followed, as a whole: what is not given is not known any more."""

    tracking_number: PersonalName | None = None
    carrier: Name | None = None
    tracking_url: PersonalText | None = None


class ChangePromisedDate(OfShipment, frozen=True, kw_only=True):
    """The new date, or none any more."""

    promised: Moment | None
    reason: GivenReason | str | None = None


class ConfirmDelivery(OfShipment, frozen=True, kw_only=True):
    """When it arrived (now by default). A date that is there is corrected, or cleared, with a reason."""

    delivered_at: Moment | None = None
    clear: bool = False
    reason: GivenReason | str | None = None


class ReopenShipment(OfShipment, frozen=True, kw_only=True):
    """Which shipment had not left after all, and how the mistake came about."""

    reason: GivenReason | str


def step(order: Order, key: str, event: str, data: Mapping[str, object] | None = None, **labels: object) -> Step:
    """What happened to a shipment."""
    return Step(
        event=event, order=order, subject=subject("shipment", key), labels={"id": key, **labels}, data=data or {}
    )


@operation(
    OfShipment,
    legal_in=UNDER_WAY_OR_HELD,
    permission="shipment.work",
    part="shipment",
    condition="the shipment is InventoryAssigned, Released or Packing (a short pick)",
    moves=(
        move(
            "shipment",
            [ShipmentStatus.INVENTORY_ASSIGNED, ShipmentStatus.RELEASED, ShipmentStatus.PACKING],
            ShipmentStatus.AWAITING_INVENTORY,
        ),
    ),
    records=("ShipmentAwaitingInventory",),
)
def await_inventory(order: Order, arguments: OfShipment, _: Context) -> Steps:
    """Let a shipment wait for inventory."""
    status = ShipmentStatus.AWAITING_INVENTORY
    return [
        waiting(with_part(order, "shipment", arguments.shipment, status=status, pick_list=None), arguments.shipment)
    ]


@operation(
    OfShipment,
    legal_in=UNDER_WAY_OR_HELD,
    permission="shipment.work",
    part="shipment",
    condition="the shipment is AwaitingInventory",
    moves=(move("shipment", [ShipmentStatus.AWAITING_INVENTORY], ShipmentStatus.INVENTORY_ASSIGNED),),
    records=("ShipmentInventoryAssigned",),
)
def assign_inventory(order: Order, arguments: OfShipment, _: Context) -> Steps:
    """Assign inventory to a shipment that waits for it."""
    return [_assigned(order, arguments.shipment)]


def _assigned(order: Order, key: str) -> Step:
    changed = with_part(order, "shipment", key, status=ShipmentStatus.INVENTORY_ASSIGNED)
    return step(changed, key, "ShipmentInventoryAssigned")


@operation(
    HoldShipment,
    legal_in=NOT_CANCELLED,
    permission="order.hold",
    part="shipment",
    condition="the shipment is open and not OnHold; reason",
    moves=(move("shipment", NOT_HELD, ShipmentStatus.ON_HOLD),),
    records=("ShipmentOnHold",),
    undone_by="release_shipment_hold",
)
def hold_shipment(order: Order, arguments: HoldShipment, context: Context) -> Steps:
    """Put one shipment on hold."""
    key, why = arguments.shipment, reason(arguments.reason, context)
    changed = with_part(
        order,
        "shipment",
        key,
        status=ShipmentStatus.ON_HOLD,
        held_from=order.shipments[key].status,
        hold_reason=why,
    )
    return [step(changed, key, "ShipmentOnHold", {"reason": plain(why)}, reason=why.label)]


@operation(
    OfShipment,
    legal_in=NOT_CANCELLED,
    permission="order.hold",
    part="shipment",
    condition="the shipment is OnHold",
    moves=(move("shipment", [ShipmentStatus.ON_HOLD], NOT_HELD),),
    records=("ShipmentHoldReleased",),
    undone_by="hold_shipment",
)
def release_shipment_hold(order: Order, arguments: OfShipment, _: Context) -> Steps:
    """Release the hold of a shipment: it goes back to where it was held from."""
    key = arguments.shipment
    status = order.shipments[key].held_from
    changed = with_part(order, "shipment", key, status=status, held_from=None, hold_reason=None)
    return [step(changed, key, "ShipmentHoldReleased")]


@operation(
    OfShipment,
    legal_in=UNDER_WAY,
    permission="shipment.work",
    part="shipment",
    condition="the shipment is InventoryAssigned",
    moves=(move("shipment", [ShipmentStatus.INVENTORY_ASSIGNED], ShipmentStatus.RELEASED),),
    records=("ShipmentReleased",),
    undone_by="unrelease_shipment",
)
def release_shipment(order: Order, arguments: OfShipment, _: Context) -> Steps:
    """Release a shipment for shipping."""
    return [_released(order, arguments.shipment)]


def _released(order: Order, key: str) -> Step:
    changed = with_part(order, "shipment", key, status=ShipmentStatus.RELEASED, pick_list=None)
    return step(changed, key, "ShipmentReleased")


@operation(
    OfShipment,
    legal_in=UNDER_WAY_OR_HELD,
    permission="shipment.work",
    part="shipment",
    condition="the shipment is Released",
    moves=(move("shipment", [ShipmentStatus.RELEASED], ShipmentStatus.INVENTORY_ASSIGNED),),
    records=("ShipmentInventoryAssigned",),
    undone_by="release_shipment",
)
def unrelease_shipment(order: Order, arguments: OfShipment, _: Context) -> Steps:
    """Take a shipment back from what is released."""
    return [_assigned(order, arguments.shipment)]


@operation(
    AddToPickList,
    legal_in=UNDER_WAY,
    permission="shipment.work",
    part="shipment",
    condition="the shipment is Released",
    moves=(move("shipment", [ShipmentStatus.RELEASED], ShipmentStatus.PACKING),),
    records=("ShipmentPacking",),
    undone_by="remove_from_pick_list",
)
def add_to_pick_list(order: Order, arguments: AddToPickList, _: Context) -> Steps:
    """Add a shipment to a pick list."""
    key, pick_list = arguments.shipment, arguments.pick_list
    changed = with_part(order, "shipment", key, status=ShipmentStatus.PACKING, pick_list=pick_list)
    return [step(changed, key, "ShipmentPacking", pick_list=pick_list)]


@operation(
    OfShipment,
    legal_in=UNDER_WAY_OR_HELD,
    permission="shipment.work",
    part="shipment",
    condition="the shipment is Packing",
    moves=(move("shipment", [ShipmentStatus.PACKING], ShipmentStatus.RELEASED),),
    records=("ShipmentReleased",),
    undone_by="add_to_pick_list",
)
def remove_from_pick_list(order: Order, arguments: OfShipment, _: Context) -> Steps:
    """Remove a shipment from its pick list."""
    return [_released(order, arguments.shipment)]


@operation(
    CompleteShipment,
    legal_in=UNDER_WAY,
    legal_with={OrderStatus.ON_HOLD: "left_anyway"},
    permission="shipment.work",
    permission_with={"left_anyway": "order.release_hold", "capture": "payment.record"},
    part="shipment",
    condition="the shipment is Packing, or Released (drop shipment, pickup, digital: nobody packs); with `left_anyway` "
    "from any open status and on an OnHold order too, which stays OnHold",
    moves=(
        move("shipment", [ShipmentStatus.PACKING, ShipmentStatus.RELEASED], ShipmentStatus.SHIPPED),
        move("shipment", OPEN, ShipmentStatus.SHIPPED, given="left_anyway"),
        move("order", UNDER_WAY, [OrderStatus.PARTIALLY_SHIPPED, OrderStatus.COMPLETED]),
        move("payment", (), PaymentStatus.PROCESSED),
    ),
    records=("ShipmentShipped", "PaymentCaptured", "OrderGroupCompleted", "OrderGroupPartiallyShipped"),
    undone_by="reopen_shipment",
)
def complete_shipment(order: Order, arguments: CompleteShipment, context: Context) -> Steps:
    """Ship a shipment; the order is Completed with the last one."""
    key, shipment = arguments.shipment, order.shipments[arguments.shipment]
    _, why = told(arguments.left_anyway, context)
    changed = with_part(
        order,
        "shipment",
        key,
        status=ShipmentStatus.SHIPPED,
        shipped_from=shipment.status,
        shipped_at=happened(arguments.shipped_at, context, "shipped_at"),
        tracking=_tracking(arguments, shipment.tracking or Tracking()),
    )
    steps = [step(changed, key, "ShipmentShipped", {"left_anyway": True, **why} if why else None)]
    if arguments.capture:
        steps += _captures(changed, key, context)
    if order.status is not OrderStatus.ON_HOLD:
        steps += settled(steps[-1].order)
    return steps


def _tracking(arguments: CompleteShipment | SetTracking, known: Tracking) -> Tracking | None:
    """How a parcel is followed: what is given, and otherwise what is `known`."""
    tracking = Tracking(
        carrier=arguments.carrier or known.carrier,
        number=arguments.tracking_number or known.number,
        url=arguments.tracking_url or known.url,
    )
    return None if tracking == Tracking() else tracking


def _captures(order: Order, key: str, context: Context) -> Steps:
    """The shipment's share of the total, captured."""
    steps: Steps = []
    for payment, amount in to_capture(order, key).items():
        steps.append(captured(steps[-1].order if steps else order, payment, amount, context))
    return steps


def to_capture(order: Order, key: str) -> dict[str, Decimal]:
    """How much is captured of which authorizations once a shipment has left: its share of the total, with the last one
    all that is open, from the oldest as far as they go."""
    rest = order.totals.balance
    others = [other for other in open_shipments(order) if other != key]
    wanted = min(shipment_share(order, key), rest) if others else rest
    found = {}
    for payment in authorizations(order):
        amount = min(wanted, authorization_rest(order, payment))
        if amount > 0:
            found[payment] = amount
            wanted -= amount
    return found


def _last_one(order: Order) -> str | None:
    left = open_shipments(order)
    if len(left) != 1 or shipped(order):
        return None
    return f"shipment {left[0]} is the last one and nothing has shipped: cancel the order"


@operation(
    CancelShipment,
    legal_in=EDITABLE,
    permission="order.cancel",
    part="shipment",
    available=_last_one,
    condition="the shipment is open, and not the last one while nothing has shipped (then the order is cancelled); "
    "reason",
    moves=(
        move("shipment", OPEN, ShipmentStatus.CANCELLED),
        move("order", [OrderStatus.PARTIALLY_SHIPPED], OrderStatus.COMPLETED),
    ),
    records=("ShipmentCancelled", "OrderGroupCompleted"),
)
def cancel_shipment(order: Order, arguments: CancelShipment, context: Context) -> Steps:
    """Cancel one shipment; its items and shipping count no more."""
    last = _last_one(order)
    if last:
        raise refusal(cancel_shipment, order, last)
    why = reason(arguments.reason, context)
    steps = [cancelled_shipment(order, arguments.shipment, {"reason": plain(why)}, why.label)]
    if order.status in UNDER_WAY and not open_shipments(steps[-1].order):
        steps += settled(steps[-1].order)
    return steps


def _will_not_leave(order: Order, key: str) -> str | None:
    """Why nothing is promised any more of a shipment."""
    return f"shipment {key} is Cancelled" if order.shipments[key].status is ShipmentStatus.CANCELLED else None


def _none_will_leave(order: Order) -> str | None:
    return unless_any(_will_not_leave(order, key) for key in natural(order.shipments))


@operation(
    SetTracking,
    legal_in=NOT_CANCELLED,
    permission="shipment.work",
    part="shipment",
    condition="a shipment in any status: of one that is Shipped it is corrected, one that is Cancelled may have left "
    "all the same",
    records=("ShipmentTrackingChanged",),
    edits=True,
)
def set_tracking(order: Order, arguments: SetTracking, _: Context) -> Steps:
    """Change how a parcel is followed."""
    changed = with_part(order, "shipment", arguments.shipment, tracking=_tracking(arguments, Tracking()))
    return [step(changed, arguments.shipment, "ShipmentTrackingChanged")]


@operation(
    ChangePromisedDate,
    legal_in=NOT_CANCELLED,
    permission="shipment.work",
    part="shipment",
    available=_none_will_leave,
    unsuited=_will_not_leave,
    condition="the shipment is not Cancelled; of one that is Shipped too, as the promise is that it arrives",
    records=("ShipmentPromiseChanged",),
    edits=True,
)
def change_promised_date(order: Order, arguments: ChangePromisedDate, context: Context) -> Steps:
    """Change the promised date of a shipment."""
    key, why = arguments.shipment, _will_not_leave(order, arguments.shipment)
    if why:
        raise refusal(change_promised_date, order, why, {subject("shipment", key): ShipmentStatus.CANCELLED})
    changed = with_part(order, "shipment", key, promised=dated(arguments.promised))
    _, data = told(arguments.reason, context)
    return [step(changed, key, "ShipmentPromiseChanged", data)]


@operation(
    ConfirmDelivery,
    legal_in=EVERY_STATUS,
    permission="shipment.work",
    part="shipment",
    condition="the shipment is Shipped; again, with a reason: corrected or cleared",
    moves=(move("shipment", [ShipmentStatus.SHIPPED], ShipmentStatus.SHIPPED),),
    records=("ShipmentDelivered",),
)
def confirm_delivery(order: Order, arguments: ConfirmDelivery, context: Context) -> Steps:
    """Record that a shipment arrived, or correct that."""
    key, before = arguments.shipment, order.shipments[arguments.shipment].delivered_at
    if before is not None and arguments.reason is None:
        raise InvalidInput(
            f"shipment {key} was delivered at {before.isoformat()} already: to correct it, give a reason"
        )
    if arguments.clear and arguments.delivered_at is not None:
        raise InvalidInput("say when it was delivered, or that it was not: both are given")
    if arguments.clear and before is None:
        raise InvalidInput(f"shipment {key} has no delivery to clear")
    at = None if arguments.clear else happened(arguments.delivered_at, context, "delivered_at")
    changed = with_part(order, "shipment", key, delivered_at=at)
    _, data = told(arguments.reason, context)
    done = "not delivered after all" if arguments.clear else "delivered" if before is None else "delivery corrected"
    return [step(changed, key, "ShipmentDelivered", data, done=done)]


def shipped_quantity(order: Order, line: str, without: str | None = None) -> Decimal:
    """How much of a line item has shipped, perhaps without one shipment."""
    kept = [order.shipments[key] for key in shipped(order) if key != without]
    return sum_quantities([shipment.quantities[line] for shipment in kept if line in shipment.quantities])


def returned_quantity(order: Order, line: str, without: str | None = None) -> Decimal:
    """How much of it comes back: what open returns announce, what complete ones received; perhaps without one."""
    found = []
    for key, ret in order.returns.items():
        if line in ret.items and key != without and ret.status is not ReturnStatus.CANCELED:
            item = ret.items[line]
            found.append((item.received or ZERO) if ret.status is ReturnStatus.COMPLETE else item.quantity)
    return sum_quantities(found)


def _stays_shipped(order: Order, key: str) -> str | None:
    """Why a shipment that is Shipped cannot be reopened."""
    shipment = order.shipments[key]
    if shipment.delivered_at is not None:
        return f"shipment {key} was delivered: clear the delivery first, with a reason"
    for line in shipment.quantities:
        if returned_quantity(order, line) > shipped_quantity(order, line, without=key):
            return f"line item {line} of shipment {key} is in a return: cancel that first"
    return None


@operation(
    ReopenShipment,
    legal_in=[OrderStatus.PARTIALLY_SHIPPED, OrderStatus.COMPLETED],
    permission="shipment.reopen",
    part="shipment",
    available=lambda order: unless_any(_stays_shipped(order, key) for key in shipped(order)),
    unsuited=_stays_shipped,
    condition="the shipment is Shipped by mistake: not delivered, and what stays shipped covers every return that is "
    "not Canceled; reason",
    moves=(
        move("shipment", [ShipmentStatus.SHIPPED], OPEN),
        move(
            "order",
            [OrderStatus.PARTIALLY_SHIPPED, OrderStatus.COMPLETED],
            [OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_SHIPPED],
        ),
    ),
    records=("ShipmentReopened", "OrderGroupInProgress", "OrderGroupPartiallyShipped"),
    undone_by="complete_shipment",
)
def reopen_shipment(order: Order, arguments: ReopenShipment, context: Context) -> Steps:
    """Take back that a shipment left: it is where it was shipped from; its captures stay."""
    key, shipment = arguments.shipment, order.shipments[arguments.shipment]
    stays = _stays_shipped(order, key)
    if stays:
        raise refusal(reopen_shipment, order, stays)
    why = reason(arguments.reason, context)
    changed = with_part(order, "shipment", key, status=shipment.shipped_from, shipped_from=None, shipped_at=None)
    steps = [step(changed, key, "ShipmentReopened", {"reason": plain(why)}, reason=why.label)]
    return steps + settled(steps[-1].order)
