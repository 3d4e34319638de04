"""Performs what the data implies: whole orders only, many in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from ordertrail.errors import DuplicateId
from ordertrail.importers.olist.kinds import count_kinds
from ordertrail.importers.olist.planning import PLAIN_ATTRIBUTES, REASONS, Plan, plan
from ordertrail.importers.olist.source import Source, SourceOrder, read
from ordertrail.trail import OrderTrail

CHANNEL = "Import: olist"
OPERATIONS_AT_ONCE = 500
"""A transaction ends with the order that makes it so many operations: the disk is waited for seldom, others briefly."""


class ImportSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What an import found and did.

    `orders` are in the files: `added` came in now, `skipped` were there already. `operations` were performed now and
    made `entries`. `counts` says how often each kind of unevenness occurs in the files, whenever its orders came in.
    """

    orders: int
    added: int
    skipped: int
    operations: int
    entries: int
    counts: Mapping[str, int]


def run(trail: OrderTrail, directory: Path, *, progress: Callable[[int, int], None] | None = None) -> ImportSummary:
    """Import the data set in `directory`, as `add` does. Raises InvalidSource, before anything is written."""
    return add(trail, read(directory, trail.clock()), progress=progress)


def add(trail: OrderTrail, source: Source, *, progress: Callable[[int, int], None] | None = None) -> ImportSummary:
    """Import the orders that are not there yet; an order is known by its number.

    `progress` is told, after each transaction, how many orders are done and how many there are. Raises StoreError. What
    was committed before a failure stays: run again, it goes on.
    """
    known = trail.extended(reasons=REASONS, plain_attributes=PLAIN_ATTRIBUTES)
    missing = _missing(trail, source.orders)
    added: list[tuple[int, int]] = []
    done, total = len(source.orders) - len(missing), len(source.orders)
    tell = progress or (lambda done, total: None)
    tell(done, total)
    for plans in _batches(missing, source):
        added += _add_all(known, plans)
        done += len(plans)
        tell(done, total)
    return ImportSummary(
        orders=total,
        added=len(added),
        skipped=total - len(added),
        operations=sum(operations for operations, _ in added),
        entries=sum(entries for _, entries in added),
        counts=count_kinds(source),
    )


def _missing(trail: OrderTrail, orders: Iterable[SourceOrder]) -> list[SourceOrder]:
    with trail.store.reading() as transaction:
        return [order for order in orders if transaction.order_id_of(order.row.id) is None]


def _batches(orders: Iterable[SourceOrder], source: Source) -> Iterator[list[Plan]]:
    """The plans of whole orders, so many together that they have enough operations."""
    batch: list[Plan] = []
    operations = 0
    for order in orders:
        batch.append(plan(order, source))
        operations += 1 + len(batch[-1].then)
        if operations >= OPERATIONS_AT_ONCE:
            yield batch
            batch, operations = [], 0
    if batch:
        yield batch


def _add_all(trail: OrderTrail, plans: Iterable[Plan]) -> Iterator[tuple[int, int]]:
    """Perform the plans in one transaction."""
    with trail.batch() as batch:
        done = [_add(batch, plan) for plan in plans]
    return (counts for counts in done if counts is not None)


def _add(trail: OrderTrail, plan: Plan) -> tuple[int, int] | None:
    """Operations and entries of an order; None where another import was faster."""
    try:
        order = trail.acting(plan.by, channel=CHANNEL).place_order(plan.order, at=plan.at)
    except DuplicateId:
        return None
    for act in plan.then:
        desk = trail.acting(act.actor, channel=CHANNEL)
        order = desk.perform(order.id, act.operation, act.arguments, at=act.at)
    return 1 + len(plan.then), order.version
