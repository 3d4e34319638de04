"""`init`, `demo`, `import`: where a trail comes from."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ordertrail.cli.options import Database, Settings, command, open_trail, settings, shown
from ordertrail.cli.output import console, one_line, progress
from ordertrail.orders.statuses import OrderStatus

importing = typer.Typer(help="Import orders from elsewhere, with their history.", no_args_is_help=True)


def init(
    context: typer.Context,
    roles: Annotated[
        bool, typer.Option("--roles", help="On PostgreSQL: also make the roles that keep the record from the service.")
    ] = False,
    database: Database = None,
) -> None:
    """Make a trail in the database, or bring an older one up to date, and put its guards in place."""
    from ordertrail.store.opening import initialise

    of = settings(context, database)
    report = initialise(of.database, roles=roles)
    out = console()
    out.print(Text.assemble(("ready: ", "green"), one_line(shown(of.database))), soft_wrap=True)
    out.print(Text(one_line(report.explanation)), soft_wrap=True)


def demo(
    context: typer.Context,
    orders: Annotated[int, typer.Option(min=1, help="How many orders.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same history.")] = 7,
    users: Annotated[
        bool, typer.Option("--users", help="Also add a user of each role, all with a password that everybody knows.")
    ] = False,
    database: Database = None,
) -> None:
    """Play some weeks of a shop, in an empty database; then show one order's timeline."""
    from ordertrail import demo as shop

    of = settings(context, database)
    with progress("orders") as report:
        done = shop.run(of.database, orders=orders, seed=seed, progress=report)
    out = console()
    print_timeline(of, done.showcase)
    said = f"{done.orders:,} orders with {done.entries:,} entries of {len(done.events)} event types"
    out.print(Text.assemble("\nOne of ", (said, "bold"), "."), soft_wrap=True)
    print_next(of, done.showcase)
    if users:
        print_users(of)


PASSWORD = "walk the trail"
"""Of every user of a demo: it is printed, and opens nothing else."""


def print_users(of: Settings) -> None:
    """Add a user of each role, and say how to sign in."""
    from ordertrail.web.auth.roles import ROLES
    from ordertrail.web.auth.users import add_user

    out = console()
    out.print(Text("\nSign in to the order management view as:\n"))
    with open_trail(of) as trail:
        for name, role in ROLES.items():
            add_user(trail, name, name, password=PASSWORD, by="demo", label=name.title())
            out.print(Text.assemble("  ", (name.ljust(10), "bold"), (role.whom, "dim")), soft_wrap=True)
    out.print(Text.assemble("\nEach with the password ", (PASSWORD, "bold"), "."), soft_wrap=True)


def print_timeline(of: Settings, number: str) -> None:
    """An order's timeline."""
    from ordertrail.cli.pages import print_heading
    from ordertrail.cli.timeline import Timeline

    out = console()
    with open_trail(of) as trail:
        order = trail.order(number=number)
        print_heading(out, order)
        out.print()
        timeline = Timeline(out)
        for note in order.order_notes:
            timeline.show(note)


def print_next(of: Settings, number: str) -> None:
    """What to try next."""
    out = console()
    out.print(Text("\nTry next:\n"))
    nexts = [(command(of, *words), what) for words, what in _nexts(number)]
    longest = max(len(words) for words, _ in nexts)
    for words, what in nexts:
        # As a shell's comment, so that the whole line can be copied.
        out.print(Text.assemble("  ", (words.ljust(longest), "bold"), (f"  # {what}", "dim")), soft_wrap=True)


def _nexts(number: str) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("notes", number, "--detail"), "all that each of its entries holds"
    yield ("show", number), "the order as it stands"
    yield ("show", number, "--as-of", "3"), "as it stood after its third entry"
    yield ("orders", "--status", OrderStatus.ON_HOLD), "what waits"
    yield ("do", number, "--help"), "what may be done with it now"
    yield ("note", "add", number, "--title", "Looked at it"), "a note by hand"
    yield ("verify",), "recompute everything from the raw rows"


@importing.command()
def olist(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Where the CSV files lie.")
    ],
    database: Database = None,
) -> None:
    """Import the orders of the Olist data set; run again, it goes on where it stopped and adds nothing twice."""
    from ordertrail.desk import system_clock
    from ordertrail.importers.olist import add, read

    of = settings(context, database)
    source = read(directory, system_clock())  # first: for files that are none no database is made
    with open_trail(of, create=True) as trail, progress("orders") as report:
        done = add(trail, source, progress=report)
    out = console()
    said = f"{done.orders:,} orders: {done.added:,} added with {done.entries:,} entries, {done.skipped:,} were there"
    out.print(Text(said, style="bold"), soft_wrap=True)
    out.print(counts(done.counts))


def counts(of: Mapping[str, int]) -> Table:
    """A table of how many of what."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    for kind, count in of.items():
        table.add_row(Text(f"  {count:,}"), Text(one_line(str(kind))))
    return table
