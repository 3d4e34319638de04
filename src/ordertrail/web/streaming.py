"""What streams send: those that want the same read it once, however many they are."""

import asyncio
from collections.abc import Iterable

import msgspec

from ordertrail.reading import Page, PlacedNote
from ordertrail.trail import OrderTrail

AT_ONCE = 100
"""Entries of a page."""


class Wanted(msgspec.Struct, frozen=True):
    """Which entries a stream has, and whether with what is personal."""

    event_type: tuple[str, ...] | None
    category: tuple[str, ...] | None
    order: tuple[str, ...] | None
    personal: bool

    @classmethod
    def of(
        cls,
        event_type: Iterable[str] | None,
        category: Iterable[str] | None,
        order: Iterable[str] | None,
        *,
        personal: bool,
    ) -> "Wanted":
        """What was asked for."""
        events, categories, orders = (
            None if names is None else tuple(names) for names in (event_type, category, order)
        )
        return cls(events, categories, orders, personal)


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
        self._being_read: dict[tuple[Wanted, str | None], asyncio.Task[Events]] = {}

    async def read(self, wanted: Wanted, after: str | None) -> Events:
        """The next events after a position. Raises InvalidInput and StoreError."""
        key = wanted, after
        if key not in self._being_read:
            self._being_read[key] = task = asyncio.create_task(asyncio.to_thread(self._events, wanted, after))
            task.add_done_callback(lambda _: self._being_read.pop(key))
        # Shielded, since the stream that came first may end before those that wait for it.
        return await asyncio.shield(self._being_read[key])

    def _events(self, wanted: Wanted, after: str | None) -> Events:
        page = self._trail.activities(
            event_type=wanted.event_type,
            category=wanted.category,
            order=wanted.order,
            after=after,
            limit=AT_ONCE,
            personal=wanted.personal,
        )
        encode = msgspec.json.Encoder().encode
        return Events(page, b"".join(b"id: %d\ndata: %b\n\n" % (one.position, encode(one)) for one in page))
