"""Returns, from their announcement until all is in that comes back."""

from collections.abc import Mapping
from decimal import Decimal

from ordertrail.errors import InvalidInput, InvalidQuantity, UnknownId
from ordertrail.orders.model import Key, Moment, Order, PersonalText, Return, ReturnItem, natural, replaced
from ordertrail.orders.money import quantity, sum_quantities
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
from ordertrail.orders.operations.inputs import NewReturnItem, ReceivedItem
from ordertrail.orders.operations.order import shipped
from ordertrail.orders.operations.parts import (
    happened,
    new_id,
    plain,
    reason,
    refusal,
    subject,
    unless_any,
    with_new,
    with_part,
)
from ordertrail.orders.operations.placing import PREFIXES
from ordertrail.orders.operations.shipments import returned_quantity, shipped_quantity
from ordertrail.orders.statuses import OrderStatus, ReturnKind, ReturnStatus
from ordertrail.orders.totals import ZERO


class CreateReturn(Arguments, frozen=True, kw_only=True):
    """What comes back, by line item; `id` is drawn where none is given."""

    items: dict[Key, NewReturnItem]
    kind: ReturnKind = ReturnKind.REFUND
    id: Key | None = None
    comment: PersonalText | None = None
    attributes: dict[Key, PersonalText] = {}


class OfReturn(Arguments, frozen=True, kw_only=True):
    """Which return."""

    return_id: Key


class ChangeReturn(OfReturn, frozen=True, kw_only=True):
    """What changes: the items as a whole, the kind, the comment (an empty one takes it away)."""

    items: dict[Key, NewReturnItem] | None = None
    kind: ReturnKind | None = None
    comment: PersonalText | None = None


class CancelReturn(OfReturn, frozen=True, kw_only=True):
    """Which return will not come, and why."""

    reason: GivenReason | str


class ReceiveReturnItems(OfReturn, frozen=True, kw_only=True):
    """What came in now; `close` says that nothing more is expected of any item."""

    items: dict[Key, ReceivedItem] = {}
    received_at: Moment | None = None
    close: bool = False


def _something_out(order: Order) -> str | None:
    if not shipped(order):
        return "nothing has shipped: change or cancel the order instead"
    return None if any(_still_out(order, line) for line in order.line_items) else "all that shipped is in a return"


def _still_out(order: Order, line: str, without: str | None = None) -> Decimal:
    """How much of a line item has shipped and is in no return, perhaps but for one."""
    return shipped_quantity(order, line) - returned_quantity(order, line, without)


def step(order: Order, key: str, event: str, data: Mapping[str, object] | None = None, /, **labels: object) -> Step:
    """What happened to a return."""
    named = {"id": key, "number": order.returns[key].number, **labels}
    return Step(event=event, order=order, subject=subject("return", key), labels=named, data=data or {})


@operation(
    CreateReturn,
    legal_in=[OrderStatus.PARTIALLY_SHIPPED, OrderStatus.COMPLETED, OrderStatus.ON_HOLD],
    permission="return.create",
    available=_something_out,
    condition="items shipped; quantity at most what shipped and is not returned already; a reason each",
    moves=(move("return", (), ReturnStatus.AWAITING_STOCK_RETURN),),
    records=("ReturnCreated",),
)
def create_return(order: Order, arguments: CreateReturn, context: Context) -> Steps:
    """Announce a return of items that have shipped."""
    key = new_id(order, "return", arguments.id)
    announced = Return(
        number=f"RMA{order.number[2:] if order.number.startswith(PREFIXES) else order.number}-{key}",
        status=ReturnStatus.AWAITING_STOCK_RETURN,
        kind=arguments.kind,
        items=_items(order, arguments.items, {}, None, context),
        comment=arguments.comment,
        attributes=arguments.attributes,
    )
    return [step(with_new(order, "return", key, announced), key, "ReturnCreated")]


def _items(
    order: Order,
    given: Mapping[str, NewReturnItem],
    before: Mapping[str, ReturnItem],
    key: str | None,
    context: Context,
) -> dict[str, ReturnItem]:
    """The items of a return, checked against what has shipped and what other returns hold."""
    if not given:
        raise InvalidInput("a return holds at least one item: give line items with quantity and reason")
    items = {}
    for line, new in given.items():
        if line not in order.line_items:
            raise UnknownId("line item", line, natural(order.line_items))
        amount = quantity(new.quantity)
        most = _still_out(order, line, without=key)
        if amount > most:
            raise InvalidQuantity(
                f"{amount} of line item {line} cannot come back: at most {most} shipped and still out"
            )
        old = before.get(line)
        if old is not None and amount < (old.received or ZERO):
            raise InvalidQuantity(f"{old.received} of line item {line} have come in already: give that or more")
        why = reason(new.reason, context)
        items[line] = (
            ReturnItem(quantity=amount, reason=why) if old is None else replaced(old, quantity=amount, reason=why)
        )
    return items


def exchange_order_of(order: Order, arguments: OfReturn) -> str | None:
    """The order that replaces what comes back with the return meant, if there is one."""
    ret = order.returns.get(arguments.return_id)
    return None if ret is None else ret.exchange_order


def check_no_exchange(doing: Operation, order: Order, exchange: Order | None) -> None:
    """Raises OperationNotAllowed while a return has an exchange order that is not Cancelled."""
    if exchange is not None and exchange.status is not OrderStatus.CANCELLED:
        raise refusal(doing, order, f"its exchange order {exchange.number} is {exchange.status}: cancel that first")


@operation(
    ChangeReturn,
    legal_in=EVERY_STATUS,
    permission="return.create",
    part="return",
    condition="the return is AwaitingStockReturn; of kind refund only when its exchange order, if any, is Cancelled",
    moves=(move("return", [ReturnStatus.AWAITING_STOCK_RETURN], ReturnStatus.AWAITING_STOCK_RETURN),),
    records=("ReturnChanged",),
    other=exchange_order_of,
    edits=True,
)
def change_return(order: Order, arguments: ChangeReturn, context: Context) -> Steps:
    """Change what is announced to come back."""
    key, before = arguments.return_id, order.returns[arguments.return_id]
    items = before.items
    if arguments.items is not None:
        items = _items(order, arguments.items, items, key, context)
        dropped = [line for line, item in before.items.items() if item.received and line not in items]
        if dropped:
            raise InvalidInput(
                f"line items {', '.join(natural(dropped))} have come in already: they stay in the return"
            )
        if all(_is_in(item) for item in items.values()):
            raise InvalidInput("all of this has come in: close what is missing with receive_return_items instead")
    if arguments.kind is ReturnKind.REFUND:
        check_no_exchange(change_return, order, context.other)
    changed = with_part(
        order,
        "return",
        key,
        items=items,
        kind=arguments.kind or before.kind,
        comment=before.comment if arguments.comment is None else arguments.comment or None,
    )
    return [step(changed, key, "ReturnChanged")]


def _came_in(order: Order, key: str) -> str | None:
    """Why a return is not cancelled any more."""
    if not any(item.received for item in order.returns[key].items.values()):
        return None
    return f"items of return {key} have come in: complete it, with a refund of zero"


def _all_came_in(order: Order) -> str | None:
    awaited = [key for key, ret in order.returns.items() if ret.status is ReturnStatus.AWAITING_STOCK_RETURN]
    return unless_any(_came_in(order, key) for key in awaited)


@operation(
    CancelReturn,
    legal_in=EVERY_STATUS,
    permission="return.create",
    part="return",
    available=_all_came_in,
    unsuited=_came_in,
    condition="the return is AwaitingStockReturn and nothing has come in (else complete it with zero); "
    "its exchange order, if any, is Cancelled",
    moves=(move("return", [ReturnStatus.AWAITING_STOCK_RETURN], ReturnStatus.CANCELED),),
    records=("ReturnCancelled",),
    other=exchange_order_of,
)
def cancel_return(order: Order, arguments: CancelReturn, context: Context) -> Steps:
    """Cancel a return of which nothing has come in."""
    key = arguments.return_id
    came = _came_in(order, key)
    if came:
        raise refusal(cancel_return, order, came)
    check_no_exchange(cancel_return, order, context.other)
    why = reason(arguments.reason, context)
    changed = with_part(order, "return", key, status=ReturnStatus.CANCELED)
    return [step(changed, key, "ReturnCancelled", {"reason": plain(why)}, reason=why.label)]


def _is_in(item: ReturnItem) -> bool:
    return item.closed or (item.received or ZERO) >= item.quantity


@operation(
    ReceiveReturnItems,
    legal_in=EVERY_STATUS,
    permission="return.receive",
    part="return",
    condition="the return is AwaitingStockReturn; in parts; closing short (zero too)",
    moves=(
        move(
            "return",
            [ReturnStatus.AWAITING_STOCK_RETURN],
            [ReturnStatus.AWAITING_STOCK_RETURN, ReturnStatus.AWAITING_COMPLETION],
        ),
    ),
    records=("ReturnReceiptItems",),
)
def receive_return_items(order: Order, arguments: ReceiveReturnItems, context: Context) -> Steps:
    """Record returned items that came in; when all are in or closed, the return awaits completion."""
    key, ret = arguments.return_id, order.returns[arguments.return_id]
    if not arguments.items and not arguments.close:
        raise InvalidInput("say what came in, by line item, or close the return")
    at = happened(arguments.received_at, context, "received_at")
    items = dict(ret.items)
    for line, came in arguments.items.items():
        if line not in items:
            raise UnknownId(f"line item in return {key}", line, natural(items))
        items[line] = _received(line, items[line], came, at)
    if arguments.close:
        items = {line: item if _is_in(item) else replaced(item, closed=True) for line, item in items.items()}
    done = all(_is_in(item) for item in items.values())
    status = ReturnStatus.AWAITING_COMPLETION if done else ret.status
    return [step(with_part(order, "return", key, items=items, status=status), key, "ReturnReceiptItems")]


def _received(line: str, item: ReturnItem, came: ReceivedItem, at: object) -> ReturnItem:
    if came.close and not came.quantity:
        return replaced(item, closed=True, condition=came.condition or item.condition)
    if came.condition is not None and not came.quantity:
        raise InvalidInput(f"line item {line} has a condition, but no quantity: say how much of it came in")
    amount = sum_quantities([item.received or ZERO, quantity(came.quantity)])
    if amount > item.quantity:
        raise InvalidQuantity(
            f"{amount} of line item {line} would have come in, {item.quantity} are announced: change the return first"
        )
    return replaced(
        item,
        received=amount,
        received_at=at,
        condition=came.condition or item.condition,
        closed=came.close and amount < item.quantity,
    )
