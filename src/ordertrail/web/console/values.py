"""Values of an order as they are read, by what the document says that they are: numbers, moments, names. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from ordertrail.notes.personal import ERASED, HIDDEN, Json
from ordertrail.notes.reading import readable
from ordertrail.orders.model import Order, Reason
from ordertrail.orders.money import is_plain
from ordertrail.web.console.forms import unwrapped
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.wording import words


class _Usual:
    """A text of the shop's that has usual values."""


_USUAL = frozenset({"condition"})
"""The fields that hold one."""


class _Money:
    """An amount of the order's currency."""


_COUNTED = frozenset({"quantity", "received", "percent"})
"""The fields that hold a number which is no amount."""


def value_in_words(place: str, value: Json, reader: Reader, currency: str = "") -> str:
    """A value that stands at a place of the document, in the reader's language and zone, amounts with their currency
    where it is known.

    A place in a part may be given without the part's, as entries that are about a part have it.
    """
    first, *rest = place.strip("/").split("/")
    kind = _fields().get(first)
    for name in rest:
        kind = _inside(kind, name)
    return _said(value, kind, reader, currency)


_BY_LINE_ITEM = frozenset({"items", "line_items", "quantities"})
"""The collections that know their parts by the keys of line items."""

LONGEST_NAME = 60
"""Characters of a product's name that a place in the document is called by."""


def products_of(order: Order) -> dict[str, str]:
    """What line items are called, by their keys, as far as one is told from all others by it."""
    names = {key: item.name[:LONGEST_NAME] for key, item in order.line_items.items()}
    often = Counter(names.values())
    return {key: name for key, name in names.items() if often[name] == 1}


def place_in_words(place: str, reader: Reader, products: Mapping[str, str] = MappingProxyType({})) -> str:
    """A place in the document in words: `/shipments/2/warehouse` is "Shipments / 2 / Warehouse". What people named
    themselves, such as a coupon's code, stays as they typed it; line items are called as `products` are, by key."""
    said: list[str] = []
    kind, within = None, ""
    for escaped in filter(None, place.split("/")):
        name = escaped.replace("~1", "/").replace("~0", "~")
        theirs = get_origin(kind) is dict and _inside(kind, name) is not int  # what is counted is a kind of part
        of_line = within in _BY_LINE_ITEM and name in products
        said.append(products[name] if of_line else name if theirs or name.isdecimal() else reader.say(words(name)))
        within = name
        kind = _inside(kind, name) if len(said) > 1 else _fields().get(name)
    return " / ".join(said)


def _said(value: Json, kind: Any, reader: Reader, currency: str) -> str:
    if value in (ERASED, HIDDEN):
        return reader.say(readable(value))
    if isinstance(value, dict) and kind is Reason:
        # Its code is for programs.
        told = [reader.say(readable(value.get("label", ""))), reader.marks(readable(value.get("comment", "")))]
        return ": ".join(filter(None, told))
    if isinstance(value, dict):
        inside = {name: _inside(kind, name) for name in value}
        # What is counted is a kind of part, and what else has a name of its own is called so by the shop.
        ours = {name for name, inner in inside.items() if _is_struct(kind) or inner is int}
        parts = (
            f"{reader.say(words(name)) if name in ours else name} {_said(item, inside[name], reader, currency)}"
            for name, item in value.items()
        )
        return ", ".join(parts) or readable(None)
    if isinstance(value, bool):
        return reader.say(readable(value))
    return _text(value, kind, reader, currency) if isinstance(value, str) else readable(value)


def _text(text: str, kind: Any, reader: Reader, currency: str) -> str:
    if kind in (_Money, Decimal) and is_plain(text):
        return reader.money(text, currency) if kind is _Money and currency else reader.typed_number(text)
    if kind is datetime:
        return reader.moment(datetime.fromisoformat(text))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return reader.say(words(text))
    return reader.say(text) if kind is _Usual else text


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _inside(kind: Any, name: str) -> Any:
    """What stands in something of this kind under a name; None where nothing is known of it."""
    if _is_struct(kind):
        return _members(kind).get(name)
    return unwrapped(get_args(kind)[1])[0] if get_origin(kind) is dict else None


@lru_cache
def _members(struct: type[msgspec.Struct]) -> dict[str, Any]:
    hints = get_type_hints(struct, include_extras=True)
    return {name: _kind(name, unwrapped(hint)[0]) for name, hint in hints.items()}


def _kind(name: str, hint: Any) -> Any:
    if name in _USUAL:
        return _Usual
    return _Money if hint is Decimal and name not in _COUNTED else hint


@lru_cache(maxsize=1)
def _fields() -> dict[str, Any]:
    """What each field is, wherever in the document: those of the order itself last, as they count."""
    return {name: kind for members in reversed(list(_all(Order))) for name, kind in members.items()}


def _all(struct: type[msgspec.Struct]) -> Iterator[dict[str, Any]]:
    """The members of a struct and of all in it, its own first."""
    yield _members(struct)
    for kind in _members(struct).values():
        inner = unwrapped(get_args(kind)[1])[0] if get_origin(kind) is dict else kind
        if _is_struct(inner):
            yield from _all(inner)
