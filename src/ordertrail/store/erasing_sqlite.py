"""What makes erased data leave the files of SQLite, as far as SQLite can be made to.

A row that is changed or deleted is overwritten with zeros, always: what is erased later may stand in old copies of it.
But the write-ahead log holds pages as they were, until it is emptied.
"""

from contextlib import suppress
from typing import Any, Protocol

from ordertrail.errors import StoreError

OVERWRITE = "PRAGMA secure_delete = ON"
"""Set for each connection. FAST would leave whole pages as they were when they come free."""

_WAITS = 100
"""Milliseconds. Writers are held up meanwhile, and somebody may be reading for minutes."""


class Runs(Protocol):
    """What runs a statement of SQL."""

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """All its rows."""


def empty_log(database: Runs) -> None:
    """Move all pages out of the write-ahead log and cut it, unless others are reading: then it stays as it is."""
    usual = database.run("PRAGMA busy_timeout")[0][0]
    try:
        database.run(f"PRAGMA busy_timeout = {_WAITS}")
        with suppress(StoreError):  # what was erased is committed, whatever becomes of this
            database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.run(f"PRAGMA busy_timeout = {usual}")
