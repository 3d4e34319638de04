"""What an order is: one document, frozen, whose collections are keyed by id.

The document is stored as canonical JSON (RFC 8785) without its defaults, so that it can grow by fields with a default
and old orders stay as they are. A default is always None, False, "" or an empty collection: msgspec leaves those out
whenever they are met, not only where they were never set.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from ordertrail.errors import RecordDamaged
from ordertrail.orders.statuses import (
    CreditKind,
    OrderStatus,
    PaymentStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
    TransactionType,
)

Personal = Meta(extra={"personal": True})
"""Marks a field as personal: its value stands in the erasable part of an entry, never in what stays for ever."""

_KEY, _PSEUDONYM, _CURRENCY = r"\A[A-Za-z0-9._-]{1,64}\Z", r"\A[^@\s]{1,128}\Z", r"\A[A-Z]{3}\Z"
PATTERNS = {
    _KEY: "1 to 64 letters, digits, points, underscores or hyphens, all ASCII",
    _PSEUDONYM: "1 to 128 characters without @ and white space",
    _CURRENCY: "three capital letters such as USD",
}
"""What the patterns of texts ask for, in words."""

Key = Annotated[str, Meta(pattern=_KEY)]
"""An id inside an order, a code, a name of an attribute."""

Pseudonym = Annotated[str, Meta(pattern=_PSEUDONYM)]
"""The id of a person: no `@` and no white space, so that no e-mail address is taken for one."""

LONGEST_TEXT = 10_000
"""No text of an order has more characters."""

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
PersonalName = Annotated[str, Meta(max_length=200), Personal]
PersonalText = Annotated[str, Meta(max_length=LONGEST_TEXT), Personal]
Currency = Annotated[str, Meta(pattern=_CURRENCY)]
Moment = Annotated[datetime, Meta(tz=True)]
"""A time with a zone; stored in UTC."""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of the document, or the document."""


class Address(Part, frozen=True, kw_only=True):
    """A postal address. All but the country is personal."""

    name: PersonalName | None = None
    company: PersonalName | None = None
    line1: PersonalName | None = None
    line2: PersonalName | None = None
    city: PersonalName | None = None
    region: PersonalName | None = None
    postal_code: PersonalName | None = None
    country: Name | None = None
    phone: PersonalName | None = None


class Customer(Part, frozen=True, kw_only=True):
    """Who ordered: each part optional, for guests and market places."""

    id: Pseudonym | None = None
    name: PersonalName | None = None
    email: PersonalName | None = None
    phone: PersonalName | None = None


class Reason(Part, frozen=True, kw_only=True):
    """Why: a code of the shop's list with the label that it had then, and a comment."""

    code: Key
    label: Name
    comment: PersonalText | None = None


class LineItem(Part, frozen=True, kw_only=True):
    """One thing ordered. `quantity` is the sum over its shipments; `discount` and `tax` are for all of it."""

    sku: Name
    name: Name
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal | None = None
    tax: Decimal | None = None
    attributes: dict[Key, PersonalText] = {}


class Tracking(Part, frozen=True, kw_only=True):
    """How a parcel is followed."""

    carrier: Name | None = None
    number: PersonalName | None = None
    url: PersonalText | None = None


class Shipment(Part, frozen=True, kw_only=True):
    """What leaves together. `held_from` is the status that it goes back to; `shipped_from` the same for a reopening."""

    status: ShipmentStatus
    method: Name
    quantities: dict[Key, Decimal] = {}
    warehouse: Name | None = None
    address: Address | None = None
    shipping: Decimal | None = None
    handling: Decimal | None = None
    shipping_discount: Decimal | None = None
    shipping_tax: Decimal | None = None
    requested: datetime | None = None
    promised: datetime | None = None
    tracking: Tracking | None = None
    pick_list: Key | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    held_from: ShipmentStatus | None = None
    hold_reason: Reason | None = None
    shipped_from: ShipmentStatus | None = None
    attributes: dict[Key, PersonalText] = {}


class Payment(Part, frozen=True, kw_only=True):
    """Money that came, was reserved, or went back (Credit). `parent` is the payment that it draws on or gives back."""

    status: PaymentStatus
    transaction_type: TransactionType
    method: Name
    amount: Decimal
    added: datetime
    reference: Name | None = None
    parent: Key | None = None
    processed_at: datetime | None = None
    kind: CreditKind | None = None
    return_id: Key | None = None
    attributes: dict[Key, PersonalText] = {}


class ReturnItem(Part, frozen=True, kw_only=True):
    """How much of a line item comes back, why, how much arrived, and in what condition."""

    quantity: Decimal
    reason: Reason
    received: Decimal | None = None
    received_at: datetime | None = None
    condition: Key | None = None
    closed: bool = False


class Return(Part, frozen=True, kw_only=True):
    """A return of shipped items, keyed by line item. `exchange_order` is the order that replaces them."""

    number: Name
    status: ReturnStatus
    kind: ReturnKind
    items: dict[Key, ReturnItem]
    comment: PersonalText | None = None
    exchange_order: str | None = None
    attributes: dict[Key, PersonalText] = {}


class Hold(Part, frozen=True, kw_only=True):
    """Why the order waits, since when, and who may release it."""

    reason: Reason
    since: datetime
    by: Pseudonym | None = None
    released_by: Pseudonym | None = None


class Coupon(Part, frozen=True, kw_only=True):
    """A coupon code and what it takes off the order."""

    discount: Decimal
    name: Name | None = None


class ManualDiscount(Part, frozen=True, kw_only=True):
    """A discount given by hand: an amount or a percentage, off the order, a shipment or a line item."""

    reason: Reason
    amount: Decimal | None = None
    percent: Decimal | None = None
    shipment: Key | None = None
    line_item: Key | None = None


class Totals(Part, frozen=True, kw_only=True):
    """Sums in the order's currency, computed after every step (`ordertrail.orders.totals`)."""

    subtotal: Decimal
    discount: Decimal
    shipping: Decimal
    handling: Decimal
    tax: Decimal
    total: Decimal
    authorized: Decimal
    paid: Decimal
    refunded: Decimal
    credited: Decimal
    balance: Decimal


class Order(Part, frozen=True, kw_only=True):
    """An order as it stands after one of its activities."""

    id: str
    number: Key
    status: OrderStatus
    market: Name
    currency: Currency
    channel: Name
    placed: datetime
    totals: Totals
    customer: Customer | None = None
    prices_include_tax: bool = False
    billing_address: Address | None = None
    references: dict[Key, Name] = {}
    customer_comment: PersonalText | None = None
    attributes: dict[Key, PersonalText] = {}
    replaces: str | None = None
    exchange_for: str | None = None
    exchange_return: Key | None = None
    line_items: dict[Key, LineItem] = {}
    shipments: dict[Key, Shipment] = {}
    payments: dict[Key, Payment] = {}
    returns: dict[Key, Return] = {}
    holds: dict[Key, Hold] = {}
    coupons: dict[Key, Coupon] = {}
    manual_discounts: dict[Key, ManualDiscount] = {}
    legal_hold: Reason | None = None
    counters: dict[Key, int] = {}
    removed_line_items: tuple[Key, ...] = ()


T = TypeVar("T", bound=msgspec.Struct)


def replaced(struct: T, **fields: Any) -> T:
    """`struct` with other `fields`."""
    return msgspec.structs.replace(struct, **fields)


def natural(keys: Iterable[str]) -> list[str]:
    """`keys` as people count them, 2 before 10: stored collections are sorted as text, so nothing may rest on that."""
    return sorted(sorted(keys), key=_natural)


def _natural(key: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(key) if part)


_DIGITS = re.compile(r"([0-9]+)")

_encode = msgspec.json.Encoder(order="sorted", decimal_format="string").encode
_decode_order = msgspec.json.Decoder(Order).decode


def canonical(value: Any) -> bytes:
    """`value` as canonical JSON (RFC 8785): our keys are ASCII, our integers below 2^53, and there are no floats."""
    return _encode(value)


def decode_order(document: bytes | str) -> Order:
    """The order that a stored document holds. Raises RecordDamaged."""
    try:
        return _decode_order(document)
    except msgspec.DecodeError as error:
        raise RecordDamaged(f"a stored order cannot be read ({error}): `ordertrail verify` names it") from None
