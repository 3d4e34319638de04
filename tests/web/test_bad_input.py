"""What no client should send: each is refused with a problem that says what was wrong, and nothing is written."""

import pytest

from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_orders import problem


def nested(depth: int) -> bytes:
    """A body that goes as deep as this."""
    return b'{"reason": ' + b"[" * depth + b"]" * depth + b"}"


BODIES = {
    "broken": b'{"reason": "fraud"',
    "not UTF-8": b'{"reason": "\xff"}',
    "not an object": b"[1]",
    "a text": b'"fraud"',
    "null": b"null",
    "wrong type": b'{"reason": 7}',
    "duplicate key": b'{"reason": "fraud", "reason": "credit"}',
    "deep nesting": nested(100_000),
    "huge number": b'{"reason": ' + b"9" * 5000 + b"}",
    "huge exponent": b'{"reason": 1e999999}',
    "NaN": b'{"reason": NaN}',
    "unpaired surrogate": b'{"reason": "\\ud800"}',
    "unknown field": b'{"reason": "fraud", "colour": "red"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_bad_body_is_refused(api: Api, body: bytes) -> None:
    order = api.place(small())
    answer = api.ask("POST", f"/v1/orders/{order}/operations/hold_order", body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.get(f"/v1/orders/{order}")["version"] == 1


def test_an_unknown_field_is_named_with_its_path(api: Api) -> None:
    new = {"market": "US", "currency": "USD", "line_items": {"1": {"sku": "A", "colour": "red"}}}
    refused = problem(api.ask("POST", "/v1/orders", new), 400, "invalid-input")
    assert "colour" in refused["detail"]
    assert "line_items" in refused["detail"]


def test_too_large_a_body_is_refused(api: Api) -> None:
    problem(api.ask("POST", "/v1/orders", b" " * 1_000_001), 413, "request-entity-too-large")


@pytest.mark.parametrize("cursor", ["x", "", "1" * 5000, "-1", "%00", "eyJ9", "9" * 30, "7~"])
def test_a_forged_cursor_is_refused(api: Api, cursor: str) -> None:
    order = api.place(small())
    for path in ("/v1/orders", f"/v1/orders/{order}/notes", "/v1/activities"):
        answer = api.ask("GET", f"{path}?after={cursor}")
        assert answer.status_code == 400, (path, answer.text)


def test_a_foreign_cursor_is_refused(api: Api) -> None:
    order = api.place(small())
    api.place(small())
    cursor = api.get("/v1/orders?limit=1")["next"]
    assert api.ask("GET", f"/v1/orders/{order}/notes?after={cursor}").status_code == 400
    assert api.ask("GET", f"/v1/activities?after={cursor}").status_code == 400
