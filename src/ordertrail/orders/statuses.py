"""The statuses of an order and of its parts, in the order in which they are usually passed."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """Where an order stands."""

    IN_PROGRESS = "InProgress"
    ON_HOLD = "OnHold"
    PARTIALLY_SHIPPED = "PartiallyShipped"
    COMPLETED = "Completed"
    CANCELLED = "Cancelled"
    AWAITING_EXCHANGE = "AwaitingExchange"


class ShipmentStatus(StrEnum):
    """Where a shipment stands. Open is whatever is not Shipped and not Cancelled."""

    AWAITING_INVENTORY = "AwaitingInventory"
    INVENTORY_ASSIGNED = "InventoryAssigned"
    ON_HOLD = "OnHold"
    RELEASED = "Released"
    PACKING = "Packing"
    SHIPPED = "Shipped"
    CANCELLED = "Cancelled"

    @property
    def open(self) -> bool:
        """Neither shipped nor cancelled."""
        return self not in (ShipmentStatus.SHIPPED, ShipmentStatus.CANCELLED)


class ReturnStatus(StrEnum):
    """Where a return stands."""

    AWAITING_STOCK_RETURN = "AwaitingStockReturn"
    AWAITING_COMPLETION = "AwaitingCompletion"
    COMPLETE = "Complete"
    CANCELED = "Canceled"


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    PENDING = "Pending"
    PROCESSED = "Processed"
    FAILED = "Failed"
    VOIDED = "Voided"


class TransactionType(StrEnum):
    """What kind of transaction a payment is."""

    AUTHORIZATION = "Authorization"
    CAPTURE = "Capture"
    SALE = "Sale"
    CREDIT = "Credit"
    VOID = "Void"
    CAPTURE_ONLY = "CaptureOnly"
    OTHER = "Other"


class ReturnKind(StrEnum):
    """What the customer gets for what came back."""

    REFUND = "refund"
    EXCHANGE = "exchange"


class CreditKind(StrEnum):
    """Why money goes back: for a return, as goodwill, or to correct a payment."""

    RETURN = "return"
    GOODWILL = "goodwill"
    CORRECTION = "correction"
