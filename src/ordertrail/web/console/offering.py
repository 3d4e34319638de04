"""What may be done with an order where it is looked at: for each part of it, and why the rest may not. Pure."""

from collections.abc import Iterable

import msgspec

from ordertrail.notes.events import BUILT_IN, Category
from ordertrail.orders.model import Order, natural
from ordertrail.orders.operations.base import COLLECTIONS, Operation
from ordertrail.orders.operations.payments import still_open
from ordertrail.orders.operations.performing import why_not, why_not_on
from ordertrail.web.api.operations import ON_ORDERS
from ordertrail.web.auth.caller import Caller

_PLACES = {
    "add_line_item": "line_item",
    "add_payment": "payment",
    "create_refund": "payment",
    "create_return": "return",
    "change_billing_address": "customer",
    "change_customer": "customer",
}
"""Where an operation on the order as a whole is offered, unless it is at its head."""

_GRAVE = frozenset(
    {
        "cancel_order", "cancel_shipment", "cancel_return", "erase_personal_data", "fail_payment", "void_payment",
        "remove_line_item", "reopen_shipment",
    }
)  # fmt: skip
"""What is not undone, or only by something else: it stands apart."""

_ELSEWHERE = frozenset({"add_note", "edit_note", "delete_note", "pin_note", "unpin_note"})
"""What is offered with the notes themselves."""


_ALL_OF_IT = frozenset({"change_billing_address", "change_customer", "change_shipping_address"})
"""What gives anew, as a whole, what is personal: who cannot see it would take away what is there."""


def needed(row: Operation) -> tuple[str, ...]:
    """The permissions without which an operation has no form."""
    return (row.permission, "personal.see") if row.name in _ALL_OF_IT else (row.permission,)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An operation at its place: on the part `key` of its kind, or on the order. `at_once` says that a button does it:
    nothing is asked, and it can be undone. `why_not` is the reason why it is not legal now."""

    operation: Operation
    key: str | None = None
    at_once: bool = False
    grave: bool = False
    why_not: str | None = None

    @property
    def argument(self) -> str | None:
        """The name of the argument that says which part."""
        part = self.operation.part
        return None if part is None or self.key is None else argument_of(part)


def argument_of(part: str) -> str:
    """The argument in which a part of this kind is named."""
    return "return_id" if part == "return" else part


class Offers(msgspec.Struct, frozen=True):
    """All that may be done, by where it is offered: a part is "shipment/1", a kind of part "shipment", the head
    "order". `refused` is what may not be done with the order now."""

    at: dict[str, tuple[Offer, ...]]
    refused: tuple[Offer, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of the operations that are offered somewhere."""
        return frozenset(one.operation.name for here in self.at.values() for one in here)

    def of(self, place: str, key: str | None = None) -> tuple[Offer, ...]:
        """What is offered at a place."""
        return self.at.get(place if key is None else f"{place}/{key}", ())


def offers(order: Order, who: Caller) -> Offers:
    """What `who` may do with `order`, and why not the rest: what they may never do is left out."""
    at: dict[str, list[Offer]] = {}
    refused: list[Offer] = []
    for row in ON_ORDERS.values():
        if not all(map(who.may, needed(row))) or row.name in _ELSEWHERE:
            continue
        if row.part is None:
            why = why_not(row, order)
            offer = _offer(row, None, why)
            (refused if why else at.setdefault(_place(row), [])).append(offer)
            continue
        found = [
            _offer(row, key, why_not_on(row, order, key)) for key in natural(getattr(order, COLLECTIONS[row.part]))
        ]
        for one in found:
            if one.why_not is None:
                at.setdefault(f"{row.part}/{one.key}", []).append(one)
        if all(one.why_not for one in found):
            refused.append(_offer(row, None, why_not(row, order) or _together(found)))
    return Offers({place: tuple(sorted(here, key=lambda one: one.grave)) for place, here in at.items()}, tuple(refused))


def _together(found: Iterable[Offer]) -> str:
    return "; ".join(dict.fromkeys(one.why_not or "" for one in found))


def _offer(row: Operation, key: str | None, why: str | None) -> Offer:
    asked = [name for name in row.arguments.__struct_fields__ if row.part is None or name != argument_of(row.part)]
    return Offer(
        operation=row,
        key=key,
        at_once=not asked and row.undone_by is not None,
        grave=row.name in _GRAVE,
        why_not=why,
    )


def _place(row: Operation) -> str:
    if row.name in _PLACES:
        return _PLACES[row.name]
    known = BUILT_IN.get(row.records[0]) if row.records else None
    return "promotion" if known and known.category is Category.PROMOTION else "order"


def next_step(order: Order, offered: Offers) -> Offer | None:
    """What an order waits for most plainly: the end of a hold, a return to be worked, money to come or to go back, a
    shipment to leave."""
    wanted = (
        "release_hold", "complete_return", "receive_return_items", "process_payment",
        *(("add_payment",) if still_open(order) > 0 else ()),
        *(("create_refund",) if order.totals.balance < 0 else ()),
        "assign_inventory", "release_shipment", "add_to_pick_list", "complete_shipment", "complete_order",
    )  # fmt: skip
    there = {one.operation.name: one for here in offered.at.values() for one in here}
    return next((there[name] for name in wanted if name in there), None)
