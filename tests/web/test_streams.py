"""The feed as it is followed: pages that wait, and streams that go on where a reader left off."""

import asyncio
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from ordertrail import OrderTrail
from ordertrail.web import watching
from ordertrail.web.auth.tokens import create_token
from ordertrail.web.watching import Watch
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_orders import problem
from tests.web.test_serving import served


def followed(client: httpx.Client, token: str, after: int | None = None) -> Iterator[tuple[int, str, int]]:
    """Position, order and seq of what a stream sends, until it ends."""
    headers = {"Authorization": f"Bearer {token}"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    with client.stream("GET", "/v1/activities/stream", headers=headers) as stream:
        assert stream.status_code == 200, stream.read()
        assert stream.headers["content-type"].startswith("text/event-stream")
        position = -1
        for line in stream.iter_lines():
            if line.startswith("id: "):
                position = int(line.removeprefix("id: "))
            elif line.startswith("data: "):
                entry = json.loads(line.removeprefix("data: "))
                assert entry["position"] == position
                yield position, entry["note"]["order_id"], entry["note"]["seq"]


def positions(trail: OrderTrail) -> list[int]:
    """The positions of all entries of orders."""
    return [one.position for one in trail.activities(limit=1000)]


def token_for(url: str) -> str:
    """A token for a program that does everything from day to day."""
    with OrderTrail.open(url) as trail:
        return create_token(trail, "ERP", "csr", by="test")[1]


def test_a_page_waits_for_the_next_entry(database_url: str, tmp_path: Path) -> None:
    with served(database_url, tmp_path / "log") as (client, _):
        api = Api(client, token_for(database_url))
        api.place(small())
        after = _end(api)
        began = time.monotonic()
        assert api.get(f"/v1/activities?after={after}&wait=1")["items"] == []
        assert time.monotonic() - began >= 1
        timer = threading.Timer(0.5, api.place, [small()])
        timer.start()
        page = api.get(f"/v1/activities?after={after}&wait=30")
        timer.join()
        assert [one["note"]["event_type"] for one in page["items"]] == ["OrderGroupCreated"]
        for wait in ("-1", "61", "long"):
            assert api.ask("GET", f"/v1/activities?wait={wait}").status_code == 400


def _end(api: Api) -> str:
    """The position of the last entry, when all have one."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        page = api.get("/v1/activities?limit=1000")
        if page["items"]:
            return str(page["next"])
    raise AssertionError("nothing was placed")


def test_a_stream_goes_on_where_a_reader_left_off_though_the_server_was_killed(
    database_url: str, tmp_path: Path
) -> None:
    with served(database_url, tmp_path / "log") as (client, process):
        token = token_for(database_url)
        api = Api(client, token)
        orders = [api.place(small()) for _ in range(3)]
        stream = followed(client, token)
        seen = [next(stream) for _ in range(2)]
        process.send_signal(signal.SIGKILL)
    with OrderTrail.open(database_url) as trail, trail.acting("anna", channel="Till") as desk:
        desk.hold_order(orders[0], reason="fraud")
    with served(database_url, tmp_path / "log2") as (client, _):
        more = followed(client, token, after=seen[-1][0])
        seen += [next(more) for _ in range(2)]
        Api(client, token).place(small())
        seen.append(next(more))
    with OrderTrail.open(database_url) as trail:
        assert [position for position, _, _ in seen] == positions(trail)
    assert [(order, seq) for _, order, seq in seen[:4]] == [*((order, 1) for order in orders), (orders[0], 2)]


def test_an_open_stream_does_not_hold_up_the_end(database_url: str, tmp_path: Path) -> None:
    with served(database_url, tmp_path / "log") as (client, process):
        token = token_for(database_url)
        Api(client, token).place(small())
        stream = followed(client, token)
        next(stream)
        began = time.monotonic()
        process.terminate()
        assert list(stream) == []
        assert process.wait(20) == 0
        assert time.monotonic() - began < 15


WRITERS, EACH = 8, 25


class Reader(threading.Thread):
    """Reads the feed until it has all, in one of the two ways."""

    def __init__(self, base_url: httpx.URL, token: str, read: Callable[[httpx.Client, str, list[int]], None]) -> None:
        super().__init__()
        self.base_url, self.token, self.read, self.found = base_url, token, read, list[int]()

    def run(self) -> None:
        """Read, and come again until all is there."""
        while len(self.found) < WRITERS * EACH:
            with httpx.Client(base_url=self.base_url, timeout=60) as own:
                self.read(own, self.token, self.found)


def read_stream(client: httpx.Client, token: str, found: list[int]) -> None:
    """Follow for a while."""
    for number, (position, _, _) in enumerate(followed(client, token, found[-1] if found else None)):
        found.append(position)
        if number == 30 or len(found) == WRITERS * EACH:
            return


def read_page(client: httpx.Client, token: str, found: list[int]) -> None:
    """Read one page."""
    after = f"&after={found[-1]}" if found else ""
    found += [one["position"] for one in Api(client, token).get(f"/v1/activities?limit=7&wait=5{after}")["items"]]


def test_eight_writers_and_readers_that_come_and_go(database_url: str, tmp_path: Path) -> None:
    """Each reader sees each entry once, in order, without a gap, by whichever way it reads."""
    with served(database_url, tmp_path / "log", "--workers", "2") as (client, _):
        token = token_for(database_url)

        def write(_: int) -> None:
            with httpx.Client(base_url=client.base_url, timeout=60) as own:
                for _ in range(EACH):
                    Api(own, token).place(small())

        readers = [Reader(client.base_url, token, read) for read in (read_stream, read_page, read_stream, read_page)]
        for reader in readers:
            reader.start()
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(write, range(WRITERS)))
        for reader in readers:
            reader.join(120)
    with OrderTrail.open(database_url) as trail:
        there = positions(trail)
        assert trail.verify().sound  # the log has no gap, so none is among what they saw
    assert len(there) == WRITERS * EACH
    assert [reader.found for reader in readers] == [there] * len(readers)


def test_a_stream_is_refused_before_it_begins(client: httpx.Client, api: Api) -> None:
    problem(client.get("/v1/activities/stream"), 401, "unauthorized")
    problem(Api(client, "nobody").ask("GET", "/v1/activities/stream"), 403, "not-permitted")
    problem(api.ask("GET", "/v1/activities/stream?after=yesterday"), 400, "invalid-input")
    problem(api.ask("GET", "/v1/activities/stream", **{"Last-Event-ID": "x"}), 400, "invalid-input")


def test_many_who_wait_cost_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PAUSE", 0.01)
    monkeypatch.setattr(watching, "EACH", 0.0001)  # else twenty looks for so many take as long as they wait
    monkeypatch.setattr(watching, "AFTER_FAILURE", 0.01)
    looks = 0

    def size() -> int:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise OSError("gone for a moment")
        return 0 if looks < 20 else 1

    async def wait() -> tuple[list[bool], bool, bool]:
        watch = Watch(size)
        found = await asyncio.gather(*(watch.longer_than(0, 10) for _ in range(500)))
        late = await watch.longer_than(1, 0.05)
        watch.end()
        return found, late, await watch.longer_than(1, 10)

    assert asyncio.run(wait())[:2] == ([True] * 500, False)
    assert looks >= 20
