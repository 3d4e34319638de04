"""Values of an order in words: by what they are in the document, not by how they look."""

import pytest

from ordertrail.notes.personal import ERASED, Json
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.values import place_in_words, products_of, value_in_words
from tests.unit.orders.builders import item, placed, shipment

GERMAN = Reader(language="de", zone="Europe/Zurich")
AT = "2026-03-03T22:30:00.912000Z"


@pytest.mark.parametrize(
    ("place", "value", "german"),
    [
        ("/status", "PartiallyShipped", "Teilweise versandt"),
        ("/shipments/1/shipped_from", "Packing", "Wird gepackt"),
        ("/shipped_from", "Packing", "Wird gepackt"),
        ("/payments/1/kind", "goodwill", "Kulanz"),
        ("/returns/1/items/2/condition", "opened", "geöffnet"),
        ("/items/2/condition", "licked", "licked"),
        ("/items/2/closed", True, "ja"),
        ("/shipments/1/promised", AT, "03.03.2026, 23:30:00"),
        ("/shipments/1/quantities/2", "0.5", "0,5"),
        ("/total", "1215.00", "1215,00"),
        ("/hold_reason", {"code": "other", "label": "Other", "comment": "Ring first"}, "Sonstiges: Ring first"),
        ("/legal_hold", {"code": "fraud", "label": "Suspicion of fraud"}, "Betrugsverdacht"),
        (
            "/holds/1",
            {"by": "anna", "reason": {"code": "credit", "label": "Credit to be checked"}, "since": AT},
            "Von anna, Grund Bonität zu prüfen, Seit 03.03.2026, 23:30:00",
        ),
        ("/payments", {"1": {"amount": "9.50", "status": "Pending"}}, "1 Betrag 9,50, Status Ausstehend"),
        ("/address", {"name": ERASED, "country": "DE"}, "Name [gelöscht], Land DE"),
        ("/customer/name", ERASED, "[gelöscht]"),
        ("/removed_line_items", ["1", "2"], "1, 2"),
        ("/references/erp", "2304.50", "2304.50"),
        ("/attributes/status", "Packing", "Packing"),
        ("/attributes", {}, "–"),
        ("/counters/hold", 2, "2"),
        ("/counters", {"line_item": 2, "hold": 1}, "Position 2, Sperre 1"),
        ("/gone/long/ago", "Packing", "Packing"),
        ("/total", None, "–"),
    ],
)
def test_a_value_is_said_by_what_it_is(place: str, value: Json, german: str) -> None:
    assert value_in_words(place, value, GERMAN) == german


@pytest.mark.parametrize(
    ("place", "value", "german"),
    [
        ("/totals/total", "1215.00", "1.215,00\xa0€"),
        ("/unit_price", "-3.50", "-3,50\xa0€"),
        ("/line_items/1/tax", None, "–"),
        ("/line_items/1/quantity", "1000", "1000"),
        ("/shipments/1/quantities", {"1": "0.5"}, "1 0,5"),
        ("/items/1/received", "2", "2"),
        ("/manual_discounts/1", {"percent": "12.5"}, "Prozent 12,5"),
        ("/manual_discounts/1/amount", "12.50", "12,50\xa0€"),
        ("/totals/total", ERASED, "[gelöscht]"),
        ("/totals/total", "much", "much"),
    ],
)
def test_an_amount_has_its_currency_and_a_number_none(place: str, value: Json, german: str) -> None:
    assert value_in_words(place, value, GERMAN, "EUR") == german


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("/coupons/SPRINGTime25/discount", "Coupons / SPRINGTime25 / Discount"),
        ("/line_items/1/attributes/gift_Wrap", "Line items / 1 / Attributes / gift_Wrap"),
        ("/counters/line_item", "Counters / Line item"),
        ("/shipped_at", "Shipped at"),
    ],
)
def test_what_people_named_stays_as_it_is_in_a_place(place: str, said: str) -> None:
    assert place_in_words(place, Reader()) == said


def test_a_line_item_is_called_as_its_product_where_that_tells_it_from_others() -> None:
    names = {"1": "Tent for two", "2": "Flask", "3": "Flask"}
    lines = {key: item(name=name) for key, name in names.items()}
    order = placed(line_items=lines, shipments={"1": shipment(dict.fromkeys(names, 1))})
    products = products_of(order)
    assert products == {"1": "Tent for two"}
    for place, said in (
        ("/returns/1/items/1/received", "Returns / 1 / Items / Tent for two / Received"),
        ("/items/1/received", "Items / Tent for two / Received"),
        ("/shipments/1/quantities/1", "Shipments / 1 / Quantities / Tent for two"),
        ("/line_items/2/quantity", "Line items / 2 / Quantity"),
        ("/payments/1/status", "Payments / 1 / Status"),
    ):
        assert place_in_words(place, Reader(), products) == said
