"""/v1/orders/…/notes: both kinds in one collection. System notes are read only, for everybody."""

from http import HTTPStatus

import msgspec
from litestar import Response, Router, delete, get, patch, post
from litestar.di import Provide
from litestar.params import FromQuery, RawBody

from ordertrail.answers import NotePage
from ordertrail.notes.model import NoteRevision, OrderActivity, OrderNote, Visibility
from ordertrail.orders.arguments import parse, parse_json
from ordertrail.orders.operations.notes import Detail, Title
from ordertrail.orders.operations.notes import Seq as Revision
from ordertrail.trail import OrderTrail
from ordertrail.web.api.orders import moment_or_seq
from ordertrail.web.api.wanted import Wanted, entries_wanted
from ordertrail.web.asking import (
    SEES_ORDERS,
    SEES_PERSONAL,
    AnyRequest,
    AtSite,
    OrderId,
    Seq,
    Trail,
    Who,
    desk_for,
    options,
    to_perform,
)
from ordertrail.web.together import AllTogether

AnyNote = OrderNote | OrderActivity


@get("/", operation_id="list_notes", permissions=SEES_ORDERS, shows_personal=True, sync_to_thread=True)
def list_notes(
    trail: Trail,
    order_id: OrderId,
    wanted: Wanted,
    as_of: FromQuery[str | None] = None,
    newest_first: FromQuery[bool] = False,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> NotePage:
    """A page of an order's notes: what people wrote and what was recorded, as it reads now or as it did `as_of`.

    Who may not see personal data reads "[hidden]" in its place, and cannot look for a `text`.
    """
    page = trail.order_notes(
        order_id,
        **msgspec.structs.asdict(wanted),
        as_of=None if as_of is None else moment_or_seq(as_of),
        newest_first=newest_first,
        after=after,
        limit=limit,
    )
    return NotePage(items=list(page.items), next=page.next)


@get("/{seq:int}", operation_id="get_note", permissions=SEES_ORDERS, shows_personal=True, sync_to_thread=True)
def get_note(trail: Trail, who: Who, order_id: OrderId, seq: Seq) -> AnyNote:
    """One note."""
    return trail.order_note(order_id, seq, personal=who.may(SEES_PERSONAL))


@get(
    "/{seq:int}/revisions",
    operation_id="list_revisions",
    permissions=SEES_ORDERS,
    shows_personal=True,
    sync_to_thread=True,
)
def list_revisions(trail: Trail, who: Who, order_id: OrderId, seq: Seq) -> list[NoteRevision]:
    """All texts that a note had, the first one first; none for a System note, which never changes."""
    return trail.note_revisions(order_id, seq, personal=who.may(SEES_PERSONAL))


@post("/", operation_id="write_note", permissions=to_perform("add_note"), status_code=HTTPStatus.CREATED)
async def write_note(
    together: AllTogether, site: AtSite, who: Who, request: AnyRequest, order_id: OrderId, body: RawBody
) -> Response[AnyNote]:
    """Write a note."""
    given = options(request)

    def written(trail: OrderTrail) -> AnyNote:
        order = desk_for(trail, who).perform(order_id, "add_note", parse_json(body), **given)
        return trail.order_note(order_id, order.version, personal=who.may(SEES_PERSONAL))

    note = await together.do(written)
    return Response(note, status_code=201, headers={"Location": f"{site.path(request)}/{note.seq}"})


class NoteChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new texts; what is not given stays. A note can be withdrawn from the customer, never shown by an edit.

    `revision` is the entry whose text was read, as the revisions name it: after another edit it is refused.
    """

    title: Title | None = None
    detail: Detail | None = None
    visibility: Visibility | None = None
    revision: Revision | None = None


@patch("/{seq:int}", operation_id="change_note", permissions=to_perform("edit_note"))
async def change_note(
    together: AllTogether, who: Who, request: AnyRequest, order_id: OrderId, seq: Seq, body: RawBody
) -> AnyNote:
    """Edit a note; its earlier texts stay readable as revisions."""
    given = options(request)

    def changed(trail: OrderTrail) -> AnyNote:
        changes = msgspec.to_builtins(parse(NoteChanges, parse_json(body)))
        desk_for(trail, who).perform(order_id, "edit_note", {**changes, "note": seq}, **given)
        return trail.order_note(order_id, seq, personal=who.may(SEES_PERSONAL))

    return await together.do(changed)


@delete("/{seq:int}", operation_id="remove_note", permissions=to_perform("delete_note"))
async def remove_note(together: AllTogether, who: Who, request: AnyRequest, order_id: OrderId, seq: Seq) -> None:
    """Delete a note: it shows as deleted, and its texts stay readable as revisions."""
    given = options(request)

    def removed(trail: OrderTrail) -> None:
        desk_for(trail, who).perform(order_id, "delete_note", {"note": seq}, **given)

    await together.do(removed)


ROUTER = Router(
    "/orders/{order_id:str}/notes",
    route_handlers=[list_notes, get_note, list_revisions, write_note, change_note, remove_note],
    dependencies={"wanted": Provide(entries_wanted, sync_to_thread=False)},
    tags=["Notes"],
)
