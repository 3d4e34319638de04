"""`note`: what people write."""

import pytest

from ordertrail.orders.operations import OPERATIONS
from tests.unit.cli.conftest import Shell


def test_every_operation_on_notes_is_a_command(shell: Shell) -> None:
    said = shell("note", "--help").out
    for name in OPERATIONS:
        if name.endswith("_note"):
            assert f"│ {name.removesuffix('_note')} " in said


def test_a_note_from_its_writing_to_its_deletion(shell: Shell) -> None:
    shell("note", "add", "PO100001", "--title", "Call back", "--detail", "after five")
    shell("note", "edit", "PO100001", "10", "--detail", "after six")
    shell("note", "pin", "PO100001", "10")
    shell("note", "unpin", "PO100001", "10")
    (note,) = shell("notes", "PO100001", "--after", "9", "--limit", "1", "--json").json
    assert (note["title"], note["detail"], note["pinned"]) == ("Call back", "after six", False)
    shell("note", "delete", "PO100001", "10", "--reason", "mistake")
    (note,) = shell("notes", "PO100001", "--after", "9", "--limit", "1", "--json").json
    assert (note["title"], note["detail"]) == ("", "")
    assert note["deleted"] is not None


def test_earlier_texts_stay(shell: Shell) -> None:
    shell("note", "edit", "PO100001", "4", "--detail", "Flat 13.")
    shell("note", "delete", "PO100001", "4")
    first, second = shell("note", "history", "PO100001", "4", "--json").json
    assert (first["seq"], first["detail"]) == (4, "Flat 12, not 21.")
    assert (second["seq"], second["title"], second["detail"]) == (10, "Called the customer", "Flat 13.")
    said = shell("note", "history", "PO100001", "4").out
    assert said.index("#4 · ") < said.index("Flat 12, not 21.") < said.index("#10 · ") < said.index("Flat 13.")


def test_what_the_system_recorded_never_changes(shell: Shell) -> None:
    for verb in ("edit", "delete", "pin"):
        assert "it never changes" in shell("note", verb, "PO100001", "1", code=1).err
    assert "never changes" in shell("note", "history", "PO100001", "1", code=1).err
    assert shell("note", "history", "PO100001", "1", "--json").json == []


def test_only_its_author_edits_a_note(shell: Shell) -> None:
    assert (
        "note.write as its author"
        in shell("note", "edit", "PO100001", "4", "--title", "x", "--actor", "eve", code=1).err
    )


def test_an_empty_note_is_refused(shell: Shell) -> None:
    assert "an empty note says nothing" in shell("note", "add", "PO100001", code=1).err


@pytest.mark.parametrize(
    "words", [["edit", "PO100001"], ["edit", "PO100001", "four"], ["edit", "PO100001", "--title", "x"]]
)
def test_which_note_has_to_be_said(shell: Shell, words: list[str]) -> None:
    assert "say which note by its seq" in shell("note", *words, code=2).err


@pytest.mark.parametrize("verb", ["add", "edit"])
def test_help(shell: Shell, verb: str) -> None:
    assert "Usage:" in shell("note", verb, "--help").out
    assert "Usage:" in shell("note", verb, code=2).out
    said = shell("note", verb, "PO100001", "--help").out
    assert said.startswith(f"{verb}_note  ")
    assert "--title" in said


def test_a_note_that_is_not_there(shell: Shell) -> None:
    assert shell("note", "history", "PO100001", "99", code=1).err == "error: this order has no note 99\n"
