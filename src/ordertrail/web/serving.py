"""Runs the service: granian starts the processes, each of which opens the database for itself."""

import os
import signal
import socket
import time
from tempfile import TemporaryDirectory
from threading import Thread

import httpx
import msgspec
from litestar import Litestar

from ordertrail.errors import OrderTrailError
from ordertrail.store import addresses
from ordertrail.trail import OrderTrail
from ordertrail.web import logs, telemetry
from ordertrail.web.auth.openid import OpenID
from ordertrail.web.auth.tokens import authenticator
from ordertrail.web.settings import METRICS_FOLDER, Settings

TOLD = "ORDERTRAIL_SERVING"
"""The environment variable that tells the processes their settings, as JSON."""


class CannotServe(OrderTrailError):
    """The service cannot begin as it was told to."""


def serve(settings: Settings) -> None:
    """Serve until it is told to stop; what was accepted is finished first. Raises StoreError or CannotServe."""
    _check_telemetry()
    _check_database(settings.database)
    _check_free(settings.host, settings.port)
    os.environ[TOLD] = msgspec.json.encode(settings).decode()
    logs.configure(settings.log_level)
    with TemporaryDirectory(prefix="ordertrail-metrics-") as folder:
        os.environ[METRICS_FOLDER] = folder
        _run(settings)


def _run(settings: Settings) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    # Until a worker minds signals itself it has the handlers of its parent, which would do nothing for it.
    os.register_at_fork(after_in_child=_end_when_told)
    logs.event("serving", address=f"http://{settings.host}:{settings.port}", workers=settings.workers)
    Granian(
        "ordertrail.web.serving:application",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=30,
    ).serve()


def _end_when_told() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def _check_telemetry() -> None:
    """Raise CannotServe where spans are wanted, and what sends them is not there."""
    if telemetry.wanted() and not telemetry.available():
        raise CannotServe(
            f"{' or '.join(telemetry.EXPORTERS)} is set, and what sends spans is not there:"
            " install it (`pip install 'ordertrail[telemetry]'`), or unset it"
        )


def _check_database(url: str) -> None:
    """Make the database ready or refuse it here, once, rather than in each process. Raises StoreError, CannotServe."""
    address = addresses.read(url)
    if addresses.on_sqlite(address) and address.database in (None, "", ":memory:"):
        raise CannotServe("a database in memory is gone with its process, and each has its own: give a file")
    OrderTrail.open(url).close()


def _check_free(host: str, port: int) -> None:
    """Raise CannotServe where nobody can listen: the processes would end without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        raise CannotServe(f"nobody can listen on {host}, port {port} ({error.strerror}): give another one") from None


def _end_with(parent: int) -> None:
    """Stop when the process is gone that started this one: killed, it can tell nobody."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def application() -> Litestar:
    """The application of one process, with the settings that the environment tells."""
    # Not above: prometheus_client decides when it is imported whether processes count together.
    from ordertrail.web.app import build
    from ordertrail.web.asking import Site

    settings = msgspec.json.decode(os.environ[TOLD], type=Settings)
    logs.configure(settings.log_level)
    Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
    trail = OrderTrail.open(settings.database, create=False, pool_size=settings.pool_size)
    openid = None if settings.openid is None else OpenID(settings.openid, httpx.Client(timeout=10))
    site = Site(settings.public_url, settings.trusted_proxies)
    # On SQLite tokens are looked up between requests, where nobody may wait for a connection that writers have.
    alone = trail.store.tables.one_writer
    lookups = OrderTrail.open(settings.database, create=False, pool_size=1) if alone else trail
    spans = telemetry.provider() if telemetry.wanted() else None
    return build(
        trail,
        authenticator(lookups),
        openid=openid,
        site=site,
        largest_body=settings.largest_body,
        webhook_networks=settings.webhook_networks,
        observers=() if spans is None else [telemetry.spans(spans)],
        lifespan=() if spans is None else [telemetry.sending(spans)],
    )
