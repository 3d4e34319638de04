"""Verifying the record: everything that can be, recomputed from raw rows alone, on one state of the database."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import func, select

from ordertrail.audit.chain import Chain
from ordertrail.audit.findings import KEPT, Finding, Found, Verification
from ordertrail.audit.rows import OrderRows, by_order, raw
from ordertrail.audit.standing import check_idempotency, check_numbers, check_order
from ordertrail.audit.texts import shown
from ordertrail.errors import GuardsMissing, UnknownOrder
from ordertrail.reading import checked_id
from ordertrail.store.base import OrderRow, Remembered, Store, Transaction

Progress = Callable[[int, int], None]
"""Is told how many orders are done, of how many."""

_EVERY = 100
"""After how many orders progress is told."""

_NUMBER = OrderRow._fields.index("number")


def verify(store: Store, order_id: str | None = None, *, progress: Progress | None = None) -> Verification:
    """Verify all orders, or one. Raises UnknownOrder where no row of any table has this id, InvalidInput if it is none.

    Of each order and kind of wrong thing the first is named. In a caller's own transaction at READ COMMITTED, what
    others commit meanwhile looks wrong: verify at REPEATABLE READ there.
    """
    run = _Run(store, None if order_id is None else checked_id(order_id, "order_id"), progress)
    kept: list[Finding] = []
    guards = _guards(store, kept)
    with store.reading() as transaction:
        findings = run.findings(transaction)
        kept += islice(findings, KEPT - len(kept))
        beyond = sum(1 for _ in findings)
    return Verification(
        orders=run.orders,
        streams=run.streams,
        entries=run.entries,
        findings=tuple(kept),
        beyond=beyond,
        guards=guards,
    )


def _guards(store: Store, findings: list[Finding]) -> str:
    """How entries are kept append-only, in a sentence."""
    try:
        return store.guards().explanation
    except GuardsMissing as missing:
        found = Found()
        found.add("guards-missing", why=str(missing))
        findings += found.findings()
        return str(missing)


class _Run:
    """One verification: counts what it goes through."""

    def __init__(self, store: Store, order_id: str | None, progress: Progress | None) -> None:
        self._tables, self._trail_id = store.tables, store.trail_id
        self._order_id, self._progress = order_id, progress
        self.orders = self.streams = self.entries = 0

    def findings(self, transaction: Transaction) -> Iterator[Finding]:
        """Whatever is wrong, order by order."""
        total = self._total(transaction) if self._progress else 0
        nothing = True
        with by_order(transaction, self._tables, self._order_id) as all_rows:
            for rows in all_rows:
                nothing = False
                yield from self._order(rows)
                if self._progress and self.orders % _EVERY == 0:
                    self._progress(self.orders, total)
        if self._progress:
            self._progress(self.orders, total)
        if self._order_id is not None and nothing:
            raise UnknownOrder(f"there is no order with the id {self._order_id!r}")
        yield from self._whole(transaction)

    def _total(self, transaction: Transaction) -> int:
        if self._order_id is not None:
            return 1
        return int(transaction.rows(select(func.count()).select_from(self._tables.orders))[0][0])

    def _order(self, rows: OrderRows) -> list[Finding]:
        found = Found()
        order = next(iter(rows.orders), None)
        numbers = [number for _, number in rows.numbers]
        kept = list(rows.idempotency)
        erasures = {(seq, part): eraser for _, seq, part, eraser in rows.erasures}
        chain = Chain(self._trail_id, rows.order_id, found=found, erasures=erasures, log=rows.log, wanted=_seqs(kept))
        for row in rows.entries:
            chain.take(row)
        chain.close()
        if order is None:
            if chain.entries and not chain.stream:
                found.add("no-order")
            check_numbers(None, numbers, found)
        elif chain.stream:
            found.add("stream-with-order")
        elif not chain.entries:
            found.add("no-entries")
        else:
            check_order(order, chain, found)
            check_numbers(order[_NUMBER], numbers, found)
        check_idempotency(kept, chain.doers, max(erasures.values(), default=0), found)
        self.orders += order is not None
        self.streams += chain.stream
        self.entries += chain.entries
        named = order[_NUMBER] if order else next(iter(numbers), None)
        return found.findings(shown(rows.order_id), None if named is None else shown(named))

    # The trail as a whole

    def _whole(self, transaction: Transaction) -> list[Finding]:
        found = Found()
        trails = [trail_id for trail_id, _ in transaction.rows(raw(self._tables, self._tables.trail))]
        if trails != [self._trail_id.encode()]:
            found.add("trail-differs")
        if self._order_id is None:
            self._check_log(transaction, found)
        return found.findings()

    def _check_log(self, transaction: Transaction, found: Found) -> None:
        position = self._tables.log_entries.c.position
        size, first, last = transaction.rows(select(func.count(), func.min(position), func.max(position)))[0]
        if size and (first, last) != (0, size - 1):
            found.add("log-gap", position=_first_gap(transaction, position))
        heads = transaction.rows(select(self._tables.log_head))
        if heads != [(1, size)]:
            found.add("log-size-differs", stored=", ".join(str(row[1]) for row in heads) or "nothing", size=size)


def _first_gap(transaction: Transaction, position: Any) -> int:
    positions = enumerate(transaction.stream(select(position).order_by(position)))
    return next(expected for expected, (found,) in positions if found != expected)


def _seqs(kept: list[Any]) -> frozenset[int]:
    rows = map(Remembered._make, kept)
    return frozenset(seq for row in rows for seq in (row.first_seq, row.last_seq))
