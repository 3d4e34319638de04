"""Users, tokens, links and webhooks are made once under a key, and what is shown once is kept nowhere."""

from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select

from ordertrail import OrderTrail
from ordertrail.errors import StoreError
from ordertrail.notes.times import micros
from ordertrail.web import once
from ordertrail.web.api import access
from ordertrail.web.auth.tokens import list_tokens
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_orders import problem

USER = {"id": "once", "role": "csr", "password": "correct horse battery staple"}


def kept(trail: OrderTrail) -> str:
    """All that is kept of answers."""
    with trail.store.reading() as transaction:
        return repr(transaction.rows(select(trail.store.tables.service_answers)))


def test_each_is_made_once(api: Api, trail: OrderTrail) -> None:
    order = api.place(small())
    tokens = len(list_tokens(trail))
    for path, body, shown_once in (
        ("/v1/users", USER, None),
        ("/v1/tokens", {"name": "Once", "role": "csr"}, "text"),
        ("/v1/webhooks", {"url": "https://93.184.216.34/hook"}, "secret"),
        (f"/v1/orders/{order}/links", {"days": 3}, None),
    ):
        first, again = (api.ask("POST", path, body, idempotency_key=f"once {path}") for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201), (path, first.text, again.text)
        expected = first.json() if shown_once is None else {**first.json(), shown_once: None}
        assert again.json() == expected
        if shown_once:
            assert first.json()[shown_once] not in kept(trail)
        problem(api.ask("POST", path, {**body, "more": 1}, idempotency_key=f"once {path}"), 400, "invalid-input")
    problem(
        api.ask("POST", "/v1/users", {**USER, "id": "other"}, idempotency_key="once /v1/users"),
        422,
        "idempotency-key-reused",
    )
    assert len(list_tokens(trail)) == tokens + 1
    assert USER["password"] not in kept(trail)
    webhook = api.get("/v1/webhooks")[-1]["id"]
    replayed = [api.ask("POST", f"/v1/webhooks/{webhook}/replay", {"after": 0}, idempotency_key="r") for _ in range(2)]
    assert replayed[0].json() == replayed[1].json()
    api.ask("DELETE", f"/v1/webhooks/{webhook}")


def test_keys_are_of_who_calls(client: httpx.Client, api: Api) -> None:
    order = api.place(small())
    path = f"/v1/orders/{order}/links"
    first = api.ask("POST", path, {"days": 3}, idempotency_key="mine")
    other = Api(client, "manager").ask("POST", path, {"days": 5}, idempotency_key="mine")
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json() != other.json()


def test_what_was_refused_can_be_asked_for_again(api: Api) -> None:
    body = {**USER, "id": "twice"}
    problem(api.ask("POST", "/v1/users", {**body, "role": "nobody's"}, idempotency_key="refused"), 422, "unknown-id")
    assert api.ask("POST", "/v1/users", body, idempotency_key="refused").status_code == 201


def test_what_broke_off_is_not_done_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise StoreError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(access, "create_token", breaks)
        problem(
            api.ask("POST", "/v1/tokens", {"name": "T", "role": "csr"}, idempotency_key="broke"), 503, "store-error"
        )
    again = api.ask("POST", "/v1/tokens", {"name": "T", "role": "csr"}, idempotency_key="broke")
    assert "look whether it was done" in problem(again, 409, "not-known-whether-done")["detail"]


def test_answers_are_forgotten(api: Api, trail: OrderTrail) -> None:
    order = api.place(small())
    first = api.ask("POST", f"/v1/orders/{order}/links", {"days": 3}, idempotency_key="old")
    assert once.forget(trail, micros(trail.clock() - timedelta(days=30))) == 0
    assert once.forget(trail, micros(trail.clock() + timedelta(seconds=1))) > 0
    again = api.ask("POST", f"/v1/orders/{order}/links", {"days": 4}, idempotency_key="old")
    assert again.status_code == 201
    assert msgspec.json.decode(again.content) != first.json()
