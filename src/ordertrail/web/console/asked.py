"""An operation on an order that a request is about."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from ordertrail.errors import InvalidInput, NoteNeverChanges
from ordertrail.notes.model import NoteType, OrderNote, Visibility
from ordertrail.orders.operations import operation_named
from ordertrail.orders.operations.base import COLLECTIONS, Operation
from ordertrail.orders.operations.performing import why_not, why_not_on
from ordertrail.reading import RecordedOrder
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_PERSONAL, AnyRequest, require, showing
from ordertrail.web.console.forms import Known
from ordertrail.web.console.moving import Moving, moving
from ordertrail.web.console.offering import argument_of, needed
from ordertrail.web.console.pages import View
from ordertrail.web.console.parts import part_in_words

_PARTS = ("line_item", "shipment", "payment", "return_id", "hold", "discount", "code", "key", "note")
"""The arguments that a button gives: what it stands beside."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An operation on an order, with the arguments that its button gave, and the note that it is about."""

    order: RecordedOrder
    operation: Operation
    fixed: Mapping[str, Any]
    note: OrderNote | None = None

    def known(self, trail: OrderTrail, view: View, values: Mapping[str, str]) -> Known:
        """What its form is made from."""
        described = partial(part_in_words, view.reader, self.order.currency)
        # What the button gave says too which parts can be meant, such as the line items of its shipment.
        given = {**values, **{name: str(value) for name, value in self.fixed.items()}}
        # An internal note is never shown to the customer by an edit: nothing is left to choose.
        internal = self.note is not None and self.note.visibility is Visibility.INTERNAL
        hidden = (*self.fixed, *by_button(self.operation), *(("visibility",) if internal else ()))
        return Known(self.operation, self.order, trail.reasons, given, described, hidden)

    @property
    def why_not(self) -> str | None:
        """Why it cannot be done as the order stands; None where it can."""
        document, part = self.order.document, self.part
        if self.note is not None and self.note.deleted is not None:
            return f"note {self.note.seq} is deleted"
        return why_not(self.operation, document) if part is None else why_not_on(self.operation, document, part)

    @property
    def part(self) -> str | None:
        """The key of the part that it is about, if that is one of the order's."""
        kind = self.operation.part
        given = None if kind is None else self.fixed.get(argument_of(kind))
        return given if kind and given in getattr(self.order, COLLECTIONS[kind]) else None

    @property
    def shown_part(self) -> tuple[str, str] | None:
        """The kind and the key of what its form says that it is about: the part, or the hold."""
        hold = self.fixed.get("hold")
        if hold in self.order.holds:
            return "hold", hold
        return (self.operation.part, self.part) if self.operation.part and self.part else None

    def with_the_hold(self) -> "Asked":
        """The same about the hold that is there, if there is one only: its form means no other that may take its place
        meanwhile."""
        if self.operation.name != "release_hold" or "hold" in self.fixed or len(self.order.holds) != 1:
            return self
        return msgspec.structs.replace(self, fixed={**self.fixed, "hold": next(iter(self.order.holds))})

    @property
    def moving(self) -> Moving | None:
        """What money moves with it unless something else is given; None where none can, or it cannot be done now,
        whatever is given."""
        possible = self.why_not is None or self.order.status in self.operation.legal_with
        return moving(self.operation.name, self.order.document, self.part) if possible else None

    @property
    def about(self) -> str:
        """The part that it is about, in one word."""
        return ",".join(f"{name}={value}" for name, value in sorted(self.fixed.items()))


def by_button(operation: Operation) -> tuple[str, ...]:
    """The arguments of which the button says them that sends the form: nobody shows a note to the customer by a choice
    that was left standing."""
    return ("visibility",) if operation.name == "add_note" else ()


def asked_by(trail: OrderTrail, view: View, request: AnyRequest, number: str, name: str) -> Asked:
    """What a request is about. Raises NotPermitted, InvalidInput for an operation on no order, UnknownNote, and
    NoteNeverChanges where a System entry would be changed: there is not even a form for it."""
    operation = operation_named(name)
    if not operation.legal_in:
        raise InvalidInput(f"{name} is not done with an order that exists: place a new one")
    require(view.who, *needed(operation))
    order = trail.order(number=number)
    showing(request, [order.id])
    fixed = {
        name: _given(name, text)
        for name, text in request.query_params.items()
        if name in _PARTS and name in operation.arguments.__struct_fields__ and text
    }
    return Asked(
        order=order, operation=operation, fixed=fixed, note=_note(trail, view, operation, order.id, fixed.get("note"))
    )


def _note(trail: OrderTrail, view: View, operation: Operation, order_id: str, seq: object) -> OrderNote | None:
    if not operation.note or not isinstance(seq, int):
        return None
    note = trail.order_note(order_id, seq, personal=view.may(SEES_PERSONAL))
    if note.type is NoteType.SYSTEM:
        raise NoteNeverChanges(f"entry {seq} was recorded by the system: it never changes; add a note instead")
    return note


def _given(name: str, text: str) -> Any:
    entry = entry_of(text) if name == "note" else None
    return text if entry is None else entry


def entry_of(text: str) -> int | None:
    """The entry that a field names, if it names one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
