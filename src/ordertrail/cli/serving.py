"""`serve`: the HTTP service."""

import os
from typing import Annotated

import typer

from ordertrail.cli.options import Database, settings


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where to listen; else 127.0.0.1.", show_default=False)
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="NUMBER", help="Else 8000.", show_default=False)] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="How many processes; else one.", show_default=False)
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--settings", metavar="FILE", help="A TOML file with all settings.", show_default=False),
    ] = None,
    database: Database = None,
) -> None:
    """Serve orders over HTTP, until it is told to stop; what was accepted is finished first."""
    from ordertrail.web import serving
    from ordertrail.web import settings as told

    of = settings(context, database)
    environment = os.environ if file is None else {**os.environ, told.FILE: file}
    given = {"host": host, "port": port, "workers": workers, "database": of.database if of.named else None}
    serving.serve(told.load(given, {told.variable("database"): of.database, **environment}))
