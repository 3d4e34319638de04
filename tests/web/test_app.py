"""What holds for every request: ids, logs, health, mistakes of ours, the description of the API."""

import json
import logging
import re
from typing import Any, cast

import httpx
import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.answers import name_of
from ordertrail.errors import DatabaseLocked, OrderTrailError, RecordDamaged
from ordertrail.orders.operations import OPERATIONS
from ordertrail.web import problems
from ordertrail.web.app import build
from ordertrail.web.auth.roles import PERMISSIONS
from ordertrail.web.logs import Lines
from ordertrail.web.openapi import BODIES, METHODS, permissions
from tests.shops import small
from tests.web.conftest import MAY, Api, known
from tests.web.test_orders import problem


def test_it_runs_and_is_ready(client: httpx.Client) -> None:
    assert client.get("/health").json() == {"status": "running"}
    assert client.get("/ready").json() == {"status": "ready"}


def test_what_is_recorded_names_the_request_as_its_cause(api: Api, trail: OrderTrail) -> None:
    answer = api.ask("POST", "/v1/orders", small(), x_request_id="request-7")
    assert answer.headers["x-request-id"] == "request-7"
    assert next(iter(trail.order(answer.json()["order"]["id"]).order_notes)).cause == "request-7"  # type: ignore[attr-defined]
    drawn = [api.ask("GET", "/v1/orders", x_request_id=wrong).headers["x-request-id"] for wrong in ("", "x" * 101)]
    assert len(set(drawn)) == 2
    assert all(len(one) == 36 for one in drawn)


def test_a_request_is_logged_without_what_was_looked_for(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.setFormatter(Lines())
    with caplog.at_level(logging.INFO, "ordertrail.web"):
        api.ask("GET", "/v1/orders?customer=Mercy", x_request_id="request-8")
    lines = [json.loads(line) for line in caplog.text.splitlines() if '"answered"' in line]
    assert [(line["request_id"], line["path"], line["status"]) for line in lines] == [("request-8", "/v1/orders", 200)]
    assert "Mercy" not in str(lines)


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (DatabaseLocked("held by pid 7 at /secret/path"), 503, "database-locked"),
        (RecordDamaged("entry 3 of order x"), 500, "record-damaged"),
        (RuntimeError("a secret"), 500, "internal-server-error"),
    ],
)
def test_what_the_server_cannot_do_is_said_without_its_details(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, status: int, name: str
) -> None:
    caplog.handler.setFormatter(Lines())

    def fails(*_: Any, **__: Any) -> Any:
        raise error

    with OrderTrail.open("sqlite://") as trail:
        monkeypatch.setattr(trail, "orders", fails)
        with TestClient(build(trail, known), raise_server_exceptions=False) as client:
            answer = Api(client, "admin").ask("GET", "/v1/orders")
    problem(answer, status, name)
    assert str(error) not in answer.text + caplog.text
    assert type(error).__name__ in caplog.text
    assert answer.headers.get("retry-after") == ("1" if status == 503 else None)


def test_every_error_has_a_status_and_a_type_of_its_own() -> None:
    def below(error: type[OrderTrailError]) -> list[type[OrderTrailError]]:
        return [found for one in error.__subclasses__() for found in (one, *below(one))]

    modules = ("ordertrail.errors", "ordertrail.web.auth.errors")
    ours = [error for error in below(OrderTrailError) if error.__module__ in modules]
    names = [name_of(error) for error in ours]
    assert len(set(names)) == len(names) > 30
    assert all(400 <= problems.status_of(error) < 600 for error in ours)


def test_the_description_holds_every_operation_of_the_table(client: httpx.Client) -> None:
    found = client.get("/v1/openapi/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    operations = {
        one["operationId"]: one for path in found["paths"].values() for method, one in path.items() if method in METHODS
    }
    assert set(OPERATIONS) <= set(operations)
    for name in BODIES:
        schema = operations[name]["requestBody"]["content"]["application/json"]["schema"]
        assert schema["$ref"].removeprefix("#/components/schemas/") in found["components"]["schemas"]
    assert operations["hold_order"]["summary"].startswith("Put the order on hold")
    for name, one in operations.items():
        assert one["summary"], name
        assert "default" in one["responses"]
        assert ("security" in one) == (name not in OPEN), name


OPEN = {"list_event_types", "list_operations", "sign_in", "sign_out", "read_as_customer"}
"""What asks nobody who they are: each is decided here once more."""


@pytest.fixture(scope="module")
def needed(client: httpx.Client) -> dict[str, tuple[str, ...] | None]:
    """What each route needs."""
    found = permissions(cast("Any", client).app)
    assert {name for name, needs in found.items() if needs is None} == OPEN
    assert {name for name, needs in found.items() if needs == ()} == {"who_am_i"}
    return found


def test_every_permission_is_one_that_a_role_can_have(needed: dict[str, tuple[str, ...] | None]) -> None:
    named = {name for needs in needed.values() for name in needs or ()}
    assert named <= PERMISSIONS
    assert {row.permission for row in OPERATIONS.values()} <= named


@pytest.mark.parametrize("role", sorted(MAY))
def test_every_route_is_open_to_the_roles_that_have_what_it_needs(
    client: httpx.Client, needed: dict[str, tuple[str, ...] | None], role: str
) -> None:
    described = client.get("/v1/openapi/openapi.json").json()["paths"]
    tried = 0
    for path, item in described.items():
        for method, one in item.items():
            if method not in METHODS or one["operationId"] in ("stream_activities", *OPEN):
                continue
            address = re.sub(r"\{seq\}", "1", re.sub(r"\{(order_id|user_id|name|token_id)\}", "nope", path))
            answer = Api(client, role).ask(method.upper(), address, b"no JSON" if method != "get" else None)
            lacks = set(needed[one["operationId"]] or ()) - MAY[role]
            refused = answer.status_code == 403 and answer.json()["type"].endswith(":not-permitted")
            assert refused == bool(lacks), (role, method, path, answer.text)
            assert answer.status_code < 500, answer.text
            assert not refused or answer.json()["permission"] in lacks
            tried += 1
    assert tried > 120


def test_what_the_code_knows_is_there_to_be_read(client: httpx.Client, trail: OrderTrail) -> None:
    events = {row["name"]: row for row in client.get("/v1/event-types").json()}
    assert set(events) == set(trail.event_types)
    assert events["OrderGroupCreated"]["sentence"] == "Order {number} placed"
    rows = {row["name"]: row for row in client.get("/v1/operations").json()}
    assert set(rows) == set(OPERATIONS)
    assert rows["hold_order"]["undone_by"] == "release_hold"
    assert rows["complete_shipment"]["legal_with"] == {"OnHold": "left_anyway"}
    assert rows["complete_shipment"]["permission_with"]["capture"] == "payment.record"
    assert [rows[name]["edits"] for name in ("set_attribute", "hold_order")] == [True, False]
