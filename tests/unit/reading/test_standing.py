"""Reading orders of rows that are in memory, as they stand and as they stood."""

from ordertrail.reading.standing import erasable_parts, load, order_at, personal_sources, recorded_order
from tests.shops import in_memory, small

PERSON = {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"}


def test_a_recorded_order_is_the_document_and_where_its_chain_stands() -> None:
    trail, desk = in_memory()
    order = desk.place_order(small(customer=PERSON))
    again = recorded_order(order.document, 7, 5, b"head", order.order_notes)
    assert again.document == order.document
    assert (again.version, again.changed_seq, again.head) == (7, 5, b"head")
    assert again.order_notes is order.order_notes
    assert trail.order(order.id).document == order.document


def test_personal_sources_are_the_entries_that_brought_what_is_there_now() -> None:
    trail, desk = in_memory()
    order = desk.place_order(small(customer=PERSON, customer_comment="please ring")).id
    desk.change_customer(order, customer={**PERSON, "email": "new@example.com"})
    desk.hold_order(order, reason="a dispute")
    desk.release_hold(order)
    with trail.store.reading() as transaction:
        found = personal_sources(transaction, trail.store.tables, order)
    assert found == {"/customer/email": 2, "/customer/name": 1, "/customer_comment": 1}


def test_what_is_erased_of_some_entries_only_leaves_what_others_brought() -> None:
    trail, desk = in_memory()
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
    trail, desk = in_memory()
    order = desk.place_order(small()).id
    desk.add_note(order, title="x")
    held = desk.hold_order(order, reason="fraud")
    with trail.store.reading() as transaction:
        assert [order_at(transaction, trail.store.tables, order, seq)[1] for seq in (1, 2, 3)] == [1, 1, 3]
        assert order_at(transaction, trail.store.tables, order, 3)[2] == held.head
        assert load(transaction, order).version == 3
