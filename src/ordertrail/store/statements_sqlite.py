"""The SQL of SQLite's hot path, compiled once."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter, ne
from typing import Any

from sqlalchemy import and_, bindparam, insert, literal_column, null, select, update
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.sql import Executable

from ordertrail.store.base import OrderRow
from ordertrail.store.schema import Tables
from ordertrail.store.statements import named, sql

DIALECT = sqlite_dialect()

_WRITTEN = range(OrderRow._fields.index("status"), len(OrderRow._fields))
"""The columns of an order that an operation may change."""

Values = Callable[[Sequence[Any]], tuple[Any, ...]]
"""Takes the values of a statement out of a row."""


class Statements:
    """The SQL of the hot path, compiled once for each store."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        orders, numbers, remembered = tables.orders, tables.order_numbers, tables.idempotency
        self.load = sql(select(orders).where(named(orders.c.order_id)), DIALECT)
        self.order_id_of = sql(select(numbers.c.order_id).where(named(numbers.c.number)), DIALECT)
        self.insert_order = sql(insert(orders), DIALECT)
        self.insert_number = sql(insert(numbers), DIALECT)
        self.insert_notes = sql(insert(tables.order_notes), DIALECT)
        self.insert_log = sql(self._insert_log(), DIALECT)
        counter = tables.order_counter
        self.draw = sql(
            update(counter).values(last=counter.c.last + literal_column("1")).returning(counter.c.last), DIALECT
        )
        self.recall = sql(select(remembered).where(and_(*map(named, remembered.primary_key))), DIALECT)
        self.remember = sql(insert(remembered), DIALECT)
        self.forget = sql(update(remembered).values(digest=null()).where(named(remembered.c.order_id)), DIALECT)
        self.forget_keys = self._forget_keys()
        self.insert_erasures = sql(insert(tables.erasures), DIALECT)
        self.erase = {part: self._erase(part) for part in ("personal", "actor")}
        self.token = sql(select(tables.tokens).where(named(tables.tokens.c.token_id)), DIALECT)
        self.insert_token = sql(insert(tables.tokens), DIALECT)
        self.revoke_token = sql(self._revoke_token(), DIALECT)
        self._updates: dict[tuple[bool, ...], tuple[str, Values]] = {}

    def _insert_log(self) -> Executable:
        """The position is the size of the log, which a trigger lets grow with each entry."""
        head, log = self.tables.log_head, self.tables.log_entries
        values = (bindparam(None, type_=log.c[name].type) for name in ("order_id", "seq", "leaf"))
        return insert(log).from_select(["position", "order_id", "seq", "leaf"], select(head.c.size, *values))

    def _forget_keys(self) -> str:
        keys = f'"{self.tables.idempotency.name}"'
        oldest = f"SELECT rowid FROM {keys} WHERE recorded < ? AND first_seq > 1 ORDER BY recorded LIMIT ?"
        return f"DELETE FROM {keys} WHERE rowid IN ({oldest})"

    def _erase(self, part: str) -> str:
        notes = self.tables.order_notes
        parts = {part: null(), f"{part}_salt": null()}
        return sql(update(notes).values(parts).where(named(notes.c.order_id), named(notes.c.seq)), DIALECT)

    def _revoke_token(self) -> Executable:
        columns = self.tables.tokens.c
        revoked = bindparam("new_revoked", type_=columns.revoked.type)
        valid = (named(columns.token_id), columns.revoked.is_(None))
        return update(self.tables.tokens).values(revoked=revoked).where(*valid)

    def update_order(self, seen: Sequence[Any], row: OrderRow) -> tuple[str, Values]:
        """The update of those columns that differ from what was seen, and what takes their values out of a row.

        SQLite writes an index again whenever a column of it is named, changed or not.
        """
        differs = tuple(map(ne, seen, row))
        if differs not in self._updates:
            columns = [i for i in _WRITTEN if differs[i]]
            self._updates[differs] = self._update(columns), itemgetter(*columns, 0)
        return self._updates[differs]

    def _update(self, columns: Iterable[int]) -> str:
        orders = self.tables.orders
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (OrderRow._fields[i] for i in columns)}
        return sql(update(orders).values(values).where(named(orders.c.order_id)), DIALECT)


statements = lru_cache(maxsize=8)(Statements)
"""The statements for given tables, compiled once: a caller's connections may be many."""
