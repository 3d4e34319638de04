"""Doing something with an order: a form for each operation, drawn from the table; what is sent again is done once."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from ordertrail.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    NoteChanged,
    NotFound,
    OrderChanged,
    Refused,
    StoreError,
    UnknownOrder,
)
from ordertrail.notes.model import OrderNote
from ordertrail.orders.operations.base import COLLECTIONS
from ordertrail.reading import RecordedOrder
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, desk_for
from ordertrail.web.console import editing
from ordertrail.web.console.asked import Asked, asked_by, by_button, entry_of
from ordertrail.web.console.entering import Said, said_by
from ordertrail.web.console.forms import EXCHANGING, all_in_one, arguments_of, blamed, fields_of
from ordertrail.web.console.keys import key_after, key_of, mark_of, new_key
from ordertrail.web.console.order import CONTEXT, NOTES, Number, done_mark, facts
from ordertrail.web.console.pages import View, page, redirect, view_of
from ordertrail.web.console.parts import part_in_words
from ordertrail.web.console.reasons import why
from ordertrail.web.console.timeline import in_room, row_of
from ordertrail.web.problems import status_of


@get(
    "/orders/{number:str}/do/{operation:str}",
    permissions=SEES_ORDERS,
    shows_personal=True,
    include_in_schema=False,
    sync_to_thread=True,
)
def show_form(
    trail: Trail, site: AtSite, request: AnyRequest, number: Number, operation: FromPath[str]
) -> Response[Any]:
    """The form of an operation, or the question whether it is to be done."""
    view = view_of(request, trail, site)
    asked = asked_by(trail, view, request, number, operation).with_the_hold()
    return _form(trail, view, asked, _opened(trail, view, asked), not_now=asked.why_not or "")


@post(
    "/orders/{number:str}/do/{operation:str}",
    permissions=SEES_ORDERS,
    shows_personal=True,
    include_in_schema=False,
    sync_to_thread=True,
)
def do(trail: Trail, site: AtSite, request: AnyRequest, number: Number, operation: FromPath[str]) -> Response[Any]:
    """Do it, and go back to the order; or show again what was typed, and why it was not done."""
    view, said = view_of(request, trail, site), said_by(request)
    asked = asked_by(trail, view, request, number, operation)
    try:
        done = perform(trail, view, request, asked, said)
    except OrderChanged:
        return _conflict(trail, view, asked, said, _since(trail, view, asked, said))
    except NoteChanged as error:
        note = trail.order_note(asked.order.id, error.note, personal=view.may(SEES_PERSONAL))
        return _conflict(trail, view, msgspec.structs.replace(asked, note=note), said, [note])
    except (InvalidInput, NotFound, Refused) as error:
        if isinstance(error, UnknownOrder):
            raise
        since = _since(trail, view, asked, said) if isinstance(error, IdempotencyKeyReused) else ()
        if since:
            # Somebody went back after it was done: what was done is among what happened since.
            return _conflict(trail, view, asked, said, since, key=new_key())
        status, key = status_of(type(error)), key_after(error, said.text("form_key"))
        return _form(trail, view, asked, said.texts, status, key=key, wrong=why(error))
    except StoreError as error:
        # Whether it was done is not known; sent again under the same key it is done once.
        status, key = status_of(type(error)), said.text("form_key")
        return _form(trail, view, asked, said.texts, status, key=key, wrong=why(error))
    return _back(view, asked, done, mark_of(said.text("form_key")))


def _back(view: View, asked: Asked, done: RecordedOrder, mark: str) -> Response[Any]:
    """To the order; with a note that something was done with, to that, on its page of the notes."""
    path, query = f"/orders/{asked.order.number}", {"done": done_mark(asked.order, done, mark)}
    if asked.note is None:
        return redirect(view, path, **query)
    seq = asked.note.seq
    if done.version - seq >= NOTES - CONTEXT:
        query["after"] = str(seq + CONTEXT + 1)
    return redirect(view, path, to=f"e-{seq}", **query)


def perform(trail: OrderTrail, view: View, request: AnyRequest, asked: Asked, said: Said) -> RecordedOrder:
    """Do what a form says. Raises OrderTrailError."""
    arguments = arguments_of(
        fields_of(asked.known(trail, view, {})),
        editing.changed(asked, said.texts),
        view.reader.plain,
        view.reader.understood,
    )
    if asked.operation.name == EXCHANGING:
        arguments |= {"shipments": all_in_one(arguments.get("line_items", {}), arguments.get("shipments", {}))}
        if arguments.get("line_items") and not arguments["shipments"]:
            raise InvalidInput("these goods have no shipment: say by which method they leave")
    seen = entry_of(said.text("version"))
    if seen is None and not asked.operation.beside:
        raise InvalidInput("this form does not say which version of the order it is about: open it from the order")
    key = key_of(said.text("form_key") or new_key(), asked.operation.name, asked.about)
    return desk_for(trail, view.who).perform(
        asked.order.id,
        asked.operation.name,
        {
            **arguments,
            **editing.emptied(asked, said.texts),
            **said.some(by_button(asked.operation)),
            **asked.fixed,
            **_read(asked, said),
        },
        expected_version=None if asked.operation.beside else seen,
        idempotency_key=key,
        cause=request.scope["state"]["request_id"],
    )


def _read(asked: Asked, said: Said) -> dict[str, int]:
    """Which text of a note an edit was written over."""
    revision = entry_of(said.text("revision")) if asked.operation.name == "edit_note" else None
    return {} if revision is None else {"revision": revision}


def _opened(trail: OrderTrail, view: View, asked: Asked) -> dict[str, str]:
    """What the fields of a form hold at first, those that nobody sees too."""
    found = editing.prefilled(trail, view, asked)
    return {**found, **editing.was(found), **_seen(trail, view, asked)}


def _seen(trail: OrderTrail, view: View, asked: Asked) -> dict[str, str]:
    """What a form says of what its reader saw: the version of the order, and the entry whose text a note has."""
    found = {"version": str(asked.order.changed_seq)}
    if asked.operation.name == "edit_note" and asked.note is not None:
        texts = trail.note_revisions(asked.order.id, asked.note.seq, personal=view.may(SEES_PERSONAL))
        found["revision"] = str(texts[-1].seq)
    return found


def _since(trail: OrderTrail, view: View, asked: Asked, said: Said) -> Sequence[OrderNote]:
    """What was recorded since the version that a form is about; nothing where it is not about one."""
    seen = None if asked.operation.beside else entry_of(said.text("version"))
    if seen is None:
        return ()
    after = str(min(seen, asked.order.version))
    return trail.order_notes(asked.order.id, type="System", after=after, personal=view.may(SEES_PERSONAL)).items


def _conflict(
    trail: OrderTrail, view: View, asked: Asked, said: Said, since: Sequence[OrderNote], *, key: str = ""
) -> Response[Any]:
    """The form with what was typed and what happened since: whoever reads that has seen the order as it is now."""
    asked = asked.with_the_hold()
    values = {**editing.renewed(trail, view, asked, said.texts), **_seen(trail, view, asked)}
    key = key or said.text("form_key")
    return _form(trail, view, asked, values, HTTPStatus.CONFLICT, key=key, since=since)


def _form(
    trail: OrderTrail,
    view: View,
    asked: Asked,
    values: Mapping[str, str],
    status: int = HTTPStatus.OK,
    *,
    key: str = "",
    wrong: str = "",
    not_now: str = "",
    since: Sequence[OrderNote] = (),
) -> Response[Any]:
    """The form. Until its reader is told what happened since, it is about what they saw when they opened it."""
    return page(
        view,
        "operation.html",
        status,
        **facts(asked.order, view),
        asked=asked,
        fields=blamed(fields_of(asked.known(trail, view, values)), wrong),
        part=_part(view, asked),
        key=key or new_key(),
        again=bool(key),
        unseen={name: text for name, text in values.items() if _is_unseen(name)},
        wrong=wrong,
        not_now=not_now,
        since=in_room([row_of(note, view.reader, asked.order.currency) for note in since]),
        conflict=status == HTTPStatus.CONFLICT and not wrong,
    )


def _part(view: View, asked: Asked) -> tuple[str, str] | None:
    """What kind of part a form is about, and which."""
    if asked.shown_part is None:
        return None
    kind, key = asked.shown_part
    part = getattr(asked.order, COLLECTIONS[kind])[key]
    return kind, part_in_words(view.reader, asked.order.currency, kind, key, part)


def _is_unseen(name: str) -> bool:
    return name in ("version", "revision") or name.startswith(editing.WAS)
