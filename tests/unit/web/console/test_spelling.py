"""Filters by what people call a market, a channel or somebody."""

import pytest

from ordertrail.web.console.spelling import called, spelt


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


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Marcus Bell", ["marcus"]),
        ("marcus  BELL", ["marcus"]),
        ("MARCUS", ["marcus"]),
        ("bell", ["m2", "marcus"]),
        ("Ann", ["ann"]),  # who is called so whole comes before whose name has it in it
        ("nobody", []),
    ],
)
def test_people_are_found_by_what_they_are_called_or_part_of_it(typed: str, found: list[str]) -> None:
    known = [("marcus", "Marcus Bell"), ("m2", "Mary Bell"), ("marcus", "Marcus"), ("ann", "Ann"), ("a3", "Ann Oak")]
    assert called(typed, known) == found
