"""One caller against the floor: the same rows, written by hand with the driver, one commit for each operation.

The floor knows nothing of orders: what the operations wrote is kept, and written again into a database of the same
schema, guards and durability, by the plain statements that a person would write. Each round runs both, so that the
ratio holds whatever else the machine does; the median of the rounds is reported.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from ordertrail import NewLineItem, NewOrder, NewShipment, OrderTrail
from ordertrail.store.base import Change, OrderRow, Transaction
from ordertrail.store.libraries import choose

ORDERS = 60
"""Orders in a round; ten operations on each."""


def lifecycle(trail: OrderTrail, number: int) -> int:
    """One order from its placing to its delivery: ten operations, each its own commit. Returns how many."""
    desk = trail.acting("anna", channel="Order Management")
    order = desk.place_order(
        NewOrder(
            customer={"id": f"C{number}", "name": "Mercy Taylor", "email": "mercy@example.com"},
            market="US",
            currency="USD",
            line_items={
                str(line): NewLineItem(sku=f"SKU-{line}", name="Tent", quantity=Decimal(1), unit_price=Decimal("99.00"))
                for line in (1, 2, 3)
            },
            shipments={"1": NewShipment(method="Ground", quantities={str(line): Decimal(1) for line in (1, 2, 3)})},
        )
    )
    desk.add_payment(order.id, amount=Decimal("297.00"), method="Card", transaction_type="Sale")
    desk.hold_order(order.id, reason="address")
    desk.add_note(order.id, title="Called the customer", detail="Flat 12, not 21.")
    desk.release_hold(order.id)
    desk.release_shipment(order.id, shipment="1")
    desk.add_to_pick_list(order.id, shipment="1", pick_list="PL-7")
    desk.complete_shipment(order.id, shipment="1", tracking_number="1Z999")
    desk.confirm_delivery(order.id, shipment="1")
    desk.set_attribute(order.id, key="gift", value="yes")
    return 10


class Kept:
    """What every committed operation wrote, in its order."""

    def __init__(self) -> None:
        self.operations: list[list[Change]] = []


@contextmanager
def keeping(trail: OrderTrail, kept: Kept) -> Iterator[None]:
    """Keep what the trail's store is given to append."""
    store: Any = trail.store
    names = ("writing", "appending")
    for name in names:
        setattr(store, name, _watched(getattr(store, name), kept))
    try:
        yield
    finally:
        for name in names:
            delattr(store, name)


def _watched(begin: Callable[[], Any], kept: Kept) -> Callable[[], Any]:
    @contextmanager
    def watched() -> Iterator[Transaction]:
        changes: list[Change] = []
        with begin() as transaction, _watching(transaction, changes):
            yield transaction
        kept.operations.append(changes)

    return watched


@contextmanager
def _watching(transaction: Any, changes: list[Change]) -> Iterator[None]:
    append = transaction.append

    def noted(change: Change) -> bool:
        changes.append(change)
        return bool(append(change))

    transaction.append = noted
    try:
        yield
    finally:
        del transaction.append


NOTE_COLUMNS = 22
ORDER_COLUMNS = OrderRow._fields
_SET = ", ".join(f"{name} = {{0}}" for name in ORDER_COLUMNS[1:])


def _statements(mark: str, schema: str) -> dict[str, str]:
    def marks(count: int) -> str:
        return ", ".join([mark] * count)

    return {
        "insert": f"INSERT INTO {schema}orders VALUES ({marks(len(ORDER_COLUMNS))})",
        "number": f"INSERT INTO {schema}order_numbers VALUES ({marks(2)})",
        "update": f"UPDATE {schema}orders SET {_SET.format(mark)} WHERE order_id = {mark} AND version = {mark}",
        "note": f"INSERT INTO {schema}order_notes VALUES ({marks(NOTE_COLUMNS)})",
        "log": f"INSERT INTO {schema}log_entries VALUES ({marks(4)})",
        "pending": f"INSERT INTO {schema}log_pending (order_id, seq, leaf) VALUES ({marks(3)})",
    }


def _write_by_hand(cursor: Any, sql: dict[str, str], changes: Sequence[Change], position: int | None) -> int:
    """The rows of one operation; returns how many entries they are. Without a position they wait in log_pending."""
    count = 0
    for change in changes:
        for entry, leaf in zip(change.entries, change.leaves, strict=True):
            cursor.execute(sql["note"], entry)
            if position is None:
                cursor.execute(sql["pending"], (entry.order_id, entry.seq, leaf))
            else:
                cursor.execute(sql["log"], (position + count, entry.order_id, entry.seq, leaf))
            count += 1
        row = change.order
        if change.expected:
            cursor.execute(sql["update"], (*row[1:], row.order_id, change.expected))
        else:
            cursor.execute(sql["insert"], row)
            cursor.execute(sql["number"], (row.number, row.order_id))
    return count


def _sqlite_floor(module: ModuleType, path: Path, durability: str, operations: Sequence[Sequence[Change]]) -> float:
    OrderTrail.open(f"sqlite:///{path}", durability=durability).close()  # type: ignore[arg-type]
    connection = module.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA synchronous = {durability}")
    cursor, sql, position = connection.cursor(), _statements("?", ""), 0
    start = time.perf_counter()
    for changes in operations:
        cursor.execute("BEGIN IMMEDIATE")
        position += _write_by_hand(cursor, sql, changes, position)
        cursor.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def _postgresql_floor(url: str, operations: Sequence[Sequence[Change]]) -> float:
    OrderTrail.open(url, schema="floor").close()
    with psycopg.connect(url) as connection:
        cursor, sql = connection.cursor(), _statements("%s", "floor.")
        start = time.perf_counter()
        for changes in operations:
            _write_by_hand(cursor, sql, changes, None)
            connection.commit()
        seconds = time.perf_counter() - start
        cursor.execute("DROP SCHEMA floor CASCADE")
    return seconds


def _timed(trail: OrderTrail, count: int) -> float:
    start = time.perf_counter()
    for number in range(count):
        lifecycle(trail, number)
    return time.perf_counter() - start


class Rounds:
    """Ours and the floor, round by round, in seconds for so many operations."""

    def __init__(self) -> None:
        self._ours: list[float] = []
        self._floors: list[float] = []

    def add(self, ours: float, floor: float, operations: int) -> None:
        """One round more."""
        self._ours.append(ours / operations)
        self._floors.append(floor / operations)

    def found(self) -> dict[str, Any]:
        """The medians: the ratio, operations a second, and milliseconds for each, of the floor and beyond it."""
        pairs = list(zip(self._ours, self._floors, strict=True))
        return {
            "ratio": statistics.median(floor / ours for ours, floor in pairs),
            "per_second": 1 / statistics.median(self._ours),
            "floor_ms": statistics.median(self._floors) * 1000,
            "beyond_ms": statistics.median(ours - floor for ours, floor in pairs) * 1000,
        }


def sqlite(durability: str, rounds: int = 5) -> dict[str, Any]:
    """One caller on SQLite beside the floor at the same durability ("full" or "normal")."""
    module, measured = choose(None), Rounds()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            kept = Kept()
            first = OrderTrail.open(f"sqlite:///{folder}/kept-{number}.db", durability="normal")
            with first, keeping(first, kept):
                _timed(first, ORDERS)
            ours = OrderTrail.open(f"sqlite:///{folder}/ours-{number}.db", durability=durability)  # type: ignore[arg-type]
            with ours:
                lifecycle(ours, 0)
                seconds = _timed(ours, ORDERS)
            floor = _sqlite_floor(module, Path(folder) / f"floor-{number}.db", durability, kept.operations)
            measured.add(seconds, floor, len(kept.operations))
    return measured.found()


def postgresql(url: str, rounds: int = 5) -> dict[str, Any]:
    """One caller on PostgreSQL beside the floor."""
    measured = Rounds()
    for _ in range(rounds):
        kept = Kept()
        with OrderTrail.open("sqlite://") as first, keeping(first, kept):
            _timed(first, ORDERS)
        with OrderTrail.open(url, schema="ours") as ours:
            lifecycle(ours, 0)
            seconds = _timed(ours, ORDERS)
        floor = _postgresql_floor(url, kept.operations)
        with psycopg.connect(url) as connection:
            connection.execute("DROP SCHEMA ours CASCADE")
        measured.add(seconds, floor, len(kept.operations))
    return measured.found()
