"""Verifying beside the floor: reading the same rows with the driver and hashing their content."""

import argparse
import json
import time
from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Table, select

from benchmarks.floor import lifecycle
from ordertrail import Desk, NewLineItem, NewOrder, NewShipment, OrderTrail

ORDERS = 5_000
ORDERS_A_COMMIT = 50
ROUNDS = 5


def measure(url: str, orders: int = ORDERS, rounds: int = ROUNDS) -> dict[str, Any]:
    """How much longer verifying takes than the floor: the best round of each, which others disturbed least.

    An empty database is filled with `orders` first. Raises RuntimeError if anything is found wrong.
    """
    with OrderTrail.open(url, durability="normal", schema="verifying") as trail:
        if not trail.orders(limit=1).items:
            fill(trail, orders)
        pairs = [(_seconds(_floor, trail), _seconds(_verify, trail)) for _ in range(rounds)]
        verified = trail.verify()
    return {
        "orders": verified.orders,
        "entries": verified.entries,
        "floor_seconds": min(floor for floor, _ in pairs),
        "verify_seconds": min(seconds for _, seconds in pairs),
        "ratio": min(seconds for _, seconds in pairs) / min(floor for floor, _ in pairs),
    }


def _seconds(work: Any, trail: OrderTrail) -> float:
    start = time.perf_counter()
    work(trail)
    return time.perf_counter() - start


def _verify(trail: OrderTrail) -> None:
    verified = trail.verify()
    if not verified.sound:
        raise RuntimeError(f"found wrong: {verified.findings[:3]}")


def _floor(trail: OrderTrail) -> None:
    """Read every row that verifying reads, and hash what orders and entries hold; nothing is decoded or compared."""
    tables = trail.store.tables
    others = [tables.order_numbers, tables.erasures, tables.idempotency, tables.log_entries]
    if tables.schema:
        others.append(tables.log_pending)
    orders, notes = tables.orders, tables.order_notes
    with trail.store.reading() as transaction:
        for table in others:
            for _ in transaction.stream(select(table).order_by(table.c.order_id)):
                pass
        _hash(transaction.stream(select(orders).order_by(orders.c.order_id)), orders, "document")
        entries = transaction.stream(select(notes).order_by(notes.c.order_id, notes.c.seq))
        _hash(entries, notes, "content", "personal", "actor")


def _hash(rows: Iterable[tuple[Any, ...]], table: Table, *names: str) -> None:
    places = [list(table.c).index(table.c[name]) for name in names]
    for row in rows:
        for place in places:
            text = row[place]
            if text is not None:
                sha256(text.encode()).digest()


# What is verified


def fill(trail: OrderTrail, orders: int) -> None:
    """So many orders of four fates, some with personal data erased."""
    for first in range(0, orders, ORDERS_A_COMMIT):
        with trail.batch() as batch:
            for number in range(first, min(first + ORDERS_A_COMMIT, orders)):
                (lifecycle, _returned, _edited, _cancelled)[number % 4](batch, number)


def _placed(trail: OrderTrail, number: int) -> tuple[Desk, str]:
    desk = trail.acting(f"user-{number % 9}", channel="Order Management")
    new = NewOrder(
        customer={"id": f"C{number}", "name": f"Customer {number}", "email": f"c{number}@example.com"},
        market="US",
        currency="USD",
        line_items={
            str(line): NewLineItem(sku=f"SKU-{line}", name="Stove", quantity=Decimal(2), unit_price=Decimal("49.50"))
            for line in (1, 2)
        },
        shipments={"1": NewShipment(method="Ground", quantities={"1": Decimal(2), "2": Decimal(2)})},
    )
    return desk, desk.place_order(new, idempotency_key=f"key-{number}").id


def _returned(trail: OrderTrail, number: int) -> None:
    desk, order = _placed(trail, number)
    desk.add_payment(order, amount=Decimal("198.00"), method="Card", transaction_type="Sale")
    desk.release_shipment(order, shipment="1")
    desk.complete_shipment(order, shipment="1", tracking_number="1Z999")
    desk.create_return(order, items={"1": {"quantity": 1, "reason": "wrong-size"}}, kind="refund")
    desk.receive_return_items(order, return_id="1", items={"1": {"quantity": 1, "condition": "new"}})
    desk.complete_return(order, return_id="1")
    if number % 8 == 1:
        desk.erase_personal_data(order, reason="erasure-request")


def _edited(trail: OrderTrail, number: int) -> None:
    desk, order = _placed(trail, number)
    desk.change_shipping_address(order, shipment="1", address={"name": "Mercy Taylor", "city": "Springfield"})
    desk.change_line_item(order, line_item="1", unit_price=Decimal("45.00"))
    desk.add_coupon(order, code="SPRING", discount=Decimal("5.00"))
    note = desk.add_note(order, title="Wants it on Friday", detail="Called twice. " * 20).version
    desk.edit_note(order, note=note, detail="Called three times. " * 20)
    desk.pin_note(order, note=note)
    desk.split_shipment(order, shipment="1", quantities={"2": 1})


def _cancelled(trail: OrderTrail, number: int) -> None:
    desk, order = _placed(trail, number)
    desk.add_payment(order, amount=Decimal("198.00"), method="Card", transaction_type="Authorization")
    desk.hold_order(order, reason="fraud")
    desk.set_attribute(order, key="channel", value="telephone")
    desk.cancel_order(order, reason="customer-request", initiator="customer", void_authorizations=True)


def main() -> None:
    """Measure one database, and print the figures as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="its URL; an empty one is filled first")
    parser.add_argument("--orders", type=int, default=ORDERS, help="how many orders an empty one is filled with")
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.database, arguments.orders)))


if __name__ == "__main__":
    main()
