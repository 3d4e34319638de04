"""The rows of the record, one order after the other, with their texts as raw bytes.

Each table is read once, in the order of its orders, so that memory does not grow with their number.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, Text, func, literal_column, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql import Executable

from ordertrail.store.base import Transaction
from ordertrail.store.schema import Tables

Row = tuple[Any, ...]

_WAITING = 2**62
"""Added to the ids of log_pending, which come after all positions."""


class OrderRows(NamedTuple):
    """All rows of the record with this order's id: columns as in the tables, texts as bytes. To be read in one pass.

    `log` are (order_id, seq, place, leaf): the place is the position, or above all positions while it waits for one.
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
    while keys := [group.key for group in groups if group.key is not None]:
        key = min(keys)
        here = [group for group in groups if group.key == key]
        yield OrderRows(key, *[group.rows if group.key == key else () for group in groups])
        for group in here:
            group.advance()


class _Groups:
    """The rows of a stream in groups of one order: the key of the present group and its rows; None at the end."""

    key: bytes | None
    rows: Iterable[Row]

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self.advance()

    def advance(self) -> None:
        """Go on to the next group, whatever is left of the present one."""
        self.key, self.rows = next(self._groups, (None, ()))


def _statements(tables: Tables, order_id: str | None) -> list[Executable]:
    notes, log = tables.order_notes, _log(tables, order_id)
    by_seq = [notes.c.order_id, notes.c.seq]
    return [
        _of(raw(tables, tables.orders), tables.orders, order_id).order_by(tables.orders.c.order_id),
        _of(_numbers(tables), tables.order_numbers, order_id).order_by(tables.order_numbers.c.order_id),
        _of(raw(tables, tables.erasures), tables.erasures, order_id).order_by(tables.erasures.c.order_id),
        _of(raw(tables, tables.idempotency), tables.idempotency, order_id).order_by(tables.idempotency.c.order_id),
        log,
        _of(raw(tables, notes), notes, order_id).order_by(*by_seq),
    ]


def _of(statement: Select[Any], table: Table, order_id: str | None) -> Select[Any]:
    return statement if order_id is None else statement.where(table.c.order_id == order_id)


def raw(tables: Tables, table: Table) -> Select[Any]:
    """All columns of a table, texts as bytes."""
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
    placed = _of(select(_bytes(tables, log.c.order_id), log.c.seq, log.c.position, log.c.leaf), log, order_id)
    if not tables.schema:
        return placed.order_by(log.c.order_id, log.c.seq)
    waits = _WAITING + pending.c.id
    waiting = select(_bytes(tables, pending.c.order_id), pending.c.seq, waits, pending.c.leaf)
    both = placed.union_all(_of(waiting, pending, order_id))
    return both.order_by(*map(literal_column, "123"))
