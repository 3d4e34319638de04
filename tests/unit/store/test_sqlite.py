"""What is set on a connection to SQLite."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from ordertrail.errors import DatabaseUnreachable, NotInitialised
from ordertrail.store import open_store
from ordertrail.store.schema import tables
from ordertrail.store.sqlite import SQLiteEngine


class Recording:
    """A connection that notes what it is told, and is locked a few times."""

    def __init__(self, locked: int = 0) -> None:
        self.told: list[Any] = []
        self._locked = locked

    def execute(self, statement: str) -> None:
        """Note it."""
        self.told.append(statement)
        if statement.startswith("PRAGMA journal_mode") and len(self.told) <= self._locked:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"
            raise error

    def setconfig(self, option: int, value: bool) -> None:
        """Note it."""
        self.told.append((option, value))


def engine(**options: Any) -> SQLiteEngine:
    """One that nothing is opened with."""
    usual: dict[str, Any] = {"module": sqlite3, "timeout": 1.0, "durable": True}
    return SQLiteEngine(make_url("sqlite://"), tables(), **{**usual, **options})


@pytest.mark.parametrize(("version", "trusted"), [((3, 51, 3), "OFF"), ((3, 40, 1), "ON")])
def test_a_connection_is_durable_wary_and_defensive(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], trusted: str
) -> None:
    connection: Any = Recording()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    engine()._set_up(connection)
    assert connection.told == [
        "PRAGMA synchronous = FULL", f"PRAGMA trusted_schema = {trusted}", "PRAGMA secure_delete = ON", (1010, True),
    ]  # fmt: skip


def test_who_sets_the_journal_mode_too_is_waited_for() -> None:
    connection: Any = Recording(locked=3)
    engine()._use_wal(connection)
    assert connection.told.count("PRAGMA journal_mode = WAL") == 4


def test_but_not_for_ever() -> None:
    connection: Any = Recording(locked=1000)
    with pytest.raises(sqlite3.OperationalError):
        engine(timeout=0.05)._use_wal(connection)


def test_without_create_nothing_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with pytest.raises(DatabaseUnreachable):
        open_store(url, create=False)
    assert not (tmp_path / "shop.db").exists()
    (tmp_path / "shop.db").touch()
    with pytest.raises(NotInitialised):
        open_store(url, create=False)
    open_store(url).close()
    open_store(url, create=False).close()
