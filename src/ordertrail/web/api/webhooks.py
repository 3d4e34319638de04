"""/v1/webhooks: where what happens is sent by itself, and what became of each attempt."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, RawBody
from msgspec.structs import replace

from ordertrail.answers import AddedWebhook, Attempt, Webhook
from ordertrail.orders.arguments import parse, parse_json
from ordertrail.web.asking import AnyRequest, Trail, Who, acted
from ordertrail.web.once import once
from ordertrail.web.webhooks.endpoints import (
    NewWebhook,
    WebhookChanges,
    add_webhook,
    attempts,
    change_webhook,
    list_webhooks,
    remove_webhook,
    replay,
    webhook_named,
)

MANAGE = ("webhook.manage",)

WebhookId = FromPath[str]
Networks = NamedDependency[tuple[str, ...]]


class Replay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After which position of the feed all is sent again; -1 is from the very beginning."""

    after: int


@get("/", operation_id="list_webhooks", permissions=MANAGE, sync_to_thread=True)
def get_webhooks(trail: Trail) -> list[Webhook]:
    """All webhooks, the oldest first: how far each has come, and which are switched off, and why."""
    return list_webhooks(trail)


@post("/", operation_id="add_webhook", permissions=MANAGE, status_code=HTTPStatus.CREATED, sync_to_thread=True)
def post_webhook(trail: Trail, networks: Networks, who: Who, request: AnyRequest, body: RawBody) -> AddedWebhook:
    """Add a webhook. Its secret is in this answer and nowhere else."""
    wanted = parse(NewWebhook, parse_json(body))

    def add() -> AddedWebhook:
        webhook_id, secret = add_webhook(trail, wanted, networks=networks, by=acted(who, request))
        return AddedWebhook(webhook=webhook_named(trail, webhook_id), secret=secret)

    return once(trail, who, request, body, add, AddedWebhook, lambda made: replace(made, secret=None))


@get("/{webhook_id:str}", operation_id="get_webhook", permissions=MANAGE, sync_to_thread=True)
def get_webhook(trail: Trail, webhook_id: WebhookId) -> Webhook:
    """A webhook."""
    return webhook_named(trail, webhook_id)


@patch("/{webhook_id:str}", operation_id="change_webhook", permissions=MANAGE, sync_to_thread=True)
def patch_webhook(
    trail: Trail, networks: Networks, who: Who, request: AnyRequest, webhook_id: WebhookId, body: RawBody
) -> Webhook:
    """Change a webhook, switch it off, or on again: then it goes on where it was."""
    changes = parse(WebhookChanges, parse_json(body))
    change_webhook(trail, webhook_id, changes, networks=networks, by=acted(who, request))
    return webhook_named(trail, webhook_id)


@delete("/{webhook_id:str}", operation_id="remove_webhook", permissions=MANAGE, sync_to_thread=True)
def delete_webhook(trail: Trail, who: Who, request: AnyRequest, webhook_id: WebhookId) -> None:
    """Remove a webhook."""
    remove_webhook(trail, webhook_id, by=acted(who, request))


@get("/{webhook_id:str}/attempts", operation_id="list_attempts", permissions=MANAGE, sync_to_thread=True)
def get_attempts(
    trail: Trail, webhook_id: WebhookId, limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 50
) -> list[Attempt]:
    """The last attempts, the last first. They are kept for thirty days."""
    return attempts(trail, webhook_id, limit)


@post(
    "/{webhook_id:str}/replay",
    operation_id="replay_webhook",
    permissions=MANAGE,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def post_replay(trail: Trail, who: Who, request: AnyRequest, webhook_id: WebhookId, body: RawBody) -> Webhook:
    """Send again all that comes after a position of the feed."""
    after = parse(Replay, parse_json(body)).after

    def again() -> Webhook:
        replay(trail, webhook_id, after, by=acted(who, request))
        return webhook_named(trail, webhook_id)

    return once(trail, who, request, body, again, Webhook)


ROUTER = Router(
    "/webhooks",
    route_handlers=[
        get_webhooks, post_webhook, get_webhook, patch_webhook, delete_webhook, get_attempts, post_replay,
    ],
    tags=["Webhooks"],
)  # fmt: skip
