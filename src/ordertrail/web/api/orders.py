"""/v1/orders: placing, listing, reading."""

from datetime import datetime
from http import HTTPStatus

from litestar import Response, Router, get, post
from litestar.params import FromQuery, RawBody

from ordertrail.answers import OrderPage, Recorded
from ordertrail.errors import InvalidInput
from ordertrail.orders.arguments import parse, parse_json
from ordertrail.reading import OrderFilter
from ordertrail.trail import OrderTrail
from ordertrail.web.api.answers import listed, recorded
from ordertrail.web.asking import (
    SEES_ORDERS,
    AnyRequest,
    AtSite,
    OrderId,
    Trail,
    Who,
    desk_for,
    options,
    require,
    showing,
    to_perform,
)
from ordertrail.web.auth.caller import Caller
from ordertrail.web.together import AllTogether

Several = list[str] | None


@post(
    "/",
    operation_id="place_order",
    permissions=to_perform("place_order"),
    status_code=HTTPStatus.CREATED,
)
async def place_order(
    together: AllTogether, site: AtSite, who: Who, request: AnyRequest, body: RawBody
) -> Response[Recorded]:
    """Place an order."""
    given = options(request)
    if given.pop("expected_version", None) is not None:
        raise InvalidInput("a new order has no version yet: leave If-Match out")

    def placed(trail: OrderTrail) -> Response[Recorded]:
        order = desk_for(trail, who).place_order(parse_json(body), **given)
        return recorded(order, who, HTTPStatus.CREATED, Location=f"{site.path(request)}/{order.id}")

    return await together.do(placed)


class OrderSearch(OrderFilter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which orders, in which order, and which page of them."""

    sort: str | None = None
    after: str | None = None
    limit: int = 50


@get("/", operation_id="list_orders", permissions=SEES_ORDERS, shows_personal=True, sync_to_thread=True)
def list_orders(
    trail: Trail,
    who: Who,
    request: AnyRequest,
    status: FromQuery[Several] = None,
    market: FromQuery[Several] = None,
    currency: FromQuery[Several] = None,
    channel: FromQuery[Several] = None,
    customer: FromQuery[str | None] = None,
    email: FromQuery[str | None] = None,
    find: FromQuery[str | None] = None,
    number: FromQuery[Several] = None,
    placed_since: FromQuery[datetime | None] = None,
    placed_until: FromQuery[datetime | None] = None,
    active_since: FromQuery[datetime | None] = None,
    active_until: FromQuery[datetime | None] = None,
    held_since: FromQuery[datetime | None] = None,
    held_until: FromQuery[datetime | None] = None,
    event_type: FromQuery[Several] = None,
    worked_on_by: FromQuery[Several] = None,
    total_from: FromQuery[int | None] = None,
    total_to: FromQuery[int | None] = None,
    sort: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> OrderPage:
    """List orders. `customer` is an id or any part of a name, `email` any part of an address, `find` any of them; to
    keep those out of addresses, search. `event_type` is of any entry that the order has, `worked_on_by` the id of a
    person who did something on it, or for whom an app did, `total_from` and `total_to` are in minor units. Sorted by
    placed, last_activity, held_since (then only orders on hold) or total, with a minus for the last or highest
    first; unless that is said, the last placed come first, filtered by last activity the last active, by hold those
    that wait longest, by total the highest."""
    wanted = OrderSearch(
        status=status,
        market=market,
        currency=currency,
        channel=channel,
        customer=customer,
        email=email,
        find=find,
        number=number,
        placed_since=placed_since,
        placed_until=placed_until,
        active_since=active_since,
        active_until=active_until,
        held_since=held_since,
        held_until=held_until,
        event_type=event_type,
        worked_on_by=worked_on_by,
        total_from=total_from,
        total_to=total_to,
        sort=sort,
        after=after,
        limit=limit,
    )
    return _page(trail, who, request, wanted)


@post(
    "/search",
    operation_id="search_orders",
    permissions=SEES_ORDERS,
    shows_personal=True,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def search_orders(trail: Trail, who: Who, request: AnyRequest, body: RawBody) -> OrderPage:
    """List orders by what the body says, so that no name and no address stands in the request's own."""
    return _page(trail, who, request, parse(OrderSearch, parse_json(body)))


def _page(trail: OrderTrail, who: Caller, request: AnyRequest, wanted: OrderSearch) -> OrderPage:
    if any(given is not None for given in (wanted.customer, wanted.email, wanted.find)):
        require(who, "personal.see")  # who can look for a name learns where it is
    page = trail.orders(**{name: getattr(wanted, name) for name in wanted.__struct_fields__})
    showing(request, (order.id for order in page))
    return OrderPage(items=[listed(order, who) for order in page.items], next=page.next)


@get("/{order_id:str}", operation_id="get_order", permissions=SEES_ORDERS, shows_personal=True, sync_to_thread=True)
def get_order(trail: Trail, who: Who, order_id: OrderId, as_of: FromQuery[str | None] = None) -> Response[Recorded]:
    """An order as it stands, or as it stood at a time or after an entry (its seq)."""
    return recorded(trail.order(order_id, as_of=None if as_of is None else moment_or_seq(as_of)), who)


def moment_or_seq(text: str) -> datetime | int:
    """What `as_of` names. Raises InvalidInput."""
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f"as_of is {text[:50]!r}: give a time such as 2026-01-31T12:00:00Z, or an entry's seq"
        ) from None


ROUTER = Router("/orders", route_handlers=[place_order, list_orders, search_orders, get_order], tags=["Orders"])
