"""Reading an order whose rows were damaged: a typed error that says where to look, never a guess."""

from collections.abc import Iterator

import pytest

from ordertrail import OrderTrail, RecordDamaged
from tests.fault.tampering import past_the_guards
from tests.shops import small


@pytest.fixture
def trail(database_url: str) -> Iterator[OrderTrail]:
    with OrderTrail.open(database_url) as trail:
        yield trail


def test_a_document_that_is_none(trail: OrderTrail) -> None:
    order = trail.acting("anna", channel="Order Management").place_order(small())
    with past_the_guards(trail) as tampering:
        tampering.change(tampering.tables.orders, {"order_id": order.id}, document="{")
        for read in (tampering.trail.order, tampering.trail.legal_operations):
            with pytest.raises(RecordDamaged, match="ordertrail verify"):
                read(order.id)


def test_changes_of_what_was_never_there(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Order Management")
    order = desk.place_order(small())
    desk.set_attribute(order.id, key="gift", value="yes")
    changes = '{"changes":[["/line_items/9/name","Tent","Bag"]]}'
    with past_the_guards(trail) as tampering:
        tampering.change(tampering.tables.order_notes, {"seq": 2}, content=changes)
        with pytest.raises(RecordDamaged, match=r"entry 2 .* was not there"):
            tampering.trail.order(order.id, as_of=2)


@pytest.mark.parametrize(
    "damage", [{"type": "Note"}, {"actor_kind": "root"}, {"visibility": "all"}, {"created": 10**18}, {"actor": "7"}]
)
def test_a_note_that_is_none(trail: OrderTrail, damage: dict[str, object]) -> None:
    desk = trail.acting("anna", channel="Order Management")
    order = desk.add_note(desk.place_order(small()).id, title="Called")
    with past_the_guards(trail) as tampering:
        tampering.change(tampering.tables.order_notes, {"seq": 2}, **damage)
        for read in (lambda: tampering.trail.order_note(order.id, 2), lambda: tampering.trail.order_notes(order.id)):
            with pytest.raises(RecordDamaged, match=f"entry 2 of order {order.id} cannot be read"):
                read()


def test_content_that_is_none(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Order Management")
    order = desk.set_attribute(desk.place_order(small()).id, key="gift", value="yes").id
    with past_the_guards(trail) as tampering:
        tampering.change(tampering.tables.order_notes, {"seq": 2}, content='{"changes":[["/status"]]}')
        with pytest.raises(RecordDamaged, match=r"entry 2 .* cannot be read"):
            tampering.trail.order(order, as_of=2)
        with pytest.raises(RecordDamaged, match=r"entry 2 .* cannot be read"):
            tampering.trail.acting("anna", channel="Web").erase_personal_data(order, reason="erasure-request")
