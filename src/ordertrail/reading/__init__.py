"""Reading the record: pages of notes, an order as it stood, lists of orders.

These are queries over the tables, past the model.
"""

from ordertrail.reading.accesses import AccessFilter, accesses_page
from ordertrail.reading.activities import ActivityFilter, PlacedNote, activities_page, log_size
from ordertrail.reading.lists import SORTS, OrderFilter, OrderSummary, orders_page
from ordertrail.reading.notes import (
    CustomerNote,
    EntryFilter,
    NoteFilter,
    OrderNotes,
    customer_notes_page,
    note_revisions,
    notes_page,
    one_note,
)
from ordertrail.reading.pages import (
    Names,
    Page,
    checked_count,
    checked_id,
    checked_micros,
    checked_moment,
    checked_number,
)
from ordertrail.reading.standing import (
    RecordedOrder,
    erasable_parts,
    load,
    order_at,
    order_id_for,
    personal_sources,
    recorded_order,
    seq_at,
    unknown_order,
)

__all__ = [
    "SORTS",
    "AccessFilter",
    "ActivityFilter",
    "CustomerNote",
    "EntryFilter",
    "Names",
    "NoteFilter",
    "OrderFilter",
    "OrderNotes",
    "OrderSummary",
    "Page",
    "PlacedNote",
    "RecordedOrder",
    "accesses_page",
    "activities_page",
    "checked_count",
    "checked_id",
    "checked_micros",
    "checked_moment",
    "checked_number",
    "customer_notes_page",
    "erasable_parts",
    "load",
    "log_size",
    "note_revisions",
    "notes_page",
    "one_note",
    "order_at",
    "order_id_for",
    "orders_page",
    "personal_sources",
    "recorded_order",
    "seq_at",
    "unknown_order",
]
