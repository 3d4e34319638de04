"""What is personal and what is secret stands in no log, no problem, no metric: values are planted, and looked for."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from ordertrail import OrderTrail
from ordertrail.web.auth.tokens import create_token
from ordertrail.web.auth.users import add_user
from tests.conftest import SERVER_HOME
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_serving import served

MARK = "zq7planted"
"""Stands in each value that is planted."""

NAME, EMAIL, TEXT, PASSWORD = f"{MARK} Taylor", f"{MARK}@example.com", f"{MARK} text", f"{MARK} password 1"
CUSTOMER = {"id": "C1", "name": NAME, "email": EMAIL}


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[tuple[httpx.Client, str, str]]:
    """A service, a token, and its database; it waits for locks no longer than a second."""
    with OrderTrail.open(database_url) as trail:
        _, token = create_token(trail, "ERP", "admin", by="test")
        add_user(trail, "anna", "csr", password=PASSWORD, by="test")
    with served(database_url, tmp_path / "log") as (client, _):
        yield client, token, database_url


def found_in(text: str) -> list[str]:
    """The lines that hold what was planted."""
    return [line for line in text.splitlines() if MARK in line]


def test_nothing_planted_is_told(
    shop: tuple[httpx.Client, str, str], tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    client, token, url = shop
    api = Api(client, token)
    order = api.place(small(customer=CUSTOMER, customer_comment=TEXT, attributes={"gift": TEXT}))
    refusals = [*wrong_requests(client, api, order), *while_the_database_fails(api, order, url)]
    assert {answer.status_code for answer in refusals} >= {400, 401, 403, 404, 409, 422}
    assert not [answer.text for answer in refusals if MARK in answer.text]
    assert not found_in(api.ask("GET", "/metrics").text)
    assert not found_in((tmp_path / "log").read_text())
    log = pytestconfig.stash[SERVER_HOME] / "data" / "log"
    if url.startswith("postgresql"):
        assert not found_in(log.read_text(errors="replace"))


def wrong_requests(client: httpx.Client, api: Api, order: str) -> list[httpx.Response]:
    """Requests that hold what was planted wherever something can stand, and are refused."""
    path = f"/v1/orders/{order}"
    hold = f"{path}/operations/hold_order"
    key: dict[str, Any] = {"idempotency_key": "key-7"}
    api.ask("POST", f"{path}/notes", {"title": TEXT, "detail": TEXT}, **key)
    stranger = Api(client, f"ot_{MARK}_{MARK}")
    return [
        api.ask("POST", f"{path}/notes", {"title": TEXT, "detail": "another"}, **key),
        api.ask("POST", "/v1/orders", small(customer=CUSTOMER, number=api.get(path)["order"]["number"])),
        api.ask("POST", "/v1/orders", {"market": "US", "currency": "USD", "customer": {"id": EMAIL}}),
        api.ask("POST", hold, {"reason": {"code": "fraud", "comment": 7}, "note": TEXT}),
        api.ask("POST", hold, b'{"reason": "' + TEXT.encode()),
        api.ask("POST", f"{path}/operations/release_hold", {}),
        api.ask("GET", f"/v1/orders/{EMAIL}"),
        api.ask("GET", f"/v1/orders?after={EMAIL}&customer={NAME}"),
        api.ask("GET", f"/v1/{EMAIL}"),
        api.ask("PATCH", f"{path}/notes/1", {"title": TEXT}),
        api.ask("POST", "/v1/orders/search", {"email": EMAIL, "sort": "total", "after": "-placed~1~x"}),
        api.ask("POST", "/v1/users", {"id": "bruno", "role": "csr", "password": MARK[:7]}),
        api.ask("POST", "/v1/webhooks", {"url": f"http://127.0.0.1/{MARK}"}),
        client.post("/v1/session", json={"name": EMAIL, "password": PASSWORD}),
        client.post("/v1/session", json={"name": "anna", "password": f"{PASSWORD}!"}),
        client.get("/v1/session", headers={"Cookie": f"ordertrail=os_{MARK}_{MARK}"}),
        client.get("/v1/customer", headers={"Authorization": f"Bearer {MARK}"}),
        stranger.ask("GET", path, user_agent=TEXT),
    ]


def while_the_database_fails(api: Api, order: str, url: str) -> list[httpx.Response]:
    """The same write while others hold locks, while connections break, and while two writes cross."""
    path, body = f"/v1/orders/{order}/notes", {"title": TEXT, "detail": TEXT}
    with ThreadPoolExecutor(8) as callers:
        crossing = [callers.submit(api.ask, "POST", path, body) for _ in range(8)]
        found = [one.result() for one in crossing]
        if url.startswith("postgresql"):
            for _ in range(3):
                late = [callers.submit(api.ask, "POST", path, body) for _ in range(4)]
                break_connections(url)
                found += [one.result() for one in late]
            with psycopg.connect(url) as other:
                other.execute("LOCK TABLE ordertrail.orders IN ACCESS EXCLUSIVE MODE")
                waiting = [callers.submit(api.ask, "POST", path, body) for _ in range(2)]
                time.sleep(1)
                break_connections(url)
                other.rollback()
                found += [one.result() for one in waiting]
    return [answer for answer in found if answer.status_code >= 400]


def break_connections(url: str) -> None:
    """End all connections to the database but this one and those that hold locks on orders."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND pid NOT IN (SELECT pid FROM pg_locks WHERE mode = 'AccessExclusiveLock')"
        )
