from typing import Any

import pytest

from ordertrail.audit.chain import Chain, Doer
from ordertrail.audit.findings import Found
from ordertrail.audit.standing import check_idempotency, check_numbers, check_order
from ordertrail.orders.model import Totals, canonical, decode_order
from ordertrail.recording import order_row
from ordertrail.store.base import OrderRow, Remembered

DOCUMENT: dict[str, Any] = {
    "channel": "API", "currency": "USD", "customer": {"email": "mercy@example.com", "id": "C1", "name": "Mercy"},
    "holds": {
        "1": {"reason": {"code": "fraud", "label": "Fraud"}, "since": "2026-01-05T09:00:00Z"},
        "2": {"reason": {"code": "fraud", "label": "Fraud"}, "since": "2026-01-04T09:00:00Z"},
    },
    "id": "o1", "market": "US", "number": "PO1", "placed": "2026-01-03T09:00:00Z", "status": "OnHold",
    "totals": dict.fromkeys(sorted(Totals.__struct_fields__), "0.00"),
}  # fmt: skip
HEAD = bytes(32)


def chain(document: dict[str, Any] = DOCUMENT) -> Chain:
    """Where entries have led that add up to the document."""
    made = Chain("t", b"o1", found=Found(), erasures={}, log=[])
    made.sum.document, made.sum.changed_seq = document, 6
    made.seq, made.head, made.created, made.recorded = 7, HEAD, 70, 77
    return made


def stored(**fields: Any) -> tuple[Any, ...]:
    """The row of the order, with other fields."""
    text = canonical(DOCUMENT)
    row = order_row(decode_order(text), text.decode(), 7, 6, HEAD, 70, 77)._replace(**fields)
    return tuple(value.encode() if isinstance(value, str) else value for value in row)


def found_of(row: tuple[Any, ...], document: dict[str, Any] = DOCUMENT) -> dict[str, str]:
    """What is found, code to sentence."""
    found = Found()
    check_order(row, chain(document), found)
    return {finding.code: finding.sentence for finding in found.findings()}


def test_a_row_that_is_what_its_entries_make_it() -> None:
    assert found_of(stored()) == {}


@pytest.mark.parametrize("name", [name for name in OrderRow._fields if name not in ("version", "head", "document")])
def test_any_other_column_is_named(name: str) -> None:
    (sentence,) = found_of(stored(**{name: -1})).values()
    assert sentence.endswith(f": {name}")


def test_several_columns_are_one_finding() -> None:
    assert found_of(stored(market="SE", total=1))["column-differs"].endswith(": market, total")


def test_version_and_head_have_their_own_codes() -> None:
    assert found_of(stored(version=9, head=b"")) == {
        "version-differs": "the order's version is 9, its last entry is 7",
        "head-differs": "the order's head is not the digest of its last entry",
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}", "/channel, /currency, /customer, /holds, /id …"),
        ("[]", "/"),
        ("nope", "it cannot be read"),
        (canonical(DOCUMENT).decode() + " ", "it is spelt otherwise"),
        ('{"id":"o1",' + canonical(DOCUMENT).decode()[1:], "the key 'id' stands twice"),
        (canonical(DOCUMENT | {"market": "SE"}).decode(), "/market"),
    ],
)
def test_where_documents_differ_is_said_and_never_what_they_hold(text: str, why: str) -> None:
    found = found_of(stored(document=text))
    assert found == {"document-differs": f"the document is not the sum of the entries' changes: {why}"}


@pytest.mark.parametrize(
    "changed",
    [{"status": "Lost"}, {"currency": "ABC"}, {"customer": {"name": {"$erased": True}}}, {"placed": "soon"}],
)
def test_a_sum_that_is_no_order_is_found(changed: dict[str, Any]) -> None:
    document = DOCUMENT | changed
    assert set(found_of(stored(document=canonical(document).decode()), document)) == {"document-unreadable"}
    assert set(found_of(stored(version=1), document)) == {"document-unreadable", "document-differs", "version-differs"}


@pytest.mark.parametrize(
    ("number", "leading", "codes"),
    [
        (b"PO1", [b"PO1"], []),
        (b"PO1", [], ["number-missing"]),
        (b"PO1", [b"PO2"], ["number-missing", "number-differs"]),
        (b"PO1", [b"PO0", b"PO1", b"PO2"], ["number-differs"]),
        (None, [b"PO1"], ["number-differs"]),
        (None, [], []),
    ],
)
def test_numbers_both_ways(number: bytes | None, leading: list[bytes], codes: list[str]) -> None:
    found = Found()
    check_numbers(number, leading, found)
    assert [finding.code for finding in found.findings()] == codes


DOERS = {
    1: Doer(b"user", b"anna", 5, "place_order"),
    2: Doer(b"user", b"anna", 5, "place_order"),
    3: Doer(b"user", b"anna", 5, "hold_order"),
}


@pytest.mark.parametrize(
    ("fields", "last_erasure", "sound"),
    [
        ({}, 0, True),
        ({"last_seq": 1}, 0, True),
        ({"last_seq": 3}, 0, False),
        ({"first_seq": 2, "last_seq": 1}, 0, False),
        ({"last_seq": 4}, 0, False),
        ({"first_seq": 0}, 0, False),
        ({"actor_kind": b"app"}, 0, False),
        ({"actor_id": b"bert"}, 0, False),
        ({"recorded": 6}, 0, False),
        ({"digest": None}, 0, False),
        ({"digest": None}, 3, True),
        ({}, 3, False),
        ({}, 2, True),
    ],
)
def test_keys_are_kept_for_entries_that_they_can_belong_to(
    fields: dict[str, Any], last_erasure: int, sound: bool
) -> None:
    usual: dict[str, Any] = {
        "order_id": b"o1", "actor_kind": b"user", "actor_id": b"anna", "key": b"k", "digest": bytes(32),
        "first_seq": 1, "last_seq": 2, "recorded": 5,
    }  # fmt: skip
    found = Found()
    check_idempotency([Remembered(**(usual | fields))], DOERS, last_erasure, found)
    assert [finding.code for finding in found.findings()] == ([] if sound else ["idempotency-differs"])
