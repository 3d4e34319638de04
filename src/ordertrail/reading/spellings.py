"""How markets and channels are spelt in the record, for who looks for one as it is spoken."""

from typing import Any

from sqlalchemy import Select, and_, func, literal_column, select

from ordertrail.store.base import Transaction

MOST = 500
"""So many spellings are read at most: a shop has a handful of markets and channels."""

_LATELY = 10_000
"""Among so many entries, the last ones, a channel is looked for that no order came in by."""


def spellings_of_orders(transaction: Transaction, tables: Any, column: str) -> list[str]:
    """All that an indexed column of orders holds, each once: from one to the next in its index, however many orders
    hold it."""
    values = tables.orders.c[column]
    steps = select(func.min(values).label("value")).cte("steps", recursive=True)
    further = select(func.min(values)).where(values > steps.c.value).correlate(steps).scalar_subquery()
    steps = steps.union_all(select(further).where(steps.c.value.is_not(None)))
    return _texts(transaction, select(steps.c.value).where(steps.c.value.is_not(None)).limit(MOST))


def channels_of_entries(transaction: Transaction, tables: Any, order_id: str | None = None) -> list[str]:
    """The channels by which entries came: those of an order, or the last ones of all."""
    notes, log = tables.order_notes.c, tables.log_entries.c
    if order_id is not None:
        return _texts(transaction, select(notes.channel).where(notes.order_id == order_id).distinct().limit(MOST))
    size = select(tables.log_head.c.size).scalar_subquery()
    joined = tables.log_entries.join(tables.order_notes, and_(notes.order_id == log.order_id, notes.seq == log.seq))
    lately = select(notes.channel).select_from(joined).where(log.position >= size - literal_column(str(_LATELY)))
    return _texts(transaction, lately.distinct().limit(MOST))


def _texts(transaction: Transaction, wanted: Select[Any]) -> list[str]:
    return [str(value) for (value,) in transaction.rows(wanted)]
