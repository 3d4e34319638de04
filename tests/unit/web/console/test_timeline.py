"""Notes as they are shown: by day where the reader is, minor runs folded with an exact count, changes in words."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ordertrail.notes.model import Actor, NoteType, OrderActivity, OrderNote
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.timeline import FEWEST, Fold, Row, days, row_of

AT = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)
HERE = Reader(zone="Europe/Zurich")


def note(seq: int, *, at: datetime = AT, **fields: object) -> OrderActivity:
    told = {
        "id": f"o:{seq}", "order_id": "o", "seq": seq, "created": at, "recorded": at, "type": NoteType.SYSTEM,
        "title": "Shipment 1 leaves from Basel", "detail": "", "actor": Actor(id="anna"), "channel": "Web",
        "category": "shipment", "event_type": "ShipmentWarehouseChanged", "subject": "shipment/1",
        "operation": "change_warehouse", "changes": (("/shipments/1/warehouse", "Bern", "Basel"),), **fields,
    }  # fmt: skip
    return OrderActivity(**told)  # type: ignore[arg-type]


def weighty(seq: int) -> OrderActivity:
    return note(seq, event_type="OrderGroupOnHold", category="order", from_status="InProgress", to_status="OnHold")


def custom(seq: int) -> OrderNote:
    told = {f: getattr(note(seq), f) for f in OrderNote.__struct_fields__}
    return OrderNote(**{**told, "type": NoteType.CUSTOM, "title": "Rang", "event_type": None, "category": "note"})


def test_days_are_where_the_reader_is() -> None:
    found = days([note(1), note(2, at=AT + timedelta(hours=1))], HERE, fold=False)
    assert [day.at.date().isoformat() for day in found] == ["2026-03-03", "2026-03-04"]
    assert len(days([note(1), note(2, at=AT + timedelta(hours=1))], Reader(), fold=False)) == 1


def test_a_run_of_minor_entries_is_folded() -> None:
    [day] = days([weighty(9), *(note(n) for n in range(8, 4, -1)), custom(4), note(3), note(2)], HERE)
    assert [type(item) for item in day.items] == [Row, Fold, Row, Row, Row]
    assert len(day.items[1].rows) == 4  # type: ignore[union-attr]


@given(st.lists(st.sampled_from([note, weighty, custom]), max_size=30), st.booleans())
def test_nothing_is_left_out_or_out_of_order(kinds: list[object], fold: bool) -> None:
    notes = [kind(seq) for seq, kind in enumerate(kinds, 1)]  # type: ignore[operator]
    shown = []
    for day in days(notes, HERE, fold=fold):
        for item in day.items:
            rows = item.rows if isinstance(item, Fold) else (item,)
            assert not isinstance(item, Fold) or len(rows) >= FEWEST
            shown += [row.note.seq for row in rows]
            assert fold or not isinstance(item, Fold)
    assert shown == [one.seq for one in notes]


def test_what_people_wrote_what_money_does_and_what_a_status_becomes_is_never_minor() -> None:
    assert row_of(note(1), HERE).minor
    assert not row_of(custom(1), HERE).minor
    assert not row_of(weighty(1), HERE).minor
    assert not row_of(note(1, category="payment"), HERE).minor
    assert not row_of(note(1, changes=(("/totals/total", "1.00", "2.00"),)), HERE).minor
    assert not row_of(note(1, data={"reason": {"code": "other", "label": "Other", "comment": "x"}}), HERE).minor


def test_changes_are_said_in_words() -> None:
    changes = (
        ("/shipments/1/promised", "2026-03-03T22:30:00Z", None),
        ("/shipments/1/status", "InventoryAssigned", "Released"),
        ("/totals/total", "520.00", "120.00"),
        ("/attributes/a~1b", None, "x"),
    )
    row = row_of(note(1, changes=changes), Reader(language="de", zone="Europe/Zurich"))
    assert [tuple(one) for one in row.all] == [
        ("Lieferungen / 1 / Zugesagt", "03.03.2026, 23:30:00", "–"),
        ("Lieferungen / 1 / Status", "Bestand zugewiesen", "Freigegeben"),
        ("Summen / Summe", "520,00", "120,00"),
        ("Attribute / A/b", "–", "x"),
    ]


def test_a_type_that_is_no_longer_known_still_shows() -> None:
    row = row_of(note(1, event_type="vendor.Gone", title="Something happened"), Reader(language="de"))
    assert (row.icon, row.sentence) == ("circle", "Something happened")
