"""What an operation is, and how one is performed on an order: no I/O, no clock, no randomness."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec

from ordertrail.errors import (
    DiscountTooLarge,
    DuplicateId,
    InvalidInput,
    InvalidText,
    InvalidTime,
    NothingToChange,
    NotPermitted,
    OperationNotAllowed,
    UnknownId,
)
from ordertrail.notes.events import BUILT_IN, EventType
from ordertrail.notes.model import Actor, NoteType, Visibility
from ordertrail.notes.personal import Json
from ordertrail.orders.discounts import taken_off
from ordertrail.orders.model import LONGEST_TEXT, Key, Order, Part, Reason, Text, natural, replaced
from ordertrail.orders.money import ARITHMETIC
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus
from ordertrail.orders.totals import ZERO, costs_the_same, with_totals

EVERY_STATUS = frozenset(OrderStatus)
EDITABLE = frozenset(
    {OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.ON_HOLD, OrderStatus.AWAITING_EXCHANGE}
)
UNDER_WAY = frozenset({OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_SHIPPED})
UNDER_WAY_OR_HELD = UNDER_WAY | {OrderStatus.ON_HOLD}
NOT_CANCELLED = EVERY_STATUS - {OrderStatus.CANCELLED}
OPEN = frozenset(status for status in ShipmentStatus if status.open)

COLLECTIONS = MappingProxyType(
    {
        "line_item": "line_items",
        "shipment": "shipments",
        "payment": "payments",
        "return": "returns",
        "hold": "holds",
        "manual_discount": "manual_discounts",
    }
)
"""The collection of the document that holds each kind of part."""

STATUSES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {"order": OrderStatus, "shipment": ShipmentStatus, "return": ReturnStatus, "payment": PaymentStatus}
)
"""The four life cycles."""


class Arguments(Part, frozen=True, kw_only=True):
    """What an operation is given: types and bounds."""


class OfPart(Arguments, frozen=True, kw_only=True):
    """What is about the order itself, or about one of its parts."""

    line_item: Key | None = None
    shipment: Key | None = None
    payment: Key | None = None
    return_id: Key | None = None


class Move(msgspec.Struct, frozen=True):
    """A change of status that an operation makes: of what, from any of `before`, to any of `after`.

    An empty `before` is a beginning. `given` is the argument with which alone this move is legal.
    """

    life: str
    before: frozenset[str]
    after: frozenset[str]
    given: str | None = None


def move(life: str, before: Iterable[str], after: str | Iterable[str], given: str | None = None) -> Move:
    """A Move, spelt shortly."""
    return Move(life, frozenset(before), frozenset([after] if isinstance(after, str) else after), given)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One activity and the order as it stands after it.

    `labels` fill in the event type's sentence; `data` is what the entry keeps beyond the changes; `erases` are the
    places of the document whose personal values go with this step.
    """

    event: str | None
    order: Order
    subject: str | None = None
    labels: Mapping[str, object] = {}
    data: Mapping[str, Json] = {}
    visibility: Visibility = Visibility.INTERNAL
    revises: int | None = None
    erases: tuple[str, ...] = ()

    @property
    def type(self) -> NoteType:
        """Custom where no event is recorded: a note that a person wrote."""
        return NoteType.CUSTOM if self.event is None else NoteType.SYSTEM


class NoteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an operation on a note must know of it."""

    seq: int
    type: NoteType
    author: tuple[str, str]
    title: str
    detail: str
    visibility: Visibility
    pinned: bool
    deleted: bool


class ShopReason(msgspec.Struct, frozen=True):
    """A reason on the shop's list: its label, and who may release a hold of it (a user's id or a permission)."""

    label: str
    released_by: str | None = None


class Ceilings(msgspec.Struct, frozen=True, kw_only=True):
    """How much a role may refund or take off at once, by currency; a currency that is not there has no ceiling.

    `discount` bounds all that one operation takes off, whichever it is: discounts by hand and of lines and shipments,
    coupons, unit prices lowered, shipping and handling lowered for what goes out unchanged.
    """

    refund: Mapping[str, Decimal] = {}
    discount: Mapping[str, Decimal] = {}


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What an operation may know beyond the order and its arguments.

    `now` is when it happens, `clock` the recorder's clock: facts lie before both. `permissions` is None for who is
    trusted with all. `other` is the second order concerned, `note` the note meant, `sources` the entry that holds
    each personal value of the document.
    """

    now: datetime
    clock: datetime
    actor: Actor
    channel: str
    reasons: Mapping[str, ShopReason] = {}
    events: Mapping[str, EventType] = BUILT_IN
    permissions: frozenset[str] | None = None
    ceilings: Ceilings = Ceilings()
    new_id: str = ""
    new_number: int = 0
    other: Order | None = None
    note: NoteFacts | None = None
    sources: Mapping[str, int] = {}

    def permits(self, permission: str) -> bool:
        """Whether the caller has the permission."""
        return self.permissions is None or permission in self.permissions

    def require(self, permission: str, action: str) -> None:
        """Raise NotPermitted unless the caller has the permission."""
        if not self.permits(permission):
            raise NotPermitted(permission, action)


Steps = list[Step]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table: all that anybody needs to know to offer, check, perform and document the operation.

    `legal_in` is the only rule about the order's status; `legal_with` adds statuses in which it is legal only with the
    argument named. `part` is the kind of part it works on: an argument of that name holds its id, and the moves say
    in which statuses. `available` gives the reason, beyond these statuses, why it is not legal on the order as it
    stands, or None: of an operation on a part that none of them will do, as it says itself of the one that is named.
    `refused_as` is the error that says so, where it has one of its own. `edits` says that all it is there for is to
    change the document: where that would stay as it is, it is refused.
    """

    name: str
    arguments: type[Arguments]
    apply: Callable[[Any, Any, Context], Steps]
    legal_in: frozenset[OrderStatus]
    permission: str
    records: tuple[str, ...]
    condition: str
    moves: tuple[Move, ...] = ()
    part: str | None = None
    refused_as: type[OperationNotAllowed] = OperationNotAllowed
    legal_with: Mapping[OrderStatus, str] = {}
    permission_with: Mapping[str, str] = {}
    available: Callable[[Order], str | None] | None = None
    undone_by: str | None = None
    other: Callable[[Order, Any], str | None] | None = None
    note: bool = False
    history: bool = False
    draws: bool = False
    edits: bool = False

    @property
    def summary(self) -> str:
        """What it does, in a sentence."""
        return (self.apply.__doc__ or "").strip().split("\n")[0]

    @property
    def alone(self) -> bool:
        """Whether all that it writes is one order's row and entries: no second order, nothing erased."""
        return self.other is None and not self.history

    def part_statuses(self, arguments: Any = None) -> frozenset[str]:
        """The statuses of its part from which it is legal, with these arguments; empty if any is."""
        return frozenset(
            status
            for m in self.moves
            if m.life == self.part and (m.given is None or given(arguments, m.given))
            for status in m.before
        )


def given(arguments: Any, name: str) -> bool:
    """Whether the argument was given."""
    return arguments is not None and getattr(arguments, name, None) not in (None, False, ())


Declared = Callable[[Callable[..., Steps]], Operation]


def operation(arguments: type[Arguments], *, legal_in: Iterable[OrderStatus], **row: Any) -> Declared:
    """Declare the function below as an operation: one row of the table."""

    def declare(function: Callable[..., Steps]) -> Operation:
        row.setdefault("condition", "")
        return Operation(
            name=function.__name__, arguments=arguments, apply=function, legal_in=frozenset(legal_in), **row
        )

    return declare


# What every function of an operation uses


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


def happened(value: datetime | None, context: Context, what: str) -> datetime:
    """A fact's own time in UTC (now if none is given). Raises InvalidTime if it lies after that."""
    moment = in_utc(value)
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


class GivenReason(Arguments, frozen=True, kw_only=True):
    """A reason by its code on the shop's list, with a comment."""

    code: str
    comment: Text | None = None


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


# Performing


def refusal(
    operation: Operation, order: Order, why: str, statuses: dict[str, str] | None = None
) -> OperationNotAllowed:
    """An OperationNotAllowed that says how the order stands."""
    return operation.refused_as(operation.name, why, {"order": order.status, **(statuses or {})})


def why_not(operation: Operation, order: Order, arguments: Any = None) -> str | None:
    """Why the operation is not legal on this order as it stands, or None if it is."""
    return (
        _wrong_status(operation, order, arguments)
        or _unavailable(operation, order)
        or _no_part(operation, order, arguments)
    )


def _wrong_status(operation: Operation, order: Order, arguments: Any) -> str | None:
    statuses = operation.legal_in | {s for s, name in operation.legal_with.items() if given(arguments, name)}
    if order.status in statuses:
        return None
    hint = operation.legal_with.get(order.status)
    legal = ", ".join(s for s in OrderStatus if s in statuses) or "no order yet"
    why = f"the order is {order.status}; it is legal for {legal}" + (f", or here with {hint}" if hint else "")
    return "; ".join(filter(None, (why, _unavailable(operation, order))))


def _unavailable(operation: Operation, order: Order) -> str | None:
    return None if operation.available is None else operation.available(order)


def _no_part(operation: Operation, order: Order, arguments: Any) -> str | None:
    """Why no part of the order is in a status from which it is legal."""
    if operation.part is None:
        return None
    parts = getattr(order, COLLECTIONS[operation.part]).values()
    wanted = operation.part_statuses(arguments)
    if not wanted:
        return None if parts else f"the order has no {operation.part.replace('_', ' ')}"
    if any(p.status in wanted for p in parts):
        return None
    return f"no {operation.part} is {_in_words(operation, arguments)}"


def _in_words(operation: Operation, arguments: Any) -> str:
    """The statuses of its part from which it is legal, and those from which it were with an argument not given."""
    ways = [m for m in operation.moves if m.life == operation.part and m.given and not given(arguments, m.given)]
    others = "".join(f" (with {m.given}: {' or '.join(sorted(m.before))})" for m in ways)
    return " or ".join(sorted(operation.part_statuses(arguments))) + others


def _named_part(operation: Operation, order: Order, arguments: Any) -> tuple[str, str, Any] | None:
    """Kind, id and state of the part that the arguments name, if the operation works on one. Raises UnknownId."""
    kind = operation.part
    key = None if kind is None else getattr(arguments, "return_id" if kind == "return" else kind)
    return None if kind is None or key is None else (kind, key, part_of(order, kind, key))


def _check_status(operation: Operation, order: Order, named: tuple[str, str, Any], arguments: Any) -> None:
    kind, key, part = named
    wanted = operation.part_statuses(arguments)
    if wanted and part.status not in wanted:
        why = f"{kind} {key} is {part.status}, and would have to be {_in_words(operation, arguments)}"
        raise refusal(operation, order, why, {subject(kind, key): part.status})


def perform(operation: Operation, order: Order | None, arguments: Arguments, context: Context) -> Steps:
    """The steps of `operation` on `order` (None for a new one), each with its totals.

    Raises NotPermitted, OperationNotAllowed, or what the operation itself refuses.
    """
    context.require(operation.permission, operation.name)
    for name, permission in operation.permission_with.items():
        if given(arguments, name):
            context.require(permission, f"{operation.name} with {name}")
    if order is not None:
        _check(operation, order, arguments)
    with localcontext(ARITHMETIC):
        steps = _with_totals(order, operation.apply(order, arguments, context))
        if context.ceilings.discount:
            _check_discounts(order, steps, context)
    if operation.edits and steps[-1].order == order:
        raise NothingToChange(f"nothing would change: {operation.name} finds all as it is given; say what is to differ")
    return steps


def _check(operation: Operation, order: Order, arguments: Arguments) -> None:
    """Raises UnknownId or OperationNotAllowed."""
    # A part that is not there is the plainer mistake: that is said first. One that is there is looked at by itself, so
    # that what is said is about it and not about all of its kind.
    named = _named_part(operation, order, arguments)
    why = _wrong_status(operation, order, arguments) or _no_part(operation, order, arguments)
    if why is None and named is None:
        why = _unavailable(operation, order)
    if why is not None:
        raise refusal(operation, order, why)
    if named is not None:
        _check_status(operation, order, named, arguments)


def _with_totals(before: Order | None, steps: Steps) -> Steps:
    done: Steps = []
    for step in steps:
        same = before is not None and before.id == step.order.id and costs_the_same(before, step.order)
        done.append(step if same else replaced(step, order=with_totals(step.order)))
        before = done[-1].order
    return done


def _check_discounts(order: Order | None, steps: Steps, context: Context) -> None:
    """Raises DiscountTooLarge where the steps take off more than the role may give."""
    before = {known.id: known for known in (order, context.other) if known is not None}
    after = {step.order.id: step.order for step in steps}
    for order_id, changed in after.items():
        ceiling = context.ceilings.discount.get(changed.currency)
        off = ZERO if ceiling is None else taken_off(before.get(order_id), changed)
        if ceiling is not None and off > ceiling:
            raise DiscountTooLarge(f"{off} {changed.currency} is more than you may take off at once: at most {ceiling}")
