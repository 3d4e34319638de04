"""Doing something with an order: a form for each operation, drawn from the table; what is sent again is done once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from ordertrail.errors import (
    InvalidInput,
    NoteChanged,
    NoteNeverChanges,
    NotFound,
    OrderChanged,
    Refused,
    StoreError,
    UnknownOrder,
)
from ordertrail.notes.model import NoteType, OrderNote
from ordertrail.orders.changes import as_json
from ordertrail.orders.model import Order
from ordertrail.orders.operations import operation_named
from ordertrail.orders.operations.base import COLLECTIONS, Operation
from ordertrail.orders.operations.payments import still_open
from ordertrail.orders.operations.performing import why_not, why_not_on
from ordertrail.reading import RecordedOrder
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, desk_for, require, showing
from ordertrail.web.console.entering import Said, said_by
from ordertrail.web.console.forms import (
    EXCHANGING,
    Field,
    Known,
    all_in_one,
    arguments_of,
    blamed,
    fields_of,
    values_of,
)
from ordertrail.web.console.keys import key_after, key_of, new_key
from ordertrail.web.console.moving import Moving, moving
from ordertrail.web.console.offering import argument_of
from ordertrail.web.console.order import Number, facts
from ordertrail.web.console.pages import View, page, redirect, view_of
from ordertrail.web.console.parts import part_in_words
from ordertrail.web.console.reasons import why
from ordertrail.web.console.timeline import in_room, row_of
from ordertrail.web.problems import status_of

_PARTS = ("line_item", "shipment", "payment", "return_id", "hold", "discount", "code", "key", "note")
"""The arguments that a button gives: what it stands beside."""

_OF_NOTES = frozenset({"add_note", "edit_note", "delete_note", "pin_note", "unpin_note", "record_activity"})
"""What leaves the order as it is: somebody else's change to that is no conflict."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An operation on an order that a request is about, with the arguments that its button gave."""

    order: RecordedOrder
    operation: Operation
    fixed: Mapping[str, Any]

    def known(self, trail: OrderTrail, view: View, values: Mapping[str, str]) -> Known:
        """What its form is made from."""
        described = partial(part_in_words, view.reader, self.order.currency)
        # What the button gave says too which parts can be meant, such as the line items of its shipment.
        given = {**values, **{name: str(value) for name, value in self.fixed.items()}}
        return Known(self.operation, self.order, trail.reasons, given, described, tuple(self.fixed))

    @property
    def why_not(self) -> str | None:
        """Why it cannot be done as the order stands; None where it can."""
        document, part = self.order.document, self.part
        return why_not(self.operation, document) if part is None else why_not_on(self.operation, document, part)

    @property
    def part(self) -> str | None:
        """The key of the part that it is about, if that is one of the order's."""
        kind = self.operation.part
        given = None if kind is None else self.fixed.get(argument_of(kind))
        return given if kind and given in getattr(self.order, COLLECTIONS[kind]) else None

    @property
    def moving(self) -> Moving | None:
        """What money moves with it unless something else is given; None where none can, or it cannot be done now."""
        return moving(self.operation.name, self.order.document, self.part) if self.why_not is None else None

    @property
    def about(self) -> str:
        """The part that it is about, in one word."""
        return ",".join(f"{name}={value}" for name, value in sorted(self.fixed.items()))


def _asked(trail: OrderTrail, view: View, request: AnyRequest, number: str, name: str) -> Asked:
    operation = operation_named(name)
    if not operation.legal_in:
        raise InvalidInput(f"{name} is not done with an order that exists: place a new one")
    require(view.who, operation.permission)
    order = trail.order(number=number)
    showing(request, [order.id])
    fixed = {
        name: _given(name, text)
        for name, text in request.query_params.items()
        if name in _PARTS and name in operation.arguments.__struct_fields__ and text
    }
    _check_note(trail, operation, order.id, fixed.get("note"))
    return Asked(order=order, operation=operation, fixed=fixed)


def _gone(trail: OrderTrail, asked: Asked) -> str:
    """That the note is deleted which a form is about; nothing where it is there."""
    note = asked.fixed.get("note")
    gone = isinstance(note, int) and trail.order_note(asked.order.id, note).deleted is not None
    return f"note {note} is deleted" if gone else ""


def _check_note(trail: OrderTrail, operation: Operation, order_id: str, seq: object) -> None:
    """Raise NoteNeverChanges where a System entry would be changed: there is not even a form for it."""
    if operation.note and isinstance(seq, int) and trail.order_note(order_id, seq).type is NoteType.SYSTEM:
        raise NoteNeverChanges(f"entry {seq} was recorded by the system: it never changes; add a note instead")


def _given(name: str, text: str) -> Any:
    entry = _entry(text) if name == "note" else None
    return text if entry is None else entry


def _entry(text: str) -> int | None:
    """The entry that a field names, if it names one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


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
    asked = _asked(trail, view, request, number, operation)
    return _form(
        trail, view, asked, prefilled(trail, view, asked), HTTPStatus.OK, not_now=asked.why_not or _gone(trail, asked)
    )


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
    asked = _asked(trail, view, request, number, operation)
    try:
        done = perform(trail, view, request, asked, said)
    except OrderChanged as error:
        values = _renewed(trail, view, asked, said.texts)
        return _form(trail, view, asked, values, HTTPStatus.CONFLICT, key=said.text("form_key"), since=error.since)
    except NoteChanged as error:
        note = trail.order_note(asked.order.id, error.note, personal=view.may(SEES_PERSONAL))
        return _form(trail, view, asked, said.texts, HTTPStatus.CONFLICT, key=said.text("form_key"), since=[note])
    except (InvalidInput, NotFound, Refused) as error:
        if isinstance(error, UnknownOrder):
            raise
        key = key_after(error, said.text("form_key"))
        return _form(trail, view, asked, said.texts, status_of(type(error)), key=key, wrong=why(error))
    except StoreError as error:
        # Whether it was done is not known; sent again under the same key it is done once.
        return _form(
            trail, view, asked, said.texts, status_of(type(error)), key=said.text("form_key"), wrong=why(error)
        )
    return redirect(view, f"/orders/{asked.order.number}", done=done.version)


def perform(trail: OrderTrail, view: View, request: AnyRequest, asked: Asked, said: Said) -> RecordedOrder:
    """Do what a form says. Raises OrderTrailError."""
    arguments = arguments_of(
        fields_of(asked.known(trail, view, {})),
        _changed(trail, view, asked, said.texts),
        view.reader.plain,
        view.reader.understood,
    )
    if asked.operation.name == EXCHANGING:
        arguments |= {"shipments": all_in_one(arguments.get("line_items", {}), arguments.get("shipments", {}))}
        if arguments.get("line_items") and not arguments["shipments"]:
            raise InvalidInput("these goods have no shipment: say by which method they leave")
    seen = _entry(said.text("version"))
    if seen is None and asked.operation.name not in _OF_NOTES:
        raise InvalidInput("this form does not say which version of the order it is about: open it from the order")
    key = key_of(said.text("form_key") or new_key(), asked.operation.name, asked.about)
    return desk_for(trail, view.who).perform(
        asked.order.id,
        asked.operation.name,
        {**arguments, **asked.fixed, **_read(asked, said)},
        expected_version=None if asked.operation.name in _OF_NOTES else seen,
        idempotency_key=key,
        cause=request.scope["state"]["request_id"],
    )


def _read(asked: Asked, said: Said) -> dict[str, int]:
    """Which text of a note an edit was written over."""
    revision = _entry(said.text("revision")) if asked.operation.name == "edit_note" else None
    return {} if revision is None else {"revision": revision}


def _revision(trail: OrderTrail, view: View, asked: Asked) -> int | None:
    """The entry that gave the note that is edited the text that it has now."""
    note = asked.fixed.get("note")
    if asked.operation.name != "edit_note" or not isinstance(note, int):
        return None
    revisions = trail.note_revisions(asked.order.id, note, personal=view.may(SEES_PERSONAL))
    return revisions[-1].seq if revisions else None


def _was(trail: OrderTrail, view: View, asked: Asked, values: Mapping[str, str], *, conflict: bool) -> dict[str, str]:
    """What stood in the fields of an edit when its form was opened; after a conflict it is opened anew."""
    if asked.operation.name not in _KEEPS:
        return {}
    return (not conflict and _opened_with(values)) or prefilled(trail, view, asked)


def _form(
    trail: OrderTrail,
    view: View,
    asked: Asked,
    values: Mapping[str, str],
    status: int,
    *,
    key: str = "",
    wrong: str = "",
    not_now: str = "",
    since: Iterable[OrderNote] = (),
) -> Response[Any]:
    kind, part = asked.operation.part, asked.part
    told = (
        part_in_words(view.reader, asked.order.currency, kind, part, getattr(asked.order, COLLECTIONS[kind])[part])
        if kind and part
        else None
    )
    conflict = status == HTTPStatus.CONFLICT and not wrong
    return page(
        view,
        "operation.html",
        status,
        **facts(asked.order, view),
        asked=asked,
        fields=blamed(fields_of(asked.known(trail, view, values)), wrong),
        part=told,
        key=key or new_key(),
        version=asked.order.changed_seq,
        was=_was(trail, view, asked, values, conflict=conflict),
        wrong=wrong,
        not_now=not_now,
        since=in_room([row_of(note, view.reader, asked.order.currency) for note in since]),
        conflict=conflict,
        revision=_revision(trail, view, asked) if conflict or "revision" not in values else values["revision"],
    )


# What stands in a form before anybody typed


def prefilled(trail: OrderTrail, view: View, asked: Asked) -> dict[str, str]:
    """What the fields hold at first: of an edit what is there now, of money what is open."""
    found = _there_now(trail, view, asked)
    kinds = dict(_kinds(fields_of(asked.known(trail, view, {}))))
    return {name: _as_typed(kinds.get(name, ""), text, view) for name, text in found.items()}


def _as_typed(kind: str, text: str, view: View) -> str:
    if kind == "number":
        return view.reader.typed_number(text)
    return view.reader.typed(datetime.fromisoformat(text)) if kind == "moment" else text


def _kinds(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for field in fields:
        yield field.name, field.kind
        yield from _kinds(field.fields)


def _there_now(trail: OrderTrail, view: View, asked: Asked) -> dict[str, str]:
    operation, order = asked.operation, asked.order
    document = as_json(order.document)
    if operation.name == "edit_note" and isinstance(asked.fixed.get("note"), int):
        note = trail.order_note(order.id, asked.fixed["note"], personal=view.may(SEES_PERSONAL))
        return {"title": note.title, "detail": note.detail}
    if operation.name in _OPEN_MONEY:
        open_now = _OPEN_MONEY[operation.name](order.document)
        return {"amount": str(open_now)} if open_now > 0 else {}
    if not operation.edits or not view.may(SEES_PERSONAL):
        return {}
    if operation.name == "change_billing_address":
        return values_of({"address": document.get("billing_address", {})})
    if operation.part is not None:
        document = document.get(COLLECTIONS[operation.part], {}).get(asked.fixed.get(argument_of(operation.part)), {})
    if operation.name == "set_tracking":
        tracking = document.get("tracking", {})
        named = {"number": "tracking_number", "carrier": "carrier", "url": "tracking_url"}
        return {named[name]: text for name, text in tracking.items()}
    if operation.name == "change_line_item" and _in_several(asked):
        document = {name: value for name, value in document.items() if name != "quantity"}
    return values_of({name: document[name] for name in operation.arguments.__struct_fields__ if name in document})


def _in_several(asked: Asked) -> bool:
    """Whether a line item is in several shipments, each with a quantity of its own."""
    line = asked.fixed.get("line_item")
    return sum(line in shipment.quantities for shipment in asked.order.shipments.values()) > 1


_OPEN_MONEY: Mapping[str, Callable[[Order], Decimal]] = {
    "add_payment": still_open,
    "create_refund": lambda order: -order.totals.balance,
}
"""How much is still to come, or to be given back."""

_KEEPS = frozenset({"change_line_item", "change_return"})
"""Edits in which what is not given stays: what was left as it stood in the form is not given."""


WAS = "was/"
"""What the name of a hidden field begins with that says what stood in the field after it when the form was opened."""

_OFF = frozenset({"discount", "tax"})
"""What an emptied field takes off the price; any other that is emptied would stay as it was."""


def _changed(trail: OrderTrail, view: View, asked: Asked, said: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed, without what was left as it stood when the form was opened; what is given as a whole, whole.
    Raises InvalidInput for a field that was emptied and cannot be."""
    if asked.operation.name not in _KEEPS:
        return said
    before = _opened_with(said) or prefilled(trail, view, asked)
    emptied = {name for name in before.keys() & said.keys() if "/" not in name and not said[name].strip()}
    for name in sorted(emptied - _OFF):
        raise InvalidInput(f"Expected `str` of length >= 1 - at `{name}`")
    said = {**said, **dict.fromkeys(emptied, "0")}
    changed = {name.partition("/")[0] for name, text in said.items() if before.get(name, "") != text}
    return {name: text for name, text in said.items() if name.partition("/")[0] in changed}


def _opened_with(said: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(WAS): text for name, text in said.items() if name.startswith(WAS)}


def _renewed(trail: OrderTrail, view: View, asked: Asked, said: Mapping[str, str]) -> Mapping[str, str]:
    """What a form holds that is shown again after a conflict: what was typed, and elsewhere what is there now."""
    if asked.operation.name not in _KEEPS:
        return said
    before, now = _opened_with(said), prefilled(trail, view, asked)
    untouched = {name for name in before.keys() | now.keys() if said.get(name, "") == before.get(name, "")}
    return {**said, **{name: now.get(name, "") for name in untouched}}
