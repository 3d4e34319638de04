"""ordertrail: orders that carry their own history.

Whatever happens to an order is recorded by itself, in the same transaction, as an order activity that nobody can change
or remove, beside the notes that people write.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ordertrail.errors import *  # noqa: F403 - the errors are what callers decide by
from ordertrail.notes.events import Category, EventType, OrderActivityEvent
from ordertrail.notes.model import Actor, ActorKind, NoteRevision, NoteType, OrderActivity, OrderNote, Visibility
from ordertrail.orders.model import Address, Customer, Order
from ordertrail.orders.operations.base import Ceilings, GivenReason, ShopReason
from ordertrail.orders.operations.inputs import NewCoupon, NewLineItem, NewOrder, NewPayment, NewShipment

if TYPE_CHECKING:
    from ordertrail.desk import Desk
    from ordertrail.reading import OrderSummary, Page, RecordedOrder
    from ordertrail.trail import OrderTrail

__version__ = "0.1.0"

__all__ = [
    "Actor",
    "ActorKind",
    "Address",
    "Category",
    "Ceilings",
    "Customer",
    "Desk",
    "EventType",
    "GivenReason",
    "NewCoupon",
    "NewLineItem",
    "NewOrder",
    "NewPayment",
    "NewShipment",
    "NoteRevision",
    "NoteType",
    "Order",
    "OrderActivity",
    "OrderActivityEvent",
    "OrderNote",
    "OrderSummary",
    "OrderTrail",
    "Page",
    "RecordedOrder",
    "ShopReason",
    "Visibility",
]

_LATE = {
    "Desk": "ordertrail.desk",
    "OrderSummary": "ordertrail.reading",
    "OrderTrail": "ordertrail.trail",
    "Page": "ordertrail.reading",
    "RecordedOrder": "ordertrail.reading",
}
"""What needs a database's drivers: imported when it is first asked for, so that `ordertrail --help` is quick."""

if not TYPE_CHECKING:  # a type checker would take a module that has __getattr__ to have every name

    def __getattr__(name: str) -> Any:
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_LATE[name]), name)
        return found
