"""How a database comes to have the schema, and that it is the one that is declared."""

import multiprocessing
import re
import subprocess
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

from ordertrail import OrderTrail
from ordertrail.errors import DatabaseLocked, NewerSchema, NotInitialised, RecordDamaged, StoreError
from ordertrail.store import initialise, join_store, libraries, migrating, open_store
from ordertrail.store.facets import ORDINARY
from ordertrail.store.postgresql import PostgreSQLEngine
from ordertrail.store.schema import SCHEMA_VERSION, tables
from ordertrail.store.sqlite import SQLiteEngine
from tests.contract.storing import count, placed, token_row

MIGRATIONS = Path(migrating.__file__).with_name("migrations")


def run(url: str, *statements: str) -> list[Any]:
    """Run SQL past ordertrail, in its schema; the rows of the last statement."""
    if url.startswith("sqlite"):
        with libraries.choose(None).connect(url.removeprefix("sqlite:///")) as connection:
            rows = [connection.execute(statement).fetchall() for statement in statements][-1]
        connection.close()
        return list(rows)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET search_path = ordertrail")
        cursors = [connection.execute(statement) for statement in statements]
        return cursors[-1].fetchall() if cursors[-1].description else []


def test_the_newest_migration_is_the_schema_version() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA_VERSION]


def test_migrations_use_nothing_of_today() -> None:
    for file in (MIGRATIONS / "versions").glob("*.py"):
        assert not re.search("^(from|import) ordertrail", file.read_text(), re.MULTILINE)


def test_sqlite_migrated_is_sqlite_declared(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}" for name in ("migrated.db", "declared.db")]
    for prefix in ("", "shop_"):
        initialise(urls[0], table_prefix=prefix)
        declared = tables(None, prefix)
        module = libraries.choose(None)
        engine = create_engine(urls[1], module=module)
        declared.metadata.create_all(engine, tables=declared.of("sqlite"))
        engine.dispose()
        own = SQLiteEngine(engine.url, declared, module=module, timeout=1, durable=True)
        session = own.connect()
        own.install_guards(session, roles=False)
        session.close()
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%schema_version%' ORDER BY 1, 2"
    migrated, made = ([(*row[:3], squeezed(row[3])) for row in run(url, query)] for url in urls)
    assert migrated == made
    assert len(migrated) > 100
    assert all("STRICT" in sql for kind, name, _, sql in migrated if kind == "table" and "customers_text" not in name)


def squeezed(sql: str | None) -> str:
    """SQL without the white space that says nothing."""
    return re.sub(r"\s+", " ", sql or "").replace(" ,", ",").replace("( ", "(").replace(" )", ")")


POSTGRESQL_CATALOGUE = (
    "SELECT relname, attname, attnum, format_type(atttypid, atttypmod), attnotnull, attidentity::text, collname,"
    " pg_get_expr(adbin, adrelid)"
    " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid AND relnamespace = 'ordertrail'::regnamespace"
    " LEFT JOIN pg_collation o ON o.oid = attcollation LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
    " WHERE attnum > 0 AND relkind = 'r' AND relname <> 'schema_version' ORDER BY 1, 3",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'ordertrail'::regnamespace AND conname NOT LIKE 'schema_version%' ORDER BY 1, 2",
    "SELECT tablename, indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = 'ordertrail' AND tablename <> 'schema_version' ORDER BY 1, 2",
    "SELECT tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(oid) FROM pg_trigger ORDER BY 1, 2",
    "SELECT proname, pg_get_functiondef(oid), proacl::text FROM pg_proc"
    " WHERE pronamespace = 'ordertrail'::regnamespace ORDER BY 1",
    "SELECT sequencename, data_type::text, start_value, increment_by, cache_size, cycle FROM pg_sequences ORDER BY 1",
)


def test_postgresql_migrated_is_postgresql_declared(empty_postgres_url: str) -> None:
    initialise(empty_postgres_url)
    migrated = [run(empty_postgres_url, query) for query in POSTGRESQL_CATALOGUE]
    run(empty_postgres_url, "DROP SCHEMA ordertrail CASCADE", "CREATE SCHEMA ordertrail")
    declared = tables("ordertrail")
    engine = create_engine(empty_postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    declared.metadata.create_all(engine, tables=declared.of("postgresql"))
    engine.dispose()
    own = PostgreSQLEngine(engine.url, declared, timeout=1, durable=True)
    session = own.connect()
    own.install_guards(session, roles=False)
    session.close()
    for query, found in zip(POSTGRESQL_CATALOGUE, migrated, strict=True):
        assert run(empty_postgres_url, query) == found
    assert [len(rows) > 1 for rows in migrated] == [True] * 6


@pytest.fixture
def made_at_0001(empty_database_url: str) -> str:
    """A database that the first version made and filled, with its guards of that time."""
    engine = make_url(empty_database_url).get_backend_name()
    dump = Path(__file__).with_name("made_at_0001").joinpath(f"{engine}.sql").read_text(encoding="utf-8")
    if engine == "sqlite":
        connection = libraries.choose(None).connect(empty_database_url.removeprefix("sqlite:///"))
        connection.executescript(dump)
        connection.close()
    else:
        run(empty_database_url, dump)
    return empty_database_url


def test_a_database_of_0001_is_brought_up_to_date(made_at_0001: str) -> None:
    columns = "order_id, version, document, head"
    before = run(made_at_0001, f"SELECT {columns} FROM orders ORDER BY 1")
    entries = run(made_at_0001, "SELECT * FROM order_notes ORDER BY order_id, seq")
    assert (len(before), len(entries)) == (4, 16)
    with pytest.raises(NotInitialised, match="schema 0001, not 0009: run `ordertrail init`"):
        OrderTrail.open(made_at_0001)
    initialise(made_at_0001)
    with OrderTrail.open(made_at_0001) as trail:
        assert run(made_at_0001, f"SELECT {columns} FROM orders ORDER BY 1") == before
        assert run(made_at_0001, "SELECT * FROM order_notes ORDER BY order_id, seq") == entries
        with trail.acting("anna", channel="Order Management") as desk:
            desk.add_note(before[0][0], title="As ever")
        assert trail.verify().findings == ()
        named = {one.customer_name for one in trail.orders() if one.customer_name}
        assert {one.customer_name for name in named for one in trail.orders(customer=name[1:])} == named
        assert named
        recorded = {(one.event_type, order.id) for order in trail.orders() for one in trail.order(order.id).order_notes}
        events = {event for event, _ in recorded if event} - set(ORDINARY)
        assert {(event, one.id) for event in events for one in trail.orders(event_type=event)} == {
            (event, order_id) for event, order_id in recorded if event in events
        }
        assert events
        assert {one.id for one in trail.orders(worked_on_by="anna")} == {row[0] for row in before}
        with trail.store.writing() as transaction:
            transaction.add_token(token_row())
        assert count(trail.store, "tokens") == 1


def open_and_place(url: str, order_id: str, barrier: Barrier) -> None:
    """What each of many processes does at the same moment."""
    barrier.wait(60)
    store = open_store(url)
    placed(store, order_id)
    store.guards()
    store.close()


def test_eight_processes_open_an_empty_database_at_once(empty_database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(8)
    processes = [spawn.Process(target=open_and_place, args=(empty_database_url, f"o{i}", barrier)) for i in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    store = open_store(empty_database_url)
    assert (count(store, "orders"), count(store, "trail")) == (8, 1)
    store.close()


@pytest.mark.parametrize(("version", "error"), [("0000", NotInitialised), ("9999", NewerSchema)])
def test_another_version_is_not_opened(empty_database_url: str, version: str, error: type[StoreError]) -> None:
    initialise(empty_database_url)
    run(empty_database_url, f"UPDATE schema_version SET version_num = '{version}'")
    with pytest.raises(error, match=version):
        open_store(empty_database_url)
    engine = create_engine(
        empty_database_url.replace("postgresql:", "postgresql+psycopg:"),
        **({"module": libraries.choose(None)} if "sqlite" in empty_database_url else {}),
    )
    with engine.connect() as connection, pytest.raises(error, match=version):
        join_store(connection)
    engine.dispose()
    if error is NewerSchema:
        with pytest.raises(NewerSchema, match=version):
            initialise(empty_database_url)


def test_a_migration_that_fails_leaves_nothing(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("power")

    for engine in (SQLiteEngine, PostgreSQLEngine):
        monkeypatch.setattr(engine, "install_guards", fail)
    with pytest.raises(KeyError):
        open_store(empty_database_url)
    catalogue = "sqlite_master" if "sqlite" in empty_database_url else "pg_class WHERE relname = 'order_notes'"
    assert run(empty_database_url, f"SELECT count(*) FROM {catalogue}") == [(0,)]
    monkeypatch.undo()
    open_store(empty_database_url).close()


@pytest.mark.parametrize("table", ["orders", "Trail", "schema_version"])
def test_a_table_of_the_same_name_is_in_the_way(empty_database_url: str, table: str) -> None:
    if empty_database_url.startswith("postgresql"):
        run(empty_database_url, "CREATE SCHEMA ordertrail")
    run(empty_database_url, f"CREATE TABLE {table} (id int)")
    for way in (open_store, initialise):
        with pytest.raises(NotInitialised, match=rf"something else .*: {table.lower()};.* schema= .* table_prefix="):
            way(empty_database_url)
    if empty_database_url.startswith("sqlite"):
        assert run(empty_database_url, "PRAGMA journal_mode") == [("delete",)]
        open_store(empty_database_url, table_prefix="trail_").close()
        assert run(empty_database_url, "PRAGMA journal_mode") == [("wal",)]
    else:
        open_store(empty_database_url, schema="trail").close()


def test_what_is_in_the_way_of_a_migration_otherwise(empty_database_url: str) -> None:
    if empty_database_url.startswith("postgresql"):
        run(empty_database_url, "CREATE SCHEMA ordertrail")
    run(empty_database_url, "CREATE TABLE goods (id int)", "CREATE INDEX orders_by_status ON goods (id)")
    with pytest.raises(StoreError, match="the database refused"):
        open_store(empty_database_url)


def test_who_reads_the_file_hinders_its_becoming_a_trail(sqlite_url: str) -> None:
    run(sqlite_url, "CREATE TABLE goods (id int)")
    connection = libraries.choose(None).connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT * FROM goods").fetchall()
    with pytest.raises(DatabaseLocked, match="another process holds"):
        open_store(sqlite_url, timeout=0.1)
    connection.close()


def test_a_file_without_a_trail_is_left_as_it_is(sqlite_url: str) -> None:
    run(sqlite_url, "CREATE TABLE goods (id int)")
    with pytest.raises(NotInitialised, match="holds no trail"):
        open_store(sqlite_url, create=False)
    assert run(sqlite_url, "PRAGMA journal_mode") == [("delete",)]


@pytest.mark.parametrize("table", ["trail", "schema_version"])
def test_a_table_that_has_lost_its_row_is_named(empty_database_url: str, table: str) -> None:
    initialise(empty_database_url)
    if empty_database_url.startswith("sqlite"):
        lifted = f"DROP TRIGGER IF EXISTS {table}_before_delete"
    else:
        lifted = f"ALTER TABLE {table} DISABLE TRIGGER USER"
    run(empty_database_url, lifted, f"DELETE FROM {table}")
    for way in (open_store, initialise):
        with pytest.raises(RecordDamaged, match=f"the table {table} has lost its row"):
            way(empty_database_url)


def test_a_counter_that_has_lost_its_row_is_named(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    run(sqlite_url, "DELETE FROM order_counter")
    with pytest.raises(RecordDamaged, match="the table order_counter has lost its row"), store.writing() as transaction:
        transaction.draw_number()
    store.close()


def test_another_process_holds_the_file(sqlite_url: str) -> None:
    connection = libraries.choose(None).connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseLocked, match="another process holds"):
        open_store(sqlite_url, timeout=0.1)
    connection.close()


def test_init_is_safe_to_repeat(empty_database_url: str) -> None:
    store = open_store(empty_database_url)
    placed(store)
    before = store.trail_id
    assert initialise(empty_database_url) == store.guards()
    store.close()
    store = open_store(empty_database_url)
    assert (store.trail_id, count(store, "orders")) == (before, 1)
    store.close()


def test_opening_what_is_there_does_not_load_the_migrations(sqlite_url: str) -> None:
    initialise(sqlite_url)
    code = (
        "import sys; from ordertrail.store import open_store;"
        f"open_store({sqlite_url!r}).close(); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
