"""The two ways of having a transaction: one of our own, and a part of the caller's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from ordertrail.store.base import GuardReport, Transaction
from ordertrail.store.pool import Pool
from ordertrail.store.schema import Tables


class Session(Transaction, Protocol):
    """One connection: what an engine must offer, beside what a transaction does."""

    @property
    def open(self) -> bool:
        """Whether a transaction is open."""

    @property
    def retries(self) -> bool:
        """Whether the open transaction would see what others commit from now on."""

    def begin(self, *, writing: bool) -> None:
        """Begin a transaction; one that writes sees the state that it will change."""

    def commit(self) -> None:
        """Commit it."""

    def rollback(self) -> bool:
        """Roll back whatever is open. False if the connection is no longer fit for use."""

    def savepoint(self) -> None:
        """Mark where the transaction stands."""

    def release(self) -> None:
        """Drop the last mark."""

    def rollback_to_savepoint(self) -> None:
        """Go back to the last mark, and drop it."""

    def has(self, table: str) -> bool:
        """Whether there is a table of this name."""

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """All rows of a statement of SQL."""

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""

    def close(self) -> None:
        """Close the connection."""


class OwnStore:
    """A store with connections of its own."""

    retries = True

    def __init__(self, pool: Pool[Session], tables: Tables, trail_id: str) -> None:
        self._pool, self.tables, self.trail_id = pool, tables, trail_id

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that may write; committed at the end of the block, rolled back when it raises."""
        session = self._pool.take()
        try:
            session.begin(writing=True)
            yield session
            session.commit()
        except BaseException:
            self._undo(session)
            raise
        self._pool.give_back(session)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees one state of the database and writes nothing."""
        session = self._pool.take()
        try:
            session.begin(writing=False)
            yield session
        finally:
            self._undo(session)

    def _undo(self, session: Session) -> None:
        if session.rollback():
            self._pool.give_back(session)
        else:
            self._pool.drop(session)

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""
        session = self._pool.take()
        try:
            return session.guards()
        finally:
            self._undo(session)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class JoinedStore:
    """A store within the caller's own transaction: it neither commits nor rolls back what is the caller's."""

    def __init__(self, session: Session, tables: Tables, trail_id: str) -> None:
        self._session, self.tables, self.trail_id = session, tables, trail_id

    @property
    def retries(self) -> bool:
        """Whether the caller's transaction would see what others commit from now on."""
        return self._session.retries

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A part of the caller's transaction: undone when it raises, else left for the caller to commit.

        Begins a transaction if none is open.
        """
        session, begun = self._session, not self._session.open
        if begun:
            session.begin(writing=True)
        try:
            session.savepoint()
            yield session
            session.release()
        except BaseException:
            if begun:
                session.rollback()
            else:
                session.rollback_to_savepoint()
            raise

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """What the caller's transaction sees; if none is open, one state of the database."""
        session, begun = self._session, not self._session.open
        if begun:
            session.begin(writing=False)
        try:
            yield session
        finally:
            if begun:
                session.rollback()

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""
        with self.reading():
            return self._session.guards()

    def close(self) -> None:
        """The connection is the caller's: it stays open."""
