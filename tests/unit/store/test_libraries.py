"""One SQLite library for a process, and a safe one."""

import sqlite3
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ordertrail.errors import InvalidInput, WrongSQLiteLibrary
from ordertrail.store import libraries


def library(name: str, version: tuple[int, int, int]) -> Any:
    """A module as good as sqlite3."""

    class Connection:
        """Its connection."""

    module = SimpleNamespace(__name__=name, Connection=Connection)
    module.sqlite_version_info, module.sqlite_version = version, ".".join(map(str, version))
    return module


OLD, SAFE, NEW = (library(f"v{version}", version) for version in ((3, 40, 1), (3, 51, 3), (3, 53, 0)))


@pytest.fixture(autouse=True)
def _unused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "_in_use", [])


def install(monkeypatch: pytest.MonkeyPatch, standard: Any, better: Any) -> None:
    """What the standard library has, and what pysqlite3."""
    found = {"sqlite3": standard, "pysqlite3.dbapi2": better}
    monkeypatch.setattr(libraries, "sqlite3", standard)
    monkeypatch.setattr(libraries, "_optional", found.get)


@pytest.mark.parametrize(
    ("standard", "better", "chosen"), [(SAFE, NEW, SAFE), (OLD, NEW, NEW), (OLD, SAFE, SAFE), (NEW, None, NEW)]
)
def test_a_safe_one_is_chosen(monkeypatch: pytest.MonkeyPatch, standard: Any, better: Any, chosen: Any) -> None:
    install(monkeypatch, standard, better)
    assert libraries.choose(None) is chosen


@pytest.mark.parametrize("better", [None, OLD])
def test_without_a_safe_one_a_warning_is_given(monkeypatch: pytest.MonkeyPatch, better: Any) -> None:
    install(monkeypatch, OLD, better)
    with pytest.warns(RuntimeWarning, match="install pysqlite3"):
        assert libraries.choose(None) is OLD


@pytest.mark.parametrize("choose", [lambda: libraries.choose("sqlite3"), lambda: libraries.claim(OLD)])
def test_one_that_the_caller_chose_is_warned_of_too(
    monkeypatch: pytest.MonkeyPatch, choose: Callable[[], object]
) -> None:
    install(monkeypatch, OLD, NEW)
    for _ in range(2):
        with pytest.warns(RuntimeWarning, match=r"SQLite 3.40.1 can lose commits.*install pysqlite3"):
            assert choose() is OLD


def test_the_one_asked_for_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, SAFE, NEW)
    assert libraries.choose("sqlite3") is SAFE
    with pytest.raises(WrongSQLiteLibrary, match=r"uses SQLite through v\(3, 51, 3\) \(3.51.3\)"):
        libraries.choose("pysqlite3")
    assert libraries.choose("sqlite3") is SAFE


@pytest.mark.parametrize("name", ["pysqlite3", "apsw"])
def test_one_that_is_not_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    install(monkeypatch, OLD, None)
    with pytest.raises(InvalidInput, match="it may be sqlite3 or pysqlite3"):
        libraries.choose(name)


def test_a_connection_tells_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, OLD, None)
    assert libraries.of(OLD.Connection()) is OLD
    assert libraries.of(NEW.Connection()) is None
    install(monkeypatch, OLD, NEW)
    assert libraries.of(NEW.Connection()) is NEW


def test_a_module_that_is_not_installed_is_none() -> None:
    assert libraries._optional("sqlite3") is sqlite3
    assert libraries._optional("no_such_module") is None
    assert libraries._optional("") is None
