"""Makes the schema, or brings an old one up to date; and tells at each opening, cheaply, which it is."""

import time
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import URL, Connection, StaticPool, Table, create_engine, insert
from sqlalchemy.exc import DBAPIError

from ordertrail.errors import NewerSchema, NotInitialised, RecordDamaged
from ordertrail.store.schema import SCHEMA_VERSION, Tables
from ordertrail.store.stores import Session


class Engine(Protocol):
    """What a migration needs to know of a database."""

    tables: Tables
    url: URL
    module: ModuleType
    """The driver."""
    lock: tuple[str, ...]
    """What begins a transaction that no other process can begin too."""

    def prepare(self, session: Any) -> None:
        """Set what holds for the database as a whole, once it is known to be ours."""

    def install_guards(self, session: Any, *, roles: bool) -> None:
        """Put all guards in place."""


def trail_id(session: Session, tables: Tables) -> str | None:
    """The id of the trail that the database holds, or None.

    Raises NotInitialised (an older schema, or tables of others under our names), NewerSchema or RecordDamaged.
    """
    version = _version(session, tables)
    if version is None:
        return None
    if version < SCHEMA_VERSION:
        raise NotInitialised(f"the database has schema {version}, not {SCHEMA_VERSION}: run `ordertrail init`")
    return _only(session, "trail_id", tables, "trail")


def _version(session: Session, tables: Tables) -> str | None:
    """The version of the schema, or None. Raises NewerSchema, NotInitialised (tables of others) or RecordDamaged."""
    # All names at once: between two looks another process may have made them.
    ours = tables.of("postgresql" if tables.schema else "sqlite")
    found = session.names() & {tables.version_table, *(table.name for table in ours)}
    if not {tables.version_table, tables.trail.name} <= found:
        if found:
            raise NotInitialised(
                "the database has tables of something else under names that the trail needs:"
                f" {', '.join(sorted(found))}; give schema= (PostgreSQL) or table_prefix= (SQLite), or another database"
            )
        return None
    version = _only(session, "version_num", tables, "schema_version")
    if version > SCHEMA_VERSION:
        raise NewerSchema(f"the database has schema {version}, and this ordertrail knows {SCHEMA_VERSION}: upgrade it")
    return version


def _only(session: Session, column: str, tables: Tables, table: str) -> str:
    """What the one row of a table holds. Raises RecordDamaged."""
    rows = session.run(f"SELECT {column} FROM {tables.named(table)}")
    if not rows:
        raise RecordDamaged(f"the table {tables.prefix}{table} has lost its row: put it back from a backup")
    return str(rows[0][0])


def migrate(engine: Engine, session: Session, *, roles: bool = False) -> str:
    """Bring the database to the newest schema, with all guards in place: under a lock, in one transaction.

    With `roles`, or if they are there already, those of PostgreSQL too. Returns the trail's id. Raises NewerSchema,
    NotInitialised where tables of something else are in the way, and RecordDamaged.
    """
    _version(session, engine.tables)
    engine.prepare(session)
    # SQLAlchemy on the session's own connection, which is the only one there is of a database in memory.
    shared = create_engine(
        engine.url, module=engine.module, creator=lambda: session.connection,
        poolclass=StaticPool, hide_parameters=True,
    )  # fmt: skip
    try:
        with shared.begin() as connection:  # Alembic commits by itself where it finds no transaction
            for statement in engine.lock:
                session.run(statement)
            version = _version(session, engine.tables)
            if version is not None and engine.tables.schema:
                # Before all others, as whoever writes locks it first: else each could wait for the other.
                session.run(f"LOCK TABLE {engine.tables.named('orders')} IN SHARE ROW EXCLUSIVE MODE")
            if version != SCHEMA_VERSION:
                _run_migrations(connection, engine.tables)
            if version is None:
                _draw_trail_id(connection, engine.tables.trail)
            engine.install_guards(session, roles=roles)
            return _only(session, "trail_id", engine.tables, "trail")
    except DBAPIError as error:
        raise session.failure(error.orig) from None


def _run_migrations(connection: Connection, tables: Tables) -> None:
    # Here, because importing Alembic takes longer than all the rest of opening a database.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "tables": tables})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    command.upgrade(config, "head")


def _draw_trail_id(connection: Connection, trail: Table) -> None:
    """Only when the tables are made: all digests of a record hang on the id that it has had from the beginning."""
    connection.execute(insert(trail).values(trail_id=str(uuid4()), created=time.time_ns() // 1000))
