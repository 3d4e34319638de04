"""Each request has an id: it came with one, or is given one. A line is logged when it is answered."""

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ordertrail.web import logs

HEADER = "x-request-id"
_ID = re.compile("[A-Za-z0-9._-]{1,128}")
LONGEST = 100


Observer = Callable[[Any, int, float], None]
"""Told of each answered request: its scope, the status of the answer, and how many seconds it took."""


def tracing(*observers: Observer) -> Callable[[ASGIApp], ASGIApp]:
    """The middleware by which requests have ids and are logged, and `observers` are told of them."""
    return partial(_traced, observers=observers)


def _traced(app: ASGIApp, observers: Sequence[Observer]) -> ASGIApp:
    async def trace(scope: Scope, receive: Receive, send: Send) -> None:
        if ScopeType(scope["type"]) is not ScopeType.HTTP:
            await app(scope, receive, send)
            return
        began, answered = time.perf_counter(), {"status": 0}
        request_id = scope["state"]["request_id"] = _id(dict(scope["headers"]).get(HEADER.encode(), b""))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered["status"] = message["status"]
                MutableScopeHeaders.from_message(message)[HEADER] = request_id
            await send(message)

        try:
            await app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            _log(scope, request_id, answered["status"], seconds)
            for observe in observers:
                observe(scope, answered["status"], seconds)

    return trace


def _id(given: bytes) -> str:
    text = given.decode("latin-1")
    return text if 0 < len(text) <= LONGEST and text.isascii() and text.isprintable() else str(uuid4())


def _path(scope: Any) -> str:
    """The path of a request; but its pattern, where something else than an id stands in it, such as an address."""
    values = map(str, scope.get("path_params", {}).values())
    path: str = scope["path"] if all(map(_ID.fullmatch, values)) else scope["path_template"]
    return path


def _log(scope: Any, request_id: str, status: int, seconds: float) -> None:
    logs.event(
        "answered",
        request_id=request_id,
        method=scope["method"],
        path=_path(scope),
        status=status,
        milliseconds=round(seconds * 1000, 1),
    )
