"""/v1/accesses: who came in, who was refused, who looked at what. It is recorded by itself, and never changes."""

from datetime import datetime

from litestar import Router, get
from litestar.params import FromQuery

from ordertrail.answers import AccessPage
from ordertrail.web.asking import Trail

Names = list[str] | None


@get("/", operation_id="list_accesses", permissions=("audit.see",), sync_to_thread=True)
def list_accesses(
    trail: Trail,
    event_type: FromQuery[Names] = None,
    actor: FromQuery[Names] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    newest_first: FromQuery[bool] = True,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> AccessPage:
    """Sign-ins, refusals, changes of users, roles and tokens, and looks at personal data, the last first."""
    page = trail.accesses(
        event_type=event_type,
        actor=actor,
        since=since,
        until=until,
        newest_first=newest_first,
        after=after,
        limit=limit,
    )
    return AccessPage(items=list(page), next=page.next)


ROUTER = Router("/accesses", route_handlers=[list_accesses], tags=["Access"])
