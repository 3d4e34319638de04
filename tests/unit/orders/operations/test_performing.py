"""Performing: permissions, statuses, totals, and what is said when something is refused."""

from decimal import getcontext, localcontext

import pytest

from ordertrail.errors import NotPermitted, OperationNotAllowed, UnknownId
from ordertrail.orders.model import Order
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import COLLECTIONS, Operation
from ordertrail.orders.operations.order import CompleteOrder
from ordertrail.orders.operations.payments import FailPayment
from ordertrail.orders.operations.performing import perform, why_not, why_not_on
from ordertrail.orders.operations.shipments import CompleteShipment
from ordertrail.orders.statuses import OrderStatus
from tests.unit.orders.builders import (
    CONTEXT,
    act,
    back,
    do,
    in_status,
    item,
    paid,
    placed,
    received,
    refused,
    returning,
    shipment,
    sold,
    trusted_with,
    two_shipments,
)


def test_who_is_trusted_with_all_needs_no_permission() -> None:
    assert CONTEXT.permits("anything")
    assert trusted_with("order.hold").permits("order.hold")
    assert not trusted_with("order.hold").permits("order.cancel")
    with pytest.raises(NotPermitted, match=r"dancing needs the permission feet") as caught:
        trusted_with().require("feet", "dancing")
    assert (caught.value.permission, caught.value.action) == ("feet", "dancing")


def test_a_permission_that_is_missing_is_said_before_anything_else() -> None:
    with pytest.raises(NotPermitted):
        do(in_status(placed(), OrderStatus.CANCELLED), "hold_order", trusted_with(), reason="x")


def test_a_part_that_is_not_there_is_said_before_a_status() -> None:
    with pytest.raises(UnknownId, match=r"no shipment '9'"):
        do(in_status(placed(), OrderStatus.CANCELLED), "release_shipment", shipment="9")


def test_what_is_not_allowed_names_the_operation_and_the_statuses() -> None:
    with pytest.raises(
        OperationNotAllowed, match=r"^unrelease_shipment is not allowed: no shipment is Released$"
    ) as caught:
        do(placed(), "unrelease_shipment", shipment="1")
    assert caught.value.statuses == {"order": "InProgress"}
    with pytest.raises(OperationNotAllowed, match=r"shipment 2 is Inv\w+, and would have to be Released$") as caught:
        do(do(two_shipments(), "release_shipment", shipment="1"), "unrelease_shipment", shipment="2")
    assert caught.value.statuses == {"order": "InProgress", "shipment/2": "InventoryAssigned"}


def test_a_refusal_leaves_the_order_as_it_was() -> None:
    order = placed()
    before = placed()
    assert refused(order, "complete_order")
    assert order == before


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=OPERATIONS)
def test_outside_its_statuses_no_operation_is_legal(row: Operation) -> None:
    for status in set(OrderStatus) - row.legal_in:
        why = why_not(row, in_status(two_shipments(), status))
        assert why is not None
        assert why.startswith(f"the order is {status}; it is legal for ")


def test_nothing_is_placed_over_an_order() -> None:
    assert why_not(OPERATIONS["place_order"], placed()) == "the order is InProgress; it is legal for no order yet"


def test_an_operation_on_parts_is_offered_where_there_are_any() -> None:
    row = OPERATIONS["set_tracking"]
    assert why_not(row, placed()) is None
    assert why_not(row, placed(shipments={})) == "the order has no shipment"
    assert why_not(OPERATIONS["process_payment"], placed()) == "no payment is Pending"


def test_what_is_legal_with_an_argument_is_offered_with_it() -> None:
    held = do(placed(), "hold_order", reason="x")
    row = OPERATIONS["complete_shipment"]
    assert why_not(row, held, CompleteShipment(shipment="1")) == (
        "the order is OnHold; it is legal for InProgress, PartiallyShipped, or here with left_anyway"
    )
    assert why_not(row, held, CompleteShipment(shipment="1", left_anyway="x")) is None
    order = paid(placed(), "1.00")
    assert why_not(OPERATIONS["fail_payment"], order) == "no payment is Pending (with reason: Processed)"
    assert why_not(OPERATIONS["fail_payment"], order, FailPayment(payment="1", reason="x")) is None


def test_steps_carry_the_totals_of_their_order() -> None:
    for step in act(two_shipments(), "cancel_order", reason="x", initiator="shop"):
        assert step.order.totals.total == 0


def test_operations_leave_the_callers_decimals_alone() -> None:
    with localcontext() as callers:
        callers.prec = 5
        perform(OPERATIONS["complete_order"], placed(shipments={}), CompleteOrder(), CONTEXT)
        assert getcontext().prec == 5


def on_parts(order: Order, kind: str) -> dict[str, dict[str, str]]:
    """Of each part of this kind the operations that are not legal on it, with the reason."""
    rows = [row for row in OPERATIONS.values() if row.part == kind]
    return {
        key: {row.name: why for row in rows if (why := why_not_on(row, order, key))}
        for key in getattr(order, COLLECTIONS[kind])
    }


def test_each_part_has_its_own_reasons() -> None:
    order = do(do(two_shipments(), "release_shipment", shipment="1"), "complete_shipment", shipment="1")
    order = do(order, "confirm_delivery", shipment="1")
    left, stays = (on_parts(order, "shipment")[key] for key in "12")
    assert left["reopen_shipment"] == "shipment 1 was delivered: clear the delivery first, with a reason"
    assert left["split_shipment"] == "shipment 1 is Shipped"
    assert left["change_warehouse"].startswith("shipment 1 is Shipped, and would have to be AwaitingInventory, Inv")
    assert left["complete_shipment"].startswith("shipment 1 is Shipped, and would have to be")
    assert stays.keys().isdisjoint({"cancel_shipment", "split_shipment", "change_warehouse", "release_shipment"})
    cancelled = do(order, "cancel_shipment", shipment="2", reason="late")
    assert on_parts(cancelled, "shipment")["2"]["change_promised_date"] == "shipment 2 is Cancelled"
    assert why_not_on(OPERATIONS["cancel_shipment"], placed(), "1") == (
        "shipment 1 is the last one and nothing has shipped: cancel the order"
    )
    with pytest.raises(UnknownId):
        why_not_on(OPERATIONS["cancel_shipment"], placed(), "9")


def test_a_line_item_goes_by_the_shipments_that_hold_it() -> None:
    order = placed(
        line_items={"1": item(2), "2": item()}, shipments={"1": shipment({"1": 1}), "2": shipment({"1": 1, "2": 1})}
    )
    assert on_parts(order, "line_item") == {"1": {}, "2": {}}
    alone = do(order, "remove_line_item", line_item="2")
    assert on_parts(alone, "line_item")["1"] == {
        "remove_line_item": "line item 1 is the last one in shipment 1; line item 1 is the last one in shipment 2"
    }
    released = do(order, "release_shipment", shipment="2")
    assert on_parts(released, "line_item")["2"]["change_line_item"].startswith("shipment 2 is Released")
    assert "change_line_item" not in on_parts(released, "line_item")["1"]


def test_a_payment_goes_by_what_is_left_of_it() -> None:
    order = paid(paid(placed(), 60, transaction_type="Authorization"), 40)
    assert on_parts(order, "payment")["1"].keys() == {"process_payment"}
    assert on_parts(order, "payment")["2"]["void_payment"] == "payment 2 is no Authorization with a rest"
    assert "fail_payment" not in on_parts(order, "payment")["2"]  # with a reason
    taken = do(order, "capture_payment", payment="1")
    assert on_parts(taken, "payment")["1"]["capture_payment"] == "payment 1 is no Authorization with a rest"
    waiting = paid(placed(), 60, pending=True)
    assert on_parts(waiting, "payment")["1"].keys() == {"capture_payment"}


def test_a_return_goes_by_what_came_in_and_what_for() -> None:
    [reasons] = on_parts(back(sold()), "return").values()
    assert reasons["create_exchange_order"] == "return 1 is of kind refund: change it to exchange first"
    [exchange] = on_parts(returning(sold(), kind="exchange"), "return").values()
    assert exchange.keys().isdisjoint({"create_exchange_order", "cancel_return"})
    [partly] = on_parts(received(returning(sold(), 2), 1), "return").values()
    assert partly["cancel_return"] == "items of return 1 have come in: complete it, with a refund of zero"
