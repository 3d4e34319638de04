"""A process killed at any moment: what it acknowledged is there, what it did not is whole or absent."""

import json
import random
import time
from collections import defaultdict
from multiprocessing.connection import Connection

from sqlalchemy import select

from ordertrail import OrderTrail
from tests import checker
from tests.fault.workers import EVENTS, PROCESSES, Done, work_until_killed

LONGEST = 0.35
"""Seconds after which the process is killed at the latest: for every other one they count from its start, while it
opens the database, for the others from the first operation that it acknowledges."""

PATIENCE = 60.0
"""Seconds in which a worker is to acknowledge its first operation, however busy the machine is."""


def test_killed_fifty_times_on_sqlite(sqlite_url: str) -> None:
    kill(sqlite_url, times=50, seed=random.SystemRandom().randrange(2**32))


def test_killed_ten_times_on_postgresql(postgres_url: str) -> None:
    kill(postgres_url, times=10, seed=random.SystemRandom().randrange(2**32))


def kill(url: str, times: int, seed: int) -> None:
    """Kill a worker so many times; then every acknowledged operation is there, and none is there in part."""
    print(f"seed {seed}")
    rng = random.Random(seed)
    OrderTrail.open(url).close()
    acknowledged = [
        done
        for number in range(times)
        for done in killed(url, f"run-{number}", rng.uniform(0, LONGEST), at_work=bool(number % 2))
    ]
    with OrderTrail.open(url) as trail:
        assert_whole(trail, acknowledged, times)
        assert not checker.all_findings(trail)
        assert not trail.verify().findings
        # What died holding a lock, or half-way, stands in nobody's way.
        trail.acting("anna", channel="Order Management").place_order({"market": "US", "currency": "USD"})


def killed(url: str, name: str, after: float, *, at_work: bool) -> list[Done]:
    """What a worker acknowledged before it was killed, so long `after` its start or its first acknowledgement."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work_until_killed, args=(url, name, theirs))
    process.start()
    theirs.close()
    if at_work:
        assert ours.poll(PATIENCE), "the worker did nothing"
    time.sleep(after)
    process.kill()
    process.join()
    assert process.exitcode == -9, "the worker ended by itself"
    return list(_received(ours))


def _received(pipe: Connection) -> list[Done]:
    done = []
    while True:
        try:
            done.append(pipe.recv())
        except EOFError:
            return done


def assert_whole(trail: OrderTrail, acknowledged: list[Done], kills: int) -> None:
    """Each operation has all its entries; those that nobody acknowledged are at most one for each kill."""
    notes = trail.store.tables.order_notes
    statement = select(notes.c.order_id, notes.c.seq, notes.c.cause, notes.c.event, notes.c.digest)
    with trail.store.reading() as transaction:
        rows = transaction.rows(statement)
    found: dict[str, list[str]] = defaultdict(list)
    for _, _, cause, event, _ in rows:
        found[cause].append(event)
    for cause, events in found.items():
        assert sorted(events) == sorted(EVENTS[cause.rpartition(":")[2]]), f"{cause} is there in part: {events}"
    heads = {(order_id, seq): digest for order_id, seq, _, _, digest in rows}
    assert all(heads.get((done.order_id, done.version)) == done.head for done in acknowledged)
    unknown = found.keys() - {done.marker for done in acknowledged}
    assert len(unknown) <= kills, json.dumps(sorted(unknown))
