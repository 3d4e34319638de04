"""What is answered of who comes in, and of webhooks."""

from datetime import datetime
from decimal import Decimal

import msgspec

from ordertrail.notes.model import OrderActivity


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A user, without what is kept of their password. `id` is a pseudonym, as it stays in the history for ever."""

    id: str
    label: str
    role: str
    created: datetime
    created_by: str
    disabled: datetime | None = None
    has_password: bool = False


class RoleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A role: what it may do, and how much it may refund and take off at once, by currency."""

    name: str
    whom: str
    permissions: list[str]
    refund_ceilings: dict[str, Decimal]
    discount_ceilings: dict[str, Decimal]


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What may be known of a token: neither its secret nor the digest of it."""

    id: str
    name: str
    role: str
    created: datetime
    created_by: str
    expires: datetime | None = None
    revoked: datetime | None = None

    def ended(self, now: datetime) -> bool:
        """Whether it lets nobody in any more."""
        return self.revoked is not None or (self.expires is not None and self.expires <= now)


class CreatedToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new token, and its text, which is shown this once: null where it was made before, under the same key."""

    token: Token
    text: str | None


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it is put behind `?link=`, and until when it holds."""

    link: str
    expires: datetime


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook, without its secret. `delivered_until` is the position up to which all is delivered, or `waiting`.

    `failures` are those in a row, since something was last delivered. One that is switched off says since when and why.
    """

    id: str
    url: str
    description: str
    event_types: list[str] | None
    personal: bool
    created: datetime
    created_by: str
    delivered_until: int
    waiting: int
    failures: int
    switched_off: datetime | None = None
    switched_off_because: str | None = None


class AddedWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A new webhook, and the secret that its messages are signed with, which is shown this once: null where it
    was added before, under the same key."""

    webhook: Webhook
    secret: str | None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt to deliver the entry at a position of the feed."""

    at: datetime
    position: int
    milliseconds: int
    status: int | None
    error: str | None


class AccessPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of what the system streams hold, and the cursor that the next page comes `after`."""

    items: list[OrderActivity]
    next: str | None
