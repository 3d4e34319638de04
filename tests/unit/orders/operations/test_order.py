"""The order as a whole: holds, cancelling, completing, customer, attributes, references."""

from typing import Any

import pytest

from ordertrail.errors import DuplicateId, InvalidInput, InvalidText, NotPermitted, UnknownId
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.orders.model import Order
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, ShipmentStatus
from tests.unit.orders.builders import (
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
    refused,
    returning,
    shipment,
    shipped,
    sums,
    trusted_with,
    two_shipments,
)

EVERY = "InProgress OnHold PartiallyShipped Completed Cancelled AwaitingExchange"


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("hold_order", "InProgress PartiallyShipped OnHold"),
        ("release_hold", "OnHold"),
        ("cancel_order", "InProgress OnHold AwaitingExchange"),
        ("complete_order", "InProgress PartiallyShipped"),
        ("change_billing_address", EVERY),
        ("change_customer", EVERY),
        ("set_attribute", EVERY),
        ("remove_attribute", EVERY),
        ("add_reference", EVERY),
    ],
)
def test_legal_in(operation: str, statuses: str) -> None:
    assert legal_statuses(operation) == set(statuses.split())


def held(order: Order | None = None, reason: Any = "address looks odd") -> Order:
    """An order on hold."""
    return do(placed() if order is None else order, "hold_order", reason=reason)


def partly_shipped() -> Order:
    """One of two shipments has left."""
    return shipped(two_shipments())


# Holds


def test_an_order_is_held_with_a_reason() -> None:
    steps = act(placed(), "hold_order", reason="address looks odd")
    order = last(steps)
    assert events(steps) == ["OrderGroupOnHold"]
    assert order.status is OrderStatus.ON_HOLD
    assert (order.holds["1"].reason.code, order.holds["1"].reason.comment) == ("other", "address looks odd")
    assert steps[0].data["hold"] == "1"


def test_a_hold_beside_another_is_another_hold() -> None:
    order = held(held(), "late")
    assert list(order.holds) == ["1", "2"]
    assert order.holds["2"].reason.label == "Arrived too late"
    left = do(order, "release_hold", hold="1")
    assert left.status is OrderStatus.ON_HOLD
    # An id that was used never comes back.
    assert list(held(left).holds) == ["2", "3"]


def test_nothing_leaves_while_the_order_is_held() -> None:
    order = held(do(do(two_shipments(), "release_shipment", shipment="1"), "split_shipment", shipment="2",
                    quantities={"1": "0.5"}))  # fmt: skip
    for operation, arguments in [
        ("release_shipment", {"shipment": "2"}),
        ("add_to_pick_list", {"shipment": "1", "pick_list": "PL"}),
        ("complete_shipment", {"shipment": "1"}),
    ]:
        assert "the order is OnHold" in refused(order, operation, **arguments)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 10_001, {"code": "late", "comment": "x" * 10_001}])
def test_a_hold_needs_a_reason_that_can_be_read(reason: Any) -> None:
    with pytest.raises((InvalidText, InvalidInput)):
        held(reason=reason)


def test_a_code_that_is_not_on_the_shops_list_is_refused() -> None:
    with pytest.raises(UnknownId, match=r"the shop's list has no reason 'nope'; it has: fraud, late"):
        held(reason={"code": "nope"})


def test_releasing_one_of_several_holds_leaves_the_order_held() -> None:
    steps = act(held(held()), "release_hold", hold="1")
    assert events(steps) == ["HoldReleased"]
    assert list(last(steps).holds) == ["2"]
    assert last(steps).status is OrderStatus.ON_HOLD


@pytest.mark.parametrize(
    ("before", "status", "event"),
    [
        (two_shipments(), "InProgress", "OrderGroupInProgress"),
        (placed(line_items={}, shipments={}), "InProgress", "OrderGroupInProgress"),
        (partly_shipped(), "PartiallyShipped", "OrderGroupPartiallyShipped"),
    ],
    ids=["none shipped", "no shipments", "some shipped"],
)
def test_releasing_the_last_hold_restores_the_status(before: Order, status: str, event: str) -> None:
    steps = act(held(before), "release_hold")
    assert events(steps) == [event]
    assert last(steps).status == before.status == status
    assert last(steps).holds == {}


def test_releasing_the_last_hold_completes_an_order_with_nothing_open() -> None:
    order = do(held(partly_shipped()), "cancel_shipment", shipment="2", reason="late")
    assert order.status is OrderStatus.ON_HOLD
    steps = act(order, "release_hold")
    assert events(steps) == ["OrderGroupCompleted"]
    assert last(steps).status is OrderStatus.COMPLETED


def test_of_several_holds_one_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"the order has several holds: say which, of 1, 2"):
        do(held(held()), "release_hold")
    with pytest.raises(UnknownId, match=r"no hold '3'; it has: 1, 2"):
        do(held(held()), "release_hold", hold="3")


def test_the_reason_may_name_who_releases_the_hold() -> None:
    order = held(reason="other-thing")
    assert do(order, "release_hold", trusted_with("order.release_hold"))
    fraud = held(reason="fraud")
    with pytest.raises(
        NotPermitted, match=r"releasing a hold for 'Suspicion of fraud' needs the permission fraud\.team"
    ):
        do(fraud, "release_hold", trusted_with("order.release_hold"))
    assert do(fraud, "release_hold", trusted_with("order.release_hold", "fraud.team"))
    assert do(fraud, "release_hold", trusted_with("order.release_hold", actor=Actor(id="fraud.team")))
    for kind in set(ActorKind) - {ActorKind.USER}:
        namesake = Actor(id="fraud.team", kind=kind)
        with pytest.raises(NotPermitted):
            do(fraud, "release_hold", trusted_with("order.release_hold", actor=namesake))
    assert do(fraud, "release_hold")


def test_holding_undoes_releasing() -> None:
    before = held(partly_shipped())
    assert do(do(before, "release_hold"), "hold_order", reason="again").status is before.status


def test_an_order_that_is_not_held_has_no_hold_to_release() -> None:
    assert refused(placed(), "release_hold") == "the order is InProgress; it is legal for OnHold"


@pytest.mark.parametrize("status", ["Completed", "Cancelled", "AwaitingExchange"])
def test_a_finished_order_is_not_held(status: str) -> None:
    why = refused(in_status(placed(), OrderStatus(status)), "hold_order", reason="x")
    assert why == f"the order is {status}; it is legal for InProgress, OnHold, PartiallyShipped"


# Cancelling


def test_cancelling_takes_the_order_its_holds_and_its_shipments() -> None:
    order = held(do(two_shipments(), "hold_shipment", shipment="2", reason="late"))
    steps = act(order, "cancel_order", reason={"code": "late", "comment": "gave up"}, initiator="customer")
    assert events(steps) == ["OrderGroupCancelled", "ShipmentCancelled", "ShipmentCancelled"]
    assert [step.subject for step in steps] == [None, "shipment/1", "shipment/2"]
    cancelled = last(steps)
    assert (cancelled.status, cancelled.holds) == (OrderStatus.CANCELLED, {})
    assert {given.status for given in cancelled.shipments.values()} == {ShipmentStatus.CANCELLED}
    assert (cancelled.shipments["2"].held_from, cancelled.shipments["2"].hold_reason) == (None, None)
    assert steps[0].data == {
        "initiator": "customer", "reason": {"code": "late", "label": "Arrived too late", "comment": "gave up"},
    }  # fmt: skip


def test_cancelling_leaves_what_was_paid_owed_and_reserved() -> None:
    order = paid(paid(two_shipments(), "50.00"), "150.00", transaction_type="Authorization")
    cancelled = do(order, "cancel_order", reason="late", initiator="shop")
    assert sums(cancelled, "total", "authorized", "balance") == {
        "total": "0.00", "authorized": "150.00", "balance": "-50.00",
    }  # fmt: skip


def test_cancelling_gives_up_authorizations_if_asked_to() -> None:
    order = paid(two_shipments(), "120.00", transaction_type="Authorization")
    order = paid(order, "80.00", transaction_type="Authorization")
    order = do(do(order, "capture_payment", payment="1", amount="20.00"), "void_payment", payment="2")
    steps = act(order, "cancel_order", reason="late", initiator="shop", void_authorizations=True)
    assert events(steps)[3:] == ["PaymentVoided"]
    assert sums(last(steps), "authorized", "paid", "balance") == {
        "authorized": "0.00", "paid": "20.00", "balance": "-20.00",
    }  # fmt: skip


def test_cancelling_gives_up_each_authorization_that_has_a_rest() -> None:
    order = two_shipments()
    for amount in ("50.00", "70.00", "80.00"):
        order = paid(order, amount, transaction_type="Authorization")
    steps = act(order, "cancel_order", reason="late", initiator="shop", void_authorizations=True)
    voids = [payment for payment in last(steps).payments.values() if payment.parent is not None]
    assert [(void.parent, str(void.amount)) for void in voids] == [("1", "50.00"), ("2", "70.00"), ("3", "80.00")]
    assert sums(last(steps), "authorized") == {"authorized": "0.00"}


def test_an_order_of_which_something_shipped_is_not_cancelled() -> None:
    why = refused(partly_shipped(), "cancel_order", reason="x", initiator="shop")
    assert "legal for InProgress, OnHold, AwaitingExchange" in why
    assert why.endswith("shipments have left (1); cancel what is open, shipment by shipment: 2")
    why = refused(held(partly_shipped()), "cancel_order", reason="x", initiator="shop")
    assert why == "shipments have left (1); cancel what is open, shipment by shipment: 2"
    why = refused(shipped(placed()), "cancel_order", reason="x", initiator="shop")
    assert why.endswith("shipments have left (1); create a return")


@pytest.mark.parametrize("missing", ["reason", "initiator"])
def test_cancelling_needs_a_reason_and_an_initiator(missing: str) -> None:
    arguments = {"reason": "late", "initiator": "shop"}
    del arguments[missing]
    with pytest.raises(InvalidInput, match=f"missing required field `{missing}`"):
        do(placed(), "cancel_order", **arguments)


# Completing


def test_an_order_without_shipments_is_completed_by_hand() -> None:
    steps = act(placed(line_items={}, shipments={}), "complete_order")
    assert events(steps) == ["OrderGroupCompleted"]
    assert last(steps).status is OrderStatus.COMPLETED


def test_an_order_with_open_shipments_is_not_completed() -> None:
    assert refused(two_shipments(), "complete_order") == "shipments are open: 1, 2; complete or cancel them"
    assert "it is legal for InProgress, PartiallyShipped" in refused(shipped(placed()), "complete_order")


# Who ordered, and what only this shop knows


def test_billing_address_and_customer_are_changed_as_a_whole() -> None:
    order = placed(customer={"id": "C1", "name": "Mercy"}, billing_address={"line1": "Flat 12"})
    steps = act(order, "change_customer", customer={"id": "C2"})
    assert events(steps) == ["CustomerChanged"]
    assert last(steps).customer is not None
    assert (last(steps).customer.id, last(steps).customer.name) == ("C2", None)  # type: ignore[union-attr]
    steps = act(order, "change_billing_address", address={"city": "Springfield", "country": "US"})
    assert events(steps) == ["BillingAddressChanged"]
    assert last(steps).billing_address.line1 is None  # type: ignore[union-attr]


@pytest.mark.parametrize("bad", ["a@b.c", "a b", "", "x" * 129])
def test_a_customers_id_is_no_address(bad: str) -> None:
    with pytest.raises(InvalidInput, match=r"1 to 128 characters without @ and white space - at `customer\.id`"):
        do(placed(), "change_customer", customer={"id": bad})


PARTS: list[dict[str, str]] = [{}, {"line_item": "1"}, {"shipment": "1"}, {"payment": "1"}, {"return_id": "1"}]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: "".join(part) or "order")
def test_an_attribute_is_set_changed_and_removed(part: dict[str, str]) -> None:
    before = returning(shipped(paid(placed(), "100.00")))
    steps = act(before, "set_attribute", key="gift", value="خيمة 🎁", **part)
    about = next((f"{kind.removesuffix('_id')}/{key}" for kind, key in part.items()), None)
    assert (events(steps), steps[0].subject, steps[0].labels["done"]) == (["AttributeChanged"], about, "set")
    changed = do(last(steps), "set_attribute", key="gift", value="no", **part)
    assert changed != last(steps)
    steps = act(changed, "remove_attribute", key="gift", **part)
    assert (events(steps), steps[0].labels["done"]) == (["AttributeChanged"], "removed")
    assert last(steps) == before
    assert refused(before, "remove_attribute", key="gift", **part) == "neither the order nor a part has an attribute"
    other = do(before, "set_attribute", key="ribbon", value="red", shipment="1")
    with pytest.raises(UnknownId, match=r"no attribute 'gift'; it has: (none|ribbon)"):
        do(other, "remove_attribute", key="gift", **part)


def test_an_attribute_belongs_to_one_thing() -> None:
    with pytest.raises(InvalidInput, match=r"give one of line_item, shipment, payment and return_id, or none"):
        do(placed(), "set_attribute", key="gift", value="yes", line_item="1", shipment="1")
    with pytest.raises(UnknownId, match=r"no payment '1'; it has: none"):
        do(placed(), "set_attribute", key="gift", value="yes", payment="1")


def test_a_reference_is_added_once() -> None:
    steps = act(placed(references={"web": "7"}), "add_reference", key="erp", value="4711")
    assert events(steps) == ["ReferenceAdded"]
    assert last(steps).references == {"web": "7", "erp": "4711"}
    with pytest.raises(DuplicateId, match=r"reference erp is on this order already: take another key"):
        do(last(steps), "add_reference", key="erp", value="4712")


@pytest.mark.parametrize(
    ("operation", "permission", "arguments"),
    [
        ("hold_order", "order.hold", {"reason": "x"}),
        ("cancel_order", "order.cancel", {"reason": "x", "initiator": "shop"}),
        ("change_customer", "order.edit", {"customer": {}}),
        ("add_reference", "order.edit", {"key": "a", "value": "b"}),
    ],
)
def test_each_needs_its_permission(operation: str, permission: str, arguments: dict[str, Any]) -> None:
    order = placed(line_items={"1": item()}, shipments={"1": shipment()})
    assert do(order, operation, trusted_with(permission), **arguments)
    with pytest.raises(NotPermitted, match=f"{operation} needs the permission {permission}"):
        do(order, operation, context(permissions=frozenset()), **arguments)


def test_payments_of_a_cancelled_order_stand_as_they_were() -> None:
    order = do(paid(placed(), "100.00"), "cancel_order", reason="late", initiator="shop")
    assert order.payments["1"].status is PaymentStatus.PROCESSED
