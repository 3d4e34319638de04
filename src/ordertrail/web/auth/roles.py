"""What may be done, and which role may do it.

The permissions of operations are read from the table of operations. A shop has roles of its own by giving another
mapping than `ROLES`, such as `{**ROLES, "intern": Role(whom="…", permissions=frozenset({"order.see"}))}`.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Ceilings

OF_OPERATIONS = frozenset(
    permission for row in OPERATIONS.values() for permission in (row.permission, *row.permission_with.values())
)
"""What some operation needs, by itself or with one of its arguments."""

BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "order.see": "look at orders and their history",
        "personal.see": "see whose they are: names, addresses, what people wrote",
        "customer.link": "give a customer a link to what they may read of their order",
        "note.moderate": "delete notes that somebody else wrote",
        "audit.see": "see who came in, who was refused, and who looked at what",
        "webhook.manage": "say where what happens is sent by itself",
        "user.manage": "say who may come in: users, roles, tokens",
    }
)
"""What else may be done, beside whole operations."""

PERMISSIONS = OF_OPERATIONS | BESIDE.keys()


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A set of permissions, and whom it is for. Without ceilings there is no limit to refunds and discounts."""

    whom: str
    permissions: frozenset[str]
    ceilings: Ceilings = Ceilings()


_SEEING = frozenset({"order.see", "personal.see"})
_WRITING = frozenset({"note.write", "activity.record"})

# By name, not by leaving out: a permission that is new is nobody's but the admin's until somebody decides.
_CSR = _SEEING | _WRITING | {
    "customer.link",
    "order.place", "order.edit", "order.hold", "order.release_hold", "order.cancel", "shipment.work",
    "payment.record", "payment.refund", "promotion.apply",
    "return.create", "return.receive", "return.complete",
}  # fmt: skip
_MANAGER = _CSR | {"note.moderate", "shipment.reopen", "hold.legal", "personal.erase", "audit.see"}

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "viewer": Role(
            whom="Who wants to know how orders stand, and need not know whose they are: a dashboard, a planner.",
            permissions=frozenset({"order.see"}),
        ),
        "csr": Role(
            whom="Customer service, and the shop's own programs: all that is done with orders from day to day.",
            permissions=_CSR,
        ),
        "warehouse": Role(
            whom="Who picks, packs, ships and takes returns in: sees the address, holds what cannot leave.",
            permissions=_SEEING | _WRITING | {"order.hold", "shipment.work", "return.receive"},
        ),
        "manager": Role(
            whom="Who answers for the orders: also undoes what went wrong, erases personal data, orders legal holds.",
            permissions=_MANAGER,
        ),
        "auditor": Role(
            whom="Who checks what happened, and who looked at it: sees everything, changes nothing.",
            permissions=_SEEING | {"audit.see"},
        ),
        "admin": Role(
            whom="Who runs the service: everything, and says who may come in.",
            permissions=PERMISSIONS,
        ),
    }
)
"""The roles of a shop that defines none of its own."""
