"""PostgreSQL: an operation is written by one call of a function of the schema, which alone may insert."""

import select as select_module
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from types import ModuleType
from typing import Any

import msgspec
import psycopg
from psycopg.pq import PipelineStatus, TransactionStatus
from psycopg.rows import tuple_row
from sqlalchemy import URL, and_, select
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import Executable

from ordertrail.errors import InvalidInput, StoreError
from ordertrail.notes.digest import Entry
from ordertrail.store import addresses, guards_postgresql, roles_postgresql
from ordertrail.store.base import Change, Erasure, GuardReport, Remembered, StoredOrder, TokenRow
from ordertrail.store.failures import from_postgresql, unreachable
from ordertrail.store.schema import Tables
from ordertrail.store.statements import compiled, named, sql

DIALECT: Dialect = psycopg_dialect(paramstyle="format")  # type: ignore[no-untyped-call]

# UTF-8, since any text may be recorded; without the context, which SQLAlchemy's own result types need and ours do not.
_ALWAYS = {"client_encoding": "utf8", "context": None, "autocommit": True}

_NAMES = "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s))"

_BATCH = 1000
"""How many rows of a stream are fetched at a time."""

_encode = msgspec.json.Encoder().encode


class Statements:
    """The SQL of the hot path, compiled once for each store."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        orders, numbers, remembered = tables.orders, tables.order_numbers, tables.idempotency
        self.load = sql(
            select(*(orders.c[name] for name in StoredOrder._fields)).where(named(orders.c.order_id)), DIALECT
        )
        self.order_id_of = sql(select(numbers.c.order_id).where(named(numbers.c.number)), DIALECT)
        self.recall = sql(select(remembered).where(and_(*map(named, remembered.primary_key))), DIALECT)
        self.token = sql(select(tables.tokens).where(named(tables.tokens.c.token_id)), DIALECT)
        self.append, self.remember, self.erase, self.place_pending, self.add_token = (
            f"SELECT {tables.named(function)}(%s)"
            for function in ("append", "remember", "erase", "place_pending", "add_token")
        )
        self.revoke_token = f"SELECT {tables.named('revoke_token')}(%s, %s)"
        self.forget_keys = f"SELECT {tables.named('forget_keys')}(%s, %s)"
        self.append_stream = f"SELECT {tables.named('append_stream')}(%s, %s)"
        self.draw = f"SELECT {tables.named('draw_number')}()"


def check_joined(connection: "psycopg.Connection[Any]") -> None:
    """Raises InvalidInput for a caller's connection that cannot say every text, or does not answer each statement."""
    if connection.info.encoding != "utf-8":
        raise InvalidInput(
            f"a connection with client encoding {connection.info.encoding} cannot be joined, because not every text can"
            " be said in it: give one with client_encoding=utf8"
        )
    if connection.pgconn.pipeline_status != PipelineStatus.OFF:
        raise InvalidInput("a connection in pipeline mode cannot be joined: join it outside of its pipeline")


statements = lru_cache(maxsize=8)(Statements)
"""The statements for given tables, compiled once: a caller's connections may be many."""


class PostgreSQLEngine:
    """A database of a PostgreSQL server."""

    in_memory = False

    def __init__(self, url: URL, tables: Tables, *, timeout: float, durable: bool) -> None:
        self.tables, self.url = tables, url.set(drivername="postgresql+psycopg")
        self.module: ModuleType = psycopg
        self._statements = statements(tables)
        self._timeout, self._durable = timeout, durable
        given = addresses.connect_arguments(self.url)[1]
        self._options = {"connect_timeout": max(2, int(timeout)), **given, **_ALWAYS}
        self.lock: tuple[str, ...] = (
            "BEGIN",
            f"SELECT pg_advisory_xact_lock(hashtext('ordertrail {tables.schema}'))",
            f'CREATE SCHEMA IF NOT EXISTS "{tables.schema}"',
        )

    def check_exists(self) -> None:
        """Nothing to do: to connect makes no database."""

    def connect(self) -> "PostgreSQLSession":
        """A new connection. Raises DatabaseUnreachable."""
        try:
            connection = psycopg.connect(**self._options)
        except psycopg.Error as error:
            raise unreachable(error) from None
        session = PostgreSQLSession(connection, self._statements)
        # At another isolation level than this, one who lost a race would not see what the winner wrote.
        session.run(
            "SELECT set_config('default_transaction_isolation', 'read committed', false),"
            f" set_config('lock_timeout', '{max(1, int(self._timeout * 1000))}', false)"  # 0 would be for ever
        )
        # "full" is at least what the server does by itself: it may wait for its standbys too.
        session.run(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
            if self._durable
            else "SET synchronous_commit = off"
        )
        return session

    def prepare(self, session: Any) -> None:
        """Nothing to do: all is set for each connection."""

    def install_guards(self, session: "PostgreSQLSession", *, roles: bool) -> None:
        """Put all functions and triggers in place, and the roles if they are wanted or were there."""
        guards_postgresql.install(session, self.tables)
        if roles or roles_postgresql.installed(session, self.tables):
            roles_postgresql.install(session, self.tables)


class PostgreSQLSession:
    """One connection to PostgreSQL and what is done on it."""

    def __init__(self, connection: "psycopg.Connection[Any]", statements: Statements) -> None:
        self.connection, self._sql = connection, statements
        # Not connection.cursor(): a caller's connection may have another kind of cursor and of row.
        self._cursor = psycopg.Cursor(connection, row_factory=tuple_row)
        self._cursor.format = psycopg.pq.Format.BINARY
        self._streams = count(1)

    # The transaction

    @property
    def open(self) -> bool:
        """Whether a transaction is open."""
        return self.connection.pgconn.transaction_status != TransactionStatus.IDLE

    @property
    def autocommits(self) -> bool:
        """Whether what is written outside of a transaction is committed by itself."""
        return self.connection.autocommit

    @property
    def retries(self) -> bool:
        """Whether the open transaction would see what others commit from now on."""
        return bool(self.run("SHOW transaction_isolation")[0][0] == "read committed")

    def begin(self, *, writing: bool) -> None:
        """Begin; a reader sees one state of the database until its end."""
        if not writing:
            self._command(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        elif self.connection.autocommit:
            self._command(b"BEGIN")
        # else it is a caller's, and begins with the first statement, at the isolation level that the caller set

    def begin_append(self) -> None:
        """Nothing to begin: an append is one statement. Raises ConnectionLost if the idle connection broke."""
        # A BEGIN would find out too, at the cost of a round trip. An idle server speaks when it ends (or gives notice).
        if _has_news(self.connection.pgconn.socket):
            self._command(b"")

    def commit(self) -> None:
        """Commit what is open, if anything is.

        A transaction in which something failed is refused: PostgreSQL would roll it back without a word.
        """
        if self.connection.pgconn.transaction_status == TransactionStatus.INERROR:
            raise StoreError("something failed in this transaction, so nothing of it was written")
        if self.open:
            self._command(b"COMMIT")

    def rollback(self) -> bool:
        """Roll back whatever is open. False if the connection is no longer fit for use."""
        try:
            self.connection.rollback()
        except psycopg.Error:
            return False
        return True

    def savepoint(self) -> None:
        """Mark where the transaction stands."""
        self.run("SAVEPOINT ordertrail")

    def release(self) -> None:
        """Drop the last mark."""
        self.run("RELEASE SAVEPOINT ordertrail")

    def rollback_to_savepoint(self) -> None:
        """Go back to the last mark, and drop it; a connection that broke has none."""
        if not self.connection.closed:
            self.run("ROLLBACK TO SAVEPOINT ordertrail")
            self.run("RELEASE SAVEPOINT ordertrail")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    # What is done in it

    def load(self, order_id: str) -> StoredOrder | None:
        """The order's row, or None."""
        rows = self.run(self._sql.load, (order_id,))
        return StoredOrder._make(rows[0]) if rows else None

    def order_id_of(self, number: str) -> str | None:
        """The id of the order with this number, or None."""
        rows = self.run(self._sql.order_id_of, (number,))
        return str(rows[0][0]) if rows else None

    def draw_number(self) -> int:
        """The next number for an order."""
        return int(self.run(self._sql.draw)[0][0])

    def append(self, change: Change) -> bool:
        """Write one order's row, entries, log_pending and, for a new order, its number; False on a conflict."""
        entries = _with_leaves(change.entries, change.leaves)
        written = {"expected": change.expected, "order": _plain(change.order), "entries": entries}
        return bool(self.run(self._sql.append, (_encode(written).decode(),))[0][0])

    def append_stream(self, entries: Sequence[Entry], leaves: Sequence[bytes]) -> bool:
        """Write the next entries of a system stream and log_pending; False on a conflict."""
        written = _encode(_with_leaves(entries, leaves)).decode()
        return bool(self.run(self._sql.append_stream, (entries[0].order_id, written))[0][0])

    def recall(self, order_id: str, actor_kind: str, actor_id: str, key: str) -> Remembered | None:
        """What was done under this idempotency key, or None."""
        rows = self.run(self._sql.recall, (order_id, actor_kind, actor_id, key))
        return Remembered._make(rows[0]) if rows else None

    def remember(self, row: Remembered) -> None:
        """Keep what was done under an idempotency key."""
        self.run(self._sql.remember, (_encode(_plain(row)).decode(),))

    def forget_keys(self, before: int, most: int) -> int:
        """Forget idempotency keys that were used before a time, but those that placed an order; how many."""
        return int(self.run(self._sql.forget_keys, (before, most))[0][0])

    def erase(self, erasures: Sequence[Erasure]) -> None:
        """List the erasures, set those parts and their salts to NULL, and forget the order's idempotency digests."""
        self.run(self._sql.erase, (_encode([_plain(erasure) for erasure in erasures]).decode(),))

    def place_pending(self, most: int) -> int:
        """Give entries that wait their positions in the log, the first to come first; how many got one."""
        return int(self.run(self._sql.place_pending, (most,))[0][0])

    def token(self, token_id: str) -> TokenRow | None:
        """The token of this id, or None."""
        rows = self.run(self._sql.token, (token_id,))
        return TokenRow._make(rows[0]) if rows else None

    def add_token(self, row: TokenRow) -> None:
        """Let somebody in from now on."""
        self.run(self._sql.add_token, (_encode(_plain(row)).decode(),))

    def revoke_token(self, token_id: str, revoked: int) -> None:
        """Let them in no more, if they were."""
        self.run(self._sql.revoke_token, (token_id, revoked))

    def execute(self, statement: Executable) -> int:
        """Perform an insert, update or delete; how many rows it concerned."""
        self.run(*compiled(statement, DIALECT))
        return self._cursor.rowcount

    def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a select."""
        return self.run(*compiled(statement, DIALECT, values))

    def stream(self, statement: Executable) -> Iterator[tuple[Any, ...]]:
        """The rows of a select, a batch at a time from the server."""
        if not self.open:
            self._command(b"BEGIN")
        with (
            self._failures(),
            psycopg.ServerCursor(self.connection, f"ordertrail_{next(self._streams)}", row_factory=tuple_row) as cursor,
        ):
            cursor.itersize = _BATCH
            yield from cursor.execute(*compiled(statement, DIALECT), binary=True)

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""
        return guards_postgresql.check(self, self._sql.tables)

    def names(self) -> set[str]:
        """The names of all tables and views of the schema, and whatever else shares their names, such as indexes."""
        return {name for (name,) in self.run(_NAMES, (self._sql.tables.schema,))}

    def failure(self, error: Any) -> StoreError:
        """What an error of the driver means."""
        return from_postgresql(error)

    # How

    def run(self, statement: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a statement of SQL. psycopg prepares what comes more than five times."""
        try:
            cursor = self._cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise from_postgresql(error) from None

    def _command(self, command: bytes) -> None:
        """Send what begins or ends a transaction: psycopg would send a BEGIN of its own before it."""
        with self._failures():
            result = self.connection.pgconn.exec_(command)
            if result.error_message:
                raise psycopg.errors.error_from_result(result, encoding="utf-8")

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise from_postgresql(error) from None


def _has_news(socket: int) -> bool:
    """Whether anything has come in."""
    if not hasattr(select_module, "poll"):  # pragma: no cover - Windows
        return bool(select_module.select([socket], [], [], 0)[0])
    poll = select_module.poll()
    poll.register(socket, select_module.POLLIN)
    return bool(poll.poll(0))


def _with_leaves(entries: Sequence[Entry], leaves: Sequence[bytes]) -> list[dict[str, Any]]:
    """Entries as JSON for the functions, each with its leaf."""
    return [{**_plain(entry), "leaf": f"\\x{leaf.hex()}"} for entry, leaf in zip(entries, leaves, strict=True)]


def _plain(row: Any) -> dict[str, Any]:
    """A row as JSON for the functions: bytes as PostgreSQL writes them."""
    return {
        name: f"\\x{value.hex()}" if isinstance(value, bytes) else value
        for name, value in zip(row._fields, row, strict=True)
    }
