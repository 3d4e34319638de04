"""What the world does to a store, and what it says then."""

import socket
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ordertrail.errors import ConnectionLost, DatabaseFull, DatabaseLocked, DatabaseUnreachable, OrderBusy, StoreError
from ordertrail.store import libraries, open_store
from ordertrail.store.base import Change, Store, Transaction
from ordertrail.store.stores import OwnStore
from tests.contract.storing import change, count, everything, placed


def append_large(transaction: Transaction) -> None:
    """An order too large for the database."""
    transaction.append(change("o2", document="x" * 10_000_000))


def test_a_full_database_says_so_and_works_on(sqlite_url: str) -> None:
    store = open_store(sqlite_url, pool_size=1)
    placed(store)
    before = everything(store)
    limit(store, 200)
    with pytest.raises(DatabaseFull, match="is full"), store.writing() as transaction:
        append_large(transaction)
    assert everything(store) == before
    limit(store, 1_000_000)
    with store.writing() as transaction:
        append_large(transaction)
    assert count(store, "orders") == 2
    store.close()


def limit(store: Any, pages: int) -> None:
    """Let the file have so many pages."""
    with store.reading() as transaction:
        transaction.run(f"PRAGMA max_page_count = {pages}")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text(
        "No database, but a text that is long enough to be taken for one by whoever looks at its first page."
    )
    with pytest.raises(DatabaseUnreachable, match="no SQLite database"):
        open_store(f"sqlite:///{path}")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/nowhere/shop.db")


def test_a_server_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(DatabaseUnreachable, match="no connection to the database"):
        open_store(f"postgresql://postgres:secret@127.0.0.1:{port}/shop")


def test_messages_hold_no_values(database_url: str) -> None:
    """Ours, that is: PostgreSQL's own log holds the row, unless it is told to be terse. Only a mistake gets here."""
    store = open_store(database_url)
    placed(store)
    with pytest.raises(StoreError) as caught, store.writing() as transaction:
        transaction.append(change("o2", 0, currency=None, customer_email="lost@example.com"))
    assert "lost" not in str(caught.value)
    assert "INSERT" not in str(caught.value)
    assert caught.value.__suppress_context__
    store.close()


def test_another_writer_on_sqlite_is_waited_for(sqlite_url: str) -> None:
    store = open_store(sqlite_url, timeout=0.1)
    other = libraries.choose(None).connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked, match="another process"), store.writing():
        pass
    assert count(store, "orders") == 0  # a reader does not wait
    other.close()
    placed(store)
    store.close()


def test_writers_of_one_process_on_sqlite_take_turns(sqlite_url: str) -> None:
    store = open_store(sqlite_url, timeout=0.1)
    with store.writing():
        with pytest.raises(DatabaseLocked, match="another thread has been writing"), store.writing():
            pass
        assert count(store, "orders") == 0  # a reader does not wait
    placed(store)
    store.close()
    for _ in range(2):  # a turn that nothing came of is over
        with pytest.raises(StoreError, match="has been closed"), store.writing():
            pass


def test_another_writer_on_postgresql_is_waited_for(postgres_url: str) -> None:
    store = open_store(postgres_url, timeout=0.1)
    placed(store)
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT * FROM ordertrail.orders FOR UPDATE")
        with pytest.raises(OrderBusy, match="longer than the time-out"), store.writing() as transaction:
            transaction.append(change("o1", 1))
    with store.writing() as transaction:
        assert transaction.append(change("o1", 1))
    store.close()


@pytest.mark.parametrize("blocked", [change("o2"), change("o1", 3)], ids=["place", "change"])
def test_an_append_holds_nothing_that_init_waits_for(postgres_url: str, blocked: Change) -> None:
    """Both lock orders first; else each could hold what the other one wants."""
    store = open_store(postgres_url)
    placed(store)
    placed(store, "o0")
    for version in (1, 2):  # a plan that is kept locks in another order than a new one
        append(store, change("o1", version))
    thread = threading.Thread(target=append, args=(store, blocked))
    with psycopg.connect(postgres_url) as init:
        init.execute("SET search_path = ordertrail; LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE")
        thread.start()
        waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with psycopg.connect(postgres_url, autocommit=True) as onlooker:
            while not onlooker.execute(waiting).fetchone():
                time.sleep(0.01)
        init.execute("LOCK TABLE order_numbers, order_notes, log_pending IN SHARE ROW EXCLUSIVE MODE NOWAIT")
    thread.join()
    assert count(store, "order_notes") == 5
    store.close()


def append(store: Store, made: Change) -> None:
    """In a transaction of its own."""
    with store.writing() as transaction:
        assert transaction.append(made)


def cut_off(url: str) -> None:
    """End all connections to the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_connections_that_broke_while_idle_are_replaced(postgres_url: str) -> None:
    store = open_store(postgres_url)
    with store.reading(), store.reading(), store.reading():
        pass
    cut_off(postgres_url)
    placed(store)
    cut_off(postgres_url)
    with store.appending() as transaction:
        assert transaction.append(change("o1", 1))
    cut_off(postgres_url)
    assert count(store, "order_notes") == 2
    assert not store.guards().roles
    store.close()


@pytest.mark.parametrize("when", ["append", "commit"])
def test_a_connection_that_breaks_at_work(postgres_url: str, when: str) -> None:
    store = open_store(postgres_url)
    with pytest.raises(ConnectionLost, match="the connection to the database broke"), store.writing() as transaction:
        work_cut_off(transaction, postgres_url, when)
    placed(store)
    store.close()


def work_cut_off(transaction: Transaction, url: str, when: str) -> None:
    """Append, and lose the connection before or after it."""
    if when == "append":
        cut_off(url)
    transaction.append(change("o1"))
    cut_off(url)


def test_a_server_that_went_away(postgres_url: str) -> None:
    store = open_store(postgres_url)
    assert isinstance(store, OwnStore)
    engine = store._pool._connect.__self__  # type: ignore[attr-defined]
    engine._options["host"] = "/nowhere"
    cut_off(postgres_url)
    for _ in range(3):
        with pytest.raises(DatabaseUnreachable), store.reading():
            pass
    store.close()


def test_a_disk_that_breaks_at_the_rollback(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    assert isinstance(store, OwnStore)
    with pytest.raises(KeyError), store.writing() as transaction:
        fail_for_good(transaction)
    assert not store._pool._open
    placed(store)
    store.close()


def fail_for_good(session: Any) -> None:
    """Fail, and so that nothing can be rolled back either."""
    session.connection = Broken(session.connection, session._error)
    raise KeyError


class Broken:
    """A connection of which nothing works any more."""

    def __init__(self, connection: Any, error: type[Exception]) -> None:
        self.close, self._error = connection.close, error

    @property
    def in_transaction(self) -> bool:
        """Even this."""
        raise self._error("disk I/O error")
