"""Who comes in, what is made for others, and where what happens is sent: the service's own side, as methods."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from ordertrail.answers import AccessPage, AddedWebhook, Attempt, CreatedToken, Link, RoleFacts, Token, User, Webhook
from ordertrail.notes.model import OrderActivity

T = TypeVar("T")


class ClientOfService:
    """What a client can do beside orders. Each raises NotPermitted where the token's role may not."""

    def _read(self, path: str, params: Mapping[str, Any]) -> httpx.Response:
        raise NotImplementedError

    def _write(self, method: str, path: str, body: Any, expected: int | None, key: str | None) -> httpx.Response:
        raise NotImplementedError

    def _made(self, kind: type[T], method: str, path: str, body: Any, key: str | None = None) -> T:
        return msgspec.json.decode(self._write(method, path, body, None, key).content, type=kind)

    def _all(self, kind: type[T], path: str, **params: Any) -> list[T]:
        return msgspec.json.decode(self._read(path, params).content, type=list[kind])  # type: ignore[valid-type]

    # Who comes in

    def users(self) -> list[User]:
        """All users by their names."""
        return self._all(User, "users")

    def create_user(
        self, user_id: str, *, role: str, password: str, label: str | None = None, idempotency_key: str | None = None
    ) -> User:
        """Add a user."""
        body = {"id": user_id, "role": role, "password": password, "label": label}
        return self._made(User, "POST", "users", body, idempotency_key)

    def change_user(
        self,
        user_id: str,
        *,
        label: str | None = None,
        role: str | None = None,
        password: str | None = None,
        disabled: bool | None = None,
    ) -> User:
        """Change a user; what is not given stays."""
        body = {"label": label, "role": role, "password": password, "disabled": disabled}
        return self._made(User, "PATCH", f"users/{part(user_id)}", body)

    def roles(self) -> list[RoleFacts]:
        """All roles: ordertrail's, then the shop's own."""
        return self._all(RoleFacts, "roles")

    def define_role(
        self,
        name: str,
        *,
        whom: str,
        permissions: Iterable[str],
        refund_ceilings: Mapping[str, Decimal] | None = None,
        discount_ceilings: Mapping[str, Decimal] | None = None,
    ) -> RoleFacts:
        """Define a role of the shop's own, or change it."""
        body = {
            "whom": whom,
            "permissions": list(permissions),
            "refund_ceilings": dict(refund_ceilings or {}),
            "discount_ceilings": dict(discount_ceilings or {}),
        }
        return self._made(RoleFacts, "PUT", f"roles/{part(name)}", body)

    def remove_role(self, name: str) -> None:
        """Remove a role of the shop's own that nobody has."""
        self._write("DELETE", f"roles/{part(name)}", {}, None, None)

    def tokens(self) -> list[Token]:
        """All tokens, the oldest first, with those that have ended."""
        return self._all(Token, "tokens")

    def create_token(
        self, name: str, *, role: str, expires: datetime | None = None, idempotency_key: str | None = None
    ) -> CreatedToken:
        """Make a token. Its text is in this answer and nowhere else."""
        body = {"name": name, "role": role, "expires": expires}
        return self._made(CreatedToken, "POST", "tokens", body, idempotency_key)

    def revoke_token(self, token_id: str) -> Token:
        """Revoke a token: it lets nobody in from now on."""
        return self._made(Token, "DELETE", f"tokens/{part(token_id)}", {})

    def access_page(self, **filters: Any) -> AccessPage:
        """A page of who came in, was refused and looked; `filters` are the parameters of `GET /v1/accesses`."""
        return msgspec.json.decode(self._read("accesses", filters).content, type=AccessPage)

    def accesses(self, **filters: Any) -> Iterator[OrderActivity]:
        """Who came in, was refused and looked, the last first, page by page as they are asked for."""
        after = filters.pop("after", None)
        while True:
            page = self.access_page(after=after, **filters)
            yield from page.items
            after = page.next
            if after is None:
                return

    def give_link(self, order_id: str, *, days: int = 30, idempotency_key: str | None = None) -> Link:
        """A link by which a customer reads what is for them of an order."""
        return self._made(Link, "POST", f"orders/{part(order_id)}/links", {"days": days}, idempotency_key)

    # Where what happens is sent

    def webhooks(self) -> list[Webhook]:
        """All webhooks, the oldest first."""
        return self._all(Webhook, "webhooks")

    def webhook(self, webhook_id: str) -> Webhook:
        """One of them."""
        return msgspec.json.decode(self._read(f"webhooks/{part(webhook_id)}", {}).content, type=Webhook)

    def add_webhook(
        self,
        url: str,
        *,
        description: str = "",
        event_types: Iterable[str] | None = None,
        personal: bool = False,
        after: int | None = None,
        idempotency_key: str | None = None,
    ) -> AddedWebhook:
        """Add a webhook. Its secret is in this answer and nowhere else."""
        body = {
            "url": url,
            "description": description,
            "event_types": None if event_types is None else list(event_types),
            "personal": personal,
            "after": after,
        }
        return self._made(AddedWebhook, "POST", "webhooks", body, idempotency_key)

    def change_webhook(self, webhook_id: str, **changes: Any) -> Webhook:
        """Change a webhook; `changes` are the members of the body of `PATCH /v1/webhooks/{id}`."""
        return self._made(Webhook, "PATCH", f"webhooks/{part(webhook_id)}", changes)

    def remove_webhook(self, webhook_id: str) -> None:
        """Remove a webhook."""
        self._write("DELETE", f"webhooks/{part(webhook_id)}", {}, None, None)

    def webhook_attempts(self, webhook_id: str, *, limit: int = 50) -> list[Attempt]:
        """The last attempts to deliver to a webhook, the last first."""
        return self._all(Attempt, f"webhooks/{part(webhook_id)}/attempts", limit=limit)

    def replay_webhook(self, webhook_id: str, *, after: int, idempotency_key: str | None = None) -> Webhook:
        """Send again all that comes after a position of the feed; -1 is from the very beginning."""
        return self._made(Webhook, "POST", f"webhooks/{part(webhook_id)}/replay", {"after": after}, idempotency_key)


def part(text: str) -> str:
    """One part of a path, whatever it holds."""
    return quote(text, safe="")
