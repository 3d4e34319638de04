"""An order by phone, driven so that each event of the original system but None is recorded."""

from typing import NamedTuple

NEW = {
    "customer/id": "C-77",
    "customer/name": "Mercy Taylor",
    "customer/email": "mercy@example.com",
    "market": "US",
    "currency": "USD",
    "line_items/1/sku": "TENT-2",
    "line_items/1/name": "Tent for two",
    "line_items/1/quantity": "3",
    "line_items/1/unit_price": "100.00",
    "shipment/method": "Ground",
    "shipment/address/city": "Zürich",
}
"""What is filled in of the form of a new order."""


class Step(NamedTuple):
    """An operation, on which part, what is filled in, and an event that it records."""

    operation: str
    query: str
    fields: dict[str, str]
    event: str


STEPS = (
    Step("add_payment", "", {"method": "Card"}, "AddingPayment"),
    Step("hold_order", "", {"reason/code": "address", "reason/comment": "Flat 12 or 21?"}, "OrderGroupOnHold"),
    Step("release_hold", "", {}, "OrderGroupInProgress"),
    Step("await_inventory", "?shipment=1", {}, "ShipmentAwaitingInventory"),
    Step("assign_inventory", "?shipment=1", {}, "ShipmentInventoryAssigned"),
    Step("add_coupon", "", {"code": "SPRING", "discount": "10"}, "PromotionAddCoupon"),
    Step("remove_coupon", "?code=SPRING", {}, "PromotionRemoveCoupon"),
    Step("add_manual_discount", "", {"reason/code": "goodwill", "amount": "5"}, "PromotionManualDiscount"),
    Step("split_shipment", "?shipment=1", {"quantities/1": "1"}, "ShipmentSplit"),
    Step("cancel_shipment", "?shipment=2", {"reason/code": "out-of-stock"}, "ShipmentCancelled"),
    Step("release_shipment", "?shipment=1", {}, "ShipmentReleased"),
    Step("add_to_pick_list", "?shipment=1", {"pick_list": "PL-7"}, "ShipmentPacking"),
    Step("complete_shipment", "?shipment=1", {"tracking_number": "1Z999", "carrier": "UPS"}, "ShipmentShipped"),
    Step("create_return", "", {"items/1/quantity": "1", "items/1/reason/code": "damaged"}, "ReturnCreated"),
    Step("receive_return_items", "?return_id=1", {"items/1/quantity": "1"}, "ReturnReceiptItems"),
    Step("complete_return", "?return_id=1", {}, "CreatingRefund"),
)
"""From the payment to the refund; the order is completed on the way. Another one is cancelled."""

CANCEL = Step("cancel_order", "", {"reason/code": "changed-mind", "initiator": "customer"}, "OrderGroupCancelled")
