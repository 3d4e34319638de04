"""What concerns the reader: the orders that they worked on and that wait too long. Pages say how many there are."""

from datetime import timedelta
from typing import Any

import msgspec

from ordertrail.reading import OrderSummary, Page
from ordertrail.trail import OrderTrail
from ordertrail.web.console.pages import View

TOO_LONG = timedelta(days=1)
"""After so long on hold an order needs somebody."""

MOST = 10
"""More are not counted: it is time to look at them."""


def noticing(trail: OrderTrail, view: View) -> View:
    """The same view, which knows how many of the reader's orders wait too long."""
    return msgspec.structs.replace(view, waiting=len(held_too_long(trail, view, actor=view.who.actor.id, limit=MOST)))


def held_too_long(trail: OrderTrail, view: View, **wanted: Any) -> Page[OrderSummary]:
    """Orders on hold for too long, the longest first."""
    return trail.orders(held_until=view.now - TOO_LONG, **wanted)
