"""What all operations share: permissions, statuses, reasons, ids, times, and what is said when something is refused."""

from datetime import UTC, datetime
from decimal import getcontext, localcontext
from typing import Any

import pytest

from ordertrail.errors import DuplicateId, InvalidText, InvalidTime, NotPermitted, OperationNotAllowed, UnknownId
from ordertrail.orders.model import Reason
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import (
    GivenReason,
    Operation,
    counted,
    given,
    happened,
    in_utc,
    new_id,
    next_id,
    part_of,
    perform,
    reason,
    told,
    why_not,
    with_new,
    with_part,
)
from ordertrail.orders.operations.order import CompleteOrder
from ordertrail.orders.operations.payments import FailPayment
from ordertrail.orders.operations.shipments import CompleteShipment
from ordertrail.orders.statuses import OrderStatus, ShipmentStatus
from tests.unit.orders.builders import (
    CONTEXT,
    EARLIER,
    LATER,
    NOW,
    act,
    context,
    do,
    in_status,
    item,
    paid,
    placed,
    refused,
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


@pytest.mark.parametrize(("value", "there"), [("x", True), ("", True), (True, True), (None, False), (False, False)])
def test_an_argument_is_given_when_it_says_something(value: Any, there: bool) -> None:
    assert given(CompleteShipment(shipment="1", left_anyway=value), "left_anyway") is there
    assert not given(None, "left_anyway")
    assert not given(CompleteShipment(shipment="1"), "no_such_argument")


# Ids


def test_a_drawn_id_follows_the_largest_that_was_used() -> None:
    order = placed()
    assert next_id(order, "payment") == "1"
    order = paid(paid(order, "1.00", id="7"), "1.00", id="x9")
    assert next_id(order, "payment") == "8"
    assert next_id(paid(order, "1.00", id="3"), "payment") == "8"


def test_an_id_that_is_wanted_is_taken_unless_a_part_has_or_had_it() -> None:
    order = do(two_shipments(), "add_line_item", shipment="1", id="x", **item())
    assert new_id(order, "line_item", None) == next_id(order, "line_item") == "2"
    assert new_id(order, "line_item", "y") == "y"
    for taken in (order, do(order, "remove_line_item", line_item="x")):
        with pytest.raises(DuplicateId, match=r"line item x is on this order, or was once: give another id, or none"):
            new_id(taken, "line_item", "x")


@pytest.mark.parametrize(
    ("key", "number"), [("7", 7), ("007", 7), ("x7", 0), ("7.1", 0), ("9" * 15, 10**15 - 1), ("9" * 16, 0)]
)
def test_ids_that_are_numbers_are_counted(key: str, number: int) -> None:
    assert counted(key) == number


def test_a_part_is_found_added_and_changed() -> None:
    order = placed()
    with pytest.raises(UnknownId, match=r"this order has no line item '2'; it has: 1") as caught:
        part_of(order, "line_item", "2")
    assert (caught.value.kind, caught.value.given, caught.value.known) == ("line item", "2", ("1",))
    changed = with_part(order, "shipment", "1", status=ShipmentStatus.PACKING)
    assert (changed.shipments["1"].status, order.shipments["1"].status) == (
        ShipmentStatus.PACKING, ShipmentStatus.INVENTORY_ASSIGNED,
    )  # fmt: skip
    more = with_new(order, "shipment", "5", order.shipments["1"])
    assert (list(more.shipments), more.counters["shipment"], list(order.shipments)) == (["1", "5"], 5, ["1"])


# Times and reasons


def test_a_fact_lies_in_any_past_and_not_in_the_future() -> None:
    assert happened(None, CONTEXT, "it") == NOW
    assert happened(EARLIER, CONTEXT, "it") == EARLIER
    with pytest.raises(
        InvalidTime, match=r"it lies in the future \(2026-03-01T12:00:01\+00:00\): give a time up to now"
    ):
        happened(LATER, CONTEXT, "it")
    # An importer says when it happened: what is told then was so by then.
    assert happened(EARLIER, context(now=EARLIER), "it") == EARLIER
    with pytest.raises(
        InvalidTime,
        match=r"it \(2026-03-01T12:00:00\+00:00\) lies after 2026-02-26T12:00:00\+00:00, when this is said to have "
        "happened: give a time up to then",
    ):
        happened(NOW, context(now=EARLIER), "it")


def test_times_beyond_the_calendar_of_utc_are_refused() -> None:
    assert in_utc(None) is None
    assert in_utc(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidTime, match=r"lies outside the years 1 to 9999 in UTC: give another time"):
        in_utc(datetime.fromisoformat("9999-12-31T23:00:00-02:00"))


def test_a_reason_is_kept_with_the_label_that_it_has_now() -> None:
    label = "Arrived too late"
    assert reason("late", CONTEXT) == Reason(code="late", label=label)
    assert reason(GivenReason(code="late", comment="x"), CONTEXT) == Reason(code="late", label=label, comment="x")
    assert reason("it is late", CONTEXT) == Reason(code="other", label="Other", comment="it is late")
    assert reason("Late", CONTEXT).code == "other"
    assert reason("late", context(reasons={})).comment == "late"


def test_a_reason_that_need_not_be_given_is_told_or_not() -> None:
    assert told(None, CONTEXT) == ("no reason given", {})
    late = {"code": "late", "label": "Arrived too late"}
    assert told("late", CONTEXT) == ("Arrived too late", {"reason": late})


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000", "x" * 10_001])
def test_a_reason_that_says_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(InvalidText, match=r"a code of the shop's list, or a text of 1 to 10,000 characters"):
        reason(text, CONTEXT)


# The rest


def test_steps_carry_the_totals_of_their_order() -> None:
    for step in act(two_shipments(), "cancel_order", reason="x", initiator="shop"):
        assert step.order.totals.total == 0


def test_operations_leave_the_callers_decimals_alone() -> None:
    with localcontext() as callers:
        callers.prec = 5
        perform(OPERATIONS["complete_order"], placed(shipments={}), CompleteOrder(), CONTEXT)
        assert getcontext().prec == 5


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_says_what_it_does_in_a_sentence(row: Operation) -> None:
    assert row.summary[0].isupper()
    assert row.summary.endswith(".")
    assert row.arguments.__doc__


def test_what_concerns_two_orders_or_the_past_is_not_alone() -> None:
    assert OPERATIONS["hold_order"].alone
    assert not OPERATIONS["cancel_order"].alone
    assert not OPERATIONS["erase_personal_data"].alone
