"""Personal values go into a part of their own, and come back, or read as erased."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.notes.personal import ERASED, HIDDEN, below, hide, seal, seal_value, sealed_places, unseal

KEYS = st.sampled_from(["name", "email", "id", "1", "2", "address"])
TREES = st.recursive(
    st.booleans(), lambda inner: st.dictionaries(st.sampled_from(["name", "email", "1", "*"]), inner, max_size=3)
)
VALUES = st.recursive(
    st.text() | st.integers() | st.booleans() | st.lists(st.text(), max_size=2),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
TREE = {"customer": {"name": True, "email": True}, "attributes": {"*": True, "gift": False}, "comment": True}


def opened(sealed: Any, personal: list[Any] | None) -> Any:
    """What an entry says whose content is this."""
    stored = json.dumps(sealed, separators=(",", ":"), ensure_ascii=False)
    return json.loads(unseal(stored, None if personal is None else [json.dumps(one).encode() for one in personal]))


@given(VALUES, TREES)
def test_what_is_sealed_opens_to_what_it_was(value: Any, tree: Any) -> None:
    personal: list[str] = []
    sealed = seal_value(value, tree, personal)
    assert opened(sealed, personal) == value
    assert len(sealed_places(sealed, "")) == len(personal)


@given(VALUES, TREES)
def test_what_is_erased_tells_nothing_and_stays_where_it_was(value: Any, tree: Any) -> None:
    personal: list[str] = []
    sealed = seal_value(value, tree, personal)
    erased = opened(sealed, None)
    again: list[str] = []
    # Sealed once more, it is what it was: nothing in it is personal any more.
    assert seal_value(erased, tree, again) == erased
    assert again == []
    assert str(erased).count("$erased") == len(personal) == str(sealed).count("$personal")


def test_changes_are_sealed_by_their_pointers() -> None:
    personal: list[str] = []
    changes = [
        ("/customer", None, {"id": "C1", "name": "Mercy"}),
        ("/customer/email", "old@example.com", "new@example.com"),
        ("/attributes/gift", None, "yes"),
        ("/attributes/colour", "red", None),
        ("/comment", None, "call me"),
        ("/status", "InProgress", "OnHold"),
        ("/customer/id", "C1", "C2"),
    ]
    sealed = seal(changes, TREE, personal)
    assert sealed == [
        ["/customer", None, {"id": "C1", "name": {"$personal": 0}}],
        ["/customer/email", {"$personal": 1}, {"$personal": 2}],
        ["/attributes/gift", None, "yes"],
        ["/attributes/colour", {"$personal": 3}, None],
        ["/comment", None, {"$personal": 4}],
        ["/status", "InProgress", "OnHold"],
        ["/customer/id", "C1", "C2"],
    ]
    assert personal == ["Mercy", "old@example.com", "new@example.com", "red", "call me"]
    assert [tuple(change) for change in opened(sealed, personal)] == changes


def test_a_value_that_was_erased_before_stays_so() -> None:
    personal: list[str] = []
    assert seal([("/customer/name", dict(ERASED), None)], TREE, personal) == [
        ["/customer/name", {"$erased": True}, None]
    ]
    assert personal == []


def test_all_below_a_personal_place_is_personal() -> None:
    personal: list[str] = []
    assert seal_value({"a": {"b": "x"}, "c": "y"}, True, personal) == {
        "a": {"b": {"$personal": 0}},
        "c": {"$personal": 1},
    }
    assert personal == ["x", "y"]


def test_places_of_sealed_values_are_found() -> None:
    value = {"customer": {"name": {"$personal": 0}, "id": "C1"}, "comment": {"$personal": 1}}
    assert sealed_places(value, "/x") == ["/x/customer/name", "/x/comment"]
    assert sealed_places("text", "/x") == sealed_places(None, "/x") == []


def test_a_name_of_its_own_counts_before_any_name() -> None:
    assert below(TREE["attributes"], "gift") is False
    assert below(TREE["attributes"], "colour") is True
    assert below(TREE, "status") is None
    assert below(True, "anything") is True


def test_a_place_in_the_personal_part_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        opened({"$personal": 1}, ["x"])
    with pytest.raises(ValueError, match="by what is no number"):
        opened({"$personal": "1"}, ["x", "y"])


def test_what_is_hidden_tells_nothing_and_stays_where_it_was() -> None:
    content = '{"data":{"gift":"yes","name":{"$personal":0},"quoted":"{\\"$personal\\":1}"}}'
    assert json.loads(hide(content)) == {"data": {"gift": "yes", "name": HIDDEN, "quoted": '{"$personal":1}'}}
