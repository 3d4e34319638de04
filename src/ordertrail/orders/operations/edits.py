"""Edits of what is to be shipped: line items, addresses, methods, warehouses, splits. What has shipped never changes.

Prices are not ours to compute: those that an edit changes come in with it.
"""

from decimal import Decimal
from typing import Any

from ordertrail.errors import DuplicateId, InvalidInput, UnknownId
from ordertrail.orders.model import Address, Key, LineItem, Moment, Name, Order, Shipment, natural, replaced
from ordertrail.orders.money import money, quantity, sum_quantities
from ordertrail.orders.operations.base import (
    EDITABLE,
    Arguments,
    Context,
    Operation,
    Step,
    Steps,
    move,
    operation,
)
from ordertrail.orders.operations.inputs import LinePrice, NewLineItem, NewShipment, Prices
from ordertrail.orders.operations.parts import (
    dated,
    new_id,
    next_id,
    part_of,
    refusal,
    subject,
    unless_any,
    with_new,
    with_part,
)
from ordertrail.orders.operations.placing import line_item, shipment, waiting
from ordertrail.orders.statuses import ShipmentStatus

BEFORE_RELEASE = frozenset({ShipmentStatus.AWAITING_INVENTORY, ShipmentStatus.INVENTORY_ASSIGNED})
NOT_RELEASED = "the shipment is AwaitingInventory, InventoryAssigned or held from there"


class Edit(Arguments, frozen=True, kw_only=True):
    """An edit, and the prices that change with it."""

    prices: Prices | None = None


class AddLineItem(NewLineItem, frozen=True, kw_only=True):
    """A thing more: into a shipment, or a new one; `id` is drawn where none is given."""

    id: Key | None = None
    shipment: Key | None = None
    new_shipment: NewShipment | None = None
    prices: Prices | None = None


class ChangeLineItem(Edit, frozen=True, kw_only=True):
    """What changes of a line item; `quantity` is the one in `shipment` (the only one it is in, by default)."""

    line_item: Key
    shipment: Key | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discount: Decimal | None = None
    tax: Decimal | None = None
    name: Name | None = None


class RemoveLineItem(Edit, frozen=True, kw_only=True):
    """A line item that goes, from `shipment` (the only one it is in, by default)."""

    line_item: Key
    shipment: Key | None = None


class ChangeShippingAddress(Edit, frozen=True, kw_only=True):
    """Where a shipment goes."""

    shipment: Key
    address: Address


class ChangeShippingMethod(Edit, frozen=True, kw_only=True):
    """How a shipment goes."""

    shipment: Key
    method: Name


class ChangeWarehouse(Edit, frozen=True, kw_only=True):
    """Where a shipment comes from."""

    shipment: Key
    warehouse: Name


class SplitShipment(Edit, frozen=True, kw_only=True):
    """How much of each line item goes apart, and what differs there; `id` is drawn where none is given."""

    shipment: Key
    quantities: dict[Key, Decimal]
    id: Key | None = None
    awaiting_inventory: bool = False
    method: Name | None = None
    warehouse: Name | None = None
    address: Address | None = None
    promised: Moment | None = None


def editable(given: Shipment) -> bool:
    """Whether a shipment may be edited: nobody has been told to pick it yet."""
    # One that left while it was held keeps what it was held from, for the case that it is reopened.
    status = given.held_from if given.status is ShipmentStatus.ON_HOLD else given.status
    return status in BEFORE_RELEASE


def _some_editable(order: Order, lines: int = 0) -> str | None:
    """Why no shipment with so many line items may be edited, or None if one may (or if the order has no shipments)."""
    if not order.shipments or any(editable(g) and len(g.quantities) >= lines for g in order.shipments.values()):
        return None
    holding = ("", " with a line item", " with several line items")[lines]
    return f"no shipment{holding} is AwaitingInventory, InventoryAssigned or held from there"


def _some_line_editable(order: Order) -> str | None:
    return _some_editable(order, lines=1)


def _some_line_to_spare(order: Order) -> str | None:
    why = _some_editable(order, lines=2)
    return why and f"{why}; for the last line item of a shipment, cancel the shipment"


def _not_editable(order: Order, key: str) -> str | None:
    """Why a shipment may not be edited."""
    given = order.shipments[key]
    if editable(given):
        return None
    wanted = "AwaitingInventory, InventoryAssigned or held from there"
    return f"shipment {key} is {given.status}, and would have to be {wanted}"


def _edited(order: Order, key: str, doing: Operation) -> Shipment:
    given: Shipment = part_of(order, "shipment", key)
    why = _not_editable(order, key)
    if why:
        raise refusal(doing, order, why, {subject("shipment", key): given.status})
    return given


def _line_not_editable(order: Order, line: str) -> str | None:
    """Why a line item may be changed in no shipment."""
    return unless_any(_not_editable(order, key) for key, given in order.shipments.items() if line in given.quantities)


def _line_not_to_spare(order: Order, line: str) -> str | None:
    """Why a line item may be removed from no shipment: those it is in may not be edited, or hold nothing else."""
    return unless_any(
        _not_editable(order, key)
        or (f"line item {line} is the last one in shipment {key}" if len(given.quantities) == 1 else None)
        for key, given in order.shipments.items()
        if line in given.quantities
    )


def repriced(order: Order, prices: Prices | None) -> Order:
    """`order` with other prices; those of shipped shipments, and of lines that have shipped in part, never change."""
    if prices is None:
        return order
    for key, line_price in prices.line_items.items():
        item: LineItem = part_of(order, "line_item", key)
        _check_unshipped(order, key)
        order = with_part(order, "line_item", key, **_amounts(line_price, item, order.currency))
    for key, shipment_price in prices.shipments.items():
        given: Shipment = part_of(order, "shipment", key)
        if not given.status.open:
            raise InvalidInput(f"shipment {key} is {given.status}: only prices of open shipments change")
        order = with_part(order, "shipment", key, **_amounts(shipment_price, given, order.currency))
    return order


def _amounts(given: Any, before: Any, currency: str) -> dict[str, Decimal | None]:
    """The amounts in `given`, where there is none those of `before`."""
    return {
        name: getattr(before, name) if getattr(given, name) is None else money(getattr(given, name), currency)
        for name in given.__struct_fields__
    }


def _check_unshipped(order: Order, line: str) -> None:
    for key in natural(order.shipments):
        given = order.shipments[key]
        if given.status is ShipmentStatus.SHIPPED and line in given.quantities:
            raise InvalidInput(f"line item {line} has shipped with shipment {key}: what has shipped never changes")


def _recounted(order: Order, line: str) -> Order:
    """`order` with the line's quantity as its shipments say; a line that none holds any more is gone for good."""
    held = [given.quantities[line] for given in order.shipments.values() if line in given.quantities]
    if held:
        return with_part(order, "line_item", line, quantity=sum_quantities(held))
    return replaced(
        order,
        line_items={key: item for key, item in order.line_items.items() if key != line},
        manual_discounts={key: off for key, off in order.manual_discounts.items() if off.line_item != line},
        removed_line_items=(*order.removed_line_items, line),
    )


@operation(
    AddLineItem,
    legal_in=EDITABLE,
    permission="order.edit",
    condition=f"{NOT_RELEASED}, or a new one",
    moves=(move("shipment", (), BEFORE_RELEASE),),
    records=("LineItemAdded", "ShipmentAwaitingInventory"),
)
def add_line_item(order: Order, new: AddLineItem, _: Context) -> Steps:
    """Add a line item, to a shipment or a new one."""
    key = new_id(order, "line_item", new.id)
    item = line_item(new, order.currency)
    changed, into = with_new(order, "line_item", key, item), new.shipment
    if new.new_shipment is not None:
        changed, into = _into_new_shipment(changed, key, item, new)
    elif into is not None:
        quantities = {**_edited(order, into, add_line_item).quantities, key: item.quantity}
        changed = with_part(changed, "shipment", into, quantities=quantities)
    elif order.shipments:
        raise InvalidInput(f"say which shipment it goes into ({', '.join(natural(order.shipments))}), or new_shipment")
    changed = repriced(changed, new.prices)
    target = "the order" if into is None else f"shipment {into}"
    labels = {"quantity": item.quantity, "name": item.name, "target": target}
    steps = [Step(event="LineItemAdded", order=changed, subject=subject("line_item", key), labels=labels)]
    if new.new_shipment is not None and new.new_shipment.awaiting_inventory and into is not None:
        steps.append(waiting(changed, into))
    return steps


def _into_new_shipment(order: Order, key: str, item: LineItem, new: AddLineItem) -> tuple[Order, str]:
    if new.shipment is not None and new.shipment in order.shipments:
        raise DuplicateId(f"shipment {new.shipment} is on this order already: give another id, or no new_shipment")
    loose = [line for line in natural(order.line_items) if line != key] if not order.shipments else []
    if loose:
        raise InvalidInput(f"nothing of this order is shipped (line items {', '.join(loose)}): give no new_shipment")
    if new.new_shipment is None or new.new_shipment.quantities not in ({}, {key: item.quantity}):
        raise InvalidInput("a new shipment holds just the new line item: give it no other quantities")
    into = new.shipment or next_id(order, "shipment")
    made = replaced(shipment(new.new_shipment, order.currency, order.line_items), quantities={key: item.quantity})
    return with_new(order, "shipment", into, made), into


def _holding(order: Order, line: str, given: str | None) -> str | None:
    """The shipment meant: the one named, or the only one that holds the line and has not been cancelled or shipped."""
    if given is not None:
        if line not in part_of(order, "shipment", given).quantities:
            raise UnknownId(f"line item in shipment {given}", line, natural(order.shipments[given].quantities))
        return given
    holding = [key for key in natural(order.shipments) if line in order.shipments[key].quantities]
    still_open = [key for key in holding if order.shipments[key].status.open]
    if len(still_open) > 1:
        raise InvalidInput(f"line item {line} is in several shipments: say which, of {', '.join(still_open)}")
    return still_open[0] if still_open else holding[0] if holding else None


def _check_agreed(price: LinePrice, prices: Prices | None, line: str) -> None:
    """Raises InvalidInput where an amount of the line item is given by itself and among the prices, and differs."""
    among = LinePrice() if prices is None else prices.line_items.get(line, LinePrice())
    for name in LinePrice.__struct_fields__:
        one, other = getattr(price, name), getattr(among, name)
        if one is not None and other is not None and one != other:
            raise InvalidInput(f"{name} is given differently, as {one}, {other}: give it once")


@operation(
    ChangeLineItem,
    legal_in=EDITABLE,
    permission="order.edit",
    part="line_item",
    available=_some_line_editable,
    unsuited=_line_not_editable,
    condition=f"{NOT_RELEASED}; what has shipped never changes",
    records=("LineItemChanged",),
    edits=True,
)
def change_line_item(order: Order, arguments: ChangeLineItem, _: Context) -> Steps:
    """Change a line item's quantity, prices or name."""
    line = arguments.line_item
    within = _holding(order, line, arguments.shipment)
    if within is not None:
        _edited(order, within, change_line_item)
    changed = order
    if arguments.quantity is not None:
        amount = quantity(arguments.quantity)
        if within is None:
            changed = with_part(changed, "line_item", line, quantity=amount)
        else:
            quantities = {**order.shipments[within].quantities, line: amount}
            changed = _recounted(with_part(changed, "shipment", within, quantities=quantities), line)
    price = LinePrice(unit_price=arguments.unit_price, discount=arguments.discount, tax=arguments.tax)
    _check_agreed(price, arguments.prices, line)
    if price != LinePrice():
        changed = repriced(changed, Prices(line_items={line: price}))
    if arguments.name is not None:
        _check_unshipped(order, line)
        changed = with_part(changed, "line_item", line, name=arguments.name)
    changed = repriced(changed, arguments.prices)
    labels = {"id": line, "name": changed.line_items[line].name}
    return [Step(event="LineItemChanged", order=changed, subject=subject("line_item", line), labels=labels)]


@operation(
    RemoveLineItem,
    legal_in=EDITABLE,
    permission="order.edit",
    part="line_item",
    available=_some_line_to_spare,
    unsuited=_line_not_to_spare,
    condition=f"{NOT_RELEASED}; it is not the last one in its shipment (then the shipment is cancelled)",
    records=("LineItemRemoved",),
)
def remove_line_item(order: Order, arguments: RemoveLineItem, _: Context) -> Steps:
    """Remove a line item from a shipment, and from the order if no other holds it."""
    line, changed = arguments.line_item, order
    name = order.line_items[line].name
    within = _holding(order, line, arguments.shipment)
    if within is not None:
        left = {key: held for key, held in _edited(order, within, remove_line_item).quantities.items() if key != line}
        if not left:
            why = f"line item {line} is the last one in shipment {within}: cancel the shipment"
            raise refusal(remove_line_item, order, why)
        changed = with_part(order, "shipment", within, quantities=left)
    changed = repriced(_recounted(changed, line), arguments.prices)
    labels = {"id": line, "name": name}
    return [Step(event="LineItemRemoved", order=changed, subject=subject("line_item", line), labels=labels)]


def _change_shipment(
    order: Order, arguments: Any, doing: Operation, event: str, fields: dict[str, Any], **labels: object
) -> Steps:
    key = arguments.shipment
    _edited(order, key, doing)
    changed = repriced(with_part(order, "shipment", key, **fields), arguments.prices)
    return [Step(event=event, order=changed, subject=subject("shipment", key), labels={"id": key, **labels})]


@operation(
    ChangeShippingAddress,
    legal_in=EDITABLE,
    permission="order.edit",
    part="shipment",
    available=_some_editable,
    unsuited=_not_editable,
    condition=NOT_RELEASED,
    records=("ShippingAddressChanged",),
    edits=True,
)
def change_shipping_address(order: Order, arguments: ChangeShippingAddress, _: Context) -> Steps:
    """Change where a shipment goes."""
    fields = {"address": arguments.address}
    return _change_shipment(order, arguments, change_shipping_address, "ShippingAddressChanged", fields)


@operation(
    ChangeShippingMethod,
    legal_in=EDITABLE,
    permission="order.edit",
    part="shipment",
    available=_some_editable,
    unsuited=_not_editable,
    condition=NOT_RELEASED,
    records=("ShippingMethodChanged",),
    edits=True,
)
def change_shipping_method(order: Order, arguments: ChangeShippingMethod, _: Context) -> Steps:
    """Change how a shipment goes."""
    fields = {"method": arguments.method}
    return _change_shipment(order, arguments, change_shipping_method, "ShippingMethodChanged", fields, **fields)


@operation(
    ChangeWarehouse,
    legal_in=EDITABLE,
    permission="order.edit",
    part="shipment",
    available=_some_editable,
    unsuited=_not_editable,
    condition=NOT_RELEASED,
    records=("ShipmentWarehouseChanged",),
    edits=True,
)
def change_warehouse(order: Order, arguments: ChangeWarehouse, _: Context) -> Steps:
    """Change where a shipment comes from."""
    fields = {"warehouse": arguments.warehouse}
    return _change_shipment(order, arguments, change_warehouse, "ShipmentWarehouseChanged", fields, **fields)


def _not_open(order: Order, key: str) -> str | None:
    given = order.shipments[key]
    return None if given.status.open else f"shipment {key} is {given.status}"


def _some_to_split(order: Order) -> str | None:
    there = any(given.status.open and given.quantities for given in order.shipments.values())
    return None if there else "no open shipment holds anything"


@operation(
    SplitShipment,
    legal_in=EDITABLE,
    permission="order.edit",
    part="shipment",
    available=_some_to_split,
    unsuited=_not_open,
    condition="the shipment is open; something is left in both",
    moves=(move("shipment", (), BEFORE_RELEASE | {ShipmentStatus.ON_HOLD}),),
    records=("ShipmentSplit", "ShipmentAwaitingInventory"),
)
def split_shipment(order: Order, arguments: SplitShipment, _: Context) -> Steps:
    """Split a shipment in two: what is split off waits or is assigned, or is held if it was."""
    key, whole = arguments.shipment, order.shipments[arguments.shipment]
    gone = _not_open(order, key)
    if gone:
        raise refusal(split_shipment, order, gone, {subject("shipment", key): whole.status})
    apart = {line: quantity(amount) for line, amount in arguments.quantities.items()}
    left = _left(key, whole, apart)
    new = new_id(order, "shipment", arguments.id)
    part = _split_off(whole, apart, arguments)
    changed = with_new(with_part(order, "shipment", key, quantities=left), "shipment", new, part)
    changed = repriced(changed, arguments.prices)
    labels = {"id": key, "new": new}
    steps = [Step(event="ShipmentSplit", order=changed, subject=subject("shipment", key), labels=labels)]
    return steps + ([waiting(changed, new)] if part.status is ShipmentStatus.AWAITING_INVENTORY else [])


def _left(key: str, whole: Shipment, apart: dict[str, Decimal]) -> dict[str, Decimal]:
    left = dict(whole.quantities)
    for line, amount in apart.items():
        if line not in left:
            raise UnknownId(f"line item in shipment {key}", line, natural(left))
        if amount > left[line]:
            raise InvalidInput(f"shipment {key} holds {left[line]} of line item {line}: {amount} cannot be split off")
        left[line] = sum_quantities([left[line], -amount])
    left = {line: amount for line, amount in left.items() if amount}
    if not left or not apart:
        raise InvalidInput(f"a split leaves something in both: split off a part of what shipment {key} holds")
    return left


def _split_off(whole: Shipment, apart: dict[str, Decimal], arguments: SplitShipment) -> Shipment:
    waits = arguments.awaiting_inventory or ShipmentStatus.AWAITING_INVENTORY in (whole.status, whole.held_from)
    status = ShipmentStatus.AWAITING_INVENTORY if waits else ShipmentStatus.INVENTORY_ASSIGNED
    held = whole.status is ShipmentStatus.ON_HOLD
    return Shipment(
        status=ShipmentStatus.ON_HOLD if held else status,
        held_from=status if held else None,
        hold_reason=whole.hold_reason if held else None,
        method=arguments.method or whole.method,
        quantities=apart,
        warehouse=arguments.warehouse or whole.warehouse,
        address=arguments.address or whole.address,
        requested=whole.requested,
        promised=dated(arguments.promised) or whole.promised,
        attributes=whole.attributes,
    )
