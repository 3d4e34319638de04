"""Shipments on their way: each step, each refusal, each way back."""

from decimal import Decimal
from typing import Any

import pytest

from ordertrail.errors import InvalidInput, InvalidText, InvalidTime, NotPermitted, UnknownId
from ordertrail.orders.model import Order, Tracking, replaced
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.operations.shipments import returned_quantity, shipped_quantity
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus
from tests.unit.orders.builders import (
    EARLIER,
    LATER,
    NOW,
    act,
    context,
    do,
    events,
    in_status,
    item,
    last,
    legal_statuses,
    paid,
    placed,
    received,
    refused,
    returning,
    shipment,
    shipped,
    sums,
    trusted_with,
    two_shipments,
)

NOT_CANCELLED = "InProgress OnHold PartiallyShipped Completed AwaitingExchange"


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("await_inventory", "InProgress PartiallyShipped OnHold"),
        ("assign_inventory", "InProgress PartiallyShipped OnHold"),
        ("hold_shipment", NOT_CANCELLED),
        ("release_shipment_hold", NOT_CANCELLED),
        ("release_shipment", "InProgress PartiallyShipped"),
        ("unrelease_shipment", "InProgress PartiallyShipped OnHold"),
        ("add_to_pick_list", "InProgress PartiallyShipped"),
        ("remove_from_pick_list", "InProgress PartiallyShipped OnHold"),
        ("complete_shipment", "InProgress PartiallyShipped"),
        ("cancel_shipment", "InProgress PartiallyShipped OnHold AwaitingExchange"),
        ("set_tracking", NOT_CANCELLED),
        ("change_promised_date", NOT_CANCELLED),
        ("confirm_delivery", "InProgress OnHold PartiallyShipped Completed Cancelled AwaitingExchange"),
        ("reopen_shipment", "PartiallyShipped Completed"),
    ],
)
def test_legal_in(operation: str, statuses: str) -> None:
    assert legal_statuses(operation) == set(statuses.split())


def at(status: str) -> Order:
    """An order whose first shipment has this status; the second one is open, or shipped if the first is cancelled."""
    roads: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "AwaitingInventory": [("await_inventory", {})],
        "InventoryAssigned": [],
        "OnHold": [("hold_shipment", {"reason": "late"})],
        "Released": [("release_shipment", {})],
        "Packing": [("release_shipment", {}), ("add_to_pick_list", {"pick_list": "PL-7"})],
        "Shipped": [("complete_shipment", {"left_anyway": "it had gone"})],
        "Cancelled": [("cancel_shipment", {"reason": "late"})],
    }
    order = two_shipments()
    for operation, arguments in roads[status]:
        order = do(order, operation, shipment="1", **arguments)
    assert order.shipments["1"].status == status
    return order


ARGUMENTS: dict[str, dict[str, Any]] = {
    "hold_shipment": {"reason": "late"},
    "add_to_pick_list": {"pick_list": "PL-7"},
    "cancel_shipment": {"reason": "late"},
    "reopen_shipment": {"reason": "late"},
}


@pytest.mark.parametrize(
    ("operation", "before", "after", "event"),
    [
        ("await_inventory", "InventoryAssigned", "AwaitingInventory", "ShipmentAwaitingInventory"),
        ("await_inventory", "Released", "AwaitingInventory", "ShipmentAwaitingInventory"),
        ("await_inventory", "Packing", "AwaitingInventory", "ShipmentAwaitingInventory"),
        ("assign_inventory", "AwaitingInventory", "InventoryAssigned", "ShipmentInventoryAssigned"),
        ("hold_shipment", "AwaitingInventory", "OnHold", "ShipmentOnHold"),
        ("hold_shipment", "InventoryAssigned", "OnHold", "ShipmentOnHold"),
        ("hold_shipment", "Released", "OnHold", "ShipmentOnHold"),
        ("hold_shipment", "Packing", "OnHold", "ShipmentOnHold"),
        ("release_shipment_hold", "OnHold", "InventoryAssigned", "ShipmentHoldReleased"),
        ("release_shipment", "InventoryAssigned", "Released", "ShipmentReleased"),
        ("unrelease_shipment", "Released", "InventoryAssigned", "ShipmentInventoryAssigned"),
        ("add_to_pick_list", "Released", "Packing", "ShipmentPacking"),
        ("remove_from_pick_list", "Packing", "Released", "ShipmentReleased"),
        ("cancel_shipment", "AwaitingInventory", "Cancelled", "ShipmentCancelled"),
        ("cancel_shipment", "InventoryAssigned", "Cancelled", "ShipmentCancelled"),
        ("cancel_shipment", "OnHold", "Cancelled", "ShipmentCancelled"),
        ("cancel_shipment", "Released", "Cancelled", "ShipmentCancelled"),
        ("cancel_shipment", "Packing", "Cancelled", "ShipmentCancelled"),
    ],
)
def test_a_shipment_moves(operation: str, before: str, after: str, event: str) -> None:
    order = at(before)
    steps = act(order, operation, shipment="1", **ARGUMENTS.get(operation, {}))
    assert events(steps) == [event]
    assert steps[0].subject == "shipment/1"
    assert last(steps).shipments["1"].status == after
    assert last(steps).status is order.status
    assert last(steps).shipments["2"] == order.shipments["2"]


LEGAL = {
    "await_inventory": {"InventoryAssigned", "Released", "Packing"},
    "assign_inventory": {"AwaitingInventory"},
    "hold_shipment": {"AwaitingInventory", "InventoryAssigned", "Released", "Packing"},
    "release_shipment_hold": {"OnHold"},
    "release_shipment": {"InventoryAssigned"},
    "unrelease_shipment": {"Released"},
    "add_to_pick_list": {"Released"},
    "remove_from_pick_list": {"Packing"},
    "complete_shipment": {"Packing", "Released"},
    "cancel_shipment": {"AwaitingInventory", "InventoryAssigned", "OnHold", "Released", "Packing"},
    "confirm_delivery": {"Shipped"},
    "reopen_shipment": {"Shipped"},
}
"""From which statuses of its shipment each is legal."""


@pytest.mark.parametrize("status", [status.value for status in ShipmentStatus])
@pytest.mark.parametrize("operation", LEGAL)
def test_from_any_other_status_it_is_refused(operation: str, status: str) -> None:
    order = at(status)
    if order.status.value not in legal_statuses(operation):
        order = in_status(order, OrderStatus.PARTIALLY_SHIPPED)
    arguments = {"shipment": "1", **ARGUMENTS.get(operation, {})}
    if status in LEGAL[operation]:
        assert do(order, operation, **arguments)
    else:
        why = refused(order, operation, **arguments)
        assert " or ".join(sorted(LEGAL[operation])) in why
        assert "shipment 1 is" in why or "no shipment is" in why


@pytest.mark.parametrize("operation", LEGAL)
def test_a_shipment_that_is_not_there_is_refused(operation: str) -> None:
    with pytest.raises(UnknownId, match=r"this order has no shipment '3'; it has: 1, 2"):
        do(two_shipments(), operation, shipment="3", **ARGUMENTS.get(operation, {}))


@pytest.mark.parametrize(
    ("operation", "arguments", "undone_by", "before"),
    [
        ("release_shipment", {}, "unrelease_shipment", "InventoryAssigned"),
        ("unrelease_shipment", {}, "release_shipment", "Released"),
        ("add_to_pick_list", {"pick_list": "PL-7"}, "remove_from_pick_list", "Released"),
        ("remove_from_pick_list", {}, "add_to_pick_list", "Packing"),
        ("hold_shipment", {"reason": "late"}, "release_shipment_hold", "AwaitingInventory"),
        ("hold_shipment", {"reason": "late"}, "release_shipment_hold", "Packing"),
        ("release_shipment_hold", {}, "hold_shipment", "OnHold"),
    ],
)
def test_what_is_undone_is_as_it_was(operation: str, arguments: dict[str, Any], undone_by: str, before: str) -> None:
    order = at(before)
    there = do(order, operation, shipment="1", **arguments)
    back = do(there, undone_by, shipment="1", **ARGUMENTS.get(undone_by, {}))
    assert back == order


def test_a_pick_list_is_known_as_long_as_the_shipment_is_on_it() -> None:
    order = at("Packing")
    assert order.shipments["1"].pick_list == "PL-7"
    for operation in ("remove_from_pick_list", "await_inventory"):
        assert do(order, operation, shipment="1").shipments["1"].pick_list is None


def test_a_short_pick_waits_and_goes_on() -> None:
    order = do(do(at("Packing"), "await_inventory", shipment="1"), "assign_inventory", shipment="1")
    assert order.shipments["1"].status is ShipmentStatus.INVENTORY_ASSIGNED


# Completing


@pytest.mark.parametrize("status", ["Released", "Packing"])
def test_a_shipment_leaves(status: str) -> None:
    steps = act(
        at(status),
        "complete_shipment",
        shipment="1",
        tracking_number="1Z999",
        carrier="UPS",
        tracking_url="https://x.y",
    )
    assert events(steps) == ["ShipmentShipped", "OrderGroupPartiallyShipped"]
    gone = last(steps).shipments["1"]
    assert (gone.status, gone.shipped_at, gone.shipped_from) == (ShipmentStatus.SHIPPED, NOW, status)
    assert gone.tracking is not None
    assert (gone.tracking.number, gone.tracking.carrier, gone.tracking.url) == ("1Z999", "UPS", "https://x.y")
    assert last(steps).status is OrderStatus.PARTIALLY_SHIPPED


def test_the_order_is_completed_with_the_last_shipment() -> None:
    order = do(shipped(two_shipments()), "release_shipment", shipment="2")
    steps = act(order, "complete_shipment", shipment="2")
    assert events(steps) == ["ShipmentShipped", "OrderGroupCompleted"]
    assert last(steps).status is OrderStatus.COMPLETED


def test_an_order_that_is_partially_shipped_already_stays_so_unsaid() -> None:
    apart = {str(key): shipment() for key in (1, 2, 3)}
    order = do(shipped(placed(line_items={"1": item(3)}, shipments=apart)), "release_shipment", shipment="2")
    assert events(act(order, "complete_shipment", shipment="2")) == ["ShipmentShipped"]


def test_when_it_left_is_a_fact_of_any_past() -> None:
    order = at("Released")
    assert do(order, "complete_shipment", shipment="1", shipped_at=EARLIER).shipments["1"].shipped_at == EARLIER
    with pytest.raises(InvalidTime, match=r"shipped_at lies in the future"):
        do(order, "complete_shipment", shipment="1", shipped_at=LATER)


def test_tracking_that_was_known_stays_unless_it_is_given_anew() -> None:
    order = do(at("Released"), "set_tracking", shipment="1", tracking_number="1Z1", carrier="UPS")
    tracking = do(order, "complete_shipment", shipment="1").shipments["1"].tracking
    assert tracking is not None
    assert (tracking.number, tracking.carrier) == ("1Z1", "UPS")
    tracking = do(order, "complete_shipment", shipment="1", tracking_number="1Z2").shipments["1"].tracking
    assert tracking is not None
    assert (tracking.number, tracking.carrier) == ("1Z2", "UPS")
    tracking = (
        do(order, "complete_shipment", shipment="1", carrier="DHL", tracking_url="https://x.y").shipments["1"].tracking
    )
    assert tracking is not None
    assert (tracking.number, tracking.carrier, tracking.url) == ("1Z1", "DHL", "https://x.y")


@pytest.mark.parametrize("status", ["AwaitingInventory", "InventoryAssigned", "OnHold", "Released", "Packing"])
def test_what_left_anyway_is_recorded_from_any_open_status(status: str) -> None:
    steps = act(at(status), "complete_shipment", shipment="1", left_anyway={"code": "late", "comment": "oops"})
    assert events(steps) == ["ShipmentShipped", "OrderGroupPartiallyShipped"]
    assert steps[0].data["left_anyway"] is True
    assert steps[0].data["reason"]["comment"] == "oops"
    assert last(steps).shipments["1"].shipped_from == status


def test_what_left_anyway_leaves_a_held_order_held() -> None:
    order = do(at("Released"), "hold_order", reason="late")
    assert refused(order, "complete_shipment", shipment="1").endswith("or here with left_anyway")
    steps = act(order, "complete_shipment", shipment="1", left_anyway="it had gone")
    assert events(steps) == ["ShipmentShipped"]
    assert last(steps).status is OrderStatus.ON_HOLD
    assert do(last(steps), "release_hold").status is OrderStatus.PARTIALLY_SHIPPED


def test_without_left_anyway_the_message_says_that_it_would_be_legal_with_it() -> None:
    assert "Packing or Released (with left_anyway: AwaitingInventory or InventoryAssigned or" in refused(
        at("OnHold"), "complete_shipment", shipment="1"
    )


def test_what_left_anyway_needs_a_reason_and_a_permission() -> None:
    order = at("Released")
    with pytest.raises(InvalidText, match=r"a reason is a code of the shop's list, or a text"):
        do(order, "complete_shipment", shipment="1", left_anyway="")
    with pytest.raises(
        NotPermitted, match=r"complete_shipment with left_anyway needs the permission order\.release_hold"
    ):
        do(order, "complete_shipment", trusted_with("shipment.work"), shipment="1", left_anyway="x")
    assert do(order, "complete_shipment", trusted_with("shipment.work", "order.release_hold"), shipment="1",
              left_anyway="x")  # fmt: skip
    assert do(order, "complete_shipment", trusted_with("shipment.work"), shipment="1")


# Capturing


def authorized(*amounts: str) -> Order:
    """Two shipments of 100.00, 10.00 and 5.00 of shipping, 15.00 off in all; authorizations of these amounts."""
    apart = {"1": shipment(shipping="10.00"), "2": shipment(shipping="5.00")}
    order = two_shipments(shipments=apart, coupons={"A": {"discount": "15.00"}})
    for hours, amount in enumerate(amounts):
        order = do(order, "add_payment", context(now=EARLIER.replace(hour=hours)), amount=amount, method="Card",
                   transaction_type="Authorization")  # fmt: skip
    return do(do(order, "release_shipment", shipment="1"), "release_shipment", shipment="2")


def captures(order: Order) -> dict[str, str]:
    """What was captured from which authorization."""
    found: dict[str, Decimal] = {}
    for payment in order.payments.values():
        if payment.parent is not None:
            found[payment.parent] = found.get(payment.parent, Decimal(0)) + payment.amount
    return {parent: str(amount) for parent, amount in found.items()}


def test_a_shipments_share_is_captured_and_the_last_takes_the_rest() -> None:
    steps = act(authorized("200.00"), "complete_shipment", shipment="1", capture=True)
    assert events(steps) == ["ShipmentShipped", "PaymentCaptured", "OrderGroupPartiallyShipped"]
    # 100.00 less 7.50, the half of the coupon, and 10.00 for shipping.
    assert captures(last(steps)) == {"1": "102.50"}
    steps = act(last(steps), "complete_shipment", shipment="2", capture=True)
    assert events(steps) == ["ShipmentShipped", "PaymentCaptured", "OrderGroupCompleted"]
    assert captures(last(steps)) == {"1": "200.00"}
    assert sums(last(steps), "paid", "authorized", "balance") == {
        "paid": "200.00", "authorized": "0.00", "balance": "0.00",
    }  # fmt: skip


def test_the_oldest_authorizations_are_captured_first() -> None:
    order = do(authorized("60.00", "30.00", "110.00"), "complete_shipment", shipment="1", capture=True)
    assert captures(order) == {"1": "60.00", "2": "30.00", "3": "12.50"}
    order = do(order, "complete_shipment", shipment="2", capture=True)
    assert captures(order) == {"1": "60.00", "2": "30.00", "3": "110.00"}


def test_an_authorization_that_is_not_needed_yet_stays() -> None:
    assert captures(do(authorized("150.00", "50.00"), "complete_shipment", shipment="1", capture=True)) == {
        "1": "102.50"
    }


def test_captures_go_as_far_as_the_authorizations() -> None:
    order = do(authorized("50.00"), "complete_shipment", shipment="1", capture=True)
    assert captures(order) == {"1": "50.00"}
    assert events(act(order, "complete_shipment", shipment="2", capture=True)) == [
        "ShipmentShipped", "OrderGroupCompleted",
    ]  # fmt: skip


def test_what_is_paid_already_is_not_captured() -> None:
    order = paid(authorized("100.00"), "100.00")
    order = do(
        do(order, "complete_shipment", shipment="1", capture=True), "complete_shipment", shipment="2", capture=True
    )
    assert captures(order) == {"1": "100.00"}
    assert sums(order, "paid", "balance") == {"paid": "200.00", "balance": "0.00"}


def test_the_last_shipment_takes_what_earlier_ones_left() -> None:
    order = do(authorized("200.00"), "complete_shipment", shipment="1")
    assert captures(do(order, "complete_shipment", shipment="2", capture=True)) == {"1": "200.00"}


def test_a_share_is_captured_only_as_far_as_it_is_not_paid() -> None:
    order = paid(authorized("60.00"), "150.00", overpayment=True)
    assert captures(do(order, "complete_shipment", shipment="1", capture=True)) == {"1": "50.00"}


def test_thirds_of_a_cent_go_with_the_last_shipment() -> None:
    lines = {str(key): item(1, "10.00") for key in (1, 2, 3)}
    apart = {key: shipment({key: 1}) for key in lines}
    order = placed(line_items=lines, shipments=apart, coupons={"A": {"discount": "0.10"}})
    order = paid(order, "29.90", transaction_type="Authorization")
    for key, captured in [("1", "9.97"), ("2", "19.94"), ("3", "29.90")]:
        order = do(do(order, "release_shipment", shipment=key), "complete_shipment", shipment=key, capture=True)
        assert captures(order) == {"1": captured}


def test_a_cancelled_shipment_is_not_captured() -> None:
    order = do(authorized("200.00"), "cancel_shipment", shipment="1", reason="late")
    # 100.00 less the whole coupon, and 5.00 for shipping.
    assert captures(do(order, "complete_shipment", shipment="2", capture=True)) == {"1": "90.00"}


def test_capturing_needs_its_permission() -> None:
    with pytest.raises(NotPermitted, match=r"complete_shipment with capture needs the permission payment\.record"):
        do(authorized("1.00"), "complete_shipment", trusted_with("shipment.work"), shipment="1", capture=True)


# Cancelling


def test_the_last_shipment_is_not_cancelled_while_nothing_has_shipped() -> None:
    why = "shipment 2 is the last one and nothing has shipped: cancel the order"
    assert refused(at("Cancelled"), "cancel_shipment", shipment="2", reason="late") == why
    assert legal_operations(at("Cancelled"))["cancel_shipment"] == why
    assert "shipment 1 is Cancelled" in refused(at("Cancelled"), "cancel_shipment", shipment="1", reason="late")
    for order in (two_shipments(), shipped(two_shipments())):
        assert legal_operations(order)["cancel_shipment"] is None


def test_the_order_is_completed_when_no_shipment_is_open_any_more() -> None:
    steps = act(shipped(two_shipments()), "cancel_shipment", shipment="2", reason="late")
    assert events(steps) == ["ShipmentCancelled", "OrderGroupCompleted"]
    assert last(steps).status is OrderStatus.COMPLETED


def test_a_held_order_stays_held_when_no_shipment_is_open_any_more() -> None:
    order = do(shipped(two_shipments()), "hold_order", reason="late")
    steps = act(order, "cancel_shipment", shipment="2", reason="late")
    assert events(steps) == ["ShipmentCancelled"]
    assert last(steps).status is OrderStatus.ON_HOLD


def test_a_cancelled_shipment_is_held_no_more() -> None:
    given = do(at("OnHold"), "cancel_shipment", shipment="1", reason="late").shipments["1"]
    assert (given.held_from, given.hold_reason) == (None, None)


# Tracking, promised date, delivery


def test_tracking_is_changed_as_a_whole() -> None:
    order = do(at("Shipped"), "set_tracking", shipment="1", tracking_number="1Z", carrier="UPS")
    steps = act(order, "set_tracking", shipment="1", tracking_url="https://x.y/1Z")
    assert events(steps) == ["ShipmentTrackingChanged"]
    tracking = last(steps).shipments["1"].tracking
    assert tracking is not None
    assert (tracking.number, tracking.carrier, tracking.url) == (None, None, "https://x.y/1Z")
    assert do(last(steps), "set_tracking", shipment="1").shipments["1"].tracking is None


def test_a_promised_date_is_changed_or_taken_back() -> None:
    steps = act(two_shipments(), "change_promised_date", shipment="1", promised=LATER, reason="late")
    assert events(steps) == ["ShipmentPromiseChanged"]
    assert last(steps).shipments["1"].promised == LATER
    assert steps[0].data["reason"]["code"] == "late"
    cleared = act(last(steps), "change_promised_date", shipment="1", promised=None)
    assert last(cleared).shipments["1"].promised is None
    assert cleared[0].data == {}
    with pytest.raises(InvalidInput, match=r"missing required field `promised`"):
        do(two_shipments(), "change_promised_date", shipment="1")


@pytest.mark.parametrize("status", ShipmentStatus)
def test_how_a_shipment_is_followed_can_always_be_said(status: ShipmentStatus) -> None:
    steps = act(at(status), "set_tracking", shipment="1", carrier="UPS")
    assert last(steps).shipments["1"].tracking == Tracking(carrier="UPS")


def test_nothing_is_promised_of_a_cancelled_shipment() -> None:
    for status in {str(status) for status in ShipmentStatus} - {"Cancelled"}:
        assert do(at(status), "change_promised_date", shipment="1", promised=LATER)
    cancelled = at("Cancelled")
    assert refused(cancelled, "change_promised_date", shipment="1", promised=LATER) == "shipment 1 is Cancelled"
    assert legal_operations(cancelled)["change_promised_date"] is None
    alone = replaced(cancelled, shipments={"1": cancelled.shipments["1"]})
    assert legal_operations(alone)["change_promised_date"] == "shipment 1 is Cancelled"


def test_a_delivery_is_confirmed_corrected_and_cleared() -> None:
    steps = act(at("Shipped"), "confirm_delivery", shipment="1", delivered_at=EARLIER)
    assert (events(steps), steps[0].labels["done"]) == (["ShipmentDelivered"], "delivered")
    order = last(steps)
    assert order.shipments["1"].delivered_at == EARLIER
    corrected = act(order, "confirm_delivery", shipment="1", reason="late")
    assert corrected[0].labels["done"] == "delivery corrected"
    assert last(corrected).shipments["1"].delivered_at == NOW
    cleared = act(order, "confirm_delivery", shipment="1", clear=True, reason="neighbour")
    assert cleared[0].labels["done"] == "not delivered after all"
    assert last(cleared).shipments["1"].delivered_at is None


def test_a_delivery_is_corrected_with_a_reason_only() -> None:
    order = do(at("Shipped"), "confirm_delivery", shipment="1")
    with pytest.raises(InvalidInput, match=r"was delivered at 2026-03-01.* already: to correct it, give a reason"):
        do(order, "confirm_delivery", shipment="1", clear=True)
    with pytest.raises(InvalidInput, match=r"say when it was delivered, or that it was not: both are given"):
        do(order, "confirm_delivery", shipment="1", clear=True, delivered_at=EARLIER, reason="late")
    with pytest.raises(InvalidInput, match=r"shipment 1 has no delivery to clear"):
        do(at("Shipped"), "confirm_delivery", shipment="1", clear=True, reason="late")
    with pytest.raises(InvalidTime, match=r"delivered_at lies in the future"):
        do(at("Shipped"), "confirm_delivery", shipment="1", delivered_at=LATER)


# Reopening


@pytest.mark.parametrize("status", ["AwaitingInventory", "InventoryAssigned", "OnHold", "Released", "Packing"])
def test_a_shipment_that_had_not_left_is_where_it_was(status: str) -> None:
    before = at(status)
    gone = do(before, "complete_shipment", shipment="1", left_anyway="it had gone")
    steps = act(gone, "reopen_shipment", shipment="1", reason={"code": "late", "comment": "still here"})
    assert events(steps) == ["ShipmentReopened", "OrderGroupInProgress"]
    assert steps[0].data["reason"]["comment"] == "still here"
    assert last(steps) == before


@pytest.mark.parametrize(("key", "event"), [("1", "OrderGroupPartiallyShipped"), ("2", "OrderGroupPartiallyShipped")])
def test_a_completed_order_is_partially_shipped_again(key: str, event: str) -> None:
    steps = act(shipped(two_shipments(), "1", "2"), "reopen_shipment", shipment=key, reason="late")
    assert events(steps) == ["ShipmentReopened", event]


def test_a_completed_order_of_one_shipment_is_in_progress_again() -> None:
    steps = act(shipped(placed()), "reopen_shipment", shipment="1", reason="late")
    assert events(steps) == ["ShipmentReopened", "OrderGroupInProgress"]
    assert do(last(steps), "complete_shipment", shipment="1").status is OrderStatus.COMPLETED


def test_captures_of_a_reopened_shipment_stay() -> None:
    order = do(authorized("200.00"), "complete_shipment", shipment="1", capture=True)
    reopened = do(order, "reopen_shipment", shipment="1", reason="late")
    assert captures(reopened) == captures(order)
    assert [payment.status for payment in reopened.payments.values()] == [PaymentStatus.PROCESSED] * 2


def test_a_delivered_shipment_is_not_reopened() -> None:
    order = do(at("Shipped"), "confirm_delivery", shipment="1")
    assert refused(order, "reopen_shipment", shipment="1", reason="late") == (
        "shipment 1 was delivered: clear the delivery first, with a reason"
    )


def test_what_stays_shipped_covers_the_returns() -> None:
    one = returning(shipped(two_shipments(), "1", "2"))
    assert do(one, "reopen_shipment", shipment="1", reason="late")
    both = returning(one)
    why = "line item 1 of shipment 1 is in a return: cancel that first"
    assert refused(both, "reopen_shipment", shipment="1", reason="late") == why
    assert legal_operations(one)["reopen_shipment"] is None
    assert legal_operations(both)["reopen_shipment"] == f"{why}; {why.replace('shipment 1', 'shipment 2')}"
    cancelled = do(both, "cancel_return", return_id="2", reason="late")
    assert do(cancelled, "reopen_shipment", shipment="1", reason="late")


def test_what_comes_back_is_announced_or_received() -> None:
    order = returning(shipped(two_shipments(), "1", "2"), 2)
    assert [shipped_quantity(order, "1"), shipped_quantity(order, "1", without="2")] == [2, 1]
    assert [returned_quantity(order, "1"), returned_quantity(order, "1", without="1")] == [2, 0]
    short = do(received(order), "receive_return_items", return_id="1", close=True)
    assert short.returns["1"].status is ReturnStatus.AWAITING_COMPLETION
    assert returned_quantity(short, "1") == 2
    assert returned_quantity(do(short, "complete_return", return_id="1"), "1") == 1
    assert shipped_quantity(order, "no such line") == 0
