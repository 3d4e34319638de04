"""Returns, and the exchange orders that replace what came back."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ordertrail.errors import InvalidInput, InvalidQuantity, RefundTooLarge, UnknownId
from ordertrail.orders.model import (
    Address,
    Key,
    Moment,
    Name,
    Order,
    Payment,
    PersonalText,
    Return,
    ReturnItem,
    natural,
    replaced,
)
from ordertrail.orders.money import quantity, sum_quantities
from ordertrail.orders.operations.base import (
    EVERY_STATUS,
    NOT_CANCELLED,
    Arguments,
    Context,
    GivenReason,
    Operation,
    Step,
    Steps,
    happened,
    move,
    new_id,
    next_id,
    operation,
    plain,
    reason,
    refusal,
    subject,
    unless_any,
    with_new,
    with_part,
)
from ordertrail.orders.operations.inputs import NewLineItem, NewOrder, NewReturnItem, NewShipment, ReceivedItem
from ordertrail.orders.operations.order import shipped
from ordertrail.orders.operations.payments import (
    EXCHANGE,
    CreateRefund,
    check_ceiling,
    check_method,
    credit_step,
    in_currency,
    paying,
    payment_step,
    pending_exchange_payments,
    refund,
    refundable,
    voided,
)
from ordertrail.orders.operations.placing import EXCHANGE_PREFIX, PREFIXES, created, new_order
from ordertrail.orders.operations.shipments import returned_quantity, shipped_quantity
from ordertrail.orders.statuses import (
    CreditKind,
    OrderStatus,
    PaymentStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
    TransactionType,
)
from ordertrail.orders.totals import ZERO, items_value, paid_rest, totals, with_totals


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
    """What changes: the items as a whole, the kind, the comment."""

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


class CompleteReturn(OfReturn, frozen=True, kw_only=True):
    """How much is refunded (by default what was paid for what was received), and to which payments."""

    refund: Decimal | None = None
    payments: dict[Key, Decimal] = {}
    method: Name | None = None
    pending: bool = False
    reason: GivenReason | str = "return"


class CreateExchangeOrder(OfReturn, frozen=True, kw_only=True):
    """What the customer gets instead. Number and what is not given are drawn or taken from the order."""

    line_items: dict[Key, NewLineItem]
    shipments: dict[Key, NewShipment] = {}
    number: Key | None = None
    billing_address: Address | None = None
    attributes: dict[Key, PersonalText] = {}


class StartExchangeOrder(Arguments, frozen=True, kw_only=True):
    """Why it is sent ahead of its return."""

    reason: GivenReason | str


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


def _exchange_order_of(order: Order, arguments: OfReturn) -> str | None:
    ret = order.returns.get(arguments.return_id)
    return None if ret is None else ret.exchange_order


def _check_no_exchange(doing: Operation, order: Order, exchange: Order | None) -> None:
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
    other=_exchange_order_of,
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
        _check_no_exchange(change_return, order, context.other)
    changed = with_part(
        order,
        "return",
        key,
        items=items,
        kind=arguments.kind or before.kind,
        comment=before.comment if arguments.comment is None else arguments.comment,
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
    condition="the return is AwaitingStockReturn and nothing has come in (else complete it with zero); "
    "its exchange order, if any, is Cancelled",
    moves=(move("return", [ReturnStatus.AWAITING_STOCK_RETURN], ReturnStatus.CANCELED),),
    records=("ReturnCancelled",),
    other=_exchange_order_of,
)
def cancel_return(order: Order, arguments: CancelReturn, context: Context) -> Steps:
    """Cancel a return of which nothing has come in."""
    key = arguments.return_id
    came = _came_in(order, key)
    if came:
        raise refusal(cancel_return, order, came)
    _check_no_exchange(cancel_return, order, context.other)
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
    other=_exchange_order_of,
)
def complete_return(order: Order, arguments: CompleteReturn, context: Context) -> Steps:
    """Complete a return: refund what came in, and start its exchange order."""
    key = arguments.return_id
    # Kept here too: without a refund nothing else would say why there is none.
    data = {"reason": plain(reason(arguments.reason, context))}
    steps = [step(with_part(order, "return", key, status=ReturnStatus.COMPLETE), key, "ReturnCompleted", data)]
    paid = ZERO
    for credit in pending_exchange_payments(order, key):
        paid = min(order.payments[credit].amount, _still_refundable(_without_payment(order, credit), key))
        steps.append(_settled(steps[-1].order, credit, paid, context))
    steps += _refunds(steps[-1].order, key, arguments, context)
    return steps + ([] if context.other is None else _exchange_starts(order, key, context.other, paid, context))


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


def _refunded_for(order: Order, key: str) -> Decimal:
    """What has been refunded for a return already; one that bounced was credited, and is paid again as a correction."""
    sums = totals(replaced(order, payments={k: p for k, p in order.payments.items() if p.return_id == key}))
    return max(sums.refunded, sums.credited)


def _still_owed(order: Order, key: str) -> Decimal:
    return max(return_value(order, key) - _refunded_for(order, key), ZERO)


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
    parts = {}
    for key in paying(order):
        part = min(amount, paid_rest(order, key))
        if part > 0:
            parts[key] = part
            amount -= part
    return parts


def _some_exchange(order: Order) -> str | None:
    waiting = [ret for ret in order.returns.values() if ret.kind is ReturnKind.EXCHANGE]
    open_ones = (ReturnStatus.AWAITING_STOCK_RETURN, ReturnStatus.AWAITING_COMPLETION)
    return None if any(ret.status in open_ones for ret in waiting) else "no open return is of kind exchange"


@operation(
    CreateExchangeOrder,
    legal_in=NOT_CANCELLED,
    permission="order.edit",
    part="return",
    available=_some_exchange,
    condition="the return is of kind exchange, not Complete, without an exchange order that is not Cancelled",
    moves=(
        move("order", (), OrderStatus.AWAITING_EXCHANGE),
        move("shipment", (), (ShipmentStatus.INVENTORY_ASSIGNED, ShipmentStatus.AWAITING_INVENTORY)),
        move(
            "return",
            [ReturnStatus.AWAITING_STOCK_RETURN],
            ReturnStatus.AWAITING_STOCK_RETURN,
        ),
        move("return", [ReturnStatus.AWAITING_COMPLETION], ReturnStatus.AWAITING_COMPLETION),
        move("payment", (), PaymentStatus.PENDING),
    ),
    records=(
        "ExchangeOrderCreated",
        "CreatingRefund",
        "OrderGroupCreated",
        "ShipmentAwaitingInventory",
        "AddingPayment",
    ),
    other=_exchange_order_of,
    draws=True,
)
def create_exchange_order(order: Order, arguments: CreateExchangeOrder, context: Context) -> Steps:
    """Make the order that replaces what comes back; it starts when the return is complete."""
    key, ret = arguments.return_id, order.returns[arguments.return_id]
    if ret.kind is not ReturnKind.EXCHANGE:
        raise refusal(create_exchange_order, order, f"return {key} is of kind {ret.kind}: change it to exchange first")
    _check_no_exchange(create_exchange_order, order, context.other)
    exchange = _exchange_order(order, arguments, context)
    announced = items_value(order, {line: item.quantity for line, item in ret.items.items()})
    amount = max(min(announced - _refunded_for(order, key), exchange.totals.total, refundable(order)), ZERO)
    linked = with_part(order, "return", key, exchange_order=exchange.id)
    labels = {"number": exchange.number, "return": ret.number}
    steps = [replaced(step(linked, key, "ExchangeOrderCreated"), labels=labels)]
    if not amount:
        return steps + created(exchange)
    credit = _exchange_payment(TransactionType.CREDIT, amount, context)
    credit = replaced(credit, kind=CreditKind.RETURN, return_id=key)
    steps.append(credit_step(linked, credit, {}, EXCHANGE))
    steps += created(exchange)
    number = next_id(exchange, "payment")
    received = _exchange_payment(TransactionType.OTHER, amount, context)
    return [*steps, payment_step(with_new(exchange, "payment", number, received), number)]


def _exchange_payment(kind: TransactionType, amount: Decimal, context: Context) -> Payment:
    return Payment(
        status=PaymentStatus.PENDING, transaction_type=kind, method=EXCHANGE, amount=amount, added=context.now
    )


def _exchange_order(order: Order, arguments: CreateExchangeOrder, context: Context) -> Order:
    new = NewOrder(
        customer=order.customer,
        market=order.market,
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        number=arguments.number,
        line_items=arguments.line_items,
        shipments=arguments.shipments,
        billing_address=arguments.billing_address or order.billing_address,
        attributes=arguments.attributes,
    )
    made = with_totals(new_order(new, context, OrderStatus.AWAITING_EXCHANGE, EXCHANGE_PREFIX))
    return replaced(made, exchange_for=order.id, exchange_return=arguments.return_id)


@operation(
    StartExchangeOrder,
    legal_in=[OrderStatus.AWAITING_EXCHANGE],
    permission="order.edit",
    condition="sent ahead of its return; reason",
    moves=(move("order", [OrderStatus.AWAITING_EXCHANGE], OrderStatus.IN_PROGRESS),),
    records=("OrderGroupInProgress",),
)
def start_exchange_order(order: Order, arguments: StartExchangeOrder, context: Context) -> Steps:
    """Start an exchange order before its return is complete."""
    why = reason(arguments.reason, context)
    started = replaced(order, status=OrderStatus.IN_PROGRESS)
    return [Step(event="OrderGroupInProgress", order=started, data={"reason": plain(why)})]
