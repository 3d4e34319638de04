"""Shipping and receiving: what is to be released, picked, packed and shipped across orders, and what comes back."""

import time
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from litestar import Response, get, post

from ordertrail.errors import InvalidInput, OrderChanged, UnknownOrder
from ordertrail.orders.model import Order, Return, Shipment, natural
from ordertrail.orders.statuses import OrderStatus, ReturnStatus, ShipmentStatus
from ordertrail.reading import RecordedOrder
from ordertrail.reading.lists import OrderSummary, cursor_after
from ordertrail.reading.pages import LARGEST_PAGE
from ordertrail.trail import OrderTrail
from ordertrail.web.api.answers import impersonal
from ordertrail.web.api.many import OF_ONE_ORDER
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, desk_for, require, showing
from ordertrail.web.console.asked import entry_of
from ordertrail.web.console.entering import Said, said_by
from ordertrail.web.console.keys import CHANGED, key_of, mark_of, new_key
from ordertrail.web.console.noticing import Noticing
from ordertrail.web.console.order import is_there_before
from ordertrail.web.console.pages import View, page, view_of
from ordertrail.web.console.reasons import why
from ordertrail.web.console.tracking import NOT_TICKED, NOTHING, SEEN, Given, Typed, agreed, typed_in, wanted

ROWS = 50
"""How many rows a page has at most, so that all of them can be chosen: a form holds a thousand fields, and each has
three."""

LOOKED_AT = 100
"""How many orders are read at once: those that were placed first come first, as they wait longest."""

LONGEST = 1.0
"""Seconds after which a page ends all the same that has not enough rows: its reader asks on."""

STAGES: Mapping[str, tuple[str, ShipmentStatus | ReturnStatus]] = {
    "inventory": ("Awaiting inventory", ShipmentStatus.AWAITING_INVENTORY),
    "release": ("To be released", ShipmentStatus.INVENTORY_ASSIGNED),
    "pick": ("To be picked", ShipmentStatus.RELEASED),
    "ship": ("To be shipped", ShipmentStatus.PACKING),
    "receive": ("To be received", ReturnStatus.AWAITING_STOCK_RETURN),
    "complete": ("To be completed", ReturnStatus.AWAITING_COMPLETION),
}
"""Where parts of orders wait, and in which status."""

ACTS: Mapping[str, str] = {
    "inventory": "assign_inventory",
    "release": "release_shipment",
    "pick": "add_to_pick_list",
    "ship": "complete_shipment",
}
"""What is done with many shipments at once where they wait."""


PACKED = frozenset({ShipmentStatus.PACKING, ShipmentStatus.SHIPPED})
"""The statuses of what is on a pick list, or was."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment or a return that waits."""

    order: Order
    id: str
    key: str
    part: Shipment | Return
    seen: int = 0

    @property
    def name(self) -> str:
        """How a form names it."""
        return f"{self.order.number}/{self.key}"


class Outcome(msgspec.Struct, frozen=True):
    """What came of one of them; `number` is the tracking number that it did not get, `again` says that it was done
    before."""

    name: str
    wrong: str = ""
    number: str = ""
    again: bool = False


class Place(msgspec.Struct, frozen=True):
    """Where a page begins: behind an order, by its cursor, and within the next one behind the row of a name."""

    after: str | None = None
    past: str = ""


START = Place()


class Found(msgspec.Struct, frozen=True):
    """What a page found, of how many orders; and where to go on, unless there are no more."""

    rows: list[Waiting]
    orders: int
    next: Place | None


def waiting(trail: OrderTrail, stage: str, warehouse: str, place: Place = START) -> Found:
    """What waits at a stage, from a place on: until a page is full, or enough time has passed.

    A page ends between orders, unless one alone has more than it holds.
    """
    deadline = time.monotonic() + LONGEST
    rows: list[Waiting] = []
    orders = 0
    for summary, is_last in _orders(trail, stage, place.after):
        order = trail.order(summary.id)
        here = _behind(_waiting_in(order, stage, warehouse), place.past)
        if len(rows) + len(here) > ROWS:
            return Found(rows, orders, place) if rows else _part_of(here, orders, place)
        rows += here
        orders += 1
        place = Place(cursor_after(summary, _looked_at(stage)["sort"]))
        if (len(rows) == ROWS or time.monotonic() > deadline) and not is_last:
            return Found(rows, orders, place)
    return Found(rows, orders, None)


def _part_of(rows: list[Waiting], orders: int, place: Place) -> Found:
    """As much as a page holds of what waits in one order."""
    return Found(rows[:ROWS], orders, Place(place.after, rows[ROWS - 1].name))


def _orders(trail: OrderTrail, stage: str, after: str | None) -> Iterator[tuple[OrderSummary, bool]]:
    """The orders in which something may wait, and of each whether it is the last."""
    while True:
        found = trail.orders(**_looked_at(stage), after=after)
        for number, summary in enumerate(found, start=1):
            yield summary, number == len(found) and found.next is None
        after = found.next
        if after is None:
            return


def _waiting_in(order: RecordedOrder, stage: str, warehouse: str) -> list[Waiting]:
    status = STAGES[stage][1]
    parts: Mapping[str, Any] = order.returns if isinstance(status, ReturnStatus) else order.shipments
    return [
        Waiting(order=order, id=order.id, key=key, part=parts[key], seen=order.changed_seq)
        for key in natural(parts)
        if parts[key].status is status and _is_in(parts[key], warehouse)
    ]


def _behind(rows: list[Waiting], past: str) -> list[Waiting]:
    """Those behind the row of a name; all, where that does not wait any more."""
    names = [one.name for one in rows]
    return rows[names.index(past) + 1 :] if past in names else rows


def _is_in(part: Shipment | Return, warehouse: str) -> bool:
    """Whether it waits in a warehouse, however that is spelt; an empty one is any."""
    its = getattr(part, "warehouse", None) or ""
    return not warehouse or its.casefold() == warehouse.casefold()


def _looked_at(stage: str) -> dict[str, Any]:
    """Which orders may have something that waits there: for shipping those placed first, for returns those last."""
    if isinstance(STAGES[stage][1], ReturnStatus):
        return {"event_type": "ReturnCreated", "sort": "-placed", "limit": LOOKED_AT}
    under_way = [OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_SHIPPED]
    return {"status": under_way, "sort": "placed", "limit": LOOKED_AT}


@get("/shipping", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def show_shipping(trail: Trail, site: AtSite, noticing: Noticing, request: AnyRequest) -> Response[Any]:
    """What waits, by where it waits."""
    view = view_of(request, trail, site)
    stage = str(request.query_params.get("stage", "release"))
    if stage not in STAGES:
        raise InvalidInput(f"{stage[:50]!r} is no stage: it is one of {', '.join(STAGES)}")
    return _page(trail, noticing.told(view), request, stage)


def _page(
    trail: OrderTrail,
    view: View,
    request: AnyRequest,
    stage: str,
    *,
    status: int = HTTPStatus.OK,
    outcomes: Iterable[Outcome] = (),
    typed: Typed = NOTHING,
    wrong: str = "",
    put_on: str = "",
    answered: str = "",
) -> Response[Any]:
    warehouse = str(request.query_params.get("warehouse", "")).strip()
    place = Place(str(request.query_params.get("after", "")) or None, str(request.query_params.get("past", "")))
    whole = waiting(trail, stage, warehouse, place)
    found = whole.rows
    showing(request, dict.fromkeys(one.id for one in found))
    if not view.may(SEES_PERSONAL):
        found = [msgspec.structs.replace(one, order=impersonal(_document(one.order))) for one in found]
    return page(
        view,
        "shipping.html",
        status,
        stage=stage,
        stages=STAGES,
        act=ACTS.get(stage) if view.may("shipment.work") else None,
        waiting=found,
        warehouse=warehouse,
        warehouses=sorted(
            {one.part.warehouse for one in found if isinstance(one.part, Shipment) and one.part.warehouse}
        ),
        place=place,
        next=whole.next,
        orders=whole.orders,
        as_json=_as_json(view, stage, place, found),
        key=new_key(),
        outcomes=list(outcomes),
        typed=typed,
        wrong=wrong,
        put_on=put_on,
        answered=answered,
        left=any(one.name in typed.ticked or one.name in typed.numbers for one in found),
        pick_list=f"PL-{view.reader.local(view.now):%y%m%d-%H%M}-{view.who.actor.id[:20]}",
        natural=natural,
    )


def _as_json(view: View, stage: str, place: Place, rows: Iterable[Waiting]) -> str:
    """The orders of a page, as data; where nothing waits those that were looked at. Parts have no list of their own."""
    numbers = list(dict.fromkeys(one.order.number for one in rows))
    wanted = {"number": numbers} if numbers else {**_looked_at(stage), "after": place.after}
    return view.url("/v1/orders", **{**wanted, "limit": LOOKED_AT})


def _document(order: Order) -> Order:
    return order.document if isinstance(order, RecordedOrder) else order


@post("/shipping", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def work(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Do it with those chosen, each by itself; with tracking numbers from beside them, or from a CSV."""
    view, said = view_of(request, trail, site), said_by(request)
    stage = said.text("stage")
    if stage not in ACTS:
        raise InvalidInput(f"nothing is done with many at once at {stage[:50]!r}: it is one of {', '.join(ACTS)}")
    require(view.who, "shipment.work")
    typed, key = typed_in(said.values), said.text("form_key") or new_key()
    try:
        meant = wanted(stage, typed, said.text("csv"))
    except InvalidInput as error:
        return _page(trail, view, request, stage, status=HTTPStatus.BAD_REQUEST, typed=typed, wrong=why(error))
    outcomes = list(_outcomes(trail, view, request, Doing(ACTS[stage], said, key), meant))
    outcomes += [Outcome(name, NOT_TICKED, number) for name, number in typed.numbers.items() if name not in meant]
    left = typed.without({one.name for one in outcomes if not one.wrong})
    put_on = typed.pick_list.strip() if stage == "pick" and any(not one.wrong for one in outcomes) else ""
    answered = mark_of(said.text("form_key"))
    return _page(trail, view, request, stage, outcomes=outcomes, typed=left, put_on=put_on, answered=answered)


class Doing(NamedTuple):
    """An operation on shipments, the form that asks for it, and that form's key."""

    operation: str
    said: Said
    key: str


def _outcomes(
    trail: OrderTrail, view: View, request: AnyRequest, doing: Doing, meant: Mapping[str, Iterable[Given]]
) -> Iterator[Outcome]:
    """What comes of each. What is done with one shipment of an order is not what changes it for the next one."""
    now: dict[str, int] = {}
    ticked = set(doing.said.all("shipment"))
    for name, several in meant.items():
        number, _, shipment = name.partition("/")
        given: Given = {}
        try:
            given = agreed(several)
            order = trail.order(number=number)
            # What a CSV names was not shown here.
            shown = entry_of(doing.said.text(f"{SEEN}{name}")) or 0 if name in ticked else None
            done = desk_for(trail, view.who).perform(
                order.id,
                doing.operation,
                {"shipment": shipment, **given},
                expected_version=None if shown is None else now.get(number, shown),
                idempotency_key=key_of(doing.key, doing.operation, shipment),
                cause=request.scope["state"]["request_id"],
            )
        except OrderChanged:
            yield Outcome(name, CHANGED, given.get("tracking_number", ""))
        except OF_ONE_ORDER as error:
            yield Outcome(name, why(error), given.get("tracking_number", ""))
        else:
            now[number] = done.changed_seq
            yield Outcome(name, again=is_there_before(order, done))


@get("/shipping/list", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def show_pick_list(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """A pick list for paper, with the packing slip of each shipment on it, of those too that have left."""
    view = view_of(request, trail, site)
    name = str(request.query_params.get("pick_list", "")).strip()
    after = str(request.query_params.get("after", "")) or None
    on_it, following = _on_pick_list(trail, name, after) if name else ([], None)
    if not (on_it or following or after):
        raise UnknownOrder(f"no shipment that was packed is on a pick list {name[:64]!r}")
    showing(request, dict.fromkeys(one.id for one in on_it))
    if not view.may(SEES_PERSONAL):
        on_it = [msgspec.structs.replace(one, order=impersonal(_document(one.order))) for one in on_it]
    warehouses = _by_warehouse(on_it)
    return page(
        view,
        "pick_list.html",
        name=name,
        warehouses=warehouses,
        slips=[slip for one in warehouses for slip in one.slips],
        natural=natural,
        after=after,
        next=following,
    )


def _on_pick_list(trail: OrderTrail, name: str, after: str | None) -> tuple[list[Waiting], str | None]:
    """What is on a pick list, by the entries that say so, the newest first; and where in the log to look on.

    Shipments that were packed just now may not be in the log yet: the orders that were active last are looked at too.
    """
    said = trail.activities(
        event_type="ShipmentPacking", text=f"pick list {name}", newest_first=True, after=after, limit=LARGEST_PAGE
    )
    found = {one.note.order_id for one in said if one.note.title.endswith(f" {name}")}
    if after is None:
        under_way = _looked_at("ship")["status"]
        found |= {one.id for one in trail.orders(status=under_way, sort="-last_activity", limit=LOOKED_AT)}
    orders = sorted((trail.order(one) for one in found), key=lambda order: (order.placed, order.id))
    slips = [
        Waiting(order=order, id=order.id, key=key, part=order.shipments[key])
        for order in orders
        for key in natural(order.shipments)
        if order.shipments[key].pick_list == name and order.shipments[key].status in PACKED
    ]
    return slips, said.next


class InWarehouse(msgspec.Struct, frozen=True):
    """What of a pick list is taken from the shelves of one warehouse; an empty name is of what is in none."""

    name: str
    slips: list[Waiting]

    @property
    def goods(self) -> list[tuple[str, str, Any]]:
        """How much of what, by SKU and name: one SKU may be sold by several, as sizes are."""
        found: dict[tuple[str, str], Any] = {}
        for slip in self.slips:
            assert isinstance(slip.part, Shipment)
            for line, quantity in slip.part.quantities.items():
                item = slip.order.line_items[line]
                found[item.sku, item.name] = found.get((item.sku, item.name), 0) + quantity
        return [(sku, name, found[sku, name]) for sku, name in sorted(found)]


def _by_warehouse(slips: Iterable[Waiting]) -> list[InWarehouse]:
    """The slips of each warehouse, however it is spelt on them; what is in none comes last."""
    found: dict[str, InWarehouse] = {}
    for slip in slips:
        assert isinstance(slip.part, Shipment)
        name = slip.part.warehouse or ""
        found.setdefault(name.casefold(), InWarehouse(name, [])).slips.append(slip)
    return [found[name] for name in sorted(found, key=lambda name: (not name, name))]
