"""What a note says of itself under the names that the original system has for it."""

from datetime import UTC, datetime

import pytest

from ordertrail.notes.model import Actor, ActorKind, NoteType, OrderActivity, OrderNote, Visibility

FACTS = {
    "id": "order-1:2",
    "order_id": "order-1",
    "seq": 2,
    "created": datetime(2026, 3, 1, tzinfo=UTC),
    "recorded": datetime(2026, 3, 1, tzinfo=UTC),
    "title": "Called",
    "detail": "",
    "actor": Actor(id="anna"),
    "channel": "Order Management",
    "category": "note",
}


def test_the_author_is_the_customer_id_of_the_original() -> None:
    assert OrderNote(type=NoteType.CUSTOM, **FACTS).customer_id == "anna"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "line"), [("line_item/7", "7"), ("line_item/a.b-c", "a.b-c"), ("shipment/7", None), (None, None)]
)
def test_the_line_item_is_told_where_the_note_is_about_one(subject: str | None, line: str | None) -> None:
    assert OrderNote(type=NoteType.CUSTOM, subject=subject, **FACTS).line_item_id == line  # type: ignore[arg-type]


def test_an_activity_is_a_note() -> None:
    activity = OrderActivity(type=NoteType.SYSTEM, operation="hold_order", **FACTS)  # type: ignore[arg-type]
    assert isinstance(activity, OrderNote)
    assert (activity.changes, activity.data, activity.cause, activity.revises) == ((), {}, None, None)


def test_a_note_is_internal_and_its_author_a_user_unless_said_otherwise() -> None:
    note = OrderNote(type=NoteType.CUSTOM, **FACTS)  # type: ignore[arg-type]
    assert (note.visibility, note.pinned, note.edited, note.deleted, note.erased) == (
        Visibility.INTERNAL, False, None, None, False,
    )  # fmt: skip
    assert note.actor.kind is ActorKind.USER
