"""`verify`: what it says, and its exit code."""

import sqlite3

import pytest

from tests.unit.cli.conftest import Shell


@pytest.fixture
def tampered(shell: Shell) -> Shell:
    """A shell on a database whose third entry somebody changed past the guards."""
    with sqlite3.connect(shell.database.removeprefix("sqlite:///")) as connection:
        (name,) = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'order_notes' AND sql LIKE '%UPDATE%'"
        ).fetchone()
        (trigger,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE order_notes SET channel = 'Phone' WHERE seq = 3")
        connection.execute(trigger)
    connection.close()
    return shell


@pytest.mark.parametrize("words", [[], ["PO100001"]])
def test_nothing_is_wrong(shell: Shell, words: list[str]) -> None:
    said = shell("verify", *words)
    assert said.out.startswith("1 orders, 9 entries: nothing is wrong\nGuards: ")
    assert "\nNot excluded by this:\n- " in said.out
    assert said.err == ""


def test_nothing_is_wrong_as_json(shell: Shell) -> None:
    (summary,) = shell("verify", "--json").json
    assert (summary["orders"], summary["entries"], summary["findings"]) == (1, 9, 0)
    assert summary["guards"]
    assert summary["not_excluded"]


@pytest.mark.parametrize("words", [[], ["PO100001"]])
def test_what_is_wrong_is_named(tampered: Shell, words: list[str]) -> None:
    said = tampered("verify", *words, code=1)
    assert said.out.startswith("PO100001 #3  ")
    *findings, summary = tampered("verify", "--json", *words, code=1).json
    assert summary["findings"] == len(findings) > 0
    assert (findings[0]["number"], findings[0]["seq"]) == ("PO100001", 3)
    assert f"  {findings[0]['code']}  {findings[0]['sentence']}\n" in said.out


def test_missing_guards_are_named_and_hinder_all_else(shell: Shell) -> None:
    with sqlite3.connect(shell.database.removeprefix("sqlite:///")) as connection:
        connection.execute("DROP TRIGGER order_notes_before_update")
    connection.close()
    assert "order_notes_before_update" in shell("orders", code=1).err
    findings = shell("verify", "--json", code=1).json[:-1]
    assert [finding["code"] for finding in findings] == ["guards-missing"]


def test_an_order_that_is_not_there(shell: Shell) -> None:
    assert shell("verify", "PO7", code=1).err == "error: there is no order 'PO7'\n"
