"""How a reader wants to read: in which language, in which zone. A cookie keeps it."""

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery

from ordertrail.errors import InvalidInput
from ordertrail.web import cookies
from ordertrail.web.asking import AnyRequest, AtSite, Trail
from ordertrail.web.console.entering import said_by
from ordertrail.web.console.pages import View, page, redirect, view_of
from ordertrail.web.console.reader import COOKIE, zone_in, zone_named, zones_like
from ordertrail.web.console.sign_in import HOME, is_ours
from ordertrail.web.console.translations import LANGUAGES

_A_YEAR = 365 * 24 * 3600


@get("/reader", open_to_all=True, include_in_schema=False, sync_to_thread=False)
def show_reader(trail: Trail, site: AtSite, request: AnyRequest, back: FromQuery[str] = "") -> Response[Any]:
    """All languages and zones to choose from."""
    view = view_of(request, trail, site)
    return _page(view, back, view.reader.language)


@post("/reader", open_to_all=True, include_in_schema=False, sync_to_thread=False)
def set_reader(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Keep the language and the zone, and go back to where the form was. What is empty is left as it is: a script says
    the zone alone, and who chooses a language no zone. What is no zone is asked for again, with some that are."""
    said, view = said_by(request), view_of(request, trail, site)
    back, typed = said.text("back"), said.text("choice") or said.text("zone")
    kept = request.cookies.get(COOKIE, "")
    language = said.text("language") or kept.partition("~")[0]
    try:
        zone = zone_named(typed) if typed else zone_in(kept)
    except InvalidInput as error:
        request.scope["state"]["problem"] = type(error).__name__
        return _page(view, back, language, HTTPStatus.BAD_REQUEST, wrong=str(error), typed=typed)
    answer = redirect(view, back if is_ours(back) else HOME)
    wanted = f"{language if language in LANGUAGES else ''}~{zone}"
    answer.cookies.append(cookies.cookie(site.secure(request), COOKIE, wanted, max_age=_A_YEAR))
    return answer


def _page(
    view: View, back: str, language: str, status: int = HTTPStatus.OK, *, wrong: str = "", typed: str = ""
) -> Response[Any]:
    back = back if is_ours(back) else HOME
    return page(
        view,
        "reader.html",
        status,
        back=back,
        language=language,
        wrong=wrong,
        typed=typed,
        alike=zones_like(typed) if wrong else [],
    )
