"""`token`: who may come in over HTTP, and with what they show it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ordertrail.cli.options import ActorId, AsJson, Database, RoleName, by, open_trail, settings
from ordertrail.cli.output import console, here, one_line, print_hint, print_json

if TYPE_CHECKING:
    from ordertrail.answers import Token

token = typer.Typer(help="Let programs in over HTTP, and see who is let in.", no_args_is_help=True)

FURTHEST = 36_500
"""Days: a hundred years."""


@token.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the history calls who comes in with it.")],
    role: RoleName,
    expires: Annotated[
        int | None,
        typer.Option(metavar="DAYS", min=1, max=FURTHEST, help="Let nobody in after so many.", show_default=False),
    ] = None,
    database: Database = None,
    actor: ActorId = None,
) -> None:
    """Make a token, and print it: once, since it is kept nowhere."""
    from ordertrail.web.auth.tokens import create_token

    of = settings(context, database, actor)
    with open_trail(of) as trail:
        until = None if expires is None else trail.clock() + timedelta(days=expires)
        made, text = create_token(trail, name, role, by=by(of), expires=until)
    typer.echo(text)
    print_hint(f"This is token {made.id}. It is not shown again: put it where only its program reads it.")


@token.command("list")
def list_(context: typer.Context, database: Database = None, as_json: AsJson = False) -> None:
    """List all tokens, the oldest first, with those that have ended."""
    from ordertrail.web.auth.tokens import list_tokens

    with open_trail(settings(context, database)) as trail:
        found, now = list_tokens(trail), trail.clock()
    if as_json:
        for each in found:
            print_json(each)
    elif found:
        console().print(_table(found, now))
    else:
        print_hint("there is no token")


@token.command()
def revoke(
    context: typer.Context,
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As `token list` shows it.")],
    database: Database = None,
    actor: ActorId = None,
) -> None:
    """Revoke a token: it lets nobody in from now on."""
    from ordertrail.web.auth.tokens import revoke_token

    of = settings(context, database, actor)
    with open_trail(of) as trail:
        revoked = revoke_token(trail, token_id, by=by(of))
    console().print(Text.assemble(("revoked: ", "green"), one_line(revoked.name)), soft_wrap=True)


def _table(tokens: "Iterable[Token]", now: datetime) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("Id", no_wrap=True)  # to be copied whole
    for heading in ("Name", "Role", "Made", "By", "Until"):
        table.add_column(heading)
    for each in tokens:
        cells = (each.id, each.name, each.role, _day(each.created), each.created_by, _until(each, now))
        table.add_row(*(Text(one_line(cell)) for cell in cells), style="dim" if each.ended(now) else "")
    return table


def _until(each: "Token", now: datetime) -> str:
    """Till when it lets somebody in, and whether that is over."""
    if each.revoked is not None:
        return f"revoked {_day(each.revoked)}"
    if each.expires is None:
        return "it is revoked"
    return f"{'expired ' if each.ended(now) else ''}{_day(each.expires)}"


def _day(at: datetime) -> str:
    return f"{here(at):%Y-%m-%d %H:%M}"
