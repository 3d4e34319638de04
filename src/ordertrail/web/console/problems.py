"""Errors as people read them."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from ordertrail.answers import name_of
from ordertrail.errors import OrderTrailError, StoreError, UnknownOrder
from ordertrail.trail import OrderTrail
from ordertrail.web import logs, problems
from ordertrail.web.asking import SEES_PERSONAL, AnyRequest, Site
from ordertrail.web.console.entering import READING, SignInFirst
from ordertrail.web.console.pages import View, page, redirect, view_of
from ordertrail.web.console.reasons import why
from ordertrail.web.console.sign_in import kept, sign_in_page

Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]
Handlers = Mapping[type[Exception] | int, Handler]


def for_people(trail: OrderTrail, site: Site, otherwise: Handler) -> Handler:
    """What answers where there is no route: a page for a browser outside the API, and for programs a problem."""
    pages = handlers(trail, site)[HTTPException]

    def failed(request: AnyRequest, error: HTTPException) -> Response[Any]:
        browser = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1")
        return (pages if browser else otherwise)(request, error)

    return failed


def handlers(trail: OrderTrail, site: Site) -> Handlers:
    """What answers a request that came to nothing, by the error."""

    def first(request: AnyRequest, _: SignInFirst) -> Response[Any]:
        view = view_of(request, trail, site)
        asked = view.path + (f"?{view.query}" if view.query else "")
        if request.method in READING:
            return redirect(view, "/sign-in", next=asked if view.path != "/" else None)
        form = kept(asked, request.scope["state"]["said"])
        if view.session is not None and form.is_of(view.session):
            # Signed in anew elsewhere: the form is of the session before, and is sent again by whoever typed it.
            return page(view, "go_on.html", HTTPStatus.CONFLICT, form=form, reasons=trail.reasons)
        return sign_in_page(view, HTTPStatus.UNAUTHORIZED, kept=msgspec.json.encode(form).decode())

    def refused(request: AnyRequest, error: OrderTrailError) -> Response[Any]:
        request.scope["state"]["problem"] = name_of(type(error))
        if isinstance(error, StoreError):
            logs.failure("failed", error, request_id=request.scope["state"].get("request_id"))
        return said(request, HTTPStatus(problems.status_of(type(error))), why(error), isinstance(error, UnknownOrder))

    def failed(request: AnyRequest, error: HTTPException) -> Response[Any]:
        status = HTTPStatus(error.status_code)
        return said(request, status, error.detail if status < HTTPStatus.INTERNAL_SERVER_ERROR else status.description)

    def broken(request: AnyRequest, error: Exception) -> Response[Any]:
        logs.failure("failed", error, request_id=request.scope["state"].get("request_id"))
        return said(request, HTTPStatus.INTERNAL_SERVER_ERROR, "The server made a mistake.")

    def said(request: AnyRequest, status: HTTPStatus, detail: str, unknown: bool = False) -> Response[Any]:
        view = view_of(request, trail, site)
        return page(
            view,
            "problem.html",
            status,
            problem=status,
            detail=detail,
            request_id=request.scope["state"].get("request_id", ""),
            ways=list(_ways_on(view, request.scope.get("path_params", {}).get("number", ""), unknown)),
        )

    return {SignInFirst: first, OrderTrailError: refused, HTTPException: failed, Exception: broken}


def _ways_on(view: View, number: str, unknown: bool) -> Iterator[tuple[str, str]]:
    """Where one goes on who is signed in, in words and by its address, beside the list of orders: to the order that a
    page was of, to what looks like a number that there is not, or to the shipments."""
    say = view.reader.say
    if view.session is None:
        return
    if number and unknown and view.may(SEES_PERSONAL):
        yield say("Find orders like %(number)s", number=number), view.url("/orders", find=number)
    elif number and not unknown and view.path != f"/orders/{number}":
        yield say("To order %(number)s", number=number), view.url(f"/orders/{number}")
    elif view.path.startswith("/shipping"):
        yield say("To shipping"), view.url("/shipping")
