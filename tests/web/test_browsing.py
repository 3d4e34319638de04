"""The page of the API says all that the description says, loads nothing, and its examples are what the API takes."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from ordertrail.notes.events import BUILT_IN
from ordertrail.orders.arguments import parse
from ordertrail.trail import REASONS
from ordertrail.web.auth.roles import PERMISSIONS
from ordertrail.web.examples import OF_OPERATIONS, of_body
from ordertrail.web.openapi import BODIES, METHODS
from tests.web.conftest import Api


class Reader(HTMLParser):
    """What a page consists of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what matters of a tag."""
        self.tags.add(tag)
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []  # type: ignore[list-item]
        self.refers += [value for name in ("href", "src", "action", "srcset") if (value := found.get(name))]


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> dict[str, Any]:
    """The description itself."""
    found: dict[str, Any] = client.get("/v1/openapi/openapi.json").json()
    return found


def test_every_route_and_type_is_on_the_page(client: httpx.Client, described: dict[str, Any]) -> None:
    answer = client.get("/v1/openapi")
    assert answer.headers["content-type"].startswith("text/html")
    page = Reader(answer.text)
    operations = {
        item[method]["operationId"] for item in described["paths"].values() for method in METHODS & item.keys()
    }
    assert operations <= set(page.ids)
    assert {f"type-{name}" for name in described["components"]["schemas"]} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    inside = {refers for refers in page.refers if refers.startswith("#")}
    assert {refers[1:] for refers in inside} <= set(page.ids)


def test_the_page_loads_nothing_and_runs_nothing(client: httpx.Client) -> None:
    for path, described_at in (("/v1/openapi", "openapi/openapi.json"), ("/v1/openapi/", "openapi.json")):
        answer = client.get(path)
        page = Reader(answer.text)
        assert {refers for refers in page.refers if not refers.startswith("#")} == {described_at}
        assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
        assert not re.search(r"url\(|@import|style=", answer.text)
        assert "default-src 'none'; style-src 'sha256-" in answer.text


@pytest.mark.parametrize("operation_id", BODIES)
def test_each_example_is_a_body_that_is_taken(operation_id: str, described: dict[str, Any]) -> None:
    example = of_body(operation_id)
    assert parse(BODIES[operation_id], example)
    if operation_id.endswith("_many"):
        assert parse(BODIES[operation_id.removesuffix("_many")], example["arguments"])
    [body] = [
        item[method]["requestBody"]["content"]["application/json"]
        for item in described["paths"].values()
        for method in METHODS & item.keys()
        if item[method]["operationId"] == operation_id
    ]
    assert body["example"] == example


def test_the_examples_of_operations_work_an_order(api: Api) -> None:
    order = api.place(OF_OPERATIONS["place_order"])
    for name in (
        "hold_order", "release_hold", "add_note", "edit_note", "pin_note", "unpin_note", "delete_note",
        "set_attribute",
        "add_reference",
        "change_shipping_method", "add_coupon", "add_manual_discount", "create_refund", "release_shipment",
        "add_to_pick_list", "complete_shipment", "confirm_delivery", "create_return", "receive_return_items",
    ):  # fmt: skip
        answer = api.ask("POST", f"/v1/orders/{order}/operations/{name}", OF_OPERATIONS[name])
        assert answer.status_code == 200, (name, answer.text)


def test_what_requests_say_in_headers_is_described(described: dict[str, Any]) -> None:
    def headers(path: str, method: str) -> list[str]:
        return [one["name"] for one in described["paths"][path][method].get("parameters", []) if one["in"] == "header"]

    assert headers("/v1/orders", "post") == ["Idempotency-Key", "On-Behalf-Of"]
    assert headers("/v1/orders/{order_id}/operations/hold_order", "post") == [
        "Idempotency-Key",
        "If-Match",
        "On-Behalf-Of",
    ]
    assert headers("/v1/operations/hold_order", "post") == ["Idempotency-Key", "On-Behalf-Of"]
    assert headers("/v1/orders/{order_id}/notes/{seq}", "delete") == ["Idempotency-Key", "If-Match", "On-Behalf-Of"]
    assert headers("/v1/orders/search", "post") == headers("/v1/orders", "get") == []


def test_the_examples_name_what_there_is() -> None:
    assert set(of_body("add_webhook")["event_types"]) <= BUILT_IN.keys()
    assert set(of_body("define_role")["permissions"]) <= PERMISSIONS
    reasons = {value for body in OF_OPERATIONS.values() if isinstance(value := body.get("reason"), str)}
    assert reasons <= REASONS.keys()
