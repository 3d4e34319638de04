"""Reading an order's notes: filters, pages, the latest text in the first place, and what becomes of erased ones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ordertrail import (
    Actor,
    ActorKind,
    Desk,
    InvalidInput,
    InvalidText,
    InvalidTime,
    LegalHold,
    NoteNeverChanges,
    NotPermitted,
    OperationNotAllowed,
    OrderNote,
    OrderTrail,
    Page,
    UnknownNote,
    UnknownOrder,
)
from ordertrail.notes.model import NoteType
from tests import checker
from tests.shops import ENGINES, Clock, open_shop, small, with_clock
from tests.walk import OWN


@pytest.fixture(scope="module")
def clock() -> Clock:
    """What time it is."""
    return Clock()


@pytest.fixture(scope="module", params=ENGINES)
def trail(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> Iterator[OrderTrail]:
    """A shop."""
    with open_shop(request, tmp_path_factory, sources=with_clock(clock), event_types=[OWN]) as opened:
        yield opened


@pytest.fixture
def desk(trail: OrderTrail) -> Desk:
    """Who acts."""
    return trail.acting("anna", channel="Order Management")


@pytest.fixture
def order(trail: OrderTrail, desk: Desk) -> str:
    """An order with seven notes: placed, a payment, a note by each of three, wrapped, held."""
    order = desk.place_order(small()).id
    desk.add_payment(order, amount=249, method="Card")
    desk.add_note(order, title="Called the customer", detail="Flat 12, not 21.")
    bert = trail.acting("bert", channel="Warehouse")
    bert.add_note(order, title="GRÜSSE aus dem Lager", detail="Straße gesperrt 🚧")
    shopper = trail.acting(Actor(id="C1", kind=ActorKind.CUSTOMER, label="Mercy"), channel="Web")
    shopper.add_note(order, title="Where is it?", visibility="customer")
    bert.record_activity(order, event_type=OWN.name, data={"paper": "blue"})
    desk.hold_order(order, reason="address")
    return order


def seqs(page: Page[OrderNote]) -> list[int]:
    """The seqs on a page."""
    return [note.seq for note in page]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7]),
        ({"newest_first": True}, [7, 6, 5, 4, 3, 2, 1]),
        ({"type": "Custom"}, [3, 4, 5]),
        ({"type": NoteType.SYSTEM}, [1, 2, 6, 7]),
        ({"type": ["Custom"]}, [3, 4, 5]),
        ({"event_type": "AddingPayment"}, [2]),
        ({"event_type": ["AddingPayment", "OrderGroupOnHold"]}, [2, 7]),
        ({"event_type": OWN.name}, [6]),
        ({"event_type": "vendor.NoLongerRegistered"}, []),
        ({"event_type": []}, []),
        ({"category": "payment"}, [2]),
        ({"category": ("note", "order")}, [1, 3, 4, 5, 7]),
        ({"actor": "bert"}, [4, 6]),
        ({"actor": ["C1", "bert"]}, [4, 5, 6]),
        ({"channel": "Warehouse", "type": "Custom"}, [4]),
        ({"visibility": "customer"}, [5]),
        ({"visibility": ["internal"], "type": "Custom"}, [3, 4]),
        ({"visibility": ["internal", "customer"]}, [1, 2, 3, 4, 5, 6, 7]),
        ({"visibility": []}, []),
        ({"text": "flat 12"}, [3]),
        ({"text": "grüsse"}, [4]),
        ({"text": "STRASSE"}, [4]),
        ({"text": "🚧"}, [4]),
        ({"text": "put on hold"}, [7]),
        ({"text": "249.00"}, [1, 2]),
        ({"text": "%"}, []),
        ({"text": ""}, [1, 2, 3, 4, 5, 6, 7]),
        ({"text": "a", "type": "Custom", "newest_first": True}, [4, 3]),
        ({"actor": "'; DROP TABLE orders; --"}, []),
    ],
)
def test_each_filter(trail: OrderTrail, order: str, wanted: dict[str, Any], expected: list[int]) -> None:
    assert seqs(trail.order_notes(order, **wanted)) == expected


@pytest.mark.parametrize("wanted", [{"actor": "a\0b"}, {"channel": "\ud800"}, {"event_type": ["None", "\0"]}])
def test_what_is_no_text_is_refused(trail: OrderTrail, order: str, wanted: dict[str, Any]) -> None:
    with pytest.raises(InvalidText):
        trail.order_notes(order, **wanted)


@pytest.mark.parametrize(
    ("wanted", "right"),
    [
        ({"type": "system"}, "'system' is no type: it is one of Custom, System"),
        ({"category": ["note", "x"]}, "'x' is no category: it is one of order, shipment, payment, return, promotion"),
        ({"event_type": "OrderGroupHeld"}, "is no event type: it is one of OrderGroupCreated, .*a shop's own, vendor"),
        ({"event_type": ["vendor.gone-"]}, "'vendor.gone-' is no event type"),
        ({"event_type": [7]}, "event_type is 7: give a text"),
        ({"visibility": "public"}, "'public' is no visibility: it is one of internal, customer"),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_the_right_ones(
    trail: OrderTrail, order: str, wanted: dict[str, Any], right: str
) -> None:
    with pytest.raises(InvalidInput, match=right):
        trail.order_notes(order, **wanted)


def test_since_includes_its_moment_and_until_does_not(trail: OrderTrail, order: str) -> None:
    third, fifth = (trail.order_note(order, seq).created for seq in (3, 5))
    assert seqs(trail.order_notes(order, since=third, until=fifth)) == [3, 4]
    tick = timedelta(microseconds=1)
    assert seqs(trail.order_notes(order, since=third + tick, until=fifth + tick)) == [4, 5]
    for bound in ("since", "until"):
        with pytest.raises(InvalidTime, match="no zone"):
            trail.order_notes(order, **{bound: datetime(2026, 1, 1)})  # type: ignore[arg-type]  # noqa: DTZ001


def test_notes_are_found_by_number_too(trail: OrderTrail, order: str) -> None:
    assert seqs(trail.order_notes(number=trail.order(order).number, limit=2)) == [1, 2]


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("text", [None, "note"])
def test_pages_lose_nothing_and_repeat_nothing_while_notes_arrive(
    trail: OrderTrail, desk: Desk, newest_first: bool, text: str | None
) -> None:
    order = desk.place_order(small()).id
    for number in range(1, 11):
        desk.add_note(order, title=f"note {number}")
    read: list[str] = []
    after: str | None = None
    for _ in range(20):
        page = trail.order_notes(order, type="Custom", newest_first=newest_first, text=text, after=after, limit=3)
        assert 1 <= len(page) <= 3
        read += [note.title for note in page]
        if page.next is None:
            break
        after = page.next
        if len(read) < 10:
            desk.add_note(order, title=f"note {11 + len(read)}")
    old = [f"note {number}" for number in range(1, 11)]
    assert [title for title in read if title in old] == (old[::-1] if newest_first else old)
    assert len(set(read)) == len(read)


def test_a_last_page_that_is_full_has_no_next(trail: OrderTrail, order: str) -> None:
    assert trail.order_notes(order, limit=7).next is None
    assert trail.order_notes(order, limit=6).next == "6"
    assert trail.order_notes(order, limit=3, text="a", type="Custom").next is None


def test_why_something_was_done_is_found_though_its_title_does_not_say_it(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id
    later = datetime(2031, 1, 1, tzinfo=UTC)
    desk.change_promised_date(order, shipment="1", promised=later, reason={"code": "backorder", "comment": "He rang."})
    assert "Waiting" not in trail.order_note(order, 2).title + trail.order_note(order, 2).detail
    desk.add_note(order, title="She wrote")
    assert seqs(trail.order_notes(order, text="waiting FOR goods")) == [2]
    assert seqs(trail.order_notes(order, text=["waiting for goods", "SHE WROTE", ""])) == [2, 3]
    assert len(trail.order_notes(order, text=[])) == 3


def test_a_text_is_found_beyond_the_first_batch(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id
    desk.add_note(order, title="needle 1")
    for _ in range(210):
        desk.add_note(order, title="hay")
    desk.add_note(order, title="needle 2")
    page = trail.order_notes(order, text="needle", limit=1)
    assert seqs(page) == [2]
    assert seqs(trail.order_notes(order, text="needle", limit=1, after=page.next)) == [213]
    assert len(list(trail.order(order).order_notes)) == 213


@pytest.mark.parametrize(("limit", "size"), [(1, 1), (7, 7), (5000, 7)])
def test_a_limit_beyond_the_largest_page_is_that(trail: OrderTrail, order: str, limit: int, size: int) -> None:
    assert len(trail.order_notes(order, limit=limit)) == size


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "٣", "9" * 19, "1; DROP TABLE orders", "3\0"])
def test_a_forged_cursor_is_refused(trail: OrderTrail, order: str, cursor: str) -> None:
    with pytest.raises(InvalidInput, match="is no cursor"):
        trail.order_notes(order, after=cursor)


def test_a_cursor_of_any_other_place_is_just_a_place(trail: OrderTrail, order: str) -> None:
    assert seqs(trail.order_notes(order, after="5")) == [6, 7]
    assert seqs(trail.order_notes(order, after="9" * 18)) == []
    assert seqs(trail.order_notes(order, after="3", newest_first=True)) == [2, 1]


def test_what_is_not_there_is_said_to_be_unknown(trail: OrderTrail, order: str) -> None:
    for read in (trail.order_notes, trail.order, trail.legal_operations):
        with pytest.raises(UnknownOrder):
            read("nobody")
    for note in (0, -1, 8, 2**63, 10**30):
        with pytest.raises(UnknownNote):
            trail.order_note(order, note)
        with pytest.raises(UnknownNote):
            trail.note_revisions(order, note)
    with pytest.raises(UnknownOrder):
        trail.order_note("nobody", 1)
    with pytest.raises(UnknownOrder):
        trail.note_revisions("nobody", 1)


# Notes that change


def test_an_edited_note_shows_its_latest_text_in_its_first_place(trail: OrderTrail, desk: Desk, order: str) -> None:
    first = trail.order_note(order, 3)
    desk.edit_note(order, note=3, detail="Flat 21 after all.")
    desk.edit_note(order, note=3, title="Called twice")
    note = trail.order_notes(order, type="Custom").items[0]
    assert (note.seq, note.title, note.detail) == (3, "Called twice", "Flat 21 after all.")
    assert (note.created, note.actor, first.edited) == (first.created, first.actor, None)
    assert note.edited == trail.order_note(order, 9).created
    assert [(text.seq, text.title, text.detail) for text in trail.note_revisions(order, 3)] == [
        (3, "Called the customer", "Flat 12, not 21."),
        (8, "Called the customer", "Flat 21 after all."),
        (9, "Called twice", "Flat 21 after all."),
    ]
    assert seqs(trail.order_notes(order, text="flat 12")) == []
    assert seqs(trail.order_notes(order, text="twice")) == [3]


def test_an_order_s_notes_as_of_then_show_the_text_of_then(trail: OrderTrail, desk: Desk, order: str) -> None:
    desk.edit_note(order, note=3, title="Later")
    then = {note.seq: note.title for note in trail.order(order, as_of=7).order_notes}
    assert then[3] == "Called the customer"
    assert len(then) == 7


def test_another_s_note_is_not_edited_and_its_author_stays(trail: OrderTrail, desk: Desk, order: str) -> None:
    with pytest.raises(NotPermitted, match="which bert wrote"):
        desk.edit_note(order, note=4, title="Mine now")
    with pytest.raises(NotPermitted):
        trail.acting(Actor(id="bert", kind=ActorKind.APP), channel="API").edit_note(order, note=4, title="Mine now")
    trail.acting("bert", channel="Phone").edit_note(order, note=4, title="Greetings")
    note = trail.order_note(order, 4)
    assert (note.title, note.actor.id, note.customer_id, note.channel) == ("Greetings", "bert", "bert", "Warehouse")


@pytest.mark.parametrize("doing", ["edit_note", "delete_note", "pin_note", "unpin_note"])
def test_a_system_entry_never_changes(trail: OrderTrail, desk: Desk, order: str, doing: str) -> None:
    before = checker.counts(trail)
    arguments = {"title": "x"} if doing == "edit_note" else {}
    for seq in (1, 6, 7):
        with pytest.raises(NoteNeverChanges):
            desk.perform(order, doing, {"note": seq, **arguments})
    assert checker.counts(trail) == before
    assert trail.note_revisions(order, 1) == []


def test_a_deleted_note_stays_as_a_place_and_its_texts_as_revisions(trail: OrderTrail, desk: Desk, order: str) -> None:
    desk.delete_note(order, note=3, reason="mistake")
    note = trail.order_note(order, 3)
    assert (note.title, note.detail) == ("", "")
    assert note.deleted == trail.order_note(order, 8).created
    assert [text.title for text in trail.note_revisions(order, 3)] == ["Called the customer"]
    for doing in ("edit_note", "delete_note", "pin_note"):
        with pytest.raises(OperationNotAllowed, match="is deleted"):
            desk.perform(order, doing, {"note": 3})


def test_a_moderator_may_delete_another_s_note(trail: OrderTrail, order: str) -> None:
    writer = trail.acting("carl", channel="Phone", permissions=["note.write"])
    with pytest.raises(NotPermitted, match=r"note\.moderate"):
        writer.delete_note(order, note=4)
    moderator = trail.acting("carl", channel="Phone", permissions=["note.write", "note.moderate"])
    moderator.delete_note(order, note=4)
    assert trail.order_note(order, 4).actor.id == "bert"


def test_a_note_is_pinned_and_unpinned(trail: OrderTrail, desk: Desk, order: str) -> None:
    desk.pin_note(order, note=3)
    assert trail.order_note(order, 3).pinned
    with pytest.raises(OperationNotAllowed, match="pinned already"):
        desk.pin_note(order, note=3)
    desk.unpin_note(order, note=3)
    assert not trail.order_note(order, 3).pinned


def test_a_note_is_withdrawn_from_the_customer_but_never_shown_by_an_edit(trail: OrderTrail, order: str) -> None:
    shopper = trail.acting(Actor(id="C1", kind=ActorKind.CUSTOMER), channel="Web")
    shopper.edit_note(order, note=5, visibility="internal")
    assert trail.order_note(order, 5).visibility == "internal"
    assert seqs(trail.order_notes(order, visibility="internal", type="Custom")) == [3, 4, 5]
    assert not seqs(trail.order_notes(order, visibility="customer"))
    assert [text.visibility for text in trail.note_revisions(order, 5)] == ["customer", "internal"]
    with pytest.raises(InvalidInput, match="not shown to the customer by an edit"):
        shopper.edit_note(order, note=5, visibility="customer")


@pytest.mark.parametrize("text", ["🎁" * 200, "שלום עולם", "e\u0301 vs é", "<b>\"'&", "\u202e\u2066", "a\r\n\tb"])
def test_any_text_comes_back_as_it_went_in(trail: OrderTrail, desk: Desk, text: str) -> None:
    order = desk.place_order(small()).id
    desk.add_note(order, title=text, detail=text * 400)
    note = trail.order_note(order, 2)
    assert (note.title, note.detail) == (text, text * 400)


@pytest.mark.parametrize(("title", "detail"), [("x" * 201, ""), ("", "x" * 100_001), ("", ""), (" ", "\n"), ("\0", "")])
def test_a_text_over_its_limit_or_empty_is_refused(desk: Desk, order: str, title: str, detail: str) -> None:
    with pytest.raises(InvalidInput):
        desk.add_note(order, title=title, detail=detail)


# Erased notes


def test_an_edit_of_an_erased_note_takes_nothing_from_what_was_there(trail: OrderTrail, desk: Desk, order: str) -> None:
    desk.erase_personal_data(order, entries=[3], reason="asked for")
    desk.edit_note(order, note=3, detail="Called again")
    note = trail.order_note(order, 3)
    assert (note.title, note.detail, note.erased) == ("", "Called again", False)


def test_under_legal_hold_erasing_is_not_listed_and_refused_as_such(trail: OrderTrail, desk: Desk, order: str) -> None:
    desk.set_legal_hold(order, reason="dispute")
    why = trail.legal_operations(order)["erase_personal_data"]
    with pytest.raises(LegalHold) as caught:
        desk.erase_personal_data(order, reason="asked for")
    assert caught.value.why == why
    assert "release_legal_hold" in caught.value.legal_now
    assert "erase_personal_data" not in caught.value.legal_now


def test_an_erased_note_keeps_its_place_and_nothing_else(trail: OrderTrail, desk: Desk, order: str) -> None:
    desk.edit_note(order, note=3, detail="Flat 21 after all.")
    desk.erase_personal_data(order, reason="erasure-request", actors="everyone")
    note = trail.order_note(order, 3)
    assert (note.title, note.detail, note.erased, note.actor.label) == ("[erased]", "[erased]", True, "anna")
    assert [text.erased for text in trail.note_revisions(order, 3)] == [True, True]
    assert trail.order_note(order, 5).actor == Actor(id="C1", kind=ActorKind.CUSTOMER, label="C1")
    hold = trail.order_note(order, 7)
    assert hold.title == "Order put on hold: Address to be checked"
    assert not checker.findings(trail, order)
    assert seqs(trail.order_notes(order, text="flat")) == []


def test_entries_that_are_not_there_are_not_erased(trail: OrderTrail, desk: Desk, order: str) -> None:
    before = trail.order(order).version
    with pytest.raises(UnknownNote, match="no entry 998, 999"):
        desk.erase_personal_data(order, reason="erasure-request", entries=[999, 1, 998])
    assert trail.order(order).version == before
    assert not trail.order_note(order, 1).erased


def test_only_the_entries_named_are_erased(trail: OrderTrail, desk: Desk, order: str) -> None:
    desk.erase_personal_data(order, reason="erasure-request", entries=[4, 5], actors="nobody")
    notes = {note.seq: note for note in trail.order_notes(order)}
    assert [seq for seq, note in notes.items() if note.erased] == [4, 5]
    assert notes[5].actor.label == "Mercy"
    assert not checker.findings(trail, order)


def test_what_other_entries_say_again_stays_unless_all_are_erased(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small(customer={"name": "canary-1-"})).id
    desk.change_customer(order, customer={"name": "Tom"})
    desk.erase_personal_data(order, reason="erasure-request", entries=[1])
    assert trail.order_note(order, 1).erased
    assert "canary-1-" in trail.order_note(order, 2).detail
    desk.erase_personal_data(order, reason="erasure-request")
    assert "canary-1-" not in str(checker.read(trail, order))


def test_a_vendor_s_activity_has_personal_texts_too(trail: OrderTrail, desk: Desk, order: str) -> None:
    desk.record_activity(order, event_type=OWN.name, title="For Mercy Taylor", detail="canary-1-", data={"a": "b"})
    assert trail.order_note(order, 8).title == "For Mercy Taylor"
    desk.erase_personal_data(order, reason="erasure-request")
    rows = checker.read(trail, order)
    assert "canary-1-" not in str(rows)
    assert "Mercy Taylor" not in str(rows)
    assert trail.order_note(order, 8).title == "[erased]"


def test_a_customer_reads_what_is_for_them_as_it_reads_now(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id
    for title in ("kept", "edited", "withdrawn", "deleted"):
        desk.add_note(order, title=title, visibility="customer")
    desk.add_note(order, title="among ourselves")
    desk.record_activity(order, event_type=OWN.name, title="wrapped", visibility="customer")
    desk.edit_note(order, note=3, title="edited since")
    desk.edit_note(order, note=4, visibility="internal")
    desk.delete_note(order, note=5)
    notes = list(trail.customer_notes(order))
    assert [note.title for note in notes] == ["kept", "edited since", "wrapped"]
    assert [note.edited is not None for note in notes] == [False, True, False]
    pages, after = [], None
    while True:
        page = trail.customer_notes(order, after=after, limit=1)
        pages += [note.title for note in page]
        after = page.next
        if after is None:
            break
    assert pages == [note.title for note in notes]
    desk.erase_personal_data(order, reason="erasure-request")
    assert [note.title for note in trail.customer_notes(order)] == []
    with pytest.raises(UnknownOrder):
        trail.customer_notes("nope")
