"""The statuses are spelt as the field spells them."""

from ordertrail.orders.statuses import (
    CreditKind,
    OrderStatus,
    PaymentStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
    TransactionType,
)


def spelt(statuses: type[OrderStatus | ShipmentStatus | ReturnStatus | PaymentStatus | TransactionType]) -> str:
    """All values of an enumeration."""
    return " ".join(statuses)


def test_statuses_are_spelt_as_in_the_field() -> None:
    assert spelt(OrderStatus) == "InProgress OnHold PartiallyShipped Completed Cancelled AwaitingExchange"
    assert spelt(ShipmentStatus) == "AwaitingInventory InventoryAssigned OnHold Released Packing Shipped Cancelled"
    assert spelt(ReturnStatus) == "AwaitingStockReturn AwaitingCompletion Complete Canceled"
    assert spelt(PaymentStatus) == "Pending Processed Failed Voided"
    assert spelt(TransactionType) == "Authorization Capture Sale Credit Void CaptureOnly Other"
    assert [*ReturnKind, *CreditKind] == ["refund", "exchange", "return", "goodwill", "correction"]


def test_a_shipment_is_open_until_it_is_shipped_or_cancelled() -> None:
    assert {status for status in ShipmentStatus if not status.open} == {
        ShipmentStatus.SHIPPED, ShipmentStatus.CANCELLED,
    }  # fmt: skip
