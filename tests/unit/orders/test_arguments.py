"""What a caller gives is taken as it is meant, or refused with its place and what would be right."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.errors import InvalidInput, InvalidMoney, InvalidQuantity, InvalidText, InvalidTime, OrderTrailError
from ordertrail.orders.arguments import DEEPEST, checked_text, parse, parse_json
from ordertrail.orders.operations.base import GivenReason
from ordertrail.orders.operations.inputs import NewLineItem, NewOrder, NewShipment
from ordertrail.orders.operations.notes import AddNote, EditNote, ErasePersonalData, RecordActivity
from ordertrail.orders.operations.payments import AddPayment
from ordertrail.orders.operations.refunds import CreateRefund
from ordertrail.orders.operations.returns import CreateReturn
from ordertrail.orders.operations.shipments import CompleteShipment
from ordertrail.orders.statuses import TransactionType
from tests.unit.orders.builders import new

HOSTILE = [
    "Zelt für 2 ⛺🏕️👩‍👩‍👧",
    "خيمة لشخصين \u202e\u2066",
    "e\u0301tage and étage",
    "'; DROP TABLE orders; --",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)\r\n\t\x1b[31m",
    "\ufeff\u2028\U0010ffff",
]


def nested(depth: int) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


def looped() -> dict[str, Any]:
    """A map that holds itself."""
    value: dict[str, Any] = {}
    value["attributes"] = value
    return value


def test_maps_and_structs_say_the_same() -> None:
    order = NewOrder(
        market="US",
        currency="USD",
        line_items={"1": NewLineItem(sku="TENT-2", name="Tent", quantity=Decimal(1), unit_price=Decimal("100.00"))},
        shipments={"1": NewShipment(method="Ground", quantities={"1": Decimal(1)})},
    )
    assert parse(NewOrder, order) == parse(NewOrder, new()) == order


def test_a_struct_may_be_made_of_what_its_fields_are_parsed_from() -> None:
    loose = NewShipment(method="Ground", quantities={"1": 2})
    assert parse(NewShipment, loose).quantities == {"1": Decimal(2)}


def test_numbers_enumerations_and_times_may_come_as_text() -> None:
    payment = parse(
        AddPayment,
        {
            "amount": "249.00",
            "method": "Card",
            "transaction_type": "CaptureOnly",
            "processed_at": "2026-01-31T12:00:00Z",
        },
    )
    assert payment.amount == Decimal("249.00")
    assert payment.transaction_type is TransactionType.CAPTURE_ONLY
    assert payment.processed_at == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert parse(AddPayment, {"amount": 1, "method": "Card", "transaction_type": TransactionType.SALE}).amount == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_any_script_and_any_markup_is_just_text(text: str) -> None:
    note = parse(AddNote, {"title": text, "detail": text * 3})
    assert (note.title, note.detail) == (text, text * 3)


@pytest.mark.parametrize(
    ("wanted", "arguments", "says"),
    [
        (NewOrder, {"currency": "USD"}, "missing required field `market`"),
        (NewOrder, new(colour="red"), "There is no field `colour`"),
        (NewOrder, new(customer={"mail": "x"}), "There is no field `mail` - at `customer`"),
        (NewOrder, new(currency="usd"), "three capital letters such as USD - at `currency`"),
        (NewOrder, new(customer={"id": "a@b.c"}), "without @ and white space - at `customer.id`"),
        (NewOrder, new(customer={"id": "a b"}), "without @ and white space"),
        (NewOrder, new(customer={"id": "a\nb"}), "without @ and white space"),
        (NewOrder, new(number="PO 1"), "1 to 64 letters, digits, points"),
        (NewOrder, new(number=""), "1 to 64 letters"),
        (NewOrder, new(attributes={"a/b": "x"}), "1 to 64 letters.*- at `key` in `attributes`"),
        (NewOrder, new(attributes={"x" * 65: "x"}), "1 to 64 letters"),
        (NewOrder, new(attributes={"ä": "x"}), "all ASCII"),
        (NewOrder, new(attributes={1: "x"}), "Expected `str`"),
        (NewOrder, new(line_items={"1": {"sku": "A"}}), "missing required field `name`.*line_items"),
        (NewOrder, new(market=7), "Expected `str`, got `int` - at `market`"),
        (NewOrder, new(prices_include_tax="yes"), "Expected `bool`, got `str` - at `prices_include_tax`"),
        (NewOrder, [], "Expected `object`, got `array`"),
        (AddPayment, {"amount": None, "method": "Card"}, "got `null` - at `amount`"),
        (AddPayment, {"amount": True, "method": "Card"}, "got `bool` - at `amount`"),
        (AddPayment, {"amount": b"1", "method": "Card"}, "got `bytes` - at `amount`"),
        (AddPayment, {"amount": Fraction(1, 3), "method": "Card"}, "got `Fraction` - at `amount`"),
        (AddPayment, {"amount": 1, "method": "Card", "transaction_type": "Gift"}, "Invalid enum value 'Gift'"),
        (AddPayment, {"amount": "one", "method": "Card"}, "`amount`"),
        (EditNote, {"note": 0}, ">= 1 - at `note`"),
        (EditNote, {"note": 10**30}, "<= 9007199254740991 - at `note`"),
        (EditNote, {"note": "1"}, "Expected `int`, got `str` - at `note`"),
        (EditNote, {"note": True}, "Expected `int`, got `bool` - at `note`"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(wanted: Any, arguments: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        parse(wanted, arguments)


@pytest.mark.parametrize("value", ["1e2", "1.5e1", "1_000", " 1", "+1", "1.", ".5", "NaN", "sNaN", "Infinity", "١٢"])
def test_numbers_are_spelt_plainly(value: str) -> None:
    with pytest.raises(InvalidMoney, match=r"amount is '.*': give plain digits such as 249.00"):
        parse(AddPayment, {"amount": value, "method": "Card"})
    with pytest.raises(InvalidQuantity, match=r"line_items\.1\.quantity is '.*': give plain digits"):
        parse(NewOrder, new(line_items={"1": {"sku": "A", "name": "A", "quantity": value, "unit_price": 1}}))


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")]
)
def test_floats_and_what_is_not_finite_are_refused_anywhere(value: Any) -> None:
    for arguments in (new(market=value), new(line_items={"1": value}), new(attributes={"a": [value]}), new(no=value)):
        with pytest.raises(InvalidMoney, match=r"give a finite Decimal, an int or plain digits, no float"):
            parse(NewOrder, arguments)
    with pytest.raises(InvalidQuantity, match=r"shipments\.1\.quantities\.1 is "):
        parse(NewOrder, new(shipments={"1": {"method": "Ground", "quantities": {"1": value}}}))


@pytest.mark.parametrize(
    ("wanted", "arguments", "right"),
    [
        (CreateRefund, {"amount": 1, "kind": "gift", "reason": "x"}, "return, goodwill, correction"),
        (CreateReturn, {"items": {}, "kind": "swap"}, "refund, exchange"),
        (AddNote, {"title": "x", "visibility": "all"}, "internal, customer"),
        (EditNote, {"note": 1, "visibility": "all"}, "internal, customer"),
        (ErasePersonalData, {"reason": "x", "actors": "all"}, "customers, everyone, nobody"),
        (NewOrder, new(payments={"1": {"amount": 1, "method": "Card", "transaction_type": "Gift"}}), "Authorization, "),
    ],
)
def test_of_what_may_be_chosen_the_choices_are_said(wanted: Any, arguments: dict[str, Any], right: str) -> None:
    with pytest.raises(InvalidInput, match=rf"Invalid enum value '\w+' - at `.*`: it is one of {right}"):
        parse(wanted, arguments)


def test_a_huge_integer_gets_as_far_as_money_which_refuses_it() -> None:
    assert parse(AddPayment, {"amount": 10**5000, "method": "Card"}).amount == Decimal(10) ** 5000


@pytest.mark.parametrize("bad", ["a\0b", "\0", "\ud800", "x\udfff"])
def test_nul_and_half_of_a_surrogate_pair_are_refused_in_every_place(bad: str) -> None:
    with pytest.raises(InvalidText, match=r"title holds NUL or half of a surrogate pair: no text has those"):
        parse(AddNote, {"title": bad})
    for arguments in (
        new(line_items={"1": {"sku": bad}}),
        new(attributes={bad: "x"}),
        {**new(), bad: 1},
        new(references={"erp": bad}),
    ):
        with pytest.raises(InvalidText):
            parse(NewOrder, arguments)
    with pytest.raises(InvalidText, match=r"this text holds NUL"):
        checked_text(bad, "")


@pytest.mark.parametrize(
    ("wanted", "field", "most"),
    [
        (AddNote, "title", 200),
        (AddNote, "detail", 100_000),
        (RecordActivity, "title", 200),
        (RecordActivity, "detail", 100_000),
    ],
)
def test_a_text_over_its_limit_is_refused(wanted: Any, field: str, most: int) -> None:
    assert len(getattr(parse(wanted, {field: "😀" * most}), field)) == most
    with pytest.raises(InvalidText, match=f"of length <= {most} - at `{field}`"):
        parse(wanted, {field: "x" * (most + 1)})


@pytest.mark.parametrize("time", [datetime(2026, 1, 31), "2026-01-31T12:00:00"])  # noqa: DTZ001 - that is the point
def test_a_time_without_a_zone_is_refused(time: Any) -> None:
    with pytest.raises(InvalidTime, match=r"a timezone component.*give a time such as 2026-01-31T12:00:00Z"):
        parse(NewOrder, new(placed=time))


@pytest.mark.parametrize("value", [nested(DEEPEST + 1), nested(100_000), looped()], ids=["deep", "deepest", "loop"])
def test_what_nests_too_deep_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput, match=r"nests too deep: at most 16 levels"):
        parse(NewOrder, new(attributes=value))


def test_points_in_a_key_are_no_levels() -> None:
    key = ".".join("abcdefghijklmnopqrstuvwxyz")
    order = new(line_items={key: {"sku": "A", "name": "A", "quantity": 1, "unit_price": 1}}, shipments={})
    assert list(parse(NewOrder, order).line_items) == [key]


def test_a_reason_is_a_code_with_a_comment_or_a_text() -> None:
    items = {
        "1": {"quantity": 1, "reason": {"code": "late", "comment": "Two weeks"}},
        "2": {"quantity": 1, "reason": "x"},
    }
    parsed = parse(CreateReturn, {"items": items}).items
    assert parsed["1"].reason == GivenReason(code="late", comment="Two weeks")
    assert parsed["2"].reason == "x"
    with pytest.raises(InvalidInput, match=r"There is no field `label`"):
        parse(CompleteShipment, {"shipment": "1", "left_anyway": {"code": "late", "label": "Late"}})


def test_a_number_that_need_not_be_given_may_be_null() -> None:
    line_item = {"sku": "A", "name": "A", "quantity": "1", "unit_price": "1.00", "discount": None, "tax": "0.10"}
    parsed = parse(NewOrder, new(line_items={"1": line_item})).line_items["1"]
    assert parsed.discount is None
    assert parsed.tax == Decimal("0.10")


def test_json_is_taken_without_duplicate_keys() -> None:
    assert parse_json('{"a": [1, {"b": null}], "c": "x"}') == {"a": [1, {"b": None}], "c": "x"}
    assert parse_json(b'{"a": true}') == {"a": True}
    with pytest.raises(InvalidInput, match=r"the key 'b' stands twice in one JSON object: name it once"):
        parse_json('{"a": {"b": 1, "c": 2, "b": 1}}')


@pytest.mark.parametrize("text", ["1.0", "[1e2]", '{"a": 1.5}', "NaN", "[Infinity]", "-Infinity"])
def test_json_without_floats(text: str) -> None:
    with pytest.raises(InvalidMoney, match=r'write amounts and quantities as text, such as "249.00"'):
        parse_json(text)


@pytest.mark.parametrize("text", ["", "{", "[1,]", b"\xff", "'a'", "{a: 1}", '"a\0b"', "1 2"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(InvalidInput, match=r"this is no JSON"):
        parse_json(text)


def test_json_with_a_number_beyond_all_measure_is_refused() -> None:
    assert parse_json(f'{{"a": -{"9" * 600}}}') == {"a": -int("9" * 600)}
    with pytest.raises(InvalidInput, match=r"^a number of 5,000 digits is larger than any that an order holds$"):
        parse_json(f'{{"a": {"9" * 5000}}}')


def test_json_that_nests_too_deep_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"nests too deep: at most 16 levels"):
        parse_json("[" * 200_000)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(new())) | st.text(), JSON, max_size=4))
def test_whatever_comes_is_taken_or_refused_with_a_typed_error(given_fields: dict[str, Any]) -> None:
    try:
        order = parse(NewOrder, {**new(), **given_fields})
    except OrderTrailError:
        return
    assert parse(NewOrder, order) == order


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers() | st.text(st.characters(codec="utf-8"))))
def test_plain_json_comes_back_as_it_went_in(value: dict[str, Any]) -> None:
    assert parse_json(json.dumps(value)) == parse_json(json.dumps(value, ensure_ascii=False)) == value
