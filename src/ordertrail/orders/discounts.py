"""How much an operation takes off what an order costs: prices lowered, discounts given."""

from decimal import Decimal

from ordertrail.orders.model import LineItem, Order, Shipment, replaced
from ordertrail.orders.totals import ZERO, costs_the_same, net


def taken_off(before: Order | None, after: Order) -> Decimal:
    """What `after` would cost more at the prices and discounts of `before`, without tax; of a new order, without any.

    What a change of quantity, address or method does to the sums takes nothing off. A discount that is more than there
    is to take it off counts in full, or it would wait there for what is added later.
    """
    if before is None:
        before = replaced(after, line_items={}, shipments={}, coupons={}, manual_discounts={})
    if costs_the_same(before, after):
        return ZERO
    undiscounted = _priced_as(before, after)
    return max(net(undiscounted) - net(after), _given(after) - _given(undiscounted))


def _priced_as(before: Order, after: Order) -> Order:
    return replaced(
        after,
        coupons=before.coupons,
        manual_discounts=before.manual_discounts,
        line_items={key: _line_as(before.line_items.get(key), item) for key, item in after.line_items.items()},
        shipments={key: _shipment_as(before.shipments.get(key), given) for key, given in after.shipments.items()},
    )


def _line_as(before: LineItem | None, after: LineItem) -> LineItem:
    if before is None:
        return replaced(after, discount=None)
    return replaced(after, discount=before.discount, unit_price=max(before.unit_price, after.unit_price))


def _shipment_as(before: Shipment | None, after: Shipment) -> Shipment:
    if before is None:
        return replaced(after, shipping_discount=None)
    fields = {"shipping_discount": before.shipping_discount}
    # What goes otherwise, elsewhere or with other contents has a price of its own.
    if _service(before) == _service(after):
        for name in ("shipping", "handling"):
            fields[name] = max(getattr(before, name) or ZERO, getattr(after, name) or ZERO)
    return replaced(after, **fields)


def _service(given: Shipment) -> tuple[object, ...]:
    return given.method, given.address, given.warehouse, given.quantities


def _given(order: Order) -> Decimal:
    """All discounts that are amounts, whether or not there is so much to take off."""
    found = [
        *(coupon.discount for coupon in order.coupons.values()),
        *(given.amount for given in order.manual_discounts.values()),
        *(item.discount for item in order.line_items.values()),
        *(given.shipping_discount for given in order.shipments.values()),
    ]
    return sum(filter(None, found), ZERO)
