"""Clients that are slow, stop in the middle or hang up: they hold nobody up, and nothing half is written."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import msgspec

from ordertrail import OrderTrail
from ordertrail.web.auth.tokens import create_token
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_serving import served

MANY = 100
"""More than there are threads or connections to the database."""


@contextmanager
def shop(url: str, folder: Path) -> Iterator[tuple[httpx.Client, str, OrderTrail]]:
    """A service with one process, a token, and its database."""
    with served(url, folder / "log") as (client, _), OrderTrail.open(url) as trail:
        _, token = create_token(trail, "ERP", "csr", by="test")
        yield client, token, trail
        # It answers as before, and nobody failed.
        assert client.get("/ready").status_code == 200
        assert '"status":500' not in (folder / "log").read_text()


def connected(client: httpx.Client) -> socket.socket:
    """A connection of its own."""
    return socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=30)


def placing(token: str) -> tuple[bytes, bytes]:
    """The head and the body of a request that places an order."""
    body = msgspec.json.encode(small(market="SLOW"))
    lines = ("POST /v1/orders HTTP/1.1", "Host: shop", f"Authorization: Bearer {token}", f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode(), body


def placed(trail: OrderTrail) -> int:
    """How many orders they placed."""
    return len(trail.orders(market="SLOW", limit=1000))


def test_who_is_slow_holds_nobody_up(database_url: str, tmp_path: Path) -> None:
    with shop(database_url, tmp_path) as (client, token, trail), ExitStack() as stack:
        head, body = placing(token)
        slow = [stack.enter_context(connected(client)) for _ in range(MANY)]
        for number, connection in enumerate(slow):
            # Some stop in their headers, some before their bodies, some in the middle of those.
            connection.sendall((head[:40], head, head + body[:50])[number % 3])
        api, began = Api(client, token), time.monotonic()
        for _ in range(20):
            api.place(small())
        assert time.monotonic() - began < 10
        assert placed(trail) == 0
        slow[2].sendall(body[50:])  # it was only slow
        assert slow[2].recv(20).startswith(b"HTTP/1.1 201")
        assert placed(trail) == 1
        for connection in slow:
            connection.close()  # without a word, in the middle
        for _ in range(20):
            api.place(small())
        assert placed(trail) == 1


def test_who_stops_sending_reads_their_answer_or_is_gone(database_url: str, tmp_path: Path) -> None:
    """Half closed: it was sent whole, so it is done once or not at all, and the service goes on."""
    with shop(database_url, tmp_path) as (client, token, trail):
        answered = 0
        for _ in range(5):
            with connected(client) as connection:
                connection.sendall(b"".join(placing(token)))
                connection.shutdown(socket.SHUT_WR)
                answer = connection.recv(100_000)
            assert not answer or answer.startswith(b"HTTP/1.1 201")
            answered += bool(answer)
            assert placed(trail) >= answered
        time.sleep(0.5)  # those that were under way
        assert answered <= placed(trail) <= 5


def test_who_hangs_up_at_once_finds_it_done_once(database_url: str, tmp_path: Path) -> None:
    with shop(database_url, tmp_path) as (client, token, trail):
        head, body = placing(token)
        keyed = head.replace(b"Host: shop", b"Host: shop\r\nIdempotency-Key: hung-up")
        for _ in range(20):
            with connected(client) as connection:
                connection.sendall(keyed + body)
        again = Api(client, token).ask("POST", "/v1/orders", body, idempotency_key="hung-up")
        assert again.status_code == 201, again.text
        time.sleep(0.5)  # those that were under way
        assert placed(trail) == 1
        assert trail.orders(market="SLOW").items[0].id == json.loads(again.text)["id"]
        assert trail.verify().findings == ()


def test_a_stream_that_nobody_reads_holds_nobody_up(database_url: str, tmp_path: Path) -> None:
    with shop(database_url, tmp_path) as (client, token, _), ExitStack() as stack:
        request = f"GET /v1/activities/stream HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {token}\r\n\r\n"
        for _ in range(20):
            stack.enter_context(connected(client)).sendall(request.encode())
        api, began = Api(client, token), time.monotonic()
        note = {"title": "long", "detail": "x" * 50_000}
        order = api.place(small())
        for _ in range(40):  # more than what the sockets between them hold
            assert api.ask("POST", f"/v1/orders/{order}/notes", note).status_code == 201
        assert time.monotonic() - began < 20
