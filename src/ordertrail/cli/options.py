"""What most commands are told: which database, who acts, through which channel; and how times are given."""

import getpass
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertrail.web.auth.roles import ROLES

if TYPE_CHECKING:
    from ordertrail.streams import By
    from ordertrail.trail import OrderTrail

DATABASE = "sqlite:///ordertrail.db"
CHANNEL = "Command line"

Database = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", help=f"sqlite:///… or postgresql://…; else {DATABASE}.", show_default=False
    ),
]
ActorId = Annotated[
    str | None, typer.Option("--actor", metavar="ID", help="Who acts; else your login name.", show_default=False)
]
Channel = Annotated[
    str | None, typer.Option("--channel", metavar="TEXT", help=f'Else "{CHANNEL}".', show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
RoleName = Annotated[
    str,
    typer.Option(
        "--role",
        metavar="NAME",
        help=f"{', '.join(ROLES)}, or one of the shop's own.",
        show_default=False,
    ),
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The order's number, such as PO100001.")]


@dataclass(frozen=True)
class Settings:
    """The options of the top level; `named` says whether the database was named by `--database` itself."""

    database: str = DATABASE
    actor: str = ""
    channel: str = CHANNEL
    named: bool = False


def settings(
    context: typer.Context, database: str | None = None, actor: str | None = None, channel: str | None = None
) -> Settings:
    """The settings of a command: its own options before those of the top level."""
    above = context.find_object(Settings) or Settings(actor=login())
    return Settings(
        database=above.database if database is None else database,
        actor=above.actor if actor is None else actor,
        channel=above.channel if channel is None else channel,
        named=above.named or database is not None,
    )


def by(of: Settings) -> "By":
    """Who acts, as the system streams name them."""
    from ordertrail.notes.model import Actor
    from ordertrail.streams import By

    return By(actor=Actor(id=of.actor, label=of.actor), channel=of.channel)


def login() -> str:
    """The login name as an id of an actor: without `@` and white space."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # no such user, as in some containers
        name = ""
    return re.sub(r"[@\s]+", "-", name)[:128] or "somebody"


def open_trail(of: Settings, *, create: bool = False, check_guards: bool = True) -> "OrderTrail":
    """The trail in the database. Raises StoreError; where there is none, unless `create`.

    Without `check_guards` it is opened even where nothing guards the record.
    """
    from ordertrail.trail import OrderTrail

    return OrderTrail.open(of.database, create=create, check_guards=check_guards)


def shown(url: str) -> str:
    """The address of a database without its password."""
    from sqlalchemy import make_url

    return make_url(url).render_as_string(hide_password=True)


def command(of: Settings, *words: str) -> str:
    """A command to type next, on the same database."""
    database = ["--database", shown(of.database)] if of.named else []
    return shlex.join(["ordertrail", *words, *database])


def moment(text: str) -> datetime:
    """A time as ISO 8601 writes it; without a zone it is local, as times are shown. Raises BadParameter."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError, OSError):
        raise typer.BadParameter(f"{text!r} is no time; one is 2026-01-31T12:00 or 2026-01-31T12:00:00Z") from None


def when(name: str, text: str) -> Any:
    """An option that takes a time."""
    return typer.Option(name, parser=moment, metavar="TIME", help=text, show_default=False)


def choice(name: str, among: Iterable[str], text: str) -> Any:
    """An option that takes one or several of the given words, whatever their case."""
    words = {word.casefold(): str(word) for word in among}

    def chosen(text: str) -> str:
        if text.casefold() not in words:
            raise typer.BadParameter(f"{text!r} is none of {', '.join(words.values())}")
        return words[text.casefold()]

    return typer.Option(
        name, parser=chosen, metavar="NAME", help=f"{text}: {', '.join(words.values())}.", show_default=False
    )
