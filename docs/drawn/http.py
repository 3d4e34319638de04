"""docs/reference/http.md: every route, and every type of problem."""

from collections.abc import Iterator
from typing import Any

import httpx

from docs.drawn.errors import tree
from docs.drawn.markdown import code, heading, link, page, table
from ordertrail.errors import OrderTrailError
from ordertrail.trail import OrderTrail
from ordertrail.web.api.many import MOST
from ordertrail.web.app import build
from ordertrail.web.auth import errors as access
from ordertrail.web.auth.openid import OpenID, Provider
from ordertrail.web.openapi import METHODS
from ordertrail.web.problems import PREFIX, name_of, said, status_of

INTRO = """How these are used: [work orders over HTTP](../how-to/http-api.md). The service describes itself in full,
with the schema of every body and answer, at `/v1/openapi/openapi.json` (OpenAPI 3.1)."""

OF_THE_SERVICE = """Besides, the service refuses by itself what never gets as far as an order: `unauthorized` (401),
`not-found` (404), `method-not-allowed` (405), `request-entity-too-large` (413) and `bad-request` (400, a parameter of
the wrong type)."""


def render() -> str:
    """The page."""
    with OrderTrail.open("sqlite://") as trail:
        openid = OpenID(
            Provider(issuer="https://id.example.com", client_id="", client_secret="", roles={}), httpx.Client()
        )
        found = build(trail, lambda _: None, openid=openid).openapi_schema.to_schema()
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
        heading(2, "Routes"), table(("route", "does", "parameters"), _routes(found)),
        heading(2, "Problems"), OF_THE_SERVICE, table(("type", "status", "error"), problems),
    )  # fmt: skip


def _routes(found: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    operations = link("operation", "Operations", page="operations.md")
    yield code("POST /v1/orders/{order_id}/operations/{name}"), f"Perform an {operations} on an order.", ""
    yield code("POST /v1/operations/{name}"), f"Perform an {operations} on up to {MOST} orders, each by itself.", ""
    for path, item in sorted(found["paths"].items()):
        for method in METHODS:
            if method in item and not path.rpartition("/operations/")[0]:
                yield code(f"{method.upper()} {path}"), item[method]["description"], _parameters(item[method])


def _parameters(operation: dict[str, Any]) -> str:
    named = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
    return ", ".join(map(code, named))
