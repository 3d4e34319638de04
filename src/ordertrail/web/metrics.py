"""What Prometheus is told. Labels are names of routes and operations, never anything of an order or of a person.

Each process counts for itself; where several serve, their counts lie in files of one folder, and are added when asked
for.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

from litestar import Response, get
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from ordertrail.reading import log_size
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, Trail
from ordertrail.web.settings import METRICS_FOLDER

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
OUTCOMES = {2: "done", 4: "refused", 5: "failed"}


class Metrics:
    """What one application counts."""

    def __init__(self, connections: Callable[[], int]) -> None:
        """`connections` says how many connections to the database are in use."""
        self._registry, self._connections = CollectorRegistry(), connections
        self._in_use = Gauge(
            "ordertrail_connections_in_use",
            "Connections to the database that were in use when the last request had been answered.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._seconds = Histogram(
            "ordertrail_request_seconds",
            "From a request's arrival to the end of its answer.",
            ["method", "route"],
            registry=self._registry,
        )
        self._operations = Counter(
            "ordertrail_operations",
            "Requests that would write, by what they would do and what became of them.",
            ["operation", "outcome"],
            registry=self._registry,
        )

    def count(self, scope: Any, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._in_use.set(self._connections())
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._seconds.labels(method, scope.get("path_template") or "none").observe(seconds)
        operation = getattr(scope.get("route_handler"), "operation_id", None)
        if method not in ("GET", "other") and isinstance(operation, str):
            self._operations.labels(operation, OUTCOMES.get(status // 100, "failed")).inc()

    def page(self, trail: OrderTrail) -> bytes:
        """Everything, in the text format of Prometheus. Raises StoreError."""
        together = CollectorRegistry()
        if METRICS_FOLDER in os.environ:
            MultiProcessCollector(together)  # type: ignore[no-untyped-call]
            counted = generate_latest(together)
        else:
            counted = generate_latest(self._registry)
        recorded = CollectorRegistry()
        recorded.register(_Recorded(trail))
        return counted + generate_latest(recorded)


class _Recorded(Collector):
    """What the database says, which is the same whichever process is asked."""

    def __init__(self, trail: OrderTrail) -> None:
        self._trail = trail

    def describe(self) -> list[Metric]:
        """Nothing, so that to register it reads nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        """How many entries have a place in the log, and how many still wait for one."""
        tables = self._trail.store.tables
        with self._trail.store.reading() as transaction:
            placed = log_size(transaction, tables)
            waiting = 0
            if tables.sequences:
                [[waiting]] = transaction.rows(select(func.count()).select_from(tables.log_pending))
        yield CounterMetricFamily("ordertrail_entries", "Entries that have their place in the log.", placed)
        yield GaugeMetricFamily("ordertrail_entries_waiting", "Entries that wait for their place.", waiting)


def route(metrics: Metrics, **options: Any) -> Any:
    """GET /metrics. It asks for a token, since how much a shop sells is nothing for strangers."""

    @get("/metrics", include_in_schema=False, permissions=SEES_ORDERS, sync_to_thread=True, **options)
    def show(trail: Trail) -> Response[bytes]:
        """The page that Prometheus reads."""
        return Response(metrics.page(trail), media_type=MEDIA_TYPE)

    return show
