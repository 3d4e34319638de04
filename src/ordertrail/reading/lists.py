"""Lists of orders."""

from collections.abc import Iterable
from datetime import datetime
from reprlib import repr as shortened
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, or_, select

from ordertrail.errors import InvalidInput
from ordertrail.notes.times import micros, moment
from ordertrail.orders.money import LARGEST_MINOR
from ordertrail.orders.statuses import OrderStatus
from ordertrail.reading.customers import by_customer, by_either, by_email
from ordertrail.reading.frequent import is_frequent
from ordertrail.reading.notes import checked_event_type
from ordertrail.reading.pages import (
    Names,
    Page,
    checked_cursor,
    checked_id,
    checked_limit,
    checked_micros,
    checked_names,
    checked_number,
    named,
    one_of,
)
from ordertrail.store.base import Transaction
from ordertrail.store.facets import EVENT, ORDINARY, PERSON


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which orders. `customer` is an id or any part of a name, `email` any part of an address, `find`
    any of these.

    `…_since` is inclusive, `…_until` exclusive; `active` is the last activity, `held` since when an order is on hold:
    `held_until` finds what has waited longest. `event_type` finds the orders that have such an entry, `worked_on_by`
    those on which the person of this id, or an app on their behalf, did something. Totals are in minor units, whatever
    the currency, both ends inclusive.
    """

    status: Names = None
    market: Names = None
    currency: Names = None
    channel: Names = None
    customer: str | None = None
    email: str | None = None
    find: str | None = None
    number: Names = None
    placed_since: datetime | None = None
    placed_until: datetime | None = None
    active_since: datetime | None = None
    active_until: datetime | None = None
    held_since: datetime | None = None
    held_until: datetime | None = None
    event_type: Names = None
    worked_on_by: Names = None
    total_from: int | None = None
    total_to: int | None = None


SORTS = tuple(f"{sign}{name}" for name in ("placed", "last_activity", "held_since", "total") for sign in ("-", ""))
"""What a list may be sorted by: the last or highest first with a minus. Each has an index."""


def usual_sort(wanted: OrderFilter) -> str:
    """How a list is sorted unless somebody says how: the last placed first, or by what it is filtered by in time."""
    if wanted.held_since is not None or wanted.held_until is not None:
        return "held_since"
    if wanted.total_from is not None or wanted.total_to is not None:
        return "-total"
    return "-placed" if wanted.active_since is None and wanted.active_until is None else "-last_activity"


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
    sort: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[OrderSummary]:
    """A page of orders, sorted by one of SORTS, or as is usual for the filter.

    A total counts in minor units, whatever the currency; by `held_since` only orders on hold are listed. Raises
    InvalidInput, for the cursor of another sort too.
    """
    limit = checked_limit(limit)
    orders, facets = tables.orders, tables.order_facets
    sort = usual_sort(wanted) if sort is None else sort
    listed = select(*(orders.c[_COLUMNS.get(name, name)] for name in OrderSummary.__struct_fields__))
    entries = _entry_conditions(wanted)
    leading = None if sort not in ("placed", "-placed") or _names_few(wanted) else _leading(entries)
    if leading is None:
        order = _Order(orders.c, sort)
    else:
        # Read in the order of the index: else all hits would be sorted, or all orders gone through. By the id alone, as
        # PostgreSQL takes those who agree in two columns for one in a million, and would look at all hits for a page.
        order = _Order(facets.c, sort)
        listed = listed.join(facets, facets.c.order_id == orders.c.order_id).where(*_in_index(facets.c, leading))
        entries.remove(leading)
    conditions = _order_conditions(transaction, tables, wanted) + [_has(transaction, tables, one) for one in entries]
    rows = transaction.rows(listed.where(*conditions, *order.beyond(after)).order_by(*order.by).limit(limit + 1))
    found = tuple(_summary(row) for row in rows[:limit])
    return Page(found, order.cursor(found[-1]) if len(rows) > limit else None)


def cursor_after(last: OrderSummary, sort: str) -> str:
    """What a page comes after that begins behind this order, in a list sorted so."""
    value = getattr(last, sort.removeprefix("-"))
    return f"{sort}~{micros(value) if isinstance(value, datetime) else value}~{last.id}"


_COLUMNS = {"id": "order_id"}  # where a summary calls it otherwise


class _Order:
    """How a list is sorted, orders that are alike by their ids, and where in it a cursor stands."""

    def __init__(self, columns: Any, sort: str) -> None:
        self._sort = one_of(SORTS)(sort, "sort")
        self._name = sort.removeprefix("-")
        self._column, self._id = columns[self._name], columns.order_id
        self._falls = sort.startswith("-")
        self.by = [column.desc() if self._falls else column.asc() for column in (self._column, self._id)]

    def cursor(self, last: OrderSummary) -> str:
        """What the next page comes after."""
        return cursor_after(last, self._sort)

    def beyond(self, after: str | None) -> list[ColumnElement[bool]]:
        """The condition that orders come after a cursor, and have what they are sorted by."""
        there = [self._column.is_not(None)] if self._column.nullable else []
        if after is None:
            return there
        place, order_id = self._place(after)
        if self._falls:
            return [self._column <= place, or_(self._column < place, self._id < order_id)]
        return [self._column >= place, or_(self._column > place, self._id > order_id)]

    def _place(self, after: str) -> tuple[int, str]:
        sort, _, rest = checked_id(after, "after").partition("~")
        place, _, order_id = rest.partition("~")
        if not order_id:
            raise InvalidInput(f"{shortened(after)} is no cursor: give the `next` of the page before")
        if sort != self._sort:
            raise InvalidInput(
                f"this cursor is of a list sorted by {shortened(sort)}, not by {self._sort!r}: keep to one sort"
            )
        below_zero = place.startswith("-")
        found = checked_cursor(place.removeprefix("-")) or 0
        return -found if below_zero else found, order_id


def _order_conditions(transaction: Transaction, tables: Any, wanted: OrderFilter) -> list[ColumnElement[bool]]:
    columns, numbers = tables.orders.c, tables.order_numbers.c
    found = [
        *named(columns.status, wanted.status, one_of(OrderStatus)),
        *named(columns.market, wanted.market),
        *named(columns.currency, wanted.currency),
        *named(columns.channel, wanted.channel),
    ]
    if wanted.number is not None:
        found.append(columns.order_id.in_(select(numbers.order_id).where(*named(numbers.number, wanted.number))))
    if wanted.customer is not None:
        found.append(by_customer(transaction, tables, wanted.customer))
    if wanted.email is not None:
        found.append(by_email(transaction, tables, wanted.email))
    if wanted.find is not None:
        found.append(by_either(transaction, tables, wanted.find))
    found += _between(columns.placed, wanted.placed_since, wanted.placed_until)
    found += _between(columns.last_activity, wanted.active_since, wanted.active_until)
    found += _between(columns.held_since, wanted.held_since, wanted.held_until)
    return found + _totals(columns.total, wanted)


class _EntryCondition(NamedTuple):
    """What some entry of an order has to say: one of `values` in `column`. `facet` indexes it; None where none does."""

    column: str
    values: frozenset[str]
    facet: str | None


def _entry_conditions(wanted: OrderFilter) -> list[_EntryCondition]:
    """What entries are asked for. Raises InvalidInput."""
    found = []
    if wanted.event_type is not None:
        types = frozenset(checked_names(wanted.event_type, "event_type", checked_event_type))
        found.append(_EntryCondition("event", types, EVENT.name if types.isdisjoint(ORDINARY) else None))
    if wanted.worked_on_by is not None:
        people = frozenset(checked_names(wanted.worked_on_by, "worked_on_by"))
        found.append(_EntryCondition("actor_id", people, PERSON.name))
    return found


def _names_few(wanted: OrderFilter) -> bool:
    """Whether so few orders are named that it is best to begin with them."""
    return any(given is not None for given in (wanted.number, wanted.customer, wanted.email, wanted.find))


def _leading(entries: Iterable[_EntryCondition]) -> _EntryCondition | None:
    """The condition by whose index a list can be read in its order: one that is for one value."""
    return next((one for one in entries if one.facet is not None and len(one.values) == 1), None)


def _in_index(facets: Any, condition: _EntryCondition) -> list[ColumnElement[bool]]:
    return [facets.facet == condition.facet, facets.value.in_(sorted(condition.values))]


def _has(transaction: Transaction, tables: Any, condition: _EntryCondition) -> ColumnElement[bool]:
    """That an order has such an entry."""
    orders, notes, facets = tables.orders.c, tables.order_notes.c, tables.order_facets.c
    if condition.facet is None:
        hits = select(notes.order_id).where(notes[condition.column].in_(sorted(condition.values)))
        its = hits.where(notes.order_id == orders.order_id)
    else:
        hits = select(facets.order_id).where(*_in_index(facets, condition))
        if not is_frequent(transaction, hits):
            found: ColumnElement[bool] = orders.order_id.in_(hits)
            return found
        its = hits.where(facets.placed == orders.placed, facets.order_id == orders.order_id)
    # No EXISTS, which SQLite takes for a join: it would begin with the hits, and sort them all.
    return its.correlate(tables.orders).limit(1).scalar_subquery().is_not(None)


def _totals(column: Any, wanted: OrderFilter) -> list[ColumnElement[bool]]:
    least, most = wanted.total_from, wanted.total_to
    found = [] if least is None else [column >= _amount(least, "total_from")]
    return found if most is None else [*found, column <= _amount(most, "total_to")]


def _amount(value: int, place: str) -> int:
    """An amount in minor units. Raises InvalidInput for what no order can come to."""
    if abs(checked_number(value, place)) > LARGEST_MINOR:
        raise InvalidInput(f"{place} is {value}: no order comes to more than {LARGEST_MINOR} minor units")
    return value


def _between(column: Any, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    found = [] if since is None else [column >= checked_micros(since)]
    return found if until is None else [*found, column < checked_micros(until)]


def _summary(row: Iterable[Any]) -> OrderSummary:
    names = OrderSummary.__struct_fields__
    fields = dict(zip(names, row, strict=True))
    for name in ("placed", "held_since", "last_activity"):
        fields[name] = None if fields[name] is None else moment(fields[name])
    return OrderSummary(**fields)
