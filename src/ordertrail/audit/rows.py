"""The rows of the record, one order after the other, with their texts as raw bytes.

Each table is read once, in the order of its orders, so that memory does not grow with their number.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, Text, func, literal_column, null, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql import Executable

from ordertrail.store.base import Transaction
from ordertrail.store.schema import Tables

Row = tuple[Any, ...]


class OrderRows(NamedTuple):
    """All rows of the record with this order's id: columns as in the tables, texts as bytes. To be read in one pass.

    `log` are (order_id, seq, position, place in log_pending, leaf), the position None while it is pending.
    """

    order_id: bytes
    orders: Iterable[Row]
    numbers: Iterable[Row]
    erasures: Iterable[Row]
    idempotency: Iterable[Row]
    log: Iterable[Row]
    entries: Iterable[Row]


@contextmanager
def by_order(transaction: Transaction, tables: Tables, order_id: str | None) -> Iterator[Iterator[OrderRows]]:
    """The rows of each order, by id; or of one order only."""
    with ExitStack() as stack:
        groups = [
            _Groups(stack.enter_context(_closing(transaction.stream(statement))))
            for statement in _statements(tables, order_id)
        ]
        yield _merged(groups)


def _closing(rows: Iterator[Row]) -> "closing[Generator[Row, None, None]]":
    # A cursor on the server must be closed before its transaction ends, whatever happens in between.
    return closing(cast("Generator[Row, None, None]", rows))


def _merged(groups: "list[_Groups]") -> Iterator[OrderRows]:
    while True:
        key = min((group.key for group in groups if group.key is not None), default=None)
        if key is None:
            return
        yield OrderRows(key, *(group.take(key) for group in groups))
        for group in groups:
            group.skip(key)


class _Groups:
    """The rows of a stream in groups of one order."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self._advance()

    def _advance(self) -> None:
        self.key: bytes | None
        self._group: Iterable[Row]
        self.key, self._group = next(self._groups, (None, ()))

    def take(self, key: bytes) -> Iterable[Row]:
        """The group of this key; none if the stream has no such rows."""
        return self._group if self.key == key else ()

    def skip(self, key: bytes) -> None:
        """Go on to the next group if this was the group's key."""
        if self.key == key:
            self._advance()


def _statements(tables: Tables, order_id: str | None) -> list[Executable]:
    notes, log = tables.order_notes, _log(tables, order_id)
    by_seq = [notes.c.order_id, notes.c.seq]
    return [
        _of(_raw(tables, tables.orders), tables.orders, order_id).order_by(tables.orders.c.order_id),
        _of(_numbers(tables), tables.order_numbers, order_id).order_by(tables.order_numbers.c.order_id),
        _of(_raw(tables, tables.erasures), tables.erasures, order_id).order_by(tables.erasures.c.order_id),
        _of(_raw(tables, tables.idempotency), tables.idempotency, order_id).order_by(tables.idempotency.c.order_id),
        log,
        _of(_raw(tables, notes), notes, order_id).order_by(*by_seq),
    ]


def _of(statement: Select[Any], table: Table, order_id: str | None) -> Select[Any]:
    return statement if order_id is None else statement.where(table.c.order_id == order_id)


def _raw(tables: Tables, table: Table) -> Select[Any]:
    return select(*(_bytes(tables, column) for column in table.columns))


def _bytes(tables: Tables, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column; a text as the bytes it is stored in, which may have become no text at all."""
    if not isinstance(column.type, Text):
        return column
    return func.convert_to(column, literal_column("'UTF8'")) if tables.schema else sql_cast(column, LargeBinary)


def _numbers(tables: Tables) -> Select[Any]:
    columns = tables.order_numbers.c
    return select(_bytes(tables, columns.order_id), _bytes(tables, columns.number))


def _log(tables: Tables, order_id: str | None) -> Executable:
    """Every place of an entry in the log, or on the way to it."""
    log, pending = tables.log_entries, tables.log_pending
    placed = select(_bytes(tables, log.c.order_id), log.c.seq, log.c.position, null(), log.c.leaf)
    placed = _of(placed, log, order_id)
    if not tables.schema:
        return placed.order_by(log.c.order_id, log.c.seq)
    waiting = select(_bytes(tables, pending.c.order_id), pending.c.seq, null(), pending.c.id, pending.c.leaf)
    both = placed.union_all(_of(waiting, pending, order_id))
    return both.order_by(*(literal_column(str(place)) for place in (1, 2, 3, 4)))
