"""Names of the record as people read them."""

import re

import pytest

from ordertrail.web.console.messages import messages
from ordertrail.web.console.orders import LABELS
from ordertrail.web.console.wording import choice, words


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("InProgress", "In progress"),
        ("release_hold", "Release hold"),
        ("id", "ID"),
        ("tracking_url", "Tracking URL"),
        ("sku", "SKU"),
        ("paid", "Paid"),
        ("valid_id", "Valid ID"),
        ("email", "E-mail"),
        ("left_anyway", "Why it left although it was held"),
        ("line1", "Street and number"),
        ("return_id", "Return"),
    ],
)
def test_a_name_is_read_in_words(name: str, read: str) -> None:
    assert words(name) == read


def test_no_message_is_a_name_of_the_code() -> None:
    # But the columns of a CSV, which are called so.
    assert [one for one in messages() if "_" in re.sub(r"\{\w+\}|%\(\w+\)s|tracking_number", "", one)] == []


def test_a_number_of_days_is_asked_for_in_a_whole_sentence() -> None:
    assert LABELS["active"] == "Active in the last … days"
    assert LABELS["held"] == "On hold for at least … days"


def test_a_choice_is_in_words_where_the_record_names_it_and_as_typed_where_the_shop_does() -> None:
    assert choice("code", "SPRINGTime25", "SPRINGTime25", str) == "SPRINGTime25"
    assert choice("key", "Sale", "Sale", str.upper) == "Sale"
    assert choice("transaction_type", "CaptureOnly", "CaptureOnly", str) == "Capture only"
    assert choice("reason/code", "Goods came back", "return", str.upper) == "GOODS CAME BACK"
