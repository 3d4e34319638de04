"""What happens in the whole shop, the last first; the reader's own orders; and what of them needs somebody."""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Response, get

from ordertrail.errors import InvalidInput, OrderTrailError, UnknownOrder
from ordertrail.notes.events import Category
from ordertrail.notes.model import NoteType
from ordertrail.reading import OrderSummary, Page, PlacedNote
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, showing
from ordertrail.web.console.finding import wanted_of
from ordertrail.web.console.noticing import held_too_long, noticing
from ordertrail.web.console.pages import View, page, view_of
from ordertrail.web.console.timeline import Row, row_of

ROWS = 50

MINE = 10
"""How many of the reader's own orders are shown."""


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
    mine, held = _mine(trail, view), _held(trail, view)
    numbers = _numbers(trail, (placed.note.order_id for placed in found))
    showing(request, {*numbers, *(order.id for order in (*(one.order for one in mine), *held))})
    return page(
        noticing(trail, view),
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


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """An order that the reader worked on, the last that happened on it, and whether that was somebody else."""

    order: OrderSummary
    row: Row | None
    by_others: bool


def _mine(trail: OrderTrail, view: View) -> list[Touched]:
    """The orders that the reader worked on, the last active first."""
    found = []
    for order in trail.orders(actor=view.who.actor.id, sort="-last_activity", limit=MINE):
        try:
            last = trail.order_note(order.id, order.version, personal=view.may(SEES_PERSONAL))
        except OrderTrailError:  # one that cannot be read: the order page says why
            found.append(Touched(order=order, row=None, by_others=False))
        else:
            by_others = last.actor.id != view.who.actor.id
            found.append(Touched(order=order, row=row_of(last, view.reader), by_others=by_others))
    return found


def _held(trail: OrderTrail, view: View) -> dict[OrderSummary, bool]:
    """The orders on hold too long, those of the reader first, which are true."""
    found = dict.fromkeys(held_too_long(trail, view, actor=view.who.actor.id, limit=ROWS), True)
    for order in held_too_long(trail, view, limit=ROWS):
        found.setdefault(order, False)
    return dict(list(found.items())[:ROWS])


def _numbers(trail: OrderTrail, order_ids: Iterable[str]) -> dict[str, str]:
    found = {}
    for order_id in order_ids:
        try:
            found[order_id] = trail.order(order_id).number
        except UnknownOrder:  # one that the record has lost, which is for `verify` to say
            found[order_id] = order_id
    return found
