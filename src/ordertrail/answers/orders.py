"""What is answered of orders, their notes and operations."""

from datetime import datetime
from typing import Any

import msgspec

from ordertrail.notes.model import OrderNote
from ordertrail.orders.model import Order
from ordertrail.reading import PlacedNote


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the record holds it.

    `version` is its last entry, `changed_seq` the entry that last changed the document (its ETag), `head` the digest of
    its last entry, in hex. `order` is null where the caller may work on orders but not see them.
    """

    id: str
    version: int
    changed_seq: int
    head: str
    order: Order | None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list."""

    id: str
    number: str
    status: str
    channel: str
    customer_id: str | None
    customer_name: str | None
    customer_email: str | None
    market: str
    currency: str
    total: str
    balance: str
    placed: datetime
    held_since: datetime | None
    last_activity: datetime
    version: int


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of orders, and the cursor that the next page comes `after`; null on the last."""

    items: list[Listed]
    next: str | None


class NotePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of notes, of System ones with all of their fields, and the cursor that the next page comes `after`."""

    items: list[OrderNote]
    next: str | None


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the feed. Ask again `after` its `next`, on the last page too; null where there is nothing yet."""

    items: list[PlacedNote]
    next: str | None


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an operation is legal now, and if not, why."""

    name: str
    summary: str
    permission: str
    legal: bool
    why_not: str | None
    arguments: dict[str, Any]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one order: its new version, or the problem."""

    order_id: str
    version: int | None = None
    problem: dict[str, Any] | None = None


class OperationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An operation: in which statuses of the order it is legal, its further condition, and what it records.

    `legal_with` are statuses in which it is legal with the argument named only, `permission_with` what an argument
    needs beyond `permission`; `edits` says that it is refused where nothing would change.
    """

    name: str
    summary: str
    permission: str
    permission_with: dict[str, str]
    legal_in: list[str]
    legal_with: dict[str, str]
    condition: str
    records: list[str]
    undone_by: str | None
    edits: bool


class EventTypeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An event type: its category, what it is about, the sentence of its title and when it is recorded."""

    name: str
    category: str
    about: str
    sentence: str
    recorded_when: str
    icon: str
