"""Many processes at once: no operation is lost, none is doubled, and the record is clean."""

from collections import Counter
from multiprocessing.connection import Connection, wait
from typing import Any

from sqlalchemy import select

from ordertrail import OrderTrail
from tests import checker
from tests.fault.workers import PROCESSES, Done, work

WORKERS = 8
OPERATIONS = 250
"""For each of the processes: 2,000 in all."""

ORDERS = 10


def test_eight_processes_on_ten_orders(database_url: str) -> None:
    with OrderTrail.open(database_url) as trail:
        desk = trail.acting("anna", channel="Order Management")
        orders = [desk.place_order({"market": "US", "currency": "USD"}).id for _ in range(ORDERS)]
    done = all_of(database_url, orders)
    with OrderTrail.open(database_url) as trail:
        assert len(done) == WORKERS * OPERATIONS
        assert_recorded_once(trail, done)
        assert not checker.all_findings(trail)
        assert not trail.verify().findings


def all_of(url: str, orders: list[str]) -> list[Done]:
    """What all processes say they have done; each works to its end."""
    pipes, processes = [], []
    for number in range(WORKERS):
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=work, args=(url, f"worker-{number}", orders, OPERATIONS, number, theirs))
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    done = list(received(pipes))
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * WORKERS
    return done


def received(pipes: list[Connection]) -> list[Done]:
    """All messages, until every pipe is closed at its other end."""
    done, still_open = [], list(pipes)
    while still_open:
        for pipe in wait(still_open):
            assert isinstance(pipe, type(pipes[0]))
            try:
                done.append(pipe.recv())
            except EOFError:
                still_open.remove(pipe)
    return done


def assert_recorded_once(trail: OrderTrail, done: list[Done]) -> None:
    """Each operation has the entry that its answer named, and no entry is nobody's."""
    notes = trail.store.tables.order_notes
    statement = select(notes.c.order_id, notes.c.seq, notes.c.cause, notes.c.digest, notes.c.content, notes.c.personal)
    with trail.store.reading() as transaction:
        rows = transaction.rows(statement.where(notes.c.cause.is_not(None)))
    entries: dict[Any, Any] = {(row[0], row[1]): row[2:] for row in rows}
    assert Counter(row[2] for row in rows) == Counter(one.marker for one in done)
    assert len({one.marker for one in done}) == len(done)
    for one in done:
        cause, digest, content, personal = entries[one.order_id, one.version]
        assert (cause, digest) == (one.marker, one.head)
        assert one.marker in content or one.marker in personal
