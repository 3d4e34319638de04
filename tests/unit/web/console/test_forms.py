"""Forms drawn from what operations take, and what they say turned back into arguments."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial

import pytest

from ordertrail.orders.arguments import parse
from ordertrail.orders.model import Order
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import ShopReason
from ordertrail.web.console.entering import TOKEN
from ordertrail.web.console.forms import Field, Known, all_in_one, arguments_of, blamed, fields_of, values_of
from ordertrail.web.console.parts import part_in_words
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.wording import UNSEEN
from tests.unit.orders.builders import item, paid, placed, received, returning, shipment, sold, two_shipments

DESCRIBED = partial(part_in_words, Reader(), "USD")
REASONS = {"late": ShopReason("Arrived too late")}


def form(name: str, order: Order, hidden: tuple[str, ...] = (), **values: str) -> tuple[Field, ...]:
    return fields_of(Known(OPERATIONS[name], order, REASONS, values, DESCRIBED, hidden))


def flat(fields: Iterable[Field]) -> dict[str, Field]:
    found = {}
    for field in fields:
        found[field.name] = field
        found |= flat(field.fields)
    return found


def said(name: str, order: Order, typed: Mapping[str, str]) -> object:
    return arguments_of(form(name, order), typed)


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.legal_in])
def test_every_operation_has_a_form(name: str) -> None:
    order = returning(sold())
    fields = flat(form(name, order))
    assert all(field.label for field in fields.values())
    required = {f.name for f in fields.values() if f.required}
    assert {name.partition("/")[0] for name in required} <= set(OPERATIONS[name].arguments.__struct_fields__)
    assert "currency" not in fields
    assert "id" not in fields


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.legal_in])
def test_a_box_for_all_is_called_otherwise_than_those_for_one(name: str) -> None:
    order = returning(sold())
    fields = form(name, order, return_id="1")
    for_all = {field.label for field in fields if field.kind == "flag"}
    for_one = {field.label for group in fields for field in flat(group.fields).values() if field.kind == "flag"}
    assert not for_all & for_one


def test_returns_are_closed_whole_or_by_the_item() -> None:
    fields = flat(form("receive_return_items", returning(sold()), return_id="1"))
    assert fields["close"].label == "Close the return: nothing more comes"
    assert fields["items/1/close"].label == "Close this item: no more of it comes"


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "place_order"])
def test_nothing_that_is_asked_is_called_as_what_a_form_carries_along(name: str) -> None:
    assert not flat(form(name, two_shipments())).keys() & (UNSEEN | {TOKEN})


def test_what_is_empty_is_not_given() -> None:
    assert said("add_payment", two_shipments(), {"amount": " 12.50 ", "method": "Card", "reference": "  "}) == {
        "amount": "12.50",
        "method": "Card",
    }
    assert said("change_shipping_address", two_shipments(), {"shipment": "1", "address/city": ""}) == {"shipment": "1"}


def test_a_form_offers_the_reasons_that_are_meant_for_it_and_the_one_that_is_chosen() -> None:
    reasons = {**REASONS, "small": ShopReason("Does not fit", operations=("create_return",))}

    def codes(name: str, **values: str) -> list[str]:
        fields = fields_of(Known(OPERATIONS[name], two_shipments(), reasons, values, DESCRIBED))
        code = next(field for name, field in flat(fields).items() if name.endswith("reason/code"))
        return [choice.value for choice in code.choices]

    assert codes("hold_order") == ["late", "other"]
    assert codes("hold_order", **{"reason/code": "small"}) == ["late", "small", "other"]
    assert codes("create_return") == ["late", "small", "other"]


def test_reasons_are_of_the_list_or_in_words() -> None:
    order = two_shipments()
    for typed, given in (
        ({"reason/code": "late"}, {"reason": {"code": "late"}}),
        ({"reason/code": "late", "reason/comment": "x"}, {"reason": {"code": "late", "comment": "x"}}),
        ({"reason/code": "other", "reason/comment": "Flat?"}, {"reason": "Flat?"}),
        ({"reason/comment": "Flat?"}, {"reason": "Flat?"}),
        ({}, {}),
    ):
        assert said("hold_order", order, typed) == given
    # Nothing is said: refused, and not taken for the code "other".
    assert said("hold_order", order, {"reason/code": "other"}) == {"reason": " "}


def test_groups_name_the_parts_of_the_order() -> None:
    order = sold()
    fields = flat(form("create_return", order))
    assert {"items/1/quantity", "items/1/reason/code"} <= fields.keys()
    typed = {"items/1/quantity": "2", "items/1/reason/code": "late", "kind": "refund"}
    given = arguments_of(form("create_return", order), typed)
    assert parse(OPERATIONS["create_return"].arguments, given).items["1"].quantity == Decimal(2)  # type: ignore[attr-defined]
    assert [choice.value for choice in flat(form("complete_shipment", two_shipments()))["shipment"].choices] == []
    assert [c.value for c in flat(form("release_shipment", two_shipments()))["shipment"].choices] == ["1", "2"]
    assert "shipment" not in flat(form("release_shipment", two_shipments(), ("shipment",)))


def test_a_form_says_how_much_there_is_of_what_it_asks_for() -> None:
    order = returning(sold(), 2)
    assert flat(form("create_return", order))["items/1"].label == "Tent · 3 shipped, 2 returned"
    assert flat(form("change_return", order, return_id="1"))["items/1"].label == "Tent · 3 shipped, 0 returned"
    came = flat(form("receive_return_items", received(order), return_id="1"))
    assert came["items/1"].label == "Tent · 2 announced, 1 received"
    assert not came["items"].optional, "it is what the form is for: it stands open"
    split = flat(form("split_shipment", two_shipments(), shipment="1"))
    assert split["quantities/1"].label == "Tent · 1 in this shipment"


def test_line_items_of_one_name_are_told_apart() -> None:
    order = placed(line_items={"1": item(), "2": item()}, shipments={"1": shipment({"1": 1, "2": 1})})
    fields = flat(form("split_shipment", order, shipment="1"))
    assert fields["quantities/2"].label == "Tent, line item 2 · 1 in this shipment"


def test_a_price_of_a_line_item_that_changes_is_asked_for_once() -> None:
    order = placed(line_items={"1": item(), "2": item()}, shipments={"1": shipment({"1": 1, "2": 1})})
    fields = flat(form("change_line_item", order, line_item="1"))
    assert {name for name in fields if name.endswith("unit_price")} == {"unit_price", "prices/line_items/2/unit_price"}
    alone = flat(form("change_line_item", two_shipments(), line_item="1"))
    assert "prices/line_items" not in alone, "a group in which there is nothing is left out"


def test_what_an_exchange_ships_is_what_is_on_the_new_order() -> None:
    fields = flat(form("create_exchange_order", returning(sold(), kind="exchange"), return_id="1"))
    held = [name.rpartition("/")[2] for name in fields if name.startswith("shipments/1/quantities/")]
    assert held == ["1", "2", "3"]
    assert fields["shipments/1/quantities/2"].label == "Line item 2 of the new order"
    assert "new_shipment/quantities" not in flat(form("add_line_item", two_shipments()))


def test_the_only_shipment_takes_all_that_is_ordered() -> None:
    lines = {"1": {"quantity": "2"}, "2": {"quantity": "1"}, "3": {"sku": "A"}}
    assert all_in_one(lines, {"1": {"method": "Post"}}) == {
        "1": {"method": "Post", "quantities": {"1": "2", "2": "1"}},
    }
    said = {"1": {"method": "Post", "quantities": {"1": "1"}}}
    assert all_in_one(lines, said) == said
    several = {"1": {"method": "Post"}, "2": {"method": "Post"}}
    assert all_in_one(lines, several) == several
    assert all_in_one(lines, {}) == {}


def test_fields_of_every_kind_are_read() -> None:
    order = paid(two_shipments(), 10)
    assert said("erase_personal_data", order, {"entries": "1, 2 x"}) == {"entries": [1, 2, "x"]}
    assert said("record_activity", order, {"data": "colour: red\nsize : 7"}) == {"data": {"colour": "red", "size": "7"}}
    assert said("add_payment", order, {"pending": "yes"}) == {"pending": True}
    moments = arguments_of(form("change_promised_date", order), {"promised": "soon"}, str, lambda _: None)
    assert moments == {"promised": "soon"}  # left as it is, to be refused


TWO_PRICES = {"prices/shipments/1/shipping": "x", "prices/shipments/2/shipping": "1.00"}


@pytest.mark.parametrize(
    ("name", "typed", "why", "wrong"),
    [
        ("add_payment", {}, "Invalid decimal string - at `amount`", "amount"),
        ("add_payment", {}, "Object missing required field `method`", "method"),
        ("add_payment", {}, "1.001 has not the digits of USD", None),
        ("hold_order", {}, "Object missing required field `reason`", "reason/code"),
        ("create_return", {"items/1/quantity": "x"}, "Invalid - at `items[...].quantity`", "items/1/quantity"),
        ("change_shipping_method", TWO_PRICES, "Invalid - at `prices.shipments[...].shipping`", None),
        ("create_return", {}, "Invalid - at `items[...].quantity`", None),
        ("create_return", {}, "There is no field `id`", None),
        ("create_refund", {}, "", None),
        ("create_return", {"items/1/reason/code": "late"}, "missing required field `quantity` - at `items[...]`", None),
        ("create_return", {"items/1/condition": "x"}, "missing required field `quantity` - at `items[...]`", None),
        ("add_payment", {"amount": "1,001"}, "1.001 has not the digits of USD", "amount"),
        ("change_shipping_method", TWO_PRICES, "'1.00' is below zero", "prices/shipments/2/shipping"),
    ],
)
def test_the_field_that_a_reason_names_is_marked(name: str, typed: dict[str, str], why: str, wrong: str | None) -> None:
    fields = flat(blamed(form(name, two_shipments(), (), **typed), why))
    assert [place for place, field in fields.items() if field.wrong] == ([] if wrong is None else [wrong])


def test_arguments_as_fields_hold_them_and_back() -> None:
    arguments = {"address": {"city": "Zürich", "line1": None, "name": ""}, "shipment": "1"}
    assert values_of(arguments) == {"address/city": "Zürich", "shipment": "1"}
    order = two_shipments()
    assert arguments_of(form("change_shipping_address", order), values_of(arguments)) == {
        "address": {"city": "Zürich"},
        "shipment": "1",
    }
