"""System streams: recorded like orders, told apart from them, and as hard to change."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from ordertrail import Actor, ActorKind, By, Happening, OrderActivity, OrderTrail
from ordertrail.errors import InvalidInput, StoreError, UnknownEventType, UnknownOrder
from ordertrail.notes.streams import stream_id
from tests.contract.storing import entry
from tests.fault.tampering import past_the_guards
from tests.shops import ENGINES, START, Clock, open_shop, small, with_clock

BY = By(actor=Actor(id="anna", label="Anna", address="192.0.2.7"), channel="Order Management", cause="request-1")


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


def signed_in(how: str = "with a password") -> Happening:
    """Something that happens."""
    return Happening(event="SignedIn", by=BY, data={"how": how})


def test_what_happens_is_read_the_last_first(trail: OrderTrail) -> None:
    trail.streams.record([signed_in("first"), signed_in("second")])
    trail.streams.record([Happening(event="SignedOut", by=BY)])
    found = list(trail.accesses())
    assert [one.title for one in found] == [
        "Signed out",
        "Signed in second",
        "Signed in first",
        found[-1].title,
    ]
    assert found[-1].title.endswith(f"began to record on {START.date()}")
    one = found[1]
    assert (one.event_type, one.category, one.type, one.actor.kind) == ("SignedIn", "access", "System", ActorKind.USER)
    assert (one.actor.address, one.channel, one.cause, one.data) == (
        "192.0.2.7", "Order Management", "request-1", {"how": "second"},
    )  # fmt: skip
    assert found[0].created > one.created
    assert {each.order_id for each in found} == {one.order_id}
    verified = trail.verify()
    assert verified.sound, verified.findings
    assert (verified.orders, verified.streams, verified.entries) == (0, 1, 4)


def test_filters_and_pages(trail: OrderTrail, clock: Clock) -> None:
    for number in range(5):
        trail.streams.record([signed_in(str(number))])
    other = By(actor=Actor(id="bo"), channel="ERP")
    trail.streams.record([Happening(event="TokenRevoked", by=other, data={"token": "t1"})])
    seen: list[OrderActivity] = []
    after = None
    while True:
        page = trail.accesses(newest_first=False, after=after, limit=2)
        seen += page.items
        if (after := page.next) is None:
            break
    assert [one.seq for one in seen] == [1, 2, 3, 4, 5, 6, 7]
    assert [one.event_type for one in trail.accesses(actor="bo")] == ["TokenRevoked"]
    assert len(trail.accesses(event_type=["SignedIn", "TokenRevoked"])) == 6
    assert [one.seq for one in trail.accesses(since=seen[5].created)] == [7, 6]
    assert [one.seq for one in trail.accesses(until=seen[2].created, newest_first=False)] == [1, 2]
    for wrong in ({"event_type": "OrderGroupCreated"}, {"after": "7"}, {"after": "1~x~2"}, {"limit": 0}):
        with pytest.raises(InvalidInput):
            trail.accesses(**wrong)


def test_a_process_has_a_stream_a_day(trail: OrderTrail, clock: Clock) -> None:
    trail.streams.record([signed_in()])
    clock.pass_by(days=1)
    trail.streams.record([signed_in()])
    trail.extended().streams.record([signed_in()])  # the same process
    type(trail)(trail.store, trail._shop, with_clock(clock)).streams.record([signed_in()])  # another one
    streams = [one.order_id for one in trail.accesses(newest_first=False)]
    assert [streams.count(each) for each in dict.fromkeys(streams)] == [2, 3, 2]
    assert trail.verify().streams == 3
    assert trail.verify().sound


def test_a_stream_is_no_order(trail: OrderTrail) -> None:
    trail.streams.record([signed_in()])
    stream = trail.accesses().items[0].order_id
    with trail.acting("anna", channel="Till") as desk:
        order = desk.place_order(small())
        with pytest.raises(UnknownOrder):
            desk.add_note(stream, title="x")
        with pytest.raises((InvalidInput, UnknownEventType)):
            desk.record_activity(order.id, event_type="SignedIn")
    with pytest.raises(UnknownOrder):
        trail.order_notes(stream)
    assert not list(trail.orders(number=stream))
    if trail.store.tables.sequences:
        trail.sequence()
    assert {one.note.order_id for one in trail.activities()} == {order.id}
    assert [one.event_type for one in trail.order_notes(order.id)] == ["OrderGroupCreated"]


def test_the_feed_goes_on_past_whole_stretches_of_streams(trail: OrderTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ordertrail.reading.activities._AT_ONCE", 3)
    with trail.acting("anna", channel="Till") as desk:
        first = desk.place_order(small()).id
        trail.streams.record([signed_in()] * 10)
        second = desk.place_order(small()).id
        trail.streams.record([signed_in()] * 10)
    if trail.store.tables.sequences:
        trail.sequence()
    page = trail.activities(limit=3)
    assert [one.note.order_id for one in page] == [first]
    page = trail.activities(limit=3, after=page.next)
    assert [one.note.order_id for one in page] == [second]
    page = trail.activities(limit=3, after=page.next)
    assert not page.items
    assert page.next == str(trail.log_size() - 1)


def test_what_is_undone_is_not_recorded(trail: OrderTrail) -> None:
    with suppress(RuntimeError), trail.store.writing() as transaction:
        trail.streams.append(transaction, [signed_in()])
        raise RuntimeError
    assert not trail.accesses().items
    with pytest.raises(UnknownEventType):
        trail.streams.record([Happening(event="OrderGroupCreated", by=BY)])


def test_many_threads_record_in_one_stream(trail: OrderTrail) -> None:
    def record() -> None:
        for _ in range(10):
            trail.streams.record([signed_in()])

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trail.verify().sound
    assert trail.verify().entries == 41


@pytest.mark.parametrize(
    "wrong",
    [
        {"category": "order"}, {"type": "Custom"}, {"revises": 1}, {"content": '{"changes":[["/a",null,1]]}'},
        {"order_id": "another"},
    ],
)  # fmt: skip
def test_postgresql_lets_nothing_else_into_a_stream(postgres: OrderTrail, wrong: dict[str, Any]) -> None:
    usual = {"category": "access", "event": "SignedIn", "content": "{}"}
    with postgres.store.writing() as transaction:
        assert transaction.append_stream([entry("stream", 1, **usual)], [bytes(32)])
        assert not transaction.append_stream([entry("stream", 3, **usual)], [bytes(32)])
    entries = [entry("stream", 2, **usual), entry(**{"order_id": "stream", "seq": 3, **usual, **wrong})]
    with pytest.raises(StoreError), postgres.store.writing() as transaction:
        transaction.append_stream(entries, [bytes(32)] * 2)


def test_postgresql_keeps_streams_out_of_orders(postgres: OrderTrail) -> None:
    order = postgres.acting("anna", channel="Till").place_order(small())
    with pytest.raises(StoreError), postgres.store.writing() as transaction:
        transaction.append_stream([entry(order.id, 2, category="access", content="{}")], [bytes(32)])


@pytest.fixture
def postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop on PostgreSQL, whose function looks at what it is given."""
    request.param = "postgresql"
    with open_shop(request, tmp_path_factory) as opened:
        yield opened


def test_what_was_changed_in_a_stream_is_found(trail: OrderTrail) -> None:
    trail.streams.record([signed_in(), signed_in()])
    stream = trail.accesses().items[0].order_id
    with past_the_guards(trail) as tampering:
        second = tampering.entries(stream)[1]
        tampering.replace(second._replace(content=second.content.replace("password", "passport")))
        assert tampering.found() == {(stream, "digest-differs")}
    with past_the_guards(trail) as tampering:
        tampering.remove(tampering.tables.order_notes, order_id=stream, seq=2)
        assert tampering.found() >= {(stream, "seq-gap")}
    with past_the_guards(trail) as tampering:
        second = tampering.entries(stream)[1]
        tampering.replace(second._replace(category="order", event="OrderGroupCancelled"))
        assert (stream, "stream-differs") in tampering.found()


def test_an_order_whose_row_is_gone_is_taken_for_no_stream(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Till")
    # Its id is a UUID of version 8, as that of a stream is.
    order = desk.place_order(small(), idempotency_key="cart-1").id
    with past_the_guards(trail) as tampering:
        tampering.remove(tampering.tables.orders, order_id=order)
        assert (order, "no-order") in tampering.found()
    with past_the_guards(trail) as tampering:
        tampering.remove(tampering.tables.orders, order_id=order)
        for each in tampering.entries(order):
            content = '{"data":{"day":"2026-01-05","process":"x"},"title":"x"}'
            tampering.replace(each._replace(category="access", event="StreamOpened", content=content))
        tampering.chain_again(order, 1)
        assert (order, "no-order") in tampering.found()


def test_an_order_under_the_id_of_a_stream_is_found(trail: OrderTrail) -> None:
    order = trail.acting("anna", channel="Till").place_order(small()).id
    trail.streams.record([signed_in()])
    stream = trail.accesses().items[0].order_id
    with past_the_guards(trail) as tampering:
        row = tampering.row(tampering.tables.orders, order_id=order)
        tampering.add(tampering.tables.orders, **row | {"order_id": stream})
        assert (stream, "stream-with-order") in tampering.found()


def test_the_id_is_that_of_process_and_day() -> None:
    assert stream_id("4f1c", "2026-01-05") == stream_id("4f1c", "2026-01-05")
    assert len({stream_id(p, d) for p in ("a", "b") for d in ("2026-01-05", "2026-01-06")}) == 4
    assert stream_id("4f1c", "2026-01-05")[14] == "8"
