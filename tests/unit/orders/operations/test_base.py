"""What an operation is."""

from typing import Any

import pytest

from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Operation, given
from ordertrail.orders.operations.shipments import CompleteShipment


@pytest.mark.parametrize(("value", "there"), [("x", True), ("", True), (True, True), (None, False), (False, False)])
def test_an_argument_is_given_when_it_says_something(value: Any, there: bool) -> None:
    assert given(CompleteShipment(shipment="1", left_anyway=value), "left_anyway") is there
    assert not given(None, "left_anyway")
    assert not given(CompleteShipment(shipment="1"), "no_such_argument")


# Ids


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_says_what_it_does_in_a_sentence(row: Operation) -> None:
    assert row.summary[0].isupper()
    assert row.summary.endswith(".")
    assert row.arguments.__doc__


def test_what_concerns_two_orders_or_the_past_is_not_alone() -> None:
    assert OPERATIONS["hold_order"].alone
    assert not OPERATIONS["cancel_order"].alone
    assert not OPERATIONS["erase_personal_data"].alone
