"""The application: routes, who may come in, errors. The only place of the service that knows every part."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from litestar import Litestar, Request, Router, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import Guard

from ordertrail.trail import OrderTrail
from ordertrail.web.api import (
    access,
    accesses,
    activities,
    customers,
    many,
    notes,
    operations,
    orders,
    reference,
    session,
    webhooks,
)
from ordertrail.web.asking import Site, Trail, Who, admission, admitted, check_query
from ordertrail.web.auth.caller import Authenticate
from ordertrail.web.auth.openid import OpenID
from ordertrail.web.browsing import BrowsablePage
from ordertrail.web.console import app as console
from ordertrail.web.console.problems import for_people
from ordertrail.web.forgetting import forgetting
from ordertrail.web.heads import answering_heads
from ordertrail.web.ledger import Ledger, keeping
from ordertrail.web.metrics import Metrics, route
from ordertrail.web.openapi import configuration, describe, permissions
from ordertrail.web.problems import HANDLERS, failed
from ordertrail.web.sequencing import sequencing
from ordertrail.web.streaming import Streams
from ordertrail.web.together import Together
from ordertrail.web.tracing import Observer, tracing
from ordertrail.web.watching import Watch, watching
from ordertrail.web.webhooks.running import delivering

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]

AS_ASKED = Site()
"""Reached at the address that requests name, through no proxy."""

LARGEST_BODY = 1_000_000
"""Bytes of a request's body."""


@get("/health", include_in_schema=False, sync_to_thread=False)
def health() -> dict[str, str]:
    """That the process runs."""
    return {"status": "running"}


@get("/ready", include_in_schema=False, sync_to_thread=True)
def ready(trail: Trail) -> dict[str, str]:
    """That the database answers. Raises StoreError."""
    trail.orders(limit=1)
    return {"status": "ready"}


def build(
    trail: OrderTrail,
    authenticate: Authenticate,
    *,
    openid: OpenID | None = None,
    site: Site = AS_ASKED,
    largest_body: int = LARGEST_BODY,
    webhook_networks: tuple[str, ...] = (),
    observers: Sequence[Observer] = (),
    lifespan: Sequence[Lifespan] = (),
) -> Litestar:
    """The service over an open trail, for users who sign in and for callers whom `authenticate` knows.

    On SQLite `authenticate` is asked between requests: best over a trail that has a connection for nothing else.

    `openid` is where users sign in beside the service itself, `site` how it is reached, `largest_body` how many bytes
    of a request's body are read, `webhook_networks` where webhooks may go beside public addresses. `observers` are told
    of each answered request, and `lifespan` holds what lasts as long as the service does.
    """
    admit = admission(authenticate, trail, site)

    def at_site(trail: Trail) -> Site:
        return site

    streams, together = Streams(trail), Together(trail)
    watch, metrics = Watch(trail.log_size), Metrics(trail.store.connections)
    needed: dict[str, tuple[str, ...] | None] = {}  # once the routes are there
    ledger = Ledger(trail, lambda scope: site.address(Request(scope)))
    app = Litestar(
        [
            health,
            ready,
            route(metrics, guards=[admit]),
            _api(admit, session.router(openid), together),
            console.router(trail, site),
        ],
        dependencies={
            "trail": Provide(lambda: trail, sync_to_thread=False),
            "site": Provide(at_site, sync_to_thread=False),
            "streams": Provide(lambda: streams, sync_to_thread=False),
            "watch": Provide(lambda: watch, sync_to_thread=False),
            "networks": Provide(lambda: webhook_networks, sync_to_thread=False),
            "ledger": Provide(lambda: ledger, sync_to_thread=False),
        },
        exception_handlers={**HANDLERS, HTTPException: for_people(trail, site, failed)},
        request_max_body_size=largest_body,
        middleware=[tracing(metrics.count, ledger.observe, *observers)],
        logging_config=None,
        # On SQLite every entry has its position from the beginning.
        lifespan=[
            watching(watch),
            keeping(ledger),
            delivering(trail, webhook_networks),
            forgetting(trail),
            *([sequencing(trail)] if trail.store.tables.sequences else []),
            *lifespan,
        ],
        openapi_config=configuration(site.public_url or "/", BrowsablePage(needed)),
    )
    needed.update(permissions(app))
    describe(app, needed)
    # Around all of it: a route is found before any middleware is asked.
    app.asgi_handler = answering_heads(app.asgi_handler)
    return app


def _api(admit: Guard, signing_in: Router, together: Together) -> Router:
    def at_work(who: Who) -> Together:  # one after the other: see `admitted`
        return together

    return Router(
        "/v1",
        route_handlers=[
            orders.ROUTER,
            operations.ROUTER,
            many.ROUTER,
            notes.ROUTER,
            activities.ROUTER,
            reference.ROUTER,
            customers.ROUTER,
            signing_in,
            access.ROUTER,
            accesses.ROUTER,
            webhooks.ROUTER,
        ],
        before_request=check_query,
        guards=[admit],
        dependencies={
            "who": Provide(admitted, sync_to_thread=False),
            "together": Provide(at_work, sync_to_thread=False),
        },
    )
