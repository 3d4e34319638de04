"""`orders`, `show`, `notes`: what the record says."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.text import Text

from ordertrail.cli.options import AsJson, Database, Number, choice, moment, open_trail, settings, when
from ordertrail.cli.output import WrongUsage, console, print_hint, print_json
from ordertrail.notes.events import BUILT_IN, Category, may_be_recorded
from ordertrail.notes.model import NoteType, Visibility
from ordertrail.orders.statuses import OrderStatus

if TYPE_CHECKING:
    from ordertrail.reading import OrderSummary, Page

AT_ONCE = 500
"""How many rows are read at a time."""

Item = TypeVar("Item")
Words = list[str] | None


class Pages(Iterator[Item]):
    """Items page by page, at most `limit` of them; `next` is then the cursor of what was left."""

    def __init__(self, page: "Callable[[str | None, int], Page[Item]]", after: str | None, limit: int | None) -> None:
        """The first page is read at once. Raises InvalidInput where there is none, as for a cursor that is none."""
        self._page, self._left = page, limit
        self.next: str | None = after
        self._items = self._read()

    def __next__(self) -> Item:
        for item in self._items:
            return item
        if self._left == 0 or self.next is None:
            raise StopIteration
        self._items = self._read()
        return next(self._items)

    def _read(self) -> Iterator[Item]:
        page = self._page(self.next, AT_ONCE if self._left is None else min(self._left, AT_ONCE))
        self.next = page.next
        if self._left is not None:
            self._left -= len(page)
        return iter(page.items)


def orders(
    context: typer.Context,
    status: Annotated[Words, choice("--status", OrderStatus, "One or several of")] = None,
    market: Annotated[Words, typer.Option(metavar="NAME", show_default=False)] = None,
    currency: Annotated[Words, typer.Option(metavar="CODE", show_default=False)] = None,
    channel: Annotated[Words, typer.Option("--placed-through", metavar="CHANNEL", show_default=False)] = None,
    customer: Annotated[
        str | None, typer.Option(metavar="TEXT", help="An id, or any part of a name.", show_default=False)
    ] = None,
    email: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Any part of an e-mail address.", show_default=False)
    ] = None,
    find: Annotated[
        str | None, typer.Option(metavar="TEXT", help="An id, or any part of a name or an address.", show_default=False)
    ] = None,
    number: Annotated[str | None, typer.Option(metavar="NUMBER", show_default=False)] = None,
    placed_since: Annotated[datetime | None, when("--placed-since", "At this time or later.")] = None,
    placed_until: Annotated[datetime | None, when("--placed-until", "Before this time.")] = None,
    active_since: Annotated[
        datetime | None, when("--active-since", "Something happened at this time or later.")
    ] = None,
    active_until: Annotated[datetime | None, when("--active-until", "Nothing happened since this time.")] = None,
    held_since: Annotated[datetime | None, when("--held-since", "On hold since this time or later.")] = None,
    held_until: Annotated[datetime | None, when("--held-until", "On hold since before this time.")] = None,
    event_type: Annotated[
        Words, typer.Option(metavar="NAME", help="Has an entry of this type, or of one of several.", show_default=False)
    ] = None,
    worked_on_by: Annotated[
        Words, typer.Option("--worked-on-by", metavar="ID", help="A person did something on it.", show_default=False)
    ] = None,
    total_from: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Totals at least this, in minor units.", show_default=False)
    ] = None,
    total_to: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Totals at most this, in minor units.", show_default=False)
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="placed, last_activity, held_since or total; with a minus the last or highest first.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Where the last page ended.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All, however many.")] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """List orders, unless sorted otherwise the last placed first."""
    from ordertrail.cli.pages import print_list, summary

    of = settings(context, database)
    wanted: dict[str, Any] = {
        "status": status, "market": market, "currency": currency, "channel": channel, "customer": customer,
        "email": email, "find": find,
        "number": number, "placed_since": placed_since, "placed_until": placed_until, "active_since": active_since,
        "active_until": active_until, "held_since": held_since, "held_until": held_until, "event_type": event_type,
        "worked_on_by": worked_on_by, "total_from": total_from, "total_to": total_to, "sort": sort,
    }  # fmt: skip
    with open_trail(of) as trail:
        found: Pages[OrderSummary] = Pages(
            lambda cursor, most: trail.orders(**wanted, after=cursor, limit=most), after, None if everything else limit
        )
        if as_json:
            for order in found:
                print_json(summary(order))
        elif listed := list(found):
            print_list(console(), listed)
        else:
            print_hint("no such order")
    if found.next is not None:
        print_hint(f"there are more: --after '{found.next}', or --all")


def at(text: str) -> datetime | int:
    """A time, or the seq of an entry. Raises BadParameter."""
    return int(text) if text.isdecimal() and len(text) < 10 else moment(text)


def show(
    context: typer.Context,
    number: Number,
    as_of: Annotated[
        Any,
        typer.Option(
            parser=at, metavar="TIME|SEQ", help="As it stood at a time, or after an entry.", show_default=False
        ),
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show an order, as it stands or as it stood."""
    from ordertrail.cli.pages import print_order, recorded

    of = settings(context, database)
    with open_trail(of) as trail:
        order = trail.order(number=number, as_of=as_of)
    if as_json:
        print_json(recorded(order))
    else:
        print_order(console(), order)


def _event_type(name: str) -> str:
    found = {event.casefold(): event for event in BUILT_IN}.get(name.casefold(), name)
    if not may_be_recorded(found):
        raise typer.BadParameter(f"no event type is called {name!r}; a shop's own is vendor.Name")
    return found


def notes(
    context: typer.Context,
    number: Number,
    type: Annotated[str | None, choice("--type", NoteType, "Only")] = None,
    event_type: Annotated[
        Words, typer.Option("--event-type", parser=_event_type, metavar="NAME", show_default=False)
    ] = None,
    category: Annotated[Words, choice("--category", Category, "One or several of")] = None,
    actor: Annotated[Words, typer.Option("--by", metavar="ID", help="Who acted.", show_default=False)] = None,
    channel: Annotated[Words, typer.Option("--through", metavar="CHANNEL", show_default=False)] = None,
    visibility: Annotated[str | None, choice("--visibility", Visibility, "Only")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="In title or detail.", show_default=False)] = None,
    since: Annotated[datetime | None, when("--since", "At this time or later.")] = None,
    until: Annotated[datetime | None, when("--until", "Before this time.")] = None,
    as_of: Annotated[
        Any,
        typer.Option(
            parser=at, metavar="TIME|SEQ", help="As they stood at a time, or after an entry.", show_default=False
        ),
    ] = None,
    newest_first: Annotated[bool, typer.Option("--newest-first", help="The last entry first.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many; else all.", show_default=False)] = None,
    after: Annotated[str | None, typer.Option(metavar="SEQ", help="Beyond this entry.", show_default=False)] = None,
    detail: Annotated[bool, typer.Option("--detail", help="With all that each entry holds.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="One line each.")] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show an order's notes: what people wrote and what was recorded, as one timeline."""
    from ordertrail.cli.pages import print_heading
    from ordertrail.cli.timeline import Depth, Timeline

    if detail and brief:
        raise WrongUsage("--detail and --brief exclude one another")
    of = settings(context, database)
    wanted: dict[str, Any] = {
        "type": type, "event_type": event_type, "category": category, "actor": actor, "channel": channel,
        "visibility": visibility, "text": text, "since": since, "until": until, "as_of": as_of,
        "newest_first": newest_first,
    }  # fmt: skip
    with open_trail(of) as trail:
        order = trail.order(number=number, as_of=as_of)
        found = Pages(
            lambda cursor, most: trail.order_notes(order.id, **wanted, after=cursor, limit=most), after, limit
        )
        if as_json:
            for note in found:
                print_json(note)
            return
        out = console()
        print_heading(out, order)
        out.print()
        timeline = Timeline(out, Depth.FULL if detail else Depth.BRIEF if brief else Depth.USUAL)
        for note in found:
            timeline.show(note)
    count = f"{timeline.count} of {order.version}" if timeline.count < order.version else f"{timeline.count}"
    out.print(Text(f"\n{count} entries", style="dim"))
    if found.next:
        print_hint(f"there are more: --after {found.next}")
