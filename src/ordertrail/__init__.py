"""ordertrail: orders that carry their own history.

Whatever happens to an order is recorded by itself, in the same transaction, as an order activity that nobody can change
or remove, beside the notes that people write.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ordertrail.errors import (
    ConnectionLost,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnreachable,
    DiscountTooLarge,
    DuplicateId,
    GuardsMissing,
    IdempotencyKeyReused,
    InvalidInput,
    InvalidMoney,
    InvalidQuantity,
    InvalidSource,
    InvalidText,
    InvalidTime,
    LegalHold,
    NewerSchema,
    NoteChanged,
    NoteNeverChanges,
    NotFound,
    NothingToChange,
    NotInitialised,
    NotPermitted,
    OperationNotAllowed,
    OrderBusy,
    OrderChanged,
    OrderTrailError,
    Overpayment,
    RecordDamaged,
    RefundTooLarge,
    Refused,
    StoreError,
    UnknownEventType,
    UnknownId,
    UnknownNote,
    UnknownOperation,
    UnknownOrder,
    UnknownToken,
    WrongCurrency,
    WrongSQLiteLibrary,
)
from ordertrail.notes.events import Category, EventType, OrderActivityEvent
from ordertrail.notes.model import Actor, ActorKind, NoteRevision, NoteType, OrderActivity, OrderNote, Visibility
from ordertrail.orders.model import (
    Address,
    Coupon,
    Customer,
    Hold,
    LineItem,
    ManualDiscount,
    Order,
    Payment,
    Reason,
    Return,
    ReturnItem,
    Shipment,
    Totals,
    Tracking,
)
from ordertrail.orders.operations.base import Ceilings, GivenReason, ShopReason
from ordertrail.orders.operations.inputs import (
    LinePrice,
    NewCoupon,
    NewLineItem,
    NewOrder,
    NewPayment,
    NewReturnItem,
    NewShipment,
    Prices,
    ReceivedItem,
    ShipmentPrice,
)
from ordertrail.orders.statuses import (
    CreditKind,
    OrderStatus,
    PaymentStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
    TransactionType,
)

if TYPE_CHECKING:
    from ordertrail.audit.findings import Finding, Verification
    from ordertrail.desk import Desk, Sources
    from ordertrail.reading import CustomerNote, OrderNotes, OrderSummary, Page, PlacedNote, RecordedOrder
    from ordertrail.store.base import GuardReport
    from ordertrail.streams import By, Happening, Streams
    from ordertrail.trail import OrderTrail

__version__ = "0.1.0"

__all__ = [
    "Actor",
    "ActorKind",
    "Address",
    "By",
    "Category",
    "Ceilings",
    "ConnectionLost",
    "Coupon",
    "CreditKind",
    "Customer",
    "CustomerNote",
    "DatabaseFull",
    "DatabaseLocked",
    "DatabaseUnreachable",
    "Desk",
    "DiscountTooLarge",
    "DuplicateId",
    "EventType",
    "Finding",
    "GivenReason",
    "GuardReport",
    "GuardsMissing",
    "Happening",
    "Hold",
    "IdempotencyKeyReused",
    "InvalidInput",
    "InvalidMoney",
    "InvalidQuantity",
    "InvalidSource",
    "InvalidText",
    "InvalidTime",
    "LegalHold",
    "LineItem",
    "LinePrice",
    "ManualDiscount",
    "NewCoupon",
    "NewLineItem",
    "NewOrder",
    "NewPayment",
    "NewReturnItem",
    "NewShipment",
    "NewerSchema",
    "NotFound",
    "NotInitialised",
    "NotPermitted",
    "NoteChanged",
    "NoteNeverChanges",
    "NoteRevision",
    "NoteType",
    "NothingToChange",
    "OperationNotAllowed",
    "Order",
    "OrderActivity",
    "OrderActivityEvent",
    "OrderBusy",
    "OrderChanged",
    "OrderNote",
    "OrderNotes",
    "OrderStatus",
    "OrderSummary",
    "OrderTrail",
    "OrderTrailError",
    "Overpayment",
    "Page",
    "Payment",
    "PaymentStatus",
    "PlacedNote",
    "Prices",
    "Reason",
    "ReceivedItem",
    "RecordDamaged",
    "RecordedOrder",
    "RefundTooLarge",
    "Refused",
    "Return",
    "ReturnItem",
    "ReturnKind",
    "ReturnStatus",
    "Shipment",
    "ShipmentPrice",
    "ShipmentStatus",
    "ShopReason",
    "Sources",
    "StoreError",
    "Streams",
    "Totals",
    "Tracking",
    "TransactionType",
    "UnknownEventType",
    "UnknownId",
    "UnknownNote",
    "UnknownOperation",
    "UnknownOrder",
    "UnknownToken",
    "Verification",
    "Visibility",
    "WrongCurrency",
    "WrongSQLiteLibrary",
]

_LATE = {
    "Desk": "ordertrail.desk",
    "Finding": "ordertrail.audit.findings",
    "GuardReport": "ordertrail.store.base",
    "OrderNotes": "ordertrail.reading",
    "CustomerNote": "ordertrail.reading",
    "OrderSummary": "ordertrail.reading",
    "OrderTrail": "ordertrail.trail",
    "Page": "ordertrail.reading",
    "PlacedNote": "ordertrail.reading",
    "RecordedOrder": "ordertrail.reading",
    "By": "ordertrail.streams",
    "Happening": "ordertrail.streams",
    "Sources": "ordertrail.desk",
    "Streams": "ordertrail.streams",
    "Verification": "ordertrail.audit.findings",
}
"""What needs a database's drivers: imported when it is first asked for, so that `ordertrail --help` is quick."""

if not TYPE_CHECKING:  # a type checker would take a module that has __getattr__ to have every name

    def __getattr__(name: str) -> Any:
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_LATE[name]), name)
        return found
