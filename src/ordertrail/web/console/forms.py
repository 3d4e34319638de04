"""Forms drawn from the arguments that an operation declares, and what a form says turned back into arguments.

A field's name is its path in the arguments, joined by "/", which no key holds: `items/1/quantity`.
"""

import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from ordertrail.errors import InvalidInput
from ordertrail.orders.model import LONGEST_TEXT, Order, Return, Shipment, natural
from ordertrail.orders.operations.base import COLLECTIONS, GivenReason, OfPart, Operation, ShopReason
from ordertrail.orders.operations.inputs import NewLineItem, NewShipment
from ordertrail.orders.operations.shipments import returned_quantity, shipped_quantity
from ordertrail.orders.totals import ZERO
from ordertrail.web.console.parts import Counted
from ordertrail.web.console.wording import words

NEW_ROWS = 3
"""How many things that are new a form has room for."""

RECEIVING = "receive_return_items"
"""The operation whose items are those of a return."""

EXCHANGING = "create_exchange_order"
"""The operation whose shipments hold what is on the order that it makes."""

OTHER = "other"
"""The code of a reason that is on no list: it says itself in words."""

LONG = ("detail", "comment", "customer_comment")
"""What is written in several lines."""


class Choice(NamedTuple):
    """One value that can be chosen, and how it reads."""

    value: str
    label: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a form, or with `fields` a group of them.

    `kind` is text, lines, number, whole, wholes, flag, choice, moment, pairs, reason or group.
    """

    name: str
    label: str
    kind: str
    required: bool = False
    value: str = ""
    choices: tuple[Choice, ...] = ()
    fields: tuple["Field", ...] = ()
    longest: int | None = None
    hint: str = ""
    optional: bool = False
    wrong: bool = False


class Known(NamedTuple):
    """What a form is made from beside the arguments: the order, the shop's reasons, what stands in the fields so far,
    and how a part of the order reads."""

    operation: Operation
    order: Order
    reasons: Mapping[str, ShopReason]
    values: Mapping[str, str]
    describe: Callable[[str, str, Any], str]
    hidden: tuple[str, ...] = ()


def fields_of(known: Known) -> tuple[Field, ...]:
    """The fields of an operation's arguments; those `hidden` are known already, and not asked for."""
    found = _members(known.operation.arguments, "", known)
    return tuple(field for field in found if field.name not in known.hidden)


def _members(struct: type[msgspec.Struct], path: str, known: Known) -> tuple[Field, ...]:
    hints = get_type_hints(struct, include_extras=True)
    fields = msgspec.structs.fields(struct)
    asked = [field for field in fields if not _is_left_out(field.name, path, known.operation)]
    # What has to be given comes first, and what it may be about last.
    asked.sort(key=lambda field: (not field.required, field.name in OfPart.__struct_fields__))
    found = (_field(f"{path}{field.name}", hints[field.name], field.required, known) for field in asked)
    return tuple(field for field in found if field.kind != "group" or field.fields)


def _is_left_out(name: str, path: str, operation: Operation) -> bool:
    """What only programs give: ids inside the order are drawn, it knows its currency, and a page what it showed.

    What a new line item brings along to be shipped with holds nothing else.
    """
    if (path, name) == ("new_shipment/", "quantities"):
        return True
    return not path and name in ("id", "currency", "number", "revision") and bool(operation.legal_in)


def _field(name: str, hint: Any, required: bool, known: Known) -> Field:  # noqa: PLR0911 - one line a kind
    kind, optional = unwrapped(hint)
    last = name.rpartition("/")[2]
    choices = _parts(last, known, required)
    common: dict[str, Any] = {"name": name, "label": label(name), "required": required and not optional}
    if GivenReason in get_args(kind) or kind is GivenReason:
        return _reason(common, known)
    if choices is not None:
        return _choice(common, choices, known)
    if kind is bool:
        return _plain({**common, "required": False}, "flag", known)
    if kind in _NUMBERS or get_origin(kind) is tuple:
        return _plain(common, _NUMBERS.get(kind, "wholes"), known)
    if kind is datetime:
        return _plain(common, "moment", known)
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        values = get_args(kind) if get_origin(kind) is Literal else [member.value for member in kind]
        return _choice(common, [Choice(value, value) for value in values], known)
    if get_origin(kind) is dict:
        return _mapping(common, get_args(kind)[1], known)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _group(common, _members(kind, f"{name}/", known), optional=optional or not required)
    return _plain(common, "lines" if last in LONG else "text", known, longest=_longest(hint))


_NUMBERS = {Decimal: "number", int: "whole"}


def label(name: str) -> str:
    """A field's name, or its path in the arguments, as its label, in English."""
    last = name.rpartition("/")[2]
    return LABELS_WITHIN.get(last, words(last)) if last != name else words(last)


LABELS_WITHIN = {"close": "Close this item: no more of it comes"}
"""What is called otherwise for one of several things than for all of them, where a form asks for both."""


HINTS = {
    "initiator": "Who wanted it: customer, shop …",
    "pick_list": "One that is there, or a new name.",
    "overpayment": "Only where more than is open really came.",
}
"""What a field's label does not say."""


OPEN = ("items",)
"""Groups that are what a form is for, though they need not be filled in."""


def blamed(fields: Iterable[Field], why: str) -> tuple[Field, ...]:
    """The fields, that one marked `wrong` which a reason is about: it names its place, such as "`quantity` - at
    `items[...]`", or begins with what stands in it. Where several could be meant none is marked."""
    fields = tuple(fields)
    leaves = list(_leaves(fields))
    outer_first = [place.replace("[...]", ".*").replace(".", "/") for place in reversed(re.findall(r"`([^`]+)`", why))]
    if outer_first:
        meant = _at(leaves, "/".join(outer_first), missing="missing required" in why)
    else:
        quoted = why.split(" ", maxsplit=1)[0].strip("'")
        meant = {one.name for one in leaves if one.value and one.value.replace(",", ".") == quoted}
    return _marked(fields, meant) if len(meant) == 1 else fields


def _leaves(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield from _leaves(field.fields) if field.fields else (field,)


def _at(leaves: Sequence[Field], place: str, *, missing: bool) -> set[str]:
    """The fields that a place can mean: of several things those in which it is missing, or in which it is filled in."""
    if "*" not in place:
        return {one.name for one in leaves if one.name == place or (one.required and one.name.startswith(f"{place}/"))}
    filled_in = {one.name.rpartition("/")[0] for one in leaves if one.value}
    there = [one for one in leaves if fnmatchcase(one.name, place)]
    return {one.name for one in there if bool(one.value) is not missing and one.name.rpartition("/")[0] in filled_in}


def _marked(fields: Iterable[Field], meant: Set[str]) -> tuple[Field, ...]:
    return tuple(
        msgspec.structs.replace(field, fields=_marked(field.fields, meant), wrong=field.name in meant)
        for field in fields
    )


def _plain(common: Mapping[str, Any], kind: str, known: Known, longest: int | None = None) -> Field:
    hint = HINTS.get(common["name"].rpartition("/")[2], "")
    return Field(**common, kind=kind, value=known.values.get(common["name"], ""), longest=longest, hint=hint)


def _choice(common: Mapping[str, Any], choices: Iterable[Choice], known: Known) -> Field:
    return Field(**common, kind="choice", choices=tuple(choices), value=known.values.get(common["name"], ""))


def _group(common: Mapping[str, Any], fields: tuple[Field, ...], *, optional: bool) -> Field:
    return Field(**{**common, "required": False}, kind="group", fields=fields, optional=optional)


def _reason(common: Mapping[str, Any], known: Known) -> Field:
    chosen = known.values.get(f"{common['name']}/code", "")
    reasons = offered(known.reasons, known.operation.name, chosen)
    return reason_field(common["name"], common["label"], known.values, reasons, required=common["required"])


def offered(reasons: Mapping[str, ShopReason], operation: str, chosen: str = "") -> dict[str, ShopReason]:
    """The reasons of a shop that are meant for an operation, and the one that is chosen already."""
    return {code: reason for code, reason in reasons.items() if reason.is_for(operation) or code == chosen}


def reason_field(
    name: str, title: str, values: Mapping[str, str], reasons: Mapping[str, ShopReason], *, required: bool = False
) -> Field:
    """A reason of the shop's list, and a comment, which one that is on no list needs."""
    listed = [Choice(code, reason.label) for code, reason in reasons.items()]
    code = Field(
        name=f"{name}/code",
        label=title,
        kind="choice",
        required=required,
        choices=(*listed, Choice(OTHER, "Other")),
        value=values.get(f"{name}/code", ""),
    )
    comment = Field(
        name=f"{name}/comment",
        label="Comment",
        kind="lines",
        value=values.get(f"{name}/comment", ""),
        longest=LONGEST_TEXT,
        hint="Needed where the reason is another one.",
    )
    return Field(name=name, label=title, kind="reason", fields=(code, comment))


def _parts(name: str, known: Known, required: bool) -> list[Choice] | None:
    """The parts of the order that a field of this name can mean; None where it means none."""
    operation, order = known.operation, known.order
    kind = {"return_id": "return"}.get(name, name)
    collection = COLLECTIONS.get(kind)
    if operation.name == "remove_manual_discount" and name == "discount":
        kind, collection = "manual_discount", "manual_discounts"
    if operation.name == "remove_coupon" and name == "code":
        kind, collection = "coupon", "coupons"
    if operation.name == "remove_attribute" and name == "key":
        kind, collection = "attribute", "attributes"
    if collection is None:
        return None
    parts = getattr(order, collection)
    wanted = operation.part_statuses() if kind == operation.part else frozenset()
    return [
        Choice(key, known.describe(kind, key, parts[key]))
        for key in natural(parts)
        if not wanted or not required or parts[key].status in wanted
    ]


def _mapping(common: Mapping[str, Any], item: Any, known: Known) -> Field:
    """A group with a part for each thing that can be meant; or lines of a key and a text."""
    kind, _ = unwrapped(item)
    name = common["name"]
    keys = _keys(name.rpartition("/")[2], kind, known)
    if keys is None:
        return _plain(common, "pairs", known)
    fields = []
    for key, title in keys:
        one = {"name": f"{name}/{key}", "label": title, "required": False}
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            members = _members(kind, f"{name}/{key}/", known)
            # Whether it is meant at all is for whoever fills it in to say.
            fields.append(_group(one, tuple(map(_not_required, members)), optional=False))
        else:
            fields.append(_plain(one, "number", known))
    return _group(common, tuple(fields), optional=not common["required"] and name not in OPEN)


def _not_required(field: Field) -> Field:
    return msgspec.structs.replace(field, required=False, fields=tuple(map(_not_required, field.fields)))


def _keys(name: str, kind: Any, known: Known) -> list[Choice] | None:
    """What the keys of a mapping can be."""
    order = known.order
    if kind in (NewLineItem, NewShipment):
        return [Choice(str(number), str(number)) for number in range(1, NEW_ROWS + 1)]
    if name == "quantities" and known.operation.name == EXCHANGING:
        return [Choice(key, known.describe("new_line", key, None)) for key in map(str, range(1, NEW_ROWS + 1))]
    if name in ("quantities", "items", "line_items"):
        return [Choice(key, _line(name, key, known)) for key in _lines(name, known)]
    if name in ("shipments", "payments"):
        parts = getattr(order, name)
        return [Choice(key, known.describe(name[:-1], key, parts[key])) for key in natural(parts)]
    return None


def _lines(name: str, known: Known) -> list[str]:
    """The line items that can be meant: those of the shipment or the return that the form is about, or of prices those
    that it does not ask for anyway."""
    shipment, ret = _about(known)
    if name == "quantities" and shipment is not None:
        return natural(shipment.quantities)
    if name == "items" and ret is not None and known.operation.name == RECEIVING:
        return natural(ret.items)
    changed = known.values.get("line_item") if name == "line_items" else None
    return [key for key in natural(known.order.line_items) if key != changed]


def _about(known: Known) -> tuple[Shipment | None, Return | None]:
    """The shipment and the return that a form is about, where it is about one."""
    order, values = known.order, known.values
    return order.shipments.get(values.get("shipment", "")), order.returns.get(values.get("return_id", ""))


def _line(name: str, key: str, known: Known) -> str:
    """A line item where a form asks how much of it, with how much there is."""
    order, (shipment, ret) = known.order, _about(known)
    item, described = order.line_items[key], known.describe
    names = [other.name for other in order.line_items.values()]
    title = item.name if names.count(item.name) == 1 else described("line_item", key, item)
    if name == "items" and ret is not None and known.operation.name == RECEIVING:
        announced = ret.items[key]
        return described("announced_line", key, Counted(title, announced.quantity, announced.received or ZERO))
    if name == "items":
        returned = returned_quantity(order, key, without=known.values.get("return_id"))
        return described("shipped_line", key, Counted(title, shipped_quantity(order, key), returned))
    if name == "quantities" and shipment is not None:
        return described("held_line", key, Counted(title, shipment.quantities[key]))
    return described("line_item", key, item)


def unwrapped(hint: Any) -> tuple[Any, bool]:
    """A type without what is annotated to it, and whether it may be None."""
    if get_origin(hint) is Annotated:
        return unwrapped(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        several = [one for one in get_args(hint) if one is not type(None)]
        optional = len(several) < len(get_args(hint))
        if len(several) == 1:
            return unwrapped(several[0])[0], optional
        return hint, optional
    return hint, False


def _longest(hint: Any) -> int | None:
    """How many characters a text may have, where that is said."""
    for part in (hint, *get_args(hint)):
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, msgspec.Meta) and meta.max_length is not None:
                return meta.max_length
    return None


# From a form to arguments


def arguments_of(
    fields: Iterable[Field],
    said: Mapping[str, str],
    number: Callable[[str], str] = str.strip,
    moment: Callable[[str], datetime | None] = lambda _: None,
) -> dict[str, Any]:
    """What was typed as an operation's arguments; what was left empty is not given.

    `number` and `moment` read what people type; a moment that cannot be read is left as it is, to be refused. Raises
    InvalidInput, by the field, for what `number` refuses.
    """
    found: dict[str, Any] = {}
    for field in fields:
        value = _value(field, said, number, moment)
        if value not in (None, "", {}):
            found[field.name.rpartition("/")[2]] = value
    return found


def _value(
    field: Field, said: Mapping[str, str], number: Callable[[str], str], moment: Callable[[str], datetime | None]
) -> Any:
    if field.kind == "group":
        return arguments_of(field.fields, said, number, moment)
    if field.kind == "reason":
        return _reason_said(arguments_of(field.fields, said))
    text = said.get(field.name, "")
    if not text.strip():
        return None
    readers: dict[str, Callable[[str], Any]] = {
        "flag": bool,
        "number": lambda typed: _number(field, typed, number),
        "moment": lambda typed: moment(typed) or typed,
        "pairs": lambda typed: _pairs(field, typed),
        "whole": _whole,
        "wholes": lambda typed: [_whole(part) for part in typed.replace(",", " ").split()],
        "lines": str,
    }
    return readers.get(field.kind, str.strip)(text)


def _number(field: Field, text: str, number: Callable[[str], str]) -> str:
    try:
        return number(text)
    except InvalidInput as error:
        raise InvalidInput(f"{error} - at `{_place(field)}`") from None


def _place(field: Field) -> str:
    """Where it is in what is given, as errors name places."""
    return field.name.replace("/", ".")


def _whole(text: str) -> Any:
    """A whole number; what is none is left as it is, to be refused."""
    typed = text.strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else typed


def _reason_said(said: dict[str, str]) -> Any:
    """A reason: one that is on no list is what the comment says, and a blank, which is refused, where that is empty."""
    return said.get("comment", " ") if said.get("code", OTHER) == OTHER and said else said


def _pairs(field: Field, text: str) -> dict[str, str]:
    """Names with their values. Raises InvalidInput for a line without a colon, and a name that is there twice."""
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or name in found:
            wrong = "is there twice" if colon else "has no colon after a name"
            raise InvalidInput(f"{name[:50]!r} {wrong}: write one a line, name: value - at `{_place(field)}`")
        found[name] = value
    return found


def all_in_one(lines: Mapping[str, Any], shipments: Mapping[str, Any]) -> dict[str, Any]:
    """The shipments of a new order: the only one takes all that is ordered, unless it is said what it holds."""
    if len(shipments) != 1:
        return dict(shipments)
    ((key, only),) = shipments.items()
    quantities = {line: given["quantity"] for line, given in lines.items() if "quantity" in given}
    return {key: {"quantities": quantities, **only}}


def values_of(arguments: Mapping[str, Any], path: str = "") -> dict[str, str]:
    """Arguments as a form's fields hold them: the other way round."""
    found: dict[str, str] = {}
    for name, value in arguments.items():
        if isinstance(value, Mapping):
            found |= values_of(value, f"{path}{name}/")
        elif value not in (None, ""):
            found[f"{path}{name}"] = str(value)
    return found
