"""What a caller gives, turned into an operation's arguments: checked for type, bounds, text and floats."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

import msgspec

from ordertrail.errors import InvalidInput, InvalidMoney, InvalidText
from ordertrail.notes.personal import Json

DEEPEST = 16
"""No arguments nest deeper than this."""

Struct = TypeVar("Struct", bound=msgspec.Struct)


def parse(wanted: type[Struct], given: Mapping[str, Any] | msgspec.Struct) -> Struct:
    """`given` as a `wanted`. Raises InvalidInput with the place of what is wrong and what would be right."""
    try:
        return msgspec.convert(_plain(given, ""), wanted)
    except msgspec.ValidationError as error:
        raise InvalidInput(_message(error)) from None


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


def _message(error: msgspec.ValidationError) -> str:
    return str(error).replace("Object contains unknown field", "There is no field").replace(" - at `$", " - at `")


def _plain(value: Any, place: str) -> Any:
    if isinstance(value, str):
        return checked_text(value, place)
    if isinstance(value, float):
        raise InvalidMoney(f"{place or 'this'} is a float ({value}): give a Decimal, an int or plain digits")
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        defaults = dict(zip(value.__struct_fields__[::-1], value.__struct_defaults__[::-1], strict=False))
        value = {name: item for name, item in fields.items() if name not in defaults or item is not defaults[name]}
    if isinstance(value, (dict, Mapping)):
        if place.count(".") >= DEEPEST:
            raise InvalidInput(f"{place} nests too deep: at most {DEEPEST} levels")
        return {key: _plain(item, f"{place}.{key}" if place else str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
    return value


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
