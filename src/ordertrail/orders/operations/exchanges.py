"""Exchange orders, which replace what comes back with a return."""

from decimal import Decimal

from ordertrail.orders.model import Address, Key, Order, Payment, PersonalText, replaced
from ordertrail.orders.operations.base import (
    NOT_CANCELLED,
    Arguments,
    Context,
    GivenReason,
    Step,
    Steps,
    move,
    operation,
)
from ordertrail.orders.operations.completing import refunded_for
from ordertrail.orders.operations.inputs import NewLineItem, NewOrder, NewShipment
from ordertrail.orders.operations.order import shipped
from ordertrail.orders.operations.parts import next_id, plain, reason, refusal, with_new, with_part
from ordertrail.orders.operations.payments import EXCHANGE, payment_step
from ordertrail.orders.operations.placing import EXCHANGE_PREFIX, created, new_order
from ordertrail.orders.operations.refunds import credit_step, refundable
from ordertrail.orders.operations.returns import OfReturn, check_no_exchange, exchange_order_of, step
from ordertrail.orders.statuses import (
    CreditKind,
    OrderStatus,
    PaymentStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
    TransactionType,
)
from ordertrail.orders.totals import ZERO, items_value, with_totals


class CreateExchangeOrder(OfReturn, frozen=True, kw_only=True):
    """What the customer gets instead. Number and what is not given are drawn or taken from the order: a shipment goes
    to where the first of what comes back went."""

    line_items: dict[Key, NewLineItem]
    shipments: dict[Key, NewShipment] = {}
    number: Key | None = None
    billing_address: Address | None = None
    attributes: dict[Key, PersonalText] = {}


class StartExchangeOrder(Arguments, frozen=True, kw_only=True):
    """Why it is sent ahead of its return."""

    reason: GivenReason | str


def _some_exchange(order: Order) -> str | None:
    waiting = [ret for ret in order.returns.values() if ret.kind is ReturnKind.EXCHANGE]
    open_ones = (ReturnStatus.AWAITING_STOCK_RETURN, ReturnStatus.AWAITING_COMPLETION)
    return None if any(ret.status in open_ones for ret in waiting) else "no open return is of kind exchange"


def _no_exchange(order: Order, key: str) -> str | None:
    kind = order.returns[key].kind
    return None if kind is ReturnKind.EXCHANGE else f"return {key} is of kind {kind}: change it to exchange first"


@operation(
    CreateExchangeOrder,
    legal_in=NOT_CANCELLED,
    permission="order.edit",
    part="return",
    available=_some_exchange,
    unsuited=_no_exchange,
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
    other=exchange_order_of,
    draws=True,
)
def create_exchange_order(order: Order, arguments: CreateExchangeOrder, context: Context) -> Steps:
    """Make the order that replaces what comes back; it starts when the return is complete."""
    key, ret = arguments.return_id, order.returns[arguments.return_id]
    wrong = _no_exchange(order, key)
    if wrong:
        raise refusal(create_exchange_order, order, wrong)
    check_no_exchange(create_exchange_order, order, context.other)
    exchange = _exchange_order(order, arguments, context)
    announced = items_value(order, {line: item.quantity for line, item in ret.items.items()})
    amount = max(min(announced - refunded_for(order, key), exchange.totals.total, refundable(order)), ZERO)
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
        shipments={key: _addressed(order, arguments, given) for key, given in arguments.shipments.items()},
        billing_address=arguments.billing_address or order.billing_address,
        attributes=arguments.attributes,
    )
    made = with_totals(new_order(new, context, OrderStatus.AWAITING_EXCHANGE, EXCHANGE_PREFIX))
    return replaced(made, exchange_for=order.id, exchange_return=arguments.return_id)


def _addressed(order: Order, arguments: CreateExchangeOrder, given: NewShipment) -> NewShipment:
    """A shipment of the exchange order, with an address if one is known."""
    lines = order.returns[arguments.return_id].items
    went = (order.shipments[key] for key in shipped(order) if lines.keys() & order.shipments[key].quantities.keys())
    address = given.address or next((one.address for one in went if one.address), None)
    return given if address is given.address else replaced(given, address=address)


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
