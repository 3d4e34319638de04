"""A change that loses a race is made again on the order as it then stands, or refused (PostgreSQL: many write)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any

import psycopg
import pytest

from ordertrail import Desk, DuplicateId, OperationNotAllowed, OrderBusy, OrderChanged, OrderTrail
from ordertrail import desk as desk_module
from ordertrail.desk import Grants
from ordertrail.store.base import Store, Transaction
from tests import checker, scenarios
from tests.shops import small


class Meddled:
    """A store where somebody else is always quicker: `meddle` is called between what is read and what is written."""

    def __init__(self, store: Store, meddle: Callable[[], object]) -> None:
        self._store, self._meddle = store, meddle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def writing(self) -> AbstractContextManager[Any]:
        """A transaction in which an append comes late."""
        return self._late(self._store.writing())

    def appending(self) -> AbstractContextManager[Any]:
        """The same for a single append."""
        return self._late(self._store.appending())

    @contextmanager
    def _late(self, transaction: AbstractContextManager[Transaction]) -> Iterator[Any]:
        with transaction as opened:
            yield Late(opened, self._meddle)


class Late:
    """A transaction before whose appends somebody meddles."""

    def __init__(self, transaction: Transaction, meddle: Callable[[], object]) -> None:
        self._transaction, self._meddle = transaction, meddle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def append(self, change: Any) -> bool:
        """Append, after the other."""
        self._meddle()
        return self._transaction.append(change)


@pytest.fixture
def trail(postgres_url: str) -> Iterator[OrderTrail]:
    """A shop."""
    with OrderTrail.open(postgres_url) as opened:
        yield opened


def meddled(trail: OrderTrail, meddle: Callable[[], object]) -> Desk:
    """A desk that always comes second."""
    desk = trail.acting("anna", channel="Order Management")
    return Desk(Meddled(trail.store, meddle), desk._shop, desk._sources, desk.actor, desk.channel, Grants())


def times(limit: int, action: Callable[[], object]) -> Callable[[], None]:
    """Does `action` so many times, and then nothing any more."""
    numbers = count()

    def act() -> None:
        if next(numbers) < limit:
            action()

    return act


@pytest.mark.parametrize("key", [None, "k"])
def test_a_change_that_loses_is_made_again_on_the_order_as_it_stands(trail: OrderTrail, key: str | None) -> None:
    other = trail.acting("bert", channel="Web")
    order = other.place_order(small()).id
    desk = meddled(trail, times(3, lambda: other.hold_order(order, reason="fraud")))
    held = desk.hold_order(order, reason="address", idempotency_key=key)
    assert {key: hold.by for key, hold in held.holds.items()} == {"1": "bert", "2": "bert", "3": "bert", "4": "anna"}
    assert held.version == 5
    assert not checker.all_findings(trail)


def test_what_has_become_illegal_meanwhile_is_refused(trail: OrderTrail) -> None:
    other = trail.acting("bert", channel="Web")
    order = other.place_order(small()).id
    cancel = times(1, lambda: other.cancel_order(order, reason="late", initiator="shop"))
    with pytest.raises(OperationNotAllowed, match="the order is Cancelled"):
        meddled(trail, cancel).hold_order(order, reason="address")
    assert trail.order(order).status == "Cancelled"


def test_who_named_a_version_is_told_instead(trail: OrderTrail) -> None:
    other = trail.acting("bert", channel="Web")
    order = other.place_order(small())
    desk = meddled(trail, times(1, lambda: other.hold_order(order.id, reason="fraud")))
    with pytest.raises(OrderChanged, match="not 1"):
        desk.hold_order(order.id, reason="address", expected_version=order.changed_seq)


def test_who_never_has_a_turn_is_told_so(trail: OrderTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "ATTEMPTS", 4)
    other = trail.acting("bert", channel="Web")
    order = other.place_order(small()).id
    desk = meddled(trail, lambda: other.add_note(order, title="quicker"))
    with pytest.raises(OrderBusy, match="try again"):
        desk.hold_order(order, reason="address")
    assert trail.order(order).version == 5
    assert trail.order(order).status == "InProgress"
    assert not checker.all_findings(trail)


def test_of_two_orders_neither_is_written_when_one_was_changed(trail: OrderTrail) -> None:
    other = trail.acting("bert", channel="Web")
    exchange = scenarios.awaiting_exchange(other)
    original = str(trail.order(exchange).exchange_for)
    other.receive_return_items(original, return_id="3", items={"1": {"quantity": 1}})
    ahead = times(1, lambda: other.start_exchange_order(exchange, reason="late"))
    meddled(trail, ahead).complete_return(original, return_id="3")
    events = [note.event_type for note in trail.order(exchange).order_notes]
    assert events.count("OrderGroupInProgress") == 1
    assert not checker.all_findings(trail)


def test_a_keyed_order_that_another_placed_meanwhile_is_found(trail: OrderTrail) -> None:
    same = trail.acting("anna", channel="Web")
    placed: list[str] = []
    desk = meddled(trail, times(1, lambda: placed.append(same.place_order(small(), idempotency_key="cart").id)))
    assert [desk.place_order(small(), idempotency_key="cart").id] == placed
    assert len(trail.orders()) == 1


def test_a_number_that_another_took_meanwhile_is_refused(trail: OrderTrail) -> None:
    other = trail.acting("bert", channel="Web")
    desk = meddled(trail, times(1, lambda: other.place_order(small(number="X-1"))))
    with pytest.raises(DuplicateId):
        desk.place_order(small(number="X-1"))
    assert len(trail.orders()) == 1


def test_a_caller_s_transaction_that_cannot_see_the_winner_is_busy(trail: OrderTrail, postgres_url: str) -> None:
    other = trail.acting("bert", channel="Web")
    with psycopg.connect(postgres_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        joined = OrderTrail.open(connection=connection)
        connection.execute("SELECT count(*) FROM ordertrail.orders")  # from now on this is what it sees
        other.place_order(small(number="X-1"))
        with pytest.raises(OrderBusy):
            joined.acting("anna", channel="Web").place_order(small(number="X-1"))
        connection.rollback()
    assert len(trail.orders()) == 1
