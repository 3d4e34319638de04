"""Filters by what people call a market or a channel."""

import pytest

from ordertrail.web.console.spelling import spelt


@pytest.mark.parametrize(
    ("typed", "known", "found"),
    [
        ("web shop", ["Phone", "Web shop"], "Web shop"),
        ("  WEB  shop", ["Phone", "Web shop"], "Web shop"),
        ("büro", ["BÜRO", "Büro"], ["BÜRO", "Büro"]),
        ("Büro", ["BÜRO", "Büro"], "Büro"),
        ("Web", ["Web shop"], "Web"),
        ("x", [], "x"),
    ],
)
def test_a_text_is_spelt_as_the_record_has_it(typed: str, known: list[str], found: str | list[str]) -> None:
    assert spelt(typed, known) == found
