"""The event types: those of the original spelt exactly so, ours alike, a shop's own beside them."""

import re
from typing import Any

import pytest

from ordertrail.errors import InvalidInput, UnknownEventType
from ordertrail.notes.events import (
    BUILT_IN,
    Category,
    EventType,
    OrderActivityEvent,
    event_type,
    may_be_recorded,
    registry,
)

ORIGINAL = """
OrderGroupCreated OrderGroupOnHold OrderGroupCompleted OrderGroupInProgress OrderGroupCancelled
ShipmentAwaitingInventory ShipmentCancelled ShipmentPacking ShipmentReleased ShipmentShipped ReturnCreated AddingPayment
CreatingRefund ReturnReceiptItems PromotionAddCoupon PromotionManualDiscount PromotionRemoveCoupon None
"""
"""As the documentation of Optimizely Commerce Connect spells them."""


def own(name: str = "shop.GiftWrapped", **fields: Any) -> EventType:
    """An event type of a shop's own."""
    described = {"sentence": "Wrapped in {paper}", "recorded_when": "it is wrapped", "icon": "gift", **fields}
    return EventType(name=name, category=Category.OTHER, about="order", **described)


def test_the_eighteen_event_types_of_the_original_are_spelt_exactly_so() -> None:
    assert list(OrderActivityEvent) == ORIGINAL.split()
    assert set(ORIGINAL.split()) <= set(BUILT_IN)
    assert OrderActivityEvent.ORDER_GROUP_CREATED.name == "ORDER_GROUP_CREATED"
    assert OrderActivityEvent.NONE.value == "None"


@pytest.mark.parametrize("event", BUILT_IN.values(), ids=BUILT_IN)
def test_every_event_type_is_documented(event: EventType) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]+", event.name)
    assert event.recorded_when.strip()
    assert event.sentence[0].isupper() or event.sentence[0] == "{"
    assert re.fullmatch(r"[a-z0-9-]+", event.icon)
    assert event.about in ("order", "shipment", "payment", "return", "promotion", "note")
    assert isinstance(event.category, Category)


def test_the_registry_is_the_same_for_everybody() -> None:
    with pytest.raises(TypeError):
        BUILT_IN["x"] = own()  # type: ignore[index]
    assert registry() == BUILT_IN


def test_a_sentence_is_filled_in_and_shows_what_is_missing() -> None:
    assert own().title({"paper": "gold", "more": 1}) == "Wrapped in gold"
    assert own().title({}) == "Wrapped in [paper]"
    assert own(sentence="{{as it is}}").title({}) == "{as it is}"
    assert own().title({"paper": "{paper} {0} %s"}) == "Wrapped in {paper} {0} %s"


@pytest.mark.parametrize("name", ["shop.GiftWrapped", "my-shop.X", "S.a1", "a" * 63 + "." + "B" * 63])
def test_a_shop_registers_its_own_as_vendor_name(name: str) -> None:
    known = registry([own(name)])
    assert event_type(known, name).name == name
    assert event_type(known, "OrderGroupCreated") is BUILT_IN["OrderGroupCreated"]


@pytest.mark.parametrize(
    "name", ["GiftWrapped", "None", ".X", "shop.", "shop.Gift Wrapped", "shop.a.b", "1shop.X", "shop.1X", "shöp.X", "",
             "shop.X\n", "a" * 64 + ".B"],
)  # fmt: skip
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"call it vendor.Name"):
        registry([own(name)])


def test_the_same_name_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"shop.GiftWrapped is registered twice"):
        registry([own(), own()])


@pytest.mark.parametrize("sentence", ["{", "}", "{}", "{0}", "{a.b}", "{a[0]}", "{a:d}", "{a!r}", "{a b}"])
def test_a_sentence_that_could_not_be_filled_in_is_refused(sentence: str) -> None:
    with pytest.raises(InvalidInput, match=r"put plain names of its data in braces, such as {box}"):
        registry([own(sentence=sentence)])


@pytest.mark.parametrize("sentence", ["Wrapped", "{paper} and {gift-tag}", "{{}}"])
def test_a_plain_sentence_is_taken(sentence: str) -> None:
    assert registry([own(sentence=sentence)])


def test_an_event_type_that_nobody_registered_is_refused() -> None:
    with pytest.raises(UnknownEventType, match=r"'shop.Other': register it when the trail is opened"):
        event_type(BUILT_IN, "shop.Other")


def test_an_entry_may_be_of_a_type_that_is_registered_no_longer() -> None:
    assert may_be_recorded("shop.GiftWrapped")
    assert all(map(may_be_recorded, BUILT_IN))
    assert not any(map(may_be_recorded, ["GiftWrapped", "ordergroupcreated", "shop.", "shop.X\n", ""]))


def test_only_what_may_stay_for_ever_gets_into_a_title() -> None:
    data = {"paper": "gold", "to": "Mercy", "title": "For Mercy", "detail": "Flat 12"}
    assert own(personal=("to",)).labels(data) == {"paper": "gold"}
    assert own(personal=("*",)).labels(data) == {}
    assert own().labels(data) == {"paper": "gold", "to": "Mercy"}
