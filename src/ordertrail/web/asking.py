"""What a request says besides its body: who calls, which version of the order they saw, under which key and id."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from ordertrail.desk import Desk
from ordertrail.errors import InvalidInput, NotPermitted
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.caller import Authenticate, Caller
from ordertrail.web.problems import NotAuthenticated

AnyRequest = Request[Any, Any, Any]
Trail = NamedDependency[OrderTrail]
Who = NamedDependency[Caller]
OrderId = FromPath[str]
Seq = FromPath[int]


def caller(authenticate: Authenticate) -> Callable[[AnyRequest], Caller]:
    """Who sent a request, by its bearer token. The result raises NotAuthenticated, the same whatever was wrong."""

    def caller_of(request: AnyRequest) -> Caller:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        found = authenticate(token.strip()) if kind.lower() == "bearer" else None
        if found is None:
            raise NotAuthenticated("send a valid token: Authorization: Bearer …")
        address = request.client.host if request.client else None
        agent = request.headers.get("user-agent", "")[:1000] or None
        actor = msgspec.structs.replace(found.actor, address=address, user_agent=agent)
        return msgspec.structs.replace(found, actor=actor)

    return caller_of


def check_query(request: AnyRequest) -> None:
    """Raise InvalidInput for a parameter that the route does not have: a filter misspelt would filter nothing."""
    parameters = request.route_handler.parsed_fn_signature.parameters.items()
    known = {name for name, parameter in parameters if isinstance(parameter.kwarg_definition, QueryParameter)}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        there = f"there are {', '.join(sorted(known))}" if known else "there are none here"
        raise InvalidInput(f"there is no parameter {unknown[0][:50]!r}: {there}")


def require(who: Caller, *permissions: str) -> None:
    """Raise NotPermitted unless the caller has all of these permissions."""
    for permission in permissions:
        if not who.may(permission):
            raise NotPermitted(permission, "this request")


def desk_for(trail: OrderTrail, who: Caller) -> Desk:
    """The desk at which the caller works, with the rights of their role."""
    return trail.acting(who.actor, channel=who.channel, permissions=who.permissions, ceilings=who.ceilings)


def options(request: AnyRequest) -> dict[str, Any]:
    """What every operation takes besides its arguments, from the request's headers. Raises InvalidInput."""
    found: dict[str, Any] = {"cause": request.scope["state"]["request_id"]}
    key, seen = request.headers.get("idempotency-key"), request.headers.get("if-match")
    if key is not None:
        found["idempotency_key"] = key
    if seen is not None and seen != "*":
        found["expected_version"] = _version(seen)
    return found


def _version(tag: str) -> int:
    match = re.fullmatch(r'"([0-9]{1,15})"', tag)
    if match is None:
        raise InvalidInput(f'If-Match is {tag[:50]!r}: give one ETag as it came with the order, such as "7", or *')
    return int(match[1])


def etag(changed_seq: int) -> str:
    """The ETag of an order: the entry that last changed the document, so that a colleague's note is no conflict."""
    return f'"{changed_seq}"'
