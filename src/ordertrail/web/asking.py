"""What a request says besides its body: who calls, which version of the order they saw, under which key and id."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from hmac import compare_digest
from ipaddress import ip_address, ip_network
from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, QueryParameter
from litestar.types import Guard
from litestar.typing import FieldDefinition

from ordertrail import given
from ordertrail.desk import Desk, checked_key
from ordertrail.errors import InvalidInput, InvalidTime, NotPermitted
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.orders.operations import OPERATIONS
from ordertrail.streams import By
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.caller import Authenticate, Caller
from ordertrail.web.auth.errors import WriteNotShown
from ordertrail.web.auth.sessions import Session, session_of
from ordertrail.web.problems import NotAuthenticated
from ordertrail.web.watching import Watch

AnyRequest = Request[Any, Any, Any]


class Site(msgspec.Struct, frozen=True):
    """At which address browsers reach the service, where that is another than the requests' own, and which proxies
    say from where a request came."""

    public_url: str | None = None
    proxies: tuple[str, ...] = ()

    def url(self, request: AnyRequest) -> str:
        """The address, without a slash at its end."""
        return (self.public_url or str(request.base_url)).rstrip("/")

    def secure(self, request: AnyRequest) -> bool:
        """Whether browsers come through TLS."""
        return self.url(request).startswith("https://")

    def path(self, request: AnyRequest) -> str:
        """The path of a request as browsers say it, without a slash at its end."""
        return urlsplit(self.public_url or "").path.rstrip("/") + request.url.path.rstrip("/")

    def address(self, request: AnyRequest) -> str | None:
        """From which address a request came: the last one that no trusted proxy has, as anybody can send others."""
        found = request.client.host if request.client else None
        said = request.headers.get("x-forwarded-for", "").split(",")
        while self.proxies and found is not None and self._trusts(found) and said and said[-1].strip():
            found = said.pop().strip()
        return found

    def _trusts(self, address: str) -> bool:
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return any(ip in ip_network(network) for network in self.proxies)


Trail = NamedDependency[OrderTrail]
AtSite = NamedDependency[Site]
Watching = NamedDependency[Watch]
Who = NamedDependency[Caller]
OrderId = FromPath[str]
Seq = FromPath[int]


SEES_PERSONAL = "personal.see"
SEES_ORDERS = ("order.see",)
"""What shows whose orders are and what people wrote, and what routes need that show orders."""

SESSION_COOKIES = ("__Host-ordertrail", "ordertrail")
"""The names of the cookie that holds a session: behind TLS, where no other host can set it, and without."""

CSRF_HEADER = "x-csrf-token"

ON_BEHALF_OF = "on-behalf-of"
"""The header in which an app says for whom it acts: both are recorded, and what is allowed is what the app may do."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def caller(authenticate: Authenticate, trail: OrderTrail, site: Site) -> Callable[[AnyRequest], Caller]:
    """Who sent a request, by its bearer token or its session.

    The result raises NotAuthenticated, the same whatever was wrong, and WriteNotShown.
    """

    def caller_of(request: AnyRequest) -> Caller:
        found = (
            _by_token(request, authenticate)
            if "authorization" in request.headers
            else _by_session(request, trail, site)
        )
        if found is None:
            raise NotAuthenticated("sign in, or send a valid token: Authorization: Bearer …")
        actor = msgspec.structs.replace(found.actor, on_behalf_of=_on_behalf_of(request, found.actor))
        return with_where(msgspec.structs.replace(found, actor=actor), request, site)

    return caller_of


def with_where(caller: Caller, request: AnyRequest, site: Site) -> Caller:
    """The caller, with the address and the program that a request came from."""
    agent = request.headers.get("user-agent", "")[:1000] or None
    actor = msgspec.structs.replace(caller.actor, address=site.address(request), user_agent=agent)
    return msgspec.structs.replace(caller, actor=actor)


def _on_behalf_of(request: AnyRequest, caller: Actor) -> str | None:
    """For whom an app says that it acts. Raises InvalidInput for one who is none, and for a person who says so."""
    person = request.headers.get(ON_BEHALF_OF)
    if person is None:
        return None
    if caller.kind is not ActorKind.APP:
        raise InvalidInput(f"only an app acts for somebody: leave {ON_BEHALF_OF} out, or come in with a token")
    return given.actor(msgspec.structs.replace(caller, on_behalf_of=person)).on_behalf_of


def _by_token(request: AnyRequest, authenticate: Authenticate) -> Caller | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return authenticate(token.strip()) if kind.lower() == "bearer" else None


def _by_session(request: AnyRequest, trail: OrderTrail, site: Site) -> Caller | None:
    session = session_of_request(request, trail, site)
    if session is None:
        return None
    if request.method not in _READING:
        check_shown(request, session)
    return session.caller


def session_of_request(request: AnyRequest, trail: OrderTrail, site: Site) -> Session | None:
    """The session that a request's cookie names, or None.

    Behind TLS only the cookie that no other host can set: a neighbour could plant the other one.
    """
    text = request.cookies.get(session_cookie(site.secure(request)))
    return None if text is None else session_of(trail, text)


def session_cookie(secure: bool) -> str:
    """The name of the cookie that holds a session."""
    return SESSION_COOKIES[0 if secure else 1]


def check_shown(request: AnyRequest, session: Session) -> None:
    """Raise WriteNotShown for a write without the session's CSRF token."""
    if not compare_digest(request.headers.get(CSRF_HEADER, "").encode(), session.csrf_token.encode()):
        raise WriteNotShown(f"a write within a session shows its CSRF token, in the header {CSRF_HEADER}")


@lru_cache(maxsize=256)
def _parameters(route: BaseRouteHandler) -> dict[str, FieldDefinition]:
    """The parameters that a route has, its own and those of what it asks for."""
    own = route.parsed_fn_signature.parameters
    asked = (
        found.parsed_fn_signature.parameters for name, found in route.resolve_dependencies().items() if name in own
    )
    all_of_them = {name: hint for signature in (own, *asked) for name, hint in signature.items()}
    return {name: hint for name, hint in all_of_them.items() if isinstance(hint.kwarg_definition, QueryParameter)}


async def check_query(request: AnyRequest) -> None:
    """Raise InvalidInput for a parameter that the route does not have: a filter misspelt would filter nothing.

    Where others decide what comes along, a route is declared with `any_parameter`.
    """
    if request.route_handler.opt.get("any_parameter"):
        return
    known = _parameters(request.route_handler)
    unknown = sorted(set(request.query_params) - known.keys())
    if unknown:
        there = f"there are {', '.join(sorted(known))}" if known else "there are none here"
        raise InvalidInput(f"there is no parameter {unknown[0][:50]!r}: {there}")
    for name, text in request.query_params.items():
        # A bare number would be taken for seconds since 1970, which hardly anybody means.
        if datetime in get_args(known[name].annotation) and re.fullmatch(r"[-+0-9.eE ]*", text):
            raise InvalidTime(f"{name} is {text[:50]!r}: give a time such as 2026-01-31T12:00:00Z")


def admission(authenticate: Authenticate, trail: OrderTrail, site: Site) -> Guard:
    """What lets a request through to its route: who sent it has all permissions that the route is declared with.

    A route that is open to all is declared so; any other asks who it is.
    """
    caller_of = caller(authenticate, trail, site)
    # A token is one row of a file, which readers never wait for: looked up before another thread would have woken.
    at_hand = trail.store.tables.one_writer

    async def admit(request: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler) -> None:
        assert isinstance(request, Request)  # there are no others
        # What OPTIONS is answered with, Litestar says by itself, and it says nothing of any order.
        if request.method != "OPTIONS" and not route.opt.get("open_to_all"):
            by_token = "authorization" in request.headers
            who = caller_of(request) if by_token and at_hand else await sync_to_thread(caller_of, request)
            request.scope["state"]["caller"] = who
            require(who, *route.opt["permissions"])

    return admit


def admitted(request: AnyRequest, site: AtSite) -> Caller:
    """Who sent a request that was let through.

    It asks for the site, as that asks for the trail, so that each is found after the other: for those that could be
    found at once Litestar starts tasks, which takes longer than all else that is done for a request.
    """
    found: Caller = request.scope["state"]["caller"]
    return found


def to_perform(name: str) -> tuple[str, ...]:
    """The permissions of a route that performs this operation."""
    return (OPERATIONS[name].permission,)


def require(who: Caller, *permissions: str) -> None:
    """Raise NotPermitted unless the caller has all of these permissions."""
    for permission in permissions:
        if not who.may(permission):
            raise NotPermitted(permission, "this request")


def showing(request: AnyRequest, order_ids: Iterable[str]) -> None:
    """Say of which orders an answer holds personal data, where the address of the request does not."""
    request.scope["state"]["showing"] = list(order_ids)


def acted(who: Caller, request: AnyRequest) -> By:
    """The caller, as the system streams name who did something."""
    return By(actor=who.actor, channel=who.channel, cause=request.scope["state"]["request_id"])


def desk_for(trail: OrderTrail, who: Caller) -> Desk:
    """The desk at which the caller works, with the rights of their role."""
    return trail.acting(who.actor, channel=who.channel, permissions=who.permissions, ceilings=who.ceilings)


def options(request: AnyRequest) -> dict[str, Any]:
    """What every operation takes besides its arguments, from the request's headers. Raises InvalidInput."""
    found: dict[str, Any] = {"cause": request.scope["state"]["request_id"]}
    key, seen = request.headers.get("idempotency-key"), request.headers.get("if-match")
    if key is not None:
        found["idempotency_key"] = checked_key(key)
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
