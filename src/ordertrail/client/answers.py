"""What the service answers with. It is read into the library's own types; a field that is new is passed over."""

from datetime import datetime
from typing import Any

import msgspec

from ordertrail.notes.model import NoteType, OrderActivity, OrderNote
from ordertrail.orders.model import Order


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the record holds it.

    `version` is its last entry, `changed_seq` the entry that last changed the document: what `expected_version` means.
    `head` is the digest of its last entry, in hex. `order` is None where the token's role may not see orders.
    """

    id: str
    version: int
    changed_seq: int
    head: str
    order: Order | None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list. Names and addresses are None where the token's role may not see them."""

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
    """A page of orders, and the cursor that the next page comes `after`; None on the last."""

    items: list[Listed]
    next: str | None


class NotePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of notes, and the cursor that the next page comes `after`; None on the last."""

    items: list[OrderNote]
    next: str | None


class PlacedNote(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, and its position in the log of all orders."""

    position: int
    note: OrderNote


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the feed. Ask again `after` its `next`, on the last page too; None where there is nothing yet."""

    items: list[PlacedNote]
    next: str | None


def note(found: Any) -> OrderNote:
    """A note as it was answered: an OrderActivity if it was recorded, else an OrderNote."""
    kind = OrderActivity if found["type"] == NoteType.SYSTEM.value else OrderNote
    return msgspec.convert(found, kind)
