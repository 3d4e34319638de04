"""What a form holds before anybody typed, and what of it somebody changed since.

A form has what stood in its fields when it was opened in hidden fields too. By these what was typed is told from what
only stood there: after a conflict, what a colleague changed in between is not put back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from ordertrail.errors import InvalidInput
from ordertrail.orders.changes import as_json
from ordertrail.orders.model import Order
from ordertrail.orders.operations.base import COLLECTIONS
from ordertrail.orders.operations.payments import still_open
from ordertrail.trail import OrderTrail
from ordertrail.web.api.answers import impersonal
from ordertrail.web.asking import SEES_PERSONAL
from ordertrail.web.console.asked import Asked
from ordertrail.web.console.forms import Field, fields_of, values_of
from ordertrail.web.console.offering import argument_of
from ordertrail.web.console.pages import View

WAS = "was/"
"""What the name of a hidden field begins with that says what stood in the field after it when the form was opened."""

_OPEN_MONEY: Mapping[str, Callable[[Order], Decimal]] = {
    "add_payment": still_open,
    "create_refund": lambda order: -order.totals.balance,
}
"""How much is still to come, or to be given back."""

_KEEPS = frozenset({"change_line_item", "change_return", "edit_note"})
"""Edits in which what is not given stays: what was left as it stood in the form is not given."""

_EMPTIED: Mapping[str, Mapping[str, str | None]] = {
    "change_line_item": {"discount": "0", "tax": "0"},
    "change_promised_date": {"promised": None},
    "change_return": {"comment": ""},
    "edit_note": {"title": "", "detail": ""},
}
"""What is given of a field that was emptied, where that is other than not to give it."""


def prefilled(trail: OrderTrail, view: View, asked: Asked) -> dict[str, str]:
    """What the fields hold at first: of an edit what is there now, of money what is open."""
    kinds = dict(_kinds(fields_of(asked.known(trail, view, {}))))
    return {name: _as_typed(kinds.get(name, ""), text, view) for name, text in _there_now(view, asked).items()}


def _as_typed(kind: str, text: str, view: View) -> str:
    if kind == "number":
        return view.reader.typed_number(text)
    return view.reader.typed(datetime.fromisoformat(text)) if kind == "moment" else text


def _kinds(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for field in fields:
        yield field.name, field.kind
        yield from _kinds(field.fields)


def _there_now(view: View, asked: Asked) -> dict[str, str]:
    operation, order = asked.operation, asked.order
    document = as_json(order.document if view.may(SEES_PERSONAL) else impersonal(order.document))
    if operation.name == "edit_note" and asked.note is not None:
        return values_of({"title": asked.note.title, "detail": asked.note.detail})
    if operation.name in _OPEN_MONEY:
        open_now = _OPEN_MONEY[operation.name](order.document)
        return {"amount": str(open_now)} if open_now > 0 else {}
    if not operation.edits:
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


# What was changed


def opened_with(said: Mapping[str, str]) -> dict[str, str]:
    """What stood in the fields of a form when it was opened, by what the form says."""
    return {name.removeprefix(WAS): text for name, text in said.items() if name.startswith(WAS)}


def changed(asked: Asked, said: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed, without what was left as it stood when the form was opened; what is given as a whole, whole."""
    if asked.operation.name not in _KEEPS:
        return said
    before = opened_with(said)
    touched = {name.partition("/")[0] for name, text in said.items() if before.get(name, "") != text}
    return {name: text for name, text in said.items() if name.partition("/")[0] in touched}


def emptied(asked: Asked, said: Mapping[str, str]) -> dict[str, Any]:
    """What is given of fields in which something stood, and nothing is left. Raises InvalidInput for one that would
    stay as it was."""
    before, means = opened_with(said), _EMPTIED.get(asked.operation.name, {})
    names = sorted(name for name in before.keys() & said.keys() if "/" not in name and not said[name].strip())
    for name in names:
        if asked.operation.name in _KEEPS and name not in means:
            raise InvalidInput(f"Expected `str` of length >= 1 - at `{name}`")
    return {name: means[name] for name in names if name in means}


def renewed(trail: OrderTrail, view: View, asked: Asked, said: Mapping[str, str]) -> Mapping[str, str]:
    """What a form holds that is shown again after a conflict: what was typed, and elsewhere what is there now; and
    that as what it was opened with."""
    before, now = opened_with(said), prefilled(trail, view, asked)
    untouched = {name for name in before.keys() | now.keys() if said.get(name, "") == before.get(name, "")}
    typed = {name: text for name, text in said.items() if not name.startswith(WAS)}
    return {**typed, **{name: now.get(name, "") for name in untouched}, **was(now)}


def was(values: Mapping[str, str]) -> dict[str, str]:
    """The hidden fields of a form that is opened with these values."""
    return {f"{WAS}{name}": text for name, text in values.items()}
