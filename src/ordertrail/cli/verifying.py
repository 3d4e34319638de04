"""`verify`: whether the record is what was recorded."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from ordertrail.cli.options import AsJson, Database, open_trail, settings
from ordertrail.cli.output import REFUSED, columns, console, one_line, print_json, progress

if TYPE_CHECKING:
    from ordertrail.audit.findings import Verification
    from ordertrail.trail import OrderTrail


def verify(
    context: typer.Context,
    number: Annotated[
        str | None, typer.Argument(metavar="[NUMBER]", help="One order; else all.", show_default=False)
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Recompute everything from the raw rows. Exit code 1 where anything is wrong."""
    # A record without its guards is to be verified all the more.
    opened = open_trail(settings(context, database), check_guards=False)
    with opened as trail, progress("orders") as report:
        found = trail.verify(None if number is None else _id_of(trail, number), progress=report)
    if as_json:
        _print_json(found)
    else:
        _print(console(), found)
    if found.findings:
        raise typer.Exit(REFUSED)


def _id_of(trail: "OrderTrail", number: str) -> str:
    """The id alone: the order itself may be damaged."""
    from ordertrail.reading import order_id_for

    with trail.store.reading() as transaction:
        return order_id_for(transaction, None, number)


def _print_json(found: "Verification") -> None:
    """Each finding, and last what was verified."""
    for finding in found.findings:
        print_json(finding)
    print_json(msgspec.structs.asdict(found) | {"findings": _count(found)})


def _count(found: "Verification") -> int:
    return len(found.findings) + found.beyond


def _print(out: Console, found: "Verification") -> None:
    for finding in found.findings:
        where = one_line(finding.number or finding.order_id or "trail")
        entry = "" if finding.seq is None else f" #{finding.seq}"
        said = Text.assemble((f"{where}{entry}", "bold"), "  ", (finding.code, "bold red"), "  ")
        out.print(said + Text(one_line(finding.sentence)), soft_wrap=True)
    if found.beyond:
        out.print(Text(f"and {found.beyond:,} findings more", style="red"))
    verdict = (f"{_count(found):,} findings", "bold red") if found.findings else ("nothing is wrong", "bold green")
    streams = f"{found.streams:,} system streams, " if found.streams else ""
    counted = f"{found.orders:,} orders, {streams}{found.entries:,} entries: "
    out.print(Text.assemble(counted, verdict), soft_wrap=True)
    out.print(Text(f"Guards: {one_line(found.guards)}"), soft_wrap=True)
    out.print(Text("Not excluded by this:", style="dim"))
    for sentence in found.not_excluded:
        out.print(Text(f"- {sentence}", style="dim"), soft_wrap=columns(out) is None)
