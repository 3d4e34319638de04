"""Pages: templates filled in for a reader, with headers that let a browser run and load nothing of anybody else's."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from litestar import MediaType, Response
from litestar.response import Stream
from markupsafe import Markup

from ordertrail.trail import OrderTrail
from ordertrail.web.asking import AnyRequest, Site
from ordertrail.web.auth.caller import Caller
from ordertrail.web.auth.sessions import Session
from ordertrail.web.console import wording
from ordertrail.web.console.assets import assets
from ordertrail.web.console.marking import breakable, marked
from ordertrail.web.console.reader import COOKIE, Reader, reader_of, zone_in, zones, zones_by_place
from ordertrail.web.console.translations import LANGUAGES

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of each page: no script and no style that stands in it, nothing from elsewhere, and no copy that outlives the
session."""


_OF_ADDRESSES = ":/?#[]@!$&'()*+,;=%"
"""Letters that stand for themselves in an address (RFC 3986, 2.2), and the one that escapes others."""

ICONS = "vendor/icons.svg"

PAUSE = 0.1
"""Seconds after which what is ready of a page is sent, where the rest is still to come."""

ELSEWHERE = "sign_in_elsewhere"
"""The name of the route by which users sign in at an identity provider, where there is one."""


class View(msgspec.Struct, frozen=True):
    """What every page knows: where the console is, who reads, who is signed in, and what the time is.

    `back` is where a reader is after they changed how they read: a page that came of a form is not there to go back to.
    `waiting` is how many orders of whoever is signed in are on hold too long, where a page says so. `zone` is
    the one that was chosen, if one was; `zone_is_open` is whether none was yet, on a page that a browser can load anew
    in its own.
    """

    root: str
    path: str
    query: str
    reader: Reader
    now: datetime
    session: Session | None = None
    elsewhere: bool = False
    waiting: int = 0
    back: str = ""
    zone: str = ""
    zone_is_open: bool = False

    @property
    def who(self) -> Caller:
        """Who is signed in. Raises AttributeError where nobody is."""
        assert self.session is not None
        return self.session.caller

    def url(self, path: str, **query: Any) -> str:
        """An address of the service, with parameters; those that are None or empty are left out."""
        given = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in query.items()
            if value not in (None, "", [], ())
        }
        return f"{self.root}{path}" + (f"?{urlencode(given, doseq=True)}" if given else "")

    def asset(self, name: str) -> str:
        """The address of a file."""
        return self.url(f"/assets/{name}", v=assets()[name].version)

    def icon(self, name: str) -> Markup:
        """A picture that says nothing by itself: words stand beside it."""
        # Of one file with all of them: what is drawn inline would be sent with each page.
        return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(self.asset(ICONS), name)

    def may(self, permission: str) -> bool:
        """Whether somebody is signed in who may do that."""
        return self.session is not None and self.session.caller.may(permission)

    def here(self, **query: Any) -> str:
        """This page's address with some parameters changed; those that are None or empty are left out."""
        return self.url(self.path, **{**parse_qs(self.query), **query})


def view_of(request: AnyRequest, trail: OrderTrail, site: Site) -> View:
    """What every page knows. A form is read, and answered, in the language and zone in which it was filled in: those
    may have been changed since, in another window."""
    said = request.scope["state"].get("said")
    filled_in = said.text("reader") if said else ""
    zone = zone_in(request.cookies.get(COOKIE))
    return View(
        root=urlsplit(site.public_url or "").path.rstrip("/"),
        path=request.url.path,
        query=request.url.query,
        reader=reader_of(filled_in or request.cookies.get(COOKIE), request.headers.get("accept-language")),
        now=trail.clock(),
        session=request.scope["state"].get("session"),
        elsewhere=_sign_in_elsewhere(request),
        back=str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
        if request.method == "GET"
        else (said.text("back") if said else "") or "/orders",
        zone=zone,
        zone_is_open=request.method == "GET" and not zone,
    )


def _sign_in_elsewhere(request: AnyRequest) -> bool:
    """Whether users can sign in at an identity provider."""
    return request.app.get_handler_index_by_name(ELSEWHERE) is not None


def page(view: View, template: str, status: int = HTTPStatus.OK, **values: Any) -> Response[str]:
    """A page."""
    return Response(
        filled_in(view, template, **values), status_code=status, media_type=MediaType.HTML, headers=dict(HEADERS)
    )


def page_in_parts(view: View, template: str, **values: Any) -> Stream:
    """A page that is sent while it is filled in: what its values have yet to bring is seen as it comes."""
    return Stream(
        _in_parts(_template(template).generate(**_known(view), **values)),
        status_code=HTTPStatus.OK,
        media_type="text/html; charset=utf-8",
        headers=dict(HEADERS),
    )


def _in_parts(pieces: Iterable[str]) -> Iterator[str]:
    waiting: list[str] = []
    sent = monotonic()
    for piece in pieces:
        waiting.append(piece)
        if monotonic() - sent > PAUSE:
            yield "".join(waiting)
            waiting.clear()
            sent = monotonic()
    yield "".join(waiting)


def redirect(view: View, path: str, *, to: str = "", **query: Any) -> Response[None]:
    """Somewhere else, after something was done: so that to load it again does nothing again (RFC 9110, 15.4.4). `to` is
    the element there that is led to."""
    # Whatever was typed: a header holds only ASCII, and a browser drops a tab that makes "/\t/" look like ours.
    headers = {**HEADERS, "Location": quote(view.url(path, **query), safe=_OF_ADDRESSES) + (f"#{to}" if to else "")}
    return Response(None, status_code=HTTPStatus.SEE_OTHER, headers=headers)


def filled_in(view: View, template: str, **values: Any) -> str:
    """A template filled in."""
    return _template(template).render(**_known(view), **values)


def _template(name: str) -> Template:
    return _environment().get_template(name)


def _known(view: View) -> dict[str, Any]:
    return {"view": view, "_": view.reader.say, "reader": view.reader, "session": view.session}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ordertrail.web.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "wording": wording,
        "LANGUAGES": LANGUAGES,
        "zones": zones,
        "zones_by_place": zones_by_place,
    }
    environment.filters |= {"words": wording.words, "marked": marked, "breakable": breakable}
    return environment
