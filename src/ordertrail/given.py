"""What a shop gives when it opens a trail, and a caller who takes a desk: checked before anything is done with it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from ordertrail.desk import Grants, Shop, Sources
from ordertrail.errors import InvalidInput
from ordertrail.notes.events import EventType, registry
from ordertrail.notes.model import Actor
from ordertrail.notes.times import moment
from ordertrail.orders.arguments import checked_text, parse
from ordertrail.orders.model import Hold, Key
from ordertrail.orders.money import money
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Ceilings, ShopReason


class _Configured(msgspec.Struct, kw_only=True):
    """What a shop configures, as it is given."""

    reasons: dict[str, str | ShopReason]
    event_types: list[EventType]
    plain_attributes: frozenset[Key]


def shop(
    reasons: Mapping[str, str | ShopReason], event_types: Iterable[EventType], plain_attributes: Iterable[str]
) -> Shop:
    """A shop with this list of reasons, event types of its own, and attributes that are not personal."""
    given = {
        "reasons": reasons,
        "event_types": _several("event_types", event_types),
        "plain_attributes": _several("plain_attributes", plain_attributes),
    }
    configured = parse(_Configured, given)
    return Shop(
        reasons={code: _reason(code, listed) for code, listed in configured.reasons.items()},
        events=registry(configured.event_types),
        plain_attributes=configured.plain_attributes,
    )


def _reason(code: str, listed: str | ShopReason) -> ShopReason:
    """A reason of the list. Raises InvalidInput for what no order could hold as the reason of a hold, and for an
    operation that there is not."""
    reason = ShopReason(listed) if isinstance(listed, str) else listed
    held = {"reason": {"code": code, "label": reason.label}, "released_by": reason.released_by, "since": moment(0)}
    parse(Hold, held)
    unknown = sorted(set(reason.operations) - OPERATIONS.keys())
    if unknown:
        raise InvalidInput(f"reasons[{code!r}] is for {', '.join(unknown)}, which is no operation")
    return reason


def sources(given: Sources | None) -> Sources:
    """Where time, ids and salts come from: the system, where nothing is given."""
    found = Sources() if given is None else given
    if not isinstance(found, Sources) or not all(map(callable, msgspec.structs.astuple(found))):
        raise InvalidInput("sources are a Sources of functions: clock, new_id and salt")
    return found


def actor(given: str | Actor) -> Actor:
    """Who acts. Raises InvalidInput unless the ids are pseudonyms and the rest is text that can be stored."""
    who = Actor(id=given, label=given) if isinstance(given, str) else given
    if not isinstance(who, Actor):
        raise InvalidInput("an actor is an Actor, or a text that is the id of a user")
    who = parse(Actor, who)
    for name in ("id", "on_behalf_of"):
        value = getattr(who, name)
        if value is not None and (not 0 < len(value) <= 128 or "@" in value or any(map(str.isspace, value))):
            raise InvalidInput(
                f"{value!r} is no {name} of an actor: 1 to 128 characters without @ and white space; "
                "an address belongs into the label, which can be erased"
            )
    for name in ("label", "address", "user_agent"):
        if len(getattr(who, name) or "") > 1000:
            raise InvalidInput(f"the actor's {name} is longer than 1,000 characters: shorten it")
    return who


def channel(given: str) -> str:
    """Through which channel somebody comes in."""
    if not isinstance(given, str) or not given.strip() or len(given) > 200:
        raise InvalidInput('a channel is a text of 1 to 200 characters, such as "Order Management"')
    return checked_text(given, "channel")


def grants(permissions: Iterable[str] | None, ceilings: Ceilings | None) -> Grants:
    """What a caller may do; everything, where nothing is given."""
    if not isinstance(ceilings, Ceilings | None):
        raise InvalidInput('ceilings are a Ceilings, such as Ceilings(refund={"USD": Decimal(50)})')
    allowed = None if permissions is None else _several("permissions", permissions)
    found = parse(Grants, {"permissions": allowed, "ceilings": ceilings or Ceilings()})
    refund, discount = _amounts(found.ceilings.refund), _amounts(found.ceilings.discount)
    return Grants(permissions=found.permissions, ceilings=Ceilings(refund=refund, discount=discount))


def _amounts(by_currency: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {currency: money(amount, currency) for currency, amount in by_currency.items()}


def _several(name: str, given: Iterable[object]) -> list[object]:
    # A text is several texts to Python, a letter each, which nobody means.
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InvalidInput(f"{name} are several, in a list or a set, not {type(given).__name__}")
    return list(given)
