"""The commands together, and the options of the top level."""

from typing import Annotated

import typer

from ordertrail.cli import accesses, doing, making, reading, serving, tokens, users, verifying, writing
from ordertrail.cli.options import CHANNEL, DATABASE, Settings, login
from ordertrail.cli.output import Guarded

app = typer.Typer(
    cls=Guarded,
    name="ordertrail",
    help="Orders that carry their own history.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from ordertrail import __version__

        typer.echo(f"ordertrail {__version__}")
        raise typer.Exit


@app.callback()
def top(
    context: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", envvar="ORDERTRAIL_DATABASE", help=f"Else {DATABASE}.", show_default=False),
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option(
            metavar="ID", envvar="ORDERTRAIL_ACTOR", help="Who acts; else your login name.", show_default=False
        ),
    ] = None,
    channel: Annotated[str, typer.Option(metavar="TEXT", help="Through which channel.")] = CHANNEL,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What holds for every command."""
    source = context.get_parameter_source("database")
    context.obj = Settings(
        database=DATABASE if database is None else database,
        actor=login() if actor is None else actor,
        channel=channel,
        named=database is not None and source is not None and source.name == "COMMANDLINE",
    )


app.command()(making.init)
app.command()(making.demo)
app.add_typer(making.importing, name="import")
app.command()(reading.orders)
app.command()(reading.show)
app.command()(reading.notes)
app.command(context_settings=doing.AS_GIVEN, add_help_option=False)(doing.do)
app.command()(doing.place)
app.add_typer(writing.note, name="note")
app.command()(verifying.verify)
app.command()(accesses.accesses)
app.command()(serving.serve)
app.add_typer(tokens.token, name="token")
app.add_typer(users.user, name="user")
app.add_typer(users.role, name="role")


def main() -> None:
    """Run the command line."""
    app()
