"""One operation on many orders: each by itself, with a result for each."""

from typing import Any

import httpx
import pytest

from ordertrail import OrderTrail
from ordertrail.desk import Desk
from ordertrail.errors import DatabaseFull, OrderBusy
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_orders import problem


def test_each_order_has_a_result_of_its_own(api: Api, trail: OrderTrail) -> None:
    orders = [api.place(small()) for _ in range(2)]
    body = {"orders": [orders[0], "nope", orders[1]], "arguments": {"reason": "fraud"}}
    answer = api.ask("POST", "/v1/operations/hold_order", body, idempotency_key="many-1")
    assert answer.status_code == 200
    first, unknown, second = answer.json()
    assert (first["order_id"], first["version"], first["problem"]) == (orders[0], 2, None)
    assert (second["order_id"], second["version"]) == (orders[1], 2)
    assert (unknown["order_id"], unknown["version"]) == ("nope", None)
    assert (unknown["problem"]["type"], unknown["problem"]["status"]) == ("urn:ordertrail:problem:unknown-order", 404)
    again = api.ask("POST", "/v1/operations/hold_order", body, idempotency_key="many-1")
    assert again.json() == answer.json()
    assert [trail.order(order).version for order in orders] == [2, 2]


def test_what_is_wrong_with_all_is_refused_as_a_whole(api: Api) -> None:
    order = api.place(small())
    path = "/v1/operations/hold_order"
    wrong = [
        {"orders": [], "arguments": {"reason": "x"}},
        {"orders": [order, order], "arguments": {"reason": "x"}},
        {"orders": [f"order-{number}" for number in range(501)], "arguments": {"reason": "x"}},
        {"orders": order, "arguments": {"reason": "x"}},
        {"orders": [order], "reason": "x"},
        [order],
    ]
    for body in wrong:
        problem(api.ask("POST", path, body), 400, "invalid-input")
    problem(api.ask("POST", path, {"orders": [order], "arguments": {}}, if_match='"1"'), 400, "invalid-input")
    assert api.get(f"/v1/orders/{order}")["version"] == 1


def test_who_may_not_perform_it_is_refused_once(client: httpx.Client, api: Api) -> None:
    order = api.place(small())
    body = {"orders": [order], "arguments": {"reason": "fraud"}}
    problem(Api(client, "viewer").ask("POST", "/v1/operations/hold_order", body), 403, "not-permitted")


@pytest.mark.parametrize(
    ("error", "statuses"),
    [(OrderBusy("busy"), [None, 503]), (DatabaseFull("full"), None)],
)
def test_what_hinders_one_order_is_told_from_what_hinders_all(
    api: Api, monkeypatch: pytest.MonkeyPatch, error: Exception, statuses: list[int | None] | None
) -> None:
    first, second = api.place(small()), api.place(small())
    really = Desk.perform

    def failing(self: Desk, order_id: str, *arguments: Any, **options: Any) -> Any:
        if order_id == second:
            raise error
        return really(self, order_id, *arguments, **options)

    monkeypatch.setattr(Desk, "perform", failing)
    answer = api.ask("POST", "/v1/operations/hold_order", {"orders": [first, second], "arguments": {"reason": "fraud"}})
    if statuses is None:
        problem(answer, 503, "database-full")
    else:
        assert [one["problem"] and one["problem"]["status"] for one in answer.json()] == statuses
