"""What the functions of operations have in common: parts and their ids, times, reasons, refusals."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from ordertrail.errors import DuplicateId, InvalidInput, InvalidText, InvalidTime, OperationNotAllowed, UnknownId
from ordertrail.notes.personal import Json
from ordertrail.orders.model import LONGEST_TEXT, Order, Reason, natural, replaced
from ordertrail.orders.operations.base import COLLECTIONS, Context, GivenReason, OfPart, Operation


def part_of(order: Order, kind: str, key: str) -> Any:
    """The line item, shipment, payment, return or hold of this id. Raises UnknownId."""
    collection = getattr(order, COLLECTIONS[kind])
    if key not in collection:
        raise UnknownId(kind.replace("_", " "), key, natural(collection))
    return collection[key]


def meant(order: Order, arguments: OfPart) -> tuple[str, str] | None:
    """Kind and id of the part that the arguments name; None for the order itself. Raises UnknownId."""
    named = {
        "line_item": arguments.line_item,
        "shipment": arguments.shipment,
        "payment": arguments.payment,
        "return": arguments.return_id,
    }
    parts = [(kind, key) for kind, key in named.items() if key is not None]
    if len(parts) > 1:
        raise InvalidInput("give one of line_item, shipment, payment and return_id, or none for the order itself")
    if not parts:
        return None
    part_of(order, *parts[0])
    return parts[0]


def with_part(order: Order, kind: str, key: str, /, **fields: Any) -> Order:
    """`order` with other `fields` of one of its parts."""
    name = COLLECTIONS[kind]
    collection = getattr(order, name)
    return replaced(order, **{name: {**collection, key: replaced(collection[key], **fields)}})


def with_new(order: Order, kind: str, key: str, part: Any) -> Order:
    """`order` with one part more, and its id counted."""
    name = COLLECTIONS[kind]
    counters = order.counters
    if counted(key) > counters.get(kind, 0):
        counters = {**counters, kind: counted(key)}
    return replaced(order, counters=counters, **{name: {**getattr(order, name), key: part}})


def counted(key: str) -> int:
    """The number that an id is, so that those drawn later are above it; 0 for others, and for numbers too long for it.

    Those of up to 15 digits stay exact as JSON numbers everywhere.
    """
    return int(key) if key.isdigit() and len(key) <= 15 else 0


def _taken(order: Order, kind: str) -> set[str]:
    return {*getattr(order, COLLECTIONS[kind]), *(order.removed_line_items if kind == "line_item" else ())}


def next_id(order: Order, kind: str) -> str:
    """An id that no part of this kind has or had."""
    taken, number = _taken(order, kind), order.counters.get(kind, 0) + 1
    while str(number) in taken:
        number += 1
    return str(number)


def new_id(order: Order, kind: str, wanted: str | None) -> str:
    """The id `wanted` for a new part, or else the next. Raises DuplicateId."""
    if wanted is not None and wanted in _taken(order, kind):
        name = kind.replace("_", " ")
        raise DuplicateId(f"{name} {wanted} is on this order, or was once: give another id, or none")
    return wanted or next_id(order, kind)


def in_utc(value: datetime | None) -> datetime | None:
    """The same moment in UTC, where one is given. Raises InvalidTime where UTC has no such year."""
    try:
        return None if value is None else value.astimezone(UTC)
    except OverflowError:
        raise InvalidTime(f"{value} lies outside the years 1 to 9999 in UTC: give another time") from None


_YEARS = range(1900, 3000)
"""The years that a time of an order lies in: others are slips, and near the ends of the calendar a time has no local
time everywhere."""


def dated(value: datetime | None) -> datetime | None:
    """A time that an order is to keep, in UTC, where one is given. Raises InvalidTime for years that are a slip."""
    moment = in_utc(value)
    if moment is not None and moment.year not in _YEARS:
        raise InvalidTime(
            f"{moment.isoformat()} lies outside the years 1900 to 2999: give a time within them, "
            "such as 2026-01-31T12:00:00Z"
        )
    return moment


def happened(value: datetime | None, context: Context, what: str) -> datetime:
    """A fact's own time in UTC (now if none is given). Raises InvalidTime if it lies after that, or before 1900."""
    moment = dated(value)
    if moment is None:
        return context.now
    if moment > context.clock:
        raise InvalidTime(f"{what} lies in the future ({moment.isoformat()}): give a time up to now")
    if moment > context.now:
        raise InvalidTime(
            f"{what} ({moment.isoformat()}) lies after {context.now.isoformat()}, when this is said to have happened: "
            "give a time up to then"
        )
    return moment


def reason(value: "GivenReason | str", context: Context) -> Reason:
    """A reason as the document keeps it: the code with the label that it has now; plain text is code `other`."""
    given_reason = value if isinstance(value, GivenReason) else GivenReason(code=value)
    listed = context.reasons.get(given_reason.code)
    if listed is not None:
        return Reason(code=given_reason.code, label=listed.label, comment=given_reason.comment)
    if isinstance(value, GivenReason):
        raise UnknownId("reason", value.code, context.reasons, "the shop's list")
    if not value.strip() or len(value) > LONGEST_TEXT:
        raise InvalidText(f"a reason is a code of the shop's list, or a text of 1 to {LONGEST_TEXT:,} characters")
    return Reason(code="other", label="Other", comment=value)


def told(value: "GivenReason | str | None", context: Context) -> tuple[str, dict[str, Json]]:
    """A reason that need not be given: its label for a title, and the data that the entry keeps of it."""
    if value is None:
        return "no reason given", {}
    why = reason(value, context)
    return why.label, {"reason": plain(why)}


def plain(value: Any) -> Json:
    """A part of the document as plain JSON."""
    return msgspec.to_builtins(value)


def unless_any(reasons: Iterable[str | None]) -> str | None:
    """Why none of several parts will do: all their reasons, or None where one has none (or where there is no part)."""
    found = list(reasons)
    return None if None in found else "; ".join(filter(None, found)) or None


def subject(kind: str, key: str) -> str:
    """What an activity is about, such as "shipment/1"."""
    return f"{kind}/{key}"


def refusal(
    operation: Operation, order: Order, why: str, statuses: dict[str, str] | None = None
) -> OperationNotAllowed:
    """An OperationNotAllowed that says how the order stands."""
    return operation.refused_as(operation.name, why, {"order": order.status, **(statuses or {})})
