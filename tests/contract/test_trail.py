"""The trail as a shop embeds it: opened, shared, closed; and the README's example, as it stands there."""

import os
import re
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ordertrail import (
    Actor,
    Ceilings,
    EventType,
    InvalidInput,
    InvalidTime,
    OrderTrail,
    ShopReason,
    UnknownEventType,
    UnknownId,
    UnknownOrder,
)
from ordertrail.desk import Sources
from ordertrail.errors import DatabaseLocked, NotInitialised, StoreError
from ordertrail.notes.events import Category
from tests import checker, scenarios
from tests.shops import START, Clock, small, with_clock

README = Path(__file__).parents[2] / "README.md"


def example() -> str:
    """The example in the README."""
    found = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_the_readme_s_example_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example(), str(README), "exec"), names)
    printed = capsys.readouterr().out.splitlines()
    kinds = [line.split(" ")[2:4] for line in printed]
    assert kinds == [
        ["System", "OrderGroupCreated"],
        ["System", "AddingPayment"],
        ["System", "OrderGroupOnHold"],
        ["Custom", "None"],
        ["System", "OrderGroupInProgress"],
        ["System", "ShipmentReleased"],
        ["System", "ShipmentPacking"],
        ["System", "ShipmentShipped"],
        ["System", "OrderGroupCompleted"],
    ]
    assert all("Order Management" in line for line in printed)
    trail = names["trail"]
    assert isinstance(trail, OrderTrail)
    order = trail.order(number="PO100001")
    assert (order.status, str(order.totals.balance)) == ("Completed", "0.00")
    assert trail.order(number="PO100001", as_of=3).status == "OnHold"
    assert [note.seq for note in trail.order_notes(number="PO100001", as_of=3)] == [1, 2, 3]
    assert not checker.all_findings(trail)
    trail.close()


def test_the_readme_s_example_runs_on_postgresql_too(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example().replace("sqlite:///shop.db", postgres_url), str(README), "exec"), names)
    trail = names["trail"]
    assert isinstance(trail, OrderTrail)
    assert len(list(trail.order(number="PO100001").order_notes)) == 9
    assert not list(tmp_path.iterdir())
    trail.close()


def test_what_is_written_is_there_for_whoever_opens_it_next(database_url: str) -> None:
    with OrderTrail.open(database_url) as first:
        order = first.acting("anna", channel="Web").place_order(small())
    with OrderTrail.open(database_url) as second:
        assert second.order(order.id).document == order.document
        assert second.store.trail_id == first.store.trail_id
        assert second.guards().explanation


@pytest.mark.parametrize("given", [{}, {"url": "sqlite://", "connection": object()}])
def test_a_trail_is_opened_in_one_way(given: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="either the address of a database or a connection"):
        OrderTrail.open(**given)  # type: ignore[arg-type]


def test_an_empty_database_is_refused_without_create(sqlite_url: str) -> None:
    with pytest.raises((NotInitialised, StoreError)):
        OrderTrail.open(sqlite_url, create=False)


def test_two_shops_may_live_in_one_database(sqlite_url: str) -> None:
    with OrderTrail.open(sqlite_url, table_prefix="a_") as a, OrderTrail.open(sqlite_url, table_prefix="b_") as b:
        order = a.acting("anna", channel="Web").place_order(small())
        assert b.acting("anna", channel="Web").place_order(small()).number == order.number == "PO100001"
        with pytest.raises(UnknownOrder):
            b.order(order.id)


def test_two_shops_may_live_in_one_postgresql(postgres_url: str) -> None:
    with OrderTrail.open(postgres_url, schema="a") as a, OrderTrail.open(postgres_url, schema="b") as b:
        order = a.acting("anna", channel="Web").place_order(small())
        assert b.acting("anna", channel="Web").place_order(small()).number == order.number == "PO100001"
        with pytest.raises(UnknownOrder):
            b.order(order.id)


def test_more_threads_than_connections_take_turns(database_url: str) -> None:
    with OrderTrail.open(database_url, pool_size=2) as trail:
        order = trail.acting("anna", channel="Web").place_order(small()).id
        failed: list[Exception] = []

        def work(name: str) -> None:
            try:
                desk = trail.acting(name, channel="Web")
                for number in range(10):
                    desk.add_note(order, title=f"{name} {number}")
                    assert trail.order_notes(order, actor=name, newest_first=True).items[0].title == f"{name} {number}"
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=work, args=(f"user-{number}",)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        assert trail.order(order).version == 61
        assert not checker.all_findings(trail)


def test_a_reader_who_holds_every_connection_is_waited_for_no_longer_than_the_time_out(sqlite_url: str) -> None:
    with OrderTrail.open(sqlite_url, pool_size=1, timeout=0.05) as trail:
        order = trail.acting("anna", channel="Web").place_order(small()).id
        with trail.store.reading(), pytest.raises(DatabaseLocked, match="connections are in use"):
            trail.order(order)
        assert trail.order(order).version == 1


def test_the_order_s_notes_are_those_that_it_had_when_it_was_read(database_url: str) -> None:
    with OrderTrail.open(database_url) as trail:
        desk = trail.acting("anna", channel="Web")
        order_id = desk.place_order(small()).id
        desk.add_note(order_id, title="Then")
        order = trail.order(order_id)
        desk.edit_note(order_id, note=2, title="Later")
        desk.add_note(order_id, title="Later still")
        assert [note.title for note in order.order_notes][1:] == ["Then"]
        assert [note.title for note in trail.order(order_id).order_notes][1::2] == ["Later", "Later still"]


def test_a_closed_trail_neither_reads_nor_writes(database_url: str) -> None:
    with OrderTrail.open(database_url) as trail:
        desk = trail.acting("anna", channel="Web")
        order = desk.place_order(small())
    for act in (
        lambda: desk.place_order(small()),
        lambda: desk.add_note(order.id, title="Late"),
        lambda: trail.order(order.id),
        lambda: list(order.order_notes),
        trail.orders,
        trail.verify,
        trail.guards,
        lambda: trail.batch().__enter__(),
    ):
        with pytest.raises(StoreError, match="has been closed"):
            act()
    trail.close()


def test_plain_attributes_are_not_personal(sqlite_url: str) -> None:
    with OrderTrail.open(sqlite_url, plain_attributes=["colour"]) as trail:
        desk = trail.acting("anna", channel="Web")
        order = desk.place_order(small(attributes={"colour": "blue", "engraving": "M. T."})).id
        desk.erase_personal_data(order, reason="erasure-request")
        assert trail.order(order).attributes == {"colour": "blue"}
        assert not checker.all_findings(trail)


def test_a_shop_registers_event_types_of_its_own(sqlite_url: str) -> None:
    own = EventType(
        name="shop.GiftWrapped",
        category=Category.OTHER,
        about="order",
        sentence="Wrapped in {paper} paper",
        recorded_when="a gift is wrapped",
        icon="gift",
    )
    with OrderTrail.open(sqlite_url, event_types=[own]) as trail:
        desk = trail.acting("anna", channel="Web")
        order = desk.place_order(small()).id
        desk.record_activity(order, event_type=own.name, data={"paper": "blue"})
        with pytest.raises(UnknownEventType, match=r"shop\.Other"):
            desk.record_activity(order, event_type="shop.Other")
    with OrderTrail.open(sqlite_url) as later:
        note = later.order_note(order, 2)
        assert (note.event_type, note.title, note.category) == (own.name, "Wrapped in blue paper", "other")
        with pytest.raises(UnknownEventType):
            later.acting("anna", channel="Web").record_activity(order, event_type=own.name)


def test_an_importer_brings_reasons_and_event_types_along(sqlite_url: str) -> None:
    own = EventType(
        name="erp.Synced", category=Category.OTHER, about="order", sentence="Synced", recorded_when="", icon="x"
    )
    with OrderTrail.open(sqlite_url, reasons={"late": "Too late"}) as trail:
        wider = trail.extended(
            reasons={"late": "Another", "erp": "Blocked"}, event_types=[own], plain_attributes=["erp"]
        )
        desk = wider.acting("erp", channel="Import: ERP")
        order = desk.place_order(small(hold={"code": "erp"}, attributes={"erp": "7"})).id
        desk.hold_order(order, reason="late")
        assert [hold.reason.label for hold in desk.record_activity(order, event_type=own.name).holds.values()] == [
            "Blocked",
            "Too late",
        ]
        desk.erase_personal_data(order, reason="late")
        assert trail.order(order).attributes == {"erp": "7"}
        with pytest.raises(UnknownId):
            trail.acting("anna", channel="Web").hold_order(order, reason={"code": "erp"})


def test_the_same_sources_give_the_same_history(tmp_path: Path) -> None:
    heads = []
    for number in range(2):
        ids = iter(f"00000000-0000-7000-8000-{count:012}" for count in range(1000))
        salts = iter(bytes([count % 256]) * 16 for count in range(10_000))
        sources = Sources(clock=Clock(), new_id=lambda ids=ids: next(ids), salt=lambda salts=salts: next(salts))  # type: ignore[misc]
        with OrderTrail.open(f"sqlite:///{tmp_path / str(number)}.db", sources=sources) as trail:
            order = trail.order(scenarios.completed(trail.acting("anna", channel="Web")))
            heads.append((order.id, checker.read(trail, order.id).entries[5].content, order.document))
    assert heads[0] == heads[1]


def test_the_trail_s_clock_is_the_one_given(sqlite_url: str) -> None:
    with OrderTrail.open(sqlite_url, sources=with_clock(Clock())) as trail:
        assert trail.clock() < datetime(2026, 1, 6, tzinfo=UTC)
    with OrderTrail.open(sqlite_url) as trail:
        assert abs(datetime.now(UTC) - trail.clock()) < timedelta(seconds=10)


def test_a_forked_child_works_with_connections_of_its_own(sqlite_url: str) -> None:
    with OrderTrail.open(sqlite_url) as trail:
        order = trail.acting("anna", channel="Web").place_order(small()).id
        child = os.fork()
        if child == 0:
            status = 1
            try:
                trail.acting("bert", channel="Web").add_note(order, title="from the child")
                status = 0
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        trail.acting("anna", channel="Web").add_note(order, title="from the parent")
        assert [note.title for note in trail.order_notes(order, type="Custom")] == ["from the child", "from the parent"]
        assert not checker.all_findings(trail)


UNTIMELY = [
    "2026-01-05",
    date(2026, 1, 5),
    True,
    START.replace(tzinfo=None),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
]


@pytest.mark.parametrize("time", UNTIMELY, ids=repr)
def test_what_is_no_time_is_refused(sqlite_url: str, time: Any) -> None:
    with OrderTrail.open(sqlite_url) as trail:
        order = trail.acting("anna", channel="Web").place_order(small()).id
        for name in ("since", "until"):
            with pytest.raises(InvalidTime):
                trail.order_notes(order, **{name: time})
            with pytest.raises(InvalidTime):
                trail.orders(**{f"placed_{name}": time})
        with pytest.raises(InvalidTime):
            trail.order(order, as_of=time)


@pytest.mark.parametrize("order_id", ["\ud800", "a\0", 5, b"x", ["x"]], ids=repr)
def test_what_is_no_id_is_refused(database_url: str, order_id: Any) -> None:
    with OrderTrail.open(database_url) as trail:
        desk = trail.acting("anna", channel="Web")
        for read in (trail.verify, trail.legal_operations, trail.order, trail.order_notes):
            with pytest.raises(InvalidInput):
                read(order_id)
        for read_one in (trail.order_note, trail.note_revisions):
            with pytest.raises(InvalidInput):
                read_one(order_id, 1)
        with pytest.raises(InvalidInput):
            desk.add_note(order_id, title="x")


@pytest.mark.parametrize(
    "option",
    [
        {"limit": "5"}, {"limit": None}, {"limit": True}, {"limit": 1.5}, {"after": 5}, {"after": b"3"},
        {"limit": 0}, {"limit": -1}, {"channel": 5}, {"channel": [5]}, {"channel": ["a\0"]}, {"channel": {"Web": 1}},
    ],
    ids=repr,
)  # fmt: skip
def test_options_of_another_kind_are_refused(sqlite_url: str, option: dict[str, Any]) -> None:
    with OrderTrail.open(sqlite_url) as trail:
        order = trail.acting("anna", channel="Web").place_order(small()).id
        with pytest.raises(InvalidInput):
            trail.order_notes(order, **option)
        with pytest.raises(InvalidInput):
            trail.orders(**option)
        for text in ({"customer": 5}, {"email": 5}):
            with pytest.raises(InvalidInput):
                trail.orders(**text)  # type: ignore[arg-type]
        with pytest.raises(InvalidInput):
            trail.order_notes(order, text=5)  # type: ignore[arg-type]
        with pytest.raises(InvalidInput):
            trail.order_notes(order, newest_first="no")  # type: ignore[arg-type]
        with pytest.raises(InvalidInput):
            trail.order_note(order, "1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "option",
    [
        {"actor": None}, {"actor": 5}, {"actor": Actor(id="anna", label=5)}, {"actor": Actor(id="a", kind="robot")},  # type: ignore[arg-type]
        {"actor": Actor(id=5)}, {"channel": None},  # type: ignore[arg-type]
        {"permissions": "note.write"}, {"permissions": 5}, {"permissions": [1]},
        {"ceilings": "x"}, {"ceilings": {"discount": {"USD": Decimal(1)}}}, {"ceilings": Ceilings(refund=5)},  # type: ignore[arg-type]
        {"ceilings": Ceilings(discount={"usd": Decimal(1)})}, {"ceilings": Ceilings(refund={"USD": 1.5})},  # type: ignore[dict-item]
        {"ceilings": Ceilings(refund={"USD": "x"})}, {"ceilings": Ceilings(refund={"USD": Decimal("0.001")})},  # type: ignore[dict-item]
    ],
    ids=repr,
)  # fmt: skip
def test_nobody_acts_with_options_of_another_kind(sqlite_url: str, option: dict[str, Any]) -> None:
    with OrderTrail.open(sqlite_url) as trail, pytest.raises(InvalidInput):
        trail.acting(**{"actor": "anna", "channel": "Web", **option})


OWN = EventType(name="a.B", category=Category.OTHER, about="order", sentence="B", recorded_when="b", icon="b")


@pytest.mark.parametrize(
    ("option", "place"),
    [
        ({"reasons": ["a"]}, "reasons"),
        ({"reasons": "abc"}, "reasons"),
        ({"reasons": {"a": 5}}, "reasons"),
        ({"reasons": {"a": ShopReason(5)}}, "reasons"),  # type: ignore[arg-type]
        ({"reasons": {"a": ShopReason("A", operations=("hold_order", "dance"))}}, r"reasons\['a'\] is for dance"),
        ({"event_types": "x"}, "event_types"),
        ({"event_types": 5}, "event_types"),
        ({"event_types": ["x"]}, r"event_types\[0\]"),
        *(
            ({"event_types": [msgspec.structs.replace(OWN, **{field: value})]}, rf"event_types\[0\].{field}")
            for field, value in {"name": 5, "sentence": 5, "category": "zzz", "icon": 5, "personal": "x"}.items()
        ),
        ({"event_types": [msgspec.structs.replace(OWN, sentence="a\ud800")]}, r"event_types\[0\].sentence"),
        ({"event_types": [msgspec.structs.replace(OWN, sentence="a\0")]}, r"event_types\[0\].sentence"),
        ({"plain_attributes": "gift"}, "plain_attributes"),
        ({"plain_attributes": [5]}, r"plain_attributes"),
        ({"plain_attributes": ["gift wrap"]}, r"1 to 64 letters.*plain_attributes"),
    ],
    ids=repr,
)
def test_a_shop_configures_what_it_can(sqlite_url: str, option: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInput, match=place):
        OrderTrail.open(sqlite_url, **option)
    with OrderTrail.open(sqlite_url) as trail, pytest.raises(InvalidInput, match=place):
        trail.extended(**option)


def test_a_reason_is_offered_for_some_operations_and_taken_for_all(sqlite_url: str) -> None:
    fits = ShopReason("Does not fit", operations=("create_return",))
    reasons: dict[str, str | ShopReason] = {"small": fits, "late": "Too late"}
    with OrderTrail.open(sqlite_url, reasons=reasons) as trail:
        offered = {code for code, reason in trail.reasons.items() if reason.is_for("hold_order")}
        assert offered == {"late"}
        assert trail.reasons["small"].is_for("create_return")
        desk = trail.acting("anna", channel="Web shop")
        order = desk.place_order({"market": "US", "currency": "USD"})
        assert desk.hold_order(order.id, reason="small").holds["1"].reason.label == "Does not fit"


@pytest.mark.parametrize("sources", ["x", Sources(clock=5)], ids=["text", "clock"])  # type: ignore[arg-type]
def test_sources_are_functions(sqlite_url: str, sources: Any) -> None:
    with pytest.raises(InvalidInput, match="clock, new_id and salt"):
        OrderTrail.open(sqlite_url, sources=sources)
