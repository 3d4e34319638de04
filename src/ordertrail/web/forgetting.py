"""Forgets idempotency keys while the service runs: who has not come again in thirty days will not."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from threading import Event, Thread

from litestar import Litestar

from ordertrail.notes.times import micros
from ordertrail.trail import OrderTrail
from ordertrail.web import logs, once

KEPT = timedelta(days=30)
AT_ONCE = 500
"""Few, since others wait for who writes meanwhile."""
PAUSE = 3600.0
"""Seconds between two looks, once all is forgotten that is old enough."""


def forgetting(trail: OrderTrail) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """What runs beside the application, from its start to its end."""

    @asynccontextmanager
    async def beside(_: Litestar) -> AsyncIterator[None]:
        ended = Event()
        thread = Thread(target=forget, args=(trail, ended), name="forgetting", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    return beside


def forget(trail: OrderTrail, ended: Event) -> None:
    """Forget what is old, until the end. A failure is logged, and tried again."""
    pause = 1.0  # what came first is answered first
    while not ended.wait(pause):
        try:
            old = trail.clock() - KEPT
            once.forget(trail, micros(old))
            forgotten = trail.forget_keys(old, AT_ONCE)
            pause = 0.1 if forgotten == AT_ONCE else PAUSE
        except Exception as error:  # or nothing would be forgotten any more, and nobody would know
            logs.failure("no keys forgotten", error)
            pause = PAUSE
