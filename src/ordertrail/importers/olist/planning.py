"""What an order's data implies: the operations, each with who did it and when. Pure.

Three rules. A fact with a time is performed at that time, but not before its cause; the document keeps the fact's own
time. What has no time is performed when the data proves it: a release at the handover, the source's last status at the
newest time in the files. What would need a time that nobody knows is not performed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from ordertrail.importers.olist.rows import Item, Payment, Review
from ordertrail.importers.olist.source import Source, SourceOrder, utc
from ordertrail.notes.model import Actor, ActorKind, Visibility
from ordertrail.orders.model import Address, Customer
from ordertrail.orders.operations.inputs import NewLineItem, NewOrder, NewPayment, NewShipment
from ordertrail.orders.statuses import TransactionType

METHOD = "Carrier"
"""How shipments go: the files say no more."""

CANCELED = "olist.canceled"
REASONS = {CANCELED: "Canceled in the source"}
"""A reason of its own, so that analysis can leave these out: their time is not that of the cancellation."""

STATUS, LIMIT, INSTALLMENTS = "olist.status", "olist.shipping_limit", "olist.installments"
PLAIN_ATTRIBUTES = frozenset({STATUS, LIMIT, INSTALLMENTS})
"""The attributes that are set, none of them personal."""

CUSTOMER = "olist.customer_id"
"""The reference under which the order's own customer number stands."""

IMPORTER = Actor(id="olist", kind=ActorKind.APP, label="Olist import")


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One operation on the order: when, by whom, and with what."""

    at: datetime
    operation: str
    arguments: Mapping[str, Any]
    actor: Actor = IMPORTER


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How an order comes in: placed `at` a time `by` somebody, and what is done with it then, in this order."""

    at: datetime
    by: Actor
    order: NewOrder
    then: tuple[Act, ...]


def plan(order: SourceOrder, source: Source) -> Plan:
    """What an order's data implies."""
    # Of those at the same time, the cause comes before the effect: sorting keeps the order of this list.
    acts = [
        *_paid(order),
        *_shipped(order),
        *_delivered(order),
        *(_answered(review, order) for review in order.reviews),
        *_left_open(order, source.newest),
    ]
    return Plan(
        at=utc(order.row.purchased),
        by=msgspec.structs.replace(IMPORTER, on_behalf_of=order.customer.person),
        order=new_order(order, source),
        then=tuple(sorted(acts, key=lambda act: act.at)),
    )


# Placing


def new_order(order: SourceOrder, source: Source) -> NewOrder:
    """The order as it was placed: a line item for each row, a shipment for each seller, all payments pending."""
    return NewOrder(
        number=order.row.id,
        market="BR",
        currency="BRL",
        prices_include_tax=True,
        customer=Customer(id=order.customer.person),
        references={CUSTOMER: order.customer.id},
        line_items={item.id: _line_item(item, source) for item in order.items},
        shipments=_shipments(order),
        payments=_payments(order),
    )


def _line_item(item: Item, source: Source) -> NewLineItem:
    category = source.products[item.product].category
    name = item.product if category is None else source.english.get(category, category)
    return NewLineItem(sku=item.product, name=name, quantity=Decimal(1), unit_price=Decimal(item.price))


def _shipments(order: SourceOrder) -> dict[str, NewShipment]:
    """One for each seller, who sends his own; one of unknown content where the order names no items."""
    if not order.items:
        return {"1": _shipment(order)}
    return {
        str(number): _shipment(order, [item for item in order.items if item.seller == seller])
        for number, seller in enumerate(order.sellers, 1)
    }


def _shipment(order: SourceOrder, items: list[Item] | None = None) -> NewShipment:
    place, promised = order.customer, utc(order.row.estimated)
    address = Address(postal_code=place.postal_code, city=place.city, region=place.state, country="BR")
    if not items:
        return NewShipment(method=METHOD, address=address, promised=promised)
    limits = sorted({item.limit.isoformat(" ") for item in items})
    return NewShipment(
        method=METHOD,
        address=address,
        promised=promised,
        warehouse=items[0].seller,
        quantities={item.id: Decimal(1) for item in items},
        shipping=sum((Decimal(item.freight) for item in items), Decimal(0)),
        attributes={LIMIT: ", ".join(limits)},
    )


def _payments(order: SourceOrder) -> dict[str, NewPayment]:
    """All of them, in their order; those beyond the total say so."""
    found, total, paid = {}, order.total, Decimal(0)
    for payment in order.payments:
        paid += Decimal(payment.amount)
        found[payment.id] = _payment(payment, overpayment=paid > total)
    return found


def _payment(payment: Payment, *, overpayment: bool) -> NewPayment:
    known = payment.method != "not_defined"
    return NewPayment(
        amount=Decimal(payment.amount),
        method=payment.method,
        transaction_type=TransactionType.SALE if known else TransactionType.OTHER,
        pending=True,
        overpayment=overpayment,
        attributes={INSTALLMENTS: payment.installments} if int(payment.installments) > 1 else {},
    )


# What has a time


def _not_before(order: SourceOrder, *times: datetime | None) -> datetime:
    """The latest of these times and the purchase."""
    return max(utc(time) for time in (order.row.purchased, *times) if time is not None)


def _paid(order: SourceOrder) -> Iterator[Act]:
    """Approved is paid: the files have one time for all payments of an order."""
    if order.row.approved is None:
        return
    at, fact = _not_before(order, order.row.approved), utc(order.row.approved)
    for payment in order.payments:
        yield Act(at=at, operation="process_payment", arguments={"payment": payment.id, "processed_at": fact})


def _shipped(order: SourceOrder) -> Iterator[Act]:
    """Handed to the carrier is released and shipped: sellers send their parcels themselves, and nobody packs here."""
    if order.row.handed_over is None:
        return
    at, fact = _not_before(order, order.row.handed_over), utc(order.row.handed_over)
    for shipment in _shipment_ids(order):
        yield Act(at=at, operation="release_shipment", arguments={"shipment": shipment})
        yield Act(at=at, operation="complete_shipment", arguments={"shipment": shipment, "shipped_at": fact})


def _delivered(order: SourceOrder) -> Iterator[Act]:
    """Confirmed for what was handed over; without a handover the delivery is only told."""
    row = order.row
    if row.delivered is None:
        return
    at, fact = _not_before(order, row.handed_over, row.delivered), utc(row.delivered)
    if row.handed_over is None:
        yield _told(at, f"Delivered according to the source at {row.delivered}, which gives no handover to a carrier")
        return
    for shipment in _shipment_ids(order):
        yield Act(at=at, operation="confirm_delivery", arguments={"shipment": shipment, "delivered_at": fact})


def _shipment_ids(order: SourceOrder) -> list[str]:
    return [str(number) for number in range(1, max(len(order.sellers), 1) + 1)]


def _answered(review: Review, order: SourceOrder) -> Act:
    """A review is a note by the customer. One answered before the purchase says when in its title."""
    early = f", answered {review.answered}" if review.answered < order.row.purchased else ""
    title = f" – {review.title}" if review.title.strip() else ""
    return Act(
        at=_not_before(order, review.answered),
        actor=Actor(id=order.customer.person, kind=ActorKind.CUSTOMER),
        operation="add_note",
        arguments={
            "title": f"Review: {review.score} of 5{early}{title}",
            "detail": review.message,
            "visibility": Visibility.CUSTOMER,
        },
    )


# What has none


def under_way(order: SourceOrder) -> bool:
    """Whether a parcel is known to have left."""
    return order.row.handed_over is not None or order.row.delivered is not None


def shown(order: SourceOrder) -> bool:
    """Whether the source's status can be read back from the order itself, so that no attribute need repeat it."""
    row = order.row
    both = row.handed_over is not None and row.delivered is not None
    readable = {
        "delivered": both,
        "shipped": row.handed_over is not None and not both,
        "canceled": not under_way(order),
    }
    return readable.get(row.status, False)


def _left_open(order: SourceOrder, newest: datetime) -> Iterator[Act]:
    """The source's last status, as far as its times do not say it: known to be so when the files end."""
    row = order.row
    if row.status == "canceled" and not under_way(order):
        yield Act(at=newest, operation="cancel_order", arguments=_cancellation(order, newest))
    if row.status == "unavailable" and not under_way(order):
        for shipment in _shipment_ids(order):
            yield Act(at=newest, operation="await_inventory", arguments={"shipment": shipment})
    if not shown(order):
        yield Act(at=newest, operation="set_attribute", arguments={"key": STATUS, "value": row.status})
    if row.status == "canceled" and under_way(order):
        yield _told(newest, "Canceled in the source after the handover; it gives no time and no refund")
    if row.status == "delivered" and row.delivered is None:
        yield _told(newest, "Delivered according to the source, which gives no time")


def _cancellation(order: SourceOrder, newest: datetime) -> dict[str, Any]:
    last = max(utc(time) for time in order.row.facts)
    comment = f"The source gives no time: between {last.isoformat()} and {newest.isoformat()}."
    return {"reason": {"code": CANCELED, "comment": comment}, "initiator": "unknown"}


def _told(at: datetime, title: str) -> Act:
    return Act(at=at, operation="record_activity", arguments={"title": title})
