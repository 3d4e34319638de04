"""Places entries in the log while the service runs. Any number of processes may: they take turns."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from threading import Event, Thread

from litestar import Litestar

from ordertrail.trail import OrderTrail
from ordertrail.web import logs

AT_ONCE = 1000
PAUSE = 0.05
"""Seconds between two looks at what waits: how late an entry can be in the feed."""
AFTER_FAILURE = 1.0


def sequencing(trail: OrderTrail) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """What runs beside the application, from its start to its end."""

    @asynccontextmanager
    async def beside(_: Litestar) -> AsyncIterator[None]:
        ended = Event()
        thread = Thread(target=place, args=(trail, ended), name="sequencer", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    return beside


def place(trail: OrderTrail, ended: Event) -> None:
    """Place what waits, until the end. A failure is logged, and tried again."""
    pause = 0.0
    while not ended.wait(pause):
        try:
            pause = 0.0 if trail.sequence(AT_ONCE) == AT_ONCE else PAUSE
        except Exception as error:  # or nothing would be placed any more, and nobody would know
            logs.failure("not sequenced", error)
            pause = AFTER_FAILURE
