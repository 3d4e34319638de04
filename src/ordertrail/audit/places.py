"""An order's places in the log of all orders, against its entries."""

from collections.abc import Iterable, Iterator

from ordertrail.audit.findings import Found
from ordertrail.audit.rows import Row
from ordertrail.notes.digest import leaf, leaf_hash


class Places:
    """Goes through the places of one order, as `OrderRows.log` gives them, beside its entries."""

    def __init__(self, found: Found, tag: bytes, log: Iterable[Row]) -> None:
        self._found, self._tag = found, tag
        self._rest: Iterator[Row] = iter(log)
        self._next = next(self._rest, None)
        self._last = -1

    def check(self, seq: int, its_digest: bytes) -> None:
        """Check that this entry stands next in the log, once, with its own leaf."""
        if self._next is None or self._next[1] != seq:
            self._skip(seq)
            if self._next is None or self._next[1] != seq:
                self._found.add("log-missing", seq)
                return
        _, _, place, hashed = self._next
        if seq < 0 or hashed != leaf_hash(leaf(self._tag, seq, its_digest)):
            self._found.add("leaf-differs", seq)
        if place <= self._last:
            self._found.add("log-order", seq)
        self._last, self._next = place, next(self._rest, None)
        while self._next is not None and self._next[1] == seq:
            self._found.add("log-twice", seq)
            self._next = next(self._rest, None)

    def close(self) -> None:
        """Check that nothing is left."""
        self._skip(None)

    def _skip(self, seq: int | None) -> None:
        while self._next is not None and (seq is None or self._next[1] < seq):
            self._found.add("log-extra", self._next[1])
            self._next = next(self._rest, None)
