"""What the HTTP API answers with, as types: the service makes them, and its client reads them.

Money is text, times are in UTC. A problem is told by its type.
"""

import re
from datetime import datetime

import msgspec

from ordertrail.notes.model import OrderNote
from ordertrail.orders.model import Order
from ordertrail.reading import PlacedNote

PREFIX = "urn:ordertrail:problem:"
"""How the types of problems begin."""


def name_of(error: type[Exception]) -> str:
    """The name of an error's class in kebab case: `operation-not-allowed`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", error.__name__).lower()


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
