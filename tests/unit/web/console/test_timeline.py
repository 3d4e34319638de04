"""Notes as they are shown: by day where the reader is, minor runs folded with an exact count, changes in words."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertrail import OrderTrail
from ordertrail.demo import run
from ordertrail.demo.goods import PRODUCTS
from ordertrail.notes.events import BUILT_IN, EventType
from ordertrail.notes.model import Actor, NoteType, OrderActivity, OrderNote
from ordertrail.trail import REASONS
from ordertrail.web.console.marking import marked
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.timeline import FEWEST, LONG, REASON, ROOM, TOOLS, Fold, Row, days, row_of, sentence
from ordertrail.web.console.wording import DONE

AT = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)
HERE = Reader(zone="Europe/Zurich")

GERMAN = Reader(language="de", zone="Europe/Zurich")
TOO = frozenset({"in"})
"""Words that are German too."""


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
        ("Attribute / a/b", "–", "x"),
    ]


def test_an_amount_that_changed_has_the_currency_of_its_order() -> None:
    changed = note(1, changes=(("/totals/total", "1520.00", "120.00"),))
    for row in (row_of(changed, HERE, "USD"), days([changed], HERE, "USD", fold=False)[0].items[0]):
        assert isinstance(row, Row)
        assert [tuple(one) for one in row.all] == [("Totals / Total", "$1,520.00", "$120.00")]


def test_another_order_is_not_named_by_its_id() -> None:
    places = ("/id", "/exchange_for", "/replaces", "/returns/1/exchange_order", "/exchange_order")
    row = row_of(
        note(1, changes=(*((one, None, "0194f0be") for one in places), ("/customer/id", None, "C7"))), HERE, "USD"
    )
    assert [tuple(one) for one in row.all] == [("Customer / ID", "–", "C7")]


def test_a_reason_of_the_shops_list_is_said_in_the_readers_language() -> None:
    why = {"code": "return", "label": "Goods came back", "comment": "Ours"}
    assert row_of(note(1, data={"reason": why}), GERMAN).text == "Ware kam zurück: Ours"
    assert row_of(note(1, data={"reason": {**why, "label": "Too green"}}), GERMAN).text == "Too green: Ours"


def test_a_type_that_is_no_longer_known_still_shows() -> None:
    row = row_of(note(1, event_type="vendor.Gone", title="Something happened"), Reader(language="de"))
    assert (row.icon, row.sentence) == ("circle", "Something happened")


@pytest.fixture(scope="module")
def titles(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """The kinds of titles that some hundred orders have, each with its event type, the shop's own names masked."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    run(url, orders=300)
    names = re.compile("|".join(map(re.escape, ("Payment link", *(product.name for product in PRODUCTS)))))
    with OrderTrail.open(url) as trail:
        orders = [order.id for order in trail.orders(limit=1000).items]
        notes = [note for order in orders for note in trail.order(order).order_notes if note.event_type in BUILT_IN]
    return {(one.event_type or "", re.sub(r"\d", "7", names.sub("«»", one.title))) for one in notes}


def test_every_title_is_all_german(titles: set[tuple[str, str]]) -> None:
    english = {
        word.lower()
        for text in (
            *(event.sentence for event in BUILT_IN.values()),
            *DONE,
            *(one.label for one in REASONS.values()),
            "the order",
        )
        for word in re.findall(r"[a-z]+", re.sub(r"\{\w+\}", "", text), re.IGNORECASE)
    }
    assert {event for event, _ in titles} > {"ShipmentDelivered", "PromotionManualDiscount", "AttributeChanged"}
    told = {sentence(event, title, GERMAN) for event, title in titles if event != "None"}
    assert [one for one in sorted(told) if (english - TOO) & {word.lower() for word in re.findall(r"\w+", one)}] == []
    assert [one for one in sorted(told) if re.search(r"[0-9][.][0-9](?![0-9]{2})", one)] == []


@pytest.mark.parametrize(
    ("event", "title", "german"),
    [
        ("ShipmentDelivered", "Shipment 1 delivered", "Lieferung 1: zugestellt"),
        ("ShipmentDelivered", "Shipment 1 delivery corrected", "Lieferung 1: Zustellung berichtigt"),
        ("ShipmentDelivered", "Shipment 1 not delivered after all", "Lieferung 1: doch nicht zugestellt"),
        ("AttributeChanged", "Attribute set removed", "Attribut set entfernt"),
        ("LineItemAdded", "2 × Rope set added to shipment 1", "2 × Rope set in Lieferung 1 aufgenommen"),
        ("LineItemAdded", "0.5 × Rope added to the order", "0,5 × Rope in die Bestellung aufgenommen"),
        ("PromotionManualDiscount", "Discount of 7.5 % on the order: Goodwill",
         "Rabatt von 7,5 % auf die Bestellung: Kulanz"),
        ("PromotionManualDiscount", "Discount of 354.50 EUR on line item 1: x: y",
         "Rabatt von 354,50\xa0€ auf Position 1: x: y"),
        ("AddingPayment", "CaptureOnly of 3.00 EUR by Card: Processed",
         "Nur Einzug von 3,00\xa0€ per Card: Verarbeitet"),
        ("PaymentCaptured", "44474.20 SEK captured from payment 1", "44.474,20\xa0SEK aus Zahlung 1 eingezogen"),
        ("PaymentCaptured", "many XYZ captured from payment 1", "many XYZ aus Zahlung 1 eingezogen"),
        ("ShipmentWarehouseChanged", "Shipment 1 leaves from Main", "Lieferung 1 geht ab von Main"),
    ],
)  # fmt: skip
def test_what_the_record_says_is_german_and_what_the_shop_named_is_not(event: str, title: str, german: str) -> None:
    assert sentence(event, title, GERMAN) == german


def test_an_amount_in_a_sentence_reads_as_money_does_elsewhere() -> None:
    for title, said in (
        ("39162.00 SEK captured from payment 1", "SEK39,162.00 captured from payment 1"),
        ("30000 JPY captured from payment 1", "¥30,000 captured from payment 1"),
    ):
        assert sentence("PaymentCaptured", title, HERE).replace("\xa0", "") == said
    assert sentence("PromotionManualDiscount", "Discount of 7.5 % on the order: x", HERE).startswith(
        "Discount of 7.5 %"
    )


@pytest.mark.parametrize("event", [event for event in BUILT_IN.values() if event.sentence.endswith(REASON)])
def test_a_sentence_can_be_said_without_its_reason(event: EventType) -> None:
    title = event.title(dict.fromkeys(("id", "number", "reason", "amount", "currency", "method", "target"), "0"))
    for reader in (HERE, GERMAN):
        assert sentence(event.name, title, reader).removesuffix(": 0") == sentence(
            event.name, title, reader, reasons=False
        )


TEXTS = st.text(max_size=40) | st.sampled_from(["é" * 5000, "🚧" * 2000, "<&>\"'" * 400, "Wort für Wort " * 150])


@given(
    st.lists(st.tuples(TEXTS.map(lambda title: title[:200]), TEXTS), min_size=1, max_size=50),
    st.sampled_from(["", "é", "o"]),
)
def test_however_much_somebody_wrote_a_page_has_room(written: list[tuple[str, str]], found: str) -> None:
    notes = [msgspec.structs.replace(custom(n), title=title, detail=text) for n, (title, text) in enumerate(written)]
    [day] = days(notes, HERE, fold=False, text=found)
    shown = [row for row in day.items if isinstance(row, Row)]
    assert weight([(row.sentence, row.text) for row in shown], found) <= ROOM - len(shown) * (
        TOOLS - 2 * len(" …".encode())
    )
    for (title, text), row in zip(written, shown, strict=True):
        assert title.startswith(row.sentence.removesuffix(" …"))
        assert row.text == text if not row.whole else text.startswith(row.text.removesuffix(" …"))
        assert row.whole in (0, len(text))
    if all(weight([one], found) <= min(LONG, ROOM // len(written) - TOOLS) and not one[0] for one in written):
        assert [(row.sentence, row.text) for row in shown] == written


def weight(written: Iterable[tuple[str, str]], found: str) -> int:
    """The bytes that titles and texts take on a page."""
    return sum(len(marked(one, found).encode()) for pair in written for one in pair)


def test_what_short_notes_leave_is_for_the_long_ones() -> None:
    notes = [msgspec.structs.replace(custom(n), title="", detail="x" * (10_000 if n < 12 else 100)) for n in range(50)]
    [day] = days(notes, HERE, fold=False)
    lengths = {row.whole: len(row.text) for row in day.items if isinstance(row, Row)}
    assert lengths[0] == 100
    assert lengths[10_000] > (ROOM - 50 * TOOLS - 38 * 100) // 12 - 10


def test_a_long_value_among_many_is_shown_in_part() -> None:
    [day] = days([note(1, changes=(("/shipments/1/warehouse", "Bern", "x" * 5000),))], HERE)
    [row] = [row for row in day.items if isinstance(row, Row)]
    assert len(row.all[0].after) < 300
    assert len(row_of(row.note, HERE).all[0].after) == 5000  # by itself the note shows all of it
