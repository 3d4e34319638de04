"""/v1/orders/…/links, /v1/customer: what a customer reads of their order, by a link that the shop gave them."""

from http import HTTPStatus

import msgspec
from litestar import Router, get, post
from litestar.params import FromQuery, RawBody

from ordertrail.answers import Link
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.orders.arguments import parse, parse_json
from ordertrail.reading import CustomerNote
from ordertrail.web.asking import AnyRequest, OrderId, Trail, Who, acted
from ordertrail.web.auth.caller import Caller
from ordertrail.web.auth.links import create_link, order_of
from ordertrail.web.ledger import Counting
from ordertrail.web.once import once

HOLDER = Caller(
    actor=Actor(id="link", kind=ActorKind.CUSTOMER), channel="Customer link", role="", permissions=frozenset()
)
"""Whoever has a link: nobody knows more of them."""


class LinkWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many days the link holds."""

    days: int = 30


class ForCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """The number of the order, a page of what the customer may read, and the cursor that the next comes `after`."""

    number: str
    items: list[CustomerNote]
    next: str | None


@post(
    "/orders/{order_id:str}/links",
    operation_id="give_link",
    permissions=("customer.link",),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def give_link(trail: Trail, who: Who, request: AnyRequest, order_id: OrderId, body: RawBody) -> Link:
    """Give a customer a link to what they may read of this order: put it behind the address of a page of yours."""
    wanted = parse(LinkWanted, parse_json(body) if body else {})

    def create() -> Link:
        return create_link(trail, order_id, wanted.days, by=acted(who, request))

    return once(trail, who, request, body, create, Link)


@get("/customer", operation_id="read_as_customer", open_to_all=True, sync_to_thread=True)
def read_as_customer(
    trail: Trail,
    ledger: Counting,
    link: FromQuery[str],
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> ForCustomer:
    """What a customer may read of their order. Whoever has the link may, until it expires; nothing else is shown."""
    order_id, number = order_of(trail, link)
    page = trail.customer_notes(order_id, after=after, limit=limit)
    ledger.looked(HOLDER, "/v1/customer", [order_id])
    return ForCustomer(number=number, items=list(page.items), next=page.next)


ROUTER = Router("/", route_handlers=[give_link, read_as_customer], tags=["Customers"])
