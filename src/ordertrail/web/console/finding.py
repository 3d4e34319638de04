"""Which entries a page shows: the form above an order's notes, and above what happened in the whole shop."""

import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

import msgspec

from ordertrail.notes.events import Category
from ordertrail.notes.model import NoteType, Visibility
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_PERSONAL, AnyRequest
from ordertrail.web.console.marking import Sought
from ordertrail.web.console.pages import View
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.spelling import channel_of_entries, people


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the form says. `called` is what a filter is called, where that is not its name."""

    called: ClassVar[Mapping[str, str]] = {
        "type": "Kind",
        "category": "About",
        "actor": "Who",
        "since": "from",
        "until": "to",
    }

    type: str = ""
    category: str = ""
    event_type: str = ""
    actor: str = ""
    channel: str = ""
    visibility: str = ""
    text: str = ""
    since: str = ""
    until: str = ""
    oldest: str = ""
    as_of: str = ""
    after: str = ""
    before: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """What narrows them."""
        beside = {"oldest", "as_of", "after", "before"}
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value and name not in beside}

    def sought(self, reader: Reader) -> Sought:
        """As what the text is looked for: an amount also as the page shows it, and last as the record spells it."""
        others = reader.spellings(self.text)
        return (self.text, *others) if others else self.text

    def asked(self, trail: OrderTrail, view: View, order_id: str | None = None) -> dict[str, Any]:
        """What that asks the trail for, of an order's notes or of all entries. Raises InvalidInput."""
        found: dict[str, Any] = dict(self.filters)
        if self.text:
            found["text"] = self.sought(view.reader)
        if self.actor:
            found["actor"] = people(trail, self.actor, order_id, personal=view.may(SEES_PERSONAL)) or [self.actor]
        if self.channel:
            found["channel"] = channel_of_entries(trail, self.channel, order_id)
        for name, days in (("since", 0), ("until", 1)):  # the day named is in it
            if name in found:
                found[name] = view.reader.beginning(found[name], days)
        return {**found, "after": self.after or None, "personal": view.may(SEES_PERSONAL)}


def choices(trail: OrderTrail) -> Mapping[str, list[str]]:
    """What there is to choose from, by the filter."""
    return {
        "type": list(NoteType),
        "category": [one for one in Category if one is not Category.ACCESS],
        "visibility": list(Visibility),
        "event_type": sorted(trail.event_types),
    }


def wanted_of(request: AnyRequest) -> Wanted:
    """What an address asks for; what it does not know is left out."""
    return Wanted(**{name: str(request.query_params.get(name, "")).strip() for name in Wanted.__struct_fields__})


LONGEST = 0.5
"""Seconds that a page without results looks for the filter at fault."""


class _Search(Protocol):
    @property
    def filters(self) -> Mapping[str, Any]: ...


Search = TypeVar("Search", bound=_Search)


class Fault(NamedTuple):
    """Which filters are why nothing is found: those `without` any one of which something would be; or where there are
    several that stand in the way, those by which `alone` nothing is. `nobody` is called so."""

    without: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    nobody: str = ""


def at_fault(search: Search, finds: Callable[[Search], bool]) -> Fault:
    """The filters of a search that finds nothing which are why: as many as show in time."""
    until, nothing = time.monotonic() + LONGEST, type(search)()

    def those(wanted: bool, tried: Callable[[str], Search]) -> tuple[str, ...]:
        return tuple(name for name in search.filters if time.monotonic() < until and finds(tried(name)) is wanted)

    without = those(True, lambda name: _with(search, name, nothing))
    return Fault(without) if without else Fault(alone=those(False, lambda name: _with(nothing, name, search)))


def nobody_called(trail: OrderTrail, view: View, text: str, order_id: str | None = None) -> str:
    """A name that was looked for, if nobody is called so."""
    found = not text or people(trail, text, order_id, personal=view.may(SEES_PERSONAL))
    return "" if found else text


def _with(search: Search, name: str, of: Search) -> Search:
    """`search`, but one filter `of` another."""
    changed: Search = msgspec.structs.replace(search, **{name: getattr(of, name)})  # type: ignore[type-var]
    return changed
