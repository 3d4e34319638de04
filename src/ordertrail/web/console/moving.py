"""What money moves with an operation where nothing else is given, told before it is done. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from ordertrail.orders.model import Order
from ordertrail.orders.operations.completing import refunded_by_default
from ordertrail.orders.operations.shipments import to_capture
from ordertrail.orders.totals import ZERO


class Moving(msgspec.Struct, frozen=True, kw_only=True):
    """How much moves in all, how much of it to or from which payments, and what an exchange order is paid."""

    parts: Mapping[str, Decimal]
    exchange: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All that goes to payments, or comes from them."""
        return sum(self.parts.values(), ZERO)


def moving(operation: str, order: Order, part: str | None) -> Moving | None:
    """What money moves with an operation on a part of the order; None where none can."""
    told = _MOVING.get(operation)
    return None if told is None or part is None else told(order, part)


def _refunded(order: Order, key: str) -> Moving:
    paid, parts = refunded_by_default(order, key)
    return Moving(parts=parts, exchange=paid)


def _captured(order: Order, key: str) -> Moving:
    return Moving(parts=to_capture(order, key))


_MOVING: Mapping[str, Callable[[Order, str], Moving]] = {
    "complete_return": _refunded,
    "complete_shipment": _captured,
}
