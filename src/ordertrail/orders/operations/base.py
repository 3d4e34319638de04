"""What an operation is, and what it knows: a row of the table, its arguments, its context, its steps."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec

from ordertrail.errors import (
    NotPermitted,
    OperationNotAllowed,
)
from ordertrail.notes.events import BUILT_IN, EventType
from ordertrail.notes.model import Actor, NoteType, Visibility
from ordertrail.notes.personal import Json
from ordertrail.orders.model import Key, Order, Part, Text
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus

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
    """What an operation on a note must know of it; `revision`, the entry that gave it its text, where that is asked."""

    seq: int
    type: NoteType
    author: tuple[str, str]
    title: str
    detail: str
    visibility: Visibility
    pinned: bool
    deleted: bool
    revision: int | None = None


class ShopReason(msgspec.Struct, frozen=True):
    """A reason on the shop's list: its label, and who may release a hold of it (a user's id or a permission).

    It is offered for these `operations`, or for all where none is named; the record takes it for any.
    """

    label: str
    released_by: str | None = None
    operations: tuple[str, ...] = ()

    def is_for(self, operation: str) -> bool:
        """Whether it is offered for an operation."""
        return not self.operations or operation in self.operations


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
    stands, or None: of an operation on a part that none of them will do. `unsuited` gives the reason, beyond its
    status, why one of these parts will not do. `refused_as` is the error that says so, where it has one of its own.
    `edits` says that all it is there for is to change the document: where that would stay as it is, it is refused;
    `beside` that it leaves the document as it is, and records something beside it.
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
    unsuited: Callable[[Order, str], str | None] | None = None
    undone_by: str | None = None
    other: Callable[[Order, Any], str | None] | None = None
    note: bool = False
    history: bool = False
    draws: bool = False
    edits: bool = False
    beside: bool = False

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


class GivenReason(Arguments, frozen=True, kw_only=True):
    """A reason by its code on the shop's list, with a comment."""

    code: str
    comment: Text | None = None
