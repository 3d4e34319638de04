"""Connections that are kept: at most so many, the last used one first."""

import os
import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakSet

from ordertrail.errors import DatabaseLocked, StoreError


class Closing(Protocol):
    """What a pool keeps."""

    def close(self) -> None:
        """Close it for good."""


C = TypeVar("C", bound=Closing)


class Pool(Generic[C]):
    """Takes and gives back connections, from any thread.

    SQLAlchemy's pool does more, and costs as much for each turn as the statements in between. With `one_writer`,
    threads that write wait for one another here: of a database that has one writer at a time the others would ask every
    few milliseconds, which is longer than a change takes.
    """

    def __init__(self, connect: Callable[[], C], size: int, timeout: float, *, one_writer: bool = False) -> None:
        self._connect, self._size, self._timeout, self._one_writer = connect, size, timeout, one_writer
        self._left_behind: list[C] = []  # kept, since Python would close what nobody holds
        self._closed = False
        self._reset()
        _pools.add(self)

    def _reset(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._writers = threading.Lock() if self._one_writer else None
        self._idle: list[C] = []
        self._open: set[C] = set()
        self._opening = 0

    def turn(self) -> "threading.Lock | None":
        """The turn to write, to be released afterwards; None where all may at once. Raises DatabaseLocked."""
        writers = self._writers
        if writers is not None and not writers.acquire(timeout=self._timeout):
            raise DatabaseLocked("another thread has been writing all the time: try again, or wait longer (timeout)")
        return writers

    def take(self) -> C:
        """An idle connection or a new one. Raises DatabaseLocked when none comes free in time, StoreError if closed."""
        with self._changed:
            if not self._free() and not self._changed.wait_for(self._free, self._timeout):
                raise DatabaseLocked(f"all {self._size} connections are in use; try again, or open with a larger pool")
            if self._idle:
                return self._idle.pop()
            if self._closed:
                raise StoreError("this trail has been closed: open it again to read and write")
            self._opening += 1
        return self._new()

    def _free(self) -> bool:
        return bool(self._idle) or self._closed or len(self._open) + self._opening < self._size

    def _new(self) -> C:
        try:
            connection = self._connect()
        except BaseException:
            self._opened()
            raise
        self._opened(connection)
        return connection

    def _opened(self, *connections: C) -> None:
        with self._changed:
            self._opening -= 1
            self._open.update(connections)
            self._changed.notify()

    def give_back(self, connection: C) -> None:
        """Keep it for the next one; but not one that was taken before a fork, or after whose taking all was closed."""
        with self._changed:
            keep = connection in self._open and not self._closed
            if keep:
                self._idle.append(connection)
                self._changed.notify()
        if not keep:
            self.drop(connection)

    def drop(self, connection: C) -> None:
        """Close it: it is broken, or not needed any more. What a fork's parent opened is the parent's to close."""
        with self._changed:
            ours = connection in self._open
            self._open.discard(connection)
            self._changed.notify()
        if ours:
            connection.close()
        else:
            self._left_behind.append(connection)

    def used(self) -> int:
        """How many connections are in use now."""
        with self._changed:
            return len(self._open) - len(self._idle) + self._opening

    def drop_idle(self) -> None:
        """Close all that are not in use."""
        with self._changed:
            idle, self._idle = self._idle, []
        for connection in idle:
            self.drop(connection)

    def close(self) -> None:
        """Close the idle ones now, and those in use when they come back; none is taken any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.drop_idle()

    def leave_behind(self) -> None:
        """In a forked child: what the parent opened is neither used nor closed here, and none of its locks held."""
        self._left_behind += self._idle
        self._reset()


# Known to the whole process, because a fork is: the child must begin without its parent's connections and locks.
_pools: "WeakSet[Pool[Any]]" = WeakSet()


def _after_fork() -> None:
    for pool in _pools:
        pool.leave_behind()


os.register_at_fork(after_in_child=_after_fork)
