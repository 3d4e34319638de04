"""What comes back to the simulated shop, and what the customer gets for it."""

from decimal import Decimal

from ordertrail.demo.case import Case, days, hours
from ordertrail.demo.clock import Story
from ordertrail.demo.drafts import line
from ordertrail.demo.goods import PRODUCTS, SIZES
from ordertrail.demo.paying import add, due, settled
from ordertrail.demo.shipping import shipped
from ordertrail.desk import Desk
from ordertrail.orders.operations.completing import return_value
from ordertrail.orders.operations.inputs import NewReturnItem, NewShipment, ReceivedItem
from ordertrail.orders.operations.refunds import refundable
from ordertrail.orders.statuses import OrderStatus, ReturnKind, ReturnStatus

REASONS = ("defective", "damaged", "changed-mind", "wrong-item", "late")
CONDITIONS = ("as-new", "opened", "used", "broken")
_PRODUCT = {product.sku: product for product in PRODUCTS}


def announced(case: Case, kind: ReturnKind = ReturnKind.REFUND) -> Story:
    """The customer announces a return, some days after the parcel came."""
    yield case.after(days(5))
    chosen = case.lines if case.chance(0.4) else case.lines[:1]
    tight = _sku(case, chosen[0]) in SIZES and case.chance(0.8)
    reason = "wrong-size" if tight else case.random.choice(REASONS)
    items = {key: NewReturnItem(quantity=_shipped(case, key), reason=reason) for key in chosen if _shipped(case, key)}
    desk = case.customer if case.draft.channel == "Web shop" else case.csr
    comment = "Passt leider nicht. 😕" if tight and case.market.code == "DE" else None
    case.do(desk.create_return, items=items, kind=kind, comment=comment)


def _sku(case: Case, key: str) -> str:
    return case.order.line_items[key].sku


def _shipped(case: Case, key: str) -> Decimal:
    return sum((case.shipment(s).quantities.get(key, Decimal(0)) for s in case.shipped()), Decimal(0))


def latest(case: Case) -> str:
    """The return announced last."""
    return str(case.order.counters["return"])


def returned(case: Case, *, in_parts: bool = False, short: bool = False) -> Story:
    """The goods arrive in the warehouse: all at once, in parts, or not all of them ever."""
    yield case.after(days(4))
    items = case.order.returns[latest(case)].items
    if in_parts:
        first = next(iter(items))
        _received(case, {first: ReceivedItem(quantity=min(items[first].quantity, Decimal(1)), condition="opened")})
        yield case.after(days(3))
    if case.order.returns[latest(case)].status is not ReturnStatus.AWAITING_STOCK_RETURN:
        return
    if short:
        yield case.after(days(6), 0.2)
        case.do(_receiver(case).receive_return_items, return_id=latest(case), close=True)
        return
    rest = {key: item.quantity - (item.received or 0) for key, item in case.order.returns[latest(case)].items.items()}
    condition = case.random.choices(CONDITIONS, (6, 3, 1, 1))[0]
    _received(case, {key: ReceivedItem(quantity=left, condition=condition) for key, left in rest.items() if left})


def _receiver(case: Case) -> Desk:
    return case.worker(case.shipped()[0])


def _received(case: Case, items: dict[str, ReceivedItem]) -> None:
    case.do(_receiver(case).receive_return_items, return_id=latest(case), items=items, received_at=case.now)


def completed(case: Case) -> Story:
    """The return is looked at and completed: mostly with all of the money, less for what was used."""
    yield case.served(hours(7))
    key = latest(case)
    conditions = [item.condition for item in case.order.returns[key].items.values()]
    most = min(return_value(case.order, key), refundable(case.order))
    worn = case.order.returns[key].kind is ReturnKind.REFUND and ("used" in conditions or "broken" in conditions)
    if worn:
        case.do(case.csr.complete_return, return_id=key, refund=min(case.part_of(most, 50), most), reason="damaged")
    else:
        case.do(case.csr.complete_return, return_id=key, pending=case.chance(0.3))
    yield case.after(days(1))
    for payment, credit in case.order.payments.items():
        if credit.return_id == key and credit.status == "Pending":
            case.do(case.shop.app("payments").process_payment, payment=payment)


def refunded(case: Case, *, in_parts: bool = False, short: bool = False) -> Story:
    """A return for the money, from its announcement to its completion."""
    yield from announced(case)
    yield from returned(case, in_parts=in_parts, short=short)
    yield from completed(case)


def exchange_ordered(case: Case) -> Story:
    """The customer service makes the exchange order: the other size, or the same again."""
    yield case.served(hours(4))
    key = latest(case)
    items = case.order.returns[key].items
    lines = {
        number: line(_PRODUCT[SIZES.get(_sku(case, number), _sku(case, number))], int(item.quantity), case.market)
        for number, item in items.items()
    }
    first = case.shipment(case.shipped()[0])
    parcel = NewShipment(
        method=first.method,
        warehouse=first.warehouse,
        address=first.address,
        quantities={number: item.quantity for number, item in lines.items()},
    )
    case.do(case.csr.create_exchange_order, return_id=key, line_items=lines, shipments={"1": parcel})


def exchange_of(case: Case) -> Case:
    """The case of the exchange order."""
    return case.another(case.order.returns[latest(case)].exchange_order or "")


def exchange_sent(exchange: Case) -> Story:
    """An exchange order that has started leaves like any other; what it costs more is paid first."""
    exchange.refresh()
    if exchange.order.status is OrderStatus.AWAITING_EXCHANGE:
        return
    if due(exchange):
        add(exchange, "Payment link", "Sale")
    yield from shipped(exchange)
    yield from settled(exchange)


def exchanged(case: Case) -> Story:
    """A return for something else: the exchange order starts when the goods are back."""
    yield from announced(case, ReturnKind.EXCHANGE)
    yield from exchange_ordered(case)
    yield from returned(case)
    yield from completed(case)
    yield from exchange_sent(exchange_of(case))


def exchanged_ahead(case: Case) -> Story:
    """The exchange order is sent ahead of the return."""
    yield from announced(case, ReturnKind.EXCHANGE)
    yield from exchange_ordered(case)
    exchange = exchange_of(case)
    yield case.served(hours(1))
    exchange.do(exchange.csr.start_exchange_order, reason="customer-request")
    yield from exchange_sent(exchange)
    case.refresh()
    yield from returned(case)
    yield from completed(case)


def exchange_given_up(case: Case) -> Story:
    """The customer wants the money after all: the exchange order is cancelled, and the return refunded."""
    yield from announced(case, ReturnKind.EXCHANGE)
    yield from exchange_ordered(case)
    exchange = exchange_of(case)
    yield case.served(hours(12))
    exchange.do(exchange.csr.cancel_order, reason="changed-mind", initiator="customer")
    case.refresh()
    yield from returned(case, in_parts=True)
    yield from completed(case)


def kept(case: Case) -> Story:
    """The customer keeps it: the return is changed once, and then cancelled."""
    yield from announced(case)
    yield case.served(hours(20))
    key, items = latest(case), case.order.returns[latest(case)].items
    fewer = {line: NewReturnItem(quantity=Decimal(1), reason=items[line].reason.code) for line in items}
    case.do(case.csr.change_return, return_id=key, items=fewer, comment="Only one of them comes back.")
    yield case.after(days(3))
    case.do(case.csr.cancel_return, return_id=key, reason="changed-mind")
