"""The description of the API (OpenAPI 3.1): what Litestar cannot know, because `parse` reads the bodies.

Bodies are described by the types that `parse` holds them to; every error is a problem.
"""

import dataclasses
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, PathItem, Schema, SecurityScheme, Server
from litestar.openapi.spec import Operation as Described
from litestar.routes import HTTPRoute

from ordertrail import __version__
from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.api.access import NewToken, NewUser, RoleWanted
from ordertrail.web.api.customers import LinkWanted
from ordertrail.web.api.many import Many
from ordertrail.web.api.notes import NoteChanges
from ordertrail.web.api.operations import ON_ORDERS
from ordertrail.web.api.orders import OrderSearch
from ordertrail.web.api.session import SignIn
from ordertrail.web.api.webhooks import Replay
from ordertrail.web.asking import SESSION_COOKIES
from ordertrail.web.auth.users import Changes
from ordertrail.web.examples import of_body
from ordertrail.web.webhooks.endpoints import NewWebhook, WebhookChanges

JSON = "application/json"
METHODS = ("get", "post", "put", "patch", "delete")
BODIES: dict[str, type[msgspec.Struct]] = {
    **{name: row.arguments for name, row in OPERATIONS.items()},
    **{f"{name}_many": Many for name in ON_ORDERS},
    "write_note": OPERATIONS["add_note"].arguments,
    "change_note": NoteChanges,
    "search_orders": OrderSearch,
    "sign_in": SignIn,
    "give_link": LinkWanted,
    "create_user": NewUser,
    "change_user": Changes,
    "define_role": RoleWanted,
    "create_token": NewToken,
    "add_webhook": NewWebhook,
    "change_webhook": WebhookChanges,
    "replay_webhook": Replay,
}
"""What the body of an operation holds, by its operationId."""

MAY_BE_EMPTY = frozenset(
    name
    for name in (*ON_ORDERS, "give_link")
    if not any(field.required for field in msgspec.structs.fields(BODIES[name]))
)
"""What can be asked without a body."""

PLAIN_DIGITS = "^-?[0-9]{1,18}([.][0-9]{1,6})?$"

LINKS = {
    "place_order": {"order_id": "$response.body#/id"},
    "write_note": {"order_id": "$request.path.order_id", "seq": "$response.body#/seq"},
    "create_user": {"user_id": "$response.body#/id"},
    "add_webhook": {"webhook_id": "$response.body#/webhook/id"},
}
"""Where the answer to a route says what others ask for."""

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457); other members belong to its type.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}


def configuration(address: str, page: OpenAPIRenderPlugin) -> OpenAPIConfig:
    """Where the description of a service at this address is served, as JSON and as a page, and how one comes in."""
    return OpenAPIConfig(
        title="ordertrail",
        version=__version__,
        path="/v1/openapi",
        servers=[Server(url=address)],
        use_handler_docstrings=True,
        render_plugins=[page, JsonRenderPlugin()],
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer"),
                "session": SecurityScheme(type="apiKey", name=SESSION_COOKIES[0], security_scheme_in="cookie"),
                "csrf": SecurityScheme(type="apiKey", name="X-CSRF-Token", security_scheme_in="header"),
            }
        ),
    )


def describe(app: Litestar, needed: Mapping[str, tuple[str, ...] | None]) -> None:
    """Complete the description of `app`, in place; `needed` are the permissions of its routes."""
    found: Any = app.openapi_schema
    types, components = msgspec.json.schema_components(BODIES.values(), ref_template="#/components/schemas/{name}")
    schemas = dict(zip(BODIES, types, strict=True))
    found.components.schemas = {**found.components.schemas, **_with_plain_digits(components), "Problem": PROBLEM}
    for item in found.paths.values():
        for described in _described(item):
            _complete(described, schemas, needed[str(described.operation_id)])
    _link(found.paths)


def _link(paths: Mapping[str, Any]) -> None:
    """Say what an answer names that other routes ask for."""
    by_id: dict[str, tuple[str, Any]] = {
        str(one.operation_id): (path, one) for path, item in paths.items() for one in _described(item)
    }
    for source, names in LINKS.items():
        links = {
            operation_id: {"operationId": operation_id, "parameters": names}
            for operation_id, (path, _) in by_id.items()
            if operation_id != source and set(re.findall("{([a-z_]+)}", path)) == names.keys()
        }
        answers = by_id[source][1].responses
        [status] = [status for status in answers if status != "default"]
        answers[status] = dataclasses.replace(answers[status], links=links)


def permissions(app: Litestar) -> dict[str, tuple[str, ...] | None]:
    """What each route under /v1 needs, by its operationId; None for one that asks nobody who they are."""
    routes = [route for route in app.routes if isinstance(route, HTTPRoute) and route.path.startswith("/v1/")]
    handlers = {handler for route in routes for handler in route.route_handlers if handler.operation_id}
    return {str(one.operation_id): None if one.opt.get("open_to_all") else one.opt["permissions"] for one in handlers}


def _with_plain_digits(schema: Any) -> Any:
    """A schema whose amounts and quantities are plain digits: what msgspec calls a decimal could be 1e2 too."""
    if isinstance(schema, list):
        return [_with_plain_digits(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _with_plain_digits(value) for name, value in schema.items()}
    return {**found, "pattern": PLAIN_DIGITS} if found.get("format") == "decimal" else found


def _described(item: PathItem) -> list[Described]:
    return [described for method in METHODS if (described := getattr(item, method)) is not None]


def _answer(status: str, answer: Any) -> Any:
    """An answer as it is: one without content has no type of it, and an activity is a note too, so fits both."""
    if status == str(int(HTTPStatus.NO_CONTENT)):
        return dataclasses.replace(answer, content=None)
    for media in (answer.content or {}).values():
        if isinstance(media.schema, Schema) and media.schema.one_of:
            media.schema = dataclasses.replace(media.schema, any_of=media.schema.one_of, one_of=None)
    return answer


_OF_ORDERS = frozenset(
    {*OPERATIONS, *(f"{name}_many" for name in ON_ORDERS), "write_note", "change_note", "remove_note"}
)
_MAKES = frozenset({"create_user", "create_token", "give_link", "add_webhook", "replay_webhook"})

_IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Of your own making, such as a UUID. The same key and body again: the same answer, and nothing new.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "example": "3f1c5a0e-8a53-4c0e-9a0e-5b1e6c1d2f77",
}
_IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of the order as you saw it. If it has changed since: 412, with what has happened.",
    "schema": {"type": "string", "pattern": '^("[0-9]{1,15}"|[*])$'},
    "example": '"7"',
}


_ON_BEHALF_OF: dict[str, Any] = {
    "name": "On-Behalf-Of",
    "in": "header",
    "description": "For whom an app acts: the id of a person, without @ and white space. Both are recorded.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128},
    "example": "anna",
}


def _headers(operation_id: str, needed: tuple[str, ...] | None) -> list[dict[str, Any]]:
    """What a request that changes orders may say in its headers."""
    if operation_id in _MAKES:
        return [_IDEMPOTENCY_KEY, _ON_BEHALF_OF]
    if operation_id not in _OF_ORDERS:
        return []
    one_order = operation_id != "place_order" and not operation_id.endswith("_many")
    return [_IDEMPOTENCY_KEY, *([_IF_MATCH] if one_order else []), _ON_BEHALF_OF]


def _complete(described: Any, schemas: dict[str, dict[str, Any]], needed: tuple[str, ...] | None) -> None:
    described.summary, _, _ = described.description.partition(". ")
    schema = schemas.get(described.operation_id)
    if schema is not None:
        required = described.operation_id not in MAY_BE_EMPTY
        body = {"schema": schema, "example": of_body(described.operation_id)}
        described.request_body = {"required": required, "content": {JSON: body}}
    described.responses = {
        **{status: _answer(status, answer) for status, answer in described.responses.items() if int(status) < 400},
        "default": {
            "description": "What was wrong, and what would be right",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        },
    }
    described.parameters = [*(described.parameters or ()), *_headers(described.operation_id, needed)]
    if needed is not None:
        described.security = [{"token": []}, {"session": [], "csrf": []}]
