"""The parts of an order in few words, to tell one from another. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ordertrail.web.console.reader import Reader


def part_in_words(reader: Reader, currency: str, kind: str, key: str, given: Any) -> str:
    """A part of an order in a currency, which stands in the collection of its kind under `key`."""
    told = _PARTS.get(kind)
    return key if told is None else told(reader, currency, key, given)


LINE = "%(name)s, line item %(key)s"
NEW_LINE = "Line item %(key)s of the new order"
SHIPPED = "%(name)s · %(first)s shipped, %(second)s returned"
ANNOUNCED = "%(name)s · %(first)s announced, %(second)s received"
HELD = "%(name)s · %(first)s in this shipment"

SAID = (LINE, NEW_LINE, SHIPPED, ANNOUNCED, HELD)
"""What is said of parts, in English."""


class Counted(NamedTuple):
    """A line item by its name, with how much of it there is where a form asks for a quantity."""

    name: str
    first: Decimal
    second: Decimal = Decimal(0)


def _counted(reader: Reader, message: str, given: Counted) -> str:
    return reader.say(message, name=given.name, first=reader.number(given.first), second=reader.number(given.second))


_PARTS: Mapping[str, Callable[[Reader, str, str, Any], str]] = {
    "shipment": lambda reader, _, key, given: f"{key} · {given.method} · {reader.name(given.status)}",
    "line_item": lambda reader, _, key, given: reader.say(LINE, name=given.name, key=key),
    "shipped_line": lambda reader, _, __, given: _counted(reader, SHIPPED, given),
    "announced_line": lambda reader, _, __, given: _counted(reader, ANNOUNCED, given),
    "held_line": lambda reader, _, __, given: _counted(reader, HELD, given),
    "new_line": lambda reader, _, key, __: reader.say(NEW_LINE, key=key),
    "payment": lambda reader, currency, key, given: (
        f"{key} · {reader.name(given.transaction_type)} {reader.money(given.amount, currency)} · {given.method}"
    ),
    "return": lambda reader, _, __, given: f"{given.number} · {reader.name(given.status)}",
    "hold": lambda reader, _, key, given: f"{key} · {reader.say(given.reason.label)}",
    "manual_discount": lambda reader, currency, key, given: (
        f"{key} · {reader.percent(given.percent) if given.percent else reader.money(given.amount, currency)} · "
        f"{reader.say(given.reason.label)}"
    ),
}
