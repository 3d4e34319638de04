"""Opens a database, joins a caller's connection, and makes or upgrades a trail."""

import logging
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Literal, ParamSpec, TypeVar, get_type_hints

import msgspec
import psycopg
from sqlalchemy import URL, Connection

from ordertrail.errors import InvalidInput, NotInitialised
from ordertrail.orders.arguments import convert
from ordertrail.store import addresses, libraries, postgresql, sqlite, statements_sqlite
from ordertrail.store.base import GuardReport, Store
from ordertrail.store.migrating import migrate, trail_id
from ordertrail.store.pool import Pool
from ordertrail.store.schema import Tables, tables
from ordertrail.store.stores import JoinedStore, OwnStore, Session

Durability = Literal["full", "normal"]
"""Whether what is acknowledged survives a loss of power ("full"), or perhaps not the last moments ("normal")."""

_log = logging.getLogger("ordertrail")

_NO_TRAIL = "the database holds no trail: run `ordertrail init`"

P = ParamSpec("P")
R = TypeVar("R")

Engine = sqlite.SQLiteEngine | postgresql.PostgreSQLEngine


_LONGEST = 1_000_000
"""No time-out is longer, in seconds: PostgreSQL counts milliseconds in 31 bits."""


def _checked(function: Callable[P, R]) -> Callable[P, R]:
    """`function`, which raises InvalidInput for an option that is not of the type that its signature states."""
    hints = get_type_hints(function)
    names = [name for name, its in signature(function).parameters.items() if its.kind is Parameter.KEYWORD_ONLY]
    options = msgspec.defstruct("Options", [(name, hints[name], None) for name in names])

    @wraps(function)
    def checked(*arguments: P.args, **given: P.kwargs) -> R:
        convert(options, given)
        return function(*arguments, **given)

    return checked


@_checked
def open_store(
    url: str | URL,
    *,
    pool_size: int = 8,
    durability: Durability = "full",
    schema: str = "ordertrail",
    table_prefix: str = "",
    sqlite_module: str | None = None,
    timeout: float = 30.0,
    create: bool = True,
    check_guards: bool = True,
) -> Store:
    """Open the database at `url` (sqlite:/// or postgresql://), and make the trail if the database holds none.

    Without `create` nothing is made: a file that is not there, or a database without a trail, is refused. At most
    `pool_size` connections; `timeout` is how many seconds to wait for a lock. `schema` is PostgreSQL's,
    `table_prefix` SQLite's. Without `check_guards` the record is opened even where nothing guards it: to verify it.
    Raises DatabaseUnreachable, NotInitialised (an older schema), NewerSchema, GuardsMissing, or InvalidInput.
    """
    if pool_size < 1:
        raise InvalidInput(f"a store needs at least one connection, not {pool_size}")
    engine = _engine(url, schema, table_prefix, sqlite_module, timeout=timeout, durable=durability == "full")
    if not create:
        engine.check_exists()
    size = 1 if engine.in_memory else pool_size
    pool: Pool[Session] = Pool(engine.connect, size, timeout, one_writer=engine.tables.one_writer)
    session = pool.take()
    try:
        known = _known(engine, session) or _made(engine, session, create)
        if check_guards:
            _check_guards(session)
    except BaseException:
        pool.drop(session)
        raise
    pool.give_back(session)
    return OwnStore(pool, engine.tables, known)


def _known(engine: Engine, session: Session) -> str | None:
    """The id of the trail that is there, if one is, and the database set up for it."""
    found = trail_id(session, engine.tables)
    if found:
        engine.prepare(session)
    return found


def _made(engine: Engine, session: Session, create: bool) -> str:
    if not create:
        raise NotInitialised(_NO_TRAIL)
    return migrate(engine, session)


def _check_guards(session: Session) -> None:
    """Say so where triggers alone guard the record. Raises GuardsMissing."""
    report = session.guards()
    if not report.roles:
        _log.info("%s", report.explanation)


@_checked
def join_store(
    connection: Any, *, schema: str = "ordertrail", table_prefix: str = "", check_guards: bool = True
) -> Store:
    """A store within the transaction of `connection`: SQLAlchemy's, sqlite3's, pysqlite3's or psycopg's.

    Raises NotInitialised where there is no trail of this version, GuardsMissing, WrongSQLiteLibrary, and InvalidInput
    for a connection that cannot do what a store needs.
    """
    outer = connection if isinstance(connection, Connection) else None
    session, its_tables = _session(outer.connection.driver_connection if outer else connection, schema, table_prefix)
    store = JoinedStore(session, its_tables, outer)
    with store.reading():
        known = trail_id(session, its_tables)
        if known is None:
            raise NotInitialised(_NO_TRAIL)
        if check_guards:
            _check_guards(session)
    store.trail_id = known
    return store


@_checked
def initialise(
    url: str | URL,
    *,
    schema: str = "ordertrail",
    table_prefix: str = "",
    sqlite_module: str | None = None,
    timeout: float = 30.0,
    roles: bool = False,
) -> GuardReport:
    """Make the trail at `url`, or bring an older one up to date, and put its guards in place.

    With `roles` (PostgreSQL) the record is also kept from the service's own user; see `roles_postgresql`. Needs a user
    who may do all that. Raises NewerSchema, DatabaseUnreachable, DatabaseLocked.
    """
    engine = _engine(url, schema, table_prefix, sqlite_module, timeout=timeout, durable=True)
    session = engine.connect()
    try:
        migrate(engine, session, roles=roles)
        return session.guards()
    finally:
        session.close()


def _session(connection: Any, schema: str, prefix: str) -> tuple[Session, Tables]:
    if isinstance(connection, psycopg.Connection):
        postgresql.check_joined(connection)
        found = tables(schema)
        return postgresql.PostgreSQLSession(connection, postgresql.statements(found)), found
    module = libraries.of(connection)
    if module is None:
        raise InvalidInput(
            f"a {type(connection).__name__} cannot be joined: give one of SQLAlchemy, sqlite3, pysqlite3 or psycopg"
        )
    sqlite.check_joined(connection)
    found = tables(None, prefix)
    return sqlite.SQLiteSession(connection, statements_sqlite.statements(found), libraries.claim(module).Error), found


def _engine(url: str | URL, schema: str, prefix: str, module: str | None, *, timeout: float, durable: bool) -> Engine:
    if not 0 <= timeout <= _LONGEST:
        raise InvalidInput(f"a time-out is a number of seconds from 0 to {_LONGEST:,}, not {timeout}")
    address = addresses.read(url)
    if addresses.on_sqlite(address):
        library = libraries.choose(module)
        return sqlite.SQLiteEngine(address, tables(None, prefix), module=library, timeout=timeout, durable=durable)
    return postgresql.PostgreSQLEngine(address, tables(schema), timeout=timeout, durable=durable)
