"""Notes, activities of the shop's own, legal holds and erasure."""

import json
from typing import Any

import msgspec
import pytest

from ordertrail.errors import (
    InvalidInput,
    InvalidText,
    LegalHold,
    NoteChanged,
    NoteNeverChanges,
    NothingToChange,
    NotPermitted,
    UnknownEventType,
    UnknownId,
)
from ordertrail.notes.events import Category, EventType, registry
from ordertrail.notes.model import Actor, ActorKind, NoteType, Visibility
from ordertrail.orders.changes import personal_places, personal_tree
from ordertrail.orders.model import canonical
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.operations.notes import ErasePersonalData, erases_actor
from ordertrail.orders.statuses import OrderStatus
from tests.unit.orders.builders import (
    act,
    context,
    do,
    events,
    in_status,
    last,
    legal_statuses,
    note,
    paid,
    placed,
    refused,
    returning,
    shipped,
    trusted_with,
)

OWN = EventType(
    name="shop.GiftWrapped",
    category=Category.OTHER,
    about="order",
    sentence="Wrapped in {paper}",
    recorded_when="it is wrapped",
    icon="gift",
    personal=("card",),
)
WITH_OWN = context(events=registry([OWN]))
ON_NOTE = context(note=note())

ARGUMENTS: dict[str, dict[str, Any]] = {
    "add_note": {"title": "Called"},
    "edit_note": {"note": 2, "title": "Called twice"},
    "delete_note": {"note": 2},
    "pin_note": {"note": 2},
    "unpin_note": {"note": 2},
    "record_activity": {"title": "x"},
    "set_legal_hold": {"reason": "dispute"},
    "release_legal_hold": {"reason": "settled"},
    "erase_personal_data": {"reason": "wish to be forgotten"},
}
PERMISSIONS = {
    "record_activity": "activity.record",
    "set_legal_hold": "hold.legal",
    "release_legal_hold": "hold.legal",
    "erase_personal_data": "personal.erase",
}


@pytest.mark.parametrize("status", [status.value for status in OrderStatus])
@pytest.mark.parametrize("operation", ARGUMENTS)
def test_each_is_legal_in_every_status_and_leaves_it(operation: str, status: str) -> None:
    assert status in legal_statuses(operation)
    before = in_status(placed(), OrderStatus(status))
    if operation == "release_legal_hold":
        before = do(before, "set_legal_hold", reason="dispute")
    within = context(note=note(pinned=operation == "unpin_note"))
    after = do(before, operation, within, **ARGUMENTS[operation])
    assert after.status == status
    if PERMISSIONS.get(operation, "") not in ("hold.legal",):
        assert after == before


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_each_needs_its_permission(operation: str) -> None:
    permission = PERMISSIONS.get(operation, "note.write")
    with pytest.raises(NotPermitted, match=f"{operation} needs the permission {permission}"):
        do(placed(), operation, trusted_with(note=note()), **ARGUMENTS[operation])


# Notes that people write


def test_a_note_is_custom_and_internal() -> None:
    steps = act(placed(), "add_note", title="Called", detail="Flat 12 🏠")
    assert (events(steps), steps[0].type, steps[0].visibility, steps[0].subject) == (
        [None], NoteType.CUSTOM, Visibility.INTERNAL, None,
    )  # fmt: skip
    assert steps[0].data == {"title": "Called", "detail": "Flat 12 🏠"}
    assert act(placed(), "add_note", detail="x", visibility="customer")[0].visibility is Visibility.CUSTOMER


@pytest.mark.parametrize("part", [{"line_item": "1"}, {"shipment": "1"}, {"payment": "1"}, {"return_id": "1"}])
def test_a_note_may_be_about_a_part(part: dict[str, str]) -> None:
    order = returning(shipped(paid(placed(), "100.00")))
    ((kind, key),) = part.items()
    for operation in ("add_note", "record_activity"):
        assert act(order, operation, title="x", **part)[0].subject == f"{kind.removesuffix('_id')}/{key}"
        with pytest.raises(UnknownId):
            act(placed(line_items={}, shipments={}), operation, title="x", **part)
        with pytest.raises(InvalidInput, match=r"give one of line_item, shipment, payment and return_id, or none"):
            act(order, operation, title="x", **{"line_item": "1", "shipment": "1", **part})


@pytest.mark.parametrize("texts", [{}, {"title": ""}, {"title": " \n", "detail": "\t"}])
def test_an_empty_note_is_refused(texts: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=r"an empty note says nothing: give it a title or a detail"):
        do(placed(), "add_note", **texts)


@pytest.mark.parametrize(("field", "most"), [("title", 200), ("detail", 100_000)])
@pytest.mark.parametrize("operation", ["add_note", "edit_note", "record_activity"])
def test_a_text_over_its_limit_is_refused(operation: str, field: str, most: int) -> None:
    arguments = {"note": 2} if operation == "edit_note" else {}
    assert act(placed(), operation, ON_NOTE, **arguments, **{field: "x" * most})
    with pytest.raises(InvalidText, match=f"of length <= {most}"):
        act(placed(), operation, ON_NOTE, **arguments, **{field: "x" * (most + 1)})


def test_an_edit_revises_what_it_names_and_leaves_the_rest() -> None:
    steps = act(placed(), "edit_note", ON_NOTE, note=2, title="Called twice")
    assert (events(steps), steps[0].subject, steps[0].revises, steps[0].type) == (
        ["NoteUpdated"], "note/2", 2, NoteType.SYSTEM,
    )  # fmt: skip
    assert steps[0].data == {"title": "Called twice", "detail": "Flat 12", "visibility": "internal"}
    assert act(placed(), "edit_note", ON_NOTE, note=2, detail="")[0].data == {
        "title": "Called", "detail": "", "visibility": "internal",
    }  # fmt: skip
    with pytest.raises(InvalidInput, match=r"an empty note says nothing: .*, or delete it"):
        do(placed(), "edit_note", ON_NOTE, note=2, title="", detail=" ")


def test_an_edit_of_a_text_that_is_no_longer_there_is_refused() -> None:
    edited = context(note=msgspec.structs.replace(note(), revision=5))
    assert events(act(placed(), "edit_note", edited, note=2, title="Called twice", revision=5)) == ["NoteUpdated"]
    with pytest.raises(NoteChanged, match=r"note 2 was edited since, by entry 5: read it again") as refused:
        do(placed(), "edit_note", edited, note=2, title="Called twice", revision=2)
    assert (refused.value.note, refused.value.revision) == (2, 5)


@pytest.mark.parametrize(
    "given", [{}, {"title": "Called"}, {"title": "Called", "detail": "Flat 12", "visibility": "internal"}]
)
def test_an_edit_that_leaves_a_note_as_it_reads_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(NothingToChange, match=r"nothing would change: note 2 reads like that; give another text or"):
        do(placed(), "edit_note", ON_NOTE, note=2, **given)


def test_an_edit_never_widens_who_may_read_a_note() -> None:
    with pytest.raises(
        InvalidInput, match=r"an internal note is not shown to the customer by an edit: write a new one"
    ):
        do(placed(), "edit_note", ON_NOTE, note=2, visibility="customer")
    shown = context(note=note(visibility=Visibility.CUSTOMER))
    assert act(placed(), "edit_note", shown, note=2, title="x")[0].data["visibility"] == "customer"
    assert act(placed(), "edit_note", shown, note=2, visibility="internal")[0].data["visibility"] == "internal"


@pytest.mark.parametrize("operation", ["edit_note", "delete_note", "pin_note"])
def test_what_revises_a_note_is_never_for_the_customer_itself(operation: str) -> None:
    texts = {"title": "x"} if operation == "edit_note" else {}
    steps = act(placed(), operation, context(note=note(visibility=Visibility.CUSTOMER)), note=2, **texts)
    assert [step.visibility for step in steps] == [Visibility.INTERNAL]


def test_a_note_is_edited_by_its_author_only() -> None:
    tom = context(actor=Actor(id="tom"), note=note())
    with pytest.raises(
        NotPermitted, match=r"editing note 2, which anna wrote, needs the permission note\.write as its"
    ):
        do(placed(), "edit_note", tom, note=2, title="x")
    namesake = context(actor=Actor(id="anna", kind=ActorKind.CUSTOMER), note=note())
    with pytest.raises(NotPermitted):
        do(placed(), "edit_note", namesake, note=2, title="x")


def test_a_note_is_deleted_by_its_author_or_a_moderator() -> None:
    steps = act(placed(), "delete_note", ON_NOTE, note=2, reason={"code": "late", "comment": "wrong order"})
    assert (events(steps), steps[0].revises, steps[0].data["reason"]["comment"]) == (["NoteDeleted"], 2, "wrong order")
    assert act(placed(), "delete_note", ON_NOTE, note=2)[0].data == {}
    others = {"actor": Actor(id="tom"), "note": note()}
    with pytest.raises(NotPermitted, match=r"deleting note 2, which anna wrote, needs the permission note\.moderate"):
        do(placed(), "delete_note", trusted_with("note.write", **others), note=2)
    assert act(placed(), "delete_note", trusted_with("note.write", "note.moderate", **others), note=2)


def test_a_note_is_pinned_and_unpinned_once() -> None:
    assert events(act(placed(), "pin_note", ON_NOTE, note=2)) == ["NotePinned"]
    assert events(act(placed(), "unpin_note", context(note=note(pinned=True)), note=2)) == ["NoteUnpinned"]
    with pytest.raises(Exception, match=r"note 2 is pinned already"):
        do(placed(), "pin_note", context(note=note(pinned=True)), note=2)
    with pytest.raises(Exception, match=r"note 2 is not pinned"):
        do(placed(), "unpin_note", ON_NOTE, note=2)


CHANGING = ["edit_note", "delete_note", "pin_note", "unpin_note"]


@pytest.mark.parametrize("operation", CHANGING)
def test_a_system_entry_never_changes(operation: str) -> None:
    system = context(note=note(type=NoteType.SYSTEM, pinned=operation == "unpin_note"))
    with pytest.raises(NoteNeverChanges, match=r"entry 2 was recorded by the system: it never changes; add a note"):
        do(placed(), operation, system, **ARGUMENTS[operation])


@pytest.mark.parametrize("operation", CHANGING)
def test_a_deleted_note_never_changes(operation: str) -> None:
    deleted = context(note=note(deleted=True, pinned=operation == "unpin_note"))
    assert refused(placed(), operation, deleted, **ARGUMENTS[operation]) == "note 2 is deleted"


@pytest.mark.parametrize("operation", CHANGING)
def test_which_note_is_meant_has_to_be_said(operation: str) -> None:
    with pytest.raises(InvalidInput, match=r"say which note, by its seq"):
        do(placed(), operation, **ARGUMENTS[operation])


# Activities of the shop's own


def test_the_shop_records_its_own_activity() -> None:
    steps = act(placed(), "record_activity", WITH_OWN, event_type="shop.GiftWrapped", title="For Mercy", detail="gold",
                data={"paper": "gold", "card": "Dear Mercy"}, visibility="customer")  # fmt: skip
    assert events(steps) == ["shop.GiftWrapped"]
    assert steps[0].labels == {"paper": "gold"}
    assert steps[0].data == {"paper": "gold", "card": "Dear Mercy", "title": "For Mercy", "detail": "gold"}
    assert steps[0].visibility is Visibility.CUSTOMER


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"title": "other"}, "title"),
        ({"detail": ""}, "detail"),
        ({"title": "x", "detail": "y", "z": ""}, "detail and title"),
    ],
)
def test_the_texts_of_an_activity_are_no_data_of_its_own(data: dict[str, str], named: str) -> None:
    with pytest.raises(
        InvalidInput, match=rf"^data holds {named}: give that as an argument of its own, or another key"
    ):
        do(placed(), "record_activity", title="real", data=data)


@pytest.mark.parametrize("given", [{}, {"title": " ", "detail": ""}, {"event_type": "None"}])
def test_an_empty_activity_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=r"an empty activity says nothing: give it a title, a detail or data, or an"):
        do(placed(), "record_activity", **given)
    assert events(act(placed(), "record_activity", WITH_OWN, event_type="shop.GiftWrapped", data={"for": "Mercy"}))


def test_without_a_type_it_is_none() -> None:
    steps = act(placed(), "record_activity", data={"parcel": "7"})
    assert (events(steps), steps[0].data, steps[0].labels) == (["None"], {"parcel": "7"}, {})


def test_only_registered_types_and_none_are_recorded_by_hand() -> None:
    with pytest.raises(UnknownEventType, match=r"'shop\.Other': register it when the trail is opened"):
        do(placed(), "record_activity", WITH_OWN, event_type="shop.Other")
    with pytest.raises(InvalidInput, match=r"OrderGroupCompleted is recorded by its own operations only"):
        do(placed(), "record_activity", WITH_OWN, event_type="OrderGroupCompleted")
    with pytest.raises(InvalidInput, match=r"1 to 64 letters"):
        do(placed(), "record_activity", data={"a b": "x"})
    with pytest.raises(InvalidText, match=r"of length <= 10000"):
        do(placed(), "record_activity", data={"a": "x" * 10_001})


# Legal holds and erasure


def test_a_legal_hold_is_set_once_and_released() -> None:
    steps = act(placed(), "set_legal_hold", reason={"code": "fraud", "comment": "case 7"})
    assert events(steps) == ["LegalHoldSet"]
    assert steps[0].data["reason"]["comment"] == "case 7"
    held = last(steps)
    assert held.legal_hold is not None
    assert (held.legal_hold.code, held.legal_hold.comment) == ("fraud", "case 7")
    assert refused(held, "set_legal_hold", reason="x") == "the order is under legal hold already"
    steps = act(held, "release_legal_hold", reason="settled")
    assert (events(steps), steps[0].data["reason"]["comment"]) == (["LegalHoldReleased"], "settled")
    assert last(steps) == placed()
    assert refused(placed(), "release_legal_hold", reason="x") == "the order is under no legal hold"


def test_under_legal_hold_nothing_is_erased() -> None:
    held = do(placed(), "set_legal_hold", reason="dispute")
    with pytest.raises(LegalHold, match=r"the order is under legal hold: release it first, or leave the data"):
        do(held, "erase_personal_data", reason="x")
    why = "the order is under legal hold: release it first, or leave the data where it is"
    assert legal_operations(held)["erase_personal_data"] == refused(held, "erase_personal_data", reason="x") == why
    assert legal_operations(placed())["erase_personal_data"] is None


def test_what_the_named_entries_brought_is_erased() -> None:
    order = placed(customer={"id": "C1", "name": "Mercy", "email": "m@example.com"}, attributes={"gift": "for Tom"})
    sources = {"/customer/name": 1, "/customer/email": 3, "/attributes/gift": 1}
    steps = act(order, "erase_personal_data", context(sources=sources), reason="x", entries=[1])
    assert (events(steps), steps[0].erases) == (["PersonalDataErased"], ("/customer/name", "/attributes/gift"))
    customer = last(steps).customer
    assert customer is not None
    assert (customer.id, customer.name, customer.email, last(steps).attributes) == ("C1", None, "m@example.com", {})
    everything = do(order, "erase_personal_data", context(sources=sources), reason="x")
    assert personal_places(json.loads(canonical(everything)), personal_tree()) == []
    assert do(order, "erase_personal_data", context(sources=sources), reason="x", entries=[2]) == order


@pytest.mark.parametrize(
    ("actors", "erased"),
    [("customers", ["customer"]), ("everyone", ["user", "customer", "app", "system"]), ("nobody", [])],
)
def test_whose_names_go_is_said(actors: Any, erased: list[str]) -> None:
    arguments = ErasePersonalData(reason="x", actors=actors)
    assert [str(kind) for kind in ActorKind if erases_actor(arguments, kind)] == erased


def test_erasing_needs_a_reason() -> None:
    with pytest.raises(InvalidText, match=r"a reason is a code"):
        do(placed(), "erase_personal_data", reason="")
    with pytest.raises(InvalidInput, match=r"Invalid enum value 'all' - at `actors`"):
        do(placed(), "erase_personal_data", reason="x", actors="all")
