"""What is looked at when a database is opened, and what is refused then."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select

from ordertrail.errors import GuardsMissing, InvalidInput
from ordertrail.store import initialise, join_store, libraries, open_store
from tests.contract.storing import UNICODE, change, placed
from tests.contract.test_store_guards import Deployment, deployment, raw

__all__ = ["deployment"]


def test_a_record_without_its_guards_is_opened_for_verifying_only(
    empty_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "ordertrail"):
        store = open_store(empty_database_url)
    assert caplog.messages == [store.guards().explanation]
    with store.writing() as transaction:
        if store.tables.schema:
            transaction.run("ALTER TABLE ordertrail.order_notes DISABLE TRIGGER ordertrail_update")  # type: ignore[attr-defined]
        else:
            transaction.run("DROP TRIGGER order_notes_before_update")  # type: ignore[attr-defined]
    connection = raw(store)
    with pytest.raises(GuardsMissing, match=r"order_notes.*update"):
        open_store(empty_database_url)
    schema = store.tables.schema or "ordertrail"
    with pytest.raises(GuardsMissing, match=r"order_notes.*update"):
        join_store(connection, schema=schema)
    assert join_store(connection, schema=schema, check_guards=False).trail_id == store.trail_id
    store.close()
    store = open_store(empty_database_url, check_guards=False)
    with pytest.raises(GuardsMissing):
        store.guards()
    store.close()
    initialise(empty_database_url)
    open_store(empty_database_url).close()


def test_with_roles_nothing_is_said(deployment: Deployment, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "ordertrail"):
        open_store(deployment.user("app"), schema=deployment.schema).close()
    assert caplog.messages == []


@pytest.mark.parametrize(
    "options",
    [
        {"durability": "bogus"},
        {"durability": []},
        {"pool_size": 0},
        {"pool_size": "5"},
        {"pool_size": 1.5},
        {"pool_size": True},
        {"timeout": -1.0},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"timeout": 1e12},
        {"timeout": "x"},
        {"schema": 5},
        {"schema": ["a"]},
        {"table_prefix": 5},
        {"sqlite_module": 5},
        {"create": "no"},
        {"check_guards": None},
    ],
    ids=repr,
)
def test_what_a_store_cannot_be_opened_with(empty_database_url: str, options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(InvalidInput, match=f"`{name}`|at least one|a time-out is"):
        open_store(empty_database_url, **options)


@pytest.mark.parametrize("schema", ["", "pg_foo", "Big", "a" * 41, "a\0"])
def test_a_schema_that_needs_care_is_refused(empty_postgres_url: str, schema: str) -> None:
    with pytest.raises(InvalidInput, match="is no name for a schema"):
        open_store(empty_postgres_url, schema=schema)


@pytest.mark.parametrize("prefix", ["sqlite_", "sqlite_a", "1", "a-", "\ud800"])
def test_a_prefix_that_needs_care_is_refused(sqlite_url: str, prefix: str) -> None:
    with pytest.raises(InvalidInput, match="is no name for a prefix"):
        open_store(sqlite_url, table_prefix=prefix)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (5, "no database URL"),
        (b"sqlite://", "no database URL"),
        ("", "no database URL"),
        ("foo", "no database URL"),
        ("mysql://u@h/x", "mysql is no database of ordertrail"),
        ("postgresql://u:hush@h:abc/x", "no database URL"),
        ("postgresql://u:hush@/x?host=a:1&host=b:x", "part that is not"),
        ("postgresql://u:%00@h/x", "holds NUL"),
        ("postgresql://u@h/x?sslmode=%00", "holds NUL"),
        (
            "postgresql://u:hush@h/x?sslmod=require&passwort=hush",
            "no option 'sslmod', 'passwort'; it has .*sslmode",
        ),
        ("sqlite:////tmp/a\0b", "holds NUL"),
        ("sqlite:////tmp/\ud800", "holds NUL or half of a surrogate pair"),
        ("sqlite://u:hush@h/x.db", "part that is not"),
        ("sqlite:///x.db?mode=ro", "no option 'mode'; it has timeout, uri"),
        ("sqlite:///x.db?cached_statements=9", "no option 'cached_statements'"),
        ("postgresql://u@h/x?client_encoding=latin1", "no option 'client_encoding'"),
        ("sqlite:///x.db?timeout=long", "part that is not"),
        ("sqlite:///file:x.db?uri=true&moed=ro", "no option 'moed'; it has .*mode"),
    ],
)
def test_an_address_that_is_none_is_refused(url: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as refused:
        open_store(url, create=False)
    assert "hush" not in str(refused.value)


def test_a_file_may_be_given_as_a_uri(sqlite_url: str) -> None:
    open_store(sqlite_url).close()
    uri = sqlite_url.replace(":///", ":///file:")
    open_store(f"{uri}?uri=true&mode=rw&cache=private", create=False).close()


class Autocommit(sqlite3.Connection):
    """As Python 3.12 and later make it on demand."""

    autocommit = True


def test_a_connection_whose_commit_does_nothing_is_not_joined(tmp_path: Path) -> None:
    with (
        closing(sqlite3.connect(tmp_path / "shop.db", factory=Autocommit)) as connection,
        pytest.raises(InvalidInput, match="autocommit=False"),
    ):
        join_store(connection)


@pytest.mark.parametrize("factory", [bytes, lambda text: text.decode(errors="replace")])
def test_a_connection_that_gives_no_str_is_not_joined(sqlite_url: str, factory: Any) -> None:
    open_store(sqlite_url).close()
    with closing(libraries.choose(None).connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        connection.text_factory = factory
        with pytest.raises(InvalidInput, match="give one whose text_factory is str"):
            join_store(connection)
        connection.text_factory = str
        assert join_store(connection).trail_id


@pytest.mark.parametrize("encoding", ["latin1", "sql_ascii"])
def test_a_connection_that_cannot_say_every_text_is_not_joined(empty_postgres_url: str, encoding: str) -> None:
    with (
        psycopg.connect(empty_postgres_url, client_encoding=encoding) as connection,
        pytest.raises(InvalidInput, match="client_encoding=utf8"),
    ):
        join_store(connection)


def test_a_connection_in_pipeline_mode_is_not_joined(empty_postgres_url: str) -> None:
    with (
        psycopg.connect(empty_postgres_url) as connection,
        connection.pipeline(),
        pytest.raises(InvalidInput, match="pipeline"),
    ):
        join_store(connection)


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_what_the_database_sets_does_not_matter(empty_postgres_url: str, isolation: str) -> None:
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        database = connection.info.dbname
        connection.execute(f"ALTER DATABASE {database} SET default_transaction_isolation = '{isolation}'")
        connection.execute(f"ALTER DATABASE {database} SET client_encoding = 'latin1'")
    store = open_store(empty_postgres_url, timeout=0)
    placed(store)
    with store.writing() as transaction:
        assert transaction.rows(select(func.current_setting("lock_timeout"))) == [("1ms",)]
        assert transaction.load("o1")
        with store.writing() as winner:
            assert winner.append(change("o1", 1))
        assert transaction.append(change("o1", 1)) is False
        found = transaction.load("o1")
        assert found is not None
        assert found.version == 2
    with store.reading() as reader:
        assert reader.rows(select(store.tables.orders.c.customer_name)) == [(UNICODE,)]
    store.close()
