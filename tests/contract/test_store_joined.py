"""The record within a caller's own transaction, through every kind of connection."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import Connection, column, create_engine, event, select, table

from ordertrail.errors import (
    ConnectionLost,
    DatabaseLocked,
    InvalidInput,
    NotInitialised,
    OrderBusy,
    StoreError,
    WrongSQLiteLibrary,
)
from ordertrail.store import join_store, libraries, open_store
from ordertrail.store.base import Store, Transaction
from tests.contract.storing import change, count, placed

# The standard library's is joined whatever its age.
pytestmark = pytest.mark.filterwarnings("ignore:SQLite .* can lose commits:RuntimeWarning")

Raw = Any  # a connection of a driver, or SQLAlchemy's


def with_sqlite3(url: str) -> Raw:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0.2)
    connection.row_factory = sqlite3.Row
    return connection


def with_sqlite3_autocommit(url: str) -> Raw:
    return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0.2, isolation_level=None)


def with_the_better_sqlite(url: str) -> Raw:
    return libraries.choose(None).connect(url.removeprefix("sqlite:///"), timeout=0.2)


def with_sqlalchemy_on_sqlite(url: str) -> Raw:
    return create_engine(url, connect_args={"timeout": 0.2}).connect()


def with_sqlalchemy_that_begins(url: str) -> Raw:
    """As its documentation advises for SQLite."""
    engine = create_engine(url, connect_args={"timeout": 0.2, "isolation_level": None})
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine.connect()


def with_sqlalchemy_autocommit_on_sqlite(url: str) -> Raw:
    return with_sqlalchemy_on_sqlite(url).execution_options(isolation_level="AUTOCOMMIT")


def with_psycopg(url: str) -> Raw:
    return psycopg.connect(url, row_factory=dict_row, cursor_factory=psycopg.RawCursor)


def with_psycopg_autocommit(url: str) -> Raw:
    return psycopg.connect(url, autocommit=True)


def with_sqlalchemy_on_postgresql(url: str) -> Raw:
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:")).connect()


def with_sqlalchemy_autocommit(url: str) -> Raw:
    return with_sqlalchemy_on_postgresql(url).execution_options(isolation_level="AUTOCOMMIT")


ON_SQLITE = [
    with_sqlite3,
    with_sqlite3_autocommit,
    with_the_better_sqlite,
    with_sqlalchemy_on_sqlite,
    with_sqlalchemy_that_begins,
    with_sqlalchemy_autocommit_on_sqlite,
]
ON_POSTGRESQL = [with_psycopg, with_psycopg_autocommit, with_sqlalchemy_on_postgresql, with_sqlalchemy_autocommit]
AUTOCOMMITTING = [
    with_sqlite3_autocommit,
    with_sqlalchemy_autocommit_on_sqlite,
    with_psycopg_autocommit,
    with_sqlalchemy_autocommit,
]


class Caller:
    """A shop with a table of its own, and with a connection of its own that the record joins."""

    def __init__(self, url: str, connect: Callable[[str], Raw], monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = url
        open_store(url).close()
        # Not the library of the other tests, perhaps; but this one's file is no business of theirs.
        monkeypatch.setattr(libraries, "_in_use", [])
        self.connection = connect(url)
        self.execute("CREATE TABLE shop (item TEXT)")
        self.connection.commit()
        self.store = join_store(self.connection)

    def execute(self, statement: str) -> Any:
        """Run SQL in the caller's transaction."""
        run = getattr(self.connection, "exec_driver_sql", self.connection.execute)
        return run(statement)

    def sell(self) -> None:
        """Something of the caller's own."""
        self.execute("INSERT INTO shop VALUES ('tent')")

    def begin(self) -> None:
        """Begin a transaction where none begins by itself."""
        if self.autocommits:
            self.execute("BEGIN")

    @property
    def autocommits(self) -> bool:
        """Whether the connection is in autocommit mode."""
        given = self.connection
        if isinstance(given, Connection):
            return given.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        return bool(given.autocommit if isinstance(given, psycopg.Connection) else given.isolation_level is None)

    @property
    def driver_connection(self) -> Any:
        """The driver's connection."""
        given = self.connection
        return given.connection.driver_connection if isinstance(given, Connection) else given

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, as the database sees it."""
        raw = self.driver_connection
        return bool(raw.info.transaction_status if isinstance(raw, psycopg.Connection) else raw.in_transaction)

    def seen(self) -> tuple[int, int, int]:
        """How many sales, orders and entries another connection sees."""
        module = libraries._in_use[0].__name__.split(".")[0] if libraries._in_use else None
        store = open_store(self.url, sqlite_module=module)
        with store.reading() as transaction:
            session: Any = transaction
            sales = session.run("SELECT count(*) FROM shop")[0][0]
        found = (sales, count(store, "orders"), count(store, "order_notes"))
        store.close()
        return found

    def close(self) -> None:
        """Let go of everything."""
        self.connection.close()
        if isinstance(self.connection, Connection):
            self.connection.engine.dispose()


@pytest.fixture(params=[*ON_SQLITE, *ON_POSTGRESQL], ids=lambda connect: connect.__name__)
def caller(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """Each kind of connection."""
    yield from made(request, monkeypatch)


@pytest.fixture(params=AUTOCOMMITTING, ids=lambda connect: connect.__name__)
def autocommitting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """Each kind of connection in autocommit mode."""
    yield from made(request, monkeypatch)


def made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """A caller with the kind of connection that a fixture asks for."""
    url = request.getfixturevalue("sqlite_url" if request.param in ON_SQLITE else "postgres_url")
    caller = Caller(url, request.param, monkeypatch)
    yield caller
    caller.close()


def place_and_fail(store: Store, order_id: str = "o1") -> None:
    """Place an order, and fail before the end."""
    with store.writing() as transaction:
        assert transaction.append(change(order_id))
        raise KeyError


def test_joining_leaves_no_transaction_open(caller: Caller) -> None:
    assert not caller.in_transaction
    assert caller.store.trail_id
    assert not caller.store.guards().roles
    assert caller.store.connections() == 1
    with caller.store.reading() as transaction:
        assert transaction.load("o1") is None
    assert not caller.in_transaction


def test_the_callers_commit_commits_both(caller: Caller) -> None:
    caller.begin()
    caller.sell()
    placed(caller.store)
    placed(caller.store, "o2", 2)
    assert caller.seen() == (0, 0, 0)
    caller.connection.commit()
    assert caller.seen() == (1, 2, 3)


def test_the_callers_rollback_leaves_nothing(caller: Caller) -> None:
    caller.begin()
    caller.sell()
    placed(caller.store)
    caller.connection.rollback()
    assert caller.seen() == (0, 0, 0)


@pytest.mark.parametrize("committed", [True, False])
def test_what_comes_first_begins_what_the_caller_ends(caller: Caller, committed: bool) -> None:
    caller.begin()
    placed(caller.store)
    assert caller.in_transaction
    caller.sell()
    if committed:
        caller.connection.commit()
    else:
        caller.connection.rollback()
    assert caller.seen() == ((1, 1, 1) if committed else (0, 0, 0))


def test_in_autocommit_mode_the_caller_must_begin(autocommitting: Caller) -> None:
    """Nobody would end what we began, and the caller's own later statements would be lost with it."""
    for _ in range(2):
        with pytest.raises(InvalidInput, match=r"in autocommit mode: begin a transaction first, by `with .*BEGIN"):
            placed(autocommitting.store)
        assert not autocommitting.in_transaction
        autocommitting.sell()
    assert autocommitting.seen() == (2, 0, 0)


def test_in_autocommit_mode_a_block_of_psycopg_is_a_transaction(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(postgres_url, with_psycopg_autocommit, monkeypatch)
    with caller.connection.transaction():
        placed(caller.store)
        caller.sell()
        assert caller.seen() == (0, 0, 0)
    assert caller.seen() == (1, 1, 1)
    caller.close()


@pytest.mark.parametrize("connect", [with_sqlalchemy_autocommit, with_sqlalchemy_autocommit_on_sqlite])
def test_in_autocommit_mode_a_block_of_sqlalchemy_is_none(
    connect: Callable[[str], Raw], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks like what any statement begins, which nobody ends."""
    url = request.getfixturevalue("sqlite_url" if connect in ON_SQLITE else "postgres_url")
    caller = Caller(url, connect, monkeypatch)
    with caller.connection.begin(), pytest.raises(InvalidInput, match="SQLAlchemy begins nothing in the database"):
        placed(caller.store)
    assert caller.seen() == (0, 0, 0)
    caller.close()


def test_what_fails_undoes_our_part_only(caller: Caller) -> None:
    caller.begin()
    caller.sell()
    placed(caller.store)
    with pytest.raises(KeyError):
        place_and_fail(caller.store, "o2")
    with pytest.raises(StoreError, match="the database refused"), caller.store.writing() as transaction:
        place_and_break(transaction)
    caller.connection.commit()
    assert caller.seen() == (1, 1, 1)


def place_and_break(transaction: Transaction) -> None:
    """Place an order, and then do what the database refuses."""
    transaction.append(change("o3"))
    transaction.rows(select(column("x")).select_from(table("nowhere")))


def test_what_we_begin_and_fails_is_ended(caller: Caller) -> None:
    with pytest.raises(InvalidInput if caller.autocommits else KeyError):
        place_and_fail(caller.store)
    assert not caller.in_transaction
    assert caller.store.retries
    caller.begin()
    caller.sell()
    caller.connection.commit()
    assert caller.seen() == (1, 0, 0)


def test_reading_sees_what_the_caller_has_written(caller: Caller) -> None:
    caller.begin()
    placed(caller.store)
    with caller.store.reading() as transaction:
        assert transaction.load("o1") is not None
    assert count(caller.store, "order_notes") == 1
    caller.connection.rollback()
    assert count(caller.store, "order_notes") == 0


def test_a_conflict_is_told(caller: Caller) -> None:
    caller.begin()
    placed(caller.store)
    with caller.store.writing() as transaction:
        assert transaction.append(change("o1")) is False
    caller.connection.commit()
    assert caller.seen() == (0, 1, 1)


def test_closing_leaves_the_connection_open(caller: Caller) -> None:
    caller.store.close()
    caller.begin()
    caller.sell()
    caller.connection.commit()
    assert caller.seen() == (1, 0, 0)


def test_a_trail_is_not_made_in_passing(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "_in_use", [])
    connection = (with_sqlite3 if "sqlite" in empty_database_url else with_psycopg)(empty_database_url)
    with pytest.raises(NotInitialised, match="run `ordertrail init`"):
        join_store(connection)
    connection.close()


def test_another_connection_is_refused() -> None:
    with pytest.raises(InvalidInput, match="a dict cannot be joined"):
        join_store({})


def test_an_old_sqlite_is_warned_of(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(sqlite_url).close()
    monkeypatch.setattr(libraries, "_in_use", [])
    monkeypatch.setattr(libraries, "SAFE", (99,))
    connection = with_sqlite3(sqlite_url)
    with pytest.warns(RuntimeWarning, match="can lose commits"):
        join_store(connection)
    connection.close()


def test_another_sqlite_library_is_refused(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "_in_use", [libraries])
    monkeypatch.setattr(libraries, "sqlite_version", "3.0", raising=False)
    connection = with_sqlite3(sqlite_url)
    with pytest.raises(WrongSQLiteLibrary, match="two libraries on one file lose committed rows"):
        join_store(connection)
    connection.close()


@pytest.mark.parametrize("connect", [connect for connect in ON_SQLITE if connect not in AUTOCOMMITTING])
def test_another_writer_on_sqlite_is_waited_for(
    sqlite_url: str, connect: Callable[[str], Raw], monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(sqlite_url, connect, monkeypatch)
    other = type(caller.driver_connection)(caller.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked):
        placed(caller.store)
    assert not caller.in_transaction
    other.execute("ROLLBACK")
    other.close()
    placed(caller.store)
    caller.close()


def test_a_caller_that_read_before_another_wrote_cannot_write(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller(sqlite_url, with_sqlite3_autocommit, monkeypatch)
    caller.execute("BEGIN")
    caller.execute("SELECT * FROM orders").fetchall()
    other = join_store(with_sqlite3(sqlite_url))
    placed(other)
    other._session.connection.commit()  # type: ignore[attr-defined]
    with pytest.raises(OrderBusy, match="roll back and try again"):
        placed(caller.store, "o2")
    assert caller.in_transaction
    assert not caller.store.retries
    other._session.connection.close()  # type: ignore[attr-defined]
    caller.close()


def test_isolation_decides_whether_to_try_again(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller(postgres_url, with_psycopg_autocommit, monkeypatch)
    own = open_store(postgres_url)
    placed(own)
    caller.execute("BEGIN")
    with caller.store.reading() as transaction:
        assert transaction.load("o1") is not None
    assert caller.store.retries
    caller.connection.rollback()
    caller.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    with caller.store.reading() as transaction:
        assert transaction.load("o1") is not None
    assert not caller.store.retries
    with own.writing() as transaction:
        assert transaction.append(change("o1", 1))
    with pytest.raises(OrderBusy, match="another transaction changed"), caller.store.writing() as transaction:
        transaction.append(change("o1", 1))
    caller.connection.rollback()
    own.close()
    caller.close()


def test_the_callers_isolation_level_is_kept(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller(postgres_url, with_psycopg, monkeypatch)
    caller.connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
    placed(caller.store)
    assert not caller.store.retries
    caller.connection.commit()
    caller.close()


def test_a_connection_that_breaks_is_told(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller(postgres_url, with_psycopg, monkeypatch)
    caller.sell()
    with pytest.raises(ConnectionLost), caller.store.writing() as transaction:
        append_cut_off(transaction, postgres_url, caller.connection.info.backend_pid)
    caller.close()


def append_cut_off(transaction: Transaction, url: str, pid: int) -> None:
    """Append on a connection that is no more."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))
    transaction.append(change("o1"))


def test_a_transaction_that_ended_under_us(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite itself rolls back the whole of a transaction when the disk is full."""
    caller = Caller(sqlite_url, with_sqlite3, monkeypatch)
    caller.sell()
    with suppress(KeyError), caller.store.writing() as transaction:
        transaction.append(change("o1"))
        caller.connection.rollback()
        raise KeyError
    assert caller.seen() == (0, 0, 0)
    caller.close()
