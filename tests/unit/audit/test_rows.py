from collections.abc import Iterator

import pytest
from sqlalchemy import select

from ordertrail import OrderTrail
from ordertrail.audit.rows import OrderRows, by_order, raw
from tests.shops import ENGINES, open_shop, small


@pytest.fixture(scope="module", params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """Three orders, of two, one and three entries."""
    with open_shop(request, tmp_path_factory) as opened, opened.acting("anna", channel="API") as desk:
        for notes in (1, 0, 2):
            order = desk.place_order(small(), idempotency_key=f"key-{notes}").id
            for number in range(notes):
                desk.add_note(order, title=f"é {number}")
            if notes == 2:
                desk.erase_personal_data(order, reason="erasure-request")
        yield opened


def counted(rows: OrderRows) -> dict[str, int]:
    """How many rows there are of each kind."""
    return {name: len(list(getattr(rows, name))) for name in OrderRows._fields[1:]}


def test_orders_come_one_by_one_with_all_their_rows(trail: OrderTrail) -> None:
    with trail.store.reading() as transaction, by_order(transaction, trail.store.tables, None) as all_rows:
        found = [(rows.order_id.decode(), counted(rows)) for rows in all_rows]
    assert [order_id for order_id, _ in found] == sorted(item.id for item in trail.orders())
    for order_id, counts in found:
        version = trail.order(order_id).version
        erased = 2 if version == 4 else 0
        assert counts == {
            "orders": 1, "numbers": 1, "erasures": erased, "idempotency": 1, "log": version, "entries": version,
        }  # fmt: skip


def test_one_order_comes_alone(trail: OrderTrail) -> None:
    order_id = trail.orders().items[0].id
    with trail.store.reading() as transaction, by_order(transaction, trail.store.tables, order_id) as all_rows:
        assert [rows.order_id.decode() for rows in all_rows] == [order_id]


def test_rows_that_nobody_reads_are_passed_over(trail: OrderTrail) -> None:
    with trail.store.reading() as transaction, by_order(transaction, trail.store.tables, None) as all_rows:
        assert len([rows.order_id for rows in all_rows]) == 3


def test_a_transaction_may_end_before_all_is_read(trail: OrderTrail) -> None:
    with trail.store.reading() as transaction, by_order(transaction, trail.store.tables, None) as all_rows:
        first = next(all_rows)
    assert first.order_id
    assert len(trail.orders()) == 3


def test_texts_come_as_their_bytes_and_the_rest_as_it_is(trail: OrderTrail) -> None:
    table = trail.store.tables.order_notes
    with trail.store.reading() as transaction:
        plain = transaction.rows(select(table).order_by(table.c.order_id, table.c.seq))
        found = transaction.rows(raw(trail.store.tables, table).order_by(table.c.order_id, table.c.seq))
    assert found == [tuple(value.encode() if isinstance(value, str) else value for value in row) for row in plain]
