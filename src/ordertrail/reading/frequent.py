"""Whether so many orders fit that a page of them is found soonest by going through the list."""

from typing import Any

from sqlalchemy import Select, func, select

from ordertrail.store.base import Transaction

FREQUENT = 2_000
"""With so many hits or more a list is read in its order until a page is full, which is soon: with fewer all hits are
looked at."""


def is_frequent(transaction: Transaction, way: Select[Any]) -> bool:
    """Whether a way to hits finds so many that it is better not gone."""
    hits = select(func.count()).select_from(way.limit(FREQUENT).subquery())
    return bool(transaction.rows(hits)[0][0] == FREQUENT)
