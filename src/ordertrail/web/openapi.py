"""The description of the API (OpenAPI 3.1): what Litestar cannot know, because `parse` reads the bodies.

Bodies are described by the types that `parse` holds them to; every error is a problem.
"""

from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi.spec import Operation as Described
from litestar.openapi.spec import PathItem

from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.api.access import NewToken, NewUser, RoleWanted
from ordertrail.web.api.customers import LinkWanted
from ordertrail.web.api.many import Many
from ordertrail.web.api.operations import ON_ORDERS
from ordertrail.web.api.session import SignIn
from ordertrail.web.auth.users import Changes

JSON = "application/json"
METHODS = ("get", "post", "put", "patch", "delete")
BODIES = {
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

OPEN = frozenset({
    "list_event_types", "list_operations",  # these say nothing of any order
    "sign_in", "sign_out", "sign_in_elsewhere", "read_as_customer",
})  # fmt: skip
"""What asks nobody who they are."""

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
    found.components.schemas = {**found.components.schemas, **components, "Problem": PROBLEM}
    for item in found.paths.values():
        for described in _described(item):
            _complete(described, schemas, open_to_all=described.operation_id in OPEN)


def _described(item: PathItem) -> list[Described]:
    return [described for method in METHODS if (described := getattr(item, method)) is not None]


def _complete(described: Any, schemas: dict[str, dict[str, Any]], *, open_to_all: bool) -> None:
    described.summary, _, _ = described.description.partition(". ")
    schema = schemas.get(described.operation_id)
    if schema is not None:
        described.request_body = {"required": True, "content": {JSON: {"schema": schema}}}
    described.responses = {
        **{status: answer for status, answer in described.responses.items() if int(status) < 400},
        "default": {
            "description": "What was wrong, and what would be right",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        },
    }
    if not open_to_all:
        described.security = [{"token": []}, {"session": [], "csrf": []}]
