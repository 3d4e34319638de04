"""What errors of the drivers become."""

import sqlite3

import psycopg
import pytest

from ordertrail.errors import ConnectionLost, DatabaseFull, DatabaseLocked, DatabaseUnreachable, OrderBusy, StoreError
from ordertrail.store import failures


def of_sqlite(code: int | None, message: str = "secret") -> StoreError:
    """What an error of sqlite3 becomes."""
    error = sqlite3.OperationalError(message)
    if code is not None:
        error.sqlite_errorcode, error.sqlite_errorname = code, f"SQLITE_{code}"
    return failures.from_sqlite(error)


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        (sqlite3.SQLITE_BUSY, DatabaseLocked, "another process holds the database"),
        (sqlite3.SQLITE_BUSY_RECOVERY, DatabaseLocked, "another process holds the database"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, OrderBusy, "another transaction has written"),
        (sqlite3.SQLITE_LOCKED, DatabaseLocked, "another connection holds the database"),
        (sqlite3.SQLITE_FULL, DatabaseFull, "is full"),
        (sqlite3.SQLITE_CANTOPEN, DatabaseUnreachable, "cannot be opened"),
        (sqlite3.SQLITE_NOTADB, DatabaseUnreachable, "no SQLite database"),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreError, "read-only"),
        (sqlite3.SQLITE_IOERR_WRITE, StoreError, "the database refused (SQLITE_778)"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, StoreError, "the database refused (SQLITE_2067)"),
    ],
)
def test_sqlite(code: int, kind: type[StoreError], message: str) -> None:
    error = of_sqlite(code)
    assert type(error) is kind
    assert message in str(error)
    assert "secret" not in str(error)


def test_sqlite_without_a_code() -> None:
    assert type(of_sqlite(None, "Cannot operate on a closed database.")) is ConnectionLost
    assert str(of_sqlite(None)) == "the database refused"


def test_a_rule_is_quoted() -> None:
    assert str(of_sqlite(sqlite3.SQLITE_CONSTRAINT, "ordertrail: a rule")) == "ordertrail: a rule"


@pytest.mark.parametrize(
    ("state", "kind", "message"),
    [
        ("53100", DatabaseFull, "disk is full"),
        ("40001", OrderBusy, "another transaction changed"),
        ("40P01", OrderBusy, "another transaction waited"),
        ("55P03", OrderBusy, "longer than the time-out"),
        ("25006", StoreError, "read-only"),
        ("42501", StoreError, "lacks the privilege"),
        ("57P01", ConnectionLost, "broke"),
        ("08006", ConnectionLost, "broke"),
        (None, ConnectionLost, "broke"),
        ("57014", StoreError, "the database refused (SQLSTATE 57014)"),
        ("23505", StoreError, "the database refused (SQLSTATE 23505)"),
    ],
)
def test_postgresql(state: str | None, kind: type[StoreError], message: str) -> None:
    error = psycopg.Error("secret")
    error.sqlstate = state
    translated = failures.from_postgresql(error)
    assert type(translated) is kind
    assert message in str(translated)
    assert "secret" not in str(translated)


def test_no_connection() -> None:
    assert str(failures.unreachable(psycopg.OperationalError("secret"))) == (
        "no connection to the database (OperationalError)"
    )
