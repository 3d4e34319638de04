"""Money and quantities: decimals with exactly the digits that their unit has, and shares that lose nothing.

Minor units are those of ISO 4217:2015, list one. Rounding is half-even (IEEE 754), once for each computed amount.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

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

_LARGEST_QUANTITY = Decimal(10**9)


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


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").replace(".", "", 1).isdigit():
        return Decimal(value)
    return None


def money(value: object, currency: str, *, negative: bool = False) -> Decimal:
    """`value` (Decimal, int, or plain digits) as an amount of `currency`, with exactly its digits.

    Raises InvalidMoney for floats, exponents, too many digits, amounts that are not finite, too large, or below zero
    (unless `negative`).
    """
    smallest = unit(currency)
    amount = _decimal(value)
    if amount is None:
        raise InvalidMoney(f"{value!r} is no amount: give a Decimal, an int or plain digits such as 249.00, no float")
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):
        raise InvalidMoney(f"{value} is not finite: give an amount such as 249.00")
    if exponent > 0 or -exponent > minor_units(currency):
        raise InvalidMoney(f"{value} has not the digits of {currency}: at most {minor_units(currency)}, no exponent")
    if amount < 0 and not negative:
        raise InvalidMoney(f"{value} is below zero: amounts are zero or above")
    if abs(amount) >= LARGEST_MINOR * smallest:
        raise InvalidMoney(f"{value} is too large: amounts stay below {LARGEST_MINOR * smallest}")
    return abs(amount.quantize(smallest)) if not amount else amount.quantize(smallest)


def in_minor_units(amount: Decimal, currency: str) -> int:
    """`amount` as a whole number of the smallest unit: 249.00 USD is 24900."""
    return int(amount.scaleb(minor_units(currency)))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """A computed `amount` with the digits of `currency`, half-even."""
    return amount.quantize(unit(currency), ROUND_HALF_EVEN)


def quantity(value: object) -> Decimal:
    """`value` as a quantity: above zero, at most three places, without trailing zeros. Raises InvalidQuantity."""
    amount = _decimal(value)
    if amount is None:
        raise InvalidQuantity(f"{value!r} is no quantity: give a Decimal, an int or plain digits such as 2 or 0.5")
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > 0 or -exponent > 3 or not 0 < amount < _LARGEST_QUANTITY:
        raise InvalidQuantity(f"{value} is no quantity: above zero, below {_LARGEST_QUANTITY}, at most three places")
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
    """`amount` in parts as `weights` stand to each other, adding up to it exactly.

    Largest remainder (Hamilton's method); of equal remainders the last comes first. All weights zero: the last part
    takes all of it.
    """
    if not weights:
        return []
    total = sum(weights, Decimal(0))
    if not total:
        return [rounded(Decimal(0), currency)] * (len(weights) - 1) + [amount]
    smallest = unit(currency)
    exact = [amount * weight / total for weight in weights]
    parts = [(share // smallest) * smallest for share in exact]
    missing = int((amount - sum(parts, Decimal(0))) / smallest)
    by_remainder = sorted(range(len(parts)), key=lambda i: (exact[i] - parts[i], i), reverse=True)
    for i in by_remainder[:missing]:
        parts[i] += smallest
    return [rounded(part, currency) for part in parts]
