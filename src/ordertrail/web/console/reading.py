"""How a reader wants to read: in which language, in which zone. A cookie keeps it."""

from typing import Any

from litestar import Response, post

from ordertrail.web import cookies
from ordertrail.web.asking import AnyRequest, AtSite, Trail
from ordertrail.web.console.entering import said_by
from ordertrail.web.console.pages import redirect, view_of
from ordertrail.web.console.reader import COOKIE, reader_of, zone_named
from ordertrail.web.console.sign_in import HOME, is_ours

_A_YEAR = 365 * 24 * 3600


@post("/reader", open_to_all=True, include_in_schema=False, sync_to_thread=False)
def set_reader(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Keep the language and the zone, and go back to where the form was. Raises InvalidInput for no zone."""
    said, view = said_by(request), view_of(request, trail, site)
    wanted = reader_of(f"{said.text('language')}~{zone_named(said.text('zone') or 'UTC')}", None)
    back = said.text("back")
    answer = redirect(view, back if is_ours(back) else HOME)
    answer.cookies.append(cookies.cookie(site.secure(request), COOKIE, wanted.cookie, max_age=_A_YEAR))
    return answer
