"""Waits for new entries on behalf of all readers of one process: one look at the database, however many they are."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial

from litestar import Litestar

from ordertrail.web import logs

PAUSE = 0.1
"""Seconds between two looks, while anybody waits."""

EACH = 0.001
"""Seconds that a look is put off for each who waits: to wake many costs what those who write need."""

AFTER_FAILURE = 1.0


class Watch:
    """Wakes who waits for the log to grow. `size` tells how many entries it has; it is asked in a thread."""

    def __init__(self, size: Callable[[], int]) -> None:
        self._size, self._seen, self._waiting = size, 0, 0
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self.ended = False

    async def longer_than(self, size: int, seconds: float) -> bool:
        """Wait until the log has more than `size` entries, for at most so long, or until the end; whether it has."""
        self._waiting += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(seconds):
                while self._seen <= size and not self.ended:
                    await self._changed.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1
        return self._seen > size

    async def _look(self) -> None:
        pause = 0.0
        while self._waiting and not self.ended:
            await asyncio.sleep(pause)
            try:
                seen = await asyncio.to_thread(self._size)
                pause = max(PAUSE, self._waiting * EACH)
            except Exception as error:  # or nobody would be woken any more
                logs.failure("not looked for entries", error)
                pause = AFTER_FAILURE
                continue
            if seen != self._seen:
                self._seen = seen
                self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def end(self) -> None:
        """Let everybody go."""
        self.ended = True
        self._wake()


def watching(watch: Watch) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """Ends the waiting with the application: as soon as it is told to stop, as the server stops when all has ended."""

    @asynccontextmanager
    async def beside(_: Litestar) -> AsyncIterator[None]:
        with _told_to_stop(partial(asyncio.get_running_loop().call_soon_threadsafe, watch.end)):
            try:
                yield
            finally:
                watch.end()

    return beside


@contextmanager
def _told_to_stop(then: Callable[[], object]) -> Iterator[None]:
    """Do that too when the process is told to stop. The loop's own handlers go on: they hear of each signal by the
    wake-up descriptor (`signal.set_wakeup_fd`), whatever function stands beside it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears of signals
        return
    before = {number: signal.signal(number, lambda *_: then()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
