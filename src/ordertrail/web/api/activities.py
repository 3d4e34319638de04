"""/v1/activities: what happened to all orders, as a feed in which nobody misses an entry."""

import msgspec
from litestar import Router, get
from litestar.params import FromQuery

from ordertrail.notes.model import OrderNote
from ordertrail.web.asking import Trail, Who, require


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and its position in the log; of a System one all of its fields.

    A Custom note reads as it was written: edits are entries of their own.
    """

    position: int
    note: OrderNote


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the feed. Ask again `after` its `next`, on the last page too; null where there is nothing yet."""

    items: list[Placed]
    next: str | None


@get("/", operation_id="list_activities", sync_to_thread=True)
def list_activities(trail: Trail, who: Who, after: FromQuery[str | None] = None, limit: FromQuery[int] = 100) -> Feed:
    """All entries of all orders, the first one first. Positions run without a gap, and none is ever filled later."""
    require(who, "order.see", "personal.see")
    page = trail.activities(after=after, limit=limit)
    return Feed(items=[Placed(position=one.position, note=one.note) for one in page], next=page.next)


ROUTER = Router("/activities", route_handlers=[list_activities], tags=["Activities"])
