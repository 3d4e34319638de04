"""`accesses`: who came in, who was refused, who looked at what."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from ordertrail.cli.options import AsJson, Database, choice, open_trail, settings, when
from ordertrail.cli.output import console, one_line, print_hint, print_json
from ordertrail.cli.reading import Pages, Words
from ordertrail.cli.timeline import moment, who
from ordertrail.notes.events import OF_STREAMS

if TYPE_CHECKING:
    from ordertrail.notes.model import OrderActivity


def accesses(
    context: typer.Context,
    event_type: Annotated[Words, choice("--event-type", OF_STREAMS, "One or several of")] = None,
    actor: Annotated[Words, typer.Option("--by", metavar="ID", help="Who acted.", show_default=False)] = None,
    since: Annotated[datetime | None, when("--since", "At this time or later.")] = None,
    until: Annotated[datetime | None, when("--until", "Before this time.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Where the last page ended.", show_default=False)
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """List who came in, who was refused and who looked at what, the last first."""
    with open_trail(settings(context, database)) as trail:
        found: Pages[OrderActivity] = Pages(
            lambda cursor, most: trail.accesses(
                event_type=event_type, actor=actor, since=since, until=until, after=cursor, limit=most
            ),
            after,
            limit,
        )
        nothing = True
        for one in found:
            nothing = False
            if as_json:
                print_json(one)
            else:
                _print(one)
    if nothing and not as_json:
        print_hint("nothing of that kind is recorded")
    if found.next is not None:
        print_hint(f"there are more: --after '{found.next}'")


def _print(one: "OrderActivity") -> None:
    block = one.data.get("block")
    from_where = f" from {block}" if block else ""
    line = Text.assemble(
        (moment(one.created), "dim"),
        f"  {one_line(one.title)}{one_line(from_where)}",
        (f"  {one_line(_by(one))}", "dim"),
    )
    console().print(line, soft_wrap=True)


def _by(one: "OrderActivity") -> str:
    where = f", {one.actor.address}" if one.actor.address else ""
    return f"{who(one.actor)} · {one.channel}{where}"
