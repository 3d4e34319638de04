"""Edits of what is to be shipped; what has shipped never changes."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from ordertrail.errors import DuplicateId, InvalidInput, InvalidMoney, InvalidQuantity, NotPermitted, UnknownId
from ordertrail.notes.events import BUILT_IN
from ordertrail.orders.model import Order
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.statuses import OrderStatus, ShipmentStatus
from tests.unit.orders.builders import (
    LATER,
    act,
    dec,
    do,
    events,
    in_status,
    item,
    last,
    legal_statuses,
    placed,
    refused,
    shipment,
    shipped,
    sums,
    trusted_with,
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    "add_line_item": {"shipment": "1", **item(1, "7.00")},
    "change_line_item": {"line_item": "1", "shipment": "1", "quantity": 2},
    "remove_line_item": {"line_item": "1", "shipment": "1"},
    "change_shipping_address": {"shipment": "1", "address": {"line1": "Flat 21", "country": "US"}},
    "change_shipping_method": {"shipment": "1", "method": "Air"},
    "change_warehouse": {"shipment": "1", "warehouse": "East"},
    "split_shipment": {"shipment": "1", "quantities": {"1": "0.5"}},
}
"""Each edit of shipment 1 of `pair`."""

OPEN = ["AwaitingInventory", "InventoryAssigned", "OnHold", "Released", "Packing"]


def pair() -> Order:
    """Lines 1 and 2 in shipment 1, more of line 1 in shipment 2."""
    lines = {"1": item(2), "2": item(1, "50.00")}
    return placed(line_items=lines, shipments={"1": shipment({"1": 1, "2": 1}), "2": shipment({"1": 1})})


def at(status: str, order: Order | None = None) -> Order:
    """`pair` with shipment 1 in an open status, or Shipped or Cancelled."""
    order = pair() if order is None else order
    if status == "AwaitingInventory":
        return do(order, "await_inventory", shipment="1")
    if status in ("Released", "Packing"):
        order = do(order, "release_shipment", shipment="1")
        return do(order, "add_to_pick_list", shipment="1", pick_list="PL") if status == "Packing" else order
    if status == "OnHold":
        return do(order, "hold_shipment", shipment="1", reason="late")
    if status == "Shipped":
        return shipped(order)
    return do(order, "cancel_shipment", shipment="1", reason="late") if status == "Cancelled" else order


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_legal_in(operation: str) -> None:
    assert legal_statuses(operation) == {"InProgress", "PartiallyShipped", "OnHold", "AwaitingExchange"}


@pytest.mark.parametrize("status", ["InProgress", "PartiallyShipped", "OnHold", "AwaitingExchange"])
@pytest.mark.parametrize("operation", ARGUMENTS)
def test_an_edit_leaves_the_status_of_the_order(operation: str, status: str) -> None:
    order = in_status(pair(), OrderStatus(status))
    assert do(order, operation, **ARGUMENTS[operation]).status == status


@pytest.mark.parametrize("status", ["Released", "Packing", "Shipped", "Cancelled"])
@pytest.mark.parametrize("operation", [name for name in ARGUMENTS if name != "split_shipment"])
def test_only_what_nobody_was_told_to_pick_is_edited(operation: str, status: str) -> None:
    order = at(status)
    why = refused(order, operation, **ARGUMENTS[operation])
    assert why == (
        f"shipment 1 is {status}, and would have to be AwaitingInventory, InventoryAssigned or held from there"
    )


@pytest.mark.parametrize("before", OPEN)
@pytest.mark.parametrize("operation", [name for name in ARGUMENTS if name != "split_shipment"])
def test_a_held_shipment_is_edited_where_it_was_held_from(operation: str, before: str) -> None:
    order = at(before)
    if before != "OnHold":
        order = do(order, "hold_shipment", shipment="1", reason="late")
    if before in ("Released", "Packing"):
        assert "held from there" in refused(order, operation, **ARGUMENTS[operation])
    else:
        assert do(order, operation, **ARGUMENTS[operation]).shipments["1"].status is ShipmentStatus.ON_HOLD


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_what_left_while_it_was_held_is_not_edited(operation: str) -> None:
    order = do(at("OnHold"), "complete_shipment", shipment="1", left_anyway="it had gone")
    assert "shipment 1 is Shipped" in refused(order, operation, **ARGUMENTS[operation])


@pytest.mark.parametrize("operation", [name for name in ARGUMENTS if name not in ("add_line_item", "split_shipment")])
def test_an_order_with_nothing_to_edit_offers_no_edit(operation: str) -> None:
    order = do(at("Released"), "release_shipment", shipment="2")
    none = r"no shipment( with \w+ line items?)? is AwaitingInventory, InventoryAssigned or held from there.*"
    assert re.fullmatch(none, str(legal_operations(order)[operation]))
    assert refused(order, operation, **{**ARGUMENTS[operation], "shipment": "2"}).startswith("shipment 2 is Released")


def test_the_last_line_item_of_each_shipment_is_not_offered_to_be_removed() -> None:
    assert legal_operations(pair())["remove_line_item"] is None
    why = "no shipment with several line items is AwaitingInventory, InventoryAssigned or held from there; for the last"
    assert str(legal_operations(placed())["remove_line_item"]).startswith(why)
    assert legal_operations(placed(shipments={}))["remove_line_item"] is None
    assert legal_operations(placed(shipments={}, line_items={}))["remove_line_item"] == "the order has no line item"


def test_a_shipment_that_holds_nothing_offers_no_edit_of_lines_and_no_split() -> None:
    found = legal_operations(placed(line_items={}, shipments={"1": {"method": "Ground"}}))
    assert found["change_warehouse"] is None
    assert str(found["change_line_item"]).startswith("no shipment with a line item is AwaitingInventory")
    assert found["split_shipment"] == "no open shipment holds anything"


def test_an_order_with_nothing_open_offers_no_split() -> None:
    order = in_status(shipped(pair(), "1", "2"), OrderStatus.PARTIALLY_SHIPPED)
    assert legal_operations(order)["split_shipment"] == "no open shipment holds anything"
    assert refused(order, "split_shipment", shipment="2", quantities={"1": "0.5"}) == "shipment 2 is Shipped"


@pytest.mark.parametrize("operation", ["change_shipping_address", "change_shipping_method", "change_warehouse"])
def test_an_order_without_shipments_has_none_to_change(operation: str) -> None:
    order = placed(shipments={})
    with pytest.raises(UnknownId, match=r"no shipment '1'; it has: none"):
        do(order, operation, **ARGUMENTS[operation])


@pytest.mark.parametrize(
    ("operation", "event", "field", "value"),
    [
        ("change_shipping_method", "ShippingMethodChanged", "method", "Air"),
        ("change_warehouse", "ShipmentWarehouseChanged", "warehouse", "East"),
    ],
)
def test_a_shipment_is_changed_with_its_new_prices(operation: str, event: str, field: str, value: str) -> None:
    prices = {"shipments": {"1": {"shipping": "12.00", "shipping_tax": "1.20"}}, "line_items": {"2": {"tax": "3.00"}}}
    steps = act(pair(), operation, **ARGUMENTS[operation], prices=prices)
    assert (events(steps), steps[0].subject) == ([event], "shipment/1")
    assert getattr(last(steps).shipments["1"], field) == value
    assert sums(last(steps), "shipping", "tax", "total") == {"shipping": "12.00", "tax": "4.20", "total": "266.20"}


def test_an_address_is_changed_as_a_whole() -> None:
    order = placed(shipments={"1": shipment(address={"name": "Mercy", "line1": "Flat 12"})})
    steps = act(order, "change_shipping_address", **ARGUMENTS["change_shipping_address"])
    assert events(steps) == ["ShippingAddressChanged"]
    address = last(steps).shipments["1"].address
    assert address is not None
    assert (address.name, address.line1) == (None, "Flat 21")


# Line items


def test_a_line_item_is_added_to_a_shipment() -> None:
    steps = act(pair(), "add_line_item", shipment="1", **item(3, "1.50", tax="0.30"))
    assert (events(steps), steps[0].subject) == (["LineItemAdded"], "line_item/3")
    order = last(steps)
    assert order.line_items["3"].quantity == order.shipments["1"].quantities["3"] == dec("3")
    assert sums(order, "subtotal", "tax") == {"subtotal": "254.50", "tax": "0.30"}


def test_a_line_item_is_added_with_a_shipment_of_its_own() -> None:
    steps = act(
        pair(), "add_line_item", new_shipment={"method": "Air", "shipping": "9.00"}, id="extra", **item(2, "1.00")
    )
    assert events(steps) == ["LineItemAdded"]
    made = last(steps).shipments["3"]
    assert (made.status, made.quantities, made.shipping) == (
        ShipmentStatus.INVENTORY_ASSIGNED, {"extra": dec("2")}, dec("9.00"),
    )  # fmt: skip
    waits = act(
        pair(), "add_line_item", new_shipment={"method": "Air", "awaiting_inventory": True}, shipment="X", **item()
    )
    assert events(waits) == ["LineItemAdded", "ShipmentAwaitingInventory"]
    assert last(waits).shipments["X"].status is ShipmentStatus.AWAITING_INVENTORY


@pytest.mark.parametrize(
    ("before", "arguments", "target"),
    [
        (pair, {"shipment": "2"}, "shipment 2"),
        (pair, {"new_shipment": {"method": "Air"}}, "shipment 3"),
        (lambda: placed(shipments={}), {}, "the order"),
    ],
)
def test_the_title_says_what_a_line_item_was_added_to(
    before: Callable[[], Order], arguments: dict[str, Any], target: str
) -> None:
    step = act(before(), "add_line_item", **arguments, **item(3))[0]
    assert BUILT_IN["LineItemAdded"].title(step.labels) == f"3 × Tent added to {target}"


def test_a_line_item_is_added_to_an_order_without_shipments() -> None:
    order = do(placed(shipments={}), "add_line_item", **item(1, "5.00"))
    assert (list(order.line_items), order.totals.total, order.shipments) == (["1", "2"], dec("105.00"), {})


def test_a_first_shipment_would_leave_the_other_items_in_none() -> None:
    with pytest.raises(InvalidInput, match=r"nothing of this order is shipped \(line items 1\): give no new_shipment"):
        do(placed(shipments={}), "add_line_item", new_shipment={"method": "Air"}, **item())
    empty = placed(line_items={}, shipments={})
    order = do(empty, "add_line_item", new_shipment={"method": "Air"}, **item())
    assert order.shipments["1"].quantities == {"1": dec("1")}


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({}, InvalidInput, r"say which shipment it goes into \(1, 2\), or new_shipment"),
        ({"shipment": "3"}, UnknownId, r"no shipment '3'; it has: 1, 2"),
        ({"shipment": "1", "id": "1"}, DuplicateId, r"line item 1 is on this order, or was once"),
        ({"shipment": "1", "new_shipment": {"method": "Air"}}, DuplicateId, r"shipment 1 is on this order already"),
        ({"new_shipment": {"method": "Air", "quantities": {"1": 1}}}, InvalidInput, r"give it no other quantities"),
        ({"new_shipment": {"method": "Air", "quantities": {"3": 2}}}, InvalidInput, r"give it no other quantities"),
        ({"new_shipment": {"method": "Air", "shipping": "0.001"}}, InvalidMoney, r"at most 2"),
        ({"shipment": "1", "quantity": 0}, InvalidQuantity, r"above zero"),
        ({"shipment": "1", "unit_price": "-1.00"}, InvalidMoney, r"below zero"),
    ],
)
def test_a_line_item_that_cannot_be_added_is_refused(arguments: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(pair(), "add_line_item", **{**item(), **arguments})


def test_a_new_shipment_may_say_what_it_holds() -> None:
    order = do(pair(), "add_line_item", new_shipment={"method": "Air", "quantities": {"3": 1}}, **item())
    assert order.shipments["3"].quantities == {"3": dec("1")}


def test_a_line_item_that_is_gone_never_comes_back() -> None:
    order = do(pair(), "remove_line_item", line_item="2")
    assert order.removed_line_items == ("2",)
    with pytest.raises(DuplicateId, match=r"line item 2 is on this order, or was once: give another id, or none"):
        do(order, "add_line_item", shipment="1", id="2", **item())
    assert "3" in do(order, "add_line_item", shipment="1", **item()).line_items


def test_a_drawn_line_item_never_takes_the_id_of_a_gone_one() -> None:
    edge = "1000000000000000"
    order = placed(line_items={"1": item(), edge: item()}, shipments={"1": shipment({"1": 1, edge: 1})})
    order = do(
        do(order, "remove_line_item", line_item=edge), "add_line_item", id="999999999999999", shipment="1", **item()
    )
    assert "1000000000000001" in do(order, "add_line_item", shipment="1", **item()).line_items


def test_a_line_item_is_changed_in_its_shipment() -> None:
    steps = act(pair(), "change_line_item", line_item="1", shipment="2", quantity="2.5", discount="10.00", tax="1.00")
    assert (events(steps), steps[0].subject) == (["LineItemChanged"], "line_item/1")
    order = last(steps)
    assert order.shipments["2"].quantities == {"1": dec("2.5")}
    # The quantity of a line is the sum over its shipments.
    assert order.line_items["1"].quantity == dec("3.5")
    assert sums(order, "subtotal", "discount", "tax") == {"subtotal": "400.00", "discount": "10.00", "tax": "1.00"}


def test_what_is_not_given_of_a_line_item_stays() -> None:
    order = do(pair(), "change_line_item", line_item="2", discount="5.00", tax="1.00")
    changed = do(order, "change_line_item", line_item="2", name="Peg, steel", unit_price="60.00")
    line = changed.line_items["2"]
    assert (line.name, line.unit_price, line.discount, line.tax, line.quantity) == (
        "Peg, steel", dec("60.00"), dec("5.00"), dec("1.00"), dec("1"),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["unit_price", "discount", "tax"])
def test_two_values_for_one_price_of_a_line_item_are_refused(name: str) -> None:
    given = {"line_item": "2", name: "5.00"}
    with pytest.raises(InvalidInput, match=rf"{name} is given differently, as 5\.00, 6\.00: give it once"):
        do(pair(), "change_line_item", **given, prices={"line_items": {"2": {name: "6.00"}}})
    twice = do(pair(), "change_line_item", **given, prices={"line_items": {"2": {name: "5"}, "1": {name: "6.00"}}})
    assert (getattr(twice.line_items["2"], name), getattr(twice.line_items["1"], name)) == (dec("5.00"), dec("6.00"))


def test_a_line_item_in_several_shipments_is_changed_in_the_one_that_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"line item 1 is in several shipments: say which, of 1, 2"):
        do(pair(), "change_line_item", line_item="1", quantity=2)
    with pytest.raises(UnknownId, match=r"no line item in shipment 2 '2'; it has: 1"):
        do(pair(), "change_line_item", line_item="2", shipment="2", quantity=2)
    with pytest.raises(UnknownId, match=r"no line item '9'; it has: 1, 2"):
        do(pair(), "change_line_item", line_item="9", quantity=2)


def test_the_only_open_shipment_of_a_line_item_is_meant_by_default() -> None:
    order = do(at("Cancelled"), "change_line_item", line_item="1", quantity=5)
    assert order.shipments["2"].quantities["1"] == dec("5")
    # The cancelled piece still counts as ordered.
    assert order.line_items["1"].quantity == dec("6")
    assert order.totals.subtotal == dec("500.00")
    assert "shipment 1 is Cancelled" in refused(at("Cancelled"), "change_line_item", line_item="2", quantity=5)


def test_a_line_item_of_an_order_without_shipments_is_changed_as_it_is() -> None:
    order = placed(shipments={})
    assert do(order, "change_line_item", line_item="1", quantity=3).totals.total == dec("300.00")
    assert do(order, "remove_line_item", line_item="1").line_items == {}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"quantity": 0}, InvalidQuantity),
        ({"quantity": "-1"}, InvalidQuantity),
        ({"unit_price": "1.001"}, InvalidMoney),
        ({"discount": -1}, InvalidMoney),
        ({"tax": 0.5}, InvalidMoney),
    ],
)
def test_a_bad_change_of_a_line_item_is_refused(change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        do(pair(), "change_line_item", line_item="2", **change)


@pytest.mark.parametrize("change", [{"unit_price": "1.00"}, {"discount": "1.00"}, {"tax": "1.00"}, {"name": "Other"}])
def test_prices_and_names_of_what_has_shipped_never_change(change: dict[str, Any]) -> None:
    says = r"line item 1 has shipped with shipment 1: what has shipped never changes"
    with pytest.raises(InvalidInput, match=says):
        do(at("Shipped"), "change_line_item", line_item="1", **change)
    if "name" not in change:
        with pytest.raises(InvalidInput, match=says):
            do(at("Shipped"), "change_warehouse", shipment="2", warehouse="E", prices={"line_items": {"1": change}})


def test_of_what_has_shipped_in_part_the_rest_may_still_grow() -> None:
    order = do(at("Shipped"), "change_line_item", line_item="1", quantity=4)
    assert order.line_items["1"].quantity == dec("5")


@pytest.mark.parametrize("status", ["Shipped", "Cancelled"])
def test_prices_of_a_shipment_that_is_not_open_never_change(status: str) -> None:
    with pytest.raises(InvalidInput, match=f"shipment 1 is {status}: only prices of open shipments change"):
        do(
            at(status),
            "change_warehouse",
            shipment="2",
            warehouse="E",
            prices={"shipments": {"1": {"shipping": "1.00"}}},
        )


@pytest.mark.parametrize(
    ("prices", "says"),
    [
        ({"line_items": {"9": {"tax": "1.00"}}}, r"no line item '9'"),
        ({"shipments": {"9": {"shipping": "1.00"}}}, r"no shipment '9'"),
    ],
)
def test_prices_of_what_is_not_there_are_refused(prices: dict[str, Any], says: str) -> None:
    with pytest.raises(UnknownId, match=says):
        do(pair(), "change_warehouse", shipment="1", warehouse="E", prices=prices)


def test_a_line_item_is_removed_from_one_shipment_or_for_good() -> None:
    order = do(pair(), "remove_line_item", line_item="1", shipment="1")
    assert order.line_items["1"].quantity == dec("1")
    assert order.removed_line_items == ()
    steps = act(pair(), "remove_line_item", line_item="2")
    assert (events(steps), steps[0].subject) == (["LineItemRemoved"], "line_item/2")
    assert "2" not in last(steps).line_items
    assert sums(last(steps), "total") == {"total": "200.00"}


def test_a_discount_given_on_a_line_item_goes_with_it() -> None:
    order = do(pair(), "add_manual_discount", line_item="2", amount="5.00", reason="late")
    order = do(order, "add_manual_discount", amount="1.00", reason="late")
    assert list(do(order, "remove_line_item", line_item="2").manual_discounts) == ["2"]


def test_a_shipment_is_not_emptied_by_an_edit() -> None:
    assert refused(pair(), "remove_line_item", line_item="1", shipment="2") == (
        "line item 1 is the last one in shipment 2: cancel the shipment"
    )


# Splits


@pytest.mark.parametrize("status", OPEN)
def test_what_is_split_off_waits_or_is_assigned_or_is_held(status: str) -> None:
    steps = act(at(status), "split_shipment", shipment="1", quantities={"1": "0.25"})
    apart = last(steps).shipments["3"]
    wanted = {"AwaitingInventory": "AwaitingInventory", "OnHold": "OnHold"}.get(status, "InventoryAssigned")
    assert apart.status == wanted
    waits = ["ShipmentAwaitingInventory"] if status == "AwaitingInventory" else []
    assert events(steps) == ["ShipmentSplit", *waits]
    assert last(steps).shipments["1"].status == status
    assert apart.held_from == ("InventoryAssigned" if status == "OnHold" else None)
    assert last(steps).shipments["1"].quantities == {"1": dec("0.75"), "2": dec("1")}
    assert last(steps).totals == pair().totals


def test_what_is_split_off_may_wait_and_differ() -> None:
    order = placed(shipments={"1": shipment({"1": 1}, warehouse="West", promised=LATER, shipping="5.00")})
    order = do(order, "set_attribute", key="gift", value="yes", shipment="1")
    steps = act(order, "split_shipment", shipment="1", quantities={"1": "0.5"}, id="B", awaiting_inventory=True,
                method="Air", address={"city": "Springfield"})  # fmt: skip
    assert events(steps) == ["ShipmentSplit", "ShipmentAwaitingInventory"]
    apart = last(steps).shipments["B"]
    assert (apart.status, apart.method, apart.warehouse, apart.promised, apart.attributes, apart.shipping) == (
        ShipmentStatus.AWAITING_INVENTORY, "Air", "West", LATER, {"gift": "yes"}, None,
    )  # fmt: skip
    assert apart.address is not None
    assert last(steps).shipments["1"].shipping == dec("5.00")


def test_what_is_split_off_a_held_shipment_that_waited_waits_when_it_is_released() -> None:
    held = do(at("AwaitingInventory"), "hold_shipment", shipment="1", reason="late")
    order = do(held, "split_shipment", shipment="1", quantities={"2": 1})
    assert order.shipments["3"].hold_reason == order.shipments["1"].hold_reason
    assert do(order, "release_shipment_hold", shipment="3").shipments["3"].status is ShipmentStatus.AWAITING_INVENTORY


@pytest.mark.parametrize(
    ("quantities", "error", "says"),
    [
        ({}, InvalidInput, r"a split leaves something in both"),
        (
            {"1": 1, "2": 1},
            InvalidInput,
            r"a split leaves something in both: split off a part of what shipment 1 holds",
        ),
        ({"1": 2}, InvalidInput, r"shipment 1 holds 1 of line item 1: 2 cannot be split off"),
        ({"3": 1}, UnknownId, r"no line item in shipment 1 '3'; it has: 1, 2"),
        ({"1": 0}, InvalidQuantity, r"above zero"),
    ],
)
def test_a_split_leaves_something_in_both(quantities: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(pair(), "split_shipment", shipment="1", quantities=quantities)


def test_a_split_may_not_take_an_id_that_is_used() -> None:
    with pytest.raises(DuplicateId, match=r"shipment 2 is on this order, or was once: give another id, or none"):
        do(pair(), "split_shipment", shipment="1", quantities={"1": "0.5"}, id="2")


@pytest.mark.parametrize("status", ["Shipped", "Cancelled"])
def test_only_an_open_shipment_is_split(status: str) -> None:
    assert refused(at(status), "split_shipment", **ARGUMENTS["split_shipment"]) == f"shipment 1 is {status}"


def test_a_split_may_bring_new_prices() -> None:
    prices = {"shipments": {"3": {"shipping": "4.00"}, "1": {"shipping": "2.00"}}}
    order = do(pair(), "split_shipment", shipment="1", quantities={"1": "0.5"}, prices=prices)
    assert sums(order, "shipping") == {"shipping": "6.00"}


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_an_edit_needs_its_permission(operation: str) -> None:
    assert do(pair(), operation, trusted_with("order.edit"), **ARGUMENTS[operation])
    with pytest.raises(NotPermitted, match=f"{operation} needs the permission order.edit"):
        do(pair(), operation, trusted_with(), **ARGUMENTS[operation])
