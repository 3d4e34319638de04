"""The ways of having a transaction: one of our own, a part of the caller's, a part of one that we began for many."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from types import TracebackType
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ordertrail.errors import ConnectionLost, InvalidInput, StoreError
from ordertrail.store.base import GuardReport, Store, Transaction
from ordertrail.store.pool import Pool
from ordertrail.store.schema import Tables


class Session(Transaction, Protocol):
    """One connection: what an engine must offer, beside what a transaction does."""

    connection: Any
    """The driver's own."""

    @property
    def open(self) -> bool:
        """Whether a transaction is open."""

    @property
    def autocommits(self) -> bool:
        """Whether what is written outside of a transaction is committed by itself."""

    @property
    def retries(self) -> bool:
        """Whether the open transaction would see what others commit from now on."""

    def begin(self, *, writing: bool) -> None:
        """Begin a transaction; one that writes sees the state that it will change."""

    def begin_append(self) -> None:
        """Begin what is to hold one append: no transaction, where an append is one by itself."""

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

    def names(self) -> set[str]:
        """The names of all tables and views: of the schema, or of the file."""

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """All rows of a statement of SQL."""

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""

    def failure(self, error: Any) -> StoreError:
        """What an error of the driver means."""

    def close(self) -> None:
        """Close the connection."""


Begin = Callable[[Session], None]
"""How a transaction is begun on a connection."""


class OwnStore:
    """A store with connections of its own."""

    retries = True

    def __init__(self, pool: Pool[Session], tables: Tables, trail_id: str) -> None:
        self._pool, self.tables, self.trail_id = pool, tables, trail_id

    def writing(self) -> AbstractContextManager[Session]:
        """A transaction that may write; committed at the end of the block, rolled back when it raises."""
        return _Block(self._pool.turn, self._begun, _begin_writing, self._end)

    def appending(self) -> AbstractContextManager[Session]:
        """The same for a block that appends once and writes nothing else."""
        return _Block(self._pool.turn, self._begun, _begin_append, self._end)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees one state of the database and writes nothing."""
        session = self._begun(_begin_reading)
        try:
            yield session
        finally:
            self._undo(session)

    @contextmanager
    def batch(self) -> Iterator[Store]:
        """A store whose transactions are all parts of one."""
        with self.writing() as session:
            store = BatchStore(session, self.tables, self.trail_id)
            try:
                yield store
                store.check_whole()
            finally:
                store.close()

    def _begun(self, begin: Begin) -> Session:
        """A connection with a transaction begun."""
        try:
            return self._begin(begin)
        except ConnectionLost:
            # It broke while it was idle, and what broke it has broken the others too.
            self._pool.drop_idle()
            return self._begin(begin)

    def _begin(self, begin: Begin) -> Session:
        session = self._pool.take()
        try:
            begin(session)
        except BaseException:
            self._undo(session)
            raise
        return session

    def _end(self, session: Session, whole: bool) -> None:
        """Commit what is whole, roll back what is not or cannot be committed, and keep the connection."""
        if not whole:
            return self._undo(session)
        try:
            session.commit()
        except BaseException:
            self._undo(session)
            raise
        return self._pool.give_back(session)

    def _undo(self, session: Session) -> None:
        if session.rollback():
            self._pool.give_back(session)
        else:
            self._pool.drop(session)

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""
        session = self._begun(_begin_reading)
        try:
            return session.guards()
        finally:
            self._undo(session)

    def connections(self) -> int:
        """How many connections are in use now."""
        return self._pool.used()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _begin_reading(session: Session) -> None:
    session.begin(writing=False)


def _begin_writing(session: Session) -> None:
    session.begin(writing=True)


def _begin_append(session: Session) -> None:
    session.begin_append()


class _Block:
    """A transaction as a block: whole where the block did not raise. A generator would take as long as a statement."""

    def __init__(
        self,
        turn: "Callable[[], Lock | None]",
        take: Callable[[Begin], Session],
        begin: Begin,
        end: Callable[[Session, bool], None],
    ) -> None:
        self._turn, self._take, self._begin, self._end = turn, take, begin, end

    def __enter__(self) -> Session:
        self._writing = self._turn()
        try:
            self._session = self._take(self._begin)
        except BaseException:
            self._over()
            raise
        return self._session

    def _over(self) -> None:
        if self._writing is not None:
            self._writing.release()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end(self._session, kind is None)
        finally:
            self._over()


_BEGIN = "by `with connection.transaction():` (psycopg) or by BEGIN, and commit it"
_BEGIN_IN_SQLALCHEMY = (
    "by `with connection.begin():` at another isolation level (at AUTOCOMMIT, SQLAlchemy begins nothing in the"
    " database) or by BEGIN, and commit it"
)


class JoinedStore:
    """A store within the caller's own transaction: it neither commits nor rolls back what is the caller's."""

    trail_id = ""

    def __init__(self, session: Session, tables: Tables, outer: Connection | None) -> None:
        """`outer` is SQLAlchemy's connection, if the caller's is one: it must know of a transaction that begins."""
        self._session, self.tables, self._outer = session, tables, outer

    @property
    def retries(self) -> bool:
        """Whether another attempt would see what others commit from now on."""
        return not self._session.open or self._session.retries

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A part of the caller's transaction: undone when it raises, else left for the caller to commit.

        Begins a transaction if none is open; but in autocommit mode nobody would end it: that raises InvalidInput.
        """
        undo = self._begin()
        try:
            yield self._session
            self._session.release()
        except BaseException:
            undo()
            raise

    appending = writing

    def _begin(self) -> Callable[[], object]:
        """Join the transaction, or begin one; what undoes our part of it."""
        session, outer = self._session, self._outer
        if outer is not None and not outer.in_transaction():
            self._begin_outer(outer)
            undo: Callable[[], object] = outer.rollback
        elif session.open:
            session.savepoint()
            return session.rollback_to_savepoint
        else:
            undo = session.rollback
        try:
            if not session.open:
                self._check_commits()
                session.begin(writing=True)
            session.savepoint()
        except BaseException:
            undo()
            raise
        return undo

    def _check_commits(self) -> None:
        """Raises InvalidInput where the caller commits nothing, and so would lose all from a BEGIN of ours on."""
        if self._session.autocommits:
            how = _BEGIN if self._outer is None else _BEGIN_IN_SQLALCHEMY
            raise InvalidInput(f"this connection is in autocommit mode: begin a transaction first, {how}")

    def _begin_outer(self, outer: Connection) -> None:
        """Begin SQLAlchemy's transaction, or the caller's commit would find nothing to do."""
        try:
            outer.begin()
        except DBAPIError as error:  # from a BEGIN that the caller has put into it
            raise self._session.failure(error.orig) from None

    @contextmanager
    def batch(self) -> Iterator[Store]:
        """This store, whose transactions are parts of the caller's already; undone as a whole when the block raises."""
        with self.writing():
            yield self

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

    def connections(self) -> int:
        """One: the caller's."""
        return 1

    def close(self) -> None:
        """The connection is the caller's: it stays open."""


class BatchStore:
    """A store within one transaction that was begun for it, and as long as that lasts."""

    def __init__(self, session: Session, tables: Tables, trail_id: str) -> None:
        self._session, self.tables, self.trail_id = session, tables, trail_id
        self._ended = False
        self._lost: StoreError | None = None

    @property
    def retries(self) -> bool:
        """Whether another attempt would see what others commit from now on."""
        return self._open().retries

    def check_whole(self) -> None:
        """Raise what has undone the whole transaction, or could not be undone by itself: then nothing may stay."""
        if self._lost is not None:
            raise self._lost

    def _open(self) -> Session:
        self.check_whole()
        # Whoever held on to the store would else write into a transaction that is none of theirs, or is none any more.
        if self._ended or not self._session.open:
            raise StoreError("this batch has ended: read and write outside of it, or begin another")
        return self._session

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A part of the transaction: undone when it raises."""
        session = self._open()
        session.savepoint()
        try:
            yield session
            session.release()
        except BaseException as error:
            self._undo(session, error)
            raise

    appending = writing

    def _undo(self, session: Session, error: BaseException) -> None:
        try:
            session.rollback_to_savepoint()
        except StoreError as failure:
            self._lost = error if isinstance(error, StoreError) else failure
            return
        # A full disk, or one that fails, can make a database undo all of it by itself.
        if not session.open and isinstance(error, StoreError):
            self._lost = error

    @contextmanager
    def batch(self) -> Iterator[Store]:
        """This store; undone as a whole when the block raises."""
        with self.writing():
            yield self

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """What the transaction sees."""
        yield self._open()

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""
        return self._open().guards()

    def connections(self) -> int:
        """One: that of its transaction."""
        return 1

    def close(self) -> None:
        """End it: the transaction is ended by who began it."""
        self._ended = True
