"""Spans of requests, for who collects them (OpenTelemetry), as OpenTelemetry's own environment variables say.

A span has the route's pattern, never the path or the query: those may name orders, people, or a customer's link.
Attributes are those of https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
"""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from litestar import Litestar
from litestar.concurrency import sync_to_thread

from ordertrail import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from ordertrail.web.tracing import Observer

EXPORTERS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""The environment variables that name where spans go: without one there are none."""

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def wanted() -> bool:
    """Whether somebody collects spans."""
    return any(os.environ.get(name) for name in EXPORTERS)


def available() -> bool:
    """Whether the packages are there that send spans."""
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.exporter") is not None


def provider() -> "TracerProvider":
    """What makes spans and sends them, over HTTP."""
    # Here, because most services do without.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    found = TracerProvider(resource=Resource.create({"service.name": "ordertrail", "service.version": __version__}))
    found.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return found


def spans(of: "TracerProvider") -> "Observer":
    """Makes a span of each answered request, within the trace that its `traceparent` names."""
    from opentelemetry.trace import SpanKind, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    tracer, propagator = of.get_tracer("ordertrail.web", __version__), TraceContextTextMapPropagator()

    def observe(scope: Any, status: int, seconds: float) -> None:
        end = time.time_ns()
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        route = scope.get("path_template") or None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        span = tracer.start_span(
            f"{method} {route}" if route else method,
            context=propagator.extract(headers),
            kind=SpanKind.SERVER,
            start_time=end - int(seconds * 1e9),
            attributes={
                "http.request.method": method,
                "http.response.status_code": status,
                "ordertrail.request_id": scope["state"]["request_id"],
                **({"http.route": route} if route else {}),
            },
        )
        if status >= 500 or status == 0:  # none was answered: the client went, or all failed
            span.set_status(StatusCode.ERROR)
        span.end(end)

    return observe


def sending(of: "TracerProvider") -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """Sends what spans are left when the service ends."""

    @asynccontextmanager
    async def sent(app: Litestar) -> AsyncIterator[None]:
        yield
        await sync_to_thread(of.shutdown)

    return sent
