"""Arguments for any operation, drawn from what it declares and from the order as it stands.

Each value comes from its field's name where that says what is meant (`shipment`, `amount`, `note` …), else from its
type. So a new operation whose fields have known names or types needs nothing here.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

import msgspec
from msgspec import inspect

from ordertrail.notes.model import NoteType
from ordertrail.orders.model import Order
from ordertrail.orders.money import minor_units
from ordertrail.orders.operations.base import COLLECTIONS, GivenReason, Operation
from ordertrail.orders.statuses import ShipmentStatus
from ordertrail.trail import REASONS, OrderTrail

KEY = r"\A[A-Za-z0-9._-]{1,64}\Z"
PSEUDONYM = r"\A[^@\s]{1,128}\Z"
OWN_EVENT = "shop.GiftWrapped"
"""An event type that the shops of these tests register."""

WORDS = (
    "tent",
    "Zelt für 2",
    "خيمة",
    "⛺🏕️",
    "'; DROP TABLE orders; --",
    "<script>alert(1)</script>",
    "e\u0301tage",
    "%_\\",
)
BAD: tuple[Any, ...] = (
    Decimal(-1),
    0.5,
    "nope",
    "",
    "a\0b",
    "\ud800",
    10**20,
    Decimal("NaN"),
    None,
    {},
    [],
    "x" * 100_001,
    True,
)
FRESH = ("SPRING", "SUMMER-5", "erp", "gift", "colour", "x.1_y")
KEYED = {"discount": ("manual_discounts",), "code": ("coupons",), "key": ("attributes", "references")}
"""The collections that a key of this name may come from."""

CHANCES = {
    **dict.fromkeys(("line_items", "shipments", "items"), 0.9),  # without them an order says little
    **dict.fromkeys(("line_item", "payment", "return_id"), 0.15),  # most operations take one of several parts
    "replaces": 0.02,  # no order has the id that is drawn
    "revision": 0.02,  # the note seldom has the text that is drawn
}
"""How often an optional field is given, where not as often as others."""


class Canaries:
    """Personal texts, each different, so that one that should be gone can be looked for."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        """A new one."""
        return f"canary-{next(self._numbers)}- Ünï🎁"


@cache
def _fields(struct: type) -> tuple[inspect.Field, ...]:
    """The fields of a struct, each with its type: to look them up takes as long as all else of a suggestion."""
    described = inspect.type_info(struct)
    assert isinstance(described, inspect.StructType)
    return described.fields


class Suggestions:
    """Draws arguments with `rng` for operations on `order` (None for a new one), whose Custom notes are `notes`."""

    def __init__(
        self, rng: random.Random, canary: Callable[[], str], order: Order | None = None, notes: Sequence[int] = ()
    ) -> None:
        self.rng, self.canary, self.order, self.notes = rng, canary, order, notes
        self.currency = "USD" if order is None else order.currency
        self.wanted: frozenset[str] = frozenset()

    def arguments(self, operation: Operation) -> dict[str, Any]:
        """Arguments that may well be legal."""
        moves = (move for move in operation.moves if move.life == operation.part)
        self.wanted = frozenset(status for move in moves for status in move.before)
        self.part = operation.part
        return self.struct(operation.arguments)

    def spoilt(self, operation: Operation) -> dict[str, Any]:
        """Arguments of which one is wrong, in a way that every field should refuse."""
        arguments = self.arguments(operation)
        names = [field.name for field in msgspec.structs.fields(operation.arguments)]
        spoil = self.rng.choice([*names, "no_such_field"])
        return {**arguments, spoil: self.rng.choice(BAD)}

    def struct(self, struct: type) -> dict[str, Any]:
        """The fields of a struct: the required ones, and some of the others."""
        found: dict[str, Any] = {}
        for field in _fields(struct):
            if field.required or self.rng.random() < CHANCES.get(field.name, 0.35):
                found[field.name] = self.value(field.name, field.type, found)
        return found

    def value(self, name: str, kind: inspect.Type, found: Mapping[str, Any]) -> Any:
        """A value of a type, for a field of this name; `found` are the fields before it."""
        if isinstance(kind, inspect.UnionType):
            return self.value(name, self.rng.choice([t for t in kind.types if not _is_none(t)]), found)
        if isinstance(kind, inspect.Metadata):
            return self.canary() if (kind.extra or {}).get("personal") else self.value(name, kind.type, found)
        by_type = getattr(self, f"_{type(kind).__name__}", None)
        assert by_type is not None, f"no value is known for {name}: {kind}"
        return by_type(name, kind, found)

    # By type; each first asks what the name says

    def _StrType(self, name: str, kind: inspect.StrType, found: Mapping[str, Any]) -> str:  # noqa: N802
        if kind.pattern == KEY:
            return self._key(name)
        if kind.pattern == PSEUDONYM:
            return self.rng.choice(["C1", "C2", "kunde-7"])
        if name == "currency" or kind.pattern is not None:
            return self._currency()
        if name == "event_type":
            return self.rng.choice(["None", OWN_EVENT])
        if kind.min_length is None and name != "data":
            return self.canary()  # a text that people write: a note, a comment
        return self.rng.choice(WORDS)

    def _IntType(self, name: str, kind: inspect.IntType, found: Mapping[str, Any]) -> int:  # noqa: N802
        if self.notes and self.rng.random() < 0.9:
            return self.rng.choice(self.notes)
        return self.rng.randint(1, 5)

    def _BoolType(self, name: str, kind: inspect.BoolType, found: Mapping[str, Any]) -> bool:  # noqa: N802
        return self.rng.random() < 0.5

    def _EnumType(self, name: str, kind: inspect.EnumType, found: Mapping[str, Any]) -> Any:  # noqa: N802
        return self.rng.choice(list(kind.cls))

    def _LiteralType(self, name: str, kind: inspect.LiteralType, found: Mapping[str, Any]) -> Any:  # noqa: N802
        return self.rng.choice(kind.values)

    def _DateTimeType(self, name: str, kind: inspect.DateTimeType, found: Mapping[str, Any]) -> datetime:  # noqa: N802
        back = datetime.now(UTC) - timedelta(seconds=self.rng.randint(1, 10**6))
        return back + timedelta(days=30) if name in ("promised", "requested") else back

    def _DecimalType(self, name: str, kind: inspect.DecimalType, found: Mapping[str, Any]) -> Decimal:  # noqa: N802
        if name == "percent":
            return Decimal(self.rng.choice(["5", "12.5", "0.01"]))
        if name in ("quantity", "quantities"):
            return Decimal(self.rng.choice(["1", "2", "3", "0.5"]))
        return self._money()

    def _VarTupleType(self, name: str, kind: inspect.VarTupleType, found: Mapping[str, Any]) -> list[Any]:  # noqa: N802
        return [self.value(name, kind.item_type, found) for _ in range(self.rng.randint(0, 2))]

    def _StructType(self, name: str, kind: inspect.StructType, found: Mapping[str, Any]) -> Any:  # noqa: N802
        if kind.cls is GivenReason:
            return {"code": self.rng.choice(sorted(REASONS)), "comment": self.canary()}
        return self.struct(kind.cls)

    def _DictType(self, name: str, kind: inspect.DictType, found: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        keys = self._keys(name, kind, found)
        drawn = {key: self.value(name, kind.value_type, found) for key in keys}
        if name == "shipments" and all("quantity" in item for item in found.get("line_items", {None: {}}).values()):
            self._spread(drawn, found["line_items"])
        if name == "items":
            self._bound(drawn, found)
        return self._part_of_shipment(found) if name == "quantities" and "shipment" in found else drawn

    # By name

    def _key(self, name: str) -> str:
        if self.rng.random() < 0.03:
            return "nope"
        for kind, collection in COLLECTIONS.items():
            if name in (kind, f"{kind}_id"):
                return self._existing(kind, getattr(self.order, collection, {}))
        if name in ("id", "number"):
            return f"{name}-{self.rng.randrange(10**9)}"
        there: list[str] = [key for collection in KEYED.get(name, ()) for key in getattr(self.order, collection, ())]
        return self.rng.choice([*there, *there, *FRESH])

    def _existing(self, kind: str, collection: Mapping[str, Any]) -> str:
        fit = [key for key, part in collection.items() if getattr(part, "status", None) in self.wanted]
        if kind == self.part and fit and self.rng.random() < 0.9:
            return self.rng.choice(fit)
        return self.rng.choice(list(collection) or ["1"])

    def _currency(self) -> str:
        if self.order is None:
            self.currency = self.rng.choice(["USD", "JPY", "KWD"])
        return self.currency if self.rng.random() < 0.95 else "EUR"

    def _money(self) -> Decimal:
        smallest = Decimal(1).scaleb(-minor_units(self.currency))
        sums = [] if self.order is None else [self.order.totals.balance, self.order.totals.paid]
        fit = [amount for amount in sums if amount > 0]
        return self.rng.choice([*fit, *(cents * smallest for cents in (0, 1, 99, 1000, 24900))])

    def _keys(self, name: str, kind: inspect.DictType, found: Mapping[str, Any]) -> list[str]:
        some = self.rng.randint(1, 3)
        if name == "items":
            return self._items(found)[:some]
        if name in COLLECTIONS.values() and isinstance(kind.value_type, inspect.StructType) and not self._has(kind):
            return [str(number) for number in range(1, some + 1)]
        if name in COLLECTIONS.values() and self.order is not None:
            there = list(getattr(self.order, name))
            return self.rng.sample(there, min(len(there), 1))
        return self.rng.sample(FRESH, some)

    def _has(self, kind: inspect.DictType) -> bool:
        """Whether a map of new parts is meant for parts that are there (prices), not for new ones."""
        return isinstance(kind.value_type, inspect.StructType) and kind.value_type.cls.__name__.endswith("Price")

    def _items(self, found: Mapping[str, Any]) -> list[str]:
        """Lines of the return meant, or such as have shipped."""
        if self.order is None:
            return ["1"]
        meant = self.order.returns.get(found.get("return_id", ""))
        if meant is not None:
            return sorted(meant.items)
        shipped = (s for s in self.order.shipments.values() if s.status is ShipmentStatus.SHIPPED)
        return sorted({line for shipment in shipped for line in shipment.quantities}) or ["1"]

    def _bound(self, items: dict[str, Any], found: Mapping[str, Any]) -> None:
        """Often exactly what is still to come in."""
        meant = self.order.returns.get(found.get("return_id", "")) if self.order else None
        for line, item in items.items():
            if meant is not None and line in meant.items and "quantity" in item and self.rng.random() < 0.8:
                due = meant.items[line]
                item["quantity"] = due.quantity - (due.received or 0) or due.quantity

    def _spread(self, shipments: dict[str, Any], lines: Mapping[str, Any]) -> None:
        """Each line into one of the shipments; those that would be empty go."""
        if not lines:
            shipments.clear()
        for shipment in shipments.values():
            shipment["quantities"] = {}
        for number, (line, item) in enumerate(lines.items()):
            keys = [*shipments][number % max(len(shipments), 1) :][:1]
            for key in keys:
                shipments[key]["quantities"][line] = item["quantity"]
        for key in [key for key, shipment in shipments.items() if not shipment["quantities"]]:
            del shipments[key]

    def _part_of_shipment(self, found: Mapping[str, Any]) -> dict[str, Decimal]:
        """What can be split off a shipment."""
        there = self.order.shipments.get(found["shipment"]) if self.order else None
        if there is None or not there.quantities:
            return {"1": Decimal(1)}
        line = self.rng.choice(sorted(there.quantities))
        whole = there.quantities[line]
        if len(there.quantities) > 1 and self.rng.random() < 0.5:
            return {line: whole}
        return {line: (whole / 2).quantize(Decimal("0.001"))}


def _is_none(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.NoneType)


def custom_notes(trail: OrderTrail, order_id: str) -> list[int]:
    """The seqs of an order's Custom notes."""
    return [note.seq for note in trail.order_notes(order_id, type=NoteType.CUSTOM, limit=1000)]
