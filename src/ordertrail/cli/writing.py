"""`note`: what people write, with the operations on notes that the table has."""

from typing import Annotated

import typer
from rich.text import Text

from ordertrail.cli.doing import AS_GIVEN, act, without_help
from ordertrail.cli.options import ActorId, AsJson, Channel, Database, Number, open_trail, settings
from ordertrail.cli.output import WrongUsage, console, one_line, print_json, safe
from ordertrail.errors import NoteNeverChanges
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Operation

note = typer.Typer(help="Write notes, and read what they said before.", no_args_is_help=True)

SUFFIX = "_note"


def _command(operation: Operation) -> None:
    """One operation on notes as a command: `add_note` is `note add`."""
    places = "NUMBER SEQ" if operation.note else "NUMBER"

    def run(
        context: typer.Context,
        words: Annotated[
            list[str] | None, typer.Argument(metavar=f"{places} [--ARGUMENT VALUE]…", show_default=False)
        ] = None,
        database: Database = None,
        actor: ActorId = None,
        channel: Channel = None,
        as_json: AsJson = False,
    ) -> None:
        given, wants_help = without_help(words or [])
        if not given:
            typer.echo(context.get_help())
            raise typer.Exit(0 if wants_help else 2)
        number, *rest = given
        already = {}
        if operation.note and not wants_help:
            already = {"note": _seq(rest.pop(0) if rest else "")}
        of = settings(context, database, actor, channel)
        act(of, number, operation, rest, wants_help=wants_help, as_json=as_json, already=already)

    help_text = f"{operation.summary} `note {operation.name.removesuffix(SUFFIX)} NUMBER --help` lists the arguments."
    note.command(operation.name.removesuffix(SUFFIX), help=help_text, context_settings=AS_GIVEN, add_help_option=False)(
        run
    )


def _seq(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise WrongUsage("say which note by its seq: the number behind # in the timeline")
    return int(text)


for _operation in OPERATIONS.values():
    if _operation.name.endswith(SUFFIX):
        _command(_operation)


@note.command()
def history(
    context: typer.Context,
    number: Number,
    seq: Annotated[int, typer.Argument(metavar="SEQ", help="The number behind # in the timeline.")],
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show all texts that a note had, the first one first."""
    from ordertrail.cli.timeline import moment, who

    with open_trail(settings(context, database)) as trail:
        revisions = trail.note_revisions(trail.order(number=number).id, seq)
    if not revisions and not as_json:
        raise NoteNeverChanges(f"entry {seq} was recorded by the system: it has one text and never changes")
    out = console()
    for revision in revisions:
        if as_json:
            print_json(revision)
            continue
        head = f"#{revision.seq} · {moment(revision.created)} · {who(revision.actor)} · {revision.visibility}"
        out.print(Text(head, style="dim"), soft_wrap=True)
        out.print(Text(one_line(revision.title), style="bold"), soft_wrap=True)
        out.print(Text(safe(revision.detail) + "\n"), soft_wrap=True)
