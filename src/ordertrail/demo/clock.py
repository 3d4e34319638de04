"""Simulated time: a clock that the simulation sets, opening hours, and stories that take turns."""

import heapq
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec

START = datetime(2025, 1, 6, tzinfo=UTC)
"""The Monday on which the simulated shop opens. Fixed, so that the same seed gives the same history for ever."""

DAYS = 53
"""Orders come in on so many days. No market changes its clocks in between."""

END = datetime(2025, 2, 28, 18, tzinfo=UTC)
"""The Friday on which it all ends: what is not done by then stays open."""

Story = Generator[datetime, None, None]
"""What happens to an order: it acts, and yields the moment at which it goes on."""

Part = Generator[datetime, None, bool]
"""A part of a story that can go well or not: it returns whether the story goes on."""


class Clock:
    """Shows the moment at which the simulation is."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Hours(msgspec.Struct, frozen=True):
    """When people are there: the hours that local time is ahead of UTC; opening and closing hour, Monday to Sunday."""

    offset: int
    week: tuple[tuple[int, int] | None, ...]


def hours(offset: int, weekdays: tuple[int, int], saturday: tuple[int, int] | None = None) -> Hours:
    """Hours from Monday to Friday, and perhaps on Saturday; never on Sunday."""
    return Hours(offset, (weekdays,) * 5 + (saturday, None))


def worked(start: datetime, effort: timedelta, when: Hours) -> datetime:
    """The moment at which `effort` is done that is begun at `start` and goes on in opening hours only."""
    moment = start + timedelta(hours=when.offset)
    while True:
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        window = when.week[moment.weekday()]
        if window is not None:
            opening, closing = (midnight + timedelta(hours=hour) for hour in window)
            begun = max(moment, opening)
            if begun + effort < closing:
                return begun + effort - timedelta(hours=when.offset)
            effort -= max(closing - begun, timedelta(0))
        moment = midnight + timedelta(days=1)


class Agenda:
    """Which story goes on when: those of all orders in one line of time."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._counter = clock, count()
        self._waiting: list[tuple[datetime, int, Iterator[datetime]]] = []

    def add(self, at: datetime, story: Iterator[datetime]) -> None:
        """Let `story` go on at a moment; of equal moments, what was added first comes first."""
        heapq.heappush(self._waiting, (at, next(self._counter), story))

    def run(self, until: datetime, turn: Callable[[], None]) -> None:
        """Go from moment to moment up to `until`, with a `turn` after each."""
        while self._waiting and self._waiting[0][0] <= until:
            at, _, story = heapq.heappop(self._waiting)
            self._clock.now = max(at, self._clock.now)
            following = next(story, None)
            if following is not None:
                self.add(following, story)
            turn()


def together(*stories: Story) -> Story:
    """Several stories side by side: over when the last of them is."""
    waiting: list[tuple[datetime, int, Story]] = []
    for place, story in enumerate(stories):
        _wait(waiting, place, story)
    while waiting:
        at, place, story = heapq.heappop(waiting)
        yield at
        _wait(waiting, place, story)


def _wait(waiting: list[tuple[datetime, int, Story]], place: int, story: Story) -> None:
    at = next(story, None)
    if at is not None:
        heapq.heappush(waiting, (at, place, story))
