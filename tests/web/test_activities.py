"""The feed of all orders' entries."""

import time
from threading import Event, Thread

import pytest

from ordertrail import DatabaseLocked, OrderTrail
from ordertrail.web import sequencing
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_orders import problem


def test_who_reads_on_sees_every_entry_once(api: Api) -> None:
    start = _end(api)
    orders = [api.place(small()) for _ in range(2)]
    api.ask("POST", f"/v1/orders/{orders[0]}/notes", {"title": "Called"})
    wanted = [(orders[0], 1), (orders[1], 1), (orders[0], 2)]
    found: list[tuple[str, int]] = []
    until = time.monotonic() + 20
    while len(found) < 3 and time.monotonic() < until:
        page = api.get(f"/v1/activities?limit=2{'' if start is None else f'&after={start}'}")
        found += [(one["note"]["order_id"], one["note"]["seq"]) for one in page["items"]]
        start = page["next"]
    assert found == wanted


def _end(api: Api) -> str | None:
    after: str | None = None
    while True:
        page = api.get(f"/v1/activities?limit=1000{'' if after is None else f'&after={after}'}")
        after = page["next"]
        if not page["items"]:
            return after


def test_a_cursor_that_is_none_is_refused(api: Api) -> None:
    problem(api.ask("GET", "/v1/activities?after=yesterday"), 400, "invalid-input")


def test_whoever_looks_back_finds_the_last_first(api: Api, trail: OrderTrail) -> None:
    order = api.place(small())
    for title in ("Called", "Written to"):
        api.ask("POST", f"/v1/orders/{order}/notes", {"title": title})
    while trail.store.tables.sequences and trail.sequence():
        pass
    ours = f"/v1/activities?newest_first=true&order={order}"
    page = api.get(f"{ours}&limit=2")
    assert [one["note"]["title"] for one in page["items"]] == ["Written to", "Called"]
    assert [one["note"]["seq"] for one in api.get(f"{ours}&after={page['next']}")["items"]] == [1]
    last = api.get(f"{ours}&text=WRITTEN&type=Custom&actor=admin&channel=ERP&since=2020-01-01T00:00:00Z")
    assert ([one["note"]["seq"] for one in last["items"]], last["next"]) == ([3], None)
    assert api.get(f"{ours}&until=2020-01-01T00:00:00Z")["items"] == []
    problem(api.ask("GET", f"{ours}&wait=1"), 400, "invalid-input")


def test_sequencing_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(sequencing, "AFTER_FAILURE", 0.01)
    ended, calls = Event(), 0

    def sequence(_: int) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise DatabaseLocked("held")
        if calls == 3:
            ended.set()
        return sequencing.AT_ONCE

    with OrderTrail.open("sqlite://") as trail:
        monkeypatch.setattr(trail, "sequence", sequence)
        thread = Thread(target=sequencing.place, args=(trail, ended))
        thread.start()
        thread.join(20)
    assert (calls, thread.is_alive()) == (3, False)
    assert "not sequenced" in caplog.text
