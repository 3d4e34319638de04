"""Which SQLite library this process uses: one, since two on one file lose committed rows."""

import importlib
import sqlite3
import warnings
from types import ModuleType

from ordertrail.errors import InvalidInput, WrongSQLiteLibrary

SAFE = (3, 51, 3)
"""The first SQLite that loses no commit when two connections meet a reset of the write-ahead log."""

_NAMES = {"sqlite3": "sqlite3", "pysqlite3": "pysqlite3.dbapi2"}

# Known to the whole process, because its file locks are: closing a file in one library drops the locks of the other.
_in_use: list[ModuleType] = []


def choose(wanted: str | None) -> ModuleType:
    """The module to open databases with: the one asked for, else one that is safe.

    Raises WrongSQLiteLibrary when the process already uses another one.
    """
    return claim(_named(wanted) if wanted else _default())


def claim(module: ModuleType) -> ModuleType:
    """From now on this process uses `module`. Raises WrongSQLiteLibrary when it already uses another one.

    Warns of one that is not safe, whoever chose it.
    """
    if _in_use and _in_use[0] is not module:
        raise WrongSQLiteLibrary(
            f"this process uses SQLite through {_in_use[0].__name__} ({_in_use[0].sqlite_version}), and may not"
            f" through {module.__name__} ({module.sqlite_version}) too: two libraries on one file lose committed rows"
        )
    if module.sqlite_version_info < SAFE:
        warnings.warn(
            f"SQLite {module.sqlite_version} can lose commits of connections that meet;"
            " install pysqlite3 0.6.1 or later, and connect through that",
            RuntimeWarning,
            stacklevel=5,  # who opened the trail, or nearly so
        )
    if not _in_use:
        _in_use.append(module)
    return module


def of(connection: object) -> ModuleType | None:
    """The module that a connection is of, or None if it is of no SQLite."""
    return next((module for module in _there() if isinstance(connection, module.Connection)), None)


def _named(wanted: str) -> ModuleType:
    module = _optional(_NAMES.get(wanted, ""))
    if module is None:
        raise InvalidInput(f"there is no SQLite module {wanted!r} here; it may be {' or '.join(_NAMES)}")
    return module


def _default() -> ModuleType:
    return next((module for module in _there() if module.sqlite_version_info >= SAFE), sqlite3)


def _there() -> list[ModuleType]:
    return [sqlite3, *filter(None, [_optional("pysqlite3.dbapi2")])]


def _optional(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name) if name else None
    except ImportError:
        return None
