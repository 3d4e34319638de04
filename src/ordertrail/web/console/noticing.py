"""What concerns the reader: the orders that they worked on and that wait too long. Pages say how many there are."""

import time
from datetime import timedelta
from typing import Any

import msgspec
from litestar.di import NamedDependency

from ordertrail.reading import OrderSummary, Page
from ordertrail.trail import OrderTrail
from ordertrail.web.console.pages import View

TOO_LONG = timedelta(days=1)
"""After so long on hold an order needs somebody."""

MOST = 10
"""More are not counted: it is time to look at them."""

HOLDS = 30.0
"""Seconds for which a count holds: every page asks, and for who worked on thousands it takes as long as the page."""


class Counts:
    """How many of whose orders wait too long."""

    def __init__(self, trail: OrderTrail) -> None:
        self._trail = trail
        self._known: dict[str, tuple[float, int]] = {}

    def told(self, view: View) -> View:
        """The same view, which knows how many of the reader's orders wait too long."""
        me, now = view.who.actor.id, time.monotonic()
        until, count = self._known.get(me, (now, 0))
        if until <= now:
            count = len(held_too_long(self._trail, view, worked_on_by=me, limit=MOST))
            self._known[me] = now + HOLDS, count
        return msgspec.structs.replace(view, waiting=count)


Noticing = NamedDependency[Counts]


def held_too_long(trail: OrderTrail, view: View, **wanted: Any) -> Page[OrderSummary]:
    """Orders on hold for too long, the longest first."""
    return trail.orders(held_until=view.now - TOO_LONG, **wanted)
