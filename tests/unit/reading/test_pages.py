"""What is given to ask for a page, and the page that comes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ordertrail import InvalidInput, InvalidTime, Page
from ordertrail.reading.pages import LARGEST_PAGE, checked_cursor, checked_flag, checked_limit, checked_moment, one_of


def test_a_page_is_gone_through_and_counted() -> None:
    page = Page((1, 2, 3), "3")
    assert list(page) == [1, 2, 3]
    assert len(page) == 3
    assert (page.next, Page(()).next) == ("3", None)


def test_a_limit_is_at_least_one_and_at_most_the_largest_page() -> None:
    assert [checked_limit(limit) for limit in (1, 7, 10**9)] == [1, 7, LARGEST_PAGE]
    for below in (0, -1):
        with pytest.raises(InvalidInput, match=f"limit is {below}: give at least 1"):
            checked_limit(below)
    for limit in (True, "7", None):
        with pytest.raises(InvalidInput, match="give a whole number"):
            checked_limit(limit)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["no", 1, None])
def test_a_flag_is_true_or_false(value: Any) -> None:
    assert [checked_flag(flag, "newest_first") for flag in (True, False)] == [True, False]
    with pytest.raises(InvalidInput, match=r"^newest_first is .*: give True or False$"):
        checked_flag(value, "newest_first")


def test_a_cursor_is_what_a_page_said() -> None:
    assert (checked_cursor(None), checked_cursor("7")) == (None, 7)
    for cursor in ("", "x", "-1", "٣"):
        with pytest.raises(InvalidInput, match="is no cursor: give the `next` of the page before"):
            checked_cursor(cursor)


@pytest.mark.parametrize("value", ["2026-01-01", datetime(2026, 1, 1), None])  # noqa: DTZ001
def test_a_moment_has_a_zone(value: Any) -> None:
    assert checked_moment(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidTime, match=r"give a (datetime with a zone|time such as)"):
        checked_moment(value)


def test_one_of_several_names_is_meant() -> None:
    checked = one_of(["red", "blue"])
    assert checked("red", "colour") == "red"
    with pytest.raises(InvalidInput, match=r"^'green' is no colour: it is one of red, blue$"):
        checked("green", "colour")
