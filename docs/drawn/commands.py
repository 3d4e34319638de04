"""docs/reference/commands.md: the command line, from its own help."""

import inspect
from collections.abc import Iterator
from typing import Any

import typer

from docs.drawn.markdown import block, code, heading, page, table
from ordertrail.cli import app

INTRO = """The database comes from `--database`, before the command or after it, or from the variable
`ORDERTRAIL_DATABASE`. Exit codes: 0 done, 1 refused by the order or the record, or found wrong,
2 wrong usage: what was typed cannot be read as what it stands for."""


def render() -> str:
    """The page."""
    return page("Commands", INTRO, *(_command(name, command) for name, command in commands()))


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its whole name, a group before what it holds."""
    yield from _below("ordertrail", typer.main.get_command(app))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for below, each in getattr(command, "commands", {}).items():
        yield from _below(f"{name} {below}", each)


def _command(name: str, command: Any) -> str:
    given = [each for each in command.params if each.param_type_name == "argument"]
    usage = " ".join(
        [name, *(_usage(each) for each in given), *(["COMMAND …"] if hasattr(command, "commands") else [])]
    )
    rows = [_row(each) for each in command.params if not each.name.endswith("_completion")]
    options = table(("option", "what"), rows) if rows else ""
    return "\n\n".join(filter(None, [heading(2, name), _text(command.help), block("", usage), options]))


def _usage(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _row(option: Any) -> tuple[str, str]:
    if option.param_type_name == "argument":
        return code(option.metavar or option.name.upper()), _text(option.help)
    names = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.metavar or option.type_descriptor.annotation.__name__.upper()}"
    shown = option.show_default and not option.is_flag and option.default is not None
    return code(names + value), _text(option.help) + (f" By default {code(option.default)}." if shown else "")


def _text(said: str | None) -> str:
    return " ".join(inspect.cleandoc(said or "").split())
