"""docs/reference/http.md: every route, and every type of problem."""

from collections.abc import Iterator
from typing import Any

import httpx

from docs.drawn.errors import tree
from docs.drawn.markdown import code, heading, link, page, table
from ordertrail.answers import PREFIX, name_of
from ordertrail.errors import OrderTrailError
from ordertrail.trail import OrderTrail
from ordertrail.web.api.many import MOST
from ordertrail.web.app import build
from ordertrail.web.auth import errors as access
from ordertrail.web.auth.openid import OpenID, Provider
from ordertrail.web.openapi import METHODS, permissions
from ordertrail.web.problems import said, status_of

Needed = dict[str, tuple[str, ...] | None]

INTRO = """How these are used: [work orders over HTTP](../how-to/http-api.md). The service describes itself in full,
with the schema of every body and answer and an example of each body: as a page at `/v1/openapi`, and at
`/v1/openapi/openapi.json` (OpenAPI 3.1)."""

OF_THE_SERVICE = """Besides, the service refuses by itself what never gets as far as an order: `unauthorized` (401),
`not-found` (404), `method-not-allowed` (405), `request-entity-too-large` (413) and `bad-request` (400, a parameter of
the wrong type)."""


def render() -> str:
    """The page."""
    with OrderTrail.open("sqlite://") as trail:
        openid = OpenID(
            Provider(issuer="https://id.example.com", client_id="", client_secret="", roles={}), httpx.Client()
        )
        app = build(trail, lambda _: None, openid=openid)
        found, needed = app.openapi_schema.to_schema(), permissions(app)
    problems = [
        (code(f"{PREFIX}{name_of(error)}"), str(int(status_of(error))), link(error.__name__, page="errors.md"))
        for error, depth in tree(OrderTrailError)
        if issubclass(error, OrderTrailError) and depth and error.__module__ == "ordertrail.errors"
    ]
    problems += [
        (code(f"{PREFIX}{name_of(error)}"), str(int(status_of(error))), said(error))
        for error in vars(access).values()
        if isinstance(error, type) and error.__module__ == access.__name__
    ]
    return page(
        "HTTP API", INTRO,
        heading(2, "Routes"), table(("route", "does", "parameters", "needs"), _routes(found, needed)),
        heading(2, "Problems"), OF_THE_SERVICE, table(("type", "status", "error"), problems),
    )  # fmt: skip


def _routes(found: dict[str, Any], needed: Needed) -> Iterator[tuple[str, str, str, str]]:
    operations = link("operation", "Operations", page="operations.md")
    its = "the operation's"
    yield code("POST /v1/orders/{order_id}/operations/{name}"), f"Perform an {operations} on an order.", "", its
    yield (
        code("POST /v1/operations/{name}"),
        f"Perform an {operations} on up to {MOST} orders, each by itself.",
        "",
        its,
    )
    for path, item in sorted(found["paths"].items()):
        for method in METHODS:
            if method in item and not path.rpartition("/operations/")[0]:
                needs = _needs(needed[item[method]["operationId"]])
                does = " ".join(item[method]["description"].split())
                yield code(f"{method.upper()} {path}"), does, _parameters(item[method]), needs


def _needs(permissions: tuple[str, ...] | None) -> str:
    """The permissions that a caller must have, or who may call without any."""
    if permissions is None:
        return "open to all"
    return ", ".join(map(code, permissions)) or "a token or a session"


def _parameters(operation: dict[str, Any]) -> str:
    named = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
    return ", ".join(map(code, named))
