"""Opens a store."""

from typing import Literal

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ordertrail.errors import InvalidInput
from ordertrail.store import libraries
from ordertrail.store.base import Store
from ordertrail.store.migrating import migrate, trail_id
from ordertrail.store.pool import Pool
from ordertrail.store.schema import tables
from ordertrail.store.stores import OwnStore

Durability = Literal["full", "normal"]
"""Whether what is acknowledged survives a loss of power ("full"), or perhaps not the last moments ("normal")."""


def open_store(
    url: str | URL,
    *,
    pool_size: int = 8,
    durability: Durability = "full",
    schema: str = "ordertrail",
    table_prefix: str = "",
    sqlite_module: str | None = None,
    timeout: float = 30.0,
) -> Store:
    """Open the database at `url` (sqlite:/// or postgresql://), and make the trail if the database holds none.

    At most `pool_size` connections; `timeout` is how many seconds to wait for a lock. `schema` is PostgreSQL's,
    `table_prefix` SQLite's. Raises DatabaseUnreachable, NotInitialised (an older schema) or NewerSchema.
    """
    engine = _engine(url, durability, schema, table_prefix, sqlite_module, timeout)
    pool = Pool(engine.connect, 1 if engine.in_memory else pool_size, timeout)
    session = pool.take()
    try:
        known = trail_id(session, engine.tables)
        if known is None:
            migrate(engine, session)
            known = trail_id(session, engine.tables)
    except BaseException:
        pool.drop(session)
        raise
    pool.give_back(session)
    return OwnStore(pool, engine.tables, known)


def _engine(url, durability, schema, prefix, module, timeout):
    try:
        address = make_url(url)
    except ArgumentError:
        raise InvalidInput("this is no database URL; it should be sqlite:///… or postgresql://…") from None
    durable = durability == "full"
    if address.drivername in ("sqlite", "sqlite+pysqlite"):
        from ordertrail.store.sqlite import SQLiteEngine

        return SQLiteEngine(address, tables(None, prefix), module=libraries.choose(module), timeout=timeout, durable=durable)
    if address.drivername in ("postgresql", "postgresql+psycopg"):
        from ordertrail.store.postgresql import PostgreSQLEngine

        return PostgreSQLEngine(address, tables(schema), timeout=timeout, durable=durable)
    raise InvalidInput(f"{address.drivername} is no database of ordertrail; it should be sqlite:///… or postgresql://…")
