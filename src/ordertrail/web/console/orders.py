"""The list of orders: found by a form, whose address is what a saved view is; a page at a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple

import msgspec
from litestar import Response, get

from ordertrail.errors import InvalidInput, UnknownOrder
from ordertrail.orders.money import MINOR_UNITS, in_minor_units, minor_units, money
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.placing import PREFIX
from ordertrail.orders.statuses import OrderStatus
from ordertrail.reading import OrderSummary
from ordertrail.reading.lists import SORTS, OrderFilter, cursor_after, usual_sort
from ordertrail.trail import OrderTrail
from ordertrail.web.api.answers import listed
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, showing
from ordertrail.web.console.finding import Fault, at_fault, nobody_called
from ordertrail.web.console.noticing import Noticing
from ordertrail.web.console.pages import View, page, redirect, view_of
from ordertrail.web.console.spelling import of_orders, people, suggested
from ordertrail.web.console.views import saved

ROWS = 50

MANY = ("hold_order", "release_hold", "cancel_order", "add_to_pick_list", "add_note")
"""What can be done with many orders at once."""

LABELS: Mapping[str, str] = {
    "find": "Number, customer or e-mail",
    "placed_from": "Placed from",
    "placed_to": "Placed to",
    "active": "Active in the last … days",
    "held": "On hold for at least … days",
    "event_type": "Has an event",
    "worked_on_by": "Worked on by",
    "over": "Total from",
    "under": "Total to",
}
"""What a filter is called, where that is not its name."""

COLUMNS = ("number", "status", "customer", "market", "channel", "placed", "last_activity", "held_since", "total", "due")
"""What a list can show of an order."""

USUAL = ("number", "status", "customer", "channel", "placed", "last_activity", "total", "due")

PRESETS: Mapping[str, tuple[str, timedelta]] = {
    "today": ("Today", timedelta(0)),
    "week": ("Last 7 days", timedelta(days=7)),
    "month": ("Last 30 days", timedelta(days=30)),
}
"""When orders were placed, in a word."""


MINE = "My orders"
"""The name of the view of those that the reader worked on."""


class SavedView(NamedTuple):
    """A search that many make, by its name: nothing but an address."""

    name: str
    query: dict[str, str]


VIEWS = (
    SavedView("All orders", {}),
    SavedView("On hold", {"status": "OnHold", "sort": "held_since"}),
    SavedView("On hold for more than a day", {"held": "1"}),
    SavedView("To be shipped", {"status": "InProgress"}),
    SavedView("Partially shipped", {"status": "PartiallyShipped"}),
    SavedView("Placed today", {"placed": "today"}),
    SavedView("Last active", {"sort": "-last_activity"}),
)


def views_of(view: View) -> tuple[SavedView, ...]:
    """The views of all, and the reader's own orders."""
    return *VIEWS, SavedView(MINE, {"worked_on_by": view.who.actor.id, "sort": "-last_activity"})


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What the form says."""

    find: str = ""
    status: tuple[str, ...] = ()
    market: str = ""
    channel: str = ""
    placed: str = ""
    placed_from: str = ""
    placed_to: str = ""
    active: str = ""
    held: str = ""
    event_type: str = ""
    worked_on_by: str = ""
    over: str = ""
    under: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""
    columns: tuple[str, ...] = ()

    @property
    def further(self) -> bool:
        """Whether a page is asked for that is not the first."""
        return bool(self.after or self.before)

    @property
    def filters(self) -> dict[str, Any]:
        """What narrows the list: neither how it is sorted, nor which page or columns are shown."""
        beside = {"sort", "after", "before", "columns"}
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value and name not in beside}


def search_of(request: AnyRequest) -> Search:
    """The search that an address is of; what it does not know is left out."""
    said = request.query_params
    several = {"status", "columns"}
    found: dict[str, Any] = {
        name: tuple(filter(None, said.getall(name, []))) if name in several else str(said.get(name, "")).strip()
        for name in Search.__struct_fields__
    }
    return Search(**found)


def wanted(trail: OrderTrail, search: Search, view: View) -> dict[str, Any]:
    """What the search asks the trail for. Raises InvalidInput."""
    found: dict[str, Any] = {
        "status": search.status or None,
        "market": of_orders(trail, "market", search.market) if search.market else None,
        "channel": of_orders(trail, "channel", search.channel) if search.channel else None,
        "find": search.find or None,
        "event_type": search.event_type or None,
        "worked_on_by": _people(trail, search, view) or [search.worked_on_by] if search.worked_on_by else None,
        **_placed(search, view),
        **_totals(search, view),
    }
    if search.active:
        found["active_since"] = view.now - _days(search.active, "active")
    if search.held:
        found["held_until"] = view.now - _days(search.held, "held")
    return found


def _people(trail: OrderTrail, search: Search, view: View) -> list[str]:
    return people(trail, search.worked_on_by, personal=view.may(SEES_PERSONAL))


LONGEST = timedelta(days=36_500)
"""As long as anybody can ask back: a hundred years."""


def _days(text: str, name: str) -> timedelta:
    days = whole(text, name)
    if days > LONGEST.days:
        raise InvalidInput(f"{name} is {days}: give at most {LONGEST.days}")
    return timedelta(days=days)


def _totals(search: Search, view: View) -> dict[str, Any]:
    """Between which totals, in minor units, and of which currencies: amounts of others say nothing beside them."""
    given = {"total_from": search.over, "total_to": search.under}
    typed = {name: text.partition(" ") for name, text in given.items() if text}
    named = {currency.strip().upper() for _, _, currency in typed.values()} - {""}
    if len(named) > 1:
        raise InvalidInput("the two totals are of different currencies: give both in one")
    currencies = tuple(named) or _USUAL
    plain = {name: money(view.reader.plain(number), currencies[0]) for name, (number, _, _) in typed.items()}
    found: dict[str, Any] = {name: in_minor_units(amount, currencies[0]) for name, amount in plain.items()}
    return {**found, "currency": currencies} if found else {}


_USUAL = tuple(sorted(code for code, digits in MINOR_UNITS.items() if digits == minor_units("EUR")))
"""The currencies that an amount without one is of: those with hundredths, as most have."""


def _placed(search: Search, view: View) -> dict[str, datetime]:
    reader = view.reader
    since: list[datetime] = []
    found: dict[str, datetime] = {}
    if search.placed in PRESETS:
        begun = datetime.combine(reader.local(view.now).date(), time(), reader.local(view.now).tzinfo)
        since.append(begun - PRESETS[search.placed][1])
    elif search.placed:
        raise InvalidInput(f"{search.placed[:50]!r} is no period: it is one of {', '.join(PRESETS)}")
    if search.placed_from:
        since.append(reader.beginning(search.placed_from))
    if since:
        found["placed_since"] = max(since)
    if search.placed_to:
        found["placed_until"] = reader.beginning(search.placed_to, days=1)  # the day named is in it
    return found


def whole(text: str, name: str) -> int:
    """A number as it stands in an address. Raises InvalidInput."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise InvalidInput(f"{name} is {text[:50]!r}: give a whole number")
    return int(text)


def _view_of(search: Search, views: Iterable[SavedView]) -> str:
    """The name of the saved view that a search is, if it is one."""
    said = {name: value for name, value in msgspec.structs.asdict(search).items() if value}
    said = {name: value[0] if isinstance(value, tuple) and len(value) == 1 else value for name, value in said.items()}
    return next((one.name for one in views if one.query == said), "")


@get("/", permissions=SEES_ORDERS, include_in_schema=False, sync_to_thread=False)
def home(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Where one begins."""
    return redirect(view_of(request, trail, site), "/orders")


@get("/orders", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def show_orders(trail: Trail, site: AtSite, noticing: Noticing, request: AnyRequest) -> Response[Any]:
    """The list, or straight to the order whose number was looked for."""
    view, search = view_of(request, trail, site), search_of(request)
    if search.find and not search.further:
        number = _number(trail, search.find)
        if number is not None:
            return redirect(view, f"/orders/{number}")
    try:
        found, wrong = _listed(trail, view, search), ""
        fault = Fault() if found.orders or search.further else _at_fault(trail, view, search)
    except InvalidInput as error:
        found, wrong, fault = Listed(), str(error), Fault()
    showing(request, (order.id for order in found.orders))
    views = views_of(view)
    return page(
        noticing.told(view),
        "orders.html",
        search=search,
        orders=[listed(order, view.who) for order in found.orders],
        next=found.next,
        previous=found.previous,
        sort=found.sort,
        wrong=wrong,
        fault=fault,
        labels=LABELS,
        columns=tuple(one for one in search.columns if one in COLUMNS) or USUAL,
        all_columns=COLUMNS,
        statuses=list(OrderStatus),
        presets=PRESETS,
        sorts=SORTS,
        suggested=suggested(trail, "market", "channel"),
        views=views,
        saved=saved(request),
        this_view=_view_of(search, views),
        many=tuple(name for name in MANY if view.may(OPERATIONS[name].permission)),
        event_types=sorted(trail.event_types),
        as_json=_as_json(trail, view, search) if not wrong else None,
    )


def asked_for(trail: OrderTrail, view: View, search: Search) -> dict[str, Any]:
    """What a search asks the trail for. Raises InvalidInput, for what the reader may not look for too."""
    asked = wanted(trail, search, view)
    if asked["find"] is not None and not view.who.may(SEES_PERSONAL):
        # Who can look for a name learns where it is.
        raise InvalidInput("you may not see whose orders are: look for one by its whole number")
    return asked


class Listed(NamedTuple):
    """A page of the list: how it is sorted, and where the pages beside it begin, if there are any."""

    orders: tuple[OrderSummary, ...] = ()
    sort: str = ""
    next: str | None = None
    previous: str | None = None


def _listed(trail: OrderTrail, view: View, search: Search) -> Listed:
    asked = asked_for(trail, view, search)
    sort = search.sort or usual_sort(OrderFilter(**asked))
    if search.before:
        # What stands before a page is what comes after it in the list that is sorted the other way round.
        back = trail.orders(**asked, sort=_turned(sort), after=search.before, limit=ROWS)
        orders = back.items[::-1]
        return Listed(orders, sort, cursor_after(orders[-1], sort) if orders else None, back.next)
    found = trail.orders(**asked, sort=sort, after=search.after or None, limit=ROWS)
    previous = cursor_after(found.items[0], _turned(sort)) if search.after and found.items else None
    return Listed(found.items, sort, found.next, previous)


def _turned(sort: str) -> str:
    """The same sort the other way round."""
    return sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"


def _at_fault(trail: OrderTrail, view: View, search: Search) -> Fault:
    fault = at_fault(search, partial(_finds, trail, view))
    return fault._replace(nobody=nobody_called(trail, view, search.worked_on_by))


def _finds(trail: OrderTrail, view: View, search: Search) -> bool:
    return bool(trail.orders(**asked_for(trail, view, search), limit=1).items)


def _number(trail: OrderTrail, text: str) -> str | None:
    """The number of the order that is called so, as somebody types it: without the letters before it too."""
    for number in dict.fromkeys((text, text.upper(), f"{PREFIX}{text}" if text.isdecimal() else text)):
        try:
            return trail.order(number=number).number
        except (UnknownOrder, InvalidInput):
            continue
    return None


def _as_json(trail: OrderTrail, view: View, search: Search) -> str:
    """The same as JSON; a page before another in the order in which it is read."""
    asked = wanted(trail, search, view)
    if search.before:
        sort = _turned(search.sort or usual_sort(OrderFilter(**asked)))
        return view.url("/v1/orders", **asked, sort=sort, after=search.before)
    return view.url("/v1/orders", **asked, sort=search.sort, after=search.after)
