"""`do` and `place`: operations as commands."""

import json
from pathlib import Path

import pytest

from ordertrail import OrderTrail
from ordertrail.orders.operations import OPERATIONS, legal_operations
from tests.unit.cli.conftest import Shell

ORDER = {
    "market": "US",
    "currency": "USD",
    "customer": {"name": "Mercy Taylor"},
    "line_items": {"1": {"sku": "TENT-2", "name": "Tent", "quantity": 2, "unit_price": "249.00"}},
    "shipments": {"1": {"method": "Ground", "quantities": {"1": 2}}},
}


def placed(shell: Shell) -> str:
    """The number of an order that is in progress."""
    number: str = shell("place", "-", "--json", given=json.dumps(ORDER)).json[0]["number"]
    return number


# do


def test_an_operation_prints_what_it_recorded(shell: Shell) -> None:
    number = placed(shell)
    said = shell("do", number, "hold_order", "--reason", "fraud").out
    assert "‖ Order put on hold: Suspicion of fraud  anna (user) · Command line · #2\n" in said
    assert said.endswith(f"{number} is OnHold, total 498.00 USD\n")


def test_the_words_of_an_operation_are_joined_either_way(shell: Shell) -> None:
    number = placed(shell)
    shell("do", number, "split-shipment", "--shipment", "1", "--quantities", '{"1": 1}')
    shell("do", number, "split_shipment", "--shipment", "1", "--quantities=1=0.5", code=0)
    (said,) = shell("show", number, "--json").json
    quantities = {key: shipment["quantities"] for key, shipment in said["order"]["shipments"].items()}
    assert quantities == {"1": {"1": "0.5"}, "2": {"1": "1"}, "3": {"1": "0.5"}}


def test_a_result_as_json(shell: Shell) -> None:
    (said,) = shell("do", placed(shell), "hold_order", "--reason", "why not", "--json").json
    assert (said["version"], said["order"]["status"]) == (2, "OnHold")
    assert said["order"]["holds"]["1"]["reason"] == {"code": "other", "label": "Other", "comment": "why not"}


def test_options_of_the_command_may_stand_anywhere(shell: Shell) -> None:
    shell("do", "PO100001", "--actor", "eve", "add_note", "--channel", "Phone", "--title", "x")
    (note,) = shell("notes", "PO100001", "--after", "9", "--json").json
    assert (note["actor"]["id"], note["channel"], note["title"]) == ("eve", "Phone", "x")


def test_what_every_operation_takes_besides(shell: Shell) -> None:
    words = ["do", "PO100001", "add_reference", "--key", "erp", "--value", "E1", "--idempotency-key", "k"]
    shell(*words, "--cause", "ticket-7", "--expected-version", "9")
    again = shell(*words, "--cause", "ticket-7", "--expected-version", "9")
    assert "under the same idempotency key" in again.err
    assert shell("notes", "PO100001", "--after", "9", "--json").json[0]["cause"] == "ticket-7"
    assert "was last changed by entry 10, not 9" in shell(*words[:-2], "--expected-version", "9", code=1).err
    assert "lies before the order's last activity" in shell(*words[:-2], "--at", "2020-01-01", code=1).err


def test_an_operation_that_is_not_legal_now_is_refused(shell: Shell) -> None:
    said = shell("do", "PO100001", "hold_order", "--reason", "fraud", code=1)
    assert said.out == ""
    assert said.err.startswith("error: hold_order is not allowed: the order is Completed; ")
    assert "legal now: change_billing_address" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["add_payment", "--amount", "NaN", "--method", "Card"], "amount is 'NaN'"),
        (["add_payment", "--amount", "1e3", "--method", "Card"], "amount is '1e3'"),
        (["add_payment", "--amount", "lots", "--method", "Card"], "`amount`"),
        (["add_payment", "--amount", "1", "--method", "Card", "--transaction-type", "Gift"], "Gift"),
        (["edit_note", "--note", "4" * 5000, "--title", "x"], "`note`"),
        (["erase_personal_data", "--reason", "late", "--actors", "bad"], "`actors`: it is one of"),
        (["add_note", "--title", "x", "--expected-version", "nine"], "`expected_version`"),
        (["edit_note", "--note", "four", "--title", "x"], "`note`"),
        (["add_note", "--title", "x" * 201], "`title`"),
        (["change_customer", "--customer", '{"id": "a@b"}'], "`customer.id`"),
        (["change_customer", "--customer", '{"id": 1.5}'], "floating-point"),
    ],
)
def test_what_is_no_such_argument_is_wrong_usage(shell: Shell, words: list[str], message: str) -> None:
    check_nothing_is_done(shell, words, message, code=2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["add_payment", "--amount", "1.005", "--method", "Card"], "1.005"),
        (["add_payment", "--amount", "1", "--method", "Card", "--currency", "EUR"], "EUR"),
        (["edit_note", "--note", "1", "--title", "x"], "never changes"),
        (["edit_note", "--note", "99", "--title", "x"], "no note 99"),
        (["set_tracking", "--shipment", "7"], "no shipment '7'; it has: 1"),
        (["add_note", "--title", ""], "an empty note says nothing"),
    ],
)
def test_a_value_that_the_order_refuses_is_refused(shell: Shell, words: list[str], message: str) -> None:
    check_nothing_is_done(shell, words, message, code=1)


def check_nothing_is_done(shell: Shell, words: list[str], message: str, code: int) -> None:
    """That the command says what is wrong, in one line, and leaves the order as it was."""
    said = shell("do", "PO100001", *words, code=code)
    assert message in said.err
    assert said.err.count("\n") == 1
    assert shell("show", "PO100001", "--json").json[0]["version"] == 9


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["PO100001", "paint_order"], "no operation is called 'paint_order': there are hold_order"),
        (["PO100001", "place_order"], "ordertrail place FILE"),
        (["PO100001", "add_note", "--titel", "x"], "did you mean --title?"),
        (["PO100001", "hold_order"], "missing: --reason"),
        (["PO100001", "hold_order", "fraud"], "unexpected 'fraud'"),
    ],
)
def test_wrong_usage(shell: Shell, words: list[str], message: str) -> None:
    assert message in " ".join(shell.process("do", *words, COLUMNS="300").err.split())
    shell("do", *words, code=2)


def test_help_lists_what_is_legal_now_and_why_the_rest_is_not(shell: Shell) -> None:
    said = shell("do", "PO100001", "--help").out
    with OrderTrail.open(shell.database) as trail:
        legal = legal_operations(trail.order(number="PO100001").document)
    now, _, later = said.partition("Not now:")
    assert said.startswith("PO100001 is Completed. Legal now:")
    for name, why in legal.items():
        text = OPERATIONS[name].summary if why is None else why
        assert any(line.split()[:1] == [name] and text in line for line in (later if why else now).splitlines())
    assert len(legal) == len([row for row in OPERATIONS.values() if row.legal_in])


def test_without_an_operation_the_same_is_wrong_usage(shell: Shell) -> None:
    assert shell("do", "PO100001", code=2).out == shell("do", "PO100001", "-h").out


def test_help_of_the_command_itself(shell: Shell) -> None:
    said = shell("do", "--help").out
    assert "do [OPTIONS] [NUMBER OPERATION [--ARGUMENT VALUE]…]" in said
    assert shell("do", code=2).out == said


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.legal_in])
def test_help_of_every_operation_names_its_arguments(shell: Shell, name: str) -> None:
    said = shell("do", "PO100001", name, "--help").out
    assert said.startswith(f"{name}  {OPERATIONS[name].summary}\n")
    shown = [line.split()[0] for line in said.splitlines() if line.startswith("  --")]
    arguments = [f"--{field.replace('_', '-')}" for field in OPERATIONS[name].arguments.__struct_fields__]
    assert sorted(shown[: len(arguments)]) == sorted(arguments)
    assert shown[len(arguments) :] == ["--expected-version", "--idempotency-key", "--at", "--cause"]
    legal = "Not legal now" not in said
    with OrderTrail.open(shell.database) as trail:
        assert legal == (trail.legal_operations(trail.order(number="PO100001").id)[name] is None)


def test_help_of_an_operation_names_types_defaults_and_reasons(shell: Shell) -> None:
    said = shell("do", "PO100001", "create_return", "--help").out
    assert "--items       {id: {quantity: decimal, reason: a reason's code or text}, …}  required" in said
    assert "--kind        refund|exchange                                                refund" in said
    assert "--no-promised" in shell("do", "PO100001", "change_promised_date", "--help").out
    assert "\nReasons: address, backorder, " in shell("do", "PO100001", "hold_order", "--help").out
    assert "damaged" not in shell("do", "PO100001", "hold_order", "--help").out
    assert "Reasons:" not in shell("do", "PO100001", "pin_note", "--help").out


# place


def test_place_an_order_from_a_file(empty: Shell, tmp_path: Path) -> None:
    empty("init")
    (tmp_path / "order.json").write_text(json.dumps(ORDER), encoding="utf-8")
    said = empty("place", str(tmp_path / "order.json"), "--channel", "Web shop", "--at", "2026-01-31T12:00Z")
    assert "◆ Order PO100001 placed  anna (user) · Web shop · #1\n" in said.out
    assert said.out.endswith("PO100001 is InProgress, total 498.00 USD\n")
    assert empty("notes", "PO100001", "--json").json[0]["created"] == "2026-01-31T12:00:00Z"


def test_placing_again_with_the_same_key_places_nothing(shell: Shell) -> None:
    words = ["place", "-", "--idempotency-key", "k", "--json"]
    one, two = (shell(*words, given=json.dumps(ORDER)).json[0] for _ in range(2))
    assert one == two
    assert len(shell("orders", "--json").json) == 2


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (b"{", 2, "this is no JSON"),
        (b"\xff", 2, "error: "),
        (b'{"market": "US", "market": "DE"}', 2, "stands twice"),
        (b'{"market": "US", "currency": "USD", "line_items": 1.5}', 2, "floating-point"),
        (b"{}", 2, "missing required field"),
        (b'{"market": "US", "currency": "USD", "colour": "red"}', 2, "colour"),
        (b'{"market": "US", "currency": "USD", "number": ' + b"9" * 5000 + b"}", 2, "a number of 5,000 digits"),
        (b'{"market": "US", "currency": "XXX"}', 1, "XXX"),
        (b"[]", 2, "an order is one JSON object"),
    ],
)
def test_what_describes_no_order(shell: Shell, text: bytes, code: int, message: str) -> None:
    assert message in shell("place", "-", code=code, given=text).err
    assert len(shell("orders", "--json").json) == 1


def test_a_file_that_is_not_there(shell: Shell, tmp_path: Path) -> None:
    assert "cannot be read" in shell("place", str(tmp_path / "none.json"), code=2).err
