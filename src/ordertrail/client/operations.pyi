# Drawn from the table of operations by `make docs`: change the table, not this file.

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from ordertrail.answers import Recorded
from ordertrail.notes.model import Visibility
from ordertrail.orders.model import Address, Customer
from ordertrail.orders.operations.base import GivenReason
from ordertrail.orders.operations.inputs import NewLineItem, NewReturnItem, NewShipment, Prices, ReceivedItem
from ordertrail.orders.statuses import CreditKind, ReturnKind, TransactionType

OPTIONS: tuple[str, ...]

class ClientOperations:
    """Turns `shop.hold_order(order_id, reason=…)` into `shop.perform(order_id, "hold_order", {"reason": …})`."""

    def hold_order(
        self,
        order_id: str,
        *,
        reason: GivenReason | Mapping[str, Any] | str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Put the order on hold: nothing of it is released, picked, packed or completed."""

    def release_hold(
        self,
        order_id: str,
        *,
        hold: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Release a hold; with the last one the order goes on where its shipments stand."""

    def cancel_order(
        self,
        order_id: str,
        *,
        reason: GivenReason | Mapping[str, Any] | str,
        initiator: str,
        void_authorizations: bool = False,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Cancel the order and all its shipments; the balance says what is owed back."""

    def complete_order(
        self,
        order_id: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Complete an order that has nothing left to ship."""

    def change_billing_address(
        self,
        order_id: str,
        *,
        address: Address | Mapping[str, Any],
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change where the bill goes."""

    def change_customer(
        self,
        order_id: str,
        *,
        customer: Customer | Mapping[str, Any],
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change who ordered, or how to reach them."""

    def set_attribute(
        self,
        order_id: str,
        *,
        line_item: str | None = None,
        shipment: str | None = None,
        payment: str | None = None,
        return_id: str | None = None,
        key: str,
        value: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Set what only this shop knows of the order or of one of its parts."""

    def remove_attribute(
        self,
        order_id: str,
        *,
        line_item: str | None = None,
        shipment: str | None = None,
        payment: str | None = None,
        return_id: str | None = None,
        key: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Remove an attribute."""

    def add_reference(
        self,
        order_id: str,
        *,
        key: str,
        value: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Add what another system calls this order."""

    def await_inventory(
        self,
        order_id: str,
        *,
        shipment: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Let a shipment wait for inventory."""

    def assign_inventory(
        self,
        order_id: str,
        *,
        shipment: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Assign inventory to a shipment that waits for it."""

    def hold_shipment(
        self,
        order_id: str,
        *,
        shipment: str,
        reason: GivenReason | Mapping[str, Any] | str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Put one shipment on hold."""

    def release_shipment_hold(
        self,
        order_id: str,
        *,
        shipment: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Release the hold of a shipment: it goes back to where it was held from."""

    def release_shipment(
        self,
        order_id: str,
        *,
        shipment: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Release a shipment for shipping."""

    def unrelease_shipment(
        self,
        order_id: str,
        *,
        shipment: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Take a shipment back from what is released."""

    def add_to_pick_list(
        self,
        order_id: str,
        *,
        shipment: str,
        pick_list: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Add a shipment to a pick list."""

    def remove_from_pick_list(
        self,
        order_id: str,
        *,
        shipment: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Remove a shipment from its pick list."""

    def complete_shipment(
        self,
        order_id: str,
        *,
        shipment: str,
        tracking_number: str | None = None,
        carrier: str | None = None,
        tracking_url: str | None = None,
        shipped_at: datetime | str | None = None,
        capture: bool = False,
        left_anyway: GivenReason | Mapping[str, Any] | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Ship a shipment; the order is Completed with the last one."""

    def cancel_shipment(
        self,
        order_id: str,
        *,
        shipment: str,
        reason: GivenReason | Mapping[str, Any] | str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Cancel one shipment; its items and shipping count no more."""

    def set_tracking(
        self,
        order_id: str,
        *,
        shipment: str,
        tracking_number: str | None = None,
        carrier: str | None = None,
        tracking_url: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change how a parcel is followed."""

    def change_promised_date(
        self,
        order_id: str,
        *,
        shipment: str,
        promised: datetime | str | None,
        reason: GivenReason | Mapping[str, Any] | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change the promised date of a shipment."""

    def confirm_delivery(
        self,
        order_id: str,
        *,
        shipment: str,
        delivered_at: datetime | str | None = None,
        clear: bool = False,
        reason: GivenReason | Mapping[str, Any] | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Record that a shipment arrived, or correct that."""

    def reopen_shipment(
        self,
        order_id: str,
        *,
        shipment: str,
        reason: GivenReason | Mapping[str, Any] | str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Take back that a shipment left: it is where it was shipped from; its captures stay."""

    def add_line_item(
        self,
        order_id: str,
        *,
        sku: str,
        name: str,
        quantity: Decimal | int | str,
        unit_price: Decimal | int | str,
        discount: Decimal | int | str | None = None,
        tax: Decimal | int | str | None = None,
        attributes: Mapping[str, str] = ...,
        id: str | None = None,
        shipment: str | None = None,
        new_shipment: NewShipment | Mapping[str, Any] | None = None,
        prices: Prices | Mapping[str, Any] | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Add a line item, to a shipment or a new one."""

    def change_line_item(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        line_item: str,
        shipment: str | None = None,
        quantity: Decimal | int | str | None = None,
        unit_price: Decimal | int | str | None = None,
        discount: Decimal | int | str | None = None,
        tax: Decimal | int | str | None = None,
        name: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change a line item's quantity, prices or name."""

    def remove_line_item(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        line_item: str,
        shipment: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Remove a line item from a shipment, and from the order if no other holds it."""

    def change_shipping_address(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        shipment: str,
        address: Address | Mapping[str, Any],
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change where a shipment goes."""

    def change_shipping_method(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        shipment: str,
        method: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change how a shipment goes."""

    def change_warehouse(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        shipment: str,
        warehouse: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change where a shipment comes from."""

    def split_shipment(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        shipment: str,
        quantities: Mapping[str, Decimal | int | str],
        id: str | None = None,
        awaiting_inventory: bool = False,
        method: str | None = None,
        warehouse: str | None = None,
        address: Address | Mapping[str, Any] | None = None,
        promised: datetime | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Split a shipment in two: what is split off waits or is assigned, or is held if it was."""

    def add_payment(
        self,
        order_id: str,
        *,
        amount: Decimal | int | str,
        method: str,
        transaction_type: TransactionType | str = ...,
        pending: bool = False,
        overpayment: bool = False,
        reference: str | None = None,
        processed_at: datetime | str | None = None,
        currency: str | None = None,
        attributes: Mapping[str, str] = ...,
        id: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Record money that came or was reserved."""

    def process_payment(
        self,
        order_id: str,
        *,
        payment: str,
        processed_at: datetime | str | None = None,
        reference: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Record that a pending payment went through."""

    def fail_payment(
        self,
        order_id: str,
        *,
        payment: str,
        reason: GivenReason | Mapping[str, Any] | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Record that a payment did not go through, or came back."""

    def void_payment(
        self,
        order_id: str,
        *,
        payment: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Give up a pending payment, or the rest of an authorization."""

    def capture_payment(
        self,
        order_id: str,
        *,
        payment: str,
        amount: Decimal | int | str | None = None,
        currency: str | None = None,
        reference: str | None = None,
        processed_at: datetime | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Take money from an authorization."""

    def create_refund(
        self,
        order_id: str,
        *,
        amount: Decimal | int | str,
        kind: CreditKind | str,
        reason: GivenReason | Mapping[str, Any] | str,
        payment: str | None = None,
        method: str | None = None,
        return_id: str | None = None,
        pending: bool = False,
        currency: str | None = None,
        reference: str | None = None,
        processed_at: datetime | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Give money back."""

    def create_return(
        self,
        order_id: str,
        *,
        items: Mapping[str, NewReturnItem | Mapping[str, Any]],
        kind: ReturnKind | str = ...,
        id: str | None = None,
        comment: str | None = None,
        attributes: Mapping[str, str] = ...,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Announce a return of items that have shipped."""

    def change_return(
        self,
        order_id: str,
        *,
        return_id: str,
        items: Mapping[str, NewReturnItem | Mapping[str, Any]] | None = None,
        kind: ReturnKind | str | None = None,
        comment: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Change what is announced to come back."""

    def cancel_return(
        self,
        order_id: str,
        *,
        return_id: str,
        reason: GivenReason | Mapping[str, Any] | str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Cancel a return of which nothing has come in."""

    def receive_return_items(
        self,
        order_id: str,
        *,
        return_id: str,
        items: Mapping[str, ReceivedItem | Mapping[str, Any]] = ...,
        received_at: datetime | str | None = None,
        close: bool = False,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Record returned items that came in; when all are in or closed, the return awaits completion."""

    def complete_return(
        self,
        order_id: str,
        *,
        return_id: str,
        refund: Decimal | int | str | None = None,
        payments: Mapping[str, Decimal | int | str] = ...,
        method: str | None = None,
        pending: bool = False,
        reason: GivenReason | Mapping[str, Any] | str = "return",
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Complete a return: refund what came in, and start its exchange order."""

    def create_exchange_order(
        self,
        order_id: str,
        *,
        return_id: str,
        line_items: Mapping[str, NewLineItem | Mapping[str, Any]],
        shipments: Mapping[str, NewShipment | Mapping[str, Any]] = ...,
        number: str | None = None,
        billing_address: Address | Mapping[str, Any] | None = None,
        attributes: Mapping[str, str] = ...,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Make the order that replaces what comes back; it starts when the return is complete."""

    def start_exchange_order(
        self,
        order_id: str,
        *,
        reason: GivenReason | Mapping[str, Any] | str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Start an exchange order before its return is complete."""

    def add_coupon(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        code: str,
        discount: Decimal | int | str = ...,
        name: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Add a coupon code."""

    def remove_coupon(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        code: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Remove a coupon code."""

    def add_manual_discount(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        reason: GivenReason | Mapping[str, Any] | str,
        amount: Decimal | int | str | None = None,
        percent: Decimal | int | str | None = None,
        shipment: str | None = None,
        line_item: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Give a discount by hand."""

    def remove_manual_discount(
        self,
        order_id: str,
        *,
        prices: Prices | Mapping[str, Any] | None = None,
        discount: str,
        reason: GivenReason | Mapping[str, Any] | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Take a discount back that was given by hand."""

    def add_note(
        self,
        order_id: str,
        *,
        line_item: str | None = None,
        shipment: str | None = None,
        payment: str | None = None,
        return_id: str | None = None,
        title: str = "",
        detail: str = "",
        visibility: Visibility | str = ...,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Write a note."""

    def edit_note(
        self,
        order_id: str,
        *,
        note: int,
        title: str | None = None,
        detail: str | None = None,
        visibility: Visibility | str | None = None,
        revision: int | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Edit a note; its earlier texts stay."""

    def delete_note(
        self,
        order_id: str,
        *,
        note: int,
        reason: GivenReason | Mapping[str, Any] | str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Delete a note: it shows as deleted, and its texts stay readable as revisions."""

    def pin_note(
        self,
        order_id: str,
        *,
        note: int,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Pin a note, so that nobody misses it."""

    def unpin_note(
        self,
        order_id: str,
        *,
        note: int,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Unpin a note."""

    def record_activity(
        self,
        order_id: str,
        *,
        line_item: str | None = None,
        shipment: str | None = None,
        payment: str | None = None,
        return_id: str | None = None,
        event_type: str = "None",
        title: str = "",
        detail: str = "",
        data: Mapping[str, str] = ...,
        visibility: Visibility | str = ...,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Record what happened elsewhere; the order is unchanged."""

    def set_legal_hold(
        self,
        order_id: str,
        *,
        reason: GivenReason | Mapping[str, Any] | str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Keep the order's personal data from being erased, and the order from being archived."""

    def release_legal_hold(
        self,
        order_id: str,
        *,
        reason: GivenReason | Mapping[str, Any] | str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """End a legal hold."""

    def erase_personal_data(
        self,
        order_id: str,
        *,
        reason: GivenReason | Mapping[str, Any] | str,
        entries: Sequence[int] = ...,
        actors: Literal["customers", "everyone", "nobody"] = "customers",
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Erase personal data from entries, document and search columns; every proof stays valid."""
