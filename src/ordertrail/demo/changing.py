"""What is put right on orders of the simulated shop before they leave: addresses, items, prices, parcels."""

import re
from collections.abc import Callable
from decimal import Decimal

from ordertrail.demo.case import Case, hours, minutes
from ordertrail.demo.clock import Story
from ordertrail.demo.drafts import METHOD, line, promised, tax_in
from ordertrail.demo.goods import COUPONS, PRODUCTS
from ordertrail.demo.texts import ADDRESS_ANSWERS, ADDRESS_PROBLEMS
from ordertrail.desk import Desk
from ordertrail.orders.model import natural, replaced
from ordertrail.orders.money import percent_of, rounded
from ordertrail.orders.operations.base import GivenReason
from ordertrail.orders.operations.inputs import NewShipment, Prices, ShipmentPrice


def address_checked(case: Case) -> Story:
    """The address cannot be right: a job holds the order until the customer has said what is."""
    yield case.after(minutes(4))
    problem = GivenReason(code="address", comment=case.random.choice(ADDRESS_PROBLEMS))
    case.do(case.shop.job("addresses").hold_order, reason=problem)
    yield from address_answered(case)


def address_answered(case: Case) -> Story:
    """What the order is held for is put right, and the hold released."""
    yield case.served(hours(5), 1.0)
    fixer = case.fixer
    yield from address_put_right(case, fixer)
    yield case.served(minutes(3))
    case.do(fixer.release_hold)


def address_put_right(case: Case, desk: Desk) -> Story:
    """Somebody asks the customer, writes it down, and changes the address of every parcel and of the bill."""
    wrong = case.draft.buyer.address
    old, new = _NUMBER.findall(wrong.line1 or "")[-1], str(case.random.randrange(181, 200))
    address = replaced(wrong, line1=(wrong.line1 or "").replace(old, new))
    note = case.noted(desk, "Address", case.random.choice(ADDRESS_ANSWERS).format(new, old))
    yield case.served(minutes(0.2))
    case.do(desk.pin_note, note=note)
    for key in case.open_shipments:
        yield case.served(minutes(1))
        case.do(desk.change_shipping_address, shipment=key, address=address)
    if case.chance(0.5):
        yield case.served(minutes(1))
        case.do(desk.change_billing_address, address=address)


_NUMBER = re.compile("[0-9]+")


def fraud_suspected(case: Case) -> Story:
    """A job finds something odd about who pays, and holds the order."""
    yield case.after(minutes(2))
    case.do(case.shop.job("fraud").hold_order, reason="fraud")


def fraud_checked(case: Case) -> Story:
    """Suspicion, and a second hold beside that; released one after the other."""
    yield from fraud_suspected(case)
    yield case.after(minutes(20))
    case.do(case.shop.job("dunning").hold_order, reason="credit")
    first, second = natural(case.order.holds)
    yield case.served(hours(6), 0.9)
    case.noted(case.csr, "Looked into it", "Same address as three paid orders before. Fine with me.")
    case.do(case.csr.release_hold, hold=second)
    yield case.served(hours(16), 0.9)
    case.do(case.manager.release_hold, hold=first)


def line_added(case: Case) -> Story:
    """The customer wants one thing more, in the same parcel."""
    yield case.served(minutes(30))
    case.do(case.csr.add_line_item, shipment=case.open_shipments[0], **_another(case))


def line_in_new_parcel(case: Case) -> Story:
    """One thing more, which has to come from elsewhere: a parcel of its own that waits."""
    yield case.served(minutes(30))
    first = case.shipment(case.open_shipments[0])
    parcel = NewShipment(method=first.method, warehouse=first.warehouse, address=first.address, awaiting_inventory=True)
    case.do(case.csr.add_line_item, new_shipment=parcel, **_another(case))


def _another(case: Case) -> dict[str, object]:
    """Something that is not in the order yet."""
    there = [item.sku for item in case.order.line_items.values()]
    new = line(case.random.choice([product for product in PRODUCTS if product.sku not in there]), 1, case.market)
    return {name: getattr(new, name) for name in ("sku", "name", "quantity", "unit_price", "tax")}


def line_changed(case: Case) -> Story:
    """One piece more of something, and each costs a little less."""
    yield case.served(minutes(30))
    parcel = case.open_shipments[0]
    key, quantity = next(iter(case.shipment(parcel).quantities.items()))
    item = case.order.line_items[key]
    each = item.unit_price - case.part_of(item.unit_price, 5)
    tax = tax_in(each * (item.quantity + 1), case.market)
    more = quantity + 1
    case.do(case.csr.change_line_item, line_item=key, shipment=parcel, quantity=more, unit_price=each, tax=tax)


def line_removed(case: Case) -> Story:
    """The customer does without something; the last thing in a parcel stays."""
    yield case.served(minutes(30))
    parcel = case.open_shipments[0]
    held = natural(case.shipment(parcel).quantities)
    if len(held) > 1:
        case.do(case.csr.remove_line_item, line_item=held[-1], shipment=parcel)


def sent_otherwise(case: Case) -> Story:
    """It has to be there sooner: another method, and what that costs."""
    yield case.served(minutes(30))
    key, market = case.open_shipments[0], case.market
    method = METHOD["Express" if case.shipment(key).method != "Express" else "Ground"]
    shipping = rounded(method.price * market.rate // market.step * market.step, market.currency)
    prices = Prices(shipments={key: ShipmentPrice(shipping=shipping)})
    case.do(case.csr.change_shipping_method, shipment=key, method=method.name, prices=prices)
    yield case.served(minutes(1))
    sooner = promised(case.now, method)
    if sooner != case.shipment(key).promised:
        case.do(case.csr.change_promised_date, shipment=key, promised=sooner)


def from_elsewhere(case: Case) -> Story:
    """It leaves from another warehouse."""
    yield case.served(hours(1))
    key = case.open_shipments[0]
    here = case.shipment(key).warehouse
    there = next(name for name in (*case.market.warehouses, "Rotterdam", "Leipzig") if name != here)
    case.do(case.csr.change_warehouse, shipment=key, warehouse=there)


def coupon_added(case: Case) -> Story:
    """The customer forgot the coupon."""
    yield case.served(minutes(30))
    code, name, percent = next(coupon for coupon in COUPONS if coupon[0] not in case.order.coupons)
    discount = percent_of(Decimal(percent), case.order.totals.subtotal, case.market.currency)
    case.do(case.csr.add_coupon, code=code, name=name, discount=discount)


def coupon_removed(case: Case) -> Story:
    """The coupon was not meant for this customer."""
    yield case.served(hours(1))
    case.do(case.csr.remove_coupon, code=next(iter(case.order.coupons)))


def discounted(case: Case) -> Story:
    """A discount by hand: an amount or a percentage, off the order, an item or the shipping."""
    yield case.served(hours(2))
    currency_amount = case.part_of(case.order.line_items[case.lines[0]].unit_price, 10)
    off: list[dict[str, object]] = [
        {"amount": currency_amount},
        {"percent": Decimal(5)},
        {"amount": currency_amount, "line_item": case.lines[0]},
        {"percent": Decimal("7.5"), "line_item": case.lines[-1]},
        {"percent": Decimal(100), "shipment": case.open_shipments[0]},
    ]
    case.do(case.csr.add_manual_discount, reason="goodwill", **case.random.choice(off))


def discount_removed(case: Case) -> Story:
    """The discount was a mistake."""
    yield case.served(minutes(50))
    case.do(case.manager.remove_manual_discount, discount=next(iter(case.order.manual_discounts)), reason="mistake")


def split(case: Case) -> Story:
    """One part of a parcel is missing: the rest goes ahead. A single piece is not split."""
    yield case.served(hours(1))
    parcel = case.open_shipments[0]
    held = case.shipment(parcel).quantities
    last = natural(held)[-1]
    apart = held[last] if len(held) > 1 else held[last] - 1
    if apart:
        case.do(case.csr.split_shipment, shipment=parcel, quantities={last: apart}, awaiting_inventory=True)


CHANGES: tuple[Callable[[Case], Story], ...] = (
    line_added, line_in_new_parcel, line_changed, line_removed, sent_otherwise, from_elsewhere, coupon_added, split,
)  # fmt: skip
"""What a customer's call can change."""
