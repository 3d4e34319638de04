"""Links for customers: signed, for one order, and for a time. Whoever has one reads what the customer may, no more."""

from datetime import timedelta

from ordertrail.answers import Link
from ordertrail.errors import InvalidInput
from ordertrail.notes.times import micros
from ordertrail.streams import By, Happening
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.acting import by_whom
from ordertrail.web.auth.errors import LinkNotValid
from ordertrail.web.auth.sealing import seal, unseal

PURPOSE = "customer link"
LONGEST_DAYS = 366


def create_link(trail: OrderTrail, order_id: str, days: int, *, by: By | str) -> Link:
    """A link to an order. Raises UnknownOrder and InvalidInput."""
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(f"days is {days}: a link holds for 1 to {LONGEST_DAYS} days")
    order, expires = trail.order(order_id), trail.clock() + timedelta(days=days)
    data = {"order": order.id, "days": days}
    trail.streams.record([Happening(event="CustomerLinkCreated", by=by_whom(by), data=data)])
    return Link(
        link=seal(trail, PURPOSE, {"order": order.id, "number": order.number}, micros(expires)), expires=expires
    )


def order_of(trail: OrderTrail, link: str) -> tuple[str, str]:
    """Id and number of the order that a link is for. Raises LinkNotValid, the same whatever is wrong with it."""
    says = unseal(trail, PURPOSE, link)
    if says is None:
        raise LinkNotValid("this link is none of ours, or has expired: ask the shop for another one")
    return says["order"], says["number"]
