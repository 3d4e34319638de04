"""What happens in the whole shop, the last first; the reader's own orders; and what of them needs somebody."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get

from ordertrail.errors import UnknownOrder
from ordertrail.notes.events import Category
from ordertrail.notes.model import OrderNote
from ordertrail.reading import OrderSummary
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, showing
from ordertrail.web.console.orders import whole
from ordertrail.web.console.pages import View, page, view_of
from ordertrail.web.console.timeline import Row, row_of

ROWS = 50

LOOKED_AT = 1000
"""How many of the last entries are looked at for those that fit, and for what the reader did."""

TOO_LONG = timedelta(days=1)
"""After so long on hold an order needs somebody."""


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, and on which order."""

    position: int
    number: str
    row: Row


@get("/activity", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def show_activity(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """The last entries of all orders."""
    view = view_of(request, trail, site)
    said = {
        name: str(request.query_params.get(name, "")).strip() for name in ("category", "event_type", "actor", "before")
    }
    size = trail.log_size()
    end = min(whole(said["before"], "before"), size) if said["before"] else size
    entries = _entries(trail, view, said, end)
    mine = _mine(trail, view, size)
    numbers = _numbers(trail, {note.order_id for _, note in entries} | set(mine))
    held = trail.orders(held_until=view.now - TOO_LONG, limit=ROWS)
    showing(request, numbers)
    return page(
        view,
        "activity.html",
        happened=[
            Happened(position=position, number=numbers[note.order_id], row=row_of(note, view.reader))
            for position, note in entries
        ],
        said=said,
        categories=list(Category),
        mine=[numbers[order_id] for order_id in mine],
        held=[_told(order, order.id in mine) for order in held],
        earlier=max(0, entries[-1][0] if len(entries) == ROWS else end - LOOKED_AT),
        after=str(size - 1) if size else None,
        looked_at=LOOKED_AT,
    )


def _told(order: OrderSummary, mine: bool) -> dict[str, Any]:
    return {"number": order.number, "since": order.held_since, "mine": mine}


def _entries(trail: OrderTrail, view: View, said: dict[str, str], end: int) -> list[tuple[int, OrderNote]]:
    """The last entries before a position that fit, the last first."""
    filters = {name: said[name] for name in ("category", "event_type") if said[name]}
    found: list[tuple[int, OrderNote]] = []
    looked_at = LOOKED_AT if filters or said["actor"] else ROWS
    start = end - looked_at - 1
    page = trail.activities(
        **filters,
        after=str(start) if start >= 0 else None,
        limit=looked_at,
        personal=view.may(SEES_PERSONAL),
    )
    for placed in page:
        if placed.position < end and said["actor"] in ("", placed.note.actor.id):
            found.append((placed.position, placed.note))
    return found[::-1][:ROWS]


def _mine(trail: OrderTrail, view: View, size: int) -> list[str]:
    """The orders that the reader did something with lately, the last first."""
    start = size - LOOKED_AT - 1
    last = trail.activities(after=str(start) if start >= 0 else None, limit=LOOKED_AT, personal=False)
    me = view.who.actor
    mine = (placed.note.order_id for placed in reversed(last.items) if placed.note.actor.id == me.id)
    return list(dict.fromkeys(mine))[:10]


def _numbers(trail: OrderTrail, order_ids: Iterable[str]) -> dict[str, str]:
    found = {}
    for order_id in order_ids:
        try:
            found[order_id] = trail.order(order_id).number
        except UnknownOrder:  # one that the record has lost, which is for `verify` to say
            found[order_id] = order_id
    return found
