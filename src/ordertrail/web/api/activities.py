"""/v1/activities: what happened to all orders, as a feed in which nobody misses an entry.

As pages, which may wait for the next entry, and as server-sent events, which go on where a reader left off.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Annotated

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, HeaderParameter, QueryParameter
from litestar.response import Stream

from ordertrail.answers import Feed
from ordertrail.errors import InvalidInput, StoreError
from ordertrail.reading import ActivityFilter, Page, PlacedNote
from ordertrail.web import logs
from ordertrail.web.api.wanted import Names, Wanted, entries_wanted
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, Trail, Watching, Who
from ordertrail.web.auth.caller import Caller
from ordertrail.web.ledger import Counting, Ledger
from ordertrail.web.streaming import AT_ONCE, Events, Streams
from ordertrail.web.watching import Watch

LONGEST_WAIT = 60
"""Seconds that a page waits for an entry, at most."""

HEARTBEAT = 15.0
"""Seconds after which a stream says that it is still there, so that no proxy takes it for dead."""

STREAM_LASTS = timedelta(minutes=10).total_seconds()
"""After so long a stream ends and its reader comes again, as whoever they are then: a token may have been revoked."""

RETRY_MILLISECONDS = 1000

Streaming = NamedDependency[Streams]


@get("/", operation_id="list_activities", permissions=SEES_ORDERS)
async def list_activities(
    trail: Trail,
    watch: Watching,
    ledger: Counting,
    who: Who,
    wanted: Wanted,
    order: FromQuery[Names] = None,
    newest_first: FromQuery[bool] = False,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = 100,
    wait: Annotated[int, QueryParameter(ge=0, le=LONGEST_WAIT)] = 0,
) -> Feed:
    """All entries of all orders, the first one first. Positions rise, and nothing ever comes in between later.

    Where there is none yet, the answer waits for one, as many seconds as `wait` says; newest first there is nothing to
    wait for. Filters leave entries out; who may not see personal data reads "[hidden]" in its place, and cannot look
    for a `text`.
    """
    if wait and newest_first:
        raise InvalidInput("newest first there is nothing to wait for: leave out wait, or newest_first")
    given = {**msgspec.structs.asdict(wanted), "order": order, "newest_first": newest_first, "limit": limit}

    async def read(after: str | None) -> Page[PlacedNote]:
        return await asyncio.to_thread(trail.activities, **given, after=after)

    clock = asyncio.get_running_loop().time
    patience = clock() + wait
    page = await read(after)
    while wait and not page.items and await watch.longer_than(_size(page.next), max(0.0, patience - clock())):
        page = await read(page.next)
    _seen(ledger, who, "/v1/activities", page)
    return Feed(items=list(page), next=page.next)


@get("/stream", operation_id="stream_activities", permissions=SEES_ORDERS, media_type="text/event-stream")
async def stream_activities(
    trail: Trail,
    watch: Watching,
    streams: Streaming,
    ledger: Counting,
    who: Who,
    wanted: Wanted,
    order: FromQuery[Names] = None,
    after: FromQuery[str | None] = None,
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID")] = None,
) -> Stream:
    """The same as server-sent events, each with its position as its id: a reader goes on from `Last-Event-ID`.

    A stream ends after ten minutes, and with the service: its reader comes again by itself.
    """
    start = after if last_event_id is None else last_event_id
    of = ActivityFilter(**msgspec.structs.asdict(wanted), order=None if order is None else tuple(order))
    first = await streams.read(of, start)  # refused here, before anything is sent
    seen = partial(_seen, ledger, who, "/v1/activities/stream")
    return Stream(_events(partial(streams.read, of), watch, first, start, seen), headers=_UNBUFFERED)


_UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""No proxy keeps anything of it, neither for later nor until there is more."""


async def _events(
    read: Callable[[str | None], Awaitable[Events]],
    watch: Watch,
    events: Events,
    after: str | None,
    seen: Callable[[Page[PlacedNote]], None],
) -> AsyncIterator[bytes]:
    until = asyncio.get_running_loop().time() + STREAM_LASTS
    yield b"retry: %d\n\n" % RETRY_MILLISECONDS
    while not watch.ended and asyncio.get_running_loop().time() < until:
        seen(events.page)
        if events.text:
            yield events.text
        after = events.page.next or after
        if len(events.page) < AT_ONCE and not await watch.longer_than(_size(after), HEARTBEAT):
            yield b": still here\n\n"
        try:
            events = await read(after)
        except StoreError as error:
            logs.failure("a stream ended", error)
            return  # its reader comes again, and is told then


def _seen(ledger: Ledger, who: Caller, route: str, page: Page[PlacedNote]) -> None:
    if page.items and who.may(SEES_PERSONAL):
        first, last = sorted((page.items[0].position, page.items[-1].position))
        ledger.looked(who, route, positions=(first, last))


def _size(after: str | None) -> int:
    """How many entries a reader has seen who goes on after this position."""
    return 0 if after is None else int(after) + 1


ROUTER = Router(
    "/activities",
    route_handlers=[list_activities, stream_activities],
    dependencies={"wanted": Provide(entries_wanted, sync_to_thread=False)},
    tags=["Activities"],
)
