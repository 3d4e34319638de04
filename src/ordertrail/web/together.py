"""Operations that come together are committed together.

SQLite has one writer at a time, and each commit waits for the disk. So one thread does what requests ask for, and those
that came while it was busy share the next transaction: its commit answers them all. An operation that is refused is
undone by itself. PostgreSQL has many writers: there each request writes for itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Any, NamedTuple, TypeVar

from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency

from ordertrail.trail import OrderTrail

MOST = 50
"""Operations in a transaction: others wait for the file until it ends."""

T = TypeVar("T")

Work = Callable[[OrderTrail], T]
"""Performs one operation with the trail that it is given, and keeps nothing of that trail."""


class BrokenOff(Exception):
    """An operation ended by what no operation raises, such as a wish to end the process."""


class _Waiting(NamedTuple):
    work: Work[Any]
    context: Context
    answer: "asyncio.Future[Any]"


class _Outcome(NamedTuple):
    result: Any = None
    error: Exception | None = None


class Together:
    """Performs operations for all requests of one process, however many wait: the server bounds how many there are."""

    def __init__(self, trail: OrderTrail) -> None:
        self._trail = trail
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def do(self, work: Work[T]) -> T:
        """What `work` gives, or raises, once it is committed."""
        if not self._trail.store.tables.one_writer:
            return await sync_to_thread(work, self._trail)
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, copy_context(), answer))
        if self._writing is None or self._writing.done():
            # It begins once those have come too of which the loop already knows.
            self._writing = asyncio.create_task(self._write())
        return await answer

    async def each(self, works: Sequence[Work[T]]) -> list[T]:
        """What each of many gives. Raises what one of them raises, whatever became of the others; between every few of
        them others have their turn."""
        if not self._trail.store.tables.one_writer:
            return await sync_to_thread(_one_by_one, works, self._trail)
        found: list[T] = []
        for first in range(0, len(works), MOST):
            found += await asyncio.gather(*map(self.do, works[first : first + MOST]))
        return found

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                outcomes = await loop.run_in_executor(self._thread, _outcomes, self._trail, some)
            except Exception as error:  # no thread was to be had
                outcomes = [_Outcome(error=error) for _ in some]
            for waiting, outcome in zip(some, outcomes, strict=True):
                _answer(waiting.answer, outcome)


def _one_by_one(works: Sequence[Work[T]], trail: OrderTrail) -> list[T]:
    return [work(trail) for work in works]


def _answer(answer: "asyncio.Future[Any]", outcome: _Outcome) -> None:
    if answer.done():  # whoever waited has gone
        return
    if outcome.error is None:
        answer.set_result(outcome.result)
    else:
        answer.set_exception(outcome.error)


def _outcomes(trail: OrderTrail, some: Sequence[_Waiting]) -> list[_Outcome]:
    if len(some) == 1:
        return [_outcome(trail, some[0])]
    try:
        with trail.batch() as together:
            return [_outcome(together, each) for each in some]
    except Exception as error:  # nothing is committed, so what any of them was told would not be true
        return [_Outcome(error=error) for _ in some]


def _outcome(trail: OrderTrail, waiting: _Waiting) -> _Outcome:
    try:
        return _Outcome(waiting.context.run(waiting.work, trail))
    except StopIteration as error:  # which no future takes
        return _Outcome(error=_broken_off(error))
    except Exception as error:
        return _Outcome(error=error)
    except BaseException as error:  # or nobody would write any more, and those who wait would never be answered
        return _Outcome(error=_broken_off(error))


def _broken_off(error: BaseException) -> Exception:
    broken = BrokenOff(f"an operation was broken off by {type(error).__name__}")
    broken.__cause__ = error
    return broken


AllTogether = NamedDependency[Together]
