"""Who reads: their language and zone, and how they type numbers and times."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ordertrail.web.console.reader import Reader, reader_of

GERMAN = Reader(language="de", zone="Europe/Zurich")
AT = datetime(2026, 7, 3, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cookie", "accepted", "language", "zone"),
    [
        (None, None, "en", "UTC"),
        ("de~Europe/Zurich", "en", "de", "Europe/Zurich"),
        ("xx~Mars/Olympus", "fr, de-CH;q=0.7", "de", "UTC"),
        ("nonsense", "zz", "en", "UTC"),
        ("de~../../etc/passwd", None, "de", "UTC"),
    ],
)
def test_what_is_not_known_is_as_usual(cookie: str | None, accepted: str | None, language: str, zone: str) -> None:
    assert reader_of(cookie, accepted) == Reader(language=language, zone=zone)
    assert reader_of(Reader(language, zone).cookie, "fr") == Reader(language, zone)


def test_numbers_and_money_are_written_as_the_language_does() -> None:
    assert GERMAN.money("1249.00", "EUR") == "1.249,00\xa0€"
    assert Reader().money(Decimal("1249.00"), "EUR") == "€1,249.00"
    assert Reader().money("30000", "JPY") == "¥30,000"
    assert GERMAN.number(Decimal("2.500")) == "2,5"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("24,50", "24.50"),
        ("24.50", "24.50"),
        ("1.234,50", "1234.50"),
        ("-1.234.567,5", "-1234567.5"),
        ("1.234", "1.234"),  # a weight, or an amount without decimals
        ("1.23,50", "1.23,50"),
        ("1234.567,50", "1234.567,50"),
        ("1,234.50", "1,234.50"),
        ("1.234,5,0", "1.234,5,0"),
        (" 7 ", "7"),
        ("x", "x"),
    ],
)
def test_numbers_are_read_as_they_are_typed(typed: str, plain: str) -> None:
    assert GERMAN.plain(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("24.50", "24.50"), ("1,234.50", "1234.50"), ("24,50", "24,50"), ("1,234", "1,234"), ("1.234,50", "1.234,50")],
)
def test_a_comma_is_no_point_in_english(typed: str, plain: str) -> None:
    assert Reader().plain(typed) == plain


def test_what_a_field_shows_it_is_read_as() -> None:
    assert GERMAN.typed(AT) == "2026-07-04T00:30"
    assert GERMAN.understood(GERMAN.typed(AT)) == AT
    assert GERMAN.understood("soon") is None
    assert GERMAN.plain(GERMAN.typed_number("24.50")) == "24.50"


def test_both_times_are_said() -> None:
    assert GERMAN.ago(AT, AT.replace(hour=23)) == "vor 1 Stunde"
    assert GERMAN.time(AT) == "00:30:00"
    assert GERMAN.day(AT) == "Samstag, 4. Juli 2026"
    assert "Sommerzeit" in GERMAN.zone_name(AT)
