"""Who came in, who was refused and who looked: recorded in the system streams, and read by auditors."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.errors import StoreError
from ordertrail.web import ledger as ledgers
from ordertrail.web.app import build
from ordertrail.web.auth.users import add_user
from ordertrail.web.ledger import BLOCKS, Ledger, block_of
from tests.shops import ENGINES, open_shop, small
from tests.web.conftest import Api, known
from tests.web.test_orders import problem
from tests.web.test_session import PASSWORD, shown, signed_in


@pytest.fixture(params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop of its own for each test, with one user."""
    with open_shop(request, tmp_path_factory) as opened:
        add_user(opened, "anna", "csr", password=PASSWORD, by="setup", label="Anna")
        yield opened


@pytest.fixture
def client(trail: OrderTrail) -> Iterator["httpx.Client"]:
    """A browser. What was counted is recorded at the end of the block at the latest."""
    with TestClient(build(trail, known)) as found:
        yield found


def recorded(trail: OrderTrail, *events: str) -> list[tuple[str | None, str, Any]]:
    """Event type, actor and data of what was recorded, the first one first."""
    return [
        (one.event_type, one.actor.id, one.data)
        for one in trail.accesses(newest_first=False, limit=1000)
        if one.event_type in events
    ]


def test_signing_in_and_out(trail: OrderTrail) -> None:
    with TestClient(build(trail, known)) as client:
        who = signed_in(client)
        assert client.delete("/v1/session", headers=shown(who)).status_code == 204
        client.post("/v1/session", json={"name": "anna", "password": "wrong horse battery"})
        client.post("/v1/session", json={"name": "anna", "password": "wrong horse battery"})
        client.post("/v1/session", json={"name": "S3cret-typed-here", "password": "wrong horse battery"})
    assert recorded(trail, "SignedIn", "SignedOut") == [
        ("SignedIn", "anna", {"how": "with a password"}),
        ("SignedOut", "anna", {}),
    ]
    refused = Counter[Any]()
    for _, actor, data in recorded(trail, "StrangersRefused"):
        refused[actor, data["reason"], data.get("user")] += data["count"]  # in several, if a minute ended meanwhile
    assert refused == {
        ("ordertrail", "sign-in-refused", "anna"): 2,
        ("ordertrail", "sign-in-refused", None): 1,
    }
    everything = " ".join(str(one) for one in trail.accesses(limit=1000))
    assert "S3cret" not in everything  # what was typed, and names nobody
    assert "horse" not in everything
    assert trail.verify().sound


def test_who_looked_at_what(trail: OrderTrail) -> None:
    with TestClient(build(trail, known)) as client:
        api = Api(client, "csr")
        first, second = api.place(small()), api.place(small())
        for _ in range(3):
            api.get(f"/v1/orders/{first}")
        api.get(f"/v1/orders/{first}/notes")
        api.get("/v1/orders")
        api.ask("GET", "/v1/orders/none")
        Api(client, "viewer").get(f"/v1/orders/{first}")  # sees nothing personal
        Api(client, "viewer").get("/v1/orders")
        until_placed(api)
    found = recorded(trail, "PersonalDataSeen")
    assert {actor for _, actor, _ in found} == {"csr"}
    seen = {data["route"]: data for _, _, data in found}
    looks = [data for _, _, data in found if data["route"] == "/v1/orders/{order_id}"]
    assert sum(data["count"] for data in looks) == 3
    assert {(*data["orders"], data["different"]) for data in looks} == {(first, 1)}
    assert seen["/v1/orders/{order_id}/notes"]["orders"] == [first]
    assert seen["/v1/orders"]["orders"] == sorted([first, second])
    assert seen["/v1/activities"]["positions"]
    [title] = {one.title for one in trail.accesses(event_type="PersonalDataSeen") if one.data["route"] == "/v1/orders"}
    assert title == "Personal data seen 1 × by /v1/orders"
    assert trail.verify().sound


def until_placed(api: Api) -> None:
    """Read the feed until there is something."""
    while not api.get("/v1/activities?wait=5")["items"]:
        pass


def test_who_asked_for_what_they_may_not_do(trail: OrderTrail) -> None:
    with TestClient(build(trail, known)) as client:
        order = Api(client, "admin").place(small())
        for _ in range(2):
            problem(Api(client, "viewer").ask("POST", "/v1/orders", small()), 403, "not-permitted")
        for person in ("anna", "bruno"):  # who says of whom they ask is counted once
            problem(Api(client, "viewer").ask("POST", "/v1/orders", small(), on_behalf_of=person), 403, "not-permitted")
        problem(Api(client, "csr").ask("DELETE", f"/v1/orders/{order}/notes/1"), 403, "note-never-changes")
        problem(Api(client, "stranger").ask("GET", "/v1/orders"), 401, "unauthorized")
        client.headers["X-Forwarded-For"] = "203.0.113.9"  # from no proxy that is trusted
        problem(Api(client, "stranger").ask("GET", "/v1/users"), 401, "unauthorized")
    refused = Counter[Any]()
    for _, actor, data in recorded(trail, "RequestsRefused"):
        refused[actor, *map(data.get, ("method", "route", "reason"))] += data["count"]
    assert refused == {
        ("viewer", "POST", "/v1/orders", "not-permitted"): 4,
        ("csr", "DELETE", "/v1/orders/{order_id}/notes/{seq}", "note-never-changes"): 1,
    }
    strangers = [data for _, _, data in recorded(trail, "StrangersRefused")]
    assert {(data["reason"], data["block"]) for data in strangers} == {("unauthorized", "unknown")}
    assert sum(data["count"] for data in strangers) == 2


def test_who_reads_by_a_link_is_recorded(trail: OrderTrail) -> None:
    with TestClient(build(trail, known)) as client:
        order = Api(client, "admin").place(small())
        link = Api(client, "admin").ask("POST", f"/v1/orders/{order}/links", {}).json()["link"]
        for _ in range(2):
            assert client.get("/v1/customer", params={"link": link}).status_code == 200
        assert client.get("/v1/customer", params={"link": f"{link}x"}).status_code == 403
    looked = [(actor, data) for _, actor, data in recorded(trail, "PersonalDataSeen") if actor == "link"]
    assert sum(data["count"] for _, data in looked) == 2
    assert {(*data["orders"], data["route"]) for _, data in looked} == {(order, "/v1/customer")}


def test_auditors_read_it_and_nobody_else(trail: OrderTrail, client: httpx.Client) -> None:
    for role in ("auditor", "manager", "admin"):
        page = Api(client, role).get("/v1/accesses?event_type=UserAdded&limit=1")
        assert [(one["event_type"], one["data"], one["actor"]["id"]) for one in page["items"]] == [
            ("UserAdded", {"user": "anna", "role": "csr"}, "setup")
        ]
    for role in ("viewer", "csr", "warehouse"):
        problem(Api(client, role).ask("GET", "/v1/accesses"), 403, "not-permitted")
    for query in ("after=7", "event_type=OrderGroupCreated", "since=2026", "limit=0"):
        assert Api(client, "auditor").ask("GET", f"/v1/accesses?{query}").status_code == 400


def test_who_changes_who_may_come_in(trail: OrderTrail) -> None:
    with TestClient(build(trail, known)) as client:
        api = Api(client, "admin")
        role = {"whom": "Interns.", "permissions": ["order.see"], "refund_ceilings": {"USD": "10.00"}}
        assert api.ask("PUT", "/v1/roles/intern", role).status_code == 200
        api.ask("PATCH", "/v1/users/anna", {"role": "intern", "label": "Anna A.", "password": "another long one"})
        token = api.ask("POST", "/v1/tokens", {"name": "ERP", "role": "csr"}).json()
        for _ in range(2):
            api.ask("DELETE", f"/v1/tokens/{token['token']['id']}")
        api.ask("PATCH", "/v1/users/anna", {"disabled": True, "role": "csr"})
        api.ask("PATCH", "/v1/users/anna", {"disabled": True})  # which changes nothing
        assert api.ask("DELETE", "/v1/roles/intern").status_code == 204
        order = api.place(small())
        assert api.ask("POST", f"/v1/orders/{order}/links", {"days": 2}).status_code == 201
    events = ("RoleDefined", "UserChanged", "TokenCreated", "TokenRevoked", "RoleRemoved", "CustomerLinkCreated")
    found = recorded(trail, *events)
    assert [event for event, _, _ in found] == [
        "RoleDefined", "UserChanged", "TokenCreated", "TokenRevoked", "UserChanged", "RoleRemoved",
        "CustomerLinkCreated",
    ]  # fmt: skip
    assert {actor for _, actor, _ in found} == {"admin"}
    assert found[0][2]["ceilings"]["refund"] == {"USD": "10.00"}
    assert found[1][2]["changed"] == "role csr → intern, password, label"
    assert found[4][2]["changed"] == "role intern → csr, may not sign in any more"
    assert found[6][2] == {"order": order, "days": 2}
    assert token["text"].split("_")[2] not in " ".join(map(str, trail.accesses(limit=1000)))
    assert {one.cause is None for one in trail.accesses(event_type=list(events))} == {False}


def test_a_flood_of_strangers_is_few_entries(trail: OrderTrail) -> None:
    ledger = Ledger(trail, lambda _: None)
    for number in range(5_000):
        ledger.stranger(f"10.{number // 250}.{number % 250}.{number % 200}", "unauthorized", None)
    ledger.record()
    found = recorded(trail, "StrangersRefused")
    assert len(found) <= 2 * (BLOCKS + 1)  # the minute may have ended meanwhile
    assert sum(data["count"] for _, _, data in found) == 5_000
    assert "others" in {data["block"] for _, _, data in found}


def test_what_could_not_be_recorded_is_recorded_later(trail: OrderTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, who = Ledger(trail, lambda _: None), known("csr")
    assert who is not None
    ledger.looked(who, "/v1/orders", ["a"])
    with monkeypatch.context() as patch:
        patch.setattr(trail.store, "writing", _broken)
        with pytest.raises(StoreError):
            ledger.record()
    ledger.looked(who, "/v1/orders", ["b"])
    ledger.record()
    ledger.record()
    assert [data for _, _, data in recorded(trail, "PersonalDataSeen")] == [
        {"route": "/v1/orders", "count": 2, "orders": ["a", "b"], "different": 2}
    ]


def _broken() -> Any:
    raise StoreError("the disk is gone")


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), (None, "unknown"), ("x", "unknown"),
    ],
)  # fmt: skip
def test_blocks(address: str | None, block: str) -> None:
    assert block_of(address) == block


def test_which_routes_show_personal_data(client: httpx.Client) -> None:
    """But for the feed, which counts page by page itself, and the answers to operations, which are recorded."""
    routes = client.app.routes  # type: ignore[attr-defined]
    handlers = [(route.path, handler) for route in routes for handler in getattr(route, "route_handlers", ())]
    api = {handler.operation_id for path, handler in handlers if handler.opt.get("shows_personal") and is_api(path)}
    assert api == {"get_order", "list_orders", "search_orders", "list_notes", "get_note", "list_revisions"}
    # Of the console all pages but those that only lead elsewhere, or ask for what is not there yet.
    pages = {path for path, handler in handlers if "permissions" in handler.opt and not is_api(path)}
    showing = {path for path, handler in handlers if handler.opt.get("shows_personal")}
    led_through = {"/orders/{number:str}/jump", "/orders/by-id/{order_id:str}", "/orders/views", "/orders/new", "/"}
    assert pages - showing == led_through | {"/metrics"}


def is_api(path: str) -> bool:
    """Whether a route is for programs."""
    return path.startswith("/v1/")


def test_it_is_recorded_while_the_service_runs(trail: OrderTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "PAUSE", 0.05)
    with TestClient(build(trail, known)) as client:
        Api(client, "stranger").ask("GET", "/v1/orders")
        for _ in range(400):
            if recorded(trail, "StrangersRefused"):
                return
            client.get("/health")
    raise AssertionError("nothing was recorded")
