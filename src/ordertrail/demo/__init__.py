"""A shop that never was: some weeks of its orders, simulated, to look at, to try out and to test with.

Everything is drawn from a seed: the same seed gives the same history, with the same ids, numbers, salts and times. Only
the trail's own id is new each time, and with it all digests. The period is fixed (see `clock`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import msgspec
from sqlalchemy import func, select

from ordertrail.demo.case import Case
from ordertrail.demo.clock import DAYS, START
from ordertrail.demo.drafts import draw_market
from ordertrail.demo.goods import Market
from ordertrail.demo.plots import dealt, told_of
from ordertrail.demo.shop import Shop
from ordertrail.errors import InvalidInput, Refused
from ordertrail.trail import OrderTrail


class DemoSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a simulation has made: how many orders (with exchange orders) and entries, how many of each event type, and
    the number of the order with the most kinds of entries. Custom notes count as entries, and are no event."""

    orders: int
    entries: int
    events: dict[str, int]
    showcase: str


class TrailInUse(Refused):
    """The database holds orders already: a simulation is only made in an empty one."""


def run(
    database: str, *, orders: int = 2000, seed: int = 7, progress: Callable[[int, int], None] | None = None
) -> DemoSummary:
    """Simulate a shop in an empty database, which is made if it is not there.

    `progress` is called with how many orders have been placed, and how many there will be; exchange orders come on top.
    Raises TrailInUse, InvalidInput or a StoreError.
    """
    if not 0 < orders <= 100_000:
        raise InvalidInput(f"{orders} orders cannot be simulated: give a number from 1 to 100,000")
    shop = Shop(database, seed)
    with shop.trail:
        if shop.trail.orders(limit=1).items:
            raise TrailInUse("this database holds orders already: give the demo a database of its own")
        _open(shop, orders)
        shop.run(lambda placed: progress(placed, orders) if progress else None)
        return _summary(shop.trail)


def _open(shop: Shop, orders: int) -> None:
    """Put the beginning of each order's story on the agenda."""
    coming = sorted((_arrival(shop, number) for number in range(orders)), key=lambda arrival: arrival[0])
    plots = dealt(shop.random("plots"))
    for at, market, random in coming:
        shop.agenda.add(at, told_of(Case(shop, market, random), next(plots)))


_BY_WEEKDAY = (11, 10, 10, 10, 9, 8, 12)
_BY_HOUR = (2, 1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 8, 7, 6, 6, 6, 7, 9, 11, 13, 12, 8, 4)
_SALE = range(12, 21)
"""The days of the winter sale, counted from the first."""


def _arrival(shop: Shop, number: int) -> tuple[datetime, Market, Random]:
    """When somebody orders, where, and what the order draws from: an evening, and the winter sale, above all."""
    random = shop.random(f"order/{number}")
    market = draw_market(random)
    weights = [_BY_WEEKDAY[day % 7] * (2 if day in _SALE else 1) for day in range(DAYS)]
    day, hour = random.choices(range(DAYS), weights)[0], random.choices(range(24), _BY_HOUR)[0]
    local = timedelta(days=day, hours=hour, milliseconds=random.randrange(3_600_000))
    at = START + local - timedelta(hours=market.offset)
    # East of the shop its first day has begun before the shop opens.
    return at if at >= START else at + timedelta(days=1), market, random


def _summary(trail: OrderTrail) -> DemoSummary:
    notes, orders = trail.store.tables.order_notes.c, trail.store.tables.orders.c
    kinds = func.count(notes.event.distinct())
    with trail.store.reading() as transaction:
        counted = transaction.rows(select(notes.event, func.count()).group_by(notes.event).order_by(notes.event))
        placed = transaction.rows(select(func.count(orders.order_id)))[0][0]
        showcase = transaction.rows(
            select(orders.number).join(trail.store.tables.order_notes, orders.order_id == notes.order_id)
            .group_by(orders.number).order_by(kinds.desc(), orders.number).limit(1)
        )[0][0]  # fmt: skip
    events = {event: count for event, count in counted if event is not None}
    return DemoSummary(orders=placed, entries=sum(count for _, count in counted), events=events, showcase=showcase)
