"""What happens in the whole shop, the last first; the reader's own orders; and what of them needs somebody."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from litestar import Response, get

from ordertrail.errors import InvalidInput, RecordDamaged, UnknownNote, UnknownOrder
from ordertrail.reading import OrderSummary, Page, PlacedNote
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, showing
from ordertrail.web.console.finding import Fault, Wanted, at_fault, choices, nobody_called, wanted_of
from ordertrail.web.console.noticing import Noticing, held_too_long
from ordertrail.web.console.order import numbers_of
from ordertrail.web.console.pages import View, page, view_of
from ordertrail.web.console.timeline import Row, row_of, with_hit

ROWS = 50

MINE = 10
"""How many of the reader's own orders are shown."""


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, and on which order."""

    position: int
    number: str
    row: Row


@get("/activity", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def show_activity(trail: Trail, site: AtSite, noticing: Noticing, request: AnyRequest) -> Response[Any]:
    """The last entries of all orders."""
    view = view_of(request, trail, site)
    wanted, size = wanted_of(request), trail.log_size()
    after = str(size - 1) if size else None
    asked: dict[str, Any] = {}
    sought = wanted.sought(view.reader)
    try:
        asked = wanted.asked(trail, view)
        found, failed = trail.activities(**asked, newest_first=not wanted.oldest, limit=ROWS), ""
        fault = Fault() if found.items or found.next or wanted.after else _at_fault(trail, view, wanted)
    except InvalidInput as error:
        found, failed, fault = Page[PlacedNote](()), str(error), Fault()
    mine, held = _mine(trail, view), _held(trail, view)
    numbers = numbers_of(trail, (placed.note.order_id for placed in found))
    showing(request, {*numbers, *(order.id for order in (*(one.order for one in mine), *held))})
    return page(
        noticing.told(view),
        "activity.html",
        happened=[
            Happened(
                position=placed.position,
                number=numbers[placed.note.order_id],
                row=with_hit(row_of(placed.note, view.reader), sought, brief=True),
            )
            for placed in found
        ],
        wanted=wanted,
        sought=sought,
        failed=failed,
        fault=fault,
        choices=choices(trail),
        mine=mine,
        held=held,
        next=None if wanted.oldest and found.next == after else found.next,
        as_json=_as_json(view, wanted, asked),
        followed=_followed(wanted, asked),
        after=after,
    )


def _at_fault(trail: OrderTrail, view: View, wanted: Wanted) -> Fault:
    fault = at_fault(wanted, partial(_finds, trail, view))
    return fault._replace(nobody=nobody_called(trail, view, wanted.actor))


def _finds(trail: OrderTrail, view: View, wanted: Wanted) -> bool:
    found = trail.activities(**wanted.asked(trail, view), newest_first=not wanted.oldest, limit=1)
    return bool(found.items)


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """An order that the reader worked on, the last that happened on it, and whether that was somebody else."""

    order: OrderSummary
    row: Row | None
    by_others: bool


def _mine(trail: OrderTrail, view: View) -> list[Touched]:
    """The orders that the reader worked on, the last active first."""
    found = []
    for order in trail.orders(worked_on_by=view.who.actor.id, sort="-last_activity", limit=MINE):
        try:
            last = trail.order_note(order.id, order.version, personal=view.may(SEES_PERSONAL))
        except (RecordDamaged, UnknownNote, UnknownOrder):  # one that cannot be read: the order page says why
            found.append(Touched(order=order, row=None, by_others=False))
        else:
            by_others = view.who.actor.id not in (last.actor.id, last.actor.on_behalf_of)
            found.append(Touched(order=order, row=row_of(last, view.reader), by_others=by_others))
    return found


def _held(trail: OrderTrail, view: View) -> dict[OrderSummary, bool]:
    """The orders on hold too long, those of the reader first, which are true."""
    mine = {one.id: one for one in held_too_long(trail, view, worked_on_by=view.who.actor.id, limit=ROWS)}
    others = [one for one in held_too_long(trail, view, limit=ROWS) if one.id not in mine]
    return dict([*((one, True) for one in mine.values()), *((one, False) for one in others)][:ROWS])


def _followed(wanted: Wanted, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the stream of what comes next is asked for: names are those of ids, and channels spelt, as on the page."""
    return {name: asked[name] for name in wanted.filters if name in asked and name not in ("since", "until")} | {
        "text": _in_the_record(asked)
    }


def _in_the_record(asked: Mapping[str, Any]) -> str:
    """What the text is in the record, that is looked for, where several are: other services take one."""
    text = asked.get("text", "")
    return str(text if isinstance(text, str) else text[-1])


def _as_json(view: View, wanted: Wanted, asked: Mapping[str, Any]) -> str:
    """The same as JSON; for dates that are none, without them."""
    if not asked:
        return view.url("/v1/activities")
    beside = {"personal"} if view.may(SEES_PERSONAL) else {"personal", "text"}
    given = {name: value for name, value in {**asked, "text": _in_the_record(asked)}.items() if name not in beside}
    return view.url("/v1/activities", **given, newest_first=None if wanted.oldest else "true", limit=ROWS)
