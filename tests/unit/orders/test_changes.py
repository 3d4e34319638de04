"""What changed is found, applied and taken back exactly; what is personal is known from the model."""

import json
import subprocess
import sys
from copy import deepcopy
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.notes.personal import ERASED
from ordertrail.orders.changes import (
    apply,
    as_json,
    compare,
    compare_values,
    marked,
    personal_places,
    personal_tree,
    revert,
    without,
)
from ordertrail.orders.model import Address, Order, canonical, decode_order
from tests.unit.orders.builders import do, placed, shipped, two_shipments

KEYS = st.from_regex(r"[A-Za-z0-9._-]{1,4}", fullmatch=True)
# As documents are: no null, no float, and never true in one and 1 in the other.
LEAVES = st.text(max_size=4) | st.integers(2, 9) | st.just(True) | st.lists(st.text(max_size=2), max_size=2)
DOCUMENTS = st.dictionaries(
    KEYS, st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=6), max_size=4
)


@given(DOCUMENTS, DOCUMENTS)
def test_changes_lead_there_and_back(before: dict[str, Any], after: dict[str, Any]) -> None:
    changes = compare_values(before, after)
    document = deepcopy(before)
    for change in changes:
        assert apply(document, change) == change[1]
    assert document == after
    for change in reversed(changes):
        revert(document, change)
    assert document == before


@given(DOCUMENTS, DOCUMENTS)
def test_only_what_differs_is_a_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    changes = compare_values(before, after)
    assert bool(changes) == (before != after)
    pointers = [pointer for pointer, _, _ in changes]
    assert len(set(pointers)) == len(pointers)
    assert all(was != now for _, was, now in changes)
    assert not any(isinstance(was, dict) and isinstance(now, dict) for _, was, now in changes)


def test_a_new_order_changes_member_by_member() -> None:
    order = person()
    assert compare(None, order) == [(f"/{key}", None, value) for key, value in sorted(as_json(order).items())]


def test_only_members_that_are_not_the_same_are_spelt() -> None:
    order, again = person(), decode_order(canonical(person()))
    assert compare(order, order) == compare(order, again) == []
    held = do(again, "hold_order", reason="fraud")
    assert compare(order, held) == compare(again, held) == compare_values(as_json(order), as_json(held)) != []


def test_a_change_is_a_pointer_and_the_values_before_and_after() -> None:
    before = {
        "status": "InProgress",
        "shipments": {"1": {"status": "Released", "quantities": {"1": "2"}}},
        "tags": ["a"],
    }
    after = {
        "status": "OnHold",
        "shipments": {"1": {"status": "Released", "quantities": {}}, "2": {}},
        "tags": ["a", "b"],
    }
    assert compare_values(before, after) == [
        ("/shipments/1/quantities/1", "2", None),
        ("/shipments/2", None, {}),
        ("/status", "InProgress", "OnHold"),
        ("/tags", ["a"], ["a", "b"]),
    ]


def test_a_map_that_comes_in_is_copied() -> None:
    document: dict[str, Any] = {}
    came = ("/a", None, {"b": {"c": "1"}})
    apply(document, came)
    apply(document, ("/a/b/c", "1", "2"))
    assert came[2] == {"b": {"c": "1"}}
    assert document == {"a": {"b": {"c": "2"}}}


def test_a_change_at_a_place_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        apply({}, ("/a/b", None, "1"))
    with pytest.raises(TypeError):
        apply({"a": "text"}, ("/a/b/c", None, "1"))


# Personal values


def personal_fields(struct: type[msgspec.Struct], place: str = "") -> set[str]:
    """The places of all fields that are marked as personal, found another way than the code finds them."""
    found = set()
    for name, hint in get_type_hints(struct, include_extras=True).items():
        text, below = str(hint), f"{place}/{name}"
        if "'personal': True" in text:
            found.add(f"{below}/*" if text.startswith("dict") else below)
        found |= {
            deeper
            for part in parts(hint)
            for deeper in personal_fields(part, f"{below}/*" if text.startswith("dict") else below)
        }
    return found


def parts(hint: Any) -> list[type[msgspec.Struct]]:
    """The structs that a type mentions."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return [hint]
    return [found for argument in getattr(hint, "__args__", ()) for found in parts(argument)]


def leaves(tree: Any, place: str = "") -> set[str]:
    """The places of a tree that are personal."""
    if tree is True:
        return {place}
    return {found for name, below in tree.items() for found in leaves(below, f"{place}/{name}")}


def test_the_tree_of_personal_places_is_what_the_fields_say() -> None:
    assert leaves(personal_tree()) == personal_fields(Order)


@pytest.mark.parametrize(
    "place",
    ["/customer/name", "/customer/email", "/customer/phone", "/billing_address/line1", "/billing_address/postal_code",
     "/billing_address/phone", "/shipments/*/address/name", "/shipments/*/tracking/number", "/customer_comment",
     "/attributes/*", "/line_items/*/attributes/*", "/payments/*/attributes/*", "/returns/*/comment",
     "/returns/*/items/*/reason/comment", "/holds/*/reason/comment", "/shipments/*/hold_reason/comment",
     "/manual_discounts/*/reason/comment", "/legal_hold/comment"],
)  # fmt: skip
def test_names_addresses_and_free_texts_are_personal(place: str) -> None:
    assert place in leaves(personal_tree())


def test_a_country_and_a_pseudonym_are_not_personal() -> None:
    tree = personal_tree()
    assert set(Address.__struct_fields__) - set(tree["billing_address"]) == {"country"}
    assert "id" not in tree["customer"]


def test_attributes_that_the_shop_declares_plain_are_not_personal() -> None:
    tree = personal_tree(frozenset({"gift"}))
    for attributes in (tree["attributes"], tree["line_items"]["*"]["attributes"], tree["shipments"]["*"]["attributes"]):
        assert attributes == {"gift": False, "*": True}
    document = {"attributes": {"gift": "yes", "name": "Mercy"}, "customer": {"id": "C1", "email": "m@example.com"}}
    assert personal_places(document, tree) == ["/attributes/name", "/customer/email"]
    assert personal_places(None, tree) == personal_places("x", False) == []


def person() -> Order:
    """An order that knows its customer."""
    order = placed(
        customer={"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"},
        billing_address={"line1": "Flat 12", "country": "US"},
        attributes={"gift": "for Tom"},
    )
    return do(order, "hold_order", reason="call 555 0100")


def test_every_personal_value_can_go_and_the_rest_stays() -> None:
    order = person()
    places = personal_places(json.loads(canonical(order)), personal_tree())
    assert set(places) == {
        "/attributes/gift", "/billing_address/line1", "/customer/email", "/customer/name", "/holds/1/reason/comment",
    }  # fmt: skip
    left = without(order, places)
    assert personal_places(json.loads(canonical(left)), personal_tree()) == []
    assert (left.customer.id if left.customer else None, left.totals, left.holds["1"].reason.code) == (
        "C1", order.totals, "other",
    )  # fmt: skip
    assert without(order, []) == order


def test_what_is_erased_is_marked_so_that_the_changes_still_add_up() -> None:
    read = marked(person(), ["/customer/name", "/attributes/gift"])
    assert read["customer"] == {"id": "C1", "name": dict(ERASED), "email": "mercy@example.com"}
    assert read["attributes"] == {"gift": {"$erased": True}}
    assert marked(person(), []) == as_json(person())
    left = without(person(), ["/customer/name", "/attributes/gift"])
    assert compare(person(), left, ["/customer/name", "/attributes/gift"]) == [
        ("/attributes", {"gift": dict(ERASED)}, None),
        ("/customer/name", dict(ERASED), None),
    ]


def test_changes_of_real_operations_lead_from_document_to_document() -> None:
    order = two_shipments()
    for after in (shipped(order), do(order, "split_shipment", shipment="1", quantities={"1": "0.5"}), person()):
        document = json.loads(canonical(order))
        changes = compare(order, after)
        for change in changes:
            apply(document, change)
        assert canonical(document) == canonical(after)
        assert changes == compare_values(as_json(order), as_json(after))


TWICE = """
import sys
from ordertrail.orders.changes import personal_tree
first = personal_tree()
for name in [name for name in sys.modules if name.startswith("ordertrail")]:
    del sys.modules[name]
from ordertrail.orders.changes import personal_tree as again
assert again is not personal_tree
assert again() == first
"""


def test_what_is_personal_is_known_in_a_process_that_imports_the_package_twice() -> None:
    # As tools that measure coverage do. The typing module then hands out what it made at the first import.
    subprocess.run([sys.executable, "-c", TWICE], check=True)
