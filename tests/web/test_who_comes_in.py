"""Users, roles and tokens over HTTP, and what a customer reads by a link."""

from collections.abc import Iterator

import httpx
import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.web.app import build
from ordertrail.web.auth.roles import ROLES
from ordertrail.web.auth.tokens import authenticator
from ordertrail.web.auth.users import Changes, add_user, change_user
from tests.shops import ENGINES, Clock, open_shop, small, with_clock
from tests.web.conftest import Api, known
from tests.web.test_orders import problem

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def clock() -> Clock:
    """What time it is."""
    return Clock()


@pytest.fixture(scope="module", params=ENGINES)
def trail(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> Iterator[OrderTrail]:
    """A shop."""
    with open_shop(request, tmp_path_factory, sources=with_clock(clock)) as opened:
        yield opened


def test_users_are_added_changed_and_listed(api: Api) -> None:
    anna = {"id": "anna", "role": "csr", "password": PASSWORD, "label": "Anna Berg"}
    added = api.ask("POST", "/v1/users", anna)
    assert added.status_code == 201
    assert {name: value for name, value in added.json().items() if name != "created"} == {
        "id": "anna", "label": "Anna Berg", "role": "csr", "created_by": "admin", "has_password": True,
        "disabled": None,
    }  # fmt: skip
    assert PASSWORD not in added.text
    problem(api.ask("POST", "/v1/users", anna), 400, "duplicate-id")
    changed = api.ask("PATCH", "/v1/users/anna", {"role": "viewer", "disabled": True, "label": "A. Berg"}).json()
    assert (changed["role"], changed["label"], changed["disabled"] is None) == ("viewer", "A. Berg", False)
    assert "anna" in [user["id"] for user in api.get("/v1/users")]
    again = api.ask("PATCH", "/v1/users/anna", {"disabled": False}).json()
    assert again["disabled"] is None


@pytest.mark.parametrize(
    ("differs", "status", "name"),
    [
        ({"id": "a@b"}, 400, "invalid-input"), ({"id": "a b"}, 400, "invalid-input"),
        ({"id": ""}, 400, "invalid-input"), ({"id": "x" * 129}, 400, "invalid-input"),
        ({"id": "a\u202e\n"}, 400, "invalid-input"),
        ({"label": "\n"}, 400, "invalid-input"), ({"label": "x" * 101}, 400, "invalid-input"),
        ({"password": "too short"}, 400, "invalid-input"), ({"password": "x" * 1001}, 400, "invalid-input"),
        ({"password": "with\ttab and more"}, 400, "invalid-input"), ({"role": "boss"}, 422, "unknown-id"),
        ({"rights": "all"}, 400, "invalid-input"),
    ],
)  # fmt: skip
def test_a_user_that_cannot_be_is_refused(api: Api, differs: dict[str, str], status: int, name: str) -> None:
    usual = {"id": "bert", "role": "csr", "password": PASSWORD}
    refused = api.ask("POST", "/v1/users", {**usual, **differs})
    problem(refused, status, name)
    assert "bert" not in [user["id"] for user in api.get("/v1/users")]
    if "password" in differs:
        assert differs["password"] not in refused.text


def test_a_user_that_is_not_there_cannot_be_changed(api: Api) -> None:
    problem(api.ask("PATCH", "/v1/users/nobody", {"role": "csr"}), 404, "unknown-user")
    api.ask("POST", "/v1/users", {"id": "carl", "role": "csr", "password": PASSWORD})
    problem(api.ask("PATCH", "/v1/users/carl", {}), 400, "invalid-input")
    problem(api.ask("PATCH", "/v1/users/carl", {"role": "boss"}), 422, "unknown-id")


def test_an_admin_is_always_left(api: Api, trail: OrderTrail) -> None:
    for name in ("root", "second"):
        add_user(trail, name, "admin", password=PASSWORD, by="setup")
    change_user(trail, "second", Changes(disabled=True), by="anna")
    for changes in ({"disabled": True}, {"role": "manager"}):
        problem(api.ask("PATCH", "/v1/users/root", changes), 409, "last-admin")
    assert {user["id"]: user["role"] for user in api.get("/v1/users")}["root"] == "admin"
    change_user(trail, "second", Changes(disabled=False), by="anna")
    assert api.ask("PATCH", "/v1/users/root", {"disabled": True}).status_code == 200


def test_a_role_of_the_shops_own_is_defined_and_removed(api: Api) -> None:
    wanted = {"whom": "Interns", "permissions": ["order.see", "note.write"], "refund_ceilings": {"USD": "50"}}
    made = api.ask("PUT", "/v1/roles/intern", wanted).json()
    assert made == {
        "name": "intern", "whom": "Interns", "permissions": ["note.write", "order.see"],
        "refund_ceilings": {"USD": "50.00"}, "discount_ceilings": {},
    }  # fmt: skip
    assert [role["name"] for role in api.get("/v1/roles")] == [*ROLES, "intern"]
    api.ask("POST", "/v1/users", {"id": "ina", "role": "intern", "password": PASSWORD})
    problem(api.ask("DELETE", "/v1/roles/intern"), 409, "role-in-use")
    api.ask("PATCH", "/v1/users/ina", {"role": "viewer"})
    assert api.ask("DELETE", "/v1/roles/intern").status_code == 204
    problem(api.ask("DELETE", "/v1/roles/intern"), 422, "unknown-id")
    problem(api.ask("DELETE", "/v1/roles/admin"), 400, "invalid-input")
    problem(api.ask("PUT", "/v1/roles/admin", wanted), 400, "invalid-input")


def test_a_token_is_made_shown_once_and_revoked(api: Api, trail: OrderTrail) -> None:
    made = api.ask("POST", "/v1/tokens", {"name": "ERP", "role": "csr"})
    assert made.status_code == 201
    text, token = made.json()["text"], made.json()["token"]
    caller = authenticator(trail)(text)
    assert caller is not None
    assert (caller.channel, token["created_by"]) == ("ERP", "admin")
    assert text.split("_")[2] not in str(api.get("/v1/tokens"))
    assert api.ask("DELETE", f"/v1/tokens/{token['id']}").json()["revoked"] is not None
    assert authenticator(trail)(text) is None
    problem(api.ask("DELETE", "/v1/tokens/nope"), 404, "unknown-token")


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"admin"}))
def test_only_an_admin_says_who_comes_in(client: httpx.Client, role: str) -> None:
    somebody = Api(client, role)
    for method, path in (
        ("GET", "/v1/users"), ("POST", "/v1/users"), ("PATCH", "/v1/users/anna"), ("GET", "/v1/roles"),
        ("PUT", "/v1/roles/x"), ("DELETE", "/v1/roles/x"), ("GET", "/v1/tokens"), ("POST", "/v1/tokens"),
        ("DELETE", "/v1/tokens/x"),
    ):  # fmt: skip
        problem(somebody.ask(method, path), 403, "not-permitted")


def test_a_customer_reads_by_a_link_what_is_for_them(client: httpx.Client, api: Api, clock: Clock) -> None:
    order, other = api.place(small()), api.place(small())
    for title, visibility in (("On its way to you", "customer"), ("Difficult customer", "internal")):
        api.ask("POST", f"/v1/orders/{order}/notes", {"title": title, "visibility": visibility})
    api.ask("POST", f"/v1/orders/{other}/notes", {"title": "Not theirs", "visibility": "customer"})
    given = api.ask("POST", f"/v1/orders/{order}/links", {"days": 2})
    assert given.status_code == 201
    link = given.json()["link"]
    read = client.get("/v1/customer", params={"link": link})
    assert read.status_code == 200
    assert read.json()["number"] == api.get(f"/v1/orders/{order}")["order"]["number"]
    assert [set(item) for item in read.json()["items"]] == [{"created", "title", "detail", "edited"}]
    assert read.json()["items"][0]["title"] == "On its way to you"
    head, _, tail = link.partition(".")
    refused = [
        client.get("/v1/customer", params={"link": wrong})
        for wrong in (
            "", "x", f"{head}.", f".{tail}", f"{head}.{tail[:-2]}AA", f"{head[:-2]}AA.{tail}", f"{link}.x", "é",
        )
    ]  # fmt: skip
    clock.pass_by(days=3)
    refused.append(client.get("/v1/customer", params={"link": link}))
    for answer in refused:
        problem(answer, 403, "link-not-valid")
        assert answer.json() == refused[0].json()
    problem(client.get(f"/v1/orders/{order}", headers={"Authorization": f"Bearer {link}"}), 401, "unauthorized")


def test_a_link_is_given_by_who_may_for_a_time(client: httpx.Client, api: Api) -> None:
    order = api.place(small())
    for days in (0, 367, -1):
        problem(api.ask("POST", f"/v1/orders/{order}/links", {"days": days}), 400, "invalid-input")
    problem(api.ask("POST", "/v1/orders/nope/links", {}), 404, "unknown-order")
    problem(Api(client, "viewer").ask("POST", f"/v1/orders/{order}/links"), 403, "not-permitted")
    assert Api(client, "csr").ask("POST", f"/v1/orders/{order}/links").status_code == 201


def test_two_processes_sign_with_one_secret(trail: OrderTrail, api: Api, client: httpx.Client) -> None:
    order = api.place(small())
    link = api.ask("POST", f"/v1/orders/{order}/links").json()["link"]
    with TestClient(build(trail, known)) as other:
        assert other.get("/v1/customer", params={"link": link}).status_code == 200
