"""Makes the schema, or brings an old one up to date; and tells at each opening, cheaply, which it is."""

import time
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import URL, Connection, StaticPool, Table, create_engine, insert, select
from sqlalchemy.exc import DBAPIError

from ordertrail.errors import NewerSchema, NotInitialised
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

    def install_guards(self, session: Any, *, roles: bool) -> None:
        """Put all guards in place."""


def trail_id(session: Session, tables: Tables) -> str | None:
    """The id of the trail that the database holds, or None. Raises NotInitialised (an older schema) or NewerSchema."""
    version = _version(session, tables)
    if version is None:
        return None
    if version < SCHEMA_VERSION:
        raise NotInitialised(f"the database has schema {version}, not {SCHEMA_VERSION}: run `ordertrail init`")
    return str(session.run(f"SELECT trail_id FROM {tables.named('trail')}")[0][0])


def _version(session: Session, tables: Tables) -> str | None:
    """The version of the schema, or None. Raises NewerSchema."""
    if not session.has(tables.version_table):
        return None
    version = str(session.run(f"SELECT version_num FROM {tables.named('schema_version')}")[0][0])
    if version > SCHEMA_VERSION:
        raise NewerSchema(f"the database has schema {version}, and this ordertrail knows {SCHEMA_VERSION}: upgrade it")
    return version


def migrate(engine: Engine, session: Session, *, roles: bool = False) -> str:
    """Bring the database to the newest schema, with all guards in place: under a lock, in one transaction.

    With `roles`, or if they are there already, those of PostgreSQL too. Returns the trail's id. Raises NewerSchema.
    """
    # SQLAlchemy on the session's own connection, which is the only one there is of a database in memory.
    shared = create_engine(
        engine.url, module=engine.module, creator=lambda: session.connection,
        poolclass=StaticPool, hide_parameters=True,
    )  # fmt: skip
    try:
        with shared.begin() as connection:  # Alembic commits by itself where it finds no transaction
            for statement in engine.lock:
                session.run(statement)
            if _version(session, engine.tables) != SCHEMA_VERSION:
                _run_migrations(connection, engine.tables)
            found = _trail_id(connection, engine.tables.trail)
            engine.install_guards(session, roles=roles)
    except DBAPIError as error:
        raise session.failure(error.orig) from None
    return found


def _run_migrations(connection: Connection, tables: Tables) -> None:
    # Here, because importing Alembic takes longer than all the rest of opening a database.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "tables": tables})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    command.upgrade(config, "head")


def _trail_id(connection: Connection, trail: Table) -> str:
    """The trail's id; drawn now if there is none."""
    found: str | None = connection.scalar(select(trail.c.trail_id))
    if found is None:
        found = str(uuid4())
        connection.execute(insert(trail).values(trail_id=found, created=time.time_ns() // 1000))
    return found
