"""The Python client against the service as it is run: real sockets, on each engine."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, assert_type

import httpx
import msgspec
import pytest

from ordertrail import NewLineItem, NewOrder, OrderActivity, OrderTrail, errors
from ordertrail.answers import PREFIX, name_of
from ordertrail.client import Client, Problem, Recorded
from ordertrail.client.operations import ClientOperations
from ordertrail.client.problems import ERRORS, error_of
from ordertrail.web.api.operations import ON_ORDERS
from ordertrail.web.auth.tokens import create_token
from tests.shops import small
from tests.unit.docs.test_examples import CLIENT_PAGE, run, script
from tests.web.test_serving import served

TENT = NewLineItem(sku="TENT-2", name="Tent for two", quantity=1, unit_price=Decimal("249.00"))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A shop's database."""
    return f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.db'}"


@pytest.fixture(scope="module")
def shop(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of the service over it."""
    with OrderTrail.open(url) as trail:
        _, token = create_token(trail, "ERP", "csr", by="test")
    log = tmp_path_factory.mktemp("log") / "log"
    with served(url, log) as (http, _), Client(str(http.base_url), token=token) as client:
        yield client


def test_an_order_is_worked(shop: Client) -> None:
    placed = shop.place_order(NewOrder(market="US", currency="USD", line_items={"1": TENT}))
    held = shop.hold_order(placed.id, reason="fraud", expected_version=placed.changed_seq)
    assert_type(held, Recorded)
    assert held.order is not None
    assert held.order.status.value == "OnHold"
    assert shop.order(held.id) == held
    assert shop.order(held.id, as_of=1).order == placed.order
    with pytest.raises(errors.OrderChanged) as changed:
        shop.release_hold(held.id, expected_version=placed.changed_seq)
    assert (changed.value.expected, changed.value.current) == (1, 2)


def test_a_program_acts_for_somebody(shop: Client, url: str) -> None:
    with OrderTrail.open(url) as trail:
        _, token = create_token(trail, "Chat", "csr", by="test")
        with Client(str(shop._http.base_url).removesuffix("/v1/"), token=token, on_behalf_of="anna") as chat:
            placed = chat.place_order(NewOrder(market="US", currency="USD"))
        note = trail.order_note(placed.id, 1)
        assert (note.actor.label, note.actor.on_behalf_of, note.channel) == ("Chat", "anna", "Chat")


def test_pages_follow_one_another(shop: Client) -> None:
    orders = [shop.place_order(small(market="PAGES")).id for _ in range(3)]
    assert [one.id for one in shop.orders(market="PAGES", limit=2)] == orders[::-1]
    for title in ("a", "b"):
        shop.add_note(orders[0], title=title)
    notes = list(shop.order_notes(orders[0], limit=2))
    assert [note.seq for note in notes] == [1, 2, 3]
    assert isinstance(notes[0], OrderActivity)
    assert notes[1].title == "a"
    feed = list(shop.activities(limit=2))
    assert [one.position for one in feed] == sorted({one.position for one in feed})
    assert {one.note.order_id for one in feed} >= set(orders)
    newest = shop.activities(order=orders[0], type="Custom", newest_first=True, limit=1)
    assert [one.note.title for one in newest] == ["b", "a"]


def test_a_key_does_it_once(shop: Client) -> None:
    first = shop.place_order(small(), idempotency_key="cart-1")
    assert shop.place_order(small(), idempotency_key="cart-1") == first
    with pytest.raises(errors.IdempotencyKeyReused):
        shop.place_order(small(market="SE"), idempotency_key="cart-1")


def test_problems_are_the_errors_of_the_library(shop: Client) -> None:
    for nowhere in ("nope", "é?#"):
        with pytest.raises(errors.UnknownOrder):
            shop.order(nowhere)
    with pytest.raises(errors.NotFound):
        shop.order("../activities")  # one part of the path, so never another route
    order = shop.place_order(small()).id
    with pytest.raises(errors.OperationNotAllowed) as refused:
        shop.release_hold(order)
    assert refused.value.statuses["order"] == "InProgress"
    with pytest.raises(errors.NotPermitted):
        shop.erase_personal_data(order, reason="request")


def test_a_stranger_gets_a_problem(shop: Client) -> None:
    url = str(shop._http.base_url).removesuffix("/v1/")
    with Client(url, token="nonsense") as stranger, pytest.raises(Problem) as refused:
        next(stranger.orders())
    assert refused.value.status == 401


def test_nobody_there_is_a_lost_connection() -> None:
    with Client("http://127.0.0.1:9", token="x", attempts=2) as nobody, pytest.raises(errors.ConnectionLost):
        nobody.order("x")


def test_each_operation_is_a_method() -> None:
    assert set(ON_ORDERS) <= set(vars(ClientOperations))


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: error.__name__)
def test_every_problem_of_the_service_is_known(error: type[errors.OrderTrailError]) -> None:
    kind = PREFIX + name_of(error)
    content = msgspec.json.encode({"type": kind, "status": 409, "detail": "so", "more": [1]})
    found = error_of(httpx.Response(409, content=content))
    assert type(found) is error
    assert str(found) == "so"
    assert vars(found)["more"] == [1]


def test_the_page_runs(url: str, shop: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with OrderTrail.open(url) as trail:
        _, token = create_token(trail, "Page", "csr", by="test")
    monkeypatch.setenv("TOKEN", token)
    monkeypatch.setenv("SHOP", str(shop._http.base_url).removesuffix("/v1/"))
    run(script(CLIENT_PAGE), tmp_path)


class Overloaded(BaseHTTPRequestHandler):
    """Says that it is busy twice, and then answers."""

    asked: ClassVar[list[tuple[str, str | None]]] = []

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.asked.append((self.path, self.headers.get("idempotency-key")))
        busy = len(self.asked) % 3
        body = b"" if busy else b'{"items": [], "next": null}'
        self.send_response((200, 503, 429)[busy])
        self.send_header("retry-after", "0")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def test_what_is_busy_is_asked_again_under_the_same_key() -> None:
    server = ThreadingHTTPServer(("localhost", 0), Overloaded)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        with Client(f"http://localhost:{server.server_port}", token="x", attempts=3) as shop:
            assert shop.feed().items == []
            with pytest.raises(msgspec.ValidationError):
                shop.hold_order("o1", reason="fraud")  # the third answer is of another kind
        with Client(f"http://localhost:{server.server_port}", token="x", attempts=2) as shop, pytest.raises(Problem):
            shop.feed()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    reads, writes = Overloaded.asked[:3], Overloaded.asked[3:6]
    assert {path for path, _ in reads} == {"/v1/activities?limit=100"}
    assert len({key for _, key in writes}) == 1
    assert writes[0][1] is not None
