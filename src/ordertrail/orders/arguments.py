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

from ordertrail.errors import InvalidInput, InvalidMoney, InvalidText, InvalidTime
from ordertrail.notes.personal import Json
from ordertrail.orders.model import PATTERNS
from ordertrail.orders.money import is_plain

DEEPEST = 16
"""No arguments nest deeper than this."""

Struct = TypeVar("Struct", bound=msgspec.Struct)


def parse(wanted: type[Struct], given: Mapping[str, Any] | msgspec.Struct) -> Struct:
    """`given` as a `wanted`. Raises InvalidInput with the place of what is wrong and what would be right."""
    plain = _plain(given, "", 0)
    try:
        found = msgspec.convert(plain, wanted)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), wanted) from None
    _check_digits(plain, found, "")
    return found


def parse_json(text: str | bytes) -> Json:
    """JSON without duplicate keys, floats and constants. Raises InvalidInput."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float)
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


def _plain(value: Any, place: str, depth: int) -> Any:
    if isinstance(value, str):
        return checked_text(value, place)
    if isinstance(value, float) or (isinstance(value, Decimal) and not value.is_finite()):
        raise InvalidMoney(f"{place or 'this'} is {value}: give a finite Decimal, an int or plain digits, no float")
    if isinstance(value, msgspec.Struct):
        defaults = _defaults(type(value))
        fields = [(name, getattr(value, name)) for name in value.__struct_fields__]
        value = {name: item for name, item in fields if name not in defaults or item is not defaults[name]}
    if not isinstance(value, (dict, Mapping, list, tuple)):
        return value
    if depth == DEEPEST:
        raise InvalidInput(f"{shortened(place)} nests too deep: at most {DEEPEST} levels")
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
    return {_plain(key, place, depth): _plain(item, _below(place, key), depth + 1) for key, item in value.items()}


@lru_cache(maxsize=256)
def _defaults(struct: type[msgspec.Struct]) -> Mapping[str, Any]:
    return dict(zip(struct.__struct_fields__[::-1], struct.__struct_defaults__[::-1], strict=False))


def _below(place: str, key: object) -> str:
    return f"{place}.{key}" if place else f"{key}"


def _check_digits(given: Any, found: Any, place: str) -> None:
    """Raises InvalidMoney where a text became a number that it does not spell plainly: 1e2, 1_000, ١٢."""
    if isinstance(found, Decimal):
        if isinstance(given, str) and not is_plain(given):
            raise InvalidMoney(f"{place} is {shortened(given)}: give plain digits such as 249.00, no exponent")
    elif isinstance(given, dict):
        for key, item in given.items():
            _check_digits(item, found[key] if isinstance(found, dict) else getattr(found, key), _below(place, key))


def checked_text(text: str, place: str) -> str:
    """`text`, which every database and every JSON can hold. Raises InvalidText for NUL and unpaired surrogates."""
    if text.isascii():
        if "\0" not in text:
            return str(text)
    elif "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text):
        return str(text)
    raise InvalidText(
        f"{place or 'this text'} holds NUL or half of a surrogate pair: no text has those, leave them out"
    )
