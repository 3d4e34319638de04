"""What every store does, on each engine."""

import multiprocessing
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from ordertrail.errors import DatabaseLocked, InvalidInput, StoreError
from ordertrail.notes.digest import Entry
from ordertrail.store import open_store
from ordertrail.store.base import Change, Erasure, OrderRow, Remembered, Store, Transaction
from ordertrail.store.stores import OwnStore
from tests.contract.storing import UNICODE, change, count, entry, everything, order_row, placed, token_row


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store without an order."""
    opened = open_store(database_url)
    yield opened
    opened.close()


def test_a_trail_keeps_its_id(database_url: str) -> None:
    first = open_store(database_url)
    first.close()
    again = open_store(database_url)
    again.close()
    assert first.trail_id == again.trail_id == again.trail_id.lower()


def test_what_was_placed_is_loaded(store: Store) -> None:
    row = order_row("o1", 2)
    with store.writing() as transaction:
        assert transaction.append(change("o1", entries=2))
        assert transaction.load("o1") is not None
    with store.reading() as transaction:
        loaded = transaction.load("o1")
        assert loaded is not None
        assert loaded._asdict() == {name: getattr(row, name) for name in loaded._fields}
        assert transaction.order_id_of("PO-o1") == "o1"
        assert transaction.load("o2") is None
        assert transaction.order_id_of("PO-o2") is None


def test_entries_come_back_as_they_went_in(store: Store) -> None:
    entries = [
        entry("o1", 1, content=UNICODE, personal=None, personal_salt=None, actor=None, actor_salt=None),
        entry("o1", 2, event=None, on_behalf_of="bot", subject="line_items/1", revises=1, cause="r-1", type="Custom"),
    ]
    with store.writing() as transaction:
        transaction.append(Change(order=order_row("o1", 2), expected=0, entries=entries, leaves=[b"a" * 32, b"b" * 32]))
    with store.reading() as transaction:
        assert transaction.rows(select(store.tables.order_notes)) == entries


@pytest.mark.parametrize("load_first", [True, False])
def test_every_column_of_an_order_may_change(store: Store, load_first: bool) -> None:
    placed(store)
    for name in OrderRow._fields:
        if name in ("order_id", "number", "version", "head"):
            continue
        with store.writing() as transaction:
            loaded = transaction.load("o1")
            assert loaded is not None
        with store.writing() as transaction:
            if load_first:
                transaction.load("o1")
            value: Any = UNICODE if isinstance(getattr(order_row("o1", 1), name), str) else 7
            assert transaction.append(change("o1", loaded.version, **{name: value}))
        with store.reading() as transaction:
            assert transaction.rows(select(store.tables.orders)) == [
                order_row("o1", loaded.version + 1, **{name: value})
            ]


def test_two_changes_in_one_transaction(store: Store) -> None:
    with store.writing() as transaction:
        assert transaction.append(change("o1"))
        assert transaction.append(change("o1", 1, status="OnHold"))
        assert transaction.append(change("o2"))
    assert (count(store, "orders"), count(store, "order_notes"), count(store, "order_numbers")) == (2, 3, 2)


def test_appending_commits(store: Store) -> None:
    placed(store)
    with store.appending() as transaction:
        loaded = transaction.load("o1")
        assert loaded is not None
        assert transaction.append(change("o1", loaded.version, entries=2))
    assert (count(store, "order_notes"), count(store, "orders")) == (3, 1)


def test_appending_leaves_nothing_of_what_is_refused(store: Store) -> None:
    placed(store)
    before = everything(store)
    with store.appending() as transaction:
        assert transaction.append(change("o1", 2)) is False
    odd = Change(order=order_row("o1", 3), expected=1, entries=[entry("o1", 2)], leaves=[b"a" * 32])
    with pytest.raises(StoreError), store.appending() as transaction:
        transaction.append(odd)
    assert everything(store) == before


def test_a_stream_while_appending(store: Store) -> None:
    placed(store, entries=3)
    with store.appending() as transaction:
        assert len(list(transaction.stream(select(store.tables.order_notes.c.seq)))) == 3
        assert transaction.append(change("o1", 3))
    assert count(store, "order_notes") == 4


@pytest.mark.parametrize(
    "stale",
    [
        change("o1"),  # the id is taken
        change("o2", number="PO-o1"),  # the number is taken
        change("o1", 1),  # somebody was faster
        change("o1", 3),  # from the future
        change("o3", 1),  # there is no such order
    ],
    ids=["id", "number", "stale", "ahead", "unknown"],
)
@pytest.mark.parametrize("load_first", [True, False])
def test_a_conflict_writes_nothing(store: Store, stale: Change, load_first: bool) -> None:
    placed(store, entries=2)
    before = everything(store)
    with store.writing() as transaction:
        if load_first:
            transaction.load(stale.order.order_id)
        assert transaction.append(stale) is False
    assert everything(store) == before


def test_entries_that_leave_a_gap_are_refused_whole(store: Store) -> None:
    placed(store)
    before = everything(store)
    gap = Change(order=order_row("o1", 3), expected=1, entries=[entry("o1", 3)], leaves=[b"a" * 32])
    with pytest.raises(StoreError, match="entries are append-only"), store.writing() as transaction:
        transaction.append(gap)
    assert everything(store) == before


@pytest.mark.parametrize(
    ("row", "made"),
    [
        (order_row("o1", 3), entry("o1", 2)),
        (order_row("o1", 2), entry("o2", 1)),
        (order_row("o1", 2, head=b"other" * 6), entry("o1", 2)),
    ],
    ids=["version", "order", "head"],
)
def test_an_order_that_is_not_at_its_last_entry_is_refused(store: Store, row: OrderRow, made: Entry) -> None:
    placed(store)
    odd = Change(order=row, expected=1, entries=[made], leaves=[b"a" * 32])
    with pytest.raises(StoreError, match="an order changes only with its next entry"), store.writing() as transaction:
        transaction.append(odd)


def test_the_log_has_every_entry_once(store: Store) -> None:
    placed(store, "o1", 2)
    placed(store, "o2", 1)
    with store.writing() as transaction:
        transaction.append(change("o1", 2))
    log = store.tables.log_entries if store.tables.schema is None else store.tables.log_pending
    key = log.primary_key.columns[0]
    with store.reading() as transaction:
        rows = transaction.rows(select(log).order_by(key))
    assert [row[1:] for row in rows] == [
        ("o1", 1, b"\1" * 32), ("o1", 2, b"\2" * 32), ("o2", 1, b"\1" * 32), ("o1", 3, b"\3" * 32),
    ]  # fmt: skip
    if store.tables.schema is None:
        assert [row[0] for row in rows] == [0, 1, 2, 3]
        assert everything(store)["log_head"] == [(1, 4)]


def test_numbers_are_drawn_once(store: Store) -> None:
    with store.writing() as transaction:
        drawn = [transaction.draw_number(), transaction.draw_number()]
    with store.writing() as transaction:
        drawn.append(transaction.draw_number())
    assert drawn == [100001, 100002, 100003]


def test_an_idempotency_key_is_remembered(store: Store) -> None:
    row = Remembered("o1", "user", "anna", UNICODE, b"d" * 32, 1, 2, 1_700_000_000_000_000)
    with store.writing() as transaction:
        assert transaction.recall("o1", "user", "anna", UNICODE) is None
        transaction.remember(row)
    with store.reading() as transaction:
        assert transaction.recall("o1", "user", "anna", UNICODE) == row
        assert transaction.recall("o1", "app", "anna", UNICODE) is None


def test_an_idempotency_key_is_remembered_once(store: Store) -> None:
    row = Remembered("o1", "user", "anna", "k", b"d" * 32, 1, 2, 3)
    with store.writing() as transaction:
        transaction.remember(row)
    with pytest.raises(StoreError, match="the database refused"), store.writing() as transaction:
        transaction.remember(row)


def test_erased_parts_are_gone_and_the_rest_stays(store: Store) -> None:
    placed(store, entries=3)
    placed(store, "o2")
    with store.writing() as transaction:
        for order_id in ("o1", "o2"):
            transaction.remember(Remembered(order_id, "user", "anna", "k", b"d" * 32, 1, 1, 1))
        erasures = [Erasure("o1", 1, "personal", 3), Erasure("o1", 2, "personal", 3), Erasure("o1", 2, "actor", 3)]
        transaction.erase(erasures)
    gone: dict[str, dict[str, Any]] = {
        "personal": {"personal": None, "personal_salt": None},
        "actor": {"actor": None, "actor_salt": None},
    }
    with store.reading() as transaction:
        assert transaction.rows(select(store.tables.order_notes).order_by("order_id", "seq")) == [
            entry("o1", 1, **gone["personal"]),
            entry("o1", 2, **gone["personal"], **gone["actor"]),
            entry("o1", 3),
            entry("o2", 1),
        ]
        assert transaction.rows(select(store.tables.erasures).order_by("seq", "part")) == [
            erasures[0], erasures[2], erasures[1],
        ]  # fmt: skip
        forgotten, kept = (transaction.recall(order_id, "user", "anna", "k") for order_id in ("o1", "o2"))
        assert forgotten is not None
        assert kept is not None
        assert (forgotten.digest, kept.digest) == (None, b"d" * 32)


def test_an_erasure_needs_the_entry_that_records_it(store: Store) -> None:
    placed(store)
    with pytest.raises(StoreError, match="after the entry that records it"), store.writing() as transaction:
        transaction.erase([Erasure("o1", 1, "personal", 2)])
    assert count(store, "erasures") == 0


def test_tokens_come_back_as_they_went_in(store: Store) -> None:
    rows = [token_row("t1"), token_row("t2", expires=2**53)]
    with store.writing() as transaction:
        for row in rows:
            transaction.add_token(row)
    with store.reading() as transaction:
        assert transaction.rows(select(store.tables.tokens).order_by("token_id")) == rows
        assert [transaction.token(token_id) for token_id in ("t1", "t2", "t3")] == [*rows, None]


def test_a_token_is_revoked_once(store: Store) -> None:
    with store.writing() as transaction:
        transaction.add_token(token_row("t1"))
        transaction.add_token(token_row("t2"))
    for token_id, moment in (("t1", 8), ("t1", 9), ("t3", 10)):
        with store.writing() as transaction:
            transaction.revoke_token(token_id, moment)
    with store.reading() as transaction:
        assert transaction.rows(select(store.tables.tokens).order_by("token_id")) == [
            token_row("t1", revoked=8),
            token_row("t2"),
        ]


def test_a_token_id_is_given_once(store: Store) -> None:
    with store.writing() as transaction:
        transaction.add_token(token_row("t1"))
    with pytest.raises(StoreError), store.writing() as transaction:
        transaction.add_token(token_row("t1", role="admin"))
    assert everything(store)["api_tokens"] == [token_row("t1")]


def test_a_part_of_a_batch_leaves_no_token(store: Store) -> None:
    with store.batch() as batch:
        with batch.writing() as transaction:
            transaction.add_token(token_row("t1"))
        with pytest.raises(StoreError), batch.writing() as transaction:  # noqa: PT012
            transaction.revoke_token("t1", 1)
            transaction.add_token(token_row("t1"))
    assert everything(store)["api_tokens"] == [token_row("t1")]


def test_a_row_of_tokens_is_shown_without_its_digest() -> None:
    assert repr(token_row("t1")) == "TokenRow('t1')"
    assert f"{[token_row('t1')]}" == "[TokenRow('t1')]"


def test_a_page_is_a_select(store: Store) -> None:
    placed(store, entries=30)
    notes = store.tables.order_notes
    page = (
        select(notes.c.seq, notes.c.digest)
        .where(notes.c.order_id == "o1", notes.c.seq.in_([3, 5, 7, 9]), notes.c.seq > 3, notes.c.content.like("%Zoë%"))
        .order_by(notes.c.seq.desc())
        .limit(2)
    )
    with store.reading() as transaction:
        assert transaction.rows(page) == [(9, b"\x09" * 32), (7, b"\x07" * 32)]


def test_text_sorts_by_code_point(store: Store) -> None:
    ids = ["a", "Z", "_", "é", "z", "0", "😀", "\uffee"]
    for order_id in ids:
        placed(store, order_id)
    orders = store.tables.orders
    with store.reading() as transaction:
        assert [row[0] for row in transaction.rows(select(orders.c.order_id).order_by("order_id"))] == sorted(ids)


def test_two_streams_at_once(store: Store) -> None:
    with store.writing() as transaction:
        transaction.append(change("o1", entries=2500))
    seqs = select(store.tables.order_notes.c.seq).order_by("seq")
    with store.reading() as transaction:
        streams = zip(transaction.stream(seqs), transaction.stream(seqs), strict=True)
        assert [one for one, other in streams if one == other] == [(seq,) for seq in range(1, 2501)]


def write_and_fail(transaction: Transaction) -> None:
    """Something of everything, and then a failure that is none of the database."""
    transaction.append(change("o1"))
    transaction.remember(Remembered("o1", "user", "anna", "k", b"d", 1, 1, 1))
    transaction.add_token(token_row())
    transaction.revoke_token("t1", 1)
    raise KeyError


def test_what_raises_leaves_nothing(store: Store) -> None:
    before = everything(store)
    with pytest.raises(KeyError), store.writing() as transaction:
        write_and_fail(transaction)
    assert everything(store) == before
    placed(store)


def test_reading_writes_nothing(store: Store) -> None:
    before = everything(store)
    try:
        with store.reading() as transaction:
            transaction.append(change("o1"))
    except StoreError as error:
        assert "read-only" in str(error)  # noqa: PT017 - PostgreSQL refuses at once, SQLite rolls back
    assert everything(store) == before


def test_a_reader_sees_one_state_and_holds_up_nobody(store: Store) -> None:
    placed(store)
    with store.reading() as reader:
        seen = reader.load("o1")
        with store.writing() as transaction:
            assert transaction.append(change("o1", 1))
        assert reader.load("o1") == seen
    with store.reading() as reader:
        assert reader.load("o1") != seen


def test_an_error_that_was_swallowed_is_not_committed(store: Store) -> None:
    placed(store)
    before = everything(store)
    try:
        with store.writing() as transaction:
            transaction.append(change("o1", 1))
            with pytest.raises(StoreError):
                transaction.rows(select(store.tables.orders.c.status.op("no such operator")(1)))
    except StoreError as error:
        assert "nothing of it was written" in str(error)  # noqa: PT017 - SQLite goes on after it
        assert everything(store) == before


def change_often(store: Store, order_id: str, times: int) -> None:
    """Load and change an order until it was changed so many times from here."""
    while times:
        with store.writing() as transaction:
            loaded = transaction.load(order_id)
            assert loaded is not None
            times -= transaction.append(change(order_id, loaded.version))


def test_threads_that_race_lose_nothing(store: Store) -> None:
    placed(store)
    threads = [threading.Thread(target=change_often, args=(store, "o1", 25)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store, "order_notes") == 101
    assert store.retries


def open_and_change(database_url: str) -> None:
    """What another process does."""
    store = open_store(database_url)
    change_often(store, "o1", 10)
    store.close()


def test_processes_that_race_lose_nothing(database_url: str) -> None:
    store = open_store(database_url)
    placed(store)
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=open_and_change, args=(database_url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert count(store, "order_notes") == 31
    store.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_opens_connections_of_its_own(store: Store) -> None:
    placed(store)
    with store.reading() as reader:  # one is in use, one is idle
        reader.load("o1")
        child = multiprocessing.get_context("fork").Process(target=change_often, args=(store, "o1", 3))
        child.start()
        child.join()
        reader.load("o1")
    assert child.exitcode == 0
    change_often(store, "o1", 3)
    assert count(store, "order_notes") == 7


def test_connections_in_use_are_counted(store: Store) -> None:
    assert store.connections() == 0
    with store.reading():
        assert store.connections() == 1
        with store.reading():
            assert store.connections() == 2
    with store.batch() as batch:
        assert batch.connections() == store.connections() == 1
    assert store.connections() == 0


def test_a_pool_is_bounded(database_url: str) -> None:
    store = open_store(database_url, pool_size=1, timeout=0.2)
    with store.reading(), pytest.raises(DatabaseLocked, match="1 connections are in use"), store.reading():
        pass
    store.close()


def test_one_that_waits_gets_the_connection_that_comes_free(database_url: str) -> None:
    store = open_store(database_url, pool_size=1)
    taken, seen = threading.Event(), threading.Event()

    def hold() -> None:
        with store.reading():
            taken.set()
            seen.wait(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    with store.reading() as transaction:
        assert transaction.load("o1") is None
    thread.join()
    store.close()


def test_what_is_in_use_is_closed_when_it_comes_back(database_url: str) -> None:
    store = open_store(database_url)
    assert isinstance(store, OwnStore)
    with store.reading() as transaction:
        store.close()
        transaction.load("o1")
    assert not store._pool._open


def test_durability_is_what_was_asked_for(database_url: str) -> None:
    found = []
    for durability in ("full", "normal"):
        store = open_store(database_url, durability=durability)
        assert isinstance(store, OwnStore)
        session = store._pool.take()
        setting = "PRAGMA synchronous" if store.tables.schema is None else "SHOW synchronous_commit"
        found.append(session.run(setting)[0][0])
        store._pool.give_back(session)
        store.close()
    assert found in ([2, 1], ["on", "off"])


def test_a_database_in_memory() -> None:
    store = open_store("sqlite://")
    placed(store)
    assert count(store, "orders") == 1
    store.close()


def test_two_trails_in_one_database(sqlite_url: str, postgres_url: str) -> None:
    for stores in (
        [open_store(sqlite_url, table_prefix=prefix) for prefix in ("", "shop_")],
        [open_store(postgres_url, schema=schema) for schema in ("ordertrail", "user")],
    ):
        placed(stores[0])
        assert [count(store, "orders") for store in stores] == [1, 0]
        assert len({store.trail_id for store in stores}) == 2
        for store in stores:
            placed(store, "o2")
            store.guards()
            store.close()


@pytest.mark.parametrize("name", ["Shop", "a b", "x" * 41, '"', "1st"])
def test_a_name_that_needs_care_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="no name for a prefix"):
        open_store("sqlite://", table_prefix=name)


@pytest.mark.parametrize("url", ["no url", "mysql://localhost/shop", "postgresql+psycopg2://localhost/shop"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="sqlite:///… or postgresql://…"):
        open_store(url)
