"""Who may come in, and what each may see and do."""

import httpx
import pytest

from ordertrail import ActorKind, OrderTrail
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
    looked_for = (f"/v1/orders/{order}/notes?text=mercy", "/v1/activities?text=mercy")
    for path in ("/v1/orders?customer=Mercy", "/v1/orders?email=mercy", "/v1/orders?find=mercy", *looked_for):
        problem(clerk.ask("GET", path), 403, "not-permitted")
    for wanted in ({"customer": "Mercy"}, {"email": "mercy"}, {"find": "mercy"}):
        problem(clerk.ask("POST", "/v1/orders/search", wanted), 403, "not-permitted")


def test_an_app_acts_for_somebody_and_both_are_recorded(api: Api, trail: OrderTrail) -> None:
    order = api.place(small())
    path = f"/v1/orders/{order}/notes"
    made = api.ask("POST", path, {"title": "Called"}, on_behalf_of="anna")
    assert (made.json()["actor"]["id"], made.json()["actor"]["on_behalf_of"]) == ("admin", "anna")
    note = trail.order_note(order, made.json()["seq"])
    assert (note.actor.kind, note.actor.id, note.actor.on_behalf_of) == (ActorKind.APP, "admin", "anna")
    for nobody in ("anna smith", "anna@example.com", "a" * 129, ""):
        problem(api.ask("POST", path, {"title": "Called"}, on_behalf_of=nobody), 400, "invalid-input")
    assert trail.order(order).version == note.seq


def test_notes_and_the_feed_hide_what_is_personal(client: httpx.Client, api: Api) -> None:
    order = api.place(small(customer=MERCY, market="HIDDEN"))
    note = {"title": "Mercy called", "detail": "about Mercy's tent"}
    assert api.ask("POST", f"/v1/orders/{order}/notes", note).status_code == 201
    assert api.ask("PATCH", f"/v1/orders/{order}/notes/2", {"title": "Mercy wrote"}).status_code == 200
    api.ask("POST", f"/v1/orders/{order}/operations/hold_order", {"reason": {"code": "fraud", "comment": "Mercy?"}})
    for role in ("viewer", "clerk"):
        seer = Api(client, role)
        answers = [
            seer.ask("GET", f"/v1/orders/{order}/notes"),
            seer.ask("GET", f"/v1/orders/{order}/notes/1"),
            seer.ask("GET", f"/v1/orders/{order}/notes/2"),
            seer.ask("GET", f"/v1/orders/{order}/notes/2/revisions"),
            seer.ask("GET", f"/v1/activities?order={order}&wait=5"),
        ]
        for answer in answers:
            assert answer.status_code == 200
            assert "mercy" not in answer.text.lower()
            assert "admin@" not in answer.text
            assert '"label":"Admin"' not in answer.text
            assert "hidden" in answer.text
        assert [(one["title"], one["detail"], one["erased"]) for one in answers[0].json()["items"]][1] == (
            "[hidden]", "[hidden]", False,
        )  # fmt: skip
        assert answers[0].json()["items"][0]["title"].startswith("Order PO")
    edited = Api(client, "clerk").ask("PATCH", f"/v1/orders/{order}/notes/2", {"title": "x"})
    assert "tent" not in edited.text


def test_the_feed_is_filtered(client: httpx.Client, api: Api) -> None:
    first, second = api.place(small()), api.place(small())
    for order in (first, second):
        api.ask("POST", f"/v1/orders/{order}/operations/hold_order", {"reason": "fraud"})

    def found(query: str) -> list[tuple[str, str]]:
        page = api.get(f"/v1/activities?limit=1000&wait=5&{query}")
        return [(one["note"]["order_id"], one["note"]["event_type"]) for one in page["items"]]

    until = [(first, "OrderGroupCreated"), (first, "OrderGroupOnHold")]
    while found(f"order={first}") != until:
        pass
    while (second, "OrderGroupOnHold") not in found("event_type=OrderGroupOnHold"):
        pass
    held = found("event_type=OrderGroupOnHold")
    assert {event for _, event in held} == {"OrderGroupOnHold"}
    assert found(f"order={first}&order={second}&event_type=OrderGroupCreated&category=order") == [
        (first, "OrderGroupCreated"), (second, "OrderGroupCreated"),
    ]  # fmt: skip
    for wrong in ("event_type=Nonsense", "category=nonsense", "orders=x"):
        assert api.ask("GET", f"/v1/activities?{wrong}").status_code == 400


def test_options_says_which_methods_there_are(client: httpx.Client) -> None:
    for path in ("/v1/orders", "/v1/customer", "/v1/orders/x/operations/hold_order", "/metrics"):
        answer = client.request("OPTIONS", path)
        assert (answer.status_code, answer.content) == (204, b""), path
        assert "OPTIONS" in answer.headers["allow"]
