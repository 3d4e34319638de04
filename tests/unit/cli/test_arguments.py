"""An operation's arguments as words of a command."""

from datetime import UTC, datetime
from typing import Any, get_type_hints

import msgspec
import pytest
import typer

from ordertrail.cli.arguments import Fields, default, fields_of, option, read, spelt
from ordertrail.cli.output import WrongUsage
from ordertrail.desk_operations import OPTIONS
from ordertrail.errors import InvalidInput, InvalidMoney
from ordertrail.orders.arguments import parse
from ordertrail.orders.operations import OPERATIONS


def of(name: str) -> Fields:
    return fields_of(OPERATIONS[name].arguments)


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        ("add_to_pick_list", "--shipment 1 --pick-list PL-7", {"shipment": "1", "pick_list": "PL-7"}),
        ("add_to_pick_list", "--shipment=1 --pick_list=PL-7", {"shipment": "1", "pick_list": "PL-7"}),
        ("complete_shipment", "--shipment 1 --capture", {"shipment": "1", "capture": True}),
        ("complete_shipment", "--capture --shipment 1", {"shipment": "1", "capture": True}),
        ("complete_shipment", "--shipment 1 --no-capture", {"shipment": "1", "capture": False}),
        ("complete_shipment", "--shipment 1 --capture=no", {"shipment": "1", "capture": False}),
        ("add_payment", "--amount 12.50 --method Card", {"amount": "12.50", "method": "Card"}),
        ("add_payment", "--amount -5 --method Card", {"amount": "-5", "method": "Card"}),
        ("edit_note", "--note 4 --title x", {"note": 4, "title": "x"}),
        ("edit_note", "--note four", {"note": "four"}),
        ("hold_order", "--reason fraud", {"reason": "fraud"}),
        ("hold_order", "--reason [sic]", {"reason": "[sic]"}),
        ("hold_order", '--reason {"code":"fraud"}', {"reason": {"code": "fraud"}}),
        ("split_shipment", '--shipment 1 --quantities {"1":1}', {"shipment": "1", "quantities": {"1": 1}}),
        ("split_shipment", "--shipment 1 --quantities 1=0.5", {"shipment": "1", "quantities": {"1": "0.5"}}),
        (
            "split_shipment",
            "--shipment 1 --quantities 1=1 --quantities 2=3",
            {"shipment": "1", "quantities": {"1": "1", "2": "3"}},
        ),
        ("erase_personal_data", "--reason x --entries 3 --entries 4", {"reason": "x", "entries": [3, 4]}),
        ("erase_personal_data", "--reason x --entries [3,4]", {"reason": "x", "entries": [3, 4]}),
        ("change_promised_date", "--shipment 1 --no-promised", {"shipment": "1", "promised": None}),
        (
            "change_promised_date",
            "--shipment 1 --promised 2026-01-31T12:00Z",
            {"shipment": "1", "promised": datetime(2026, 1, 31, 12, tzinfo=UTC)},
        ),
        ("add_note", "--title=--pinned", {"title": "--pinned"}),
        ("add_note", "--title --pinned", {"title": "--pinned"}),
        ("add_note", "--title=", {"title": ""}),
    ],
)
def test_words(name: str, words: str, expected: dict[str, Any]) -> None:
    assert read(words.split(), of(name)) == expected


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("hold_order", "", "missing: --reason"),
        ("add_to_pick_list", "", "missing: --shipment, --pick-list"),
        ("hold_order", "fraud", "unexpected 'fraud'"),
        ("hold_order", "--reson fraud", "did you mean --reason"),
        ("hold_order", "--zzz fraud", "there are --reason"),
        ("hold_order", "--reason", "--reason needs a value"),
        ("add_to_pick_list", "--shipment --pick-list PL-7", "--shipment needs a value"),
        ("hold_order", "--reason a --reason b", "--reason is given twice"),
        ("split_shipment", "--shipment 1 --quantities 1=1 --quantities 1=2", "--quantities is given twice"),
        ("split_shipment", "--shipment 1 --quantities 1", "--quantities is JSON"),
        ("hold_order", "--no-reason", "no argument is called --no-reason"),
        ("change_billing_address", "--address Main", "--address is JSON: {name?: text, company?"),
    ],
)
def test_wrong_words(name: str, words: str, message: str) -> None:
    with pytest.raises(WrongUsage) as raised:
        read(words.split(), of(name))
    assert message in raised.value.format_message()


def test_what_is_no_time_is_wrong_usage() -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        read(["--shipment", "1", "--promised", "soon"], of("change_promised_date"))


@pytest.mark.parametrize(
    ("text", "error"), [('{"1": 1', InvalidInput), ('{"1": 1, "1": 2}', InvalidInput), ('{"1": 1.5}', InvalidMoney)]
)
def test_what_is_no_json_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(["--shipment", "1", "--quantities", text], of("split_shipment"))


EXAMPLES = {"true|false": "true", "number": "1", "time": "2026-01-31T12:00Z", "decimal": "1.5"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_argument_of_every_operation_can_be_given_and_explained(name: str) -> None:
    hints = get_type_hints(OPERATIONS[name].arguments, include_extras=True)
    for field in of(name).values():
        how = spelt(field.type)
        assert "object at" not in how + default(field)
        if how in EXAMPLES:
            given = read([f"{option(field.name)}={EXAMPLES[how]}"], {field.name: field})
            msgspec.convert(given[field.name], hints[field.name])  # what else is wrong with it would raise


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_argument_hides_behind_an_option_of_the_command(name: str) -> None:
    taken = {"database", "actor", "channel", "json", "help", *OPTIONS}
    assert not taken & of(name).keys()


def test_what_is_read_is_what_the_operation_takes() -> None:
    words = ["--amount", "12.50", "--method", "Card", "--attributes", "terminal=7"]
    arguments = parse(OPERATIONS["add_payment"].arguments, read(words, of("add_payment")))
    assert msgspec.to_builtins(arguments) == {"amount": "12.50", "method": "Card", "attributes": {"terminal": "7"}}
