"""Each operation of the table is a method of the desk."""

import inspect

import pytest

from ordertrail import Desk, OrderTrail
from ordertrail.desk_operations import OPTIONS, DeskOperations
from ordertrail.orders.operations import OPERATIONS
from tests.shops import small


@pytest.fixture
def desk() -> Desk:
    """A desk of a shop in memory."""
    return OrderTrail.open("sqlite://").acting("anna", channel="Web")


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_a_method_that_says_what_it_does(desk: Desk, name: str) -> None:
    assert name in dir(desk)
    method = getattr(desk, name)
    assert method.__doc__ == OPERATIONS[name].summary
    assert method.__doc__.endswith(".")


def test_what_is_no_operation_is_no_method(desk: Desk) -> None:
    with pytest.raises(AttributeError, match="'Desk' object has no attribute 'teleport_order'"):
        desk.teleport_order  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(desk, "_private")


def test_options_are_taken_apart_from_arguments(desk: Desk) -> None:
    order = desk.place_order(small())
    options = {"expected_version": 1, "idempotency_key": "k", "at": None, "cause": "request-7"}
    assert set(options) == set(OPTIONS)
    noted = desk.add_note(order.id, title="x", **options)  # type: ignore[arg-type]
    assert next(iter(list(noted.order_notes)[-1:])).title == "x"


def test_the_options_are_those_of_every_method() -> None:
    for name in OPERATIONS:
        parameters = inspect.signature(getattr(DeskOperations, name)).parameters.values()
        assert tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY) == OPTIONS


def test_no_option_is_an_argument_of_any_operation() -> None:
    for row in OPERATIONS.values():
        assert not set(OPTIONS) & set(row.arguments.__struct_fields__)


def test_an_argument_may_be_called_name(desk: Desk) -> None:
    order = desk.place_order(small())
    assert desk.add_coupon(order.id, code="SPRING", name="Spring").coupons["SPRING"].name == "Spring"
