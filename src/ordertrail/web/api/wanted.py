"""Which entries are asked for: the parameters that an order's notes and the feed of all orders have in common."""

from datetime import datetime

from litestar.di import NamedDependency
from litestar.params import FromQuery

from ordertrail.reading import EntryFilter
from ordertrail.web.asking import SEES_PERSONAL, Who, require

Names = list[str] | None


def entries_wanted(
    who: Who,
    type: FromQuery[Names] = None,
    event_type: FromQuery[Names] = None,
    category: FromQuery[Names] = None,
    actor: FromQuery[Names] = None,
    channel: FromQuery[Names] = None,
    visibility: FromQuery[Names] = None,
    text: FromQuery[str | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
) -> EntryFilter:
    """What an address asks for. Raises NotPermitted for a `text` where the caller may not see personal data."""
    if text is not None:
        require(who, SEES_PERSONAL)
    return EntryFilter(
        type=_alike(type),
        event_type=_alike(event_type),
        category=_alike(category),
        actor=_alike(actor),
        channel=_alike(channel),
        visibility=_alike(visibility),
        text=text,
        since=since,
        until=until,
        personal=who.may(SEES_PERSONAL),
    )


def _alike(names: Names) -> tuple[str, ...] | None:
    """So that those who want the same can be told from others."""
    return None if names is None else tuple(names)


Wanted = NamedDependency[EntryFilter]
