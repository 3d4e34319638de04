"""Stored texts reach the terminal as text, whatever they hold."""

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from ordertrail.cli.output import UNLIMITED, console, here, one_line, print_hanging, print_json, safe
from tests.unit.cli.conftest import Shell

EVIL = "\x1b[31mred\x1b]0;title\x07 \x9b2J \x7f a\u202eb\u2066c"


def is_command(letter: str) -> bool:
    """Whether a terminal may obey it, or turn around what follows."""
    code = ord(letter)
    turns = "\u2028" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069"
    return (code < 32 and letter not in "\t\n") or 127 <= code < 160 or turns


@given(st.text())
def test_no_command_is_left(text: str) -> None:
    assert not any(map(is_command, safe(text)))
    assert not {"\n", "\t"} & set(one_line(text))


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Zl", "Zp"])))
def test_letters_stay_as_they_are(text: str) -> None:
    assert safe(text) == text == one_line(text)


def test_what_was_taken_out_can_be_seen() -> None:
    assert safe("a\x1b[31m\r\nb\tc\r") == "a\\x1b[31m\nb\tc\\r"
    assert one_line("a\nb\tc") == "a\\nb c"


def test_json_escapes_what_a_terminal_obeys_and_reads_back(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_json({"title": EVIL, "name": "渡辺 🚆"})
    import sys

    sys.stdout.flush()
    line = capfdbinary.readouterr().out.decode()
    assert not any(map(is_command, line.removesuffix("\n")))
    assert json.loads(line) == {"title": EVIL, "name": "渡辺 🚆"}


@pytest.mark.parametrize("words", [(), ("--detail",), ("--brief",), ("--json",)])
def test_a_stored_text_never_commands_the_terminal(shell: Shell, words: tuple[str, ...]) -> None:
    shell("note", "add", "PO100001", f"--title={EVIL}", f"--detail={EVIL}\nsecond [bold]line[/bold] :smile:")
    shell("do", "PO100001", "change_customer", "--customer", json.dumps({"name": EVIL}))
    said = shell("notes", "PO100001", *words)
    assert not any(map(is_command, said.out))
    assert "--brief" in words or "[bold]line[/bold] :smile:" in said.out
    assert not any(map(is_command, shell("show", "PO100001").out))
    assert not any(map(is_command, shell("orders").out))


def test_an_error_never_commands_the_terminal(shell: Shell) -> None:
    assert not any(map(is_command, shell("show", EVIL, code=1).err))
    assert not any(map(is_command, shell("do", "PO100001", EVIL, code=2).err))
    assert not any(map(is_command, shell("do", "PO100001", "hold_order", f"--{EVIL}", "x", code=2).err))


def test_colours_are_for_terminals_that_want_them(shell: Shell) -> None:
    assert "\x1b[" not in shell.process("notes", "PO100001").out
    assert "\x1b[1;36m" in shell.terminal("notes", "PO100001").out
    assert "\x1b[1;36m" not in shell.terminal("notes", "PO100001", NO_COLOR="1").out
    assert "\x1b[1;36m" not in shell.terminal("notes", "PO100001", TERM="dumb").out


def test_text_hangs_below_its_beginning(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "24")
    print_hanging(console(), Text("* "), Text("one two three four five six"), Text("  "))
    assert capsys.readouterr().out == "* one two three four \n  five six\n"


def test_nothing_is_folded_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    assert console().width == UNLIMITED
    print_hanging(console(), Text("* "), Text("word " * 1000), Text("  "))
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_moment_at_an_end_of_the_calendar_is_read_in_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
            assert here(at).strftime("%d %H:%M")
    finally:
        monkeypatch.undo()
        time.tzset()
