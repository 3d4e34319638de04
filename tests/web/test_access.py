"""Who may come in, and what each may see and do."""

import httpx
import pytest

from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_orders import MERCY, problem


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic admin", "admin"])
def test_strangers_learn_nothing(client: httpx.Client, api: Api, header: str) -> None:
    order = api.place(small())
    headers = {"Authorization": header} if header else {}
    answers = [client.get(f"/v1/orders/{one}", headers=headers) for one in (order, "nope")]
    assert [answer.json() for answer in answers[:1]] * 2 == [answer.json() for answer in answers]
    assert answers[0].headers["www-authenticate"] == "Bearer"
    problem(answers[0], 401, "unauthorized")


def test_a_role_does_what_it_may(client: httpx.Client, api: Api) -> None:
    order = api.place(small())
    viewer, nobody = Api(client, "viewer"), Api(client, "nobody")
    assert viewer.get(f"/v1/orders/{order}")["order"]["status"] == "InProgress"
    refused = problem(
        viewer.ask("POST", f"/v1/orders/{order}/operations/hold_order", {"reason": "x"}), 403, "not-permitted"
    )
    assert refused["permission"] == "order.hold"
    found = {row["name"]: row for row in viewer.get(f"/v1/orders/{order}/operations")}
    assert not any(row["legal"] for row in found.values())
    assert found["hold_order"]["why_not"] == "it needs the permission order.hold"
    for path in ("/v1/orders", f"/v1/orders/{order}", f"/v1/orders/{order}/notes", f"/v1/orders/{order}/operations"):
        problem(nobody.ask("GET", path), 403, "not-permitted")


def test_who_may_work_on_orders_but_not_see_them_is_told_the_version_only(client: httpx.Client, api: Api) -> None:
    robot, order = Api(client, "robot"), api.place(small())
    placed = robot.ask("POST", "/v1/orders", small())
    held = robot.ask("POST", f"/v1/orders/{order}/operations/hold_order", {"reason": "fraud"})
    assert [answer.status_code for answer in (placed, held)] == [201, 200]
    assert [answer.json()["order"] for answer in (placed, held)] == [None, None]
    assert (held.json()["version"], held.headers["etag"]) == (2, '"2"')
    problem(robot.ask("GET", f"/v1/orders/{order}"), 403, "not-permitted")


def test_personal_data_is_left_out_for_who_may_not_see_it(client: httpx.Client, api: Api) -> None:
    order = api.place(small(customer=MERCY, attributes={"gift": "for Mercy"}, market="PERSONAL"))
    clerk = Api(client, "clerk")
    answers = [
        clerk.ask("GET", f"/v1/orders/{order}"),
        clerk.ask("GET", f"/v1/orders/{order}?as_of=1"),
        clerk.ask("GET", "/v1/orders?market=PERSONAL"),
        clerk.ask("POST", f"/v1/orders/{order}/operations/hold_order", {"reason": "fraud"}),
        clerk.ask("POST", f"/v1/orders/{order}/operations/release_hold", {}, if_match='"1"'),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 412]
    for answer in answers:
        assert "mercy" not in answer.text.lower()
    assert answers[0].json()["order"]["customer"] == {"id": "C1"}
    for path in ("/v1/orders?customer=Mercy", "/v1/orders?email=mercy", f"/v1/orders/{order}/notes"):
        problem(clerk.ask("GET", path), 403, "not-permitted")


def test_options_says_which_methods_there_are(client: httpx.Client) -> None:
    for path in ("/v1/orders", "/v1/customer", "/v1/orders/x/operations/hold_order", "/metrics"):
        answer = client.request("OPTIONS", path)
        assert (answer.status_code, answer.content) == (204, b""), path
        assert "OPTIONS" in answer.headers["allow"]
