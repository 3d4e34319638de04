"""The description of the API (OpenAPI 3.1): what Litestar cannot know, because `parse` reads the bodies.

Bodies are described by the types that `parse` holds them to; every error is a problem.
"""

import dataclasses
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi.spec import Operation as Described
from litestar.openapi.spec import PathItem, Schema

from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.api.access import NewToken, NewUser, RoleWanted
from ordertrail.web.api.customers import LinkWanted
from ordertrail.web.api.many import Many
from ordertrail.web.api.operations import ON_ORDERS
from ordertrail.web.api.session import SignIn
from ordertrail.web.auth.users import Changes

JSON = "application/json"
METHODS = ("get", "post", "put", "patch", "delete")
BODIES: dict[str, type[msgspec.Struct]] = {
    **{name: row.arguments for name, row in OPERATIONS.items()},
    **{f"{name}_many": Many for name in ON_ORDERS},
    "write_note": OPERATIONS["add_note"].arguments,
    "change_note": OPERATIONS["edit_note"].arguments,
    "sign_in": SignIn,
    "give_link": LinkWanted,
    "create_user": NewUser,
    "change_user": Changes,
    "define_role": RoleWanted,
    "create_token": NewToken,
}
"""What the body of an operation holds, by its operationId."""

MAY_BE_EMPTY = frozenset(
    name
    for name in (*ON_ORDERS, "give_link")
    if not any(field.required for field in msgspec.structs.fields(BODIES[name]))
)
"""What can be asked without a body."""

OPEN = frozenset({
    "list_event_types", "list_operations",  # these say nothing of any order
    "sign_in", "sign_out", "sign_in_elsewhere", "read_as_customer",
})  # fmt: skip
"""What asks nobody who they are."""

PLAIN_DIGITS = "^-?[0-9]{1,18}([.][0-9]{1,6})?$"

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


def describe(app: Litestar) -> None:
    """Complete the description of `app`, in place."""
    found: Any = app.openapi_schema
    types, components = msgspec.json.schema_components(BODIES.values(), ref_template="#/components/schemas/{name}")
    schemas = dict(zip(BODIES, types, strict=True))
    found.components.schemas = {**found.components.schemas, **_with_plain_digits(components), "Problem": PROBLEM}
    for item in found.paths.values():
        for described in _described(item):
            _complete(described, schemas, open_to_all=described.operation_id in OPEN)


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


def _complete(described: Any, schemas: dict[str, dict[str, Any]], *, open_to_all: bool) -> None:
    described.summary, _, _ = described.description.partition(". ")
    schema = schemas.get(described.operation_id)
    if schema is not None:
        required = described.operation_id not in MAY_BE_EMPTY
        described.request_body = {"required": required, "content": {JSON: {"schema": schema}}}
    described.responses = {
        **{status: _answer(status, answer) for status, answer in described.responses.items() if int(status) < 400},
        "default": {
            "description": "What was wrong, and what would be right",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        },
    }
    if not open_to_all:
        described.security = [{"token": []}, {"session": [], "csrf": []}]
