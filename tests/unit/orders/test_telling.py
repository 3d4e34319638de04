"""What of an activity is worth a line beside its title."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from ordertrail.notes.model import Actor, NoteType, OrderActivity
from ordertrail.notes.personal import ERASED, Change
from ordertrail.orders.telling import own_words, worth_a_line

AT = datetime(2026, 3, 3, 14, 5, 7, tzinfo=UTC)


def activity(**fields: object) -> OrderActivity:
    given = {
        "id": "o:3", "order_id": "o", "seq": 3, "created": AT, "recorded": AT, "type": NoteType.SYSTEM,
        "title": "Shipment 1 shipped", "detail": "", "actor": Actor(id="anna", label="anna"), "channel": "Web shop",
        "category": "shipment", "event_type": "ShipmentShipped", "subject": "shipment/1",
        "operation": "complete_shipment", **fields,
    }  # fmt: skip
    return OrderActivity(**given)  # type: ignore[arg-type]


MOMENT = "2026-03-03T14:05:07Z"


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ([("/shipments/1/status", "Packing", "Shipped")], ["/status"]),
        ([("/shipments/2/status", "Packing", "Shipped")], ["/shipments/2/status"]),
        ([("/shipments/1/shipped_at", None, MOMENT)], []),
        ([("/shipments/1/shipped_at", None, "2026-03-03T14:05:08Z")], ["/shipped_at"]),
        ([("/shipments/1/shipped_from", None, "Packing"), ("/status", "Packing", "Shipped")], ["/status"]),
        ([("/shipments/1/pick_list", None, "shipped")], []),
        ([("/totals/total", "1.00", "2.00"), ("/totals/paid", "0.00", "1.00")], ["/total"]),
        ([("/payments/1", None, {"added": MOMENT, "amount": "1.00", "method": "Card", "status": "Pending"})], []),
        ([("/counters/hold", None, 1), ("/status", "InProgress", "OnHold")], ["/status"]),
        ([("/holds", None, {"1": {"reason": {"code": "x"}}})], []),
        ([("/shipments/1/tracking", None, {"number": "1Z"})], ["/tracking"]),
        ([("/shipments/1/hold_reason", None, {"code": "fraud", "label": "Fraud"})], []),
        ([("/id", None, "o"), ("/status", None, "InProgress")], []),
        ([("/customer_comment", None, dict(ERASED))], ["/customer_comment"]),
    ],
)
def test_what_is_worth_a_line(changes: Sequence[Change], kept: list[str]) -> None:
    note = activity(changes=tuple(changes), data={"reason": {"code": "fraud", "label": "Fraud"}})
    assert [pointer for pointer, _, _ in worth_a_line(note)] == kept


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"data": {"reason": {"code": "fraud", "label": "Fraud"}}}, "Fraud"),
        ({"data": {"reason": {"code": "fraud", "label": "Fraud", "comment": "Card"}}}, "Fraud: Card"),
        ({"data": {"reason": {"code": "fraud", "label": "Fraud"}}, "title": "Order put on hold: Fraud"}, ""),
        ({"data": {"reason": {"code": "other", "label": "Other", "comment": "Flat?"}}}, "Flat?"),
        ({"data": {"detail": "They rang."}, "detail": "They rang."}, "They rang."),
        ({"data": {"detail": "They rang."}, "detail": "They rang.", "revises": 2}, ""),
    ],
)
def test_what_somebody_wrote_with_it(fields: dict[str, object], words: str) -> None:
    assert own_words(activity(**fields)) == words


def test_the_label_of_a_reason_can_be_said_otherwise() -> None:
    told = activity(data={"reason": {"code": "fraud", "label": "Fraud", "comment": "Card"}})
    assert own_words(told, str.upper) == "FRAUD: Card"
    assert own_words(activity(data={"reason": {"code": "fraud", "label": "Fraud"}}), str.upper) == "FRAUD"
