"""`serve`: the HTTP service."""

from typing import Annotated

import typer

from ordertrail.cli.options import Database, settings
from ordertrail.cli.output import WrongUsage


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="NUMBER", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(metavar="NUMBER", min=1, max=256, help="How many processes.")] = 1,
    database: Database = None,
) -> None:
    """Serve orders over HTTP, until it is told to stop; what was accepted is finished first."""
    try:
        from ordertrail.web import serving
    except ModuleNotFoundError as error:
        raise WrongUsage(f"{error.name} is missing: pip install 'ordertrail[server]'") from None
    of = settings(context, database)
    serving.serve(serving.Settings(database=of.database, host=host, port=port, workers=workers))
