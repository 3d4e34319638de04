"""Views that a reader has named: each is the address of a list, kept by the browser, and nobody else's."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Response, post

from ordertrail.errors import InvalidInput
from ordertrail.web import cookies
from ordertrail.web.asking import SEES_ORDERS, AnyRequest, AtSite, Trail
from ordertrail.web.auth.caller import Caller
from ordertrail.web.console.entering import said_by
from ordertrail.web.console.pages import redirect, view_of

COOKIE = "ordertrail-views"
MOST = 20
LONGEST = 3500
"""Characters of the cookie: a browser keeps 4,096 bytes of one, its name and what stands beside included (RFC 6265)."""

_A_YEAR = 365 * 24 * 3600

_read = msgspec.json.Decoder(dict[str, str]).decode


def _cookie(request: AnyRequest) -> str:
    """The name of the cookie: each who signs in at a browser has their own."""
    who: Caller = request.scope["state"]["caller"]
    return f"{COOKIE}-{sha256(who.actor.id.encode()).hexdigest()[:16]}"


def saved(request: AnyRequest) -> dict[str, str]:
    """The views of whoever asks, each name with the parameters of its address; none where the cookie is no such."""
    try:
        return _read(urlsafe_b64decode(request.cookies.get(_cookie(request), "")))
    except (ValueError, msgspec.DecodeError):
        return {}


@post("/orders/views", permissions=SEES_ORDERS, include_in_schema=False, sync_to_thread=False)
def save(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Give a list a name, or take one away. Raises InvalidInput where there is no name, or no room for one more."""
    said, views = said_by(request), saved(request)
    name = said.text("name").strip()
    if said.text("remove"):
        views.pop(said.text("remove"), None)
    elif not name or len(name) > 50:
        raise InvalidInput("a view needs a name of 1 to 50 characters")
    else:
        views[name] = said.text("query")
    value = urlsafe_b64encode(msgspec.json.encode(views)).decode()
    if len(views) > MOST or len(value) > LONGEST:
        raise InvalidInput(f"there is room for {MOST} views at most, and for less where their addresses are long")
    query = said.text("query")
    answer = redirect(view_of(request, trail, site), f"/orders?{query}" if query else "/orders")
    answer.cookies.append(cookies.cookie(site.secure(request), _cookie(request), value, max_age=_A_YEAR))
    return answer
