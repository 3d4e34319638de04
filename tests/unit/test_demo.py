"""The simulated shop: the same seed gives the same history, and a small one already shows everything."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest
from sqlalchemy import select

from ordertrail import OrderActivityEvent, OrderTrail
from ordertrail.demo import DemoSummary, TrailInUse, run
from ordertrail.demo.clock import END, START, Agenda, Clock, Story, hours, together, worked
from ordertrail.demo.drafts import price, tax_in
from ordertrail.demo.goods import MARKETS, PRODUCTS
from ordertrail.demo.plots import PLOTS, dealt
from ordertrail.demo.shop import EVENT_TYPES
from ordertrail.errors import InvalidInput
from ordertrail.notes.events import BUILT_IN
from ordertrail.notes.model import ActorKind, NoteType
from ordertrail.orders.money import money
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.statuses import OrderStatus

History = tuple[str, DemoSummary]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> History:
    """300 orders: where they are, and what was said of them."""
    return _history(tmp_path_factory.mktemp("small"), orders=300)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> History:
    """The demo as it is by default."""
    return _history(tmp_path_factory.mktemp("whole"))


def _history(folder: Path, **arguments: Any) -> History:
    url = f"sqlite:///{folder / 'demo.db'}"
    return url, run(url, **arguments)


def _rows(url: str, table: str, *but: str) -> list[dict[str, Any]]:
    """All rows of a table, without the columns that the trail's own id goes into."""
    with OrderTrail.open(url) as trail, trail.store.reading() as transaction:
        columns = [column for column in getattr(trail.store.tables, table).c if column.name not in but]
        names = [column.name for column in columns]
        return [dict(zip(names, row, strict=True)) for row in transaction.rows(select(*columns).order_by(*columns[:2]))]


# What it shows


def test_300_orders_reach_every_event_type_of_the_original(small: History) -> None:
    assert [event for event in OrderActivityEvent if event not in small[1].events] == []


def test_the_whole_demo_reaches_every_event_type(whole: History) -> None:
    assert set(whole[1].events) == {*BUILT_IN, *(event.name for event in EVENT_TYPES)}


def test_the_whole_demo_performs_every_operation(whole: History) -> None:
    performed = {json.loads(entry["content"])["operation"] for entry in _rows(whole[0], "order_notes")}
    assert [name for name in OPERATIONS if name not in performed] == []


def test_orders_are_left_in_every_status(whole: History) -> None:
    with OrderTrail.open(whole[0]) as trail:
        assert [status for status in OrderStatus if not trail.orders(status=status, limit=1).items] == []


def test_all_kinds_of_actors_act_in_several_channels(small: History) -> None:
    entries = _rows(small[0], "order_notes")
    assert {entry["actor_kind"] for entry in entries} == set(ActorKind)
    assert len({entry["channel"] for entry in entries}) > 8
    assert any(entry["on_behalf_of"] for entry in entries)


def test_the_summary_says_what_is_there(small: History) -> None:
    url, summary = small
    entries = _rows(url, "order_notes")
    assert summary.entries == len(entries)
    assert summary.events == dict(Counter(entry["event"] for entry in entries if entry["event"]))
    assert summary.orders == len(_rows(url, "orders")) >= 300


def test_the_showcase_has_the_most_kinds_of_entries(small: History) -> None:
    url, summary = small
    kinds: dict[str, set[str]] = {}
    for entry in _rows(url, "order_notes"):
        kinds.setdefault(entry["order_id"], set()).add(entry["event"] or "")
    with OrderTrail.open(url) as trail:
        notes = list(trail.order(number=summary.showcase).order_notes)
    events = {note.event_type for note in notes if note.type is NoteType.SYSTEM}
    assert len(events) == max(len(found - {""}) for found in kinds.values()) > 20
    assert any(note.type is NoteType.CUSTOM for note in notes)


def test_orders_go_on_side_by_side_within_the_period(small: History) -> None:
    entries = _rows(small[0], "order_notes")
    first, last = min(entry["created"] for entry in entries), max(entry["created"] for entry in entries)
    assert START.timestamp() * 1e6 <= first < last <= END.timestamp() * 1e6
    positions = _rows(small[0], "log_entries")
    created = {(entry["order_id"], entry["seq"]): entry["created"] for entry in entries}
    in_log = [created[row["order_id"], row["seq"]] for row in sorted(positions, key=lambda row: int(row["position"]))]
    assert in_log == sorted(in_log)
    turns = sum(a["order_id"] != b["order_id"] for a, b in pairwise(positions))
    assert turns > len(positions) / 3


def test_the_record_verifies(small: History) -> None:
    with OrderTrail.open(small[0]) as trail:
        verified = trail.verify()
    assert verified.findings == ()
    assert verified.entries == small[1].entries


def test_an_analysis_finds_the_slow_warehouse(whole: History) -> None:
    waited: dict[str, list[int]] = {}
    for released, shipped, warehouse in _first_parcels(whole[0]):
        waited.setdefault(warehouse, []).append(shipped - released)
    assert max(waited, key=lambda name: median(waited[name])) == "Leipzig"


def _first_parcels(url: str) -> list[tuple[int, int, str]]:
    """When shipment 1 of each order was first released, when it first left, and from where."""
    with OrderTrail.open(url) as trail:
        warehouse = {
            order.id: trail.order(order.id).shipments["1"].warehouse
            for order in trail.orders(market="DE", limit=1000)
            if trail.order(order.id).shipments
        }
    first: dict[tuple[str, str], int] = {}
    for entry in _rows(url, "order_notes"):
        if entry["subject"] == "shipment/1" and entry["event"] is not None:
            first.setdefault((entry["order_id"], entry["event"]), entry["created"])
    return [
        (first[key, "ShipmentReleased"], first[key, "ShipmentShipped"], name)
        for key, name in warehouse.items()
        if name and (key, "ShipmentReleased") in first and (key, "ShipmentShipped") in first
    ]


# The seed


def test_the_same_seed_gives_the_same_history(small: History, tmp_path: Path) -> None:
    again = _history(tmp_path, orders=300)
    assert again[1] == small[1]
    assert _rows(again[0], "order_notes", "digest") == _rows(small[0], "order_notes", "digest")
    assert _rows(again[0], "orders", "head") == _rows(small[0], "orders", "head")
    assert _rows(again[0], "log_entries", "leaf") == _rows(small[0], "log_entries", "leaf")
    assert _rows(again[0], "erasures") == _rows(small[0], "erasures")


def test_another_seed_gives_another_history(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one, other = _history(tmp_path, orders=20, seed=1), _history(tmp_path / "other", orders=20, seed=2)
    assert one[1].events != other[1].events
    ids = [{order["order_id"] for order in _rows(url, "orders")} for url in (one[0], other[0])]
    assert ids[0].isdisjoint(ids[1])


# Running it


def test_progress_goes_up_to_the_number_of_orders(sqlite_url: str) -> None:
    told: list[tuple[int, int]] = []
    run(sqlite_url, orders=12, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told][-1] >= 12
    assert told == sorted(told)
    assert {total for _, total in told} == {12}


def test_a_database_in_use_is_left_alone(sqlite_url: str) -> None:
    run(sqlite_url, orders=1)
    before = _rows(sqlite_url, "order_notes")
    with pytest.raises(TrailInUse, match="a database of its own"):
        run(sqlite_url, orders=1)
    assert _rows(sqlite_url, "order_notes") == before


@pytest.mark.parametrize("orders", [0, -1, 100_001])
def test_a_number_of_orders_that_makes_no_sense_is_refused(sqlite_url: str, orders: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 100,000"):
        run(sqlite_url, orders=orders)


# Time


FRIDAY = datetime(2025, 1, 10, 15, 30, tzinfo=UTC)
SHORT = hours(1, (8, 17), (9, 12))


@pytest.mark.parametrize(
    ("start", "effort", "done"),
    [
        (FRIDAY, 10, datetime(2025, 1, 10, 15, 40, tzinfo=UTC)),
        (FRIDAY, 60, datetime(2025, 1, 11, 8, 30, tzinfo=UTC)),
        (FRIDAY, 30 + 180 + 45, datetime(2025, 1, 13, 7, 45, tzinfo=UTC)),
        (datetime(2025, 1, 12, 3, tzinfo=UTC), 1, datetime(2025, 1, 13, 7, 1, tzinfo=UTC)),
        (datetime(2025, 1, 13, 16, tzinfo=UTC), 0, datetime(2025, 1, 14, 7, tzinfo=UTC)),
    ],
    ids=["the same day", "Saturday", "over the weekend", "from a Sunday", "at closing time"],
)
def test_work_goes_on_in_opening_hours_only(start: datetime, effort: int, done: datetime) -> None:
    assert worked(start, timedelta(minutes=effort), SHORT) == done


def _ticking(said: list[str], name: str, *minutes: int) -> Story:
    for minute in minutes:
        yield START + timedelta(minutes=minute)
        said.append(f"{name}{minute}")


def test_stories_side_by_side_take_turns_by_time() -> None:
    said: list[str] = []
    moments = list(together(_ticking(said, "a", 1, 5), _ticking(said, "b", 2, 5, 9), _ticking(said, "c")))
    assert said == ["a1", "b2", "a5", "b5", "b9"]
    assert moments == sorted(moments)


def test_the_agenda_stops_at_its_end() -> None:
    clock, said, turns = Clock(START), list[str](), list[datetime]()
    agenda = Agenda(clock)
    agenda.add(START, _ticking(said, "a", 1, 50))
    agenda.add(START, _ticking(said, "b", 2, 70))
    agenda.run(START + timedelta(hours=1), lambda: turns.append(clock.now))
    assert said == ["a1", "b2", "a50"]
    assert turns == sorted(turns)
    assert turns[-1] <= START + timedelta(hours=1)


# What is drawn from


def test_the_weights_of_the_plots_add_up_to_a_hundred() -> None:
    assert sum(plot.weight for plot in PLOTS) == 100


def test_a_hundred_orders_hold_each_plot_as_often_as_its_weight() -> None:
    chosen = [id(plot) for plot in islice(dealt(Random(3)), 100)]
    assert Counter(chosen) == {id(plot): plot.weight for plot in PLOTS}


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.code)
def test_prices_and_taxes_are_money_of_the_market(market: Any) -> None:
    for product in PRODUCTS:
        each = price(product, market)
        assert money(each, market.currency) == each > 0
        assert each % market.step == 0
        assert money(tax_in(each, market), market.currency) < each
