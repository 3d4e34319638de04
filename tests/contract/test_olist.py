"""The orders of the Olist data set as they come in: the real ones where they lie beside the project, made-up ones
always."""

import csv
import json
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ordertrail import NewOrder, Order, OrderTrail
from ordertrail.errors import InvalidSource
from ordertrail.importers.olist import ImportSummary, run
from ordertrail.importers.olist.kinds import WAYS
from tests.olist_files import REAL, A, C, D, Files, uneven

pytestmark = pytest.mark.long

IMPORT = """
import json, resource, sys
from pathlib import Path
import msgspec
from ordertrail import OrderTrail
from ordertrail.importers.olist import run

def peak():
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says may be the parent's
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2

with OrderTrail.open(sys.argv[1]) as trail:
    summary = run(trail, Path(sys.argv[2]), progress=lambda *done: print(json.dumps(done), flush=True))
print(json.dumps({"summary": msgspec.to_builtins(summary), "peak": peak()}))
"""
"""Imports in a process of its own: tells how many orders are done, then the summary and its peak of memory in MB."""


@pytest.fixture
def trail(database_url: str) -> Iterator[OrderTrail]:
    """A new trail."""
    with OrderTrail.open(database_url) as opened:
        yield opened


def importing(url: str, directory: Path) -> "subprocess.Popen[str]":
    """A process that imports."""
    return subprocess.Popen([sys.executable, "-c", IMPORT, url, str(directory)], stdout=subprocess.PIPE, text=True)


def outcome(process: "subprocess.Popen[str]") -> tuple[ImportSummary, float]:
    """What a process that imported came to, and its peak memory in MB."""
    output, _ = process.communicate()
    assert process.returncode == 0
    last = json.loads(output.splitlines()[-1])
    return ImportSummary(**last["summary"]), last["peak"]


def check(trail: OrderTrail, directory: Path) -> None:
    """The record holds exactly what the files say, and verifies."""
    files = Rows(directory)
    for row in files.orders:
        check_order(trail, files, row)
    assert placed(trail) == {row["order_id"] for row in files.orders}
    assert trail.verify().findings == ()


def placed(trail: OrderTrail) -> set[str]:
    """The numbers of all orders that are there."""
    found: set[str] = set()
    after: str | None = None
    while True:
        page = trail.orders(after=after, limit=1000)
        found |= {order.number for order in page}
        after = page.next
        if after is None:
            return found


# The files, read here once more, by other means


class Rows:
    """The rows of the files, by order."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.orders = self._rows("olist_orders_dataset")
        self.customers = {row["customer_id"]: row for row in self._rows("olist_customers_dataset")}
        self.items, self.payments, self.reviews = (
            self._by_order(f"olist_order_{name}_dataset") for name in ("items", "payments", "reviews")
        )

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self._directory / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _by_order(self, name: str) -> Mapping[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in self._rows(name):
            found[row["order_id"]].append(row)
        return found


def at(local: str) -> datetime | None:
    """A time of the files; none where the column is empty."""
    if not local:
        return None
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("America/Sao_Paulo")).astimezone(UTC)


def check_order(trail: OrderTrail, files: Rows, row: dict[str, str]) -> None:
    """One order holds what its rows say: each fact with its own time, each text as it was written."""
    key = row["order_id"]
    order = trail.order(number=key)
    items, payments, reviews = files.items[key], files.payments[key], files.reviews[key]
    customer = files.customers[row["customer_id"]]
    approved, left, arrived = (
        at(row[column])
        for column in ("order_approved_at", "order_delivered_carrier_date", "order_delivered_customer_date")
    )
    assert order.customer is not None
    assert (order.customer.id, order.placed) == (customer["customer_unique_id"], at(row["order_purchase_timestamp"]))
    assert {shipment.promised for shipment in order.shipments.values()} == {at(row["order_estimated_delivery_date"])}
    assert {shipment.shipped_at for shipment in order.shipments.values()} == {left}
    assert {shipment.delivered_at for shipment in order.shipments.values()} == {arrived if left else None}
    assert {payment.processed_at for payment in order.payments.values()} <= {approved}
    assert {id: (line.sku, line.unit_price) for id, line in order.line_items.items()} == {
        item["order_item_id"]: (item["product_id"], Decimal(item["price"])) for item in items
    }
    assert {(s.warehouse, line) for s in order.shipments.values() for line in s.quantities} == {
        (item["seller_id"], item["order_item_id"]) for item in items
    }
    assert {id: (payment.method, payment.amount) for id, payment in order.payments.items()} == {
        payment["payment_sequential"]: (payment["payment_type"], Decimal(payment["payment_value"]))
        for payment in payments
    }
    check_money(order, items, payments, paid=approved is not None)
    check_reviews(trail, order, reviews)
    assert source_status(order) == row["order_status"]


def check_money(order: Order, items: Sequence[Any], payments: Sequence[Any], *, paid: bool) -> None:
    """The totals are the sums of the rows."""
    sum_paid = sum((Decimal(payment["payment_value"]) for payment in payments if paid), Decimal(0))
    cost = sum((Decimal(item["price"]) + Decimal(item["freight_value"]) for item in items), Decimal(0))
    total = Decimal(0) if order.status == "Cancelled" else cost
    assert (order.totals.total, order.totals.paid, order.totals.balance) == (total, sum_paid, total - sum_paid)


def check_reviews(trail: OrderTrail, order: Order, reviews: Sequence[Any]) -> None:
    """Each review is a note by the customer, no earlier than it was answered, with its text as it was."""
    notes = trail.order_notes(order.id, type="Custom").items
    assert Counter(note.detail for note in notes) == Counter(review["review_comment_message"] for review in reviews)
    assert Counter(note.created for note in notes) == Counter(
        max(order.placed, at(review["review_answer_timestamp"]) or order.placed) for review in reviews
    )
    for note in notes:
        assert (note.actor.kind, note.visibility, note.title[:8]) == ("customer", "customer", "Review: ")
        assert order.customer is not None
        assert note.actor.id == order.customer.id


def source_status(order: Order) -> str:
    """The status that the order had in the source, read from the record alone."""
    if "olist.status" in order.attributes:
        return order.attributes["olist.status"]
    if order.status == "Cancelled":
        return "canceled"
    assert order.status == "Completed"
    return "delivered" if all(shipment.delivered_at for shipment in order.shipments.values()) else "shipped"


# Made-up orders, on each engine


def test_every_kind_of_unevenness_comes_in(trail: OrderTrail, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    summary = run(trail, uneven().write(tmp_path), progress=lambda done, total: told.append((done, total)))
    orders = len(uneven().rows["olist_orders_dataset"])
    assert (summary.orders, summary.added, summary.skipped) == (orders, orders, 0)
    assert summary.counts["paid more than the total"] == 1
    assert told == [(0, orders), (orders, orders)]
    check(trail, tmp_path)
    assert trail.verify().entries == summary.entries > summary.operations > orders


def test_run_again_it_adds_nothing(trail: OrderTrail, tmp_path: Path) -> None:
    first = run(trail, uneven().write(tmp_path))
    again = run(trail, tmp_path)
    assert (again.added, again.skipped, again.operations, again.entries) == (0, first.orders, 0, 0)
    assert again.counts == first.counts
    assert trail.verify().entries == first.entries


def test_what_is_new_in_the_files_is_added(trail: OrderTrail, tmp_path: Path) -> None:
    files = Files().order("o1").order("o2", "shipped", d="")
    run(trail, files.write(tmp_path))
    summary = run(trail, files.order("o3").write(tmp_path))
    assert (summary.added, summary.skipped, summary.operations) == (1, 2, 5)
    check(trail, tmp_path)


def test_a_number_that_is_taken_is_left_as_it_is(trail: OrderTrail, tmp_path: Path) -> None:
    with trail.acting("anna", channel="Order Management") as desk:
        own = desk.place_order(NewOrder(number="o1", market="US", currency="USD"))
    summary = run(trail, Files().order("o1").order("o2").write(tmp_path))
    assert (summary.added, summary.skipped) == (1, 1)
    assert trail.order(number="o1").head == own.head


def test_any_status_comes_in_with_any_of_its_times(trail: OrderTrail, tmp_path: Path) -> None:
    files = Files()
    two = [("tent", "seller-1", "100.00", "12.34"), ("gift", "seller-2", "10.00", "0.00")]
    ways = [(a, c, d) for a in (A, "") for c in (C, "") for d in (D, "")]
    for status in (*WAYS, "lost"):
        for way, (a, c, d) in enumerate(ways):
            for items in ((), two[:1], two):
                payments = [("voucher", "12.00"), ("boleto", "0.00"), ("credit_card", "100.34")]
                files.order(f"{status}-{way}-{len(items)}", status, a=a, c=c, d=d, items=items, payments=payments)
    summary = run(trail, files.write(tmp_path))
    assert summary.added == len(WAYS) * 24 + 24
    check(trail, tmp_path)


def test_the_entries_say_who_and_where_from(trail: OrderTrail, tmp_path: Path) -> None:
    run(trail, Files().order("o1", reviews=[("5", "", "bom", "2018-02-01 10:00:00")]).write(tmp_path))
    notes = trail.order_notes(number="o1").items
    assert {note.channel for note in notes} == {"Import: olist"}
    assert [(note.actor.kind, note.actor.id, note.actor.on_behalf_of) for note in (notes[0], notes[2], notes[-1])] == [
        ("app", "olist", "p-o1"),
        ("app", "olist", None),
        ("customer", "p-o1", None),
    ]


def test_before_the_newest_time_nothing_is_known_of_a_cancellation(trail: OrderTrail, tmp_path: Path) -> None:
    run(trail, Files().order("o1", "canceled", c="", d="").order("o2", d="2018-03-01 10:00:00").write(tmp_path))
    cancelled = trail.order(number="o1")
    entry = trail.order_notes(cancelled.id, event_type="OrderGroupCancelled").items[0]
    assert entry.created == at("2018-03-01 10:00:00")
    assert entry.detail.startswith("The source gives no time: between 2018-01-03T12:00:00+00:00 and 2018-03-01T13:")
    assert entry.title == "Order cancelled: Canceled in the source"
    assert trail.order(cancelled.id, as_of=datetime(2018, 3, 1, tzinfo=UTC)).status == "InProgress"


def test_nothing_is_written_from_broken_files(trail: OrderTrail, tmp_path: Path) -> None:
    files = uneven()
    files.rows["olist_order_reviews_dataset"][-1][-1] = "soon"
    with pytest.raises(InvalidSource, match=r"olist_order_reviews_dataset\.csv, line 6: .*'soon'"):
        run(trail, files.write(tmp_path))
    with pytest.raises(InvalidSource, match="nowhere"):
        run(trail, tmp_path / "nowhere")
    assert placed(trail) == set()


def many(directory: Path, orders: int) -> Path:
    """Files of so many orders."""
    files = Files()
    for number in range(orders):
        files.order(f"o{number:04}", reviews=[("5", "", f"bom {number}", "2018-02-01 10:00:00")])
    return files.write(directory)


def test_killed_in_the_middle_and_run_again_it_completes(trail: OrderTrail, database_url: str, tmp_path: Path) -> None:
    directory = many(tmp_path / "files", 400)
    process = importing(database_url, directory)
    assert process.stdout is not None
    next(line for line in process.stdout if json.loads(line)[0] > 0)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    there, files = placed(trail), Rows(directory)
    assert 0 < len(there) < 400
    for row in files.orders:
        if row["order_id"] in there:
            check_order(trail, files, row)
    assert trail.verify().findings == ()
    summary = run(trail, directory)
    assert (summary.added, summary.skipped) == (400 - len(there), len(there))
    check(trail, directory)


def test_two_at_once_add_each_order_once(trail: OrderTrail, database_url: str, tmp_path: Path) -> None:
    directory = many(tmp_path / "files", 400)
    summaries = [outcome(process)[0] for process in [importing(database_url, directory) for _ in range(2)]]
    assert sum(summary.added for summary in summaries) == 400
    assert {summary.orders for summary in summaries} == {400}
    check(trail, directory)


# The real orders, once; where they are not there, the made-up ones


STATUSES = {
    "delivered": 5172,
    "shipped": 1107,
    "canceled": 625,
    "unavailable": 609,
    "invoiced": 314,
    "processing": 301,
    "created": 5,
    "approved": 2,
}
COUNTS = {
    "paid more than the total": 29,
    "paid less than the total": 13,
    "paid, but without items": 772,
    "neither items nor money": 3,
    "payments of 0.00": 5,
    "payments by an unknown method": 3,
    "several payments": 274,
    "payments not numbered from 1": 6,
    "times out of order": 80,
    "handed over before approved": 77,
    "handed over before the purchase": 3,
    "delivered before approved": 3,
    "delivered before handed over": 3,
    "estimate before approved": 7,
    "estimate before handed over": 38,
    "times that the clocks showed twice": 2,
    "not approved": 146,
    "canceled before the handover, no time": 550,
    "canceled before the handover, paid": 409,
    "canceled after the handover": 75,
    "canceled after the delivery": 6,
    "delivered, no time": 7,
    "delivered, no handover": 1,
    "shipped without items": 1,
    "unavailable": 609,
    "open when the files end": 622,
    "several sellers": 71,
    "items with freight of 0.00": 17,
    "items without a category": 158,
    "items of a category without translation": 5,
    "items to be shipped before approved": 7,
    "items to be shipped after the estimate": 32,
    "several reviews": 87,
    "reviews on several orders": 62,
    "reviews without text": 4002,
    "reviews answered before the purchase": 58,
    "reviews answered before another fact": 291,
}


def test_all_real_orders_come_in(sqlite_url: str, tmp_path: Path) -> None:
    # One test, since it takes its time, and is not to be done again by each test process.
    directory = REAL if REAL.exists() else uneven().write(tmp_path / "files")
    first, peak = outcome(importing(sqlite_url, directory))
    with OrderTrail.open(sqlite_url) as trail:
        check(trail, directory)
        again = run(trail, directory)
    assert (first.added, first.skipped) == (first.orders, 0)
    assert (again.added, again.skipped, again.operations, again.entries) == (0, first.orders, 0, 0)
    assert again.counts == first.counts
    assert peak < 300
    if REAL.exists():
        assert Counter(row["order_status"] for row in Rows(directory).orders) == STATUSES
        assert first.counts == COUNTS
        assert (first.orders, first.operations, first.entries) == (8_135, 45_770, 61_667)
