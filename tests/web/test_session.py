"""Signing in and out: passwords, sessions, what another site cannot do, and an identity provider."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from litestar.testing import TestClient
from oidc_provider_mock import User as Person
from oidc_provider_mock import run_server_in_thread

from ordertrail import OrderTrail
from ordertrail.web.app import build
from ordertrail.web.asking import Site
from ordertrail.web.auth import throttle
from ordertrail.web.auth.errors import SignInRefused, TooManyAttempts
from ordertrail.web.auth.openid import OpenID, Provider
from ordertrail.web.auth.sessions import begin, sign_in
from ordertrail.web.auth.users import Changes, add_user, change_user, list_users, verified
from tests.shops import ENGINES, Clock, open_shop, small, with_clock
from tests.web.conftest import known
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
    """A shop with three users."""
    with open_shop(request, tmp_path_factory, sources=with_clock(clock)) as opened:
        for name, role in (("anna", "csr"), ("boss", "admin"), ("vera", "viewer")):
            add_user(opened, name, role, password=PASSWORD, by="setup", label=name.title())
        yield opened


@pytest.fixture(scope="module")
def service(trail: OrderTrail) -> Iterator["httpx.Client"]:
    """The service."""
    with TestClient(build(trail, known)) as found:
        yield found


@pytest.fixture
def client(service: "httpx.Client") -> "httpx.Client":
    """A browser that nobody has used."""
    service.cookies.clear()
    return service


def signed_in(client: httpx.Client, name: str = "anna") -> dict[str, Any]:
    """What the answer to a sign-in says."""
    answer = client.post("/v1/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shown(who: dict[str, Any]) -> dict[str, str]:
    """The header that a write shows."""
    return {"X-CSRF-Token": who["csrf_token"]}


def test_who_signs_in_works_as_themselves(client: httpx.Client, trail: OrderTrail) -> None:
    who = signed_in(client)
    assert (who["id"], who["label"], who["role"], who["kind"]) == ("anna", "Anna", "csr", "user")
    assert client.get("/v1/session").json() == who
    placed = client.post("/v1/orders", json=small_json(), headers=shown(who))
    assert placed.status_code == 201, placed.text
    note = trail.order_note(placed.json()["order"]["id"], 1)
    assert (note.actor.id, note.actor.label, note.actor.kind, note.channel) == (
        "anna", "Anna", "user", "Order Management",
    )  # fmt: skip
    for_another = client.post("/v1/orders", json=small_json(), headers={**shown(who), "On-Behalf-Of": "bruno"})
    assert "only an app acts for somebody" in problem(for_another, 400, "invalid-input")["detail"]
    assert "user.manage" not in who["permissions"]
    problem(client.get("/v1/users"), 403, "not-permitted")


def small_json() -> Any:
    """An order as a browser sends it."""
    return msgspec.to_builtins(small())


def test_the_cookie_is_for_nobody_else(client: httpx.Client) -> None:
    answer = client.post("/v1/session", json={"name": "anna", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("ordertrail=os_")
    assert {part.strip().lower() for part in cookie.split(";")[1:]} >= {"httponly", "samesite=lax", "path=/"}
    assert "secure" not in cookie.lower()


def test_behind_tls_the_cookie_is_secure(trail: OrderTrail) -> None:
    with TestClient(build(trail, known, site=Site("https://orders.example.com"))) as browser:
        answer = browser.post("/v1/session", json={"name": "anna", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-ordertrail=os_")
    assert "secure" in {part.strip().lower() for part in cookie.split(";")}


def test_another_site_cannot_write_with_the_cookie(client: httpx.Client) -> None:
    who = signed_in(client)
    for headers in (
        {},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": "-"},
    ):
        problem(client.post("/v1/orders", json=small_json(), headers=headers), 403, "write-not-shown")
        problem(client.delete("/v1/session", headers=headers), 403, "write-not-shown")
    assert client.get("/v1/session").json() == who
    form = client.post("/v1/session", data={"name": "anna", "password": PASSWORD})
    problem(form, 400, "invalid-input")


def test_who_signs_out_is_out(client: httpx.Client) -> None:
    who = signed_in(client)
    text = client.cookies["ordertrail"]
    assert client.delete("/v1/session", headers=shown(who)).status_code == 204
    client.cookies.clear()
    client.cookies["ordertrail"] = text
    problem(client.get("/v1/session"), 401, "unauthorized")
    assert client.delete("/v1/session").status_code == 204


@pytest.mark.parametrize("text", ["", "os_", "os_0123456789abcdef_" + "0" * 64, "nonsense", "os_x_y"])
def test_a_cookie_that_is_none_of_ours_lets_nobody_in(client: httpx.Client, text: str) -> None:
    client.cookies["ordertrail"] = text
    problem(client.get("/v1/session"), 401, "unauthorized")


def test_a_session_ends_by_itself(client: httpx.Client, clock: Clock) -> None:
    signed_in(client)
    clock.pass_by(minutes=119)
    assert client.get("/v1/session").status_code == 200
    clock.pass_by(minutes=119)
    assert client.get("/v1/session").status_code == 200
    clock.pass_by(minutes=121)
    problem(client.get("/v1/session"), 401, "unauthorized")
    signed_in(client)
    for _ in range(11):
        clock.pass_by(minutes=60)
        assert client.get("/v1/session").status_code == 200
    clock.pass_by(minutes=61)
    problem(client.get("/v1/session"), 401, "unauthorized")


def test_a_password_is_hashed_as_slowly_as_is_recommended(real_hasher: PasswordHasher) -> None:
    """RFC 9106, the second recommended option: Argon2id, three passes over 64 MiB in four lanes."""
    kept = extract_parameters(real_hasher.hash(PASSWORD))
    assert (kept.type, kept.time_cost, kept.memory_cost, kept.parallelism) == (Type.ID, 3, 64 * 1024, 4)


def test_a_stranger_is_not_told_which_names_there_are(client: httpx.Client, clock: Clock) -> None:
    clock.pass_by(hours=1)
    answers = [
        client.post("/v1/session", json={"name": name, "password": password})
        for name, password in (
            ("anna", "wrong password"), ("nobody", PASSWORD), ("anna", "x" * 5000), ("anna", "🔑"),
        )
    ]  # fmt: skip
    for answer in answers:
        assert problem(answer, 401, "sign-in-refused") == answers[0].json()
    problem(client.post("/v1/session", json={"name": "\0", "password": PASSWORD}), 400, "invalid-text")


def test_signing_in_is_throttled(client: httpx.Client, clock: Clock) -> None:
    clock.pass_by(hours=1)
    right, wrong = {"name": "vera", "password": PASSWORD}, {"name": "vera", "password": "a wrong password"}
    for _ in range(throttle.PER_ACCOUNT_AND_ADDRESS):
        assert client.post("/v1/session", json=right).status_code == 200  # these do not count
        problem(client.post("/v1/session", json=wrong), 401, "sign-in-refused")
    refused = client.post("/v1/session", json=right)
    problem(refused, 429, "too-many-attempts")
    assert refused.headers["retry-after"] == "900"
    assert client.post("/v1/session", json={"name": "anna", "password": PASSWORD}).status_code == 200
    clock.pass_by(hours=1)
    assert client.post("/v1/session", json=right).status_code == 200


def test_a_stranger_elsewhere_locks_nobody_out(trail: OrderTrail, clock: Clock) -> None:
    clock.pass_by(hours=1)
    for _ in range(throttle.PER_ACCOUNT_AND_ADDRESS):
        with pytest.raises(SignInRefused):
            sign_in(trail, "vera", "a wrong password", address="192.0.2.7")
    with pytest.raises(TooManyAttempts):
        sign_in(trail, "vera", PASSWORD, address="192.0.2.7")
    assert sign_in(trail, "vera", PASSWORD, address="192.0.2.8")


def test_attempts_are_counted_by_account_and_by_whom_the_address_belongs_to() -> None:
    account = f"account {sha256(b'x').hexdigest()}"
    for address, block in (
        ("192.0.2.7", "192.0.2.7"), ("2001:db8::7", "2001:db8::/64"), ("testclient", "unknown"), (None, "unknown"),
    ):  # fmt: skip
        found = throttle.sources("x", address)
        assert list(found) == [account, f"address {block}", f"{account} address {block}"]


def test_a_session_that_begins_while_the_password_changes_does_not(trail: OrderTrail, clock: Clock) -> None:
    clock.pass_by(hours=1)
    for changes, back in (
        (Changes(disabled=True), Changes(disabled=False)),
        (Changes(password="another password"), Changes(password=PASSWORD)),
    ):
        found = verified(trail, "anna", PASSWORD)
        assert found is not None
        change_user(trail, "anna", changes, by="anna")
        with pytest.raises(SignInRefused):
            begin(trail, found, how="with a password", address=None)
        change_user(trail, "anna", back, by="anna")


def test_behind_tls_a_neighbour_plants_no_session(trail: OrderTrail, clock: Clock) -> None:
    clock.pass_by(hours=1)
    _, text = sign_in(trail, "anna", PASSWORD, address=None)
    with TestClient(build(trail, known, site=Site("https://orders.example.com"))) as browser:
        browser.cookies["ordertrail"] = text
        problem(browser.get("/v1/session"), 401, "unauthorized")


def test_who_is_disabled_or_has_another_password_is_out(client: httpx.Client, trail: OrderTrail, clock: Clock) -> None:
    clock.pass_by(hours=1)
    for changes, back in (
        (Changes(disabled=True), Changes(disabled=False)),
        (Changes(password="another password"), Changes(password=PASSWORD)),
    ):
        signed_in(client)
        change_user(trail, "anna", changes, by="anna")
        problem(client.get("/v1/session"), 401, "unauthorized")
        problem(client.post("/v1/session", json={"name": "anna", "password": PASSWORD}), 401, "sign-in-refused")
        change_user(trail, "anna", back, by="anna")
        problem(client.get("/v1/session"), 401, "unauthorized")
    signed_in(client)
    change_user(trail, "anna", Changes(role="viewer"), by="anna")
    assert client.get("/v1/session").json()["role"] == "viewer"
    change_user(trail, "anna", Changes(role="csr"), by="anna")


BACK = "http://orders.example.com/v1/session/openid/callback"


@pytest.mark.filterwarnings("ignore")  # the provider's code uses what its libraries call deprecated
def test_who_signs_in_elsewhere_comes_back_signed_in(trail: OrderTrail) -> None:
    people = [
        Person(sub="kim", claims={"name": "Kim Lee", "groups": ["Support"]}),
        Person(sub="eve", claims={"name": "Eve", "groups": ["Sales"]}),
    ]
    with run_server_in_thread(user_claims=people, require_nonce=True) as server, httpx.Client() as http:
        provider = Provider(
            issuer=f"http://localhost:{server.server_port}", client_id="ordertrail", client_secret="hush",
            roles={"Support": "csr"},
        )  # fmt: skip
        app = build(trail, known, openid=OpenID(provider, http), site=Site("http://orders.example.com"))

        def come_back(browser: httpx.Client, sub: str) -> httpx.Response:
            began = browser.get("/v1/session/openid", follow_redirects=False)
            assert began.status_code == 302
            agreed = http.post(began.headers["location"], data={"sub": sub})
            assert agreed.status_code == 302, agreed.text
            assert agreed.headers["location"].startswith(BACK)
            where = urlsplit(agreed.headers["location"])
            return browser.get(f"{where.path}?{where.query}", follow_redirects=False)

        with TestClient(app, base_url="http://orders.example.com") as browser:
            back = come_back(browser, "kim")
            assert (back.status_code, back.headers["location"]) == (302, "http://orders.example.com/")
            who = browser.get("/v1/session").json()
            assert (who["label"], who["role"], who["id"][:5]) == ("Kim Lee", "csr", "oidc-")
            assert next(user for user in list_users(trail) if user.id == who["id"]).has_password is False
            problem(browser.post("/v1/session", json={"name": who["id"], "password": PASSWORD}), 401, "sign-in-refused")
            assert come_back(browser, "kim").status_code == 302  # the same user again
            change_user(trail, who["id"], Changes(disabled=True), by="anna")
            problem(come_back(browser, "kim"), 401, "not-confirmed")
        with TestClient(app, base_url="http://orders.example.com") as browser:
            problem(come_back(browser, "eve"), 401, "not-confirmed")
            problem(browser.get("/v1/session/openid/callback?state=x&code=y"), 401, "not-confirmed")
            browser.cookies.clear()
            problem(browser.get("/v1/session/openid/callback?state=x&code=y"), 401, "not-confirmed")
