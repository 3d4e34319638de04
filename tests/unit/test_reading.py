"""Reading on rows that are in memory."""

from ordertrail import Desk, OrderTrail
from ordertrail.reading import (
    NoteFilter,
    Page,
    erasable_parts,
    load,
    notes_page,
    order_at,
    personal_sources,
    recorded_order,
)
from tests.shops import small

PERSON = {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"}


def shop() -> tuple[OrderTrail, Desk]:
    """A shop in memory, and who acts."""
    trail = OrderTrail.open("sqlite://")
    return trail, trail.acting("anna", channel="Web")


def test_a_page_is_gone_through_and_counted() -> None:
    page = Page((1, 2, 3), "3")
    assert list(page) == [1, 2, 3]
    assert len(page) == 3
    assert (page.next, Page(()).next) == ("3", None)


def test_a_recorded_order_is_the_document_and_where_its_chain_stands() -> None:
    trail, desk = shop()
    order = desk.place_order(small(customer=PERSON))
    again = recorded_order(order.document, 7, 5, b"head", order.order_notes)
    assert again.document == order.document
    assert (again.version, again.changed_seq, again.head) == (7, 5, b"head")
    assert again.order_notes is order.order_notes
    assert trail.order(order.id).document == order.document


def test_personal_sources_are_the_entries_that_brought_what_is_there_now() -> None:
    trail, desk = shop()
    order = desk.place_order(small(customer=PERSON, customer_comment="please ring")).id
    desk.change_customer(order, customer={**PERSON, "email": "new@example.com"})
    desk.hold_order(order, reason="a dispute")
    desk.release_hold(order)
    with trail.store.reading() as transaction:
        found = personal_sources(transaction, trail.store.tables, order)
    assert found == {"/customer/email": 2, "/customer/name": 1, "/customer_comment": 1}


def test_what_is_erased_of_some_entries_only_leaves_what_others_brought() -> None:
    trail, desk = shop()
    order = desk.place_order(small(customer=PERSON, customer_comment="please ring")).id
    desk.change_customer(order, customer={**PERSON, "email": "new@example.com"})
    erased = desk.erase_personal_data(order, reason="erasure-request", entries=[1])
    assert erased.customer is not None
    assert (erased.customer.name, erased.customer.email, erased.customer_comment) == (None, "new@example.com", None)
    with trail.store.reading() as transaction:
        assert personal_sources(transaction, trail.store.tables, order) == {"/customer/email": 2}
        parts = {seq: personal for seq, _, personal, _ in erasable_parts(transaction, trail.store.tables, order)}
    assert parts == {1: False, 2: True, 3: False}


def test_an_order_at_an_entry_names_the_last_that_changed_it() -> None:
    trail, desk = shop()
    order = desk.place_order(small()).id
    desk.add_note(order, title="x")
    held = desk.hold_order(order, reason="fraud")
    with trail.store.reading() as transaction:
        assert [order_at(transaction, trail.store.tables, order, seq)[1] for seq in (1, 2, 3)] == [1, 1, 3]
        assert order_at(transaction, trail.store.tables, order, 3)[2] == held.head
        assert load(transaction, order).version == 3


def test_notes_up_to_an_entry_are_those_of_then() -> None:
    trail, desk = shop()
    order = desk.place_order(small()).id
    desk.add_note(order, title="first")
    desk.edit_note(order, note=2, title="second")
    with trail.store.reading() as transaction:
        for up_to, title in ((2, "first"), (3, "second")):
            page = notes_page(transaction, trail.store.tables, order, NoteFilter(up_to=up_to))
            assert (len(page), page.items[1].title) == (up_to, title)
