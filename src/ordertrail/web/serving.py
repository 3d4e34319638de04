"""Runs the service: granian starts the processes, each of which opens the database for itself."""

import os
import socket

import msgspec
from litestar import Litestar

from ordertrail.errors import OrderTrailError
from ordertrail.trail import OrderTrail
from ordertrail.web import logs
from ordertrail.web.app import build
from ordertrail.web.auth.tokens import authenticator

DATABASE = "ORDERTRAIL_DATABASE"
"""The environment variable that names the database, to the processes too."""


class CannotServe(OrderTrailError):
    """The service cannot begin as it was told to."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the service listens, with how many processes, on which database."""

    database: str
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1


def serve(settings: Settings) -> None:
    """Serve until it is told to stop; what was accepted is finished first. Raises StoreError or CannotServe."""
    from granian import Granian
    from granian.constants import Interfaces

    OrderTrail.open(settings.database).close()  # made ready or refused here, once, rather than in each process
    _check_free(settings.host, settings.port)
    os.environ[DATABASE] = settings.database
    logs.configure()
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


def _check_free(host: str, port: int) -> None:
    """Raise CannotServe where nobody can listen: the processes would end without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        raise CannotServe(f"nobody can listen on {host}, port {port} ({error.strerror}): give another one") from None


def application() -> Litestar:
    """The application of one process, on the database that the environment names."""
    logs.configure()
    trail = OrderTrail.open(os.environ[DATABASE], create=False)
    return build(trail, authenticator(trail))
