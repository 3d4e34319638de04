"""Webhooks: nothing is lost, each order's messages keep their order, and a receiver can be sure whose they are."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from ordertrail import OrderTrail
from ordertrail.errors import InvalidInput
from ordertrail.web.app import build
from ordertrail.web.auth.tokens import create_token
from ordertrail.web.webhooks import delivering
from ordertrail.web.webhooks.addresses import AddressRefused, checked_url, reached
from ordertrail.web.webhooks.delivering import Delivery
from ordertrail.web.webhooks.endpoints import (
    NewWebhook,
    UnknownWebhook,
    WebhookChanges,
    add_webhook,
    attempts,
    change_webhook,
    list_webhooks,
    remove_webhook,
    replay,
    webhook_named,
)
from ordertrail.web.webhooks.sending import Sender
from ordertrail.web.webhooks.signing import draw_secret, signed
from tests.shops import ENGINES, Clock, open_shop, small, with_clock
from tests.web.conftest import Api, known
from tests.web.test_orders import problem
from tests.web.test_serving import served

LOCAL = ("127.0.0.0/8",)
Answer = Callable[[dict[str, Any]], int | None]


class Receiver(ThreadingHTTPServer):
    """A program elsewhere. `answer` says how it answers a message: a status, or None to hang up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hook?shop=1"
        self.answer: Answer = lambda _: 204
        self.got: list[dict[str, Any]] = []
        self.taken: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.headers_of_answer: dict[str, str] = {}

    def seen(self) -> list[tuple[str, int]]:
        """Order and seq of each message that was taken, in the order in which it was."""
        return [(one["subject"], one["data"]["seq"]) for one in self.taken]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        event = json.loads(body)
        self.server.got.append(event)
        status = self.server.answer(event)
        if status is None:
            self.close_connection = True
            return
        if status < 300:
            self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.server.bodies.append(body)
            self.server.taken.append(event)
        self.send_response(status)
        for name, value in self.server.headers_of_answer.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program that takes all it is sent."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def clock() -> Clock:
    """What time it is."""
    return Clock()


@pytest.fixture(params=ENGINES)
def trail(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> Iterator[OrderTrail]:
    """A shop of its own for each test."""
    with open_shop(request, tmp_path_factory, sources=with_clock(clock)) as opened:
        yield opened


@pytest.fixture
def delivery(trail: OrderTrail) -> Iterator[Delivery]:
    """What delivers."""
    sender = Sender(LOCAL)
    yield Delivery(trail, sender, "worker-1")
    sender.close()


def deliver(trail: OrderTrail, delivery: Delivery) -> None:
    """Deliver all that is due."""
    if trail.store.tables.sequences:
        trail.sequence()
    for endpoint_id in delivery.due():
        delivery.work(endpoint_id)


def hook(trail: OrderTrail, receiver: Receiver, **wanted: Any) -> tuple[str, str]:
    """A webhook that goes to the receiver."""
    return add_webhook(trail, NewWebhook(url=receiver.url, **wanted), networks=LOCAL, by="boss")


def test_a_message_is_a_signed_cloud_event(trail: OrderTrail, delivery: Delivery, receiver: Receiver) -> None:
    webhook_id, secret = hook(trail, receiver, personal=True)
    with trail.acting("anna", channel="Till") as desk:
        order = desk.place_order(small(customer={"name": "Mercy Taylor"}))
        desk.add_note(order.id, title="Called", detail="Mercy — 🎁")
    deliver(trail, delivery)
    placed, note = receiver.taken
    assert {name: placed[name] for name in ("specversion", "type", "subject", "datacontenttype", "source", "id")} == {
        "specversion": "1.0",
        "type": "ordertrail.OrderGroupCreated",
        "subject": order.id,
        "datacontenttype": "application/json",
        "source": f"urn:uuid:{trail.store.trail_id}",
        "id": f"{order.id}:1",
    }
    assert note["type"] == "ordertrail.Note"
    assert note["data"]["detail"] == "Mercy — 🎁"
    assert "Mercy Taylor" in json.dumps(placed["data"]["changes"])
    headers, body = receiver.headers[0], receiver.bodies[0]
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert headers["host"] == f"127.0.0.1:{receiver.server_port}"
    assert headers["user-agent"].startswith("ordertrail/")
    # The test's clock is not now, which the verifier would mind.
    fresh = dict(signed(secret, placed["id"], int(time.time()), body))
    Verifier(secret).verify(body, fresh)
    assert (
        dict(signed(secret, placed["id"], int(headers["webhook-timestamp"]), body))["webhook-signature"]
        == headers["webhook-signature"]
    )
    with pytest.raises(WebhookVerificationError):
        Verifier(draw_secret()).verify(body, fresh)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace(b"Mercy", b"Marcy"), fresh)
    assert webhook_named(trail, webhook_id).delivered_until == trail.log_size() - 1
    assert [one.status for one in attempts(trail, webhook_id, 10)] == [204, 204]
    deliver(trail, delivery)
    assert len(receiver.taken) == 2


def test_only_what_is_wanted_and_may_be_seen(trail: OrderTrail, delivery: Delivery, receiver: Receiver) -> None:
    hook(trail, receiver, event_types=["OrderGroupOnHold"])
    with trail.acting("anna", channel="Till") as desk:
        order = desk.place_order(small(customer={"name": "Mercy Taylor"})).id
        desk.hold_order(order, reason={"code": "fraud", "comment": "Mercy?"})
    deliver(trail, delivery)
    [event] = receiver.taken
    assert event["type"] == "ordertrail.OrderGroupOnHold"
    assert "Mercy" not in json.dumps(event)
    assert "[hidden]" in event["data"]["detail"]
    assert event["data"]["actor"]["id"] == event["data"]["actor"]["label"] == "anna"


def test_an_order_that_fails_holds_up_no_other(
    trail: OrderTrail, delivery: Delivery, receiver: Receiver, clock: Clock
) -> None:
    webhook_id, _ = hook(trail, receiver)
    with trail.acting("anna", channel="Till") as desk:
        bad, good = desk.place_order(small()).id, desk.place_order(small()).id
        receiver.answer = lambda event: 500 if event["subject"] == bad else 200
        for title in ("a", "b"):
            for order in (bad, good):
                desk.add_note(order, title=title)
        deliver(trail, delivery)
        assert receiver.seen() == [(good, 1), (good, 2), (good, 3)]
        found = webhook_named(trail, webhook_id)
        assert (found.waiting, found.delivered_until) == (3, trail.log_size() - 1)
        assert {one["data"]["seq"] for one in receiver.got if one["subject"] == bad} == {1}  # nothing overtook it
        receiver.answer = lambda _: 200
        clock.pass_by(minutes=10)
        desk.add_note(bad, title="c")
        deliver(trail, delivery)
    assert receiver.seen()[3:] == [(bad, 1), (bad, 2), (bad, 3), (bad, 4)]
    assert webhook_named(trail, webhook_id).waiting == 0


FAILURES: dict[str, Answer] = {
    "says 500": lambda _: 500,
    "says 404": lambda _: 404,
    "redirects": lambda _: 302,
    "hangs up": lambda _: None,
}


@pytest.mark.parametrize("way", FAILURES)
def test_a_receiver_that_fails_and_comes_back_misses_nothing(
    trail: OrderTrail, delivery: Delivery, receiver: Receiver, clock: Clock, way: str
) -> None:
    webhook_id, _ = hook(trail, receiver)
    receiver.headers_of_answer = {"Location": f"{receiver.url}/elsewhere"}
    receiver.answer = FAILURES[way]
    with trail.acting("anna", channel="Till") as desk:
        orders = [desk.place_order(small()).id for _ in range(6)]
        for order in orders:
            desk.add_note(order, title="x")
        for _ in range(12):
            deliver(trail, delivery)
            clock.pass_by(minutes=20)
    down = webhook_named(trail, webhook_id)
    assert down.failures == len(attempts(trail, webhook_id, 1000)) == len(receiver.got)
    assert 12 <= down.failures <= 15  # three at once, then one after each rest
    assert not receiver.taken
    receiver.answer = lambda _: 200
    for _ in range(10):
        clock.pass_by(minutes=20)
        deliver(trail, delivery)
    assert sorted(receiver.seen()) == sorted((order, seq) for order in orders for seq in (1, 2))
    for order in orders:
        assert [seq for subject, seq in receiver.seen() if subject == order] == [1, 2]
    found = webhook_named(trail, webhook_id)
    assert (found.waiting, found.failures, found.switched_off) == (0, 0, None)


def test_a_receiver_that_hangs(
    trail: OrderTrail, delivery: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ordertrail.web.webhooks.sending.TIMEOUT", httpx.Timeout(0.2))
    webhook_id, _ = hook(trail, receiver)
    goes_on = threading.Event()

    def hang(_: dict[str, Any]) -> int:
        goes_on.wait(20)
        return 200

    receiver.answer = hang
    trail.acting("anna", channel="Till").place_order(small())
    sender = Sender(LOCAL)
    deliver(trail, Delivery(trail, sender, "worker-2"))
    sender.close()
    goes_on.set()
    found = attempts(trail, webhook_id, 10)
    assert {(attempt.status, attempt.error) for attempt in found} == {(None, "ReadTimeout")}
    assert min(attempt.milliseconds for attempt in found) >= 200


def test_what_fails_for_three_days_switches_it_off(
    trail: OrderTrail, delivery: Delivery, receiver: Receiver, clock: Clock
) -> None:
    webhook_id, _ = hook(trail, receiver)
    receiver.answer = lambda _: 503
    order = trail.acting("anna", channel="Till").place_order(small()).id
    began, tries = clock(), 0
    while webhook_named(trail, webhook_id).switched_off is None:
        deliver(trail, delivery)
        clock.pass_by(hours=1)
        tries += 1
        assert tries < 120
    assert timedelta(days=3) <= clock() - began < timedelta(days=4, hours=2)
    found = webhook_named(trail, webhook_id)
    assert found.switched_off_because == "a message failed for three days: answered 503"
    [event] = trail.accesses(event_type="WebhookSwitchedOff")
    assert (event.actor.id, event.data["webhook"]) == ("ordertrail", webhook_id)
    assert len(receiver.got) == 1 + len(delivering.AGAIN)
    receiver.answer = lambda _: 200
    clock.pass_by(days=2)
    deliver(trail, delivery)
    assert not receiver.taken
    change_webhook(trail, webhook_id, WebhookChanges(enabled=True), by="boss")
    deliver(trail, delivery)
    assert receiver.seen() == [(order, 1)]  # nothing was lost


def test_a_receiver_that_is_gone_is_asked_no_more(trail: OrderTrail, delivery: Delivery, receiver: Receiver) -> None:
    webhook_id, _ = hook(trail, receiver)
    receiver.answer = lambda _: 410
    desk = trail.acting("anna", channel="Till")
    for _ in range(3):
        desk.place_order(small())
        deliver(trail, delivery)
    assert len(receiver.got) == 1
    assert webhook_named(trail, webhook_id).switched_off_because == "the receiver answered 410"


def test_replay_sends_again_from_any_position(trail: OrderTrail, delivery: Delivery, receiver: Receiver) -> None:
    desk = trail.acting("anna", channel="Till")
    before = desk.place_order(small()).id
    if trail.store.tables.sequences:
        trail.sequence()
    webhook_id, _ = hook(trail, receiver)
    desk.add_note(before, title="a")
    deliver(trail, delivery)
    assert receiver.seen() == [(before, 2)]
    replay(trail, webhook_id, -1, by="boss")
    deliver(trail, delivery)
    assert receiver.seen() == [(before, 2), (before, 1), (before, 2)]
    assert receiver.taken[0]["id"] == receiver.taken[2]["id"]
    for wrong in (-2, 10**6):
        with pytest.raises(InvalidInput):
            replay(trail, webhook_id, wrong, by="boss")
    add_webhook(trail, NewWebhook(url=receiver.url, after=-1), networks=LOCAL, by="boss")
    deliver(trail, delivery)
    assert receiver.seen()[3:] == [(before, 1), (before, 2)]


def test_one_works_at_a_time(trail: OrderTrail, receiver: Receiver, clock: Clock) -> None:
    webhook_id, _ = hook(trail, receiver)
    sender = Sender(LOCAL)
    other = Delivery(trail, sender, "other")
    in_between: list[Any] = []

    def answer(_: dict[str, Any]) -> int:
        in_between.append(other.due())
        other.work(webhook_id)
        return 200

    receiver.answer = answer
    trail.acting("anna", channel="Till").place_order(small())
    deliver(trail, Delivery(trail, sender, "one"))
    assert in_between == [[]]
    assert len(receiver.taken) == 1
    # One who died in the middle: what it had leased is free again after a while, and sent once more.
    trail.acting("anna", channel="Till").place_order(small())

    def die(_: dict[str, Any]) -> int:
        raise SystemExit

    one = Delivery(trail, _Dying(), "one")  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        deliver(trail, one)
    receiver.answer = lambda _: 200
    deliver(trail, other)
    assert len(receiver.taken) == 1
    clock.pass_by(minutes=5)
    deliver(trail, other)
    assert len(receiver.taken) == 2
    sender.close()


class _Dying:
    """A sender whose process ends in the middle."""

    def send(self, *_: Any) -> Any:
        """End."""
        raise KeyboardInterrupt


def test_one_that_is_switched_off_in_the_middle_stops(
    trail: OrderTrail, delivery: Delivery, receiver: Receiver
) -> None:
    webhook_id, _ = hook(trail, receiver)
    desk = trail.acting("anna", channel="Till")
    for _ in range(3):
        desk.place_order(small())

    def answer(_: dict[str, Any]) -> int:
        change_webhook(trail, webhook_id, WebhookChanges(enabled=False), by="boss")
        return 200

    receiver.answer = answer
    deliver(trail, delivery)
    assert len(receiver.taken) == 1
    change_webhook(trail, webhook_id, WebhookChanges(enabled=True), by="boss")
    receiver.answer = lambda _: 200
    deliver(trail, delivery)
    assert len(receiver.taken) == 4  # the first twice: it was not known to have arrived
    remove_webhook(trail, webhook_id, by="boss")
    assert list_webhooks(trail) == []
    with pytest.raises(UnknownWebhook):
        attempts(trail, webhook_id, 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "https://127.0.0.1/", "https://localhost/", "https://10.1.2.3/", "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[fe80::1]/", "https://[fc00::1]/",
        "https://[::ffff:10.0.0.1]/", "https://0.0.0.0/", "https://224.0.0.1/", "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/", "https://100.64.0.1/", "https://2130706433/", "https://0x7f.1/",
        "http://93.184.216.34/", "https://no-such-host.invalid/",
    ],
)  # fmt: skip
def test_where_webhooks_may_not_go(url: str) -> None:
    with pytest.raises(AddressRefused):
        reached(checked_url(url), ())


def test_where_webhooks_may_go() -> None:
    assert reached(checked_url("https://93.184.216.34/x"), ()) == "93.184.216.34"
    assert reached(checked_url("http://127.0.0.1:8080/x"), LOCAL) == "127.0.0.1"
    with pytest.raises(AddressRefused):
        reached(checked_url("https://10.0.0.1/"), LOCAL)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com", "example.com", "https://", "https://a:b@example.com/", "https://example.com/#x", "x" * 3000,
     "https://exa mple.com\n", "https://[::1"],
)  # fmt: skip
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(InvalidInput):
        checked_url(url)


def test_what_was_allowed_once_is_looked_at_again(trail: OrderTrail, receiver: Receiver) -> None:
    webhook_id, _ = hook(trail, receiver)
    trail.acting("anna", channel="Till").place_order(small())
    sender = Sender(())  # the setting is another by now
    deliver(trail, Delivery(trail, sender, "w"))
    sender.close()
    assert not receiver.got
    assert "webhook_networks" in str(attempts(trail, webhook_id, 1)[0].error)


def test_over_http(trail: OrderTrail) -> None:
    with TestClient(build(trail, known)) as client:
        _manage(client, Api(client, "admin"))


def _manage(client: httpx.Client, api: Api) -> None:
    new = {"url": "https://93.184.216.34/hook", "description": "ERP", "event_types": ["OrderGroupCreated"]}
    answer = api.ask("POST", "/v1/webhooks", new)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    path = f"/v1/webhooks/{made['webhook']['id']}"
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in api.ask("GET", "/v1/webhooks").text
    assert api.get(path)["description"] == "ERP"
    changed = api.ask("PATCH", path, {"enabled": False, "event_types": None}).json()
    assert (changed["event_types"], changed["switched_off_because"]) == (None, "somebody did")
    assert api.get(f"{path}/attempts") == []
    assert api.ask("POST", f"{path}/replay", {"after": -1}).json()["delivered_until"] == -1
    problem(api.ask("POST", f"{path}/replay", {"after": 10**9}), 400, "invalid-input")
    for wrong in (
        {"url": "https://10.0.0.1/"}, {"url": "https://93.184.216.34/", "event_types": []},
        {"url": "https://93.184.216.34/", "event_types": ["Nonsense"]}, {"url": 7}, {},
        {"url": "https://93.184.216.34/", "after": -7}, {"url": "https://93.184.216.34/", "secret": "x"},
    ):  # fmt: skip
        assert api.ask("POST", "/v1/webhooks", wrong).status_code == 400, wrong
    problem(api.ask("PATCH", path, {}), 400, "invalid-input")
    for role in ("csr", "manager", "auditor", "viewer"):
        problem(Api(client, role).ask("GET", "/v1/webhooks"), 403, "not-permitted")
    assert api.ask("DELETE", path).status_code == 204
    for method, rest in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/attempts"), ("POST", "/replay")):
        body = {"after": -1} if rest == "/replay" else {"enabled": True}
        problem(api.ask(method, path + rest, None if method in ("GET", "DELETE") else body), 404, "unknown-webhook")


def test_the_service_delivers_while_it_runs(database_url: str, tmp_path: Path, receiver: Receiver) -> None:
    """A receiver that fails at first, two processes, and the service killed in between."""
    met: set[str] = set()

    def now_and_then(event: dict[str, Any]) -> int:
        again = event["id"] in met
        met.add(event["id"])
        return 200 if again or len(met) % 7 != 3 else 500

    receiver.answer = now_and_then
    with OrderTrail.open(database_url) as trail:
        _, token = create_token(trail, "ERP", "admin", by="test")
        _, secret = hook(trail, receiver, after=-1)
    options = {"ORDERTRAIL_WEBHOOK_NETWORKS": "127.0.0.0/8"}
    orders: list[str] = []
    for part in range(2):
        with served(database_url, tmp_path / f"log{part}", "--workers", "2", **options) as (client, process):
            api = Api(client, token)
            for _ in range(5):
                orders.append(api.place(small()))
                api.ask("POST", f"/v1/orders/{orders[-1]}/notes", {"title": "x"})
            if part == 0:
                process.kill()
                continue
            until = time.monotonic() + 100
            wanted = {(order, seq) for order in orders for seq in (1, 2)}
            while not wanted <= set(receiver.seen()) and time.monotonic() < until:
                time.sleep(0.2)
    assert wanted <= set(receiver.seen())
    for order in orders:
        first_times = list(dict.fromkeys(seq for subject, seq in receiver.seen() if subject == order))
        assert first_times == [1, 2]
    for headers, body in zip(receiver.headers, receiver.bodies, strict=True):
        Verifier(secret).verify(body, headers)
