"""The catalogues: everything that the console says is said in each of its languages, with the same blanks."""

import re

import pytest

from ordertrail.notes.events import BUILT_IN
from ordertrail.web.console.messages import messages, missing
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.timeline import sentence
from ordertrail.web.console.translations import LANGUAGES

OTHERS = sorted(LANGUAGES.keys() - {"en"})
BLANK = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    assert missing(language) == []


@pytest.mark.parametrize("language", OTHERS)
def test_blanks_are_filled_in_alike(language: str) -> None:
    reader = Reader(language=language)
    for message in messages():
        assert sorted(BLANK.findall(message)) == sorted(BLANK.findall(reader.texts.gettext(message))), message


NEVER_ONE = {
    "%(count)s new entries: show them",  # one has a message of its own
    "%(count)s system events",  # fewer than three are not folded
    "All of it (%(count)s characters)",  # what is cut is long
}


def test_what_is_counted_may_be_one() -> None:
    assert {one for one in messages() if re.search(r"%\(count\)s( \w+)* \w+s\b", one)} == NEVER_ONE


def test_messages_are_found_where_they_are_made() -> None:
    found = messages()
    assert {
        "Sign in",  # a template
        "Release hold",  # an operation
        "Put the order on hold: nothing of it is released, picked, packed or completed.",  # what it does
        "Street and number",  # a field in a field
        "Order put on hold: {reason}",  # an event type
        "Awaiting exchange",  # a status
        "Suspicion of fraud",  # a reason
        "On hold for more than a day",  # a saved view
    } <= found


@pytest.mark.parametrize("event", [event for event in BUILT_IN.values() if "{" in event.sentence])
def test_a_recorded_sentence_is_said_in_german(event: object) -> None:
    sentence_of = BUILT_IN[event.name].sentence  # type: ignore[attr-defined]
    labels = {name[1:-1]: f"«{name[1:-1]}»" for name in re.findall(r"\{\w+\}", sentence_of)}
    said = sentence(event.name, sentence_of.format_map(labels), Reader(language="de"))  # type: ignore[attr-defined]
    if event.category not in ("access",):  # type: ignore[attr-defined]
        assert said != sentence_of.format_map(labels)
    for value in labels.values():
        assert value in said


def test_what_is_filled_in_is_translated_where_it_is_the_records_own() -> None:
    german = Reader(language="de")
    assert sentence("OrderGroupOnHold", "Order put on hold: Suspicion of fraud", german) == (
        "Bestellung angehalten: Betrugsverdacht"
    )
    assert sentence("OrderGroupOnHold", "Order put on hold: Because I say so", german) == (
        "Bestellung angehalten: Because I say so"
    )
    assert sentence("OrderGroupOnHold", "Somebody titled it so", german) == "Somebody titled it so"
    assert sentence("vendor.Own", "Gift wrapped", german) == "Gift wrapped"
    assert sentence("OrderGroupOnHold", "Order put on hold: x", Reader()) == "Order put on hold: x"
