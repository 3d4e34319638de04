"""Reading notes of rows that are in memory."""

from ordertrail.reading.notes import NoteFilter, notes_page
from tests.shops import in_memory, small


def test_notes_up_to_an_entry_are_those_of_then() -> None:
    trail, desk = in_memory()
    order = desk.place_order(small()).id
    desk.add_note(order, title="first")
    desk.edit_note(order, note=2, title="second")
    with trail.store.reading() as transaction:
        for up_to, title in ((2, "first"), (3, "second")):
            page = notes_page(transaction, trail.store.tables, order, NoteFilter(up_to=up_to))
            assert (len(page), page.items[1].title) == (up_to, title)
