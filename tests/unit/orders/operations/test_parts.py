"""What all operations share: parts and their ids, times, reasons."""

from datetime import UTC, datetime

import pytest

from ordertrail.errors import DuplicateId, InvalidText, InvalidTime, UnknownId
from ordertrail.orders.model import Reason
from ordertrail.orders.operations.base import GivenReason
from ordertrail.orders.operations.parts import (
    counted,
    happened,
    in_utc,
    new_id,
    next_id,
    part_of,
    reason,
    told,
    with_new,
    with_part,
)
from ordertrail.orders.statuses import ShipmentStatus
from tests.unit.orders.builders import (
    CONTEXT,
    EARLIER,
    LATER,
    NOW,
    context,
    do,
    item,
    paid,
    placed,
    two_shipments,
)


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
