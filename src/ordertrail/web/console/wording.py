"""How the record's words read: statuses, names, who acted. Pure; messages are in English, which is translated last."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ordertrail.notes.events import BUILT_IN
from ordertrail.notes.model import Actor, ActorKind, Visibility
from ordertrail.notes.reading import ERASED_TEXT, HIDDEN_TEXT
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import STATUSES
from ordertrail.orders.statuses import CreditKind, ReturnKind, TransactionType
from ordertrail.web.auth.roles import BESIDE

KINDS: Mapping[str, tuple[str, str]] = {
    ActorKind.USER: ("user", "staff"),
    ActorKind.CUSTOMER: ("heart", "customer"),
    ActorKind.APP: ("plug", "app"),
    ActorKind.SYSTEM: ("cog", "system"),
}
"""What kind of who, as an icon and a word."""

TONES: Mapping[str, str] = {
    "InProgress": "going", "OnHold": "waiting", "PartiallyShipped": "going", "Completed": "done", "Cancelled": "ended",
    "AwaitingExchange": "waiting", "AwaitingInventory": "waiting", "InventoryAssigned": "going", "Released": "going",
    "Packing": "going", "Shipped": "done", "AwaitingStockReturn": "waiting", "AwaitingCompletion": "waiting",
    "Complete": "done", "Canceled": "ended", "Pending": "waiting", "Processed": "done", "Failed": "alarm",
    "Voided": "ended",
}  # fmt: skip
"""How a status is coloured, beside its words."""

NAMES = frozenset((*OPERATIONS, *TransactionType, *(status for life in STATUSES.values() for status in life)))
"""Names of the record that people read in words."""

PERMISSIONS: Mapping[str, str] = {
    **BESIDE,
    "activity.record": "record what happened elsewhere",
    "hold.legal": "put orders under legal hold",
    "note.write": "write notes",
    "order.cancel": "cancel orders",
    "order.edit": "change orders",
    "order.hold": "put orders on hold",
    "order.place": "place orders",
    "order.release_hold": "release orders from a hold",
    "payment.record": "record payments",
    "payment.refund": "give money back",
    "personal.erase": "erase personal data",
    "promotion.apply": "give coupons and discounts",
    "return.complete": "complete returns",
    "return.create": "create returns",
    "return.receive": "receive returns",
    "shipment.reopen": "reopen shipments that have left",
    "shipment.work": "work on shipments",
}
"""What each permission lets somebody do, for those who lack it."""

MARKS = (ERASED_TEXT, HIDDEN_TEXT)
"""What stands where something personal was erased, or is hidden from the reader."""

DONE = ("delivered", "delivery corrected", "not delivered after all", "removed", "set")
"""What titles say was done, beside what it was done to."""

CONDITIONS = ("as-new", "broken", "opened", "used")
"""In what condition goods usually come back; a shop may name others."""


CALLED: Mapping[str, str] = {
    "actors": "Whose details",
    "clear": "Not delivered after all",
    "close": "Close the return: nothing more comes",
    "detail": "Note",
    "email": "E-mail",
    "left_anyway": "Why it left although it was held",
    "line1": "Street and number",
    "line2": "Address, continued",
    "return_id": "Return",
}
"""What is called otherwise than by its name."""

PLACES: Mapping[str, str] = {"coupons.key": "coupon.code"}
"""Places in what is given for which people fill in other fields."""

_LETTERS = re.compile(r"\b(id|sku|url)\b", re.IGNORECASE)
"""Words that are spelt letter by letter."""


def words(name: str) -> str:
    """A name of the record as words: `InProgress` and `tracking_url` as "In progress" and "Tracking URL"."""
    if name in CALLED:
        return CALLED[name]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").strip()
    lowered = spaced.lower() if not spaced.isupper() else spaced
    return _LETTERS.sub(lambda one: one[0].upper(), lowered[:1].upper() + lowered[1:])


EVENTS: Mapping[str, str] = {
    "AddingPayment": "Payment added",
    "CreatingRefund": "Refund created",
    "None": "Activity recorded",
    "PromotionAddCoupon": "Coupon added",
    "PromotionManualDiscount": "Discount given by hand",
    "PromotionManualDiscountRemoved": "Discount removed",
    "PromotionRemoveCoupon": "Coupon removed",
    "ReturnReceiptItems": "Return items received",
}
"""Event types that are called otherwise than by their names."""


def event(name: str) -> str:
    """An event type in words; one of the shop's own stays as it is."""
    if name not in BUILT_IN:
        return name
    return EVENTS.get(name) or words(name.replace("OrderGroup", "Order"))


def actor_name(actor: Actor) -> str:
    """Who acted, by the label that they had then."""
    return actor.label or actor.id


def field(name: str, say: Callable[[str], str]) -> str:
    """A field's name as its label, where its form is not at hand."""
    return " / ".join(part if part.isdecimal() else say(words(part)) for part in name.split("/"))


def filled(given: Any) -> bool:
    """Whether something stands in a field, or in one of its group, or is wrong there."""
    return bool(given.value or given.wrong) or any(map(filled, given.fields))


CHOICES = frozenset((*NAMES, *Visibility, *CreditKind, *ReturnKind))


UNSEEN = frozenset(
    {"form_key", "version", "revision", "reader", "back", "listed", "number", "operation", "stage", "rows", "target"}
)
"""Fields of forms that nobody fills in: what operations take is never called so, unless a form leaves it out."""


def is_unseen(name: str) -> bool:
    """Whether nobody fills in the field of this name."""
    return name in UNSEEN or name.startswith(("was/", "seen/"))


def is_chosen(field: str, value: str) -> bool:
    """Whether a field's value was chosen from several, not typed; where its form is not at hand."""
    return value in CHOICES or value == "yes" or field.endswith("/code")


_NAMED_BY_THE_SHOP = frozenset({"code", "key"})
"""The fields of an operation in which a coupon or an attribute is chosen, by the very text that somebody typed."""


def choice(field: str, label: str, value: str, say: Callable[[str], str]) -> str:
    """How a choice of a field reads: a name of the record in words, and what the shop named as it stands."""
    if field in _NAMED_BY_THE_SHOP:
        return label
    return say(words(label) if label == value else label)
