"""All entries of all orders in one order: without a gap, and nobody who reads on misses one."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

import psycopg
import pytest

from ordertrail import InvalidInput, InvalidTime, OrderTrail
from ordertrail.reading import PlacedNote, activities
from tests.shops import small


@pytest.fixture
def trail(database_url: str) -> Iterator[OrderTrail]:
    """An empty shop."""
    with OrderTrail.open(database_url, durability="normal") as opened:
        yield opened


def place_all(trail: OrderTrail) -> None:
    """Place all entries that wait."""
    while trail.sequence():
        pass


def read_on(trail: OrderTrail, after: str | None = None, limit: int = 3) -> list[PlacedNote]:
    """All that a reader finds who goes on from page to page until nothing is left."""
    found: list[PlacedNote] = []
    while page := trail.activities(after=after, limit=limit):
        found += page
        after = page.next
    return found


def check(trail: OrderTrail, found: list[PlacedNote]) -> None:
    """That these are all entries there are, each once, an order's in their order."""
    assert [one.position for one in found] == list(range(len(found)))
    by_order = sorted(found, key=lambda one: one.note.order_id)
    for order_id, entries in groupby(by_order, key=lambda one: one.note.order_id):
        assert [one.note.seq for one in entries] == list(range(1, trail.order(order_id).version + 1))
    assert len(found) == sum(order.version for order in trail.orders(limit=1000))
    assert trail.verify().sound


def test_an_empty_shop_has_none(trail: OrderTrail) -> None:
    assert (trail.sequence(), list(trail.activities()), trail.activities().next) == (0, [], None)
    with pytest.raises(InvalidInput, match="most is 0: give at least 1"):
        trail.sequence(0)


def test_entries_of_all_orders_come_in_the_order_of_the_log(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Web")
    orders = [desk.place_order(small()).id for _ in range(3)]
    for order in orders * 2:
        desk.add_note(order, title="Called")
    place_all(trail)
    found = read_on(trail)
    check(trail, found)
    assert [one.note.type for one in found] == ["System"] * 3 + ["Custom"] * 6
    assert found[3].note.title == "Called"
    assert [one.position for one in trail.activities(after="6")] == [7, 8]
    last = trail.activities(after="8")
    assert (list(last), last.next) == ([], "8")


def test_a_cursor_that_is_none_is_refused(trail: OrderTrail) -> None:
    for wrong in ("x", "-1", "1.5", ""):
        with pytest.raises(InvalidInput):
            trail.activities(after=wrong)


def test_however_few_are_placed_at_once_an_order_keeps_its_order(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Web")
    order = desk.place_order(small(hold="fraud")).id
    desk.release_hold(order)
    while trail.sequence(most=1):
        pass
    check(trail, read_on(trail, limit=1))


def test_writers_sequencers_and_readers_at_once(trail: OrderTrail) -> None:
    orders = [trail.acting("anna", channel="Web").place_order(small()).id for _ in range(4)]

    def write(seed: int) -> None:
        desk, draw = trail.acting(f"user-{seed}", channel="Web"), random.Random(seed)
        for number in range(15):
            desk.add_note(draw.choice(orders), title=f"{seed}-{number}")

    def place(_: int) -> None:
        for _ in range(40):
            trail.sequence(most=3)

    def follow(_: int) -> list[PlacedNote]:
        found: list[PlacedNote] = []
        for _ in range(40):
            found += read_on(trail, str(found[-1].position) if found else None, limit=7)
        return found

    with ThreadPoolExecutor(8) as pool:
        followed = [pool.submit(follow, number) for number in range(2)]
        done = [*pool.map(write, range(4)), *pool.map(place, range(2))]
        readers = [one.result() for one in followed]
    assert len(done) == 6
    place_all(trail)
    found = read_on(trail)
    check(trail, found)
    assert all(seen == found[: len(seen)] for seen in readers)


@pytest.mark.parametrize("ends", ["commit", "rollback"])
def test_what_is_still_in_flight_is_never_jumped_over(postgres_url: str, ends: str) -> None:
    """Ids are drawn before a commit: who commits late gets a later position, and who rolls back leaves no gap."""
    with OrderTrail.open(postgres_url) as trail, psycopg.connect(postgres_url) as connection:
        late = OrderTrail.open(connection=connection).acting("late", channel="Web").place_order(small()).id
        early = trail.acting("early", channel="Web").place_order(small()).id
        place_all(trail)
        seen = read_on(trail)
        assert [one.note.order_id for one in seen] == [early]
        getattr(connection, ends)()
        place_all(trail)
        rest = read_on(trail, str(seen[-1].position))
        assert [one.note.order_id for one in rest] == ([late] if ends == "commit" else [])
        check(trail, seen + rest)


def test_who_sequences_takes_turns(postgres_url: str) -> None:
    with OrderTrail.open(postgres_url) as trail:
        trail.acting("anna", channel="Web").place_order(small())
        with psycopg.connect(postgres_url) as connection:
            connection.execute("SELECT size FROM ordertrail.log_head FOR UPDATE")
            assert trail.sequence() == 0
        assert trail.sequence() == 1


@pytest.fixture
def lively(trail: OrderTrail) -> list[PlacedNote]:
    """All entries of a shop in which people do this and that, through two channels."""
    orders = [trail.acting("anna", channel="Web").place_order(small()).id for _ in range(2)]
    for who, channel in (("anna", "Web"), ("bob", "Phone")):
        with trail.acting(who, channel=channel) as desk:
            for number, order in enumerate(orders * 2):
                desk.add_note(
                    order,
                    title=f"Called by {who.upper()}",
                    detail=f"for the 0{number}. time",
                    visibility="customer" if number == 1 else "internal",
                )
            desk.hold_order(orders[0], reason="address")
            desk.release_hold(orders[0])
    place_all(trail)
    return read_on(trail)


FILTERS: list[tuple[dict[str, Any], Callable[[Any], bool]]] = [
    ({}, lambda note: True),
    ({"type": "Custom"}, lambda note: note.type == "Custom"),
    ({"event_type": ["OrderGroupOnHold", "OrderGroupCreated"]}, lambda note: note.event_type
     in ("OrderGroupOnHold", "OrderGroupCreated")),
    ({"category": "note"}, lambda note: note.category == "note"),
    ({"actor": "bob", "type": "System"}, lambda note: note.actor.id == "bob" and note.type == "System"),
    ({"channel": "Phone"}, lambda note: note.channel == "Phone"),
    ({"visibility": "customer"}, lambda note: note.visibility == "customer"),
    ({"visibility": "internal", "type": "Custom"}, lambda note: note.type == "Custom"
     and note.visibility == "internal"),
    ({"text": "called by anna"}, lambda note: "ANNA" in note.title),
    ({"text": "02", "actor": ["anna", "bob"]}, lambda note: "02" in note.title + note.detail),
    ({"text": "nowhere"}, lambda note: False),
]  # fmt: skip


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("patience", [0.0, 1.0])
def test_from_either_end_those_that_fit_are_found(
    trail: OrderTrail,
    lively: list[PlacedNote],
    newest_first: bool,
    limit: int,
    patience: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(activities, "_AT_ONCE", 4)
    monkeypatch.setattr(activities, "_READ_AT_ONCE", 2)
    monkeypatch.setattr(activities, "LONGEST", patience)
    for wanted, fits in FILTERS:
        expected = [one for one in lively if fits(one.note)]
        found: list[PlacedNote] = []
        after: str | None = None
        while True:
            page = trail.activities(**wanted, newest_first=newest_first, after=after, limit=limit)
            found += page
            assert len(page) <= limit
            if page.next in (None, after):
                break
            after = page.next
        assert found == (expected[::-1] if newest_first else expected), wanted
        assert (page.next is None) is newest_first


def test_the_last_page_from_the_newest_on_is_the_last(trail: OrderTrail, lively: list[PlacedNote]) -> None:
    whole = trail.activities(newest_first=True, limit=len(lively))
    assert (len(whole), whole.next) == (len(lively), None)
    first = trail.activities(newest_first=True, limit=len(lively) - 1)
    assert first.next is not None
    rest = trail.activities(newest_first=True, after=first.next)
    assert ([one.position for one in rest], rest.next) == ([0], None)
    assert (trail.activities(newest_first=True, after="0").items, trail.activities(after="99").next) == ((), "99")
    assert len(trail.activities(newest_first=True, after="99")) == len(lively)


def test_an_edit_is_found_by_its_text(trail: OrderTrail, lively: list[PlacedNote]) -> None:
    note = next(one.note for one in lively if one.note.type == "Custom")
    trail.acting("anna", channel="Web").edit_note(note.order_id, note=note.seq, title="Written to", detail="twice")
    place_all(trail)
    for text in ("written", "TWICE"):
        assert [one.note.event_type for one in trail.activities(text=text)] == ["NoteUpdated"]
    assert trail.activities(text=note.title, newest_first=True).items


def test_and_those_of_a_time(trail: OrderTrail, lively: list[PlacedNote]) -> None:
    middle = lively[len(lively) // 2].note.created
    since = [one.position for one in trail.activities(since=middle)]
    until = [one.position for one in trail.activities(until=middle)]
    assert since == [one.position for one in lively if one.note.created >= middle]
    assert until == [one.position for one in lively if one.note.created < middle]
    assert since
    assert until


def test_what_is_hidden_is_not_found(trail: OrderTrail, lively: list[PlacedNote]) -> None:
    assert not trail.activities(text="called", personal=False).items
    assert len(trail.activities(type="Custom", personal=False)) == len(trail.activities(type="Custom"))


@pytest.mark.parametrize(
    "wrong",
    [{"type": "Mine"}, {"category": "x"}, {"event_type": "Sent"}, {"actor": 7}, {"newest_first": 1}, {"text": 7},
     {"since": "today"}, {"visibility": "all"}],
)  # fmt: skip
def test_a_filter_that_can_fit_nothing_is_refused(trail: OrderTrail, wrong: dict[str, Any]) -> None:
    with pytest.raises((InvalidInput, InvalidTime)):
        trail.activities(**wrong)
