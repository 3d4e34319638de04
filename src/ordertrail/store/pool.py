"""Connections that are kept: at most so many, the last used one first."""

import os
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar
from weakref import WeakSet

from ordertrail.errors import DatabaseLocked


class Closing(Protocol):
    """What a pool keeps."""

    def close(self) -> None:
        """Close it for good."""


C = TypeVar("C", bound=Closing)


class Pool(Generic[C]):
    """Takes and gives back connections, from any thread.

    SQLAlchemy's pool does more, and costs as much for each turn as the statements in between.
    """

    def __init__(self, connect: Callable[[], C], size: int, timeout: float) -> None:
        self._connect, self._size, self._timeout = connect, size, timeout
        self._left_behind: list[C] = []
        self._reset()
        _pools.add(self)

    def _reset(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._idle: list[C] = []
        self._open = 0
        self._closed = False

    def take(self) -> C:
        """An idle connection or a new one. Raises DatabaseLocked when none comes free in time."""
        with self._changed:
            if not self._idle and self._open >= self._size and not self._changed.wait_for(self._free, self._timeout):
                raise DatabaseLocked(f"all {self._size} connections are in use; try again, or open with a larger pool")
            if self._idle:
                return self._idle.pop()
            self._open += 1
        try:
            return self._connect()
        except BaseException:
            self._forget()
            raise

    def _free(self) -> bool:
        return bool(self._idle) or self._open < self._size

    def give_back(self, connection: C) -> None:
        """Keep it for the next one."""
        with self._changed:
            if not self._closed:
                self._idle.append(connection)
                self._changed.notify()
                return
        self.drop(connection)

    def drop(self, connection: C) -> None:
        """Close it: it is broken, or not needed any more."""
        self._forget()
        connection.close()

    def _forget(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify()

    def close(self) -> None:
        """Close the idle ones now, and those in use when they come back."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            self.drop(connection)

    def leave_behind(self) -> None:
        """In a forked child: what the parent opened is the parent's. It is neither used nor closed here."""
        self._left_behind += self._idle
        self._reset()


# Known to the whole process, because a fork is: the child must begin without its parent's connections and locks.
_pools: "WeakSet[Pool[Closing]]" = WeakSet()


def _after_fork() -> None:
    for pool in _pools:
        pool.leave_behind()


os.register_at_fork(after_in_child=_after_fork)
