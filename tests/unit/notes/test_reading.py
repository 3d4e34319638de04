"""Rows become notes that people read, with nothing looked up but what revises them."""

import json
from typing import Any

import pytest

from ordertrail.errors import RecordDamaged
from ordertrail.notes.digest import Entry
from ordertrail.notes.model import ActorKind, NoteType, OrderActivity, Visibility
from ordertrail.notes.reading import (
    ERASED_TEXT,
    actor_of,
    changes_of,
    impersonal,
    note_from,
    open_content,
    readable,
    render,
    revisions_of,
)
from ordertrail.notes.times import moment

COLUMNS: dict[str, Any] = {
    "order_id": "order-1",
    "seq": 2,
    "type": "System",
    "event": "OrderGroupOnHold",
    "category": "order",
    "channel": "Order Management",
    "actor_kind": "user",
    "actor_id": "anna",
    "on_behalf_of": None,
    "subject": None,
    "visibility": "internal",
    "created": 1_000_000,
    "recorded": 2_000_000,
    "revises": None,
    "cause": "request-7",
    "personal": None,
    "personal_salt": None,
    "actor": '{"address":"192.0.2.7","label":"Anna","user_agent":"Browser"}',
    "actor_salt": b"",
    "commitments": "",
    "digest": b"",
}


def row(content: Any, personal: list[str] | None = None, **columns: Any) -> Entry:
    """A row of order_notes."""
    text = content if isinstance(content, str) else json.dumps(content, separators=(",", ":"))
    stored = None if personal is None else json.dumps(personal)
    return Entry(**{**COLUMNS, "content": text, "personal": stored, **columns})


HELD = {
    "operation": "hold_order",
    "title": "Order put on hold: Suspicion of fraud",
    "from": "InProgress",
    "to": "OnHold",
    "changes": [
        ["/counters/hold", None, 1],
        ["/holds/1", None, {"reason": {"code": "fraud", "comment": {"$personal": 0}, "label": "Suspicion of fraud"}}],
        ["/status", "InProgress", "OnHold"],
    ],
    "data": {"hold": "1", "reason": {"code": "fraud", "comment": {"$personal": 1}, "label": "Suspicion of fraud"}},
}
CUSTOM = {"data": {"title": {"$personal": 0}, "detail": {"$personal": 1}}, "operation": "add_note"}


def custom(**columns: Any) -> Entry:
    """A Custom note as it was first written."""
    plain = {"type": "Custom", "event": None, "category": "note", "personal": ["Called", "Flat 12"]}
    return row(CUSTOM, **{**plain, **columns})


def edited(title: str, seq: int = 3, said: dict[str, Any] | None = None, **columns: Any) -> Entry:
    """An edit of that note, which may say who may read the note."""
    texts = {"title": {"$personal": 0}, "detail": {"$personal": 1}, **(said or {})}
    content = {"data": texts, "operation": "edit_note", "title": "Note 2 edited"}
    return row(content, [title, ""], seq=seq, event="NoteUpdated", revises=2, created=seq * 1_000_000, **columns)


def revision(event: str, seq: int) -> Entry:
    """Something else that happened to that note."""
    return row({"operation": "x", "title": "x"}, seq=seq, event=event, revises=2, created=seq * 1_000_000)


def test_an_activity_says_what_happened() -> None:
    note = note_from(row(HELD, ["looks odd", "looks odd"]))
    assert isinstance(note, OrderActivity)
    assert (note.id, note.order_id, note.seq, note.type) == ("order-1:2", "order-1", 2, NoteType.SYSTEM)
    assert (note.created, note.recorded) == (moment(1_000_000), moment(2_000_000))
    assert (note.event_type, note.category, note.channel) == ("OrderGroupOnHold", "order", "Order Management")
    assert (note.operation, note.from_status, note.to_status, note.cause) == (
        "hold_order", "InProgress", "OnHold", "request-7",
    )  # fmt: skip
    assert note.title == "Order put on hold: Suspicion of fraud"
    assert note.changes[2] == ("/status", "InProgress", "OnHold")
    assert note.data["reason"]["comment"] == "looks odd"
    assert note.detail.split("\n") == [
        "looks odd",
        "holds 1: reason code fraud, comment looks odd, label Suspicion of fraud",
        "status: InProgress → OnHold",
    ]
    assert not note.erased


def test_an_erased_activity_says_so_where_the_values_were() -> None:
    note = note_from(row(HELD))
    assert isinstance(note, OrderActivity)
    assert note.erased
    assert note.title == "Order put on hold: Suspicion of fraud"
    assert note.data["reason"]["comment"] == {"$erased": True}
    assert note.detail.startswith(f"{ERASED_TEXT}\nholds 1: reason code fraud, comment {ERASED_TEXT}, label")


def test_an_activity_of_an_event_type_that_nobody_knows_any_more_still_shows() -> None:
    note = note_from(row({"operation": "record_activity"}, event="gone.Shop"))
    assert (note.title, note.detail, note.event_type) == ("gone.Shop", "", "gone.Shop")
    assert note_from(row({}, event=None)).title == ""


def test_a_text_of_a_recorded_activity_is_its_title() -> None:
    content = {"data": {"title": {"$personal": 0}, "detail": {"$personal": 1}}, "title": "Activity recorded"}
    note = note_from(row(content, ["Gift wrapped", "In gold"], event="None"))
    assert (note.title, note.detail) == ("Gift wrapped", "In gold")


def test_a_custom_note_shows_its_texts() -> None:
    note = note_from(custom())
    assert not isinstance(note, OrderActivity)
    assert (note.type, note.title, note.detail, note.event_type) == (NoteType.CUSTOM, "Called", "Flat 12", None)
    assert (note.edited, note.deleted, note.pinned, note.erased) == (None, None, False, False)


def test_an_edited_note_shows_its_latest_text_in_its_first_place() -> None:
    first, second = edited("Called twice", 3), edited("Called three times", 4, visibility="customer")
    note = note_from(custom(), [first, second])
    assert (note.seq, note.title, note.detail) == (2, "Called three times", "")
    assert (note.created, note.edited, note.visibility) == (moment(1_000_000), moment(4_000_000), Visibility.CUSTOMER)
    assert note.actor.id == "anna"


def test_an_edit_says_who_may_read_the_note_and_is_internal_itself() -> None:
    shown, withdrawn = edited("x", 3, {"visibility": "customer"}), edited("y", 4, {"visibility": "internal"})
    note = custom(visibility="customer")
    assert note_from(note, [shown]).visibility is Visibility.CUSTOMER
    assert note_from(note, [shown, withdrawn]).visibility is Visibility.INTERNAL
    assert [one.visibility for one in revisions_of(note, [shown, withdrawn])] == ["customer", "customer", "internal"]
    assert note_from(shown).visibility is Visibility.INTERNAL
    with pytest.raises(RecordDamaged, match=r"entry 3 of order order-1 cannot be read: 'all'"):
        note_from(note, [edited("x", 3, {"visibility": "all"})])


def test_a_note_is_pinned_and_unpinned() -> None:
    pinned = [revision("NotePinned", 3)]
    assert note_from(custom(), pinned).pinned
    assert not note_from(custom(), [*pinned, revision("NoteUnpinned", 4)]).pinned


def test_a_deleted_note_shows_no_text() -> None:
    note = note_from(custom(), [edited("Called twice"), revision("NoteDeleted", 4)])
    assert (note.title, note.detail, note.deleted) == ("", "", moment(4_000_000))


def test_all_texts_of_a_note_stay_readable() -> None:
    revisions = [edited("Called twice"), revision("NotePinned", 4), revision("NoteDeleted", 5)]
    found = revisions_of(custom(), revisions)
    assert [(one.seq, one.title, one.detail, one.erased) for one in found] == [
        (2, "Called", "Flat 12", False),
        (3, "Called twice", "", False),
    ]
    assert [one.created for one in found] == [moment(1_000_000), moment(3_000_000)]


def test_erased_texts_of_a_note_say_so() -> None:
    note = note_from(custom(personal=None))
    assert (note.title, note.detail, note.erased) == (ERASED_TEXT, ERASED_TEXT, True)
    assert [one.erased for one in revisions_of(custom(personal=None), [edited("new")])] == [True, False]


def test_an_actor_is_shown_by_the_label_and_once_it_is_erased_by_the_id() -> None:
    actor = actor_of(row({}, on_behalf_of="tom", actor_kind="app"))
    assert (actor.id, actor.kind, actor.label, actor.on_behalf_of, actor.address, actor.user_agent) == (
        "anna", ActorKind.APP, "Anna", "tom", "192.0.2.7", "Browser",
    )  # fmt: skip
    erased = actor_of(row({}, actor=None))
    assert (erased.id, erased.label, erased.address) == ("anna", "anna", None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        ("خيمة ⛺", "خيمة ⛺"),
        ({"$erased": True}, "[erased]"),
        ({}, "–"),
        ([], "–"),
        (["a", {"b": "c"}], "a, b c"),
        ({"carrier": "UPS", "number": {"$erased": True}}, "carrier UPS, number [erased]"),
    ],
)
def test_values_are_written_for_people(value: Any, text: str) -> None:
    assert readable(value) == text


def test_changes_are_written_one_a_line() -> None:
    changes = [
        ("/shipments/1/pick_list", None, "PL-7"),
        ("/shipments/1/status", "Released", "Packing"),
        ("/line_items/2/unit_price", "3.00", None),
        ("/counters/payment", None, 2),
    ]
    assert render(changes, {"reason": {"code": "late"}}).split("\n") == [
        "shipments 1 pick list: PL-7",
        "shipments 1 status: Released → Packing",
        "line items 2 unit price: 3.00 → –",
    ]
    assert render([], {"reason": "no object"}) == render([], {}) == ""


def test_changes_are_told_as_they_are_stored() -> None:
    assert changes_of({"changes": [["/a", None, 1]]}) == (("/a", None, 1),)
    assert changes_of({}) == ()


@pytest.mark.parametrize(
    ("content", "personal"),
    [
        ("{", None),
        ("[]", None),
        ('{"data":{"$personal":0}}', '{"0":"a"}'),
        ('{"data":{"$personal":3}}', "[]"),
        ('{"data":{"$personal":"x"}}', '["a"]'),
        ("{}", "{"),
        ('{"title":7}', None),
        ('{"data":"x"}', None),
        ('{"changes":[["/status","InProgress"]]}', None),
    ],
)
def test_a_row_that_cannot_be_read_is_named(content: str, personal: str | None) -> None:
    with pytest.raises(RecordDamaged, match=r"entry 2 of order order-1 cannot be read"):
        open_content(row(content)._replace(personal=personal))


@pytest.mark.parametrize("actor", ["{", "[]", "7", '{"label":7}'])
def test_an_actor_that_cannot_be_read_is_named(actor: str) -> None:
    with pytest.raises(RecordDamaged, match=r"entry 2 of order order-1 cannot be read"):
        actor_of(row({}, actor=actor))


@pytest.mark.parametrize(
    "columns",
    [
        {"type": "Costum"}, {"actor_kind": "root"}, {"visibility": "all"}, {"created": 10**18},
        {"recorded": -(10**18)}, {"content": '{"changes":[[1]]}'},
        {"content": '{"data":{"$personal":0}}', "personal": '["x"]'},
    ],
)  # fmt: skip
@pytest.mark.parametrize("type", ["Custom", "System"])
def test_a_note_that_cannot_be_read_is_named(type: str, columns: dict[str, Any]) -> None:
    with pytest.raises(RecordDamaged, match=r"entry 2 of order order-1 cannot be read"):
        note_from(row({}, type=type)._replace(**columns))


@pytest.mark.parametrize("damaged", [{"created": 10**18}, {"content": "{"}, {"content": '{"data":{"$personal":0}}'}])
def test_of_a_note_and_its_edits_the_one_that_cannot_be_read_is_named(damaged: dict[str, Any]) -> None:
    edit = edited("Called twice")._replace(**damaged)
    for read in (note_from, revisions_of):
        with pytest.raises(RecordDamaged, match=r"entry 3 of order order-1 cannot be read"):
            read(custom(), [edit])
    with pytest.raises(RecordDamaged, match=r"entry 4 of order order-1 cannot be read"):
        note_from(custom(), [revision("NoteDeleted", 4)._replace(created=10**18)])


def test_who_edited_a_note_is_read_where_it_is_shown() -> None:
    edit = edited("Called twice")._replace(actor_kind="root")
    assert note_from(custom(), [edit]).title == "Called twice"
    with pytest.raises(RecordDamaged, match=r"entry 3 of order order-1 cannot be read"):
        revisions_of(custom(), [edit])


def test_a_text_that_looks_like_a_mark_is_just_a_text() -> None:
    content = json.dumps({"title": '{"$personal":0}'}, separators=(",", ":"))
    part = open_content(row(content))
    assert (part.content["title"], part.erased) == ('{"$personal":0}', False)


def test_who_may_not_see_personal_data_reads_the_rest() -> None:
    activity = note_from(impersonal(row(HELD, ["at the door", "at the door"])))
    assert isinstance(activity, OrderActivity)
    assert (activity.actor.id, activity.actor.label, activity.actor.address) == ("anna", "anna", None)
    assert activity.data["reason"] == {"code": "fraud", "comment": {"$hidden": True}, "label": "Suspicion of fraud"}
    assert not activity.erased


def test_what_was_erased_reads_so_to_them_too() -> None:
    assert note_from(impersonal(custom(personal=None))).erased
