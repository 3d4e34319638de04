"""SQLite: one writer at a time, so the position in the log is given in the transaction itself."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL
from sqlalchemy.sql import Executable

from ordertrail.errors import DatabaseUnreachable, InvalidInput, RecordDamaged, StoreError
from ordertrail.notes.digest import Entry
from ordertrail.store import addresses, erasing_sqlite, guards_sqlite, libraries
from ordertrail.store.base import Change, Erasure, GuardReport, OrderRow, Remembered, StoredOrder, TokenRow
from ordertrail.store.failures import from_sqlite
from ordertrail.store.schema import Tables
from ordertrail.store.statements import compiled
from ordertrail.store.statements_sqlite import DIALECT, Statements, statements

_DEFENSIVE = 1010
"""SQLITE_DBCONFIG_DEFENSIVE: no statement may write the schema table or the file's pages as such."""

_ALWAYS = {
    "check_same_thread": False,
    "isolation_level": None,
    # Where more statements than these were run on a connection, as by the migrations, pysqlite3 gives each new one the
    # place of the last new one, and compiles those of the hot path again and again.
    "cached_statements": 1000,
}

_stored = itemgetter(*map(OrderRow._fields.index, StoredOrder._fields))
_VERSION = OrderRow._fields.index("version")


def check_joined(connection: Any) -> None:
    """Raises InvalidInput for a caller's connection on which a commit does nothing, or whose texts are no `str`.

    The first is sqlite3 of Python 3.12 and later; not so its older isolation_level=None: there a transaction that is
    open can be committed.
    """
    if getattr(connection, "autocommit", None) is True:
        raise InvalidInput(
            "a connection with autocommit=True cannot be joined, because its commit() commits nothing:"
            " give one with autocommit=False, or without that option"
        )
    if connection.text_factory is not str:
        raise InvalidInput(
            "a connection with a text_factory of its own cannot be joined, because the record is read as it stands:"
            " give one whose text_factory is str"
        )


class SQLiteEngine:
    """A database file, or one in memory."""

    lock: tuple[str, ...] = ("BEGIN IMMEDIATE",)

    def __init__(self, url: URL, tables: Tables, *, module: ModuleType, timeout: float, durable: bool) -> None:
        self.tables, self.url, self.module, self._error = tables, url, module, module.Error
        self._statements = statements(tables)
        self._timeout, self._durable = timeout, durable
        self._arguments, self._options = addresses.connect_arguments(url, module=module)
        self.in_memory = self._arguments == [":memory:"]

    def check_exists(self) -> None:
        """Raise DatabaseUnreachable where the file is not there: to connect would make it."""
        path = str(self._arguments[0])
        if not self.in_memory and not self._options.get("uri") and not Path(path).exists():
            raise DatabaseUnreachable(f"there is no database file {path!r}: `ordertrail init` makes one")

    def connect(self) -> "SQLiteSession":
        """A new connection. Raises DatabaseUnreachable."""
        options = {"timeout": self._timeout, **self._options, **_ALWAYS}
        try:
            connection = self.module.connect(*self._arguments, **options)
        except self._error as error:
            raise from_sqlite(error) from None
        try:
            self._set_up(connection)
        except self._error as error:
            connection.close()
            raise from_sqlite(error) from None
        return SQLiteSession(connection, self._statements, self._error)

    def _set_up(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'NORMAL'}")
        # Older ones take their own index of texts for something that a schema could do harm with.
        wary = self.module.sqlite_version_info >= libraries.SAFE
        connection.execute(f"PRAGMA trusted_schema = {'OFF' if wary else 'ON'}")
        connection.execute(erasing_sqlite.OVERWRITE)
        if hasattr(connection, "setconfig"):
            connection.setconfig(_DEFENSIVE, True)

    def prepare(self, session: Any) -> None:
        """Let the file have a write-ahead log: that stays with the file, so it is done to none that is not ours."""
        try:
            self._use_wal(session.connection)
        except self._error as error:
            raise from_sqlite(error) from None

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        """Readers and the writer do not wait for one another. SQLite itself does not wait here for who sets it too."""
        until = time.monotonic() + self._timeout
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except self._error as error:
                if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def install_guards(self, session: "SQLiteSession", *, roles: bool) -> None:
        """Put all triggers in place. Raises InvalidInput for roles."""
        if roles:
            raise InvalidInput("SQLite has no roles: only its triggers guard the record")
        guards_sqlite.install(session, self.tables)


class SQLiteSession:
    """One connection to SQLite and what is done on it."""

    retries = False  # nobody else writes while this transaction does, so nothing new would be seen

    def __init__(self, connection: sqlite3.Connection, statements: Statements, error: type[Exception]) -> None:
        self.connection, self._sql, self._error = connection, statements, error
        self._cursor = self._new_cursor()
        self._seen: dict[str, tuple[Any, ...]] = {}
        self._erased = False

    def _new_cursor(self) -> sqlite3.Cursor:
        cursor = self.connection.cursor()
        cursor.row_factory = None  # a caller's connection may have another
        return cursor

    # The transaction

    @property
    def open(self) -> bool:
        """Whether a transaction is open."""
        return self.connection.in_transaction

    @property
    def autocommits(self) -> bool:
        """Whether what is written outside of a transaction is committed by itself."""
        return self.connection.isolation_level is None

    def begin(self, *, writing: bool) -> None:
        """Begin; a writer takes the lock now, since one that had read before could never get it."""
        self._execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    def begin_append(self) -> None:
        """Begin: an append is several statements here."""
        self.begin(writing=True)

    def commit(self) -> None:
        """Commit; what was erased leaves the write-ahead log too."""
        self._seen.clear()
        self._execute("COMMIT")
        if self._erased:
            self._erased = False
            erasing_sqlite.empty_log(self)

    def rollback(self) -> bool:
        """Roll back whatever is open. False if the connection is no longer fit for use."""
        self._seen.clear()
        self._erased = False
        try:
            if self.connection.in_transaction:
                self._cursor.execute("ROLLBACK")
        except self._error:
            return False
        return True

    def savepoint(self) -> None:
        """Mark where the transaction stands."""
        self._seen.clear()  # before it the caller may have changed anything
        self._execute("SAVEPOINT ordertrail")

    def release(self) -> None:
        """Drop the last mark."""
        self._seen.clear()
        self._execute("RELEASE ordertrail")

    def rollback_to_savepoint(self) -> None:
        """Go back to the last mark; where a failure has already undone the whole transaction there is none."""
        self._seen.clear()
        if self.connection.in_transaction:
            self._execute("ROLLBACK TO ordertrail")
            self._execute("RELEASE ordertrail")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    # What is done in it

    def load(self, order_id: str) -> StoredOrder | None:
        """The order's row, or None."""
        row = self._execute(self._sql.load, (order_id,)).fetchone()
        if row is None:
            return None
        self._seen[order_id] = row
        return StoredOrder._make(_stored(row))

    def order_id_of(self, number: str) -> str | None:
        """The id of the order with this number, or None."""
        row = self._execute(self._sql.order_id_of, (number,)).fetchone()
        return row and str(row[0])

    def draw_number(self) -> int:
        """The next number for an order."""
        drawn = self._execute(self._sql.draw).fetchall()
        if not drawn:
            raise RecordDamaged(
                f"the table {self._sql.tables.order_counter.name} has lost its row:"
                " put it back, with id 1 and the last number that was drawn"
            )
        return int(drawn[0][0])

    def append(self, change: Change) -> bool:
        """Write one order's row, entries, log positions and, for a new order, its number; False on a conflict."""
        order, seen = change.order, self._seen.get(change.order.order_id)
        if seen is None and self.load(order.order_id):
            seen = self._seen[order.order_id]
        # Nobody else writes while this transaction does: what was seen is what is there.
        if (seen[_VERSION] if seen else 0) != change.expected or (not seen and self.order_id_of(order.number)):
            return False
        self._write(seen, change)
        self._seen[order.order_id] = order
        return True

    def append_stream(self, entries: Sequence[Entry], leaves: Sequence[bytes]) -> bool:
        """Write the next entries of a system stream; True, since whoever writes had read what stands there."""
        self._write_entries(entries, leaves)
        return True

    def _write_entries(self, entries: Sequence[Entry], leaves: Sequence[bytes]) -> None:
        self._execute_many(self._sql.insert_notes, entries)
        self._execute_many(
            self._sql.insert_log, [(entry[0], entry[1], leaf) for entry, leaf in zip(entries, leaves, strict=True)]
        )

    def _write(self, seen: Sequence[Any] | None, change: Change) -> None:
        order = change.order
        self._write_entries(change.entries, change.leaves)
        # The order last: its guard looks for the entry that it stands at.
        if seen:
            statement, values = self._sql.update_order(seen, order)
            self._execute(statement, values(order))
        else:
            self._execute(self._sql.insert_order, order)
            self._execute(self._sql.insert_number, (order.number, order.order_id))

    def recall(self, order_id: str, actor_kind: str, actor_id: str, key: str) -> Remembered | None:
        """What was done under this idempotency key, or None."""
        row = self._execute(self._sql.recall, (order_id, actor_kind, actor_id, key)).fetchone()
        return row and Remembered._make(row)

    def remember(self, row: Remembered) -> None:
        """Keep what was done under an idempotency key."""
        self._execute(self._sql.remember, row)

    def forget_keys(self, before: int, most: int) -> int:
        """Forget idempotency keys that were used before a time, but those that placed an order; how many."""
        return self._execute(self._sql.forget_keys, (before, most)).rowcount

    def erase(self, erasures: Sequence[Erasure]) -> None:
        """List the erasures, set those parts and their salts to NULL, and forget the order's idempotency digests."""
        self._erased = True
        self._execute_many(self._sql.insert_erasures, erasures)
        for erasure in erasures:
            self._execute(self._sql.erase[erasure.part], (erasure.order_id, erasure.seq))
        self._execute_many(self._sql.forget, [(order_id,) for order_id in {erasure.order_id for erasure in erasures}])

    def place_pending(self, most: int) -> int:
        """None waits here: a position is given with each entry."""
        return 0

    def token(self, token_id: str) -> TokenRow | None:
        """The token of this id, or None."""
        row = self._execute(self._sql.token, (token_id,)).fetchone()
        return row and TokenRow._make(row)

    def add_token(self, row: TokenRow) -> None:
        """Let somebody in from now on."""
        self._execute(self._sql.insert_token, row)

    def revoke_token(self, token_id: str, revoked: int) -> None:
        """Let them in no more, if they were."""
        self._execute(self._sql.revoke_token, (revoked, token_id))

    def execute(self, statement: Executable) -> int:
        """Perform an insert, update or delete; how many rows it concerned."""
        return self._execute(*compiled(statement, DIALECT)).rowcount

    def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a select."""
        with self._failures():
            return self._cursor.execute(*compiled(statement, DIALECT, values)).fetchall()

    def stream(self, statement: Executable) -> Iterator[tuple[Any, ...]]:
        """The rows of a select, one at a time: SQLite computes each when it is asked for."""
        cursor = self._new_cursor()
        with self._failures():
            yield from cursor.execute(*compiled(statement, DIALECT))

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""
        getconfig = getattr(self.connection, "getconfig", None)
        defensive = getconfig is not None and getconfig(_DEFENSIVE)
        return guards_sqlite.check(self, self._sql.tables, defensive=defensive)

    def names(self) -> set[str]:
        """The names of all tables and views, in small letters: SQLite takes no notice of the difference."""
        return {name for (name,) in self.run("SELECT lower(name) FROM sqlite_master WHERE type IN ('table', 'view')")}

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement of SQL."""
        with self._failures():
            return self._cursor.execute(statement, values).fetchall()

    def failure(self, error: Any) -> StoreError:
        """What an error of the driver means."""
        return from_sqlite(error)

    # How

    def _execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        # Not through _failures: a context manager would cost as much as the statement.
        try:
            return self._cursor.execute(statement, values)
        except self._error as error:
            raise from_sqlite(error) from None

    def _execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        try:
            self._cursor.executemany(statement, rows)
        except self._error as error:
            raise from_sqlite(error) from None

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise from_sqlite(error) from None
