"""Who reads: their language and zone, and how they type numbers and times."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.errors import InvalidInput
from ordertrail.orders.money import MINOR_UNITS, from_minor_units, is_plain, minor_units
from ordertrail.web.console.reader import Reader, reader_of, zone_named
from ordertrail.web.console.translations import LANGUAGES

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


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("europe/zurich", "Europe/Zurich"),
        ("new york", "America/New_York"),
        ("Mars/Olympus", "Europe/Zurich"),
        ("Austral", "Australia/ACT oder Australia/Adelaide oder Australia/Brisbane oder Australia/Broken_Hill oder "
         "Australia/Canberra"),
    ],
)  # fmt: skip
def test_what_is_no_zone_is_refused_with_those_called_alike(typed: str, written: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        zone_named(typed)
    assert GERMAN.reason(str(refused.value)) == f"{typed!r} ist keine Zeitzone: schreiben Sie {written}"
    assert zone_named(" Europe/Zurich ") == "Europe/Zurich"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "UTC"])
@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_a_moment_at_an_end_of_the_calendar_is_read_everywhere(zone: str, at: datetime) -> None:
    reader = Reader(language="de", zone=zone)
    for said in (reader.moment, reader.minute, reader.date, reader.day, reader.time):
        assert said(at)
    assert reader.typed(at)[:4] == f"{at.year:04}"
    assert reader.ago(at, AT)
    assert reader.reason(f"promised lies in the future ({at.isoformat()}): give a time up to now")


def test_a_reason_may_name_what_only_looks_like_a_time() -> None:
    assert Reader().reason("2026-99-99T12:00") == "2026-99-99T12:00"


def test_numbers_and_money_are_written_as_the_language_does() -> None:
    assert GERMAN.money("1249.00", "EUR") == "1.249,00\xa0€"
    assert Reader().money(Decimal("1249.00"), "EUR") == "€1,249.00"
    assert Reader().money("30000", "JPY") == "¥30,000"
    assert GERMAN.number(Decimal("2.500")) == "2,5"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("currency", MINOR_UNITS)
def test_money_is_written_with_all_digits_that_the_record_has(language: str, currency: str) -> None:
    amount, digits = from_minor_units(-1050505, currency), minor_units(currency)
    written = "".join(re.findall(r"[0-9]+", Reader(language=language).money(amount, currency)))
    assert written == "1050505"
    assert str(amount) == f"-{Decimal(written).scaleb(-digits)}"


def test_money_in_currencies_that_elsewhere_have_fewer_digits() -> None:
    assert Reader().money("10.50", "HUF") == "HUF10.50"
    assert GERMAN.money("1010.50", "IDR") == "1.010,50\xa0IDR"
    assert GERMAN.money("-10.500", "IQD") == "-10,500\xa0IQD"


@pytest.mark.parametrize(
    ("language", "typed", "plain"),
    [
        ("de", "24,50", "24.50"),
        ("de", "1.000", "1000"),
        ("de", "2.500", "2500"),
        ("de", "1.234,50", "1234.50"),
        ("de", "-1.234.567,5", "-1234567.5"),
        ("de", "0,500", "0.500"),
        ("de", "1000", "1000"),
        ("de", " 7 ", "7"),
        ("en", "24.50", "24.50"),
        ("en", "1,000", "1000"),
        ("en", "2.500", "2.500"),
        ("en", "1,234,567.50", "1234567.50"),
        ("en", " 7 ", "7"),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(language: str, typed: str, plain: str) -> None:
    assert Reader(language=language).plain(typed) == plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "typed",
    ["", "x", "1.00.0", "1,00,0", "1,2,3", "1.2.3", "1.23,50,0", "1e5", "NaN", "1 000", "٣", "+5", "5.", "0,500,0"],
)
def test_what_is_no_number_is_left_to_be_refused(language: str, typed: str) -> None:
    assert Reader(language=language).plain(typed) == typed
    assert not is_plain(typed)


@pytest.mark.parametrize("typed", ["24,50", "0,500", "1,0000", "1234,567", "1.234,50"])
def test_a_comma_is_no_point_in_english(typed: str) -> None:
    assert Reader().plain(typed) == typed
    assert not is_plain(typed)


@pytest.mark.parametrize(
    ("typed", "right"), [("24.50", "24,50"), ("0.500", "0,500"), ("1234.567", "1234,567"), ("-1.5", "-1,5")]
)
def test_a_point_is_no_comma_in_german_which_says_what_is(typed: str, right: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        GERMAN.plain(typed)
    assert GERMAN.reason(str(refused.value)) == f"{typed!r} ist auf Deutsch keine Zahl: schreiben Sie {right}"


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    st.decimals(-(10**9), 10**9, places=3)
    | st.decimals(-(10**9), 10**9, places=2)
    | st.integers(-(10**12), 10**12).map(Decimal)
)
def test_a_number_that_is_shown_is_read_as_the_same(language: str, value: Decimal) -> None:
    reader = Reader(language=language)
    assert Decimal(reader.plain(reader.number(value))) == value
    assert reader.plain(reader.typed_number(f"{value:f}")) == f"{value:f}"


def test_what_a_field_shows_it_is_read_as() -> None:
    assert GERMAN.typed(AT) == "2026-07-04T00:30"
    assert GERMAN.understood(GERMAN.typed(AT)) == AT
    assert GERMAN.understood("soon") is None
    assert GERMAN.plain(GERMAN.typed_number("24.50")) == "24.50"


def test_both_times_are_said() -> None:
    assert GERMAN.ago(AT, AT.replace(hour=23)) == "vor 1 Stunde"
    assert GERMAN.time(AT) == "00:30:00"
    assert GERMAN.day(AT) == "Samstag, 4. Juli 2026"


@pytest.mark.parametrize(
    ("language", "zone", "month", "name"),
    [
        ("de", "Europe/Zurich", 7, "Mitteleuropäische Sommerzeit (UTC+2)"),
        ("de", "Europe/Zurich", 1, "Mitteleuropäische Normalzeit (UTC+1)"),
        ("en", "UTC", 1, "Coordinated Universal Time (UTC)"),
        ("en", "America/New_York", 1, "Eastern Standard Time (UTC-5)"),
        ("en", "Asia/Kolkata", 1, "India Standard Time (UTC+5:30)"),
        ("en", "Canada/Newfoundland", 1, "Newfoundland Standard Time (UTC-3:30)"),
    ],
)
def test_a_zone_says_how_far_it_is_from_utc(language: str, zone: str, month: int, name: str) -> None:
    assert Reader(language=language, zone=zone).zone_name(AT.replace(month=month)) == name


def test_percentages_and_event_types_are_said_in_the_language() -> None:
    assert GERMAN.percent(Decimal("12.50")) == "12,50 %"
    assert GERMAN.event("OrderGroupOnHold") == "Bestellung angehalten"
    assert Reader().event("OrderGroupOnHold") == "Order on hold"
    assert GERMAN.event("None") == "Aktivität aufgezeichnet"
    assert GERMAN.event("vendor.GiftWrapped") == "vendor.GiftWrapped"
    assert GERMAN.events(["ReturnCreated", "vendor.A", "PaymentFailed"]) == [
        "ReturnCreated",
        "vendor.A",
        "PaymentFailed",
    ]


@pytest.mark.parametrize(
    ("language", "typed", "spelt"),
    [
        ("en", "€354.50", ("354.50",)),
        ("en", "354.50 eur", ("354.50",)),
        ("en", " US$ 1,354.50", ("1354.50", "1,354.50")),
        ("en", "1354.50 CHF", ("1354.50", "1,354.50")),
        ("en", "1,354", ("1354", "1,354")),
        ("de", "354,50\xa0€", ("354,50", "354.50")),
        ("de", "354,50", ("354,50", "354.50")),
        ("de", "-1354,5 €", ("-1354,5", "-1.354,5", "-1354.5")),
        ("de", "¥1.000", ("1000", "1.000")),
    ],
)
def test_an_amount_is_looked_for_as_the_record_spells_it(language: str, typed: str, spelt: tuple[str, ...]) -> None:
    found = Reader(language).spellings(typed)
    assert set(found) == set(spelt)
    assert is_plain(found[-1])


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("text", ["", "354", "PO100001", "call 007", "€", "354,50.1 €", "$ 5 €", "2 Zelte", "12 x 3"])
def test_what_is_no_amount_is_looked_for_as_it_is(language: str, text: str) -> None:
    assert Reader(language).spellings(text) == ()
