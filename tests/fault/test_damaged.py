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
