from typing import Any

import pytest

from ordertrail.audit.findings import Found
from ordertrail.audit.sums import Sum
from ordertrail.audit.texts import UNREADABLE

ERASED = {"$erased": True}


def added(*entries: tuple[list[Any], list[Any] | None]) -> tuple[Sum, list[tuple[str, int | None]]]:
    """The sum of entries, each its changes and its personal part, and what was found."""
    found = Found()
    total = Sum(found)
    for seq, (changes, personal) in enumerate(entries, 1):
        total.add(seq, changes, personal, sealed="$personal" in repr(changes))
    return total, [(finding.code, finding.seq) for finding in found.findings()]


def test_changes_add_up() -> None:
    total, found = added(
        ([["/a", None, {"x": 1}], ["/b", None, [1, 2]]], None),
        ([["/a/y", None, "new"], ["/b", [1, 2], None]], None),
        ([["/a/x", 1, 2]], None),
    )
    assert total.document == {"a": {"x": 2, "y": "new"}}
    assert (total.changed_seq, found) == (3, [])


def test_personal_values_are_put_back() -> None:
    total, found = added(
        ([["/who", None, {"name": {"$personal": 0}, "id": "C1"}]], ["Mercy"]),
        ([["/who/name", {"$personal": 0}, {"$personal": 1}]], ["Mercy", "Bo"]),
    )
    assert total.document == {"who": {"name": "Bo", "id": "C1"}}
    assert found == []


def test_erased_values_are_marked_and_fit_whatever_was_there() -> None:
    total, found = added(
        ([["/who", None, {"name": {"$personal": 0}, "id": "C1"}]], None),
        ([["/who/name", {"$personal": 0}, {"$personal": 1}]], ["Mercy", "Bo"]),
        ([["/who/name", {"$personal": 0}, {"$personal": 1}]], None),
        ([["/who", {"id": "C1", "name": ERASED}, {"id": "C1", "name": "Bo"}]], None),
    )
    assert total.document == {"who": {"name": "Bo", "id": "C1"}}
    assert found == []


@pytest.mark.parametrize(
    ("stood", "before"), [(1, 2), (1, None), ("a", "b"), ({"x": 1}, {"x": 2}), ({"x": 1}, ERASED), (5, ERASED)]
)
def test_a_value_that_did_not_stand_there_is_found(stood: Any, before: Any) -> None:
    _, found = added(([["/a", None, stood]], None), ([["/a", before, "new"]], None))
    assert found == [("before-differs", 2)]


@pytest.mark.parametrize("pointer", ["/nowhere/a", "/text/a", "/list/a/b"])
def test_a_place_that_is_not_there_is_found_and_passed_over(pointer: str) -> None:
    total, found = added(([["/text", None, "t"], ["/list", None, []]], None), ([[pointer, "x", "y"]], None))
    assert found == [("before-differs", 2)]
    assert total.document == {"text": "t", "list": []}


@pytest.mark.parametrize("changes", [[["/a", 1]], [["", None, 1]], [["a", None, 1]], [[7, None, 1]], 7, [None]])
def test_what_is_no_change_cannot_be_read(changes: Any) -> None:
    with pytest.raises(UNREADABLE):
        added((changes, None))


@pytest.mark.parametrize("number", [1, "0", None])
def test_a_personal_value_that_is_not_there_cannot_be_read(number: Any) -> None:
    with pytest.raises(UNREADABLE):
        added(([["/a", None, {"$personal": number}]], ["only one"]))
