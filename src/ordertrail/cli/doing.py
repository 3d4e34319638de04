"""`do`: perform an operation of the table, with its own arguments; and what may be done with an order now."""

import sys
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from ordertrail.cli import arguments
from ordertrail.cli.options import ActorId, AsJson, Channel, Database, Settings, command, open_trail, settings, when
from ordertrail.cli.output import WrongUsage, console, one_line, print_hint, print_json, refusals
from ordertrail.orders.arguments import parse, parse_json
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Operation
from ordertrail.orders.operations.inputs import NewOrder

if TYPE_CHECKING:
    from ordertrail.reading import RecordedOrder
    from ordertrail.trail import OrderTrail

AS_GIVEN = {"ignore_unknown_options": True, "allow_extra_args": True}
"""For commands whose options are an operation's arguments: every word comes as it is."""

Words = Annotated[list[str] | None, typer.Argument(metavar="NUMBER OPERATION [--ARGUMENT VALUE]…", show_default=False)]
HELP = ("--help", "-h")


def do(
    context: typer.Context,
    words: Words = None,
    database: Database = None,
    actor: ActorId = None,
    channel: Channel = None,
    as_json: AsJson = False,
) -> None:
    """Perform an operation on an order.

    `do NUMBER --help` lists what is legal now, and what is not and why; `do NUMBER OPERATION --help` its arguments.
    Maps and lists are JSON, or several times --quantities 1=2; a flag is undone by --no-….
    """
    given, wants_help = without_help(words or [])
    if not given:
        typer.echo(context.get_help())
        raise typer.Exit(0 if wants_help else 2)
    of = settings(context, database, actor, channel)
    number, *rest = given
    if not rest:
        print_legal(of, number)
        raise typer.Exit(0 if wants_help else 2)
    act(of, number, named(rest[0]), rest[1:], wants_help=wants_help, as_json=as_json)


def without_help(words: list[str]) -> tuple[list[str], bool]:
    """The words that are no question for help, and whether there was one."""
    given = [word for word in words if word not in HELP]
    return given, len(given) < len(words)


def named(name: str) -> Operation:
    """The operation of this name, however its words are joined. Raises WrongUsage."""
    found = OPERATIONS.get(name.replace("-", "_"))
    if found is None:
        raise WrongUsage(f"no operation is called {name!r}: there are {', '.join(on_orders())}")
    if not found.legal_in:
        raise WrongUsage(f"{found.name} makes a new order: ordertrail place FILE")
    return found


def on_orders() -> list[str]:
    """The operations on an order that exists."""
    return [name for name, row in OPERATIONS.items() if row.legal_in]


def act(
    of: Settings,
    number: str,
    operation: Operation,
    words: list[str],
    *,
    wants_help: bool,
    as_json: bool,
    already: dict[str, Any] | None = None,
) -> None:
    """Perform `operation` as `words` say, or explain it; `already` are arguments that were given otherwise."""
    fields = {k: v for k, v in arguments.fields_of(operation.arguments).items() if k not in (already or {})}
    beside = arguments.fields_of(desk_options())
    with open_trail(of) as trail:
        before = trail.order(number=number)
        if wants_help:
            explain(trail, before, operation, fields)
            return
        said = arguments.read(words, {**beside, **fields}) | (already or {})
        options = {name: said.pop(name) for name in beside if name in said}
        parse(desk_options(), options)
        parse(operation.arguments, said)
        desk = trail.acting(of.actor, channel=of.channel)
        with refusals():
            done = desk.perform(before.id, operation.name, said, **options)
        print_done(trail, before.version, done, as_json=as_json)


@cache
def desk_options() -> type[msgspec.Struct]:
    """What every operation takes besides its own arguments."""
    from ordertrail.desk import Desk
    from ordertrail.desk_operations import OPTIONS

    hints = get_type_hints(Desk.perform)
    return msgspec.defstruct("Options", [(name, hints[name], None) for name in OPTIONS])


def print_done(trail: "OrderTrail", version: int, order: "RecordedOrder", *, as_json: bool) -> None:
    """What has been recorded since entry `version`."""
    from ordertrail.cli.pages import recorded
    from ordertrail.cli.timeline import Timeline

    if as_json:
        print_json(recorded(order))
        return
    out = console()
    timeline = Timeline(out)
    if order.version > version:
        for note in trail.order_notes(order.id, after=str(version), limit=order.version - version):
            timeline.show(note)
    else:
        print_hint("nothing new: this was done before, under the same idempotency key")
    total = f"{order.totals.total} {order.currency}"
    out.print(Text.assemble((f"{order.number}", "bold"), f" is {order.status}, total {total}"), soft_wrap=True)


# What may be done


def print_legal(of: Settings, number: str) -> None:
    """What is legal for the order as it stands, and what is not and why."""
    with open_trail(of) as trail:
        order = trail.order(number=number)
        legal = trail.legal_operations(order.id)
    out = console()
    out.print(Text.assemble((one_line(order.number), "bold"), " is ", (order.status, "bold"), ". Legal now:\n"))
    out.print(_listed([(name, OPERATIONS[name].summary) for name, why in legal.items() if why is None], "bold"))
    out.print(Text("\nNot now:\n", style="dim"))
    out.print(_listed([(name, why) for name, why in legal.items() if why is not None], "dim"))
    print_hint(f"\n{command(of, 'do', order.number)} OPERATION --help shows the arguments of one")


def _listed(rows: list[tuple[str, str]], style: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, text in rows:
        table.add_row(
            Text("  " + name, style=style, no_wrap=True), Text(one_line(text), style="" if style == "bold" else style)
        )
    return table


def explain(trail: "OrderTrail", order: "RecordedOrder", operation: Operation, fields: arguments.Fields) -> None:
    """What an operation does, whether it is legal now, and its arguments with their types."""
    why = trail.legal_operations(order.id)[operation.name]
    out = console()
    out.print(Text.assemble((operation.name, "bold"), f"  {operation.summary}"), soft_wrap=True)
    if why is not None:
        out.print(Text(f"Not legal now: {one_line(why)}", style="red"))
    if operation.condition:
        out.print(Text(f"Condition: {operation.condition}", style="dim"))
    out.print(Text(f"\n{' '.join((operation.arguments.__doc__ or '').split())}\n"))
    out.print(_table(fields))
    if any(arguments.takes_reason(field) for field in fields.values()):
        _print_reasons(operation)
    out.print(Text("\nBesides:\n", style="dim"))
    out.print(_table(arguments.fields_of(desk_options())))


def _table(fields: arguments.Fields) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, field in sorted(fields.items(), key=lambda item: not item[1].required):
        needed = "required" if field.required else arguments.default(field)
        spelt = "" if arguments.is_flag(field) else arguments.spelt(field.type)
        if arguments.can_be_none(field):
            spelt += f", or --no-{name.replace('_', '-')}"
        spelling = Text("  " + arguments.option(name), style="bold" if field.required else "", no_wrap=True)
        table.add_row(spelling, Text(spelt), Text("" if needed == "False" else needed, style="dim"))
    return table


def _print_reasons(operation: Operation) -> None:
    from ordertrail.trail import REASONS

    codes = ", ".join(code for code, reason in REASONS.items() if reason.is_for(operation.name))
    console().print(Text(f"\nReasons: {codes}; any other text is kept as a comment.", style="dim"))


# A new order


def place(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The order as JSON; - reads it from standard input.")],
    at: Annotated[datetime | None, when("--at", "When it happened; else now.")] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="Given again with the same order, nothing happens twice.", show_default=False)
    ] = None,
    database: Database = None,
    actor: ActorId = None,
    channel: Channel = None,
    as_json: AsJson = False,
) -> None:
    """Place an order that a JSON file describes: market, currency, line_items, shipments …"""
    of = settings(context, database, actor, channel)
    new = parse_json(_text_of(file))
    if not isinstance(new, dict):
        raise WrongUsage('an order is one JSON object: {"market": …, "currency": …, "line_items": {"1": …}, …}')
    parse(NewOrder, new)
    with open_trail(of) as trail:
        desk = trail.acting(of.actor, channel=of.channel)
        with refusals():
            order = desk.place_order(new, at=at, idempotency_key=idempotency_key)
        print_done(trail, 0, order, as_json=as_json)


def _text_of(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {error.strerror}") from None
