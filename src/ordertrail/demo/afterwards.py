"""What happens to orders of the simulated shop that have left: complaints, mistakes, the law."""

from decimal import Decimal

from ordertrail.demo.case import Case, days, hours, minutes
from ordertrail.demo.clock import Story
from ordertrail.demo.paying import give_back
from ordertrail.demo.people import OFFICER
from ordertrail.demo.shipping import left, picked, released
from ordertrail.orders.model import replaced
from ordertrail.orders.operations.inputs import NewOrder
from ordertrail.orders.operations.refunds import paying


def goodwill(case: Case) -> Story:
    """A complaint, and some money back."""
    yield case.after(days(2))
    yield case.served(minutes(30))
    case.noted(case.csr, "Complaint", "The bag has a stain; keeps it for a part of the price.")
    yield case.served(minutes(20))
    amount = min(case.part_of(case.order.totals.paid, 15), case.order.totals.paid)
    give_back(case, amount, "goodwill", "goodwill")


def refund_bounced(case: Case) -> Story:
    """A refund that comes back: the card has been closed, so the money goes another way."""
    yield case.after(days(2))
    yield case.served(minutes(30))
    amount = min(case.part_of(case.order.totals.paid, 10), case.order.totals.paid)
    give_back(case, amount, "goodwill", "late", pending=True)
    yield case.after(days(1))
    credit = str(case.order.counters["payment"])
    case.do(case.shop.app("payments").fail_payment, payment=credit, reason="The card has been closed")
    yield case.served(hours(3))
    again = case.order.payments[credit].amount
    case.do(case.csr.create_refund, method="Bank transfer", amount=again, kind="correction", reason="payment")


def charged_back(case: Case) -> Story:
    """The bank takes the money back; the manager hears of it."""
    yield case.after(days(12), 0.3)
    payment = paying(case.order)[-1]
    case.do(case.shop.app("payments").fail_payment, payment=payment, reason="The cardholder says that it never came")
    yield case.served(hours(2))
    note = case.noted(case.manager, "Chargeback", "Answered the bank with the proof of delivery.", payment=payment)
    case.do(case.manager.pin_note, note=note)


def shipped_by_mistake(case: Case) -> Story:
    """A worker scans the wrong parcel: it had not left, and does a little later."""
    key = case.open_shipments[0]
    yield from released(case, key)
    yield from picked(case, key)
    yield from left(case, key)
    yield case.in_warehouse(key, minutes(25))
    case.do(case.worker(key).reopen_shipment, shipment=key, reason="mistake")
    yield from left(case, key)


def left_anyway(case: Case) -> Story:
    """The order is put on hold while its parcel is on the ramp: it leaves all the same."""
    key = case.open_shipments[0]
    yield from released(case, key)
    yield from picked(case, key)
    yield case.in_warehouse(key, minutes(20))
    case.do(case.csr.hold_order, reason="credit")
    yield from left(case, key, left_anyway="Was in the lorry already")
    yield case.served(hours(2))
    case.do(case.manager.release_hold)


def delivery_corrected(case: Case) -> Story:
    """The carrier says delivered, the customer says not; it was the day after."""
    yield case.served(hours(6))
    key = case.shipped()[0]
    case.do(case.csr.confirm_delivery, shipment=key, clear=True, reason="Customer has nothing")
    yield case.after(days(1))
    case.do(case.shop.app("carriers").confirm_delivery, shipment=key)
    yield case.served(hours(3))
    case.do(case.csr.confirm_delivery, shipment=key, delivered_at=case.now, reason="Given to the neighbour first")


def lost(case: Case) -> Story:
    """The parcel never arrives: it is sent again, as a new order that replaces this one."""
    yield case.after(days(9), 0.3)
    yield case.served(minutes(30))
    case.noted(case.csr, "Where is it?", "Not there after nine days; the carrier cannot find it.")
    yield case.served(days(1))
    case.do(case.csr.record_activity, title="Search request sent to the carrier", data={"ticket": case.order.number})
    yield case.after(days(3))
    yield case.served(minutes(30))
    again = case.another(case.csr.place_order(_again(case)).id)
    key = again.open_shipments[0]
    yield from released(again, key)
    yield from picked(again, key)
    yield from left(again, key)


def _again(case: Case) -> NewOrder:
    """The same order once more, by the fastest way and at no cost."""
    new = case.draft.new
    free = {key: replaced(item, unit_price=Decimal(0), tax=None) for key, item in new.line_items.items()}
    parcels = {
        key: replaced(parcel, method="Express", shipping=None, shipping_tax=None, promised=None)
        for key, parcel in new.shipments.items()
    }
    return NewOrder(
        market=new.market,
        currency=new.currency,
        prices_include_tax=new.prices_include_tax,
        customer=new.customer,
        line_items=free,
        shipments=parcels,
        replaces=case.order.id,
    )


def disputed(case: Case) -> Story:
    """A lawyer's letter: the order's data has to stay, until the matter is closed."""
    yield case.after(days(6))
    yield case.served(minutes(30))
    case.do(case.shop.user(OFFICER).set_legal_hold, reason="Letter of a lawyer, our reference 25/014")


def settled_out_of_court(case: Case) -> Story:
    """The matter is closed."""
    yield case.served(days(1))
    case.do(case.shop.user(OFFICER).release_legal_hold, reason="Settled out of court")


def forgotten(case: Case) -> Story:
    """The customer wishes to be forgotten."""
    yield case.after(days(6))
    yield case.served(minutes(30))
    case.noted(case.csr, "Wish to be forgotten", "Asked by letter. Passed on to data protection.")
    yield case.served(hours(8))
    case.do(case.shop.user(OFFICER).erase_personal_data, reason="erasure-request")
