"""A shop for all tests of a module, on each engine: each test brings its own orders, and none waits for a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from ordertrail import Desk, OrderTrail
from ordertrail.desk import Sources

ENGINES = ("sqlite", "postgresql")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets: each look at it is a second later, so that no two entries share a time."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def pass_by(self, **duration: float) -> datetime:
        """Let time pass; what is left is what time it is then."""
        self.now += timedelta(**duration)
        return self.now


@contextmanager
def open_shop(
    request: pytest.FixtureRequest, folder: pytest.TempPathFactory, engine: str | None = None, **options: Any
) -> Iterator[OrderTrail]:
    """The shop on an engine, by default the one that the fixture is asked for."""
    if (engine or request.param) == "sqlite":
        address: dict[str, Any] = {"url": f"sqlite:///{folder.mktemp('shop') / 'shop.db'}"}
    else:
        address = {"url": request.getfixturevalue("postgres_server"), "schema": f"shop_{uuid4().hex}"}
    with OrderTrail.open(**address, **options) as trail:
        yield trail


def with_clock(clock: Clock) -> Sources:
    """The system's ids and salts, but this clock."""
    return Sources(clock=clock)


def small(**fields: Any) -> dict[str, Any]:
    """An order of one tent in one shipment."""
    return {
        "market": "US",
        "currency": "USD",
        "line_items": {"1": {"sku": "TENT-2", "name": "Tent for two", "quantity": 1, "unit_price": Decimal("249.00")}},
        "shipments": {"1": {"method": "Ground", "quantities": {"1": 1}}},
        **fields,
    }


def in_memory() -> tuple[OrderTrail, Desk]:
    """A shop in memory, for one test, and who acts."""
    trail = OrderTrail.open("sqlite://")
    return trail, trail.acting("anna", channel="Web")


@contextmanager
def limited(trail: OrderTrail, more: int = 0) -> Iterator[None]:
    """The database may grow by no more than some pages, as if the disk were full; afterwards it may again."""
    with trail.store.reading() as transaction:
        (pages,) = transaction.rows(text("SELECT * FROM pragma_page_count"))[0]
        transaction.rows(text(f"PRAGMA max_page_count = {int(pages) + more}"))
    try:
        yield
    finally:
        with trail.store.reading() as transaction:
            transaction.rows(text("PRAGMA max_page_count = 1073741823"))
