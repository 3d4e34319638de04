"""/v1/session: signing in and out, and who I am."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.params import RawBody

from ordertrail.errors import InvalidInput
from ordertrail.notes.times import micros
from ordertrail.orders.arguments import parse, parse_json
from ordertrail.web import cookies
from ordertrail.web.asking import AnyRequest, AtSite, Site, Trail, Who, check_shown, session_of_request
from ordertrail.web.auth.caller import Caller
from ordertrail.web.auth.errors import NotConfirmed
from ordertrail.web.auth.openid import OpenID, Started
from ordertrail.web.auth.provision import provisioned
from ordertrail.web.auth.sealing import seal, unseal
from ordertrail.web.auth.sessions import Session, begin, end_session, sign_in
from ordertrail.web.auth.users import Verified, known

JSON = "application/json"
STARTED = "ordertrail-sign-in"
"""The cookie, and the purpose of the seal, of a sign-in that has begun elsewhere."""

TIME_TO_SIGN_IN = timedelta(minutes=10)


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The name and the password of a user."""

    name: str
    password: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"  # what is shown in a log must not show the password


class WhoAmI(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls, and what they may do.

    With a session also the CSRF token that each of its writes shows in the header `X-CSRF-Token`, and when it ends.
    """

    kind: str
    id: str
    label: str | None
    channel: str
    role: str
    permissions: list[str]
    csrf_token: str | None = None
    expires: datetime | None = None


@post("/", operation_id="sign_in", open_to_all=True, status_code=HTTPStatus.OK, sync_to_thread=True)
def sign_in_here(trail: Trail, site: AtSite, request: AnyRequest, body: RawBody) -> Response[WhoAmI]:
    """Sign in with a name and a password: the answer sets the session's cookie."""
    # A page of another site can send a form, but no JSON.
    if request.content_type[0] != JSON:
        raise InvalidInput(f"send the name and the password as {JSON}")
    given = parse(SignIn, parse_json(body))
    # For the record of refusals: what was typed is kept only where it names somebody.
    request.scope["state"]["typed"] = known(trail, given.name)
    session, text = sign_in(trail, given.name, given.password, address=site.address(request))
    return Response(_facts(session.caller, session), cookies=[cookies.of_session(site.secure(request), text)])


@get("/", operation_id="who_am_i", permissions=(), sync_to_thread=True)
def who_am_i(trail: Trail, site: AtSite, request: AnyRequest, who: Who) -> WhoAmI:
    """Who calls, and what they may do."""
    in_session = "authorization" not in request.headers
    return _facts(who, session_of_request(request, trail, site) if in_session else None)


@delete("/", operation_id="sign_out", open_to_all=True, sync_to_thread=True)
def sign_out(trail: Trail, site: AtSite, request: AnyRequest) -> Response[None]:
    """Sign out: the session ends at once, everywhere."""
    session = session_of_request(request, trail, site)
    if session is not None:
        check_shown(request, session)
        end_session(trail, session)
    return Response(None, cookies=cookies.without_session(site.secure(request)))


def _facts(caller: Caller, session: Session | None) -> WhoAmI:
    return WhoAmI(
        kind=caller.actor.kind,
        id=caller.actor.id,
        label=caller.actor.label,
        channel=caller.channel,
        role=caller.role,
        permissions=sorted(caller.permissions),
        csrf_token=None if session is None else session.csrf_token,
        expires=None if session is None else session.expires,
    )


def elsewhere(openid: OpenID) -> list[Any]:
    """The routes for signing in at an identity provider."""

    def back(site: Site, request: AnyRequest) -> str:
        return f"{site.url(request)}/v1/session/openid/callback"

    @get(
        "/openid",
        name="sign_in_elsewhere",
        operation_id="sign_in_elsewhere",
        open_to_all=True,
        status_code=HTTPStatus.FOUND,
        sync_to_thread=True,
    )
    def start(trail: Trail, site: AtSite, request: AnyRequest) -> Response[None]:
        """Sign in at the shop's identity provider: the browser is sent there, and comes back signed in."""
        started = openid.start(back(site, request))
        kept = {"url": started.url, "state": started.state, "nonce": started.nonce, "verifier": started.verifier}
        sealed = seal(trail, STARTED, kept, micros(trail.clock() + TIME_TO_SIGN_IN))
        cookie = cookies.cookie(site.secure(request), STARTED, sealed, max_age=int(TIME_TO_SIGN_IN.total_seconds()))
        return Response(None, status_code=HTTPStatus.FOUND, headers={"Location": started.url}, cookies=[cookie])

    @get(
        "/openid/callback",
        include_in_schema=False,
        status_code=HTTPStatus.FOUND,
        sync_to_thread=True,
        open_to_all=True,
        any_parameter=True,  # providers add their own
    )
    def callback(trail: Trail, site: AtSite, request: AnyRequest) -> Response[None]:
        secure = site.secure(request)
        kept = unseal(trail, STARTED, request.cookies.get(STARTED, ""))
        if kept is None:
            raise NotConfirmed("this sign-in was not begun here, or long ago: begin again")
        identity = openid.finish(Started(**kept), dict(request.query_params.items()), back(site, request))
        who = Verified(provisioned(trail, openid.provider, identity), None)
        _, text = begin(trail, who, how="at the identity provider", address=site.address(request))
        given = [cookies.of_session(secure, text), cookies.cookie(secure, STARTED, "", max_age=0)]
        home = {"Location": f"{site.url(request)}/"}
        return Response(None, status_code=HTTPStatus.FOUND, headers=home, cookies=given)

    return [start, callback]


def router(openid: OpenID | None) -> Router:
    """The routes: those of an identity provider only where there is one."""
    more: list[Callable[..., Any]] = [] if openid is None else elsewhere(openid)
    return Router("/session", route_handlers=[sign_in_here, who_am_i, sign_out, *more], tags=["Session"])
