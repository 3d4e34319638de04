"""What a caller gives, turned into an operation's arguments: checked for type, bounds, text and floats."""

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from reprlib import repr as shortened
from typing import Any, Literal, NoReturn, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from ordertrail.errors import InvalidInput, InvalidMoney, InvalidQuantity, InvalidText, InvalidTime
from ordertrail.notes.personal import Json
from ordertrail.orders.model import PATTERNS
from ordertrail.orders.money import is_plain

DEEPEST = 16
"""No arguments nest deeper than this."""

LONGEST_NUMBER = 640
"""No number in JSON has more digits. Python reads so many whatever it is told, and speaks to programmers beyond."""

Struct = TypeVar("Struct", bound=msgspec.Struct)

Path = tuple[Any, ...]
"""Where a value stands in what was given: keys, and places in lists."""


def parse(wanted: type[Struct], given: Mapping[str, Any] | msgspec.Struct) -> Struct:
    """`given` as a `wanted`. Raises InvalidInput with the place of what is wrong and what would be right."""
    plain = _plain(given, ())
    found = convert(wanted, plain)
    _check_digits(plain, found, ())
    return found


def convert(wanted: type[Struct], plain: object) -> Struct:
    """The same, by the types alone."""
    try:
        return msgspec.convert(plain, wanted)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), wanted) from None


def parse_json(text: str | bytes) -> Json:
    """JSON without duplicate keys, floats and constants. Raises InvalidInput."""
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_int=_whole, parse_float=_no_float, parse_constant=_no_float
        )
    except RecursionError:
        raise InvalidInput(f"this JSON nests too deep: at most {DEEPEST} levels") from None
    except ValueError as error:
        raise InvalidInput(f"this is no JSON: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, _ in pairs if sum(other == key for other, _ in pairs) > 1)
        raise InvalidInput(f"the key {twice!r} stands twice in one JSON object: name it once")
    return found


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise InvalidInput(f"a number of {len(text):,} digits is larger than any that an order holds")
    return int(text)


def _no_float(text: str) -> NoReturn:
    raise InvalidMoney(f'{text} is a floating-point number: write amounts and quantities as text, such as "249.00"')


def _invalid(message: str, wanted: type) -> InvalidInput:
    """What msgspec says, in our words, as the error that it is."""
    for pattern, words in PATTERNS.items():
        message = message.replace(f"Expected `str` matching regex {pattern!r}", f"Expected {words}")
    message = message.replace("Object contains unknown field", "There is no field")
    message = message.replace(" - at `$.", " - at `").replace(" - at `$[", " - at `[").replace(" in `$.", " in `")
    if "a timezone component" in message:
        return InvalidTime(f"{message}: give a time such as 2026-01-31T12:00:00Z")
    field = _ENUM_FIELD.search(message)
    if field is not None:
        return InvalidInput(f"{message}: it is one of {', '.join(_choices(wanted, field[1]))}")
    return (InvalidText if "`str` of length" in message else InvalidInput)(message)


_ENUM_FIELD = re.compile(r"Invalid enum value .*`.*?(\w+)`$")


def _choices(kind: Any, field: str | None) -> list[str]:
    """The values that a type allows: of the field of this name, wherever in it, or of the type itself."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind).items()
        return _first(_choices(hint, None if name == field else field) for name, hint in hints) if field else []
    if field is None and isinstance(kind, type) and issubclass(kind, Enum):
        return [member.value for member in kind]
    if field is None and get_origin(kind) is Literal:
        return list(get_args(kind))
    return _first(_choices(part, field) for part in get_args(kind))


def _first(found: Iterable[list[str]]) -> list[str]:
    return next((values for values in found if values), [])


def _plain(value: Any, path: Path) -> Any:
    """`value` with each Struct as a map; its texts and numbers are seen to be such as can be stored."""
    if isinstance(value, str):
        return checked_text(value, path)
    if isinstance(value, (float, Decimal)):
        return _finite(value, path)
    if isinstance(value, msgspec.Struct):
        value = _said(value)
    if not isinstance(value, (dict, Mapping, list, tuple)):
        return value
    if len(path) == DEEPEST:
        raise InvalidInput(f"{shortened(spelt(path))} nests too deep: at most {DEEPEST} levels")
    if isinstance(value, (list, tuple)):
        return [_plain(item, (*path, index)) for index, item in enumerate(value)]
    return {
        checked_text(key, path) if isinstance(key, str) else _plain(key, path): _plain(item, (*path, key))
        for key, item in value.items()
    }


def _finite(value: float | Decimal, path: Path) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    where = spelt(path) or "this"
    raise _no_number(path)(f"{where} is {value}: give a finite Decimal, an int or plain digits, no float")


def _no_number(path: Path) -> type[InvalidInput]:
    """The error for what is no number: by its name, as no type tells a quantity from an amount."""
    return InvalidMoney if {"quantity", "quantities"}.isdisjoint(path) else InvalidQuantity


def _said(struct: msgspec.Struct) -> dict[str, Any]:
    """The fields of a Struct that say something: those left at their defaults are not given."""
    defaults = _defaults(type(struct))
    return {name: item for name, default in defaults.items() if (item := getattr(struct, name)) is not default}


@lru_cache(maxsize=256)
def _defaults(struct: type[msgspec.Struct]) -> Mapping[str, Any]:
    return {field.name: field.default for field in msgspec.structs.fields(struct)}


def _check_digits(given: Any, found: Any, path: Path) -> None:
    """Raises InvalidMoney or InvalidQuantity where a text became a number that it does not spell plainly: 1e2, ١٢."""
    if isinstance(found, Decimal):
        if isinstance(given, str) and not is_plain(given):
            raise _no_number(path)(
                f"{spelt(path)} is {shortened(given)}: give plain digits such as 249.00, no exponent"
            )
    elif isinstance(found, dict):
        for key, item in found.items():
            _check_digits(given[key], item, (*path, key))
    elif isinstance(found, msgspec.Struct):
        for name in _numeric(type(found)):
            if name in given:
                _check_digits(given[name], getattr(found, name), (*path, name))


@lru_cache(maxsize=256)
def _numeric(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a Struct that are numbers, or hold some further down."""
    return tuple(name for name, hint in get_type_hints(struct).items() if _has_numbers(hint))


def _has_numbers(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return bool(_numeric(hint))
    return hint is Decimal or any(map(_has_numbers, get_args(hint)))


def checked_text(text: str, place: str | Path) -> str:
    """`text`, which every database and every JSON can hold. Raises InvalidText for NUL and unpaired surrogates."""
    if text.isascii():
        if "\0" not in text:
            return str(text)
    elif "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text):
        return str(text)
    raise InvalidText(
        f"{spelt(place) or 'this text'} holds NUL or half of a surrogate pair: no text has those, leave them out"
    )


def spelt(place: str | Path) -> str:
    """A place as people read it: `line_items.1.quantity`, `items[0]`."""
    if isinstance(place, str):
        return place
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).removeprefix(".")
