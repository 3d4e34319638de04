"""The top level: help, version, where the database comes from, how refusals and closed pipes end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ordertrail
from tests.unit.cli.conftest import Shell


def test_help_names_the_commands(shell: Shell) -> None:
    said = shell("--help").out
    for name in ("init", "demo", "import", "orders", "show", "notes", "do", "place", "note", "verify", "token"):
        assert f"│ {name} " in said


def test_help_loads_nothing_that_only_other_commands_need(shell: Shell) -> None:
    said = shell.process("--help", PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rpartition("|")[2].strip() for line in said.err.splitlines()}
    assert {"ordertrail.cli.app", "typer"} <= loaded
    heavy = {"sqlalchemy", "psycopg", "alembic", "sqlite3", "litestar", "granian", "jinja2", "httpx", "argon2"}
    assert not loaded & (heavy | {"ordertrail.store", "ordertrail.web.app", "asyncio"})


def test_version(shell: Shell) -> None:
    assert shell("--version").out == f"ordertrail {ordertrail.__version__}\n"


def test_no_command_is_wrong_usage(shell: Shell) -> None:
    assert shell(code=2).out.count("Usage:") == 1


def test_an_unknown_command_is_wrong_usage(shell: Shell) -> None:
    assert "No such command" in shell("paint", code=2).err


def test_a_refusal_is_one_sentence_and_no_traceback(shell: Shell) -> None:
    said = shell("show", "PO7", code=1)
    assert said.out == ""
    assert said.err == "error: there is no order 'PO7'\n"


def test_the_database_is_named_at_either_level(shell: Shell, tmp_path: Path) -> None:
    mistyped = f"sqlite:///{tmp_path / 'mistyped.db'}"
    assert len(shell("orders", "--json").json) == 1
    assert "there is no database file" in shell("--database", mistyped, "orders", code=1).err
    assert "there is no database file" in shell("orders", "--database", mistyped, code=1).err
    assert len(shell("--database", mistyped, "orders", "--database", shell.database, "--json").json) == 1


def test_an_empty_address_is_no_database(shell: Shell) -> None:
    assert "this is no database URL" in shell("orders", "--database", "", code=2).err


@pytest.mark.parametrize("url", ["foo", "postgresql://u:hush@h:abc/x", "mysql://h/x", "sqlite:///x.db?mode=ro"])
@pytest.mark.parametrize("words", [["init"], ["orders"], ["verify"], ["do", "PO100001", "hold_order"]])
def test_an_address_that_is_none(shell: Shell, url: str, words: list[str]) -> None:
    said = shell("--database", url, *words, code=2)
    assert said.err.startswith("error: ")
    assert (said.out, said.err.count("\n"), "hush" in said.err) == ("", 1, False)


def test_a_path_that_is_no_text(shell: Shell) -> None:
    said = shell.process("--database", os.fsdecode(b"sqlite:////tmp/a\xff.db"), "init")
    assert said == (
        "",
        "error: the database URL holds NUL or half of a surrogate pair: no text has those, leave them out\n",
        2,
    )


@pytest.mark.parametrize("given", [["--actor", "a@b"], ["--actor", ""], ["--channel", " "]])
def test_who_cannot_be(shell: Shell, given: list[str]) -> None:
    assert shell("do", "PO100001", "hold_order", "--reason", "fraud", *given, code=2).err.startswith("error: ")


def test_the_package_is_the_command() -> None:
    ran = subprocess.run([sys.executable, "-m", "ordertrail", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"ordertrail {ordertrail.__version__}\n"


def test_actor_and_channel_are_given_at_either_level(shell: Shell) -> None:
    shell("--actor", "bob", "--channel", "Phone", "note", "add", "PO100001", "--title", "one")
    shell("--actor", "bob", "note", "add", "PO100001", "--title", "two", "--actor", "eve")
    one, two = shell("notes", "PO100001", "--after", "9", "--json").json
    assert (one["actor"]["id"], one["channel"]) == ("bob", "Phone")
    assert (two["actor"]["id"], two["channel"]) == ("eve", "Command line")


@pytest.mark.parametrize("words", [["notes", "PO100001"], ["notes", "PO100001", "--json"], ["orders"], ["verify"]])
def test_nobody_reading_on_is_quiet(shell: Shell, words: list[str]) -> None:
    assert shell.process(*words, after="| true") == ("", "", 141)


def test_a_terminal_without_the_letters_gets_others(shell: Shell) -> None:
    said = shell.process("notes", "PO100001", PYTHONIOENCODING="ascii")
    assert said.code == 0
    assert "? Order PO100001 placed" in said.out
