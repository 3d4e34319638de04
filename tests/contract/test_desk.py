"""What a desk does around an operation: versions, times, numbers, ids, two orders in one transaction."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import repeat
from typing import Any
from uuid import UUID, uuid4

import pytest

from ordertrail import (
    Desk,
    DuplicateId,
    InvalidInput,
    InvalidText,
    InvalidTime,
    NewLineItem,
    NewOrder,
    NoteChanged,
    NoteNeverChanges,
    OperationNotAllowed,
    OrderChanged,
    OrderTrail,
    UnknownId,
    UnknownNote,
    UnknownOperation,
    UnknownOrder,
)
from ordertrail.orders.model import natural
from ordertrail.orders.operations import OPERATIONS
from tests import checker, scenarios
from tests.shops import ENGINES, Clock, open_shop, small, with_clock
from tests.suggestions import Canaries, Suggestions


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


@pytest.fixture
def desk(trail: OrderTrail) -> Desk:
    """Who acts."""
    return trail.acting("anna", channel="Order Management")


# Numbers and ids


def test_numbers_are_drawn_one_after_the_other(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> None:
    with OrderTrail.open(database_url) as empty:
        desk = empty.acting("anna", channel="Web")
        assert [desk.place_order(small()).number for _ in range(3)] == ["PO100001", "PO100002", "PO100003"]
        desk.place_order(small(number="PO100004"))
        desk.place_order(small(number="EO100005"))
        assert desk.place_order(small()).number == "PO100006"


def test_a_number_may_be_given_once(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small(number="web.2026-7_A"))
    assert trail.order(number="web.2026-7_A").id == order.id
    before = checker.counts(trail)
    with pytest.raises(DuplicateId, match=r"there is an order web\.2026-7_A already"):
        desk.place_order(small(number="web.2026-7_A"))
    assert checker.counts(trail) == before


def test_an_exchange_order_does_not_take_a_number_that_is_there(trail: OrderTrail, desk: Desk) -> None:
    order = scenarios.partially_shipped(desk)
    before = checker.counts(trail)
    number = trail.order(order).number
    with pytest.raises(DuplicateId):
        desk.create_exchange_order(order, return_id="3", line_items={}, number=number)
    assert checker.counts(trail) == before


def test_an_order_is_not_placed_over_another(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small())
    with pytest.raises(OperationNotAllowed, match="the order is InProgress; it is legal for no order yet"):
        desk.perform(order.id, "place_order", small())
    assert trail.order(order.id).version == 1


def test_a_given_id_is_the_order_s_id(trail: OrderTrail, desk: Desk) -> None:
    own = str(uuid4())
    assert desk.perform(own, "place_order", small()).id == trail.order(own).id == own


def test_only_an_order_that_is_there_is_replaced(trail: OrderTrail, desk: Desk) -> None:
    before, new = checker.counts(trail), str(uuid4())
    for unknown in ("no-such-order", new):
        with pytest.raises(UnknownOrder, match=rf"there is no order with the id '{unknown}'"):
            desk.perform(new, "place_order", small(replaces=unknown))
    assert checker.counts(trail) == before
    order = desk.place_order(small())
    assert desk.place_order(small(replaces=order.id)).replaces == order.id


SOME_UUID = "01a209a9-e289-71f2-a11a-7e74cdab5a26"


@pytest.mark.parametrize(
    "given", ["../../evil", "my-own-id", "", SOME_UUID.upper(), f"{SOME_UUID}\n", UUID(SOME_UUID), None]
)
def test_a_new_order_s_id_is_a_uuid(trail: OrderTrail, desk: Desk, given: Any) -> None:
    before = checker.counts(trail)
    with pytest.raises(InvalidInput):
        desk.perform(given, "place_order", small())
    assert checker.counts(trail) == before


def test_a_cause_has_at_most_200_characters(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small(), cause="c" * 200).id
    assert checker.read(trail, order).entries[0].cause == "c" * 200
    with pytest.raises(InvalidInput, match="at most 200 characters"):
        desk.add_note(order, title="x", cause="c" * 201)


@pytest.mark.parametrize(
    "option",
    [
        {"expected_version": "1"},
        {"expected_version": True},
        {"expected_version": 1.0},
        {"idempotency_key": 5},
        {"idempotency_key": b"k"},
        {"cause": 5},
        {"cause": "\ud800"},
        {"at": "2026-01-05T09:00:00Z"},
        {"at": date(2026, 1, 5)},
        {"at": True},
        {"at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))},
        {"at": datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))},
    ],
)
def test_options_of_another_kind_are_refused(desk: Desk, option: dict[str, Any]) -> None:
    order = desk.place_order(small()).id
    with pytest.raises(InvalidTime if "at" in option else InvalidInput):
        desk.add_note(order, title="x", **option)


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.legal_in])
def test_no_operation_finds_an_unknown_order(desk: Desk, name: str) -> None:
    arguments = Suggestions(random.Random(1), Canaries()).arguments(OPERATIONS[name])
    with pytest.raises(UnknownOrder, match="'nobody'"):
        desk.perform("nobody", name, arguments)


def test_an_unknown_operation_is_refused(desk: Desk) -> None:
    with pytest.raises(UnknownOperation, match="teleport_order"):
        desk.perform("x", "teleport_order", {})


def test_arguments_come_as_structs_or_as_maps(desk: Desk) -> None:
    item = NewLineItem(sku="TENT-2", name="Tent", quantity=2, unit_price=249)
    as_struct = desk.place_order(NewOrder(market="US", currency="USD", line_items={"1": item}))
    item_map = {"sku": "TENT-2", "name": "Tent", "quantity": "2", "unit_price": "249"}
    as_map = desk.place_order({"market": "US", "currency": "USD", "line_items": {"1": item_map}})
    assert as_struct.line_items == as_map.line_items
    assert as_struct.totals == as_map.totals


# Versions


def test_an_order_that_was_changed_meanwhile_says_by_what(desk: Desk) -> None:
    order = desk.place_order(small())
    desk.hold_order(order.id, reason="fraud")
    desk.add_note(order.id, title="A note")
    desk.release_hold(order.id)
    with pytest.raises(OrderChanged) as refused:
        desk.set_attribute(order.id, key="gift", value="yes", expected_version=order.changed_seq)
    assert (refused.value.expected, refused.value.current) == (1, 4)
    assert [note.event_type for note in refused.value.since] == ["OrderGroupOnHold", "OrderGroupInProgress"]
    assert "2: OrderGroupOnHold; 4: OrderGroupInProgress" in str(refused.value)


def test_a_colleague_s_note_is_no_conflict(desk: Desk) -> None:
    order = desk.place_order(small())
    note = desk.add_note(order.id, title="A colleague's")
    assert (note.version, note.changed_seq) == (2, 1)
    held = desk.hold_order(order.id, reason="fraud", expected_version=order.changed_seq)
    assert (held.version, held.changed_seq) == (3, 3)


def test_a_note_is_edited_as_it_was_read_or_not_at_all(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small())
    desk.add_note(order.id, title="Called")
    desk.edit_note(order.id, note=2, detail="Flat 12", revision=2)
    with pytest.raises(NoteChanged, match="note 2 was edited since, by entry 3"):
        desk.edit_note(order.id, note=2, detail="Flat 21", revision=2)
    desk.pin_note(order.id, note=2)  # which leaves its text
    desk.edit_note(order.id, note=2, detail="Flat 21", revision=3)
    assert [one.detail for one in trail.note_revisions(order.id, 2)] == ["", "Flat 12", "Flat 21"]
    with pytest.raises(NoteNeverChanges):
        desk.edit_note(order.id, note=1, title="x", revision=1)


@pytest.mark.parametrize("expected", [0, -1, 2, 10**30])
def test_a_version_that_never_was_is_another(trail: OrderTrail, desk: Desk, expected: int) -> None:
    order = desk.place_order(small())
    with pytest.raises(OrderChanged):
        desk.hold_order(order.id, reason="fraud", expected_version=expected)
    assert trail.order(order.id).version == 1


# Times


def test_what_happened_earlier_may_be_given_but_times_run_on(trail: OrderTrail, desk: Desk, clock: Clock) -> None:
    began = clock.pass_by(days=10)
    order = desk.place_order(small(), at=began - timedelta(days=5))
    assert order.placed == began - timedelta(days=5)
    east = timezone(timedelta(hours=9))
    desk.hold_order(order.id, reason="fraud", at=(began - timedelta(days=4)).astimezone(east))
    with pytest.raises(InvalidTime, match="before the order's last activity"):
        desk.release_hold(order.id, at=began - timedelta(days=4, seconds=1))
    desk.release_hold(order.id, at=began - timedelta(days=4))
    notes = trail.order_notes(order.id).items
    assert [note.created for note in notes] == [began - timedelta(days=days) for days in (5, 4, 4)]
    assert all(note.recorded > began for note in notes)


@pytest.mark.parametrize(
    ("at", "why"),
    [(datetime(2020, 1, 1), "has no zone"), (datetime(2090, 1, 1, tzinfo=UTC), "lies in the future")],  # noqa: DTZ001
)
def test_a_time_without_a_zone_or_in_the_future_is_refused(desk: Desk, at: datetime, why: str) -> None:
    with pytest.raises(InvalidTime, match=why):
        desk.place_order(small(), at=at)
    order = desk.place_order(small())
    with pytest.raises(InvalidTime, match=why):
        desk.add_note(order.id, title="x", at=at)


def test_a_clock_that_goes_back_does_not_take_the_record_with_it(trail: OrderTrail, desk: Desk, clock: Clock) -> None:
    order = desk.place_order(small())
    last = trail.order_note(order.id, 1)
    clock.pass_by(hours=-1)
    desk.add_note(order.id, title="An hour earlier, says the clock")
    note = trail.order_note(order.id, 2)
    assert (note.created, note.recorded) == (last.created, last.recorded)
    clock.pass_by(hours=1)
    assert not checker.findings(trail, order.id)


def test_times_keep_their_microseconds(trail: OrderTrail, desk: Desk, clock: Clock) -> None:
    clock.pass_by(microseconds=123_457)
    order = desk.place_order(small())
    note = trail.order_note(order.id, 1)
    assert note.created == order.placed
    assert note.created.tzinfo is UTC


# Causes


def test_the_cause_stands_in_every_entry_of_the_operation(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small(), cause="request-1")
    desk.complete_shipment(order.id, shipment="1", left_anyway="mistake", cause="request-2")
    causes = [note.cause for note in trail.order_notes(order.id, type="System") if hasattr(note, "cause")]
    assert causes == ["request-1", "request-2", "request-2"]
    with pytest.raises(InvalidText):
        desk.add_note(order.id, title="x", cause="a\0b")


# Two orders at once


def test_an_exchange_is_written_to_both_orders_or_to_none(trail: OrderTrail, desk: Desk) -> None:
    order = scenarios.partially_shipped(desk)
    before = checker.counts(trail)
    with pytest.raises(InvalidInput):
        desk.create_exchange_order(order, return_id="3", line_items={"1": {"sku": "", "name": "x"}})
    assert checker.counts(trail) == before
    made = desk.create_exchange_order(
        order,
        return_id="3",
        line_items={"1": {"sku": "TENT-3", "name": "Tent", "quantity": 1, "unit_price": 299}},
        cause="exchange",
    )
    other = trail.order(made.returns["3"].exchange_order)
    assert (other.status, other.exchange_for, other.exchange_return) == ("AwaitingExchange", order, "3")
    assert other.number.startswith("EO")
    assert made.id == order
    written = [note for order_id in (order, other.id) for note in trail.order_notes(order_id, limit=1000)]
    assert len({note.created for note in written if getattr(note, "cause", None) == "exchange"}) == 1
    assert not checker.findings(trail, order) + checker.findings(trail, other.id)


def test_an_exchange_starts_with_its_return_in_one_transaction(trail: OrderTrail, desk: Desk) -> None:
    exchange = scenarios.awaiting_exchange(desk)
    original = str(trail.order(exchange).exchange_for)
    desk.receive_return_items(original, return_id="3", items={"1": {"quantity": 1}})
    done = desk.complete_return(original, return_id="3")
    assert done.returns["3"].status == "Complete"
    assert trail.order(exchange).status == "InProgress"
    last = trail.order_notes(exchange, newest_first=True, limit=1).items[0]
    assert last.event_type == "OrderGroupInProgress"
    assert not checker.findings(trail, original) + checker.findings(trail, exchange)


def test_threads_that_cancel_an_exchange_from_both_ends_do_not_block_one_another(trail: OrderTrail, desk: Desk) -> None:
    pairs = []
    for _ in range(4):
        exchange = scenarios.awaiting_exchange(desk)
        original = str(trail.order(exchange).exchange_for)
        desk.receive_return_items(original, return_id="3", items={"1": {"quantity": 1}})
        pairs.append((original, exchange))

    def complete(original: str) -> None:
        desk.complete_return(original, return_id="3")

    def cancel(exchange: str) -> None:
        try:
            desk.cancel_order(exchange, reason="late", initiator="customer")
        except OperationNotAllowed:
            assert trail.order(exchange).status == "InProgress"

    with ThreadPoolExecutor(8) as pool:
        tasks = [pool.submit(complete, original) for original, _ in pairs]
        tasks += [pool.submit(cancel, exchange) for _, exchange in pairs]
        for task in tasks:
            task.result()
    for original, exchange in pairs:
        assert not checker.findings(trail, original) + checker.findings(trail, exchange)


# Threads


def test_threads_may_share_a_trail_and_a_desk(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id

    def note(number: int) -> int:
        return desk.add_note(order, title=f"note {number}").version

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(note, range(100)))
    assert sorted(versions) == list(range(2, 102))
    titles = {trail.order_note(order, version).title: version for version in versions}
    assert [titles[f"note {number}"] for number in range(100)] == versions
    assert not checker.findings(trail, order)


def test_threads_that_hold_and_release_leave_a_whole_order(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id

    def turn(_: object) -> None:
        held = desk.hold_order(order, reason="fraud")
        with suppress(OperationNotAllowed, UnknownId):  # another thread was quicker
            desk.release_hold(order, hold=natural(held.holds)[0])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(turn, repeat(None, 30)))
    found = trail.order(order)
    assert (found.status == "OnHold") == bool(found.holds)
    assert sum(note.event_type == "OrderGroupOnHold" for note in found.order_notes) == 30
    assert not checker.findings(trail, order)


# Notes of what is returned


def test_the_notes_of_an_answer_end_with_it(desk: Desk) -> None:
    order = desk.place_order(small())
    held = desk.hold_order(order.id, reason="fraud")
    assert [note.event_type for note in order.order_notes] == ["OrderGroupCreated"]
    assert [note.event_type for note in held.order_notes] == ["OrderGroupCreated", "OrderGroupOnHold"]
    assert "iterate" in repr(held.order_notes)


def test_a_note_that_is_not_there_is_not_edited(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small())
    with pytest.raises(UnknownNote, match="no note 99"):
        desk.edit_note(order.id, note=99, title="x")
    with pytest.raises(InvalidInput):
        desk.edit_note(order.id, note=10**20, title="x")
    assert trail.order(order.id).version == 1
