"""What was erased leaves the files of SQLite, not only its tables."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ordertrail import Desk, OrderTrail
from ordertrail.store.stores import OwnStore

PLANTED = "Zyxwvut"
"""In whatever is personal, and nowhere else."""

KEPT = "Tsrqpon"
"""In the personal data of another order."""


@pytest.fixture
def trail(sqlite_url: str) -> Iterator[OrderTrail]:
    """A shop."""
    opened = OrderTrail.open(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def desk(trail: OrderTrail) -> Desk:
    """Who acts."""
    return trail.acting("anna", channel="Order Management")


def place(desk: Desk, text: str) -> str:
    """An order with a text in all of its personal data, much of it written more than once."""
    new = {"market": "US", "currency": "USD", "customer": {"id": "C1", "name": text, "email": f"{text}@example.com"}}
    order_id = desk.place_order(new, idempotency_key=f"key of {text[0]}").id
    desk.add_note(order_id, title=text, detail=f"{text} " * 2000)
    for name in ("Ann", "Bea"):
        desk.change_customer(order_id, customer={"id": "C1", "name": f"{text} {name}", "email": f"{text}@example.org"})
    desk.set_attribute(order_id, key="engraving", value=text)
    return order_id


def salts(trail: OrderTrail, order_id: str) -> list[bytes]:
    """The salts of its personal parts, and the digest that its idempotency key stands for."""
    notes, known = trail.store.tables.order_notes, trail.store.tables.idempotency
    with trail.store.reading() as transaction:
        found = transaction.rows(select(notes.c.personal_salt).where(notes.c.order_id == order_id))
        found += transaction.rows(select(known.c.digest).where(known.c.order_id == order_id))
    return [value for (value,) in found if value is not None]


def stands_in(url: str, *planted: bytes) -> list[str]:
    """The files that hold any of these bytes."""
    file = Path(url.removeprefix("sqlite:///"))
    files = [file, file.with_name(f"{file.name}-wal")]
    return [each.suffix for each in files if any(value in each.read_bytes() for value in planted)]


def test_what_was_erased_is_in_no_file(trail: OrderTrail, desk: Desk, sqlite_url: str) -> None:
    place(desk, KEPT)
    order_id = place(desk, PLANTED)
    planted = [PLANTED.encode(), *salts(trail, order_id)]
    assert len(planted) > 5
    assert all(stands_in(sqlite_url, value) for value in planted)
    desk.erase_personal_data(order_id, reason="erasure-request")
    assert stands_in(sqlite_url, *planted) == []
    assert stands_in(sqlite_url, KEPT.encode()) == [".db"]
    assert trail.verify().sound


def test_nor_when_a_batch_has_erased_it(trail: OrderTrail, desk: Desk, sqlite_url: str) -> None:
    order_id = place(desk, PLANTED)
    with trail.batch() as batch, batch.acting("anna", channel="Order Management") as its_desk:
        its_desk.erase_personal_data(order_id, reason="erasure-request")
    assert stands_in(sqlite_url, PLANTED.encode()) == []


def test_who_reads_holds_up_no_erasure(trail: OrderTrail, desk: Desk, sqlite_url: str) -> None:
    order_id, other_id = place(desk, PLANTED), place(desk, KEPT)
    with trail.store.reading() as transaction:
        transaction.load(order_id)
        begun = time.monotonic()
        desk.erase_personal_data(order_id, reason="erasure-request")
        assert time.monotonic() - begun < 10  # the store's own time-out is thirty seconds
        assert ".db-wal" in stands_in(sqlite_url, PLANTED.encode())
    desk.erase_personal_data(other_id, reason="erasure-request")
    assert stands_in(sqlite_url, PLANTED.encode(), KEPT.encode()) == []
    assert [time_out(session) for session in idle(trail)] == [30_000, 30_000]


def test_a_log_that_cannot_be_emptied_fails_no_erasure(trail: OrderTrail, desk: Desk, sqlite_url: str) -> None:
    order_id = place(desk, PLANTED)
    with trail.batch() as batch, batch.store.writing() as transaction:
        notes = transaction.stream(select(trail.store.tables.order_notes))
        next(notes)  # SQLite empties no log for a connection that is still reading
        batch.acting("anna", channel="Order Management").erase_personal_data(order_id, reason="erasure-request")
    assert PLANTED not in repr(trail.order(order_id))
    assert ".db-wal" in stands_in(sqlite_url, PLANTED.encode())
    assert [time_out(session) for session in idle(trail)] == [30_000]
    assert len(list(notes)) > 1


def idle(trail: OrderTrail) -> list[Any]:
    """The connections that wait to be used."""
    assert isinstance(trail.store, OwnStore)
    return trail.store._pool._idle


def time_out(session: Any) -> int:
    """How many milliseconds a connection waits for a lock."""
    return int(session.run("PRAGMA busy_timeout")[0][0])
