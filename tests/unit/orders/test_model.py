"""The document: canonical, without defaults, and the same when read back."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.errors import RecordDamaged
from ordertrail.orders.model import (
    PATTERNS,
    Customer,
    Hold,
    Order,
    Part,
    Pseudonym,
    Reason,
    canonical,
    decode_order,
    natural,
    replaced,
)
from tests.unit.orders.builders import do, placed, returning, shipment, shipped, two_shipments

TEXTS = st.text(st.characters(codec="utf-8"))
KEYS = st.from_regex(r"[A-Za-z0-9._$-]{1,64}", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_canonical_json_is_what_rfc_8785_writes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_every_control_character_is_escaped_as_rfc_8785_writes_it() -> None:
    text = "".join(map(chr, range(0x100))) + "\u2028\u2029\ufeff\ufffd\U0001f600\U0010ffff"
    assert canonical(text) == rfc8785.dumps(text)


def test_decimals_are_text_and_times_are_utc() -> None:
    assert canonical({"b": Decimal("249.00"), "a": datetime(2026, 1, 31, 12, tzinfo=UTC)}) == (
        b'{"a":"2026-01-31T12:00:00Z","b":"249.00"}'
    )


def test_a_document_has_no_defaults() -> None:
    order = placed()
    assert canonical(Customer()) == b"{}"
    assert b"null" not in canonical(order)
    assert b"holds" not in canonical(order)
    assert b"holds" in canonical(do(order, "hold_order", reason="late"))


@pytest.mark.parametrize("struct", Part.__subclasses__(), ids=lambda struct: struct.__name__)
def test_every_default_is_one_that_is_left_out(struct: type[Part]) -> None:
    for field in msgspec.structs.fields(struct):
        made = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
        assert field.required or made in (None, False, (), {}, "")


@pytest.mark.parametrize(
    "order",
    [
        placed(),
        placed(currency="JPY", line_items={}, shipments={}),
        do(returning(shipped(two_shipments())), "hold_order", reason="😀 e\u0301 \u202eخيمة"),
        placed(shipments={"1": shipment(promised=datetime(2026, 5, 1, tzinfo=timezone(timedelta(hours=5))))}),
    ],
    ids=["plain", "empty", "rich", "zoned"],
)
def test_what_is_written_reads_the_same(order: Order) -> None:
    assert decode_order(canonical(order)) == order
    assert decode_order(canonical(order).decode()) == order
    assert canonical(decode_order(canonical(order))) == canonical(order)


def test_an_older_document_without_newer_fields_reads_with_their_defaults() -> None:
    document = msgspec.json.decode(canonical(placed()))
    del document["line_items"], document["shipments"], document["counters"]
    order = decode_order(canonical(document))
    assert (order.line_items, order.shipments, order.legal_hold, order.removed_line_items) == ({}, {}, None, ())


def test_a_document_with_what_nobody_knows_is_refused() -> None:
    document = msgspec.json.decode(canonical(placed()))
    with pytest.raises(RecordDamaged, match=r"unknown field"):
        decode_order(canonical({**document, "colour": "red"}))


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(RecordDamaged, match="ordertrail verify"):
        decode_order("{")


def test_parts_are_frozen() -> None:
    order = placed()
    with pytest.raises(AttributeError):
        order.number = "X"  # type: ignore[misc]
    assert replaced(order, number="X").number == "X"
    assert order.number == "PO100001"


def test_ids_are_counted_as_people_do() -> None:
    assert natural(["10", "2", "a10", "a2", "a", "2b", "", "1.10", "1.9"]) == [
        "", "a", "a2", "a10", "1.9", "1.10", "2", "2b", "10",
    ]  # fmt: skip


@given(st.lists(KEYS, unique=True))
def test_counting_is_the_same_whatever_the_order(keys: list[str]) -> None:
    assert natural(keys) == natural(reversed(keys))
    assert sorted(natural(keys)) == sorted(keys)


def test_who_may_release_a_hold_can_be_any_actor() -> None:
    hold = Hold(reason=Reason(code="fraud", label="Fraud"), since=datetime.now(UTC), released_by="auth0|5f7:anna")
    assert msgspec.convert(msgspec.to_builtins(hold), Hold) == hold


@pytest.mark.parametrize("text", ["anna", "auth0|5f7", "安娜", "x" * 128])
def test_a_pseudonym_is_no_address(text: str) -> None:
    assert msgspec.convert(text, Pseudonym) == text


def test_every_pattern_has_its_words() -> None:
    assert all(words[0].isalnum() and "\\" not in words for words in PATTERNS.values())
