"""A database that cannot, now: the error says so, nothing is half written, and the next call works."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ordertrail import Desk, OrderTrail, StoreError
from ordertrail.errors import ConnectionLost, DatabaseFull, DatabaseLocked, DatabaseUnreachable, OrderBusy
from ordertrail.store import libraries
from tests import checker, scenarios
from tests.shops import limited, small


def desk_of(trail: OrderTrail) -> Desk:
    """Who acts."""
    return trail.acting("anna", channel="Order Management")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database of a test on SQLite is."""
    return tmp_path / "shop.db"


@contextmanager
def other_connection(file: Path) -> Iterator[sqlite3.Connection]:
    """Another connection to the same file, of the same library."""
    connect: Any = libraries.choose(None).connect
    connection = connect(str(file), isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


# Locked


def test_a_locked_database_is_waited_for_and_then_refused(file: Path) -> None:
    with OrderTrail.open(f"sqlite:///{file}", timeout=0.05) as trail, other_connection(file) as other:
        desk = desk_of(trail)
        order = desk.place_order(small()).id
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked, match="try again"):
            desk.hold_order(order, reason="fraud")
        with pytest.raises(DatabaseLocked, match="try again"):
            desk.place_order(small())
        assert trail.order(order).version == 1, "readers do not wait for a writer"
        other.execute("ROLLBACK")
        assert desk.hold_order(order, reason="fraud").version == 2
        assert not checker.all_findings(trail)


def test_a_lock_that_ends_in_time_is_just_waited_for(file: Path) -> None:
    with OrderTrail.open(f"sqlite:///{file}", timeout=20) as trail, other_connection(file) as other:
        desk = desk_of(trail)
        order = desk.place_order(small()).id
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
        timer.start()
        assert desk.hold_order(order, reason="fraud").version == 2
        timer.join()


def test_an_order_locked_on_postgresql_is_waited_for_and_then_refused(postgres_url: str) -> None:
    with OrderTrail.open(postgres_url, timeout=0.05) as trail, psycopg.connect(postgres_url) as other:
        desk = desk_of(trail)
        order, free = desk.place_order(small()).id, desk.place_order(small()).id
        other.execute("SELECT 1 FROM ordertrail.orders WHERE order_id = %s FOR UPDATE", (order,))
        with pytest.raises(OrderBusy, match="time-out; try again"):
            desk.hold_order(order, reason="fraud")
        assert desk.hold_order(free, reason="fraud").version == 2, "only that order is locked"
        other.rollback()
        assert desk.hold_order(order, reason="fraud").version == 2
        assert not checker.all_findings(trail)


# Full


def test_a_full_database_takes_nothing_half(file: Path) -> None:
    with OrderTrail.open(f"sqlite:///{file}", pool_size=1) as trail:
        desk = desk_of(trail)
        order = scenarios.place(desk)
        before, rows = trail.order(order), checker.counts(trail)
        with limited(trail):
            for _ in range(3):
                with pytest.raises(DatabaseFull, match="is full"):
                    desk.add_note(order, title="x", detail="x" * 100_000)
            assert trail.order(order).document == before.document
            assert checker.counts(trail) == rows
        assert desk.add_note(order, title="x", detail="x" * 100_000).version == before.version + 1
        assert not checker.all_findings(trail)


def test_what_fills_the_database_up_is_whole_or_absent(file: Path) -> None:
    with OrderTrail.open(f"sqlite:///{file}", pool_size=1) as trail:
        desk = desk_of(trail)
        with limited(trail, more=12):
            done = list(placed_until_full(desk))
        assert done
        assert [order.id for order in trail.orders(limit=1000)] == done[::-1]
        assert not checker.all_findings(trail)


def placed_until_full(desk: Desk) -> Iterator[str]:
    """The orders that found room."""
    with suppress(DatabaseFull):
        for number in range(1000):
            yield desk.place_order(small(number=f"N-{number}", customer={"name": "x" * 200})).id
        raise AssertionError("the database never was full")


# Lost


@pytest.mark.parametrize("doing", ["hold", "read", "place", "notes"])
def test_a_lost_connection_is_replaced_at_once_or_said_to_be_lost(postgres_url: str, doing: str) -> None:
    with OrderTrail.open(postgres_url, pool_size=1) as trail:
        desk = desk_of(trail)
        order = desk.place_order(small()).id
        attempts: dict[str, Callable[[], object]] = {
            "hold": lambda: desk.hold_order(order, reason="fraud"),
            "read": lambda: trail.order(order),
            "place": lambda: desk.place_order(small()),
            "notes": lambda: list(trail.order_notes(order)),
        }
        end_connections(postgres_url)
        with suppress(ConnectionLost):
            attempts[doing]()
        assert [note.title for note in desk.add_note(order, title="again").order_notes][-1] == "again"
        attempts[doing]()
        assert not checker.all_findings(trail)


def test_every_connection_of_the_pool_may_be_lost(postgres_url: str) -> None:
    with OrderTrail.open(postgres_url, pool_size=3) as trail:
        desk = desk_of(trail)
        order = desk.place_order(small()).id
        barrier = threading.Barrier(3)

        def read() -> None:
            with trail.store.reading() as transaction:
                barrier.wait()
                transaction.load(order)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        end_connections(postgres_url)
        lost = 0
        for _ in range(4):
            try:
                desk.add_note(order, title="x")
            except ConnectionLost:
                lost += 1
        assert lost <= 3
        assert desk.add_note(order, title="y").version == 6 - lost
        assert not checker.all_findings(trail)


def test_a_connection_lost_within_a_transaction_is_said_to_be_lost(postgres_url: str) -> None:
    with OrderTrail.open(postgres_url, pool_size=1) as trail:
        desk = desk_of(trail)
        order = scenarios.place(desk)
        before = trail.order(order)
        with trail.store.reading() as transaction:
            transaction.load(order)
            end_connections(postgres_url)
            with pytest.raises(ConnectionLost):
                transaction.load(order)
        assert trail.order(order).head == before.head
        assert desk.add_note(order, title="x").version == before.version + 1


def end_connections(url: str) -> None:
    """End all other connections to the database, as a server that is restarted does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# Not there


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all/shop.db", "postgresql://nobody@127.0.0.1:1/shop"])
def test_a_database_that_is_not_there_is_unreachable(url: str) -> None:
    with pytest.raises(DatabaseUnreachable):
        OrderTrail.open(url)


def test_what_is_no_database_is_refused_and_left_alone(file: Path) -> None:
    file.write_bytes(b"this is a letter, not a database\n" * 100)
    with pytest.raises(StoreError):
        OrderTrail.open(f"sqlite:///{file}")
    assert file.read_bytes().startswith(b"this is a letter")
