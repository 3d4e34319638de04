"""Money and quantities take what they should, spell it one way, and lose nothing when shared out."""

from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.errors import InvalidMoney, InvalidQuantity, WrongCurrency
from ordertrail.orders.money import (
    LARGEST_MINOR,
    MINOR_UNITS,
    from_minor_units,
    in_minor_units,
    is_plain,
    minor_units,
    money,
    percent_of,
    quantity,
    rounded,
    spread,
    sum_quantities,
    unit,
)

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "CLF"])
MINOR = st.integers(0, LARGEST_MINOR - 1)


@pytest.mark.parametrize(
    ("value", "currency", "stored"),
    [
        ("249.00", "USD", "249.00"),
        ("249", "USD", "249.00"),
        (249, "USD", "249.00"),
        (Decimal("249.0"), "USD", "249.00"),
        ("249", "JPY", "249"),
        (Decimal("0.001"), "KWD", "0.001"),
        ("0.0001", "CLF", "0.0001"),
        ("0", "USD", "0.00"),
        ("-0.00", "USD", "0.00"),
        (Decimal("-0"), "JPY", "0"),
        ("9999999999999.99", "USD", "9999999999999.99"),
        ("999999999999999", "JPY", "999999999999999"),
        ("007.50", "USD", "7.50"),
    ],
)
def test_an_amount_is_stored_with_the_digits_of_its_currency(value: Any, currency: str, stored: str) -> None:
    assert str(money(value, currency)) == stored


@pytest.mark.parametrize(
    ("value", "currency", "says"),
    [
        (1.0, "USD", "no float"),
        (True, "USD", "True is no amount"),
        (None, "USD", "None is no amount"),
        (b"1", "USD", "give a Decimal"),
        ("", "USD", "plain digits"),
        ("1e2", "USD", "plain digits"),
        ("1_000", "USD", "plain digits"),
        ("+1", "USD", "plain digits"),
        (" 1", "USD", "plain digits"),
        ("1\n", "USD", "plain digits"),
        ("1.", "USD", "plain digits"),
        (".5", "USD", "plain digits"),
        ("1,50", "USD", "plain digits"),
        ("--1", "USD", "plain digits"),
        ("١٢", "USD", "plain digits"),
        ("\uff11\uff12", "USD", "plain digits"),
        ("NaN", "USD", "plain digits"),
        (Decimal("NaN"), "USD", "not finite"),
        (Decimal("sNaN"), "USD", "not finite"),
        (Decimal("Infinity"), "USD", "not finite"),
        (Decimal("-Infinity"), "USD", "not finite"),
        (Decimal("1E+2"), "USD", "no exponent"),
        ("0.001", "USD", "at most 2"),
        ("249.000", "USD", "at most 2"),
        ("0.5", "JPY", "at most 0"),
        ("-0.01", "USD", "below zero"),
        (-5, "USD", "below zero"),
        ("10000000000000.00", "USD", "below 10000000000000.00"),
        (10**15, "JPY", "too large"),
        pytest.param(10**5000, "USD", "too large", id="huge"),
        pytest.param(-(10**5000), "USD", "too large", id="huge-negative"),
        ("9" * 5000, "USD", "too large"),
    ],
)
def test_what_is_no_amount_is_refused_and_told_what_would_be_right(value: Any, currency: str, says: str) -> None:
    with pytest.raises(InvalidMoney, match=says) as refused:
        money(value, currency)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("currency", ["ABC", "usd", "", "XXX", None, ["USD"]])
def test_a_currency_that_iso_4217_does_not_know_is_refused(currency: Any) -> None:
    with pytest.raises(WrongCurrency, match=r"no ISO 4217 currency code, such as USD"):
        minor_units(currency)


def test_minor_units_are_those_of_iso_4217() -> None:
    assert [minor_units(code) for code in ("USD", "EUR", "JPY", "KWD", "TND", "ISK", "CLF", "UYW")] == [
        2, 2, 0, 3, 3, 0, 4, 4,
    ]  # fmt: skip
    assert all(len(code) == 3 and code.isupper() for code in MINOR_UNITS)
    assert str(unit("KWD")) == "0.001"


@given(MINOR, CURRENCIES)
def test_every_amount_comes_back_as_it_went_in(units: int, currency: str) -> None:
    amount = from_minor_units(units, currency)
    assert in_minor_units(amount, currency) == units
    assert money(amount, currency) == money(str(amount), currency) == amount
    assert str(money(str(amount), currency)) == str(amount)


@given(st.text() | st.decimals().map(str) | st.floats().map(str))
def test_a_text_is_an_amount_just_when_it_is_spelt_plainly(text: str) -> None:
    try:
        amount = money(text, "USD")
    except InvalidMoney:
        return
    assert is_plain(text)
    assert amount == Decimal(text) >= 0


@given(st.decimals())
def test_a_decimal_is_taken_exactly_or_not_at_all(value: Decimal) -> None:
    try:
        amount = money(value, "KWD")
    except InvalidMoney:
        return
    assert amount == value
    assert amount.as_tuple().exponent == -3
    assert not amount.is_signed()


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (1, "1"),
        ("2", "2"),
        ("0.5", "0.5"),
        ("2.500", "2.5"),
        (Decimal("10"), "10"),
        ("100.0", "100"),
        ("0.001", "0.001"),
        (999_999_999, "999999999"),
        (Decimal("20.00"), "20"),
    ],
)
def test_equal_quantities_are_spelt_alike(value: Any, stored: str) -> None:
    assert str(quantity(value)) == stored


@pytest.mark.parametrize(
    "value",
    [0, "0", "-0", -1, "0.0001", "1.0000", 1.5, True, None, "one", "1e1", "٣", Decimal("NaN"), Decimal("sNaN"),
     Decimal("Infinity"), Decimal("1E+1"), 10**9, pytest.param(10**5000, id="huge"), ""],
)  # fmt: skip
def test_what_is_no_quantity_is_refused_and_told_what_would_be_right(value: Any) -> None:
    with pytest.raises(InvalidQuantity, match=r"plain digits such as 2 or 0.5|above zero, below 1000000000, at most"):
        quantity(value)


def test_a_sum_of_quantities_is_spelt_as_one() -> None:
    assert str(sum_quantities([Decimal("0.5"), Decimal("1.5")])) == "2"
    assert str(sum_quantities([])) == "0"


@pytest.mark.parametrize(
    ("percent", "amount", "currency", "off"),
    [
        ("10", "0.05", "USD", "0.00"),  # 0.005 is as near to 0.00 as to 0.01, and 0 is even
        ("10", "0.15", "USD", "0.02"),  # 0.015 is as near to 0.01 as to 0.02, and 2 is even
        ("12.5", "99.99", "USD", "12.50"),  # 12.49875
        ("5", "50", "JPY", "2"),  # 2.5
        ("15", "1.234", "KWD", "0.185"),  # 0.1851
        ("33.33", "9999999999999.99", "USD", "3332999999999.997"),
    ],
)
def test_a_percentage_rounds_half_even_once(percent: str, amount: str, currency: str, off: str) -> None:
    assert percent_of(Decimal(percent), Decimal(amount), currency) == rounded(Decimal(off), currency)


@pytest.mark.parametrize(
    ("amount", "weights", "currency", "parts"),
    [
        ("10.00", ["1.00", "1.00", "1.00"], "USD", ["3.33", "3.33", "3.34"]),
        ("10.00", ["2.00", "1.00"], "USD", ["6.67", "3.33"]),
        ("0.01", ["5.00", "5.00"], "USD", ["0.00", "0.01"]),
        ("0.02", ["5.00", "5.00", "5.00"], "USD", ["0.00", "0.01", "0.01"]),
        ("100", ["1", "1", "1"], "JPY", ["33", "33", "34"]),
        ("0.010", ["1.000", "2.000"], "KWD", ["0.003", "0.007"]),
        ("5.00", ["0.00", "0.00"], "USD", ["0.00", "5.00"]),
        ("5.00", ["0.00"], "USD", ["5.00"]),
        ("5.00", ["0.00", "3.00"], "USD", ["0.00", "5.00"]),
        ("5.00", [], "USD", []),
    ],
)
def test_the_largest_remainders_get_what_is_left(
    amount: str, weights: list[str], currency: str, parts: list[str]
) -> None:
    shared = spread(Decimal(amount), [Decimal(weight) for weight in weights], currency)
    assert [str(part) for part in shared] == parts


@given(MINOR, st.lists(MINOR, min_size=1, max_size=8), CURRENCIES)
def test_parts_add_up_exactly_and_are_fair(units: int, weights: list[int], currency: str) -> None:
    amounts = [from_minor_units(weight, currency) for weight in weights]
    parts = [in_minor_units(part, currency) for part in spread(from_minor_units(units, currency), amounts, currency)]
    assert sum(parts) == units
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        # Each is its exact share, rounded down or up.
        assert not whole or part in (units * weight // whole, -(-units * weight // whole))


def test_the_callers_own_decimal_context_changes_nothing() -> None:
    with localcontext() as callers:
        callers.prec, callers.rounding = 3, ROUND_DOWN
        assert str(money("12345.67", "USD")) == "12345.67"
        assert in_minor_units(Decimal("12345.67"), "USD") == 1234567
        assert str(rounded(Decimal("12345.675"), "USD")) == "12345.68"
        assert [str(part) for part in spread(Decimal("12345.67"), [Decimal(1), Decimal(2)], "USD")] == [
            "4115.22", "8230.45",
        ]  # fmt: skip
