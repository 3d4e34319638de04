"""Many operations in one transaction, on each engine."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from ordertrail import (
    DatabaseFull,
    DuplicateId,
    InvalidInput,
    NewLineItem,
    NewOrder,
    NewShipment,
    OrderTrail,
    StoreError,
    UnknownOrder,
)
from ordertrail.desk import Desk
from ordertrail.store import libraries


@pytest.fixture
def trail(database_url: str) -> Iterator[OrderTrail]:
    """A new trail."""
    with OrderTrail.open(database_url) as opened:
        yield opened


def new_order(number: str) -> NewOrder:
    """A small order."""
    return NewOrder(
        number=number,
        market="US",
        currency="USD",
        line_items={"1": NewLineItem(sku="TENT-2", name="Tent for two", quantity=Decimal(1), unit_price=Decimal(249))},
        shipments={"1": NewShipment(method="Ground", quantities={"1": Decimal(1)})},
    )


def at_desk(trail: OrderTrail) -> Desk:
    """A desk in this trail or batch."""
    return trail.acting("anna", channel="Order Management")


def numbers(trail: OrderTrail) -> set[str]:
    """The numbers of all orders."""
    return {order.number for order in trail.orders(limit=100)}


def test_all_of_a_batch_is_seen_inside_at_once_and_outside_at_its_end(trail: OrderTrail) -> None:
    with trail.batch() as batch:
        desk = at_desk(batch)
        placed = desk.place_order(new_order("A1"))
        held = desk.hold_order(placed.id, reason="address looks wrong")
        assert [note.seq for note in held.order_notes] == [1, 2]
        assert batch.order(number="A1").status == "OnHold"
        assert numbers(trail) == set()
    assert numbers(trail) == {"A1"}
    assert [note.event_type for note in trail.order(placed.id).order_notes] == ["OrderGroupCreated", "OrderGroupOnHold"]


def test_a_batch_that_raises_leaves_nothing(trail: OrderTrail) -> None:
    kept = at_desk(trail).place_order(new_order("A1"))

    def breaking_off() -> None:
        with trail.batch() as batch:
            at_desk(batch).hold_order(kept.id, reason="address looks wrong")
            at_desk(batch).place_order(new_order("A2"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        breaking_off()
    assert numbers(trail) == {"A1"}
    assert trail.order(kept.id).version == 1


def test_what_is_refused_is_undone_alone(trail: OrderTrail) -> None:
    with trail.batch() as batch:
        desk = at_desk(batch)
        desk.place_order(new_order("A1"))
        with pytest.raises(DuplicateId):
            desk.place_order(new_order("A1"))
        with pytest.raises(UnknownOrder):
            desk.hold_order("0", reason="address looks wrong")
        desk.place_order(new_order("A2"))
    assert numbers(trail) == {"A1", "A2"}


def test_a_batch_within_a_batch_is_undone_alone(trail: OrderTrail) -> None:
    with trail.batch() as batch:
        at_desk(batch).place_order(new_order("A1"))

        def breaking_off() -> None:
            with batch.batch() as inner:
                at_desk(inner).place_order(new_order("A2"))
                raise InvalidInput("no")

        with pytest.raises(InvalidInput, match="no"):
            breaking_off()
        with batch.batch() as inner:
            at_desk(inner).place_order(new_order("A3"))
    assert numbers(trail) == {"A1", "A3"}


def test_a_batch_that_has_ended_is_refused(trail: OrderTrail) -> None:
    with trail.batch() as batch:
        placed = at_desk(batch).place_order(new_order("A1"))
    with pytest.raises(StoreError, match="this batch has ended"):
        at_desk(batch).hold_order(placed.id, reason="address looks wrong")
    with pytest.raises(StoreError, match="this batch has ended"):
        batch.order(placed.id)
    with pytest.raises(StoreError, match="this batch has ended"):
        list(placed.order_notes)
    with pytest.raises(StoreError, match="this batch has ended"):
        batch.guards()
    assert trail.order(placed.id).version == 1


def test_what_the_database_undid_as_a_whole_is_said_as_what_it_was(trail: OrderTrail) -> None:
    """As SQLite does in the middle of a transaction that a full disk has no room for."""

    def losing(batch: OrderTrail) -> None:
        with batch.store.writing() as transaction:
            transaction.rows(text("ROLLBACK"))
            raise DatabaseFull("the disk is full")

    def placing() -> None:
        with trail.batch() as batch:
            at_desk(batch).place_order(new_order("A1"))
            with pytest.raises(DatabaseFull):
                losing(batch)
            with pytest.raises(DatabaseFull):
                at_desk(batch).place_order(new_order("A2"))

    with pytest.raises(DatabaseFull):
        placing()
    assert numbers(trail) == set()


def test_nothing_is_committed_beside_what_could_not_be_undone(trail: OrderTrail) -> None:
    def half_done(batch: OrderTrail) -> None:
        with batch.store.writing() as transaction:
            transaction.rows(text("RELEASE SAVEPOINT ordertrail"))
            raise InvalidInput("no")

    def placing() -> None:
        with trail.batch() as batch:
            at_desk(batch).place_order(new_order("A1"))
            with pytest.raises(InvalidInput):
                half_done(batch)

    with pytest.raises(StoreError):
        placing()
    assert numbers(trail) == set()
    at_desk(trail).place_order(new_order("A2"))
    assert numbers(trail) == {"A2"}


def test_the_guards_are_checked_within_a_batch(trail: OrderTrail) -> None:
    with trail.batch() as batch:
        assert batch.guards() == trail.guards()


def test_a_change_that_lost_a_race_is_tried_again_within_the_batch(trail: OrderTrail) -> None:
    with trail.batch() as batch:
        # SQLite has one writer, so there is no race; PostgreSQL sees what others committed since.
        assert batch.store.retries is (batch.store.tables.schema is not None)


def test_more_reasons_and_plain_attributes_are_the_callers_alone(trail: OrderTrail) -> None:
    order = at_desk(trail).place_order(new_order("A1"))
    known = trail.extended(reasons={"shop.lost": "Lost", "late": "Too late"}, plain_attributes=["shop.colour"])
    desk = at_desk(known)
    desk.set_attribute(order.id, key="shop.colour", value="red")
    desk.set_attribute(order.id, key="shop.wish", value="blue")
    held = desk.hold_order(order.id, reason={"code": "shop.lost"})
    desk.hold_order(order.id, reason={"code": "late"})
    assert [hold.reason.label for hold in held.holds.values()] == ["Lost"]
    assert known.order(order.id).holds["2"].reason.label == "Arrived too late"
    entries = trail.store.tables.order_notes
    wanted = select(entries.c.personal).where(entries.c.event == "AttributeChanged").order_by(entries.c.seq)
    with trail.store.reading() as transaction:
        assert transaction.rows(wanted) == [(None,), ('["blue"]',)]


def test_within_a_callers_transaction_a_batch_is_a_part_of_it(trail: OrderTrail, database_url: str) -> None:
    connection = connected(database_url)
    joined = OrderTrail.open(connection=connection)

    def breaking_off() -> None:
        with joined.batch() as batch:
            at_desk(batch).place_order(new_order("A2"))
            raise InvalidInput("no")

    with joined.batch() as batch:
        at_desk(batch).place_order(new_order("A1"))
    with pytest.raises(InvalidInput, match="no"):
        breaking_off()
    assert numbers(trail) == set()
    connection.commit()
    connection.close()
    assert numbers(trail) == {"A1"}


def connected(url: str) -> Any:
    """A caller's own connection."""
    if url.startswith("postgresql"):
        return psycopg.connect(url)
    return libraries.choose(None).connect(url.removeprefix("sqlite:///"))
