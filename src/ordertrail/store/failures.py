"""What a driver's error means, as one of ours: without values, and without SQL."""

import sqlite3
from typing import Any

from ordertrail.errors import (
    ConnectionLost,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnreachable,
    OrderBusy,
    StoreError,
)

_SQLITE = {
    sqlite3.SQLITE_BUSY: (DatabaseLocked, "another process holds the database; try again"),
    sqlite3.SQLITE_LOCKED: (DatabaseLocked, "another connection holds the database; try again"),
    sqlite3.SQLITE_FULL: (DatabaseFull, "the disk, or the limit of the database, is full"),
    sqlite3.SQLITE_CANTOPEN: (DatabaseUnreachable, "the database file cannot be opened"),
    sqlite3.SQLITE_NOTADB: (DatabaseUnreachable, "the file is no SQLite database"),
    sqlite3.SQLITE_READONLY: (StoreError, "the database is read-only"),
}

_POSTGRESQL = {
    "53100": (DatabaseFull, "the server's disk is full"),
    "40001": (OrderBusy, "another transaction changed what this one read; try again"),
    "40P01": (OrderBusy, "another transaction waited for this one while it waited for that one; try again"),
    "55P03": (OrderBusy, "another transaction held the lock for longer than the time-out; try again"),
    "25006": (StoreError, "the database is read-only"),
    "42501": (StoreError, "the database user lacks the privilege"),
}

_RULE = "ordertrail: "
"""What the guards' own messages begin with: they name a rule and no value."""


def from_sqlite(error: Exception) -> StoreError:
    """What an exception of sqlite3 or pysqlite3 means."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return ConnectionLost("the connection is closed") if "closed" in str(error) else StoreError(_refused(error))
    if code == sqlite3.SQLITE_BUSY_SNAPSHOT:
        return OrderBusy("another transaction has written since this one began to read; roll back and try again")
    kind, message = _SQLITE.get(code & 0xFF, (StoreError, ""))
    return kind(message or _refused(error, getattr(error, "sqlite_errorname", "")))


def from_postgresql(error: Any) -> StoreError:
    """What an exception of psycopg means, on a connection that was open."""
    state = error.sqlstate
    if state in _POSTGRESQL:
        kind, message = _POSTGRESQL[state]
        return kind(message)
    # Class 08 and 57P: the server ended the connection. No state at all: the driver found it gone.
    if state is None or state[:2] == "08" or state[:3] == "57P":
        return ConnectionLost("the connection to the database broke")
    return StoreError(_refused(error.diag.message_primary or "", f"SQLSTATE {state}"))


def unreachable(error: Exception) -> StoreError:
    """What an exception means that came instead of a connection."""
    return DatabaseUnreachable(f"no connection to the database ({type(error).__name__})")


def _refused(message: object, code: str = "") -> str:
    """Our guards' own words, else nothing of the message: it may quote values."""
    said = str(message)
    return said if said.startswith(_RULE) else f"the database refused{f' ({code})' if code else ''}"
