"""How markets and channels are spelt in the record, and people called, for who looks for one as it is spoken."""

from typing import Any

import msgspec
from sqlalchemy import Select, and_, case, func, literal_column, select

from ordertrail.store.base import Transaction

MOST = 500
"""So many spellings are read at most: a shop has a handful of markets and channels."""

_LATELY = 10_000
"""Among so many entries, the last ones, is looked for a channel that no order came in by, and for people, of whom
customers are some."""


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
    return _texts(transaction, _entries(tables, [tables.order_notes.c.channel], order_id))


def people_of_entries(transaction: Transaction, tables: Any, order_id: str | None = None) -> list[tuple[str, str]]:
    """Who acted by entries, each by their id and what they were called: those of an order, or the last ones of all."""
    columns = tables.order_notes.c
    # What was tampered with is for `verify` to tell: it is no reason to refuse a search.
    called = (
        case((func.json_valid(columns.actor), func.json_quote(func.json_extract(columns.actor, "$.label"))))
        if tables.schema is None
        else func.substring(columns.actor, _LABEL)
    )
    rows = transaction.rows(_entries(tables, [columns.actor_id, called], order_id, _LATELY))
    return [(str(actor), str(msgspec.json.decode(label or "null") or actor)) for actor, label in rows]


_LABEL = r'"label":("(?:[^"\\]|\\.)*")'
"""Where a label stands, as JSON, in the text of who acted: within another the quotes would be escaped."""


def _entries(tables: Any, columns: list[Any], order_id: str | None, most: int = MOST) -> Select[Any]:
    """What entries have in some columns, each once: those of an order, or the last ones of all."""
    notes, log = tables.order_notes.c, tables.log_entries.c
    found = select(*columns).distinct().limit(most)
    if order_id is not None:
        return found.where(notes.order_id == order_id)
    size = select(tables.log_head.c.size).scalar_subquery()
    joined = tables.log_entries.join(tables.order_notes, and_(notes.order_id == log.order_id, notes.seq == log.seq))
    return found.select_from(joined).where(log.position >= size - literal_column(str(_LATELY)))


def _texts(transaction: Transaction, wanted: Select[Any]) -> list[str]:
    return [str(value) for (value,) in transaction.rows(wanted)]
