"""Signing in and out. What was typed while a session ended is kept through it."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from ordertrail.errors import OrderTrailError
from ordertrail.orders.operations import OPERATIONS
from ordertrail.web import cookies
from ordertrail.web.asking import AnyRequest, AtSite, Trail
from ordertrail.web.auth.errors import SignInRefused, TooManyAttempts
from ordertrail.web.auth.sessions import Session, end_session, sign_in, was_of
from ordertrail.web.auth.users import known
from ordertrail.web.console.entering import TOKEN, Said, said_by, session_here
from ordertrail.web.console.pages import View, page, redirect, view_of
from ordertrail.web.problems import status_of

HOME = "/orders"


class Kept(msgspec.Struct, frozen=True):
    """A form that nobody was signed in for any more: where it goes, what it says, and the token that it came with."""

    path: str
    values: dict[str, list[str]]
    token: str

    @property
    def about(self) -> tuple[str, str] | None:
        """The order's number and the operation, where it goes to the form of one."""
        found = re.fullmatch(r"/orders/([^/?]+)/do/([a-z_]+)(\?.*)?", self.path)
        return (unquote(found[1]), found[2]) if found and found[2] in OPERATIONS else None

    def is_of(self, session: Session) -> bool:
        """Whether whoever typed it is signed in again: it is nobody else's to read or to send."""
        return was_of(self.token, session.caller.actor.id)


def kept(path: str, said: Said) -> Kept:
    """What was sent to an address."""
    return Kept(path, {name: values for name, values in said.values.items() if name != TOKEN}, said.text(TOKEN))


def _read(text: str) -> Kept | None:
    try:
        found = msgspec.json.decode(text, type=Kept)
    except msgspec.DecodeError:
        return None
    return found if is_ours(found.path) else None


def is_ours(path: str) -> bool:
    """Whether an address is one of this site, and no other's that begins with two slashes."""
    return path.startswith("/") and not path.startswith(("//", "/\\"))


def sign_in_page(view: View, status: int = HTTPStatus.OK, **values: Any) -> Response[Any]:
    """The page on which one signs in."""
    return page(view, "sign_in.html", status, **{"next": "", "kept": "", "name": "", "error": "", **values})


@get("/sign-in", open_to_all=True, include_in_schema=False, sync_to_thread=False)
def show_sign_in(trail: Trail, site: AtSite, request: AnyRequest, next: FromQuery[str] = "") -> Response[Any]:
    """The page on which one signs in."""
    return sign_in_page(view_of(request, trail, site), next=next)


@post("/sign-in", open_to_all=True, include_in_schema=False, sync_to_thread=True)
def signing_in(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Sign in with a name and a password, and go on where one was."""
    said, view = said_by(request), view_of(request, trail, site)
    name, held, after = said.text("name").strip(), said.text("kept"), said.text("next")
    state = request.scope["state"]
    state["typed"] = known(trail, name)
    try:
        session, text = sign_in(trail, name, said.text("password"), address=site.address(request))
    except (SignInRefused, TooManyAttempts) as error:
        state["problem"] = type(error).__name__
        return _again(view, error, next=after, kept=held, name=name)
    form = _read(held)
    state["session"] = session
    view = view_of(request, trail, site)
    onward = after if is_ours(after) else HOME
    mine = form is not None and form.is_of(session)
    answer: Response[Any] = (
        page(view, "go_on.html", form=form, reasons=trail.reasons) if mine else redirect(view, onward)
    )
    answer.cookies.append(cookies.of_session(site.secure(request), text))
    return answer


def _again(view: View, error: OrderTrailError, **values: str) -> Response[Any]:
    return sign_in_page(view, status_of(type(error)), error=str(error), **values)


@post("/sign-out", open_to_all=True, include_in_schema=False, sync_to_thread=True)
def signing_out(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Sign out."""
    session = session_here(request)
    if session is not None and said_by(request).text(TOKEN) == session.csrf_token:
        end_session(trail, session)
    answer = redirect(view_of(request, trail, site), "/sign-in")
    answer.cookies.extend(cookies.without_session(site.secure(request)))
    return answer
