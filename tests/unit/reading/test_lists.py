"""Lists of orders of rows that are in memory."""

import pytest

from ordertrail import InvalidInput
from ordertrail.reading.lists import OrderFilter, orders_page
from tests.shops import in_memory, small


def test_a_list_goes_on_after_its_cursor() -> None:
    trail, desk = in_memory()
    placed = [desk.place_order(small()).number for _ in range(3)]
    with trail.store.reading() as transaction:
        first = orders_page(transaction, trail.store.tables, OrderFilter(status="InProgress"), limit=2)
        second = orders_page(transaction, trail.store.tables, OrderFilter(), after=first.next)
        assert [order.number for order in (*first, *second)] == placed[::-1]
        assert second.next is None
        with pytest.raises(InvalidInput, match="'Lost' is no status: it is one of InProgress, OnHold"):
            orders_page(transaction, trail.store.tables, OrderFilter(status=["OnHold", "Lost"]))
