"""The parts of an order in few words."""

from dataclasses import dataclass

import pytest

from ordertrail.orders.model import Order
from ordertrail.orders.operations.base import COLLECTIONS
from ordertrail.web.console.parts import part_in_words
from ordertrail.web.console.reader import Reader
from tests.unit.orders.builders import paid, placed, returning, sold

PAID = paid(placed(), "24.50")


@dataclass
class Case:
    """A part of an order, and how it reads."""

    order: Order
    kind: str
    key: str
    english: str
    german: str


@pytest.mark.parametrize(
    "case",
    [
        Case(PAID, "shipment", "1", "1 · Ground · Inventory assigned", "1 · Ground · Bestand zugewiesen"),
        Case(PAID, "line_item", "1", "Tent, line item 1", "Tent, Position 1"),
        Case(PAID, "payment", "1", "1 · Sale $24.50 · Card", "1 · Verkauf 24,50\xa0$ · Card"),
        Case(returning(sold()), "return", "1", "RMA100001-1 · Awaiting stock return",
             "RMA100001-1 · Wartet auf Rücklauf"),
        Case(PAID, "coupon", "SPRING", "SPRING", "SPRING"),
    ],
    ids=lambda case: case.kind,
)  # fmt: skip
def test_a_part_is_told_in_the_readers_language(case: Case) -> None:
    parts = getattr(case.order, COLLECTIONS[case.kind]) if case.kind in COLLECTIONS else {}
    for language, expected in (("en", case.english), ("de", case.german)):
        assert (
            part_in_words(Reader(language=language), case.order.currency, case.kind, case.key, parts.get(case.key))
            == expected
        )
