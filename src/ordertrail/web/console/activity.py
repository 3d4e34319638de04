"""What happens in the whole shop, the last first; the reader's own orders; and what of them needs somebody."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get

from ordertrail.errors import InvalidInput, UnknownOrder
from ordertrail.notes.events import Category
from ordertrail.notes.model import NoteType
from ordertrail.reading import OrderSummary, Page, PlacedNote
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, AnyRequest, AtSite, Trail, showing
from ordertrail.web.console.finding import wanted_of
from ordertrail.web.console.pages import View, page, view_of
from ordertrail.web.console.timeline import Row, row_of

ROWS = 50

MINE = 10
"""How many of the reader's own orders are shown."""

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
    wanted, size = wanted_of(request), trail.log_size()
    try:
        asked = {**wanted.asked(view), "newest_first": not wanted.oldest}
        found, failed = trail.activities(**asked, limit=ROWS), ""
    except InvalidInput as error:
        found, failed = Page[PlacedNote](()), str(error)
    mine, held = _mine(trail, view)
    numbers = _numbers(trail, (placed.note.order_id for placed in found))
    showing(request, {*numbers, *(order.id for order in (*mine, *held))})
    return page(
        view,
        "activity.html",
        happened=[
            Happened(
                position=placed.position, number=numbers[placed.note.order_id], row=row_of(placed.note, view.reader)
            )
            for placed in found
        ],
        wanted=wanted,
        failed=failed,
        types=list(NoteType),
        categories=list(Category),
        mine=mine,
        held=held,
        next=None if wanted.oldest and not found else found.next,
        after=str(size - 1) if size else None,
    )


def _mine(trail: OrderTrail, view: View) -> tuple[list[OrderSummary], dict[OrderSummary, bool]]:
    """The orders that the reader worked on, the last active first; and those on hold too long, theirs first."""
    me, too_long = view.who.actor.id, view.now - TOO_LONG
    mine = trail.orders(actor=me, sort="-last_activity", limit=MINE)
    held = dict.fromkeys(trail.orders(actor=me, held_until=too_long, limit=ROWS), True)
    for order in trail.orders(held_until=too_long, limit=ROWS):
        held.setdefault(order, False)
    return list(mine), dict(list(held.items())[:ROWS])


def _numbers(trail: OrderTrail, order_ids: Iterable[str]) -> dict[str, str]:
    found = {}
    for order_id in order_ids:
        try:
            found[order_id] = trail.order(order_id).number
        except UnknownOrder:  # one that the record has lost, which is for `verify` to say
            found[order_id] = order_id
    return found
