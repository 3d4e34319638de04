"""The event types: what an order activity can be about, one object each.

The eighteen of the original system are `OrderActivityEvent`, spelt exactly so; the others are ours, spelt alike; a shop
registers its own as "vendor.Name".
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from string import Formatter
from types import MappingProxyType

import msgspec

from ordertrail.errors import InvalidInput, UnknownEventType


class OrderActivityEvent(StrEnum):
    """The eighteen event types of Optimizely Commerce Connect."""

    ORDER_GROUP_CREATED = "OrderGroupCreated"
    ORDER_GROUP_ON_HOLD = "OrderGroupOnHold"
    ORDER_GROUP_COMPLETED = "OrderGroupCompleted"
    ORDER_GROUP_IN_PROGRESS = "OrderGroupInProgress"
    ORDER_GROUP_CANCELLED = "OrderGroupCancelled"
    SHIPMENT_AWAITING_INVENTORY = "ShipmentAwaitingInventory"
    SHIPMENT_CANCELLED = "ShipmentCancelled"
    SHIPMENT_PACKING = "ShipmentPacking"
    SHIPMENT_RELEASED = "ShipmentReleased"
    SHIPMENT_SHIPPED = "ShipmentShipped"
    RETURN_CREATED = "ReturnCreated"
    ADDING_PAYMENT = "AddingPayment"
    CREATING_REFUND = "CreatingRefund"
    RETURN_RECEIPT_ITEMS = "ReturnReceiptItems"
    PROMOTION_ADD_COUPON = "PromotionAddCoupon"
    PROMOTION_MANUAL_DISCOUNT = "PromotionManualDiscount"
    PROMOTION_REMOVE_COUPON = "PromotionRemoveCoupon"
    NONE = "None"


class Category(StrEnum):
    """What an event type belongs to, for filters."""

    ORDER = "order"
    SHIPMENT = "shipment"
    PAYMENT = "payment"
    RETURN = "return"
    PROMOTION = "promotion"
    NOTE = "note"
    ACCESS = "access"
    SYSTEM = "system"
    OTHER = "other"


FREE_TEXTS = ("title", "detail", "reason.comment")
"""What people write freely: personal in the data of every activity."""


class EventType(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of activity.

    `sentence` is its title in English, filled in with the labels that the operation gives, never with personal data;
    `recorded_when` says when it is recorded; `icon` is a name of the Lucide set; `personal` names the values of its
    own extra data that are personal, as dotted paths ("*" is all of it). A title, a detail and the comment of a reason
    are so always. What is said `among_colleagues` is nothing that the customer is given on paper.
    """

    name: str
    category: Category
    about: str
    sentence: str
    recorded_when: str
    icon: str
    personal: tuple[str, ...] = ()
    among_colleagues: bool = False

    def title(self, labels: Mapping[str, object]) -> str:
        """The sentence with its labels; a label that is missing leaves its name in brackets."""
        return self.sentence.format_map(_Labels(labels))

    def labels(self, data: Mapping[str, object]) -> dict[str, object]:
        """What of an activity's own `data` may stand in its title, which stays for ever."""
        hidden = {*FREE_TEXTS, *(data if "*" in self.personal else self.personal)}
        return {name: value for name, value in data.items() if name not in hidden}


class _Labels(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return f"[{name}]"


_HOLDS = ("OrderGroupOnHold", "HoldReleased", "ShipmentOnHold", "ShipmentHoldReleased")
"""Why an order waits is the shop's own affair."""


def _types(category: Category, about: str, *rows: tuple[str, str, str, str]) -> list[EventType]:
    return [
        EventType(
            name=name,
            category=category,
            about=about,
            sentence=sentence,
            recorded_when=when,
            icon=icon,
            among_colleagues=category in (Category.NOTE, Category.SYSTEM) or name in _HOLDS,
        )
        for name, icon, sentence, when in rows
    ]


_BUILT_IN = [
    *_types(
        Category.ORDER,
        "order",
        ("OrderGroupCreated", "shopping-cart", "Order {number} placed", "a purchase order comes into being"),
        ("OrderGroupOnHold", "pause", "Order put on hold: {reason}", "the order is put on hold"),
        ("HoldReleased", "play", "Hold released: {reason}", "one of several holds is released"),
        ("OrderGroupInProgress", "play", "Order in progress", "the order is (again) in progress"),
        ("OrderGroupPartiallyShipped", "truck", "Order partially shipped", "some shipments have left, some are open"),
        ("OrderGroupCompleted", "check", "Order completed", "the order is completed"),
        ("OrderGroupCancelled", "x", "Order cancelled: {reason}", "the order is cancelled"),
        ("LineItemAdded", "plus", "{quantity} × {name} added to {target}", "a line item is added"),
        ("LineItemChanged", "pencil", "Line item {id} ({name}) changed", "quantity, price, discount or tax is changed"),
        ("LineItemRemoved", "minus", "Line item {id} ({name}) removed", "a line item is removed"),
        ("BillingAddressChanged", "map-pin", "Billing address changed", "the billing address is changed"),
        ("CustomerChanged", "user", "Customer changed", "the customer or how to reach them is changed"),
        ("AttributeChanged", "tag", "Attribute {key} {done}", "an attribute is set or removed"),
        ("ReferenceAdded", "link", "Reference {key} added: {value}", "a reference to another system is added"),
        ("ExchangeOrderCreated", "repeat", "Exchange order {number} created for return {return}",
         "an exchange order is made for a return"),
    ),
    *_types(
        Category.SHIPMENT,
        "shipment",
        ("ShipmentAwaitingInventory", "clock", "Shipment {id} awaits inventory", "a shipment waits for inventory"),
        ("ShipmentInventoryAssigned", "package-check", "Inventory assigned to shipment {id}",
         "inventory is (again) assigned to a shipment"),
        ("ShipmentReleased", "arrow-right", "Shipment {id} released", "a shipment is (again) released"),
        ("ShipmentPacking", "package", "Shipment {id} added to pick list {pick_list}",
         "a shipment is added to the pick list"),
        ("ShipmentShipped", "truck", "Shipment {id} shipped", "a shipment is shipped"),
        ("ShipmentDelivered", "home", "Shipment {id} {done}", "a delivery is confirmed, corrected or cleared"),
        ("ShipmentReopened", "undo", "Shipment {id} reopened: {reason}", "a shipment had been completed by mistake"),
        ("ShipmentCancelled", "x", "Shipment {id} cancelled: {reason}", "a shipment is cancelled"),
        ("ShipmentOnHold", "pause", "Shipment {id} put on hold: {reason}", "a shipment is put on hold"),
        ("ShipmentHoldReleased", "play", "Hold of shipment {id} released", "the hold of a shipment is released"),
        ("ShippingAddressChanged", "map-pin", "Address of shipment {id} changed", "where a shipment goes is changed"),
        ("ShippingMethodChanged", "send", "Shipment {id} goes by {method}", "how a shipment goes is changed"),
        ("ShipmentWarehouseChanged", "warehouse", "Shipment {id} leaves from {warehouse}",
         "where a shipment comes from is changed"),
        ("ShipmentSplit", "split", "Shipment {new} split off shipment {id}", "a shipment is split in two"),
        ("ShipmentTrackingChanged", "map", "Tracking of shipment {id} changed", "the tracking of a parcel is changed"),
        ("ShipmentPromiseChanged", "calendar", "Promised date of shipment {id} changed", "a promised date is changed"),
    ),
    *_types(
        Category.PAYMENT,
        "payment",
        ("AddingPayment", "credit-card", "{transaction_type} of {amount} {currency} by {method}: {status}",
         "a payment is added"),
        ("PaymentProcessed", "check", "Payment {id} of {amount} {currency} processed",
         "a pending payment went through"),
        ("PaymentFailed", "triangle-alert", "Payment {id} of {amount} {currency} failed: {reason}",
         "a payment did not go through, or came back"),
        ("PaymentVoided", "ban", "{amount} {currency} of payment {id} voided", "a pending payment or the rest of an "
         "authorization is voided"),
        ("PaymentCaptured", "banknote", "{amount} {currency} captured from payment {id}",
         "money is captured from an authorization"),
        ("CreatingRefund", "undo", "Refund of {amount} {currency} by {method}: {reason}",
         "a refund is created for the order"),
    ),
    *_types(
        Category.RETURN,
        "return",
        ("ReturnCreated", "corner-up-left", "Return {number} created", "a return is created"),
        ("ReturnChanged", "pencil", "Return {number} changed", "a return is changed"),
        ("ReturnCancelled", "x", "Return {number} cancelled: {reason}", "a return is cancelled"),
        ("ReturnReceiptItems", "inbox", "Items of return {number} received", "the returned items have been received"),
        ("ReturnCompleted", "check", "Return {number} completed", "a return is completed"),
    ),
    *_types(
        Category.PROMOTION,
        "promotion",
        ("PromotionAddCoupon", "ticket", "Coupon {code} added: {amount} {currency} off", "a coupon code is added"),
        ("PromotionRemoveCoupon", "ticket-x", "Coupon {code} removed", "a coupon code is removed"),
        ("PromotionManualDiscount", "percent", "Discount of {amount} on {target}: {reason}",
         "a manual discount is added"),
        ("PromotionManualDiscountRemoved", "percent", "Discount {id} removed: {reason}",
         "a manual discount is removed"),
    ),
    *_types(
        Category.NOTE,
        "note",
        ("NoteUpdated", "pencil", "Note {note} edited", "a custom note is edited"),
        ("NoteDeleted", "trash", "Note {note} deleted", "a custom note is deleted"),
        ("NotePinned", "pin", "Note {note} pinned", "a custom note is pinned"),
        ("NoteUnpinned", "pin-off", "Note {note} unpinned", "a custom note is no longer pinned"),
    ),
    # Nobody has declared what its data is about: all of it counts as personal.
    EventType(name="None", category=Category.OTHER, about="order", sentence="Activity recorded",
              recorded_when="none of these", icon="circle", personal=("*",)),
    *_types(
        Category.SYSTEM,
        "order",
        ("LegalHoldSet", "scale", "Legal hold set: {reason}", "personal data must not be erased"),
        ("LegalHoldReleased", "scale", "Legal hold released: {reason}", "personal data may be erased again"),
        ("PersonalDataErased", "eraser", "Personal data erased: {reason}", "personal data was erased"),
    ),
]  # fmt: skip

BUILT_IN: Mapping[str, EventType] = MappingProxyType({event.name: event for event in _BUILT_IN})
"""The event types of the original and ours, by name."""

STREAM_OPENED = "StreamOpened"
"""The event type of each system stream's first entry."""

_OF_STREAMS = [
    *_types(
        Category.ACCESS,
        "stream",
        (STREAM_OPENED, "book-open", "Process {process} began to record on {day}",
         "a process records something for the first time on a day"),
        ("SignedIn", "log-in", "Signed in {how}", "somebody signs in"),
        ("SignedOut", "log-out", "Signed out", "somebody signs out"),
        ("UserAdded", "user-plus", "User {user} added with role {role}", "somebody may sign in from now on"),
        ("UserChanged", "user-cog", "User {user} changed: {changed}",
         "a user's role, password or label is changed, or they may not sign in any more, or again"),
        ("RoleDefined", "shield", "Role {role} defined", "a role of the shop's own is defined or changed"),
        ("RoleRemoved", "shield-off", "Role {role} removed", "a role of the shop's own is removed"),
        ("TokenCreated", "key", "Token {token} made for {name}, with role {role}", "a program may come in from now on"),
        ("TokenRevoked", "key-off", "Token {token} revoked", "a token lets nobody in any more"),
        ("CustomerLinkCreated", "link", "Link of order {order} made, for {days} days",
         "a customer is given a link to what they may read"),
        ("WebhookAdded", "webhook", "Webhook {webhook} added", "what happens is sent elsewhere from now on"),
        ("WebhookChanged", "webhook", "Webhook {webhook} changed: {changed}",
         "where a webhook goes, what of, or whether it does is changed"),
        ("WebhookRemoved", "webhook-off", "Webhook {webhook} removed", "nothing is sent there any more"),
        ("WebhookReplayed", "rewind", "Webhook {webhook} sent again after position {after}",
         "somebody had a webhook's messages sent again"),
        ("WebhookSwitchedOff", "webhook-off", "Webhook {webhook} switched off: {because}",
         "messages failed for three days, or the receiver wants no more"),
        ("RequestsRefused", "ban", "{count} × {method} {route} refused: {reason}",
         "somebody who is known asked for what they may not do; counted by route, for some seconds"),
        ("PersonalDataSeen", "eye", "Personal data seen {count} × by {route}",
         "somebody looked at whose orders are; counted by route, for some seconds"),
    ),
    EventType(name="StrangersRefused", category=Category.ACCESS, about="stream", icon="shield-alert",
              sentence="{count} × refused to strangers: {reason}", personal=("block", "user"),
              recorded_when="somebody did not show who they are; counted by reason, address block and minute"),
]  # fmt: skip

OF_STREAMS: Mapping[str, EventType] = MappingProxyType({event.name: event for event in _OF_STREAMS})
"""The event types of system streams, by name: no operation on an order records one."""

_LABEL = re.compile(r"[A-Za-z_-][A-Za-z0-9_-]*")
_OWN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,62}\.[A-Za-z][A-Za-z0-9]{0,62}")


def may_be_recorded(name: str) -> bool:
    """Whether an entry may be of an event type of this name: a built-in one, or one that some shop registered once."""
    return name in BUILT_IN or _OWN_NAME.fullmatch(name) is not None


def registry(own: Iterable[EventType] = ()) -> Mapping[str, EventType]:
    """All event types by name: the built-in ones and a shop's `own`, which are named "vendor.Name"."""
    known = dict(BUILT_IN)
    for event in own:
        if not _OWN_NAME.fullmatch(event.name):
            raise InvalidInput(f"{event.name!r} is no name for an event type of your own: call it vendor.Name")
        if event.name in known:
            raise InvalidInput(f"the event type {event.name} is registered twice: give each its own name")
        _check_sentence(event)
        known[event.name] = event
    return MappingProxyType(known)


def _check_sentence(event: EventType) -> None:
    try:
        holes = [hole for hole in Formatter().parse(event.sentence) if hole[1] is not None]
    except ValueError:
        holes = [("", "", "", None)]
    if not all(_LABEL.fullmatch(name or "") and not spec and not conversion for _, name, spec, conversion in holes):
        raise InvalidInput(
            f"the sentence of {event.name} cannot be filled in: put plain names of its data in braces, such as {{box}}"
        )


def event_type(known: Mapping[str, EventType], name: str) -> EventType:
    """The event type of this name. Raises UnknownEventType."""
    try:
        return known[name]
    except KeyError:
        raise UnknownEventType(f"no event type is called {name!r}: register it when the trail is opened") from None
