"""`verify`: whether the record is what was recorded."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ordertrail.cli.options import AsJson, Database, open_trail, settings
from ordertrail.cli.output import REFUSED, console, one_line, print_json, progress

if TYPE_CHECKING:
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
    with open_trail(settings(context, database)) as trail, progress("orders") as report:
        found: Any = trail.verify(None if number is None else _id_of(trail, number), progress=report)
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


def _print_json(found: Any) -> None:
    for finding in found.findings:
        print_json({name: getattr(finding, name) for name in ("order_id", "number", "seq", "code", "sentence")})
    print_json(
        {
            "orders": found.orders,
            "entries": found.entries,
            "findings": len(found.findings),
            "guards": found.guards,
            "not_excluded": found.not_excluded,
        }
    )


def _print(out: Console, found: Any) -> None:
    for finding in found.findings:
        where = f"{finding.number or finding.order_id or 'the database'}"
        entry = f" #{finding.seq}" if finding.seq is not None else ""
        said = Text.assemble((one_line(where + entry), "bold"), "  ", (finding.code, "red"), "  ")
        out.print(said + Text(one_line(finding.sentence)), soft_wrap=True)
    verdict = (
        ("nothing is wrong", "bold green") if not found.findings else (f"{len(found.findings)} findings", "bold red")
    )
    out.print(Text.assemble(f"{found.orders:,} orders, {found.entries:,} entries: ", verdict), soft_wrap=True)
