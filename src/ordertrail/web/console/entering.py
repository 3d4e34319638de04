"""Who comes in to the console: somebody with a session, whose forms show its token; anybody else signs in first."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from ordertrail.errors import InvalidInput
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import AnyRequest, Site, require, session_of_request, with_where
from ordertrail.web.auth.errors import WriteNotShown
from ordertrail.web.auth.sessions import Session

READING = frozenset({"GET", "HEAD", "OPTIONS"})

TOKEN = "csrf"
"""The field of each form that shows the session's token."""


class Said(msgspec.Struct, frozen=True):
    """What a form says: each field with its values, in the order in which they came."""

    values: Mapping[str, list[str]]

    def text(self, name: str) -> str:
        """The value of a field, empty where it was not sent."""
        return self.values.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return self.values.get(name, [])

    def some(self, names: Iterable[str]) -> dict[str, str]:
        """The values of some fields, as far as something stands in them."""
        return {name: self.text(name) for name in names if self.text(name)}

    @property
    def texts(self) -> dict[str, str]:
        """The first value of each field, without the token."""
        return {name: values[0] for name, values in self.values.items() if values and name != TOKEN}


class SignInFirst(HTTPException):
    """Nobody is signed in, or no longer."""

    status_code = HTTPStatus.UNAUTHORIZED


def entrance(trail: OrderTrail, site: Site) -> Guard:
    """What lets a request through to its page: from here, with the session's token where it writes, and permitted."""

    async def enter(request: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler) -> None:
        assert isinstance(request, Request)  # there are no others
        state = request.scope["state"]
        writes = request.method not in READING
        state["said"] = said = await _said(request) if writes else Said({})
        if writes:
            _check_from_here(request, site)
        session = await sync_to_thread(session_of_request, request, trail, site)
        state["session"] = session = None if session is None else _here(session, request, site)
        if route.opt.get("open_to_all"):
            return
        if session is None or (writes and said.text(TOKEN) != session.csrf_token):
            # A form of a session that has ended is kept: whoever signs in again goes on with it.
            raise SignInFirst("sign in")
        state["caller"] = session.caller
        # What OPTIONS is answered with, Litestar says by itself, and it says nothing of any order.
        if request.method != "OPTIONS":
            require(session.caller, *route.opt["permissions"])

    return enter


def _here(session: Session, request: AnyRequest, site: Site) -> Session:
    """The session, whose actor comes from where the request does."""
    return msgspec.structs.replace(session, caller=with_where(session.caller, request, site))


async def _said(request: AnyRequest) -> Said:
    try:
        form: FormMultiDict = await request.form()
    except UnicodeDecodeError:
        raise InvalidInput("this form is not in UTF-8, as a browser sends it: open the page anew") from None
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        text = value if isinstance(value, str) else await _text_of(value)
        # Browsers end lines as mails do (RFC 5322), and the record as everybody else.
        found.setdefault(str(name), []).append(text.replace("\r\n", "\n"))
    return Said(found)


async def _text_of(file: UploadFile) -> str:
    """The text of a file: UTF-8, or what spreadsheets on Windows save without being asked."""
    try:
        content = await file.read()
    finally:
        await file.close()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _check_from_here(request: AnyRequest, site: Site) -> None:
    """Raise WriteNotShown for a form of another site, as browsers say it (https://www.w3.org/TR/fetch-metadata/)."""
    came_from, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = urlsplit(site.url(request))
    elsewhere = origin not in (None, f"{ours.scheme}://{ours.netloc}") and came_from is None
    if elsewhere or came_from not in (None, "same-origin", "none"):
        raise WriteNotShown("this form was sent from another site: open the page here, and send it again")


def session_here(request: AnyRequest) -> Session | None:
    """The session of a request that was let through."""
    found: Session | None = request.scope["state"]["session"]
    return found


def said_by(request: AnyRequest) -> Said:
    """What the form of a request says."""
    found: Said = request.scope["state"]["said"]
    return found
