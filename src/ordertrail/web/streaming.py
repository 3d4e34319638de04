"""What streams send: those that want the same read it once, however many they are."""

import asyncio

import msgspec

from ordertrail.reading import ActivityFilter, Page, PlacedNote
from ordertrail.trail import OrderTrail

AT_ONCE = 100
"""Entries of a page."""


class Events(msgspec.Struct, frozen=True):
    """A page of the feed, and its text as server-sent events: https://html.spec.whatwg.org/#server-sent-events."""

    page: Page[PlacedNote]
    text: bytes


class Streams:
    """Reads the feed for all streams of one process.

    All of them are woken at once, mostly to read the same: who comes while that is being read waits for it.
    """

    def __init__(self, trail: OrderTrail) -> None:
        self._trail = trail
        self._being_read: dict[tuple[ActivityFilter, str | None], asyncio.Task[Events]] = {}

    async def read(self, wanted: ActivityFilter, after: str | None) -> Events:
        """The next events after a position. Raises InvalidInput and StoreError."""
        key = wanted, after
        if key not in self._being_read:
            self._being_read[key] = task = asyncio.create_task(asyncio.to_thread(self._events, wanted, after))
            task.add_done_callback(lambda _: self._being_read.pop(key))
        # Shielded, since the stream that came first may end before those that wait for it.
        return await asyncio.shield(self._being_read[key])

    def _events(self, wanted: ActivityFilter, after: str | None) -> Events:
        page = self._trail.activities(**msgspec.structs.asdict(wanted), after=after, limit=AT_ONCE)
        encode = msgspec.json.Encoder().encode
        return Events(page, b"".join(b"id: %d\ndata: %b\n\n" % (one.position, encode(one)) for one in page))
