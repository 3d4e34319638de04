"""Orders over HTTP are those of the trail: placed, listed, read, changed, refused."""

from typing import Any

import httpx
import pytest

from ordertrail import OrderTrail
from ordertrail.orders.operations import OPERATIONS
from tests.shops import small
from tests.web.conftest import Api

MERCY = {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"}


def problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """The problem that an answer is."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.json()
    assert (found["type"], found["status"]) == (f"urn:ordertrail:problem:{name}", status)
    assert found["title"]
    assert found["detail"]
    return found


def test_an_order_is_placed_and_read(api: Api, trail: OrderTrail) -> None:
    answer = api.ask("POST", "/v1/orders", small(customer=MERCY))
    found = answer.json()
    assert answer.status_code == 201
    assert (answer.headers["etag"], found["version"], found["order"]["totals"]["total"]) == ('"1"', 1, "249.00")
    order = trail.order(found["order"]["id"])
    assert answer.headers["location"] == f"/v1/orders/{order.id}"
    assert found["head"] == order.head.hex()
    assert api.get(answer.headers["location"]) == found
    note = next(iter(order.order_notes))
    assert (note.actor.id, note.actor.label, note.channel) == ("admin", "Admin", "ERP")
    assert note.actor.user_agent == "testclient"


def test_a_list_has_filters_and_pages(api: Api) -> None:
    market = "FILTERED"
    ids = [api.place(small(market=market, customer=MERCY)) for _ in range(3)]
    first = api.get(f"/v1/orders?market={market}&limit=2")
    rest = api.get(f"/v1/orders?market={market}&limit=2&after={first['next']}")
    assert [order["id"] for order in (*first["items"], *rest["items"])] == ids[::-1]
    assert rest["next"] is None
    assert (first["items"][0]["total"], first["items"][0]["customer_name"]) == ("249.00", "Mercy Taylor")
    assert api.get(f"/v1/orders?market={market}&status=OnHold&status=Cancelled")["items"] == []
    assert len(api.get(f"/v1/orders?market={market}&email=MERCY%40")["items"]) == 3


def test_a_search_is_a_list_whose_filters_stand_in_the_body(api: Api) -> None:
    market = "SEARCHED"
    ids = [api.place(small(market=market, customer=MERCY)) for _ in range(3)]
    wanted = {"market": [market], "email": "mercy@", "sort": "placed", "limit": 2}
    first = api.ask("POST", "/v1/orders/search", wanted).json()
    rest = api.ask("POST", "/v1/orders/search", {**wanted, "after": first["next"]}).json()
    assert [order["id"] for order in (*first["items"], *rest["items"])] == ids
    assert api.get(f"/v1/orders?market={market}&email=mercy%40&sort=placed&limit=2") == first
    problem(api.ask("POST", "/v1/orders/search", {"after": first["next"]}), 400, "invalid-input")
    problem(api.ask("POST", "/v1/orders/search", {"colour": "red"}), 400, "invalid-input")
    problem(api.ask("POST", "/v1/orders/search", {"placed_since": "2026-01-01T00:00:00"}), 400, "invalid-time")
    problem(api.ask("GET", "/v1/orders?sort=customer_name"), 400, "invalid-input")


def test_lists_of_what_waits(api: Api) -> None:
    market = "WAITING"
    ids = [api.place(small(market=market)) for _ in range(3)]
    for order in (ids[1], ids[0]):
        api.ask("POST", f"/v1/orders/{order}/operations/hold_order", {"reason": "fraud"})
    held = api.get(f"/v1/orders?market={market}&sort=held_since")["items"]
    assert [order["id"] for order in held] == [ids[1], ids[0]]
    longest = api.get(f"/v1/orders?market={market}&held_until={held[1]['held_since']}")["items"]
    assert [order["id"] for order in longest] == [ids[1]]
    active = api.get(f"/v1/orders?market={market}&active_since={held[1]['last_activity']}")["items"]
    assert [order["id"] for order in active] == [ids[0]]


def test_an_order_as_it_stood(api: Api) -> None:
    order = api.place(small())
    held = api.ask("POST", f"/v1/orders/{order}/operations/hold_order", {"reason": "fraud"}).json()
    assert api.get(f"/v1/orders/{order}")["order"]["status"] == held["order"]["status"] == "OnHold"
    assert api.get(f"/v1/orders/{order}?as_of=1")["order"]["status"] == "InProgress"
    assert api.get(f"/v1/orders/{order}?as_of=2999-01-01T00:00:00Z")["version"] == 2
    problem(api.ask("GET", f"/v1/orders/{order}?as_of=yesterday"), 400, "invalid-input")
    problem(api.ask("GET", f"/v1/orders/{order}?as_of=0"), 404, "unknown-order")


def test_the_same_key_and_body_give_the_same_answer(api: Api) -> None:
    first, again = (api.ask("POST", "/v1/orders", small(), idempotency_key="cart-7") for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = api.ask("POST", "/v1/orders", small(market="DE"), idempotency_key="cart-7")
    problem(other, 422, "idempotency-key-reused")


def test_who_saw_another_version_is_told_what_has_happened_since(api: Api) -> None:
    order = api.place(small())
    path = f"/v1/orders/{order}/operations"
    held = api.ask("POST", f"{path}/hold_order", {"reason": "fraud"}, if_match='"1"')
    assert (held.status_code, held.headers["etag"]) == (200, '"2"')
    late = problem(api.ask("POST", f"{path}/release_hold", {}, if_match='"1"'), 412, "order-changed")
    assert (late["expected"], late["current"]) == (1, 2)
    assert late["since"] == [{"seq": 2, "event_type": "OrderGroupOnHold"}]
    api.ask("POST", f"/v1/orders/{order}/notes", {"title": "Asked the bank"})
    assert api.ask("POST", f"{path}/release_hold", {}, if_match='"2"').status_code == 200  # a note is no conflict
    for wrong in ("2", 'W/"2"', '"x"', '"1", "2"'):
        problem(api.ask("POST", f"{path}/hold_order", {"reason": "fraud"}, if_match=wrong), 400, "invalid-input")
    assert api.ask("POST", f"{path}/hold_order", {"reason": "fraud"}, if_match="*").status_code == 200
    problem(api.ask("POST", "/v1/orders", small(), if_match='"1"'), 400, "invalid-input")


def test_what_is_legal_comes_with_its_arguments_and_the_rest_with_its_reason(api: Api) -> None:
    order = api.place(small())
    found = {row["name"]: row for row in api.get(f"/v1/orders/{order}/operations")}
    assert set(found) == {name for name, row in OPERATIONS.items() if row.legal_in}
    assert found["hold_order"]["legal"]
    assert "reason" in found["hold_order"]["arguments"]["$defs"]["HoldOrder"]["properties"]
    assert not found["release_hold"]["legal"]
    assert "it is legal for OnHold" in found["release_hold"]["why_not"]


def test_what_is_not_legal_is_a_conflict_that_says_what_is(api: Api) -> None:
    order = api.place(small())
    refused = problem(api.ask("POST", f"/v1/orders/{order}/operations/release_hold", {}), 409, "operation-not-allowed")
    assert (refused["operation"], refused["statuses"]) == ("release_hold", {"order": "InProgress"})
    assert "hold_order" in refused["legal_now"]
    assert api.get(f"/v1/orders/{order}")["version"] == 1


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"{", "invalid-input"),
        (b"[]", "invalid-input"),
        (b'{"reason": "a", "reason": "b"}', "invalid-input"),
        (b'{"reason": "a", "colour": "red"}', "invalid-input"),
        (b'{"reason": 7}', "invalid-input"),
        (b'{"reason": "a\\u0000b"}', "invalid-text"),
        (b"[" * 100_000, "invalid-input"),
    ],
    ids=["broken", "list", "twice", "unknown", "type", "nul", "deep"],
)
def test_bad_bodies_are_refused(api: Api, body: bytes, name: str) -> None:
    order = api.place(small())
    problem(api.ask("POST", f"/v1/orders/{order}/operations/hold_order", body), 400, name)
    assert api.get(f"/v1/orders/{order}")["version"] == 1


def test_amounts_are_strings(api: Api) -> None:
    order = api.place(small())
    payment = {"amount": "249.00", "method": "Card", "transaction_type": "Sale"}
    paid = api.ask("POST", f"/v1/orders/{order}/operations/add_payment", payment)
    assert paid.json()["order"]["totals"]["balance"] == "0.00"
    path = f"/v1/orders/{order}/operations/add_payment"
    problem(api.ask("POST", path, b'{"amount": 1.5, "method": "Card"}'), 400, "invalid-money")
    assert problem(api.ask("POST", path, payment), 409, "overpayment")["by"] == "249.00"


def test_what_does_not_exist_is_not_found(api: Api) -> None:
    problem(api.ask("GET", "/v1/orders/nope"), 404, "unknown-order")
    problem(api.ask("POST", "/v1/orders/nope/operations/hold_order", {"reason": "x"}), 404, "unknown-order")
    problem(api.ask("POST", f"/v1/orders/{api.place(small())}/operations/fly", {}), 404, "unknown-operation")
    problem(api.ask("GET", "/v1/teapots"), 404, "not-found")
    problem(api.ask("PUT", "/v1/orders"), 405, "method-not-allowed")


def test_a_body_over_its_limit_is_refused(api: Api) -> None:
    problem(api.ask("POST", "/v1/orders", b" " * 1_000_001), 413, "request-entity-too-large")


def test_a_wrong_query_is_named_without_repeating_it(api: Api) -> None:
    found = problem(api.ask("GET", "/v1/orders?limit=many&customer=Mercy"), 400, "bad-request")
    assert "limit" in found["detail"]
    assert "Mercy" not in str(found)


def test_a_parameter_that_is_not_there_is_refused(api: Api) -> None:
    found = problem(api.ask("GET", "/v1/orders?stauts=OnHold"), 400, "invalid-input")
    assert found["detail"].startswith("there is no parameter 'stauts': there are active_since, active_until, after")
    problem(api.ask("GET", f"/v1/orders/{api.place(small())}?verbose=1"), 400, "invalid-input")
    problem(api.ask("POST", "/v1/orders?dry_run=1", small()), 400, "invalid-input")


@pytest.mark.parametrize("text", ["0.5", "1767225600", "-1", "1e3", ""])
def test_a_bare_number_is_no_time(api: Api, text: str) -> None:
    problem(api.ask("GET", f"/v1/orders?placed_since={text}"), 400, "invalid-time")
    order = api.place(small())
    problem(api.ask("GET", f"/v1/orders/{order}/notes?until={text}"), 400, "invalid-time")
    assert api.get("/v1/orders?placed_since=2026-01-31T12:00:00Z")["items"] is not None
