"""The first page of a list of orders among 1,000,000, beside the same among 10,000, for each single filter.

One order is placed, and its row is copied past the guards with other columns; so is its first entry, and for some as
another event: what is measured reads no other notes.
"""

import re
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import make_url

from ordertrail import NewOrder, OrderTrail
from ordertrail.store.libraries import choose

FEW, MANY = 10_000, 1_000_000
ROUNDS = 30
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = 1_000_000

# n runs from 1 to the number of orders; one is placed each minute. Two in a hundred are on hold, and each customer has
# two orders, so that a name has as many hits among the few.
_COLUMNS = {
    "order_id": "'order-' || n",
    "number": "'B' || n",
    "status": "CASE WHEN n % 50 = 0 THEN 'OnHold' WHEN n % 7 = 0 THEN 'Cancelled' WHEN n % 5 = 0 THEN 'InProgress'"
    " ELSE 'Completed' END",
    "channel": "CASE n % 4 WHEN 0 THEN 'Web' WHEN 1 THEN 'Order Management' WHEN 2 THEN 'Phone' ELSE 'Store' END",
    "customer_id": "'C' || (n % ({orders} / 2))",
    "customer_name": "'Mercy Taylor ' || (100000 + n % ({orders} / 2))",
    "customer_email": "'mercy.' || (100000 + n % ({orders} / 2)) || '@example.com'",
    "market": "CASE n % 5 WHEN 0 THEN 'US' WHEN 1 THEN 'DE' ELSE 'GB' END",
    "total": "n % 90000",
    "placed": f"{int(FIRST.timestamp()) * SECOND} + n * {60 * SECOND}",
    "held_since": f"CASE WHEN n % 50 = 0 THEN {int(FIRST.timestamp()) * SECOND} + n * {60 * SECOND} END",
    "last_activity": f"{int(FIRST.timestamp()) * SECOND} + n * {60 * SECOND} + n % 1000 * {SECOND}",
}


def measure(url: str) -> dict[str, float]:
    """How much longer each list takes among the many; the median of each round's ratio."""
    with _shop(url, "few", FEW) as few, _shop(url, "many", MANY) as many:
        found = {}
        for name in _wanted(FEW):
            pairs = [(_page(few, _wanted(FEW)[name]), _page(many, _wanted(MANY)[name])) for _ in range(ROUNDS)]
            found[name] = statistics.median(long / short for short, long in pairs)
        return found


def _wanted(orders: int) -> dict[str, dict[str, Any]]:
    """Each filter by itself, and each sort."""
    middle, end = (FIRST + timedelta(minutes=minutes) for minutes in (orders // 2, orders - 100))
    return {
        "none": {},
        "status": {"status": "InProgress"},
        "market": {"market": "US"},
        "channel": {"channel": "Phone"},
        "number": {"number": f"B{orders // 3}"},
        "customer's id": {"customer": "C77"},
        "part of a frequent name": {"customer": "taylor"},
        "part of a rare name": {"customer": "lor 104711"},
        "part of no name": {"customer": "nobody"},
        "part of a frequent e-mail": {"email": "example"},
        "part of a rare e-mail": {"email": "cy.104711@"},
        "part of either, rare": {"find": "lor 104711"},
        "part of either, frequent": {"find": "exam"},
        "placed until": {"placed_until": middle},
        "placed since": {"placed_since": end},
        "active since": {"active_since": end},
        "held until": {"held_until": middle},
        "sorted by last activity": {"sort": "-last_activity"},
        "sorted by hold": {"sort": "held_since"},
        "a frequent event": {"event_type": "OrderGroupOnHold"},
        "a rare event": {"event_type": "LegalHoldSet"},
        "an ordinary event": {"event_type": "OrderGroupCreated"},
        "worked on by somebody": {"worked_on_by": "person-7"},
        "total from": {"total_from": 5_000},
        "total to": {"total_to": 5_000},
        "sorted by total": {"sort": "-total"},
    }


def _page(trail: OrderTrail, wanted: dict[str, Any]) -> float:
    start = time.perf_counter()
    found = trail.orders(**wanted)
    seconds = time.perf_counter() - start
    if bool(found.items) == (wanted == {"customer": "nobody"}):
        raise RuntimeError(f"{len(found)} orders by {wanted}")
    return seconds


def _shop(url: str, name: str, orders: int) -> OrderTrail:
    """An open shop with so many orders beside the one that they are copies of."""
    sqlite = make_url(url).get_backend_name() == "sqlite"
    options: dict[str, Any] = {"table_prefix": f"{name}_"} if sqlite else {"schema": f"lists_{name}"}
    trail = OrderTrail.open(url, durability="normal", **options)
    trail.acting("anna", channel="Web").place_order(NewOrder(market="US", currency="USD"))
    names = [_COLUMNS.get(column.name, column.name).format(orders=orders) for column in trail.store.tables.orders.c]
    table, numbers, notes = (trail.store.tables.named(each) for each in ("orders", "order_numbers", "order_notes"))
    counting = (
        f"WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {orders})"
        if sqlite
        else f"WITH counted (n) AS (SELECT generate_series(1::bigint, {orders}))"
    )
    copied = f"SELECT {', '.join(names)} FROM {table}, counted WHERE number NOT LIKE 'B%'"
    _past_the_guards(
        url,
        f"INSERT INTO {table} {counting} {copied}",
        f"INSERT INTO {notes} {counting} {_entries(trail, notes, orders)}",
        f"INSERT INTO {numbers} {counting} SELECT 'B' || n, 'order-' || n FROM counted",
        *([] if sqlite else ["ANALYZE"]),
    )
    return trail


def _entries(trail: OrderTrail, notes: str, orders: int) -> str:
    """Each order's first entry, on which something of weight happened to two in a hundred, and to some two in all."""
    rare = f"WHEN n % {orders // 2} = 0 THEN 'LegalHoldSet'"
    event = f"CASE WHEN m = 1 THEN 'OrderGroupCreated' {rare} ELSE 'OrderGroupOnHold' END"
    given = {"order_id": "'order-' || n", "seq": "m", "event": event, "actor_id": "'person-' || (n % 50)"}
    names = [given.get(column.name, column.name) for column in trail.store.tables.order_notes.c]
    which = f"seq = 1 AND order_id NOT LIKE 'order-%' AND (m = 1 OR n % 50 = 0 OR n % {orders // 2} = 0)"
    return f"SELECT {', '.join(names)} FROM {notes}, counted, (SELECT 1 AS m UNION ALL SELECT 2) AS twice WHERE {which}"


def _past_the_guards(url: str, *statements: str) -> None:
    if url.startswith("sqlite"):
        connection = choose(None).connect(url.removeprefix("sqlite:///"))
        for trigger in _guards(connection):
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return
    with psycopg.connect(url, autocommit=True) as postgresql:
        for table in ("orders", "order_numbers", "order_notes"):
            for schema in ("lists_few", "lists_many"):
                postgresql.execute(f"ALTER TABLE IF EXISTS {schema}.{table} DISABLE TRIGGER USER")
                for index in {"orders": ["customer"], "order_notes": ["facets"]}.get(table, []):  # what is no guard
                    on = f"ENABLE ALWAYS TRIGGER ordertrail_{index}_insert"
                    postgresql.execute(f"ALTER TABLE IF EXISTS {schema}.{table} {on}")
        for statement in statements:
            postgresql.execute(statement)


def _guards(connection: Any) -> list[str]:
    """The triggers of SQLite, without those by which orders are found."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    return [name for (name,) in rows if not re.search("_(customer|event|actor_id|on_behalf_of)_", name)]
