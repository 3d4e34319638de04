"""What a caller puts together and gives to an operation.

Nothing is checked or converted where one is made: `parse` does that with all that an operation is given. So a
constructor takes more than its fields hold in the end, such as an int for a Decimal; `inputs.pyi` says what.
"""

from decimal import Decimal

from ordertrail.orders.model import Address, Currency, Customer, Key, Moment, Name, PersonalText, Pseudonym
from ordertrail.orders.operations.base import Arguments, GivenReason
from ordertrail.orders.statuses import TransactionType
from ordertrail.orders.totals import ZERO


class NewLineItem(Arguments, frozen=True, kw_only=True):
    """A thing ordered. `discount` and `tax` are for the whole quantity."""

    sku: Name
    name: Name
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal | None = None
    tax: Decimal | None = None
    attributes: dict[Key, PersonalText] = {}


class NewShipment(Arguments, frozen=True, kw_only=True):
    """What is to leave together: how much of each line item, by line item id."""

    method: Name
    quantities: dict[Key, Decimal] = {}
    awaiting_inventory: bool = False
    warehouse: Name | None = None
    address: Address | None = None
    shipping: Decimal | None = None
    handling: Decimal | None = None
    shipping_discount: Decimal | None = None
    shipping_tax: Decimal | None = None
    requested: Moment | None = None
    promised: Moment | None = None
    attributes: dict[Key, PersonalText] = {}


class NewPayment(Arguments, frozen=True, kw_only=True):
    """Money that came or was reserved. `overpayment` says that more than is open really came."""

    amount: Decimal
    method: Name
    transaction_type: TransactionType = TransactionType.SALE
    pending: bool = False
    overpayment: bool = False
    reference: Name | None = None
    processed_at: Moment | None = None
    currency: Currency | None = None
    attributes: dict[Key, PersonalText] = {}


class NewCoupon(Arguments, frozen=True, kw_only=True):
    """What a coupon code takes off the order."""

    discount: Decimal = ZERO
    name: Name | None = None


class NewOrder(Arguments, frozen=True, kw_only=True):
    """An order to be placed. `placed` is when the customer did (now by default), `replaces` the id of the order that it
    is sent in place of, `hold` why it is held at once."""

    market: Name
    currency: Currency
    customer: Customer | None = None
    prices_include_tax: bool = False
    number: Key | None = None
    placed: Moment | None = None
    line_items: dict[Key, NewLineItem] = {}
    shipments: dict[Key, NewShipment] = {}
    payments: dict[Key, NewPayment] = {}
    coupons: dict[Key, NewCoupon] = {}
    billing_address: Address | None = None
    references: dict[Key, Name] = {}
    customer_comment: PersonalText | None = None
    attributes: dict[Key, PersonalText] = {}
    replaces: Pseudonym | None = None
    hold: GivenReason | str | None = None


class LinePrice(Arguments, frozen=True, kw_only=True):
    """The new prices of a line item; what is not given stays."""

    unit_price: Decimal | None = None
    discount: Decimal | None = None
    tax: Decimal | None = None


class ShipmentPrice(Arguments, frozen=True, kw_only=True):
    """The new prices of a shipment; what is not given stays."""

    shipping: Decimal | None = None
    handling: Decimal | None = None
    shipping_discount: Decimal | None = None
    shipping_tax: Decimal | None = None


class Prices(Arguments, frozen=True, kw_only=True):
    """Prices that change with an edit, as the shop's own engines say."""

    line_items: dict[Key, LinePrice] = {}
    shipments: dict[Key, ShipmentPrice] = {}


class NewReturnItem(Arguments, frozen=True, kw_only=True):
    """How much of a line item comes back, and why."""

    quantity: Decimal
    reason: GivenReason | str


class ReceivedItem(Arguments, frozen=True, kw_only=True):
    """How much of a line item came in, in what condition, and whether nothing more is expected of it."""

    quantity: Decimal = ZERO
    condition: Key | None = None
    close: bool = False
