"""Which entries a page shows: the form above an order's notes, and above what happened in the whole shop."""

from typing import Any

import msgspec

from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_PERSONAL, AnyRequest
from ordertrail.web.auth.users import ids_named
from ordertrail.web.console.pages import View


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the form says."""

    type: str = ""
    category: str = ""
    event_type: str = ""
    actor: str = ""
    channel: str = ""
    text: str = ""
    since: str = ""
    until: str = ""
    oldest: str = ""
    after: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """What narrows them."""
        beside = {"oldest", "after"}
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value and name not in beside}

    def asked(self, trail: OrderTrail, view: View) -> dict[str, Any]:
        """What that asks the trail for, of an order's notes or of all entries. Raises InvalidInput."""
        found: dict[str, Any] = dict(self.filters)
        if self.actor:
            found["actor"] = ids_named(trail, self.actor)
        for name, days in (("since", 0), ("until", 1)):  # the day named is in it
            if name in found:
                found[name] = view.reader.beginning(found[name], days)
        return {**found, "after": self.after or None, "personal": view.may(SEES_PERSONAL)}


def wanted_of(request: AnyRequest) -> Wanted:
    """What an address asks for; what it does not know is left out."""
    return Wanted(**{name: str(request.query_params.get(name, "")).strip() for name in Wanted.__struct_fields__})
