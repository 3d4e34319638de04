"""What an order note is: a Custom one that a person wrote, or a System one, which is an order activity."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from ordertrail.notes.personal import Change


class NoteType(StrEnum):
    """Who made it: a person by hand, or the system."""

    CUSTOM = "Custom"
    SYSTEM = "System"


class Visibility(StrEnum):
    """Who may read it: colleagues, or the customer too."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


class ActorKind(StrEnum):
    """What kind of who."""

    USER = "user"
    CUSTOMER = "customer"
    APP = "app"
    SYSTEM = "system"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. The id is a pseudonym and stays for ever; label, address and user agent can be erased."""

    id: str
    kind: ActorKind = ActorKind.USER
    label: str | None = None
    on_behalf_of: str | None = None
    address: str | None = None
    user_agent: str | None = None


class OrderNote(msgspec.Struct, frozen=True, kw_only=True):
    """A note of an order.

    `created` is when it happened, `recorded` when it was written down. A Custom note shows its latest text; `edited`
    and `deleted` say when that changed, `deleted_by` and `deletion_reason` (its `code`, `label` and `comment`) by whom
    and why, where that was said. Where personal data was erased, `erased` is true and the text is gone.
    """

    id: str
    order_id: str
    seq: int
    created: datetime
    recorded: datetime
    type: NoteType
    title: str
    detail: str
    actor: Actor
    channel: str
    category: str
    event_type: str | None = None
    subject: str | None = None
    visibility: Visibility = Visibility.INTERNAL
    pinned: bool = False
    edited: datetime | None = None
    deleted: datetime | None = None
    deleted_by: Actor | None = None
    deletion_reason: Mapping[str, str] | None = None
    erased: bool = False

    @property
    def customer_id(self) -> str:
        """Who wrote it: the original system's name for it."""
        return self.actor.id

    @property
    def line_item_id(self) -> str | None:
        """The line item that it is about, if it is about one."""
        kind, _, key = (self.subject or "").partition("/")
        return key if kind == "line_item" else None


class OrderActivity(OrderNote, frozen=True, kw_only=True):
    """A System note: what happened, through which operation, and what it changed."""

    operation: str
    from_status: str | None = None
    to_status: str | None = None
    changes: tuple[Change, ...] = ()
    data: Mapping[str, Any] = {}
    cause: str | None = None
    revises: int | None = None


class NoteRevision(msgspec.Struct, frozen=True, kw_only=True):
    """One text that a Custom note had: the first, or one that an edit gave it."""

    seq: int
    created: datetime
    actor: Actor
    title: str
    detail: str
    visibility: Visibility
    erased: bool = False
