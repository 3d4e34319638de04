"""Operations that come together are committed together.

SQLite has one writer at a time, and each commit waits for the disk. So one thread does what requests ask for, and those
that came while it was busy share the next transaction: its commit answers them all. An operation that is refused is
undone by itself. PostgreSQL has many writers: there each request writes for itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, TypeVar

from litestar import Litestar
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency

from ordertrail.trail import OrderTrail

MOST = 50
"""Operations in a transaction: others wait for the file until it ends."""

T = TypeVar("T")


class _Waiting(NamedTuple):
    work: Callable[[OrderTrail], Any]
    answer: "asyncio.Future[Any]"


class _Outcome(NamedTuple):
    result: Any = None
    error: Exception | None = None


class Together:
    """Performs operations for all requests of one process. All but the writing is done between requests."""

    def __init__(self, trail: OrderTrail) -> None:
        self._trail = trail
        self._one_writer = trail.store.tables.schema is None
        self._waiting: list[_Waiting] = []
        self._busy = False
        self._begun: SimpleQueue[list[_Waiting] | None] = SimpleQueue()
        self._writer: Thread | None = None

    async def do(self, work: Callable[[OrderTrail], T]) -> T:
        """What `work` gives, or raises, once it is committed. It performs one operation with the trail that it is
        given, and keeps nothing of that trail."""
        if not self._one_writer:
            return await sync_to_thread(work, self._trail)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Waiting(work, answer))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._begin)  # once those have come too that the loop already knows of
        return await answer

    def _begin(self) -> None:
        some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        self._busy = bool(some)
        if not some:
            return
        if self._writer is None:
            self._writer = Thread(target=self._write, args=(asyncio.get_running_loop(),), name="writer", daemon=True)
            self._writer.start()
        self._begun.put(some)

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        while (some := self._begun.get()) is not None:
            loop.call_soon_threadsafe(self._answer, some, _outcomes(self._trail, [each.work for each in some]))

    def _answer(self, some: Sequence[_Waiting], outcomes: Sequence[_Outcome]) -> None:
        self._begin()
        for waiting, outcome in zip(some, outcomes, strict=True):
            if waiting.answer.done():  # whoever waited has gone
                continue
            if outcome.error is None:
                waiting.answer.set_result(outcome.result)
            else:
                waiting.answer.set_exception(outcome.error)

    @asynccontextmanager
    async def ending(self, _: Litestar) -> AsyncIterator[None]:
        """Ends the thread with the application, which ends once all requests are answered."""
        yield
        if self._writer is not None:
            self._begun.put(None)
            self._writer.join()


def _outcomes(trail: OrderTrail, works: Sequence[Callable[[OrderTrail], Any]]) -> list[_Outcome]:
    if len(works) == 1:
        return [_outcome(trail, works[0])]
    try:
        with trail.batch() as together:
            return [_outcome(together, work) for work in works]
    except Exception as error:  # nothing is committed, so what any of them was told would not be true
        return [_Outcome(error=error) for _ in works]


def _outcome(trail: OrderTrail, work: Callable[[OrderTrail], Any]) -> _Outcome:
    try:
        return _Outcome(work(trail))
    except Exception as error:
        return _Outcome(error=error)


AllTogether = NamedDependency[Together]
