"""Endpoints: where webhooks go, what of, and how far they have come."""

from secrets import token_hex
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from ordertrail.answers import Attempt, Webhook
from ordertrail.errors import InvalidInput, NotFound
from ordertrail.notes.times import micros, moment
from ordertrail.reading import log_size
from ordertrail.reading.notes import checked_event_type
from ordertrail.store.base import Transaction
from ordertrail.streams import By, Happening
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.acting import by_whom
from ordertrail.web.auth.names import checked_name
from ordertrail.web.webhooks.addresses import checked_url, reached
from ordertrail.web.webhooks.signing import draw_secret

MOST_EVENT_TYPES = 200


class UnknownWebhook(NotFound):
    """There is no such webhook."""


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new webhook: where it goes, of which event types (all, and notes, without any), and from which position on.

    Without `personal`, what is personal in its messages reads "[hidden]". It begins with what happens from now on, or
    after the position `after` of the feed; -1 is from the very beginning.
    """

    url: str
    description: str = ""
    event_types: list[str] | None = None
    personal: bool = False
    after: int | None = None


class WebhookChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be another; what is not given stays. With `enabled` one that was switched off goes on."""

    url: str | None = None
    description: str | None = None
    event_types: list[str] | msgspec.UnsetType | None = msgspec.UNSET
    personal: bool | None = None
    enabled: bool | None = None


def add_webhook(
    trail: OrderTrail, wanted: NewWebhook, *, networks: tuple[str, ...] = (), by: By | str
) -> tuple[str, str]:
    """A new webhook's id, and its secret, which nobody can show again. Raises InvalidInput."""
    maker, tables = by_whom(by), trail.store.tables
    reached(checked_url(wanted.url), networks)
    webhook_id, secret = token_hex(8), draw_secret()
    row = {
        "endpoint_id": webhook_id,
        "url": wanted.url,
        "description": _checked_description(wanted.description),
        "event_types": _checked_events(wanted.event_types),
        "personal": int(wanted.personal),
        "secret": secret,
        "created": micros(trail.clock()),
        "created_by": maker.actor.id,
        "due": 0,
        "failures": 0,
    }
    with trail.store.writing() as transaction:
        size = log_size(transaction, tables)
        after = size - 1 if wanted.after is None else wanted.after
        transaction.execute(insert(tables.webhook_endpoints).values(**row, next_position=_checked_after(after, size)))
        _record(trail, transaction, "WebhookAdded", maker, webhook_id)
    return webhook_id, secret


def list_webhooks(trail: OrderTrail) -> list[Webhook]:
    """All of them, the oldest first."""
    endpoints = trail.store.tables.webhook_endpoints
    with trail.store.reading() as transaction:
        rows = transaction.rows(select(endpoints).order_by(endpoints.c.created, endpoints.c.endpoint_id))
        return [_webhook(transaction, trail.store.tables, row) for row in rows]


def webhook_named(trail: OrderTrail, webhook_id: str) -> Webhook:
    """One of them. Raises UnknownWebhook."""
    with trail.store.reading() as transaction:
        return _webhook(transaction, trail.store.tables, _found(transaction, trail.store.tables, webhook_id))


def change_webhook(
    trail: OrderTrail, webhook_id: str, changes: WebhookChanges, *, networks: tuple[str, ...] = (), by: By | str
) -> None:
    """Change a webhook. Raises UnknownWebhook and InvalidInput."""
    tables, who = trail.store.tables, by_whom(by)
    if changes.url is not None:
        reached(checked_url(changes.url), networks)
    values = _values(changes, micros(trail.clock()))
    with trail.store.writing() as transaction:
        _found(transaction, tables, webhook_id)
        _update(transaction, tables, webhook_id, values)
        if changes.enabled:
            pending = tables.webhook_pending
            again = update(pending).where(pending.c.endpoint_id == webhook_id)
            transaction.execute(again.values(due=0, since=micros(trail.clock())))
        _record(trail, transaction, "WebhookChanged", who, webhook_id, changed=sorted(_given(changes)))


def remove_webhook(trail: OrderTrail, webhook_id: str, *, by: By | str) -> None:
    """Send nothing there any more, and forget what was sent. Raises UnknownWebhook."""
    tables, who = trail.store.tables, by_whom(by)
    with trail.store.writing() as transaction:
        _found(transaction, tables, webhook_id)
        for table in (tables.webhook_attempts, tables.webhook_pending, tables.webhook_endpoints):
            transaction.execute(delete(table).where(table.c.endpoint_id == webhook_id))
        _record(trail, transaction, "WebhookRemoved", who, webhook_id)


def replay(trail: OrderTrail, webhook_id: str, after: int, *, by: By | str) -> None:
    """Send again all that comes after a position of the feed; -1 is from the very beginning.

    Raises UnknownWebhook and InvalidInput.
    """
    tables, who = trail.store.tables, by_whom(by)
    with trail.store.writing() as transaction:
        _found(transaction, tables, webhook_id)
        pending, start = tables.webhook_pending, _checked_after(after, log_size(transaction, tables))
        _update(transaction, tables, webhook_id, {"next_position": start, "due": 0, "lease": None})
        transaction.execute(delete(pending).where(pending.c.endpoint_id == webhook_id))
        _record(trail, transaction, "WebhookReplayed", who, webhook_id, after=after)


def attempts(trail: OrderTrail, webhook_id: str, limit: int) -> list[Attempt]:
    """The last attempts, the last first. Raises UnknownWebhook."""
    tables = trail.store.tables
    columns = tables.webhook_attempts.c
    with trail.store.reading() as transaction:
        _found(transaction, tables, webhook_id)
        rows = transaction.rows(
            select(columns.at, columns.position, columns.milliseconds, columns.status, columns.error)
            .where(columns.endpoint_id == webhook_id)
            .order_by(columns.at.desc())
            .limit(limit)
        )
    return [
        Attempt(at=moment(at), position=position, milliseconds=took, status=status, error=error)
        for at, position, took, status, error in rows
    ]


def _webhook(transaction: Transaction, tables: Any, row: tuple[Any, ...]) -> Webhook:
    known = dict(zip(tables.webhook_endpoints.c.keys(), row, strict=True))
    pending = tables.webhook_pending.c
    waiting = transaction.rows(select(pending.position).where(pending.endpoint_id == known["endpoint_id"]))
    off = known["switched_off"]
    return Webhook(
        id=known["endpoint_id"],
        url=known["url"],
        description=known["description"],
        event_types=None if known["event_types"] is None else msgspec.json.decode(known["event_types"]),
        personal=bool(known["personal"]),
        created=moment(known["created"]),
        created_by=known["created_by"],
        delivered_until=known["next_position"] - 1,
        waiting=len(waiting),
        failures=known["failures"],
        switched_off=None if off is None else moment(off),
        switched_off_because=known["switched_off_because"],
    )


def _values(changes: WebhookChanges, now: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if changes.url is not None:
        values["url"] = changes.url
    if changes.description is not None:
        values["description"] = _checked_description(changes.description)
    if changes.event_types is not msgspec.UNSET:
        values["event_types"] = _checked_events(changes.event_types)
    if changes.personal is not None:
        values["personal"] = int(changes.personal)
    if changes.enabled is not None:
        because = None if changes.enabled else "somebody did"
        values |= {"switched_off": None if changes.enabled else now, "switched_off_because": because}
        values |= {"due": 0, "failures": 0, "lease": None}
    if not values:
        raise InvalidInput("nothing is to change: give a url, a description, event_types, personal or enabled")
    return values


def _given(changes: WebhookChanges) -> list[str]:
    return [
        name for name, value in msgspec.structs.asdict(changes).items()
        if (value is not None and value is not msgspec.UNSET) or (name == "event_types" and value is None)
    ]  # fmt: skip


def _checked_description(text: str) -> str:
    return checked_name(text, "a webhook's description", 200) if text else ""


def _checked_events(names: list[str] | None) -> str | None:
    if names is None:
        return None
    if not 0 < len(names) <= MOST_EVENT_TYPES:
        raise InvalidInput(f"a webhook is of 1 to {MOST_EVENT_TYPES} event types, or of all: then give none")
    return msgspec.json.encode(sorted({checked_event_type(name, "event_type") for name in names})).decode()


def _checked_after(after: int, size: int) -> int:
    """The position to go on from."""
    if not -1 <= after < max(size, 1):
        raise InvalidInput(f"after is {after}: it is a position of the feed, up to {size - 1}, or -1")
    return after + 1


def _found(transaction: Transaction, tables: Any, webhook_id: str) -> tuple[Any, ...]:
    endpoints = tables.webhook_endpoints
    known = webhook_id.isalnum() and webhook_id.isascii()
    rows = transaction.rows(select(endpoints).where(endpoints.c.endpoint_id == webhook_id)) if known else []
    if not rows:
        raise UnknownWebhook("there is no such webhook")
    return rows[0]


def _update(transaction: Transaction, tables: Any, webhook_id: str, values: dict[str, Any]) -> None:
    endpoints = tables.webhook_endpoints
    transaction.execute(update(endpoints).where(endpoints.c.endpoint_id == webhook_id).values(values))


def _record(trail: OrderTrail, transaction: Transaction, event: str, by: By, webhook_id: str, **more: Any) -> None:
    trail.streams.append(transaction, [Happening(event=event, by=by, data={"webhook": webhook_id, **more})])
