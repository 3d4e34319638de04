"""Lists of orders."""

from collections.abc import Iterable
from datetime import datetime
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select

from ordertrail.errors import InvalidInput
from ordertrail.notes.times import moment
from ordertrail.orders.arguments import checked_text
from ordertrail.orders.statuses import OrderStatus
from ordertrail.reading.pages import (
    Names,
    Page,
    checked_cursor,
    checked_id,
    checked_limit,
    checked_micros,
    named,
    one_of,
)
from ordertrail.store.base import Transaction


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders. `customer` is an id or any part of a name, `email` any part of an address; placed between
    `placed_since` (inclusive) and `placed_until` (exclusive)."""

    status: Names = None
    market: Names = None
    channel: Names = None
    customer: str | None = None
    email: str | None = None
    number: str | None = None
    placed_since: datetime | None = None
    placed_until: datetime | None = None


class OrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list. Money in minor units of its currency."""

    id: str
    number: str
    status: str
    channel: str
    customer_id: str | None
    customer_name: str | None
    customer_email: str | None
    market: str
    currency: str
    total: int
    balance: int
    placed: datetime
    held_since: datetime | None
    last_activity: datetime
    version: int


def orders_page(
    transaction: Transaction,
    tables: Any,
    wanted: OrderFilter,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page[OrderSummary]:
    """A page of orders, last placed first."""
    limit = checked_limit(limit)
    columns = tables.orders.c
    statement = select(
        columns.order_id, columns.number, columns.status, columns.channel, columns.customer_id, columns.customer_name,
        columns.customer_email, columns.market, columns.currency, columns.total, columns.balance, columns.placed,
        columns.held_since, columns.last_activity, columns.version,
    ).where(*_order_conditions(columns, wanted))  # fmt: skip
    if after is not None:
        placed, order_id = _order_cursor(after)
        statement = statement.where(
            or_(columns.placed < placed, and_(columns.placed == placed, columns.order_id < order_id))
        )
    rows = transaction.rows(statement.order_by(columns.placed.desc(), columns.order_id.desc()).limit(limit + 1))
    orders = tuple(_summary(row) for row in rows[:limit])
    more = f"{rows[limit - 1][11]}~{rows[limit - 1][0]}" if len(rows) > limit else None
    return Page(orders, more)


def _order_cursor(after: str) -> tuple[int, str]:
    placed, _, order_id = checked_id(after, "after").partition("~")
    if not order_id:
        raise InvalidInput(f"{after!r} is no cursor: give the `next` of the page before")
    before_1970 = placed.startswith("-")
    place = checked_cursor(placed.removeprefix("-")) or 0
    return -place if before_1970 else place, checked_text(order_id, "after")


def _order_conditions(columns: Any, wanted: OrderFilter) -> list[ColumnElement[bool]]:
    found = [
        *named(columns.status, wanted.status, one_of(OrderStatus)),
        *named(columns.market, wanted.market),
        *named(columns.channel, wanted.channel),
        *named(columns.number, wanted.number),
    ]
    if wanted.customer is not None:
        by_id = named(columns.customer_id, wanted.customer)
        found.append(or_(*by_id, _part_of(columns.customer_name, wanted.customer)))
    if wanted.email is not None:
        found.append(_part_of(columns.customer_email, wanted.email))
    if wanted.placed_since is not None:
        found.append(columns.placed >= checked_micros(wanted.placed_since))
    if wanted.placed_until is not None:
        found.append(columns.placed < checked_micros(wanted.placed_until))
    return found


def _part_of(column: Any, text: str) -> ColumnElement[bool]:
    """Whether `text` is a part of the column, whatever its case.

    The databases know upper and lower case of ASCII letters only, so others are tried in each usual spelling.
    """
    checked_id(text, column.name)
    spelt = {spelling.translate(_ASCII_LOWER) for spelling in (text, text.lower(), text.upper(), text.title())}
    return or_(*(func.lower(column).contains(spelling, autoescape=True) for spelling in sorted(spelt)))


_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def _summary(row: Iterable[Any]) -> OrderSummary:
    names = OrderSummary.__struct_fields__
    fields = dict(zip(names, row, strict=True))
    for name in ("placed", "held_since", "last_activity"):
        fields[name] = None if fields[name] is None else moment(fields[name])
    return OrderSummary(**fields)
