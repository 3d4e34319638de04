"""Who calls: an actor, the channel through which they come in, and what their role allows."""

from collections.abc import Callable

import msgspec

from ordertrail.notes.model import Actor
from ordertrail.orders.operations.base import Ceilings


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has shown who they are."""

    actor: Actor
    channel: str
    role: str
    permissions: frozenset[str]
    ceilings: Ceilings = Ceilings()

    def may(self, permission: str) -> bool:
        """Whether the role has the permission."""
        return permission in self.permissions


Authenticate = Callable[[str], Caller | None]
"""Whom a bearer token names; None where it is unknown, expired or revoked, which nobody outside is told apart."""
