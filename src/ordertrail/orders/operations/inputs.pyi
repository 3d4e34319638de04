# Drawn from the fields in `inputs.py` by `make docs`: change those, not this file.

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from ordertrail.orders.model import Address, Customer
from ordertrail.orders.operations.base import Arguments, GivenReason
from ordertrail.orders.statuses import TransactionType

class NewLineItem(Arguments, frozen=True, kw_only=True):
    """A thing ordered. `discount` and `tax` are for the whole quantity."""

    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal | None = None
    tax: Decimal | None = None
    attributes: dict[str, str] = ...

    def __init__(
        self,
        *,
        sku: str,
        name: str,
        quantity: Decimal | int | str,
        unit_price: Decimal | int | str,
        discount: Decimal | int | str | None = None,
        tax: Decimal | int | str | None = None,
        attributes: Mapping[str, str] = ...,
    ) -> None: ...

class NewShipment(Arguments, frozen=True, kw_only=True):
    """What is to leave together: how much of each line item, by line item id."""

    method: str
    quantities: dict[str, Decimal] = ...
    awaiting_inventory: bool = False
    warehouse: str | None = None
    address: Address | None = None
    shipping: Decimal | None = None
    handling: Decimal | None = None
    shipping_discount: Decimal | None = None
    shipping_tax: Decimal | None = None
    requested: datetime | None = None
    promised: datetime | None = None
    attributes: dict[str, str] = ...

    def __init__(
        self,
        *,
        method: str,
        quantities: Mapping[str, Decimal | int | str] = ...,
        awaiting_inventory: bool = False,
        warehouse: str | None = None,
        address: Address | Mapping[str, Any] | None = None,
        shipping: Decimal | int | str | None = None,
        handling: Decimal | int | str | None = None,
        shipping_discount: Decimal | int | str | None = None,
        shipping_tax: Decimal | int | str | None = None,
        requested: datetime | str | None = None,
        promised: datetime | str | None = None,
        attributes: Mapping[str, str] = ...,
    ) -> None: ...

class NewPayment(Arguments, frozen=True, kw_only=True):
    """Money that came or was reserved. `overpayment` says that more than is open really came."""

    amount: Decimal
    method: str
    transaction_type: TransactionType = ...
    pending: bool = False
    overpayment: bool = False
    reference: str | None = None
    processed_at: datetime | None = None
    currency: str | None = None
    attributes: dict[str, str] = ...

    def __init__(
        self,
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
    ) -> None: ...

class NewCoupon(Arguments, frozen=True, kw_only=True):
    """What a coupon code takes off the order."""

    discount: Decimal = ...
    name: str | None = None

    def __init__(
        self,
        *,
        discount: Decimal | int | str = ...,
        name: str | None = None,
    ) -> None: ...

class NewOrder(Arguments, frozen=True, kw_only=True):
    """An order to be placed. `placed` is when the customer did (now by default), `replaces` the id of the order that it
    is sent in place of, `hold` why it is held at once."""

    market: str
    currency: str
    customer: Customer | None = None
    prices_include_tax: bool = False
    number: str | None = None
    placed: datetime | None = None
    line_items: dict[str, NewLineItem] = ...
    shipments: dict[str, NewShipment] = ...
    payments: dict[str, NewPayment] = ...
    coupons: dict[str, NewCoupon] = ...
    billing_address: Address | None = None
    references: dict[str, str] = ...
    customer_comment: str | None = None
    attributes: dict[str, str] = ...
    replaces: str | None = None
    hold: GivenReason | str | None = None

    def __init__(
        self,
        *,
        market: str,
        currency: str,
        customer: Customer | Mapping[str, Any] | None = None,
        prices_include_tax: bool = False,
        number: str | None = None,
        placed: datetime | str | None = None,
        line_items: Mapping[str, NewLineItem | Mapping[str, Any]] = ...,
        shipments: Mapping[str, NewShipment | Mapping[str, Any]] = ...,
        payments: Mapping[str, NewPayment | Mapping[str, Any]] = ...,
        coupons: Mapping[str, NewCoupon | Mapping[str, Any]] = ...,
        billing_address: Address | Mapping[str, Any] | None = None,
        references: Mapping[str, str] = ...,
        customer_comment: str | None = None,
        attributes: Mapping[str, str] = ...,
        replaces: str | None = None,
        hold: GivenReason | Mapping[str, Any] | str | None = None,
    ) -> None: ...

class LinePrice(Arguments, frozen=True, kw_only=True):
    """The new prices of a line item; what is not given stays."""

    unit_price: Decimal | None = None
    discount: Decimal | None = None
    tax: Decimal | None = None

    def __init__(
        self,
        *,
        unit_price: Decimal | int | str | None = None,
        discount: Decimal | int | str | None = None,
        tax: Decimal | int | str | None = None,
    ) -> None: ...

class ShipmentPrice(Arguments, frozen=True, kw_only=True):
    """The new prices of a shipment; what is not given stays."""

    shipping: Decimal | None = None
    handling: Decimal | None = None
    shipping_discount: Decimal | None = None
    shipping_tax: Decimal | None = None

    def __init__(
        self,
        *,
        shipping: Decimal | int | str | None = None,
        handling: Decimal | int | str | None = None,
        shipping_discount: Decimal | int | str | None = None,
        shipping_tax: Decimal | int | str | None = None,
    ) -> None: ...

class Prices(Arguments, frozen=True, kw_only=True):
    """Prices that change with an edit, as the shop's own engines say."""

    line_items: dict[str, LinePrice] = ...
    shipments: dict[str, ShipmentPrice] = ...

    def __init__(
        self,
        *,
        line_items: Mapping[str, LinePrice | Mapping[str, Any]] = ...,
        shipments: Mapping[str, ShipmentPrice | Mapping[str, Any]] = ...,
    ) -> None: ...

class NewReturnItem(Arguments, frozen=True, kw_only=True):
    """How much of a line item comes back, and why."""

    quantity: Decimal
    reason: GivenReason | str

    def __init__(
        self,
        *,
        quantity: Decimal | int | str,
        reason: GivenReason | Mapping[str, Any] | str,
    ) -> None: ...

class ReceivedItem(Arguments, frozen=True, kw_only=True):
    """How much of a line item came in, in what condition, and whether nothing more is expected of it."""

    quantity: Decimal = ...
    condition: str | None = None
    close: bool = False

    def __init__(
        self,
        *,
        quantity: Decimal | int | str = ...,
        condition: str | None = None,
        close: bool = False,
    ) -> None: ...
