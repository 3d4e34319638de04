"""Errors as programs read them over HTTP: problem details of RFC 9457, with a `type` for each class of error.

The type is `urn:ordertrail:problem:` and the class's name in kebab case, so it never changes while the class exists.
What a database's driver said is never passed on: of a StoreError only what its class says.
"""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from ordertrail import errors
from ordertrail.answers import PREFIX, name_of
from ordertrail.errors import OrderTrailError, StoreError
from ordertrail.web import logs
from ordertrail.web.auth.errors import LinkNotValid, NotConfirmed, SignInRefused, TooManyAttempts, WriteNotShown

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[type[OrderTrailError], HTTPStatus] = {
    errors.InvalidInput: HTTPStatus.BAD_REQUEST,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.UnknownId: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownEventType: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Refused: HTTPStatus.CONFLICT,
    errors.NotPermitted: HTTPStatus.FORBIDDEN,
    errors.NoteNeverChanges: HTTPStatus.FORBIDDEN,
    errors.OrderChanged: HTTPStatus.PRECONDITION_FAILED,
    errors.IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    SignInRefused: HTTPStatus.UNAUTHORIZED,
    NotConfirmed: HTTPStatus.UNAUTHORIZED,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    LinkNotValid: HTTPStatus.FORBIDDEN,
    WriteNotShown: HTTPStatus.FORBIDDEN,
    errors.StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.RecordDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of an error: that of its class, or of the nearest class above."""

RETRY_AFTER: Mapping[HTTPStatus, int] = {HTTPStatus.SERVICE_UNAVAILABLE: 1, HTTPStatus.TOO_MANY_REQUESTS: 900}
"""After how many seconds a client may try again: what the database had no time for, what was tried too often."""


_HUNG_UP = "client disconnected prematurely"
"""What Litestar says of a client that went in the middle of a body."""


_PERSONAL = re.compile(r"""[^\s'"`<>]*@[^\s'"`<>]+|\b(?:ot|os|ol|whsec)_[A-Za-z0-9_+/=-]{8,}""")
"""An e-mail address, or the text of a token, a session or a webhook's secret."""


class NotAuthenticated(HTTPException):
    """No valid credentials came with the request."""

    status_code = HTTPStatus.UNAUTHORIZED


def status_of(error: type[OrderTrailError]) -> HTTPStatus:
    """The status of an error's class."""
    return next(STATUSES[above] for above in error.__mro__ if above in STATUSES)


def refused(request: Request[Any, Any, Any], error: OrderTrailError) -> Response[dict[str, Any]]:
    """What ordertrail refuses or cannot do."""
    request.scope["state"]["problem"] = name_of(type(error))
    if isinstance(error, StoreError):
        logs.failure("failed", error, request_id=request.scope["state"].get("request_id"))
    found = as_problem(error)
    seconds = RETRY_AFTER.get(HTTPStatus(found["status"]))
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    return _answer(found, headers)


def as_problem(error: OrderTrailError) -> dict[str, Any]:
    """What ordertrail refuses or cannot do, as problem details."""
    detail = said(type(error)) if isinstance(error, StoreError) else str(error)
    return problem(name_of(type(error)), status_of(type(error)), detail, **members_of(error))


def said(error: type[Exception]) -> str:
    """What the docstring of a class says, as one paragraph."""
    return " ".join((error.__doc__ or "").split())


def members_of(error: OrderTrailError) -> dict[str, Any]:
    """What a program can decide by, beyond the type: the fields of the error."""
    members = {name: value for name, value in vars(error).items() if name != "why"}
    if isinstance(error, errors.OrderChanged):
        # Not their titles and details: who asks may not be one who may see personal data.
        members["since"] = [{"seq": note.seq, "event_type": note.event_type} for note in error.since]
    return members


def failed(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """What the server refuses before ordertrail is asked: no such route, too large a body, no credentials …"""
    # Litestar takes it for a mistake of the server, and nobody is left to be told; but logs and metrics would count it.
    status = HTTPStatus.BAD_REQUEST if error.detail == _HUNG_UP else HTTPStatus(error.status_code)
    headers = dict(error.headers or {})
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    detail = _detail(error) if status < HTTPStatus.INTERNAL_SERVER_ERROR else status.description
    return _answer(problem(status.phrase.lower().replace(" ", "-"), status, detail), headers)


def _detail(error: HTTPException) -> str:
    """What was wrong. Litestar's own sentence holds the address with its query, which may be personal."""
    if isinstance(error, ValidationException):
        wrong = error.extra if isinstance(error.extra, list) else []
        return "; ".join(f"{one.get('key', 'this request')}: {one['message']}" for one in wrong) or "not valid"
    return error.detail


def broken(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A mistake of ours: it is logged, and the caller learns nothing of it but the request's id."""
    logs.failure("failed", error, request_id=request.scope["state"].get("request_id"))
    return _answer(problem("internal-server-error", HTTPStatus.INTERNAL_SERVER_ERROR, "the server made a mistake"), {})


def problem(name: str, status: HTTPStatus, detail: str, **members: Any) -> dict[str, Any]:
    """Problem details; `members` are those that belong to the type."""
    told = _PERSONAL.sub("[…]", detail)  # what is wrong is said back, and programs keep what they are told in logs
    content = {"type": PREFIX + name, "title": name.replace("-", " "), "status": status, "detail": told, **members}
    found: dict[str, Any] = msgspec.to_builtins(content)
    return found


def _answer(found: dict[str, Any], headers: Mapping[str, str]) -> Response[dict[str, Any]]:
    return Response(found, status_code=found["status"], headers=dict(headers), media_type=MEDIA_TYPE)


HANDLERS: Mapping[type[Exception] | int, Callable[..., Response[Any]]] = {
    OrderTrailError: refused,
    HTTPException: failed,
    Exception: broken,
}
