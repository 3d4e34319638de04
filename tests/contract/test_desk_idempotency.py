"""Idempotency keys: the same request twice happens once, and is answered as it was then."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ordertrail import Actor, ActorKind, Desk, IdempotencyKeyReused, InvalidInput, OperationNotAllowed, OrderTrail
from tests import checker
from tests.shops import ENGINES, Clock, open_shop, small, with_clock


@pytest.fixture(scope="module", params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop."""
    with open_shop(request, tmp_path_factory) as opened:
        yield opened


@pytest.fixture
def desk(trail: OrderTrail) -> Desk:
    """Who acts."""
    return trail.acting("anna", channel="Order Management")


def test_the_same_request_happens_once_and_is_answered_as_of_then(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small())
    first = desk.hold_order(order.id, reason="fraud", idempotency_key="k1")
    desk.release_hold(order.id)
    desk.add_note(order.id, title="Checked")
    before = checker.counts(trail)
    again = desk.hold_order(order.id, reason="fraud", idempotency_key="k1")
    assert checker.counts(trail) == before
    assert again.document == first.document
    assert (again.version, again.changed_seq, again.head) == (first.version, first.changed_seq, first.head)
    assert [note.seq for note in again.order_notes] == [1, 2]
    assert trail.order(order.id).status == "InProgress"


def test_changed_seq_of_a_repeated_answer_is_the_one_of_then(desk: Desk) -> None:
    order = desk.place_order(small())
    note = desk.add_note(order.id, title="Called", idempotency_key="k")
    again = desk.add_note(order.id, title="Called", idempotency_key="k")
    assert (again.version, again.changed_seq) == (note.version, note.changed_seq) == (2, 1)


@pytest.mark.parametrize(("operation", "arguments"), [("hold_order", {"reason": "late"}), ("add_note", {"title": "x"})])
def test_a_key_used_for_something_else_is_refused(desk: Desk, operation: str, arguments: dict[str, str]) -> None:
    order = desk.place_order(small())
    desk.hold_order(order.id, reason="fraud", idempotency_key="k")
    with pytest.raises(IdempotencyKeyReused, match="'k' was used before"):
        desk.perform(order.id, operation, arguments, idempotency_key="k")


def test_what_is_left_out_and_what_is_given_as_its_default_are_the_same_request(desk: Desk) -> None:
    order = desk.place_order(small())
    first = desk.add_note(order.id, title="Called", idempotency_key="k")
    assert desk.add_note(order.id, title="Called", detail="", idempotency_key="k").version == first.version


def test_a_request_may_be_repeated_with_the_version_that_it_led_to(desk: Desk) -> None:
    order = desk.place_order(small())
    first = desk.hold_order(order.id, reason="fraud", idempotency_key="k", expected_version=order.changed_seq)
    again = desk.hold_order(order.id, reason="fraud", idempotency_key="k", expected_version=first.changed_seq)
    assert again.version == first.version


def test_a_refused_request_keeps_no_key(desk: Desk) -> None:
    order = desk.place_order(small())
    with pytest.raises(OperationNotAllowed):
        desk.release_hold(order.id, idempotency_key="k")
    assert desk.add_note(order.id, title="x", idempotency_key="k").version == 2


def test_a_keyed_order_has_a_stable_id_and_is_placed_once(trail: OrderTrail, desk: Desk) -> None:
    first = desk.place_order(small(), idempotency_key="cart-7")
    desk.add_note(first.id, title="x")
    again = desk.place_order(small(), idempotency_key="cart-7")
    assert (again.id, again.number, again.version) == (first.id, first.number, 1)
    with pytest.raises(IdempotencyKeyReused):
        desk.place_order(small(market="DE"), idempotency_key="cart-7")
    assert trail.order(first.id).market == "US"


def test_a_key_belongs_to_its_actor(trail: OrderTrail, desk: Desk) -> None:
    shop = [
        trail.acting("bert", channel="Order Management"),
        trail.acting(Actor(id="anna", kind=ActorKind.APP), channel="API"),
    ]
    placed = {acting.place_order(small(), idempotency_key="cart-8").id for acting in [desk, *shop]}
    assert len(placed) == 3
    order = placed.pop()
    seqs = {acting.add_note(order, title="x", idempotency_key="k").version for acting in [desk, *shop]}
    assert len(seqs) == 3


def test_a_key_belongs_to_its_order(desk: Desk) -> None:
    orders = [desk.place_order(small()).id for _ in range(2)]
    assert [desk.add_note(order, title="x", idempotency_key="same").version for order in orders] == [2, 2]


def test_after_erasure_a_repeated_request_is_answered_without_the_erased(trail: OrderTrail, desk: Desk) -> None:
    customer = {"id": "C1", "name": "Mercy Taylor"}
    order = desk.place_order(small(customer=customer), idempotency_key="cart-9")
    desk.erase_personal_data(order.id, reason="erasure-request")
    again = desk.place_order(small(customer=customer), idempotency_key="cart-9")
    assert (again.id, again.version, again.head) == (order.id, 1, order.head)
    assert again.customer is not None
    assert again.customer.name == "[erased]"
    assert not checker.findings(trail, order.id)


def test_threads_that_place_the_same_keyed_order_place_it_once(trail: OrderTrail, desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(lambda _: desk.place_order(small(), idempotency_key="cart-10"), range(16)))
    assert len({(order.id, order.version, order.head) for order in orders}) == 1
    assert not checker.findings(trail, orders[0].id)


def test_threads_that_repeat_the_same_request_do_it_once(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.add_note(order.id, title="x", idempotency_key="k"), range(16)))
    assert {answer.version for answer in answers} == {2}
    assert trail.order(order.id).version == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "a\0b", "\ud800"])
def test_a_key_that_is_no_key_is_refused(desk: Desk, key: str) -> None:
    with pytest.raises(InvalidInput):
        desk.place_order(small(), idempotency_key=key)


def test_the_longest_key_and_any_letters_will_do(desk: Desk) -> None:
    key = "🎁" * 200
    assert desk.place_order(small(), idempotency_key=key).id == desk.place_order(small(), idempotency_key=key).id


def test_old_keys_are_forgotten_but_those_that_placed_an_order(database_url: str) -> None:
    clock = Clock()
    with OrderTrail.open(database_url, sources=with_clock(clock)) as trail:
        desk = trail.acting("anna", channel="Web")
        order = desk.place_order(small(), idempotency_key="placed")
        desk.add_note(order.id, title="first", idempotency_key="old")
        clock.pass_by(days=1)
        desk.add_note(order.id, title="second", idempotency_key="older")
        clock.pass_by(days=29, hours=1)
        desk.add_note(order.id, title="third", idempotency_key="new")
        month = clock.now - timedelta(days=30)
        assert trail.forget_keys(month) == 1
        assert trail.forget_keys(clock.now, most=1) == 1
        assert trail.forget_keys(month) == 0
        assert desk.place_order(small(), idempotency_key="placed").id == order.id
        desk.add_note(order.id, title="third", idempotency_key="new")
        desk.add_note(order.id, title="first", idempotency_key="old")  # once more, since nobody knows any better
        titles = [note.title for note in trail.order_notes(order.id, type="Custom")]
        assert titles == ["first", "second", "third", "first"]
        assert trail.verify().findings == ()
