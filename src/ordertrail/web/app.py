"""The application: routes, who may come in, errors. The only place of the service that knows every part."""

from litestar import Litestar, Router, get
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from ordertrail import __version__
from ordertrail.trail import OrderTrail
from ordertrail.web.api import access, activities, customers, many, notes, operations, orders, reference, session
from ordertrail.web.asking import SESSION_COOKIES, Site, Trail, caller, check_query
from ordertrail.web.auth.caller import Authenticate
from ordertrail.web.auth.openid import OpenID
from ordertrail.web.openapi import describe
from ordertrail.web.problems import HANDLERS
from ordertrail.web.sequencing import sequencing
from ordertrail.web.tracing import traced

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
    trail: OrderTrail, authenticate: Authenticate, *, openid: OpenID | None = None, public_url: str | None = None
) -> Litestar:
    """The service over an open trail, for users who sign in and for callers whom `authenticate` knows.

    `openid` is where users sign in beside the service itself, `public_url` the address at which browsers reach it, if
    that is another than the requests' own.
    """
    api = Router(
        "/v1",
        route_handlers=[
            orders.ROUTER,
            operations.ROUTER,
            many.ROUTER,
            notes.ROUTER,
            activities.ROUTER,
            reference.ROUTER,
            customers.ROUTER,
            session.router(openid),
            access.ROUTER,
        ],
        before_request=check_query,
        dependencies={"who": Provide(caller(authenticate, trail), sync_to_thread=True)},
    )
    app = Litestar(
        [health, ready, api],
        dependencies={
            "trail": Provide(lambda: trail, sync_to_thread=False),
            "site": Provide(lambda: Site(public_url), sync_to_thread=False),
        },
        exception_handlers=dict(HANDLERS),
        request_max_body_size=LARGEST_BODY,
        middleware=[traced],
        logging_config=None,
        # On SQLite every entry has its position from the beginning.
        lifespan=[sequencing(trail)] if trail.store.tables.schema else [],
        openapi_config=OpenAPIConfig(
            title="ordertrail",
            version=__version__,
            path="/v1/openapi",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin()],
            components=Components(
                security_schemes={
                    "token": SecurityScheme(type="http", scheme="bearer"),
                    "session": SecurityScheme(type="apiKey", name=SESSION_COOKIES[0], security_scheme_in="cookie"),
                    "csrf": SecurityScheme(type="apiKey", name="X-CSRF-Token", security_scheme_in="header"),
                }
            ),
        ),
    )
    describe(app)
    return app
