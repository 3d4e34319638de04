"""The first page of notes of an order with 100,000 notes beside that of one with 100."""

import statistics
import time
from typing import Any

from ordertrail import NewOrder, OrderTrail

FEW, MANY = 100, 100_000
OPERATIONS_A_COMMIT = 500


def order_with_notes(trail: OrderTrail, count: int) -> str:
    """An order with so many notes, a tenth of them edited once. Returns its id."""
    order = trail.acting("anna", channel="Order Management").place_order(NewOrder(market="US", currency="USD"))
    done = 1
    while done < count:
        with trail.batch() as batch:
            desk = batch.acting("anna", channel="Order Management")
            for number in range(done, min(done + OPERATIONS_A_COMMIT, count)):
                if number % 10 == 5:
                    desk.edit_note(order.id, note=number, title=f"Call {number}, again")
                else:
                    desk.add_note(order.id, title=f"Call {number}", detail="Nobody was there.")
        done += OPERATIONS_A_COMMIT
    return order.id


def measure(url: str, rounds: int = 200) -> dict[str, Any]:
    """How much longer the page takes, newest and oldest first; the median of each round's ratio."""
    with OrderTrail.open(url, durability="normal", schema="pages") as trail:
        few, many = order_with_notes(trail, FEW), order_with_notes(trail, MANY)
        found = {}
        for newest_first in (False, True):
            pairs = [(_page(trail, few, newest_first), _page(trail, many, newest_first)) for _ in range(rounds)]
            short, long = (statistics.median(times) for times in zip(*pairs, strict=True))
            found["newest first" if newest_first else "oldest first"] = long / short
        return found


def _page(trail: OrderTrail, order_id: str, newest_first: bool) -> float:
    start = time.perf_counter()
    page = trail.order_notes(order_id, newest_first=newest_first, limit=50)
    seconds = time.perf_counter() - start
    if len(page) != 50:
        raise RuntimeError("this order has fewer than 50 notes")
    return seconds
