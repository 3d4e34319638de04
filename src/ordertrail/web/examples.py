"""An example of each body that the API takes, by operationId: what its description shows."""

from typing import Any

_ADDRESS = {
    "name": "Mercy Taylor", "line1": "12 Mill Lane", "city": "Portland", "region": "ME", "postal_code": "04101",
    "country": "US",
}  # fmt: skip
_TENT = {"sku": "TENT-2", "name": "Tent for two", "quantity": "1", "unit_price": "249.00"}
_ORDERS = ["0193b7a2-5f6e-7c31-9d3b-2f6f3a0c1e55", "0193b7a2-6a10-7f0e-8a41-0d5c8f1b7a22"]

OF_OPERATIONS: dict[str, dict[str, Any]] = {
    "place_order": {
        "market": "US",
        "currency": "USD",
        "customer": {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"},
        "line_items": {"1": _TENT},
        "shipments": {"1": {"method": "Ground", "quantities": {"1": "1"}, "address": _ADDRESS}},
        "payments": {"1": {"amount": "249.00", "method": "Card", "transaction_type": "Sale"}},
    },
    "hold_order": {"reason": "address"},
    "release_hold": {"hold": "1"},
    "cancel_order": {"reason": "changed-mind", "initiator": "customer"},
    "complete_order": {},
    "change_billing_address": {"address": _ADDRESS},
    "change_customer": {"customer": {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"}},
    "set_attribute": {"key": "engraving", "value": "For Mercy"},
    "remove_attribute": {"key": "engraving"},
    "add_reference": {"key": "erp", "value": "SO-4711"},
    "await_inventory": {"shipment": "1"},
    "assign_inventory": {"shipment": "1"},
    "hold_shipment": {"shipment": "1", "reason": {"code": "address", "comment": "No such house number"}},
    "release_shipment_hold": {"shipment": "1"},
    "release_shipment": {"shipment": "1"},
    "unrelease_shipment": {"shipment": "1"},
    "add_to_pick_list": {"shipment": "1", "pick_list": "PL-7"},
    "remove_from_pick_list": {"shipment": "1"},
    "complete_shipment": {"shipment": "1", "tracking_number": "1Z999", "carrier": "UPS"},
    "cancel_shipment": {"shipment": "1", "reason": "out-of-stock"},
    "set_tracking": {"shipment": "1", "tracking_number": "1Z999", "carrier": "UPS"},
    "change_promised_date": {"shipment": "1", "promised": "2030-01-15T12:00:00Z", "reason": "backorder"},
    "confirm_delivery": {"shipment": "1"},
    "reopen_shipment": {"shipment": "1", "reason": "mistake"},
    "add_line_item": {"sku": "LAMP-1", "name": "Lamp", "quantity": "2", "unit_price": "19.90", "shipment": "1"},
    "change_line_item": {"line_item": "1", "quantity": "2"},
    "remove_line_item": {"line_item": "1"},
    "change_shipping_address": {"shipment": "1", "address": _ADDRESS},
    "change_shipping_method": {
        "shipment": "1", "method": "Express", "prices": {"shipments": {"1": {"shipping": "12.00"}}},
    },
    "change_warehouse": {"shipment": "1", "warehouse": "East"},
    "split_shipment": {"shipment": "1", "quantities": {"1": "1"}, "awaiting_inventory": True},
    "add_payment": {"amount": "249.00", "method": "Card", "transaction_type": "Sale"},
    "process_payment": {"payment": "1", "reference": "ch_3P1"},
    "fail_payment": {"payment": "1", "reason": "credit"},
    "void_payment": {"payment": "1"},
    "capture_payment": {"payment": "1", "amount": "249.00"},
    "create_refund": {"amount": "20.00", "kind": "goodwill", "reason": "late", "payment": "1"},
    "create_return": {"items": {"1": {"quantity": "1", "reason": "damaged"}}, "kind": "refund"},
    "change_return": {"return_id": "1", "kind": "exchange"},
    "cancel_return": {"return_id": "1", "reason": "changed-mind"},
    "receive_return_items": {"return_id": "1", "items": {"1": {"quantity": "1", "condition": "as-new"}}},
    "complete_return": {"return_id": "1", "refund": "249.00", "payments": {"1": "249.00"}},
    "create_exchange_order": {"return_id": "1", "line_items": {"1": _TENT}},
    "start_exchange_order": {"reason": "goodwill"},
    "add_coupon": {"code": "SPRING", "discount": "10.00"},
    "remove_coupon": {"code": "SPRING"},
    "add_manual_discount": {"reason": "late", "amount": "15.00"},
    "remove_manual_discount": {"discount": "1"},
    "add_note": {"title": "Called the customer", "detail": "Flat 12, not 21.", "visibility": "internal"},
    "edit_note": {"note": 5, "detail": "Flat 12, second floor."},
    "delete_note": {"note": 5, "reason": "mistake"},
    "pin_note": {"note": 5},
    "unpin_note": {"note": 5},
    "record_activity": {"title": "Gift wrapped", "shipment": "1"},
    "set_legal_hold": {"reason": "fraud"},
    "release_legal_hold": {"reason": "mistake"},
    "erase_personal_data": {"reason": "erasure-request"},
}  # fmt: skip
"""The arguments of each operation."""

OF_OTHERS: dict[str, dict[str, Any]] = {
    "write_note": OF_OPERATIONS["add_note"],
    "change_note": {"detail": "Flat 12, second floor."},
    "search_orders": {"status": ["OnHold"], "customer": "taylor", "sort": "held_since", "limit": 20},
    "sign_in": {"name": "anna", "password": "correct horse battery staple"},
    "give_link": {"days": 14},
    "create_user": {"id": "anna", "role": "csr", "password": "correct horse battery staple", "label": "Anna"},
    "change_user": {"role": "manager"},
    "define_role": {
        "whom": "Who works the night shift",
        "permissions": ["order.see", "order.hold", "note.write"],
        "refund_ceilings": {"USD": "50.00"},
    },
    "create_token": {"name": "ERP", "role": "csr", "expires": "2030-12-31T00:00:00Z"},
    "add_webhook": {"url": "https://erp.example.com/hooks/orders", "event_types": ["ShipmentShipped", "ReturnCreated"]},
    "change_webhook": {"enabled": True},
    "replay_webhook": {"after": 4711},
}


def of_body(operation_id: str) -> dict[str, Any]:
    """The example of a body."""
    on_many = operation_id.removesuffix("_many")
    if on_many != operation_id:
        return {"orders": _ORDERS, "arguments": OF_OPERATIONS[on_many]}
    return OF_OTHERS[operation_id] if operation_id in OF_OTHERS else OF_OPERATIONS[operation_id]
