"""`user`, `role`: who may sign in, and what they may do."""

import secrets
import sys
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ordertrail.cli.options import ActorId, AsJson, Database, RoleName, by, open_trail, settings
from ordertrail.cli.output import WrongUsage, console, one_line, print_hint, print_json

user = typer.Typer(help="Let people in over HTTP, and see who is let in.", no_args_is_help=True)
role = typer.Typer(help="Roles of the shop's own, beside those that ordertrail brings.", no_args_is_help=True)

UserName = Annotated[str, typer.Argument(metavar="NAME", help="A pseudonym: it stays in the history for ever.")]
Label = Annotated[str | None, typer.Option(metavar="TEXT", help="What people call them.", show_default=False)]
Generate = Annotated[bool, typer.Option("--generate", help="Draw a password, and print it: once.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input, a line.")]


@user.command()
def add(
    context: typer.Context,
    name: UserName,
    role: RoleName,
    label: Label = None,
    generate: Generate = False,
    password_stdin: FromStdin = False,
    database: Database = None,
    actor: ActorId = None,
) -> None:
    """Add a user. The password is asked for, unless it is read from standard input or drawn."""
    from ordertrail.web.auth.users import add_user

    of = settings(context, database, actor)
    with open_trail(of) as trail:
        password = _password(generate, password_stdin)
        add_user(trail, name, role, password=password, by=by(of), label=label)
    _say(name, password if generate else None)


@user.command("list")
def list_(context: typer.Context, database: Database = None, as_json: AsJson = False) -> None:
    """List all users, with those who may not sign in any more."""
    from ordertrail.web.auth.users import list_users

    with open_trail(settings(context, database)) as trail:
        found = list_users(trail)
    if as_json:
        for each in found:
            print_json(each)
        return
    if not found:
        print_hint("there is no user: `ordertrail user add NAME --role admin` makes the first")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in ("Name", "Label", "Role", "Signs in"):
        table.add_column(heading)
    for each in found:
        how = "no more" if each.disabled else "with a password" if each.has_password else "elsewhere"
        cells = (each.id, each.label, each.role, how)
        table.add_row(*(Text(one_line(cell)) for cell in cells), style="dim" if each.disabled else "")
    console().print(table)


@user.command()
def change(
    context: typer.Context,
    name: UserName,
    role: Annotated[str | None, typer.Option(metavar="NAME", help="Another role.", show_default=False)] = None,
    label: Label = None,
    disable: Annotated[
        bool | None,
        typer.Option("--disable/--enable", help="Let them in no more, or again.", show_default=False),
    ] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for another password.")] = False,
    generate: Generate = False,
    password_stdin: FromStdin = False,
    database: Database = None,
    actor: ActorId = None,
) -> None:
    """Change a user. With another password, or disabled, whoever is signed in as them is so no more."""
    from ordertrail.web.auth.users import Changes, change_user

    wanted = password or generate or password_stdin
    of = settings(context, database, actor)
    with open_trail(of) as trail:
        new = _password(generate, password_stdin) if wanted else None
        change_user(trail, name, Changes(role=role, label=label, password=new, disabled=disable), by=by(of))
    _say(name, new if generate else None)


@role.command()
def define(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    whom: Annotated[str, typer.Option(metavar="TEXT", help="Whom it is for.")],
    permission: Annotated[list[str], typer.Option(metavar="NAME", help="What it may do; may be given several times.")],
    database: Database = None,
    actor: ActorId = None,
) -> None:
    """Give the shop a role of its own, or change it."""
    from ordertrail.web.auth.shop_roles import define_role

    of = settings(context, database, actor)
    with open_trail(of) as trail:
        define_role(trail, name, whom, permission, by=by(of))
    console().print(Text.assemble(("defined: ", "green"), one_line(name)), soft_wrap=True)


@role.command("list")
def list_roles_(context: typer.Context, database: Database = None, as_json: AsJson = False) -> None:
    """List all roles: those that ordertrail brings, then the shop's own."""
    from ordertrail.web.auth.shop_roles import list_roles

    with open_trail(settings(context, database)) as trail:
        found = list_roles(trail)
    if as_json:
        for name, each in found.items():
            print_json({"name": name, "whom": each.whom, "permissions": sorted(each.permissions)})
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in ("Name", "For", "May"):
        table.add_column(heading)
    for name, each in found.items():
        table.add_row(*(Text(one_line(cell)) for cell in (name, each.whom, ", ".join(sorted(each.permissions)))))
    console().print(table)


@role.command()
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    database: Database = None,
    actor: ActorId = None,
) -> None:
    """Remove a role of the shop's own that nobody has."""
    from ordertrail.web.auth.shop_roles import remove_role

    of = settings(context, database, actor)
    with open_trail(of) as trail:
        remove_role(trail, name, by=by(of))
    console().print(Text.assemble(("removed: ", "green"), one_line(name)), soft_wrap=True)


def _password(generate: bool, from_stdin: bool) -> str:
    if generate and from_stdin:
        raise WrongUsage("a password is drawn or read, not both")
    if generate:
        return secrets.token_urlsafe(15)
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise WrongUsage("nobody is there to be asked for a password: give --password-stdin or --generate")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _say(name: str, drawn: str | None) -> None:
    if drawn is None:
        console().print(Text.assemble(("done: ", "green"), one_line(name)), soft_wrap=True)
        return
    typer.echo(drawn)
    print_hint(f"This is the password of {one_line(name)}. It is not shown again.")
