"""Delivers beside the application, from its start to its end. Any number of processes may: they share the endpoints."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from secrets import token_hex
from threading import Event, Thread

from litestar import Litestar

from ordertrail.trail import OrderTrail
from ordertrail.web import logs
from ordertrail.web.webhooks.delivering import Delivery
from ordertrail.web.webhooks.sending import Sender

PAUSE = 0.5
"""Seconds between two looks at what there is to deliver."""

AT_ONCE = 4
"""For how many endpoints a process works at once: one that hangs holds up no other."""


def delivering(trail: OrderTrail, networks: tuple[str, ...]) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """What runs beside the application."""

    @asynccontextmanager
    async def beside(_: Litestar) -> AsyncIterator[None]:
        ended = Event()
        thread = Thread(target=deliver, args=(trail, networks, ended), name="webhooks", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    return beside


def deliver(trail: OrderTrail, networks: tuple[str, ...], ended: Event) -> None:
    """Deliver until the end; a message that is under way is finished. A failure is logged, and tried again."""
    sender = Sender(networks)
    delivery = Delivery(trail, sender, token_hex(8), ended.is_set)
    working: dict[str, Future[None]] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as workers:
        while not ended.wait(PAUSE):
            try:
                for endpoint_id in delivery.due():
                    if endpoint_id not in working or working[endpoint_id].done():
                        working[endpoint_id] = workers.submit(_work, delivery, endpoint_id)
            except Exception as error:  # or nothing would be delivered any more, and nobody would know
                logs.failure("not looked for webhooks", error)
    sender.close()


def _work(delivery: Delivery, endpoint_id: str) -> None:
    try:
        delivery.work(endpoint_id)
    except Exception as error:
        logs.failure("webhooks not delivered", error, webhook=endpoint_id)
