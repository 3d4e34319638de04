"""One note by itself: its address lasts, and it shows all that the entry holds, and all the texts that it had."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, showing
from ordertrail.web.console.keys import new_key
from ordertrail.web.console.order import Number, facts
from ordertrail.web.console.pages import page, view_of
from ordertrail.web.console.timeline import row_of
from ordertrail.web.console.values import products_of


@get(
    "/orders/{number:str}/notes/{seq:int}",
    permissions=SEES_ORDERS,
    shows_personal=True,
    include_in_schema=False,
    sync_to_thread=True,
)
def show_note(trail: Trail, site: AtSite, request: AnyRequest, number: Number, seq: FromPath[int]) -> Response[Any]:
    """A note, with its revisions and its record as it is."""
    view = view_of(request, trail, site)
    order, personal = trail.order(number=number), view.may(SEES_PERSONAL)
    showing(request, [order.id])
    note = trail.order_note(order.id, seq, personal=personal)
    raw = msgspec.json.format(msgspec.json.encode(note), indent=2).decode()
    return page(
        view,
        "note.html",
        **facts(order, view),
        row=row_of(note, view.reader, order.currency, products=products_of(order.document)),
        revisions=trail.note_revisions(order.id, seq, personal=personal),
        raw=raw,
        key=new_key(),
        last=order.version,
    )
