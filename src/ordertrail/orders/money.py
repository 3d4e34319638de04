"""Money and quantities: decimals with exactly the digits that their unit has, and shares that lose nothing.

Minor units are those of ISO 4217:2015, list one. Rounding is half-even (IEEE 754), once for each computed amount.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from reprlib import repr as shortened

from ordertrail.errors import InvalidMoney, InvalidQuantity, WrongCurrency

_MINOR_UNITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
          CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
          HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR
          MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK
          SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD
          XCG YER ZAR ZMW ZWG""",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
MINOR_UNITS: dict[str, int] = {code: digits for digits, codes in _MINOR_UNITS.items() for code in codes.split()}
"""Digits after the point, by currency code."""

LARGEST_MINOR = 10**15
"""No amount reaches this many minor units, so that each fits an integer column and a JSON integer."""

ARITHMETIC = Context(prec=60, rounding=ROUND_HALF_EVEN)
"""What amounts are computed in, whatever context the caller's own decimals live in: nothing here needs more digits."""

_LARGEST_QUANTITY = Decimal(10**9)
_PLAIN_DIGITS = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def minor_units(currency: str) -> int:
    """Digits after the point that `currency` has."""
    try:
        return MINOR_UNITS[currency]
    except (KeyError, TypeError):
        raise WrongCurrency(f"{currency!r} is no ISO 4217 currency code, such as USD or JPY") from None


@cache
def unit(currency: str) -> Decimal:
    """The smallest amount of `currency`: 0.01 for USD, 1 for JPY."""
    return Decimal(1).scaleb(-minor_units(currency))


def is_plain(text: str) -> bool:
    """Whether a number is spelt plainly, such as 249.00: ASCII digits, no exponent, no sign but a minus."""
    return _PLAIN_DIGITS.fullmatch(text) is not None


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and is_plain(value) else None


def money(value: object, currency: str) -> Decimal:
    """`value` (Decimal, int, or plain digits) as an amount of `currency`, with exactly its digits.

    Raises InvalidMoney for floats, exponents, too many digits, amounts that are not finite, too large, or below zero.
    """
    amount = _decimal(value)
    if amount is None:
        raise InvalidMoney(
            f"{shortened(value)} is no amount: give a Decimal, an int or plain digits such as 249.00, no float"
        )
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):
        raise InvalidMoney(f"{amount} is not finite: give an amount such as 249.00")
    checked_size(amount, currency)
    if exponent > 0 or -exponent > minor_units(currency):
        raise InvalidMoney(f"{amount} has not the digits of {currency}: at most {minor_units(currency)}, no exponent")
    if amount < 0:
        raise InvalidMoney(f"{amount} is below zero: amounts are zero or above")
    return amount.copy_abs().quantize(unit(currency), context=ARITHMETIC)


def checked_size(amount: Decimal, currency: str) -> Decimal:
    """`amount`, which fits an integer column in minor units. Raises InvalidMoney."""
    limit = _limit(currency)
    if amount.copy_abs() >= limit:
        raise InvalidMoney(f"{amount:.3E} {currency} is too large: amounts stay below {limit}")
    return amount


@cache
def _limit(currency: str) -> Decimal:
    return from_minor_units(LARGEST_MINOR, currency)


def in_minor_units(amount: Decimal, currency: str) -> int:
    """`amount` as a whole number of the smallest unit: 249.00 USD is 24900."""
    return int(amount.scaleb(minor_units(currency), context=ARITHMETIC))


def from_minor_units(units: int, currency: str) -> Decimal:
    """The amount that a whole number of the smallest unit makes: 24900 in USD is 249.00."""
    return Decimal(units).scaleb(-minor_units(currency), context=ARITHMETIC)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """A computed `amount` with the digits of `currency`, half-even."""
    return amount.quantize(unit(currency), context=ARITHMETIC)


def quantity(value: object) -> Decimal:
    """`value` as a quantity: above zero, at most three places, without trailing zeros. Raises InvalidQuantity."""
    amount = _decimal(value)
    if amount is None:
        raise InvalidQuantity(
            f"{shortened(value)} is no quantity: give a Decimal, an int or plain digits such as 2 or 0.5"
        )
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > 0 or -exponent > 3 or not 0 < amount < _LARGEST_QUANTITY:
        raise InvalidQuantity(
            f"{shortened(str(amount))} is no quantity: above zero, below {_LARGEST_QUANTITY}, at most three places"
        )
    return _plain(amount)


def _plain(amount: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent, so that equal quantities are spelt alike."""
    if amount == amount.to_integral_value():
        return Decimal(int(amount))
    return amount.normalize()


def sum_quantities(amounts: Sequence[Decimal]) -> Decimal:
    """The sum, spelt as `quantity` spells it; zero for none."""
    return _plain(sum(amounts, Decimal(0)))


def percent_of(percent: Decimal, amount: Decimal, currency: str) -> Decimal:
    """`percent` per cent of `amount`, rounded half-even once."""
    return rounded(amount * percent / 100, currency)


def spread(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """`amount` in parts as `weights` (amounts too) stand to each other, adding up to it exactly.

    Largest remainder (Hamilton's method); of equal remainders the last comes first. All weights zero: the last part
    takes all of it.
    """
    parts, whole = [in_minor_units(weight, currency) for weight in weights], in_minor_units(amount, currency)
    if not any(parts):
        return [*[from_minor_units(0, currency) for _ in parts[1:]], amount] if parts else []
    shares = [divmod(whole * part, sum(parts)) for part in parts]
    missing = whole - sum(share for share, _ in shares)
    by_remainder = sorted(range(len(parts)), key=lambda i: (shares[i][1], i), reverse=True)
    rounded_up = by_remainder[:missing]
    return [from_minor_units(share + (i in rounded_up), currency) for i, (share, _) in enumerate(shares)]
