"""Reading orders: as they stand, as they stood, and in lists."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from ordertrail import (
    Actor,
    ActorKind,
    Desk,
    InvalidInput,
    InvalidText,
    InvalidTime,
    NewShipment,
    OrderSummary,
    OrderTrail,
    Page,
    UnknownOrder,
)
from ordertrail.orders.operations import OPERATIONS
from ordertrail.reading import SORTS, OrderFilter, orders_page
from tests import scenarios
from tests.shops import ENGINES, START, Clock, open_shop, small, with_clock


@pytest.fixture(scope="module")
def clock() -> Clock:
    """What time it is."""
    return Clock()


@pytest.fixture(scope="module", params=ENGINES)
def trail(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> Iterator[OrderTrail]:
    """A shop."""
    with open_shop(request, tmp_path_factory, sources=with_clock(clock)) as opened:
        yield opened


@pytest.fixture
def desk(trail: OrderTrail) -> Desk:
    """Who acts."""
    return trail.acting("anna", channel="Order Management")


# One order


def test_an_order_is_found_by_id_and_by_number(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small())
    by_id, by_number = trail.order(order.id), trail.order(number=order.number)
    assert by_id.document == by_number.document == order.document
    assert (by_id.version, by_id.changed_seq, by_id.head) == (1, 1, order.head)
    assert [note.seq for note in by_id.order_notes] == [1]


@pytest.mark.parametrize("meant", [{}, {"order_id": "a", "number": "b"}])
def test_an_order_is_named_in_one_way(trail: OrderTrail, meant: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="by its id or by its number"):
        trail.order(**meant)  # type: ignore[arg-type]


@pytest.mark.parametrize("meant", [{"order_id": "nobody"}, {"number": "PO1"}, {"order_id": "' OR 1=1 --"}])
def test_an_unknown_order_is_said_to_be_unknown(trail: OrderTrail, meant: dict[str, str]) -> None:
    with pytest.raises(UnknownOrder):
        trail.order(**meant)  # type: ignore[arg-type]


@pytest.mark.parametrize("meant", [{"order_id": "\ud800"}, {"number": "a\0b"}])
def test_what_is_no_text_names_no_order(trail: OrderTrail, meant: dict[str, str]) -> None:
    with pytest.raises(InvalidText):
        trail.order(**meant)  # type: ignore[arg-type]


def test_an_order_as_it_stood_at_a_moment_or_after_an_entry(trail: OrderTrail, desk: Desk, clock: Clock) -> None:
    placed = desk.place_order(small())
    clock.pass_by(hours=1)
    held = desk.hold_order(placed.id, reason="fraud")
    clock.pass_by(hours=1)
    released = desk.release_hold(placed.id)
    for seq, seen in enumerate((placed, held, released), 1):
        then = trail.order(placed.id, as_of=seq)
        assert then.document == seen.document
        assert (then.version, then.changed_seq, then.head) == (seq, seq, seen.head)
        moment = trail.order_note(placed.id, seq).created
        assert trail.order(number=placed.number, as_of=moment).document == seen.document
        assert len(list(then.order_notes)) == seq
    just_before = trail.order_note(placed.id, 2).created - timedelta(microseconds=1)
    assert trail.order(placed.id, as_of=just_before).document == placed.document
    assert trail.order(placed.id, as_of=10**30).document == released.document


def test_as_of_takes_the_last_of_several_entries_of_one_moment(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id
    shipped = desk.complete_shipment(order, shipment="1", left_anyway="mistake")
    moment = trail.order_note(order, 2).created
    assert moment == trail.order_note(order, 3).created
    assert trail.order(order, as_of=moment).document == shipped.document
    assert trail.order(order, as_of=2).status == "InProgress"


def test_an_order_did_not_exist_before_it_did(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small())
    for as_of in (0, -(10**30), order.placed - timedelta(microseconds=1)):
        with pytest.raises(UnknownOrder, match="did not exist yet"):
            trail.order(order.id, as_of=as_of)
    with pytest.raises(InvalidTime, match="no zone"):
        trail.order(order.id, as_of=datetime(2026, 1, 1))  # noqa: DTZ001


def test_as_of_after_erasure_gives_the_same_order_without_the_erased(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small(customer={"id": "C1", "name": "Mercy Taylor"}, attributes={"engraving": "M. T."}))
    desk.erase_personal_data(order.id, reason="erasure-request")
    then = trail.order(order.id, as_of=1)
    assert then.customer is not None
    assert (then.customer.id, then.customer.name, then.attributes) == ("C1", "[erased]", {"engraving": "[erased]"})
    now = trail.order(order.id)
    assert now.customer is not None
    assert (now.customer.id, now.customer.name, now.attributes) == ("C1", None, {})
    assert then.totals == now.totals


def test_what_is_legal_now_is_what_the_table_says(trail: OrderTrail, desk: Desk) -> None:
    order = scenarios.cancelled(desk)
    legal = trail.legal_operations(order)
    assert set(legal) == {name for name, row in OPERATIONS.items() if row.legal_in}
    assert legal["add_note"] is None
    assert legal["hold_order"] == "the order is Cancelled; it is legal for InProgress, OnHold, PartiallyShipped"


# Lists


@pytest.fixture(scope="module")
def market(trail: OrderTrail, clock: Clock) -> str:
    """Eight orders in a market of their own: one of each status and one more, two channels, several customers."""
    market, start = "Åland", clock.pass_by(days=1)
    customers: list[dict[str, str] | None] = [
        {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"},
        {"id": "C2", "name": "Jürgen Özil", "email": "Juergen@Example.org"},
        {"id": "C3", "name": "ÅSA ÖBERG_", "email": "100%@example.net"},
        None,
    ]
    for number in range(8):
        desk = trail.acting("anna", channel="Web" if number % 2 else "Order Management")
        desk.place_order(small(market=market, customer=customers[number % 4], number=f"A-{number}"))
    desk.hold_order(trail.order(number="A-1").id, reason="fraud")
    desk.cancel_order(trail.order(number="A-2").id, reason="late", initiator="customer")
    desk.complete_shipment(trail.order(number="A-3").id, shipment="1", left_anyway="mistake")
    assert start < clock.now
    return market


def numbers(page: Page[OrderSummary]) -> list[str]:
    """The numbers on a page."""
    return [order.number for order in page]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "76543210"),
        ({"status": "InProgress"}, "76540"),
        ({"status": ["OnHold", "Cancelled"]}, "21"),
        ({"status": []}, ""),
        ({"channel": "Web"}, "7531"),
        ({"number": "A-5"}, "5"),
        ({"number": ["A-5", "A-6", "B-1"]}, "65"),
        ({"customer": "C1"}, "40"),
        ({"customer": "taylor"}, "40"),
        ({"customer": "c1"}, ""),
        ({"customer": "özil"}, "51"),
        ({"customer": "ÖZIL"}, "51"),
        ({"customer": "jürgen ö"}, "51"),
        ({"customer": "åsa öberg_"}, "62"),
        ({"customer": "%"}, ""),
        ({"customer": "_"}, "62"),
        ({"email": "EXAMPLE.org"}, "51"),
        ({"email": "100%"}, "62"),
        ({"email": "'; DROP TABLE orders; --"}, ""),
        ({"status": "InProgress", "channel": "Web", "customer": "C2"}, "5"),
    ],
)
def test_each_filter(trail: OrderTrail, market: str, wanted: dict[str, Any], expected: str) -> None:
    assert numbers(trail.orders(market=market, **wanted)) == [f"A-{number}" for number in expected]


def test_placed_between(trail: OrderTrail, market: str) -> None:
    second, fifth = (trail.order(number=f"A-{number}").placed for number in (2, 5))
    assert numbers(trail.orders(market=market, placed_since=second, placed_until=fifth)) == ["A-4", "A-3", "A-2"]
    with pytest.raises(InvalidTime):
        trail.orders(placed_since=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_summary_says_what_the_order_says(trail: OrderTrail, market: str) -> None:
    order = trail.order(number="A-1")
    summary = trail.orders(market=market, number="A-1").items[0]
    notes = list(order.order_notes)
    assert summary == OrderSummary(
        id=order.id,
        number="A-1",
        status="OnHold",
        channel="Web",
        customer_id="C2",
        customer_name="Jürgen Özil",
        customer_email="Juergen@Example.org",
        market=market,
        currency="USD",
        total=24900,
        balance=24900,
        placed=order.placed,
        held_since=notes[-1].created,
        last_activity=notes[-1].created,
        version=2,
    )
    assert trail.orders(number="A-0").items[0].held_since is None


def by_hand(trail: OrderTrail, market: str, sort: str) -> list[str]:
    """The numbers of a market's orders as Python sorts them."""
    name, falls = sort.removeprefix("-"), sort.startswith("-")
    orders = [order for order in trail.orders(market=market) if getattr(order, name) is not None]
    return [one.number for one in sorted(orders, key=lambda one: (getattr(one, name), one.id), reverse=falls)]


@pytest.fixture(scope="module")
def uneven(trail: OrderTrail, market: str) -> str:
    """A market of eight orders: three on hold, two of another total, two of one moment."""
    desk = trail.acting("anna", channel="Web")
    for number in range(8):
        placed = START + timedelta(hours=number // 2)
        order = desk.place_order(small(market="uneven", number=f"U-{number}", placed=placed))
        if number in (1, 4, 6):
            desk.hold_order(order.id, reason="fraud")
        if number in (2, 6):
            desk.add_manual_discount(order.id, amount=f"{number}.00", reason="late")
    desk.add_note(trail.order(number="U-3").id, title="Called")
    for who, number in (("bob", 3), ("bob", 4), ("bob", 6), ("bob", 6), ("eve", 0)):
        trail.acting(who, channel="Phone").add_note(trail.order(number=f"U-{number}").id, title="Seen")
    return "uneven"


def page_by_page(trail: OrderTrail, **wanted: Any) -> list[str]:
    """The numbers of all pages of a list."""
    read: list[str] = []
    after: str | None = None
    while True:
        page = trail.orders(**wanted, after=after)
        read += numbers(page)
        if page.next is None:
            return read
        after = page.next


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_a_list_is_sorted_page_by_page(trail: OrderTrail, uneven: str, sort: str, limit: int) -> None:
    read = page_by_page(trail, market=uneven, sort=sort, limit=limit)
    assert read == by_hand(trail, uneven, sort)
    assert len(read) == (3 if "held" in sort else 8)


LATER = {"placed_since": START + timedelta(hours=2), "total_from": 0}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 50])
@pytest.mark.parametrize("frequent", [1, 2_000])
def test_so_is_one_by_what_happened(
    trail: OrderTrail, uneven: str, sort: str, limit: int, frequent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ordertrail.reading.frequent.FREQUENT", frequent)
    of_type = {"OrderGroupOnHold": {"U-1", "U-4", "U-6"}, "PromotionManualDiscount": {"U-2", "U-6"}}
    of_person = {"bob": {"U-3", "U-4", "U-6"}, "eve": {"U-0"}}
    sorted_by_hand = by_hand(trail, uneven, sort)
    for types in (None, *([name] for name in of_type), list(of_type), []):
        for people in (None, *([name] for name in of_person), list(of_person), []):
            having = set(sorted_by_hand) if types is None else {n for name in types for n in of_type[name]}
            having &= set(sorted_by_hand) if people is None else {n for name in people for n in of_person[name]}
            expected = [number for number in sorted_by_hand if number in having]
            wanted = {"event_type": types, "worked_on_by": people, "sort": sort}
            assert page_by_page(trail, market=uneven, limit=limit, **wanted) == expected
            for beside, those in (
                ({"number": ["U-4", "U-6"]}, {"U-4", "U-6"}),
                (LATER, {f"U-{n}" for n in range(4, 8)}),
            ):
                both = page_by_page(trail, market=uneven, limit=limit, **wanted, **beside)
                assert both == [number for number in expected if number in those]


def test_whom_an_app_acts_for_worked_on_it(trail: OrderTrail, uneven: str) -> None:
    chat = Actor(id="chat", kind=ActorKind.APP, on_behalf_of="grace")
    trail.acting(chat, channel="Chat").add_note(trail.order(number="U-5").id, title="Asked")
    assert numbers(trail.orders(worked_on_by="grace")) == ["U-5"]


def test_apps_and_customers_are_not_looked_for(trail: OrderTrail, uneven: str) -> None:
    order = trail.order(number="U-5")
    trail.acting(Actor(id="robot", kind=ActorKind.APP), channel="API").add_note(order.id, title="Seen")
    assert trail.orders(worked_on_by="robot").items == ()
    assert {"U-5"} < set(numbers(trail.orders(market=uneven, worked_on_by="anna")))
    for nobody in (7, {"anna": 1}):
        with pytest.raises(InvalidInput, match="worked_on_by is"):
            trail.orders(worked_on_by=nobody)  # type: ignore[arg-type]


def test_what_happens_as_an_order_is_placed_is_found(trail: OrderTrail) -> None:
    shipments = {key: NewShipment(method="Ground", awaiting_inventory=True) for key in "12"}
    desk = trail.acting("anna", channel="Web")
    order = desk.place_order(small(market="waiting", number="W-1", shipments=shipments, line_items={}))
    desk.place_order(small(market="waiting", number="W-2"))
    assert numbers(trail.orders(market="waiting", event_type="ShipmentAwaitingInventory")) == ["W-1"]
    desk.hold_order(order.id, reason="fraud")
    desk.release_hold(order.id)
    desk.hold_order(order.id, reason="fraud")  # a second time
    assert numbers(trail.orders(market="waiting", event_type="OrderGroupOnHold")) == ["W-1"]


def test_a_cursor_goes_on_in_its_own_sort_only(trail: OrderTrail, market: str) -> None:
    after = trail.orders(market=market, sort="total", limit=1).next
    with pytest.raises(InvalidInput, match="sorted by 'total', not by '-placed': keep to one sort"):
        trail.orders(market=market, after=after)
    with pytest.raises(InvalidInput, match="'customer_name' is no sort: it is one of -placed, placed"):
        trail.orders(sort="customer_name")


def test_what_happened_to_them_and_what_they_come_to(trail: OrderTrail, market: str) -> None:
    every = list(trail.orders(market=market))
    for event in ("OrderGroupOnHold", "ShipmentShipped", "LegalHoldSet"):
        having = {o.number for o in every if any(n.event_type == event for n in trail.order(o.id).order_notes)}
        assert set(numbers(trail.orders(market=market, event_type=event))) == having
    assert set(numbers(trail.orders(market=market, event_type=["OrderGroupOnHold", "OrderGroupCreated"]))) == {
        order.number for order in every
    }
    with pytest.raises(InvalidInput, match="'Sent' is no event type"):
        trail.orders(event_type="Sent")
    totals = sorted(order.total for order in every)
    least, most = totals[1], totals[-2]
    found = trail.orders(market=market, total_from=least, total_to=most)
    assert [o.total for o in found] == sorted((t for t in totals if least <= t <= most), reverse=True)
    assert numbers(found) == numbers(trail.orders(market=market, total_from=least, total_to=most, sort="-total"))
    assert numbers(trail.orders(market=market, total_from=totals[-1] + 1)) == []
    assert numbers(trail.orders(market=market, total_from=least, currency=["USD", "EUR"])) == numbers(
        trail.orders(market=market, total_from=least)
    )
    assert numbers(trail.orders(market=market, total_from=least, currency="JPY")) == []
    with pytest.raises(InvalidInput, match="no order comes to more"):
        trail.orders(total_to=10**18)


def test_what_is_on_hold_and_what_happened_last(trail: OrderTrail, market: str) -> None:
    held, active = trail.orders(number="A-1").items[0].held_since, trail.order(number="A-3").document
    assert held is not None
    later = held + timedelta(microseconds=1)
    assert "A-1" in numbers(trail.orders(market=market, held_since=held, held_until=later))
    assert "A-1" not in numbers(trail.orders(market=market, held_since=later))
    assert numbers(trail.orders(market=market, held_until=held)) == []
    assert numbers(trail.orders(held_until=later, limit=1)) == numbers(trail.orders(sort="held_since", limit=1))
    last = trail.orders(number="A-3").items[0].last_activity
    assert active.placed < last
    since = numbers(trail.orders(market=market, active_since=last))
    assert since == numbers(trail.orders(market=market, active_since=last, sort="-last_activity"))
    assert "A-3" in since
    assert sorted(since + numbers(trail.orders(market=market, active_until=last))) == [f"A-{n}" for n in range(8)]


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_pages_of_orders_lose_nothing_and_repeat_nothing_while_orders_arrive(
    trail: OrderTrail, desk: Desk, market: str, limit: int
) -> None:
    read: list[str] = []
    after: str | None = None
    while True:
        page = trail.orders(market=market, after=after, limit=limit)
        read += numbers(page)
        if page.next is None:
            break
        after = page.next
        desk.place_order(small(market="elsewhere"))
    assert read == [f"A-{number}" for number in "76543210"]


def test_orders_of_one_moment_are_paged_by_id(trail: OrderTrail, desk: Desk) -> None:
    moment = START - timedelta(days=365 * 60)  # before 1970, too
    placed = {desk.place_order(small(market="crowded", placed=moment)).id for _ in range(5)}
    read: list[str] = []
    after: str | None = None
    while True:
        page = trail.orders(market="crowded", after=after, limit=2)
        read += [order.id for order in page]
        if page.next is None:
            break
        after = page.next
    assert read == sorted(placed, reverse=True)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "-placed", "-placed~", "-placed~1~", "~", "-placed~x~y", "-placed~~y", "-placed~1.5~y", "-placed~--1~y",
     f"-placed~{'9' * 19}~y", "-placed~3~\0", "-placed~3~\ud800"],
)  # fmt: skip
def test_a_forged_cursor_is_refused(trail: OrderTrail, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        trail.orders(after=cursor)


def test_a_limit_beyond_the_largest_page_is_that(trail: OrderTrail, market: str) -> None:
    assert len(trail.orders(market=market, limit=2000)) == 8


@pytest.mark.parametrize("wanted", [{"customer": "\0"}, {"email": "\ud800"}, {"status": "\0"}, {"market": ["\0"]}])
def test_what_is_no_text_is_refused(trail: OrderTrail, wanted: dict[str, Any]) -> None:
    with pytest.raises(InvalidText):
        trail.orders(**wanted)


@pytest.mark.parametrize("status", ["foo", "inprogress", ["OnHold", "foo"]])
def test_a_status_that_no_order_has_is_refused_with_the_right_ones(trail: OrderTrail, status: str | list[str]) -> None:
    right = "is no status: it is one of InProgress, OnHold, PartiallyShipped, Completed, Cancelled, AwaitingExchange"
    with pytest.raises(InvalidInput, match=right):
        trail.orders(status=status)


def test_who_placed_it_is_not_who_ordered_it(trail: OrderTrail) -> None:
    app = trail.acting(Actor(id="erp", on_behalf_of="anna"), channel="API")
    order = app.place_order(small(customer={"id": "C9"}))
    note = trail.order_note(order.id, 1)
    assert (note.actor.id, note.actor.on_behalf_of, note.channel) == ("erp", "anna", "API")
    assert order.customer is not None
    assert (order.customer.id, order.channel) == ("C9", "API")


def test_of_many_orders_that_one_worked_on_a_page_looks_at_few(postgres_url: str) -> None:
    """PostgreSQL takes those who agree in two columns for very few, and where it expects few it reads them all."""
    with OrderTrail.open(postgres_url) as trail:
        trail.acting("anna", channel="Order Management").place_order(small(number="B-0"))
        tables = trail.store.tables
        copied = {"order_id": "'copy-' || n", "number": "'B-' || n", "placed": "placed - n"}
        columns = ", ".join(copied.get(column.name, column.name) for column in tables.orders.c)
        orders, facets = tables.named("orders"), tables.named("order_facets")
        with psycopg.connect(postgres_url, autocommit=True) as owner:
            owner.execute(f"ALTER TABLE {orders} DISABLE TRIGGER USER")
            owner.execute(f"INSERT INTO {orders} SELECT {columns} FROM {orders}, generate_series(1, 5000) AS n")
            owner.execute(
                f"INSERT INTO {facets} (facet, value, placed, order_id)"
                f" SELECT 'person', 'anna', placed, order_id FROM {orders} ON CONFLICT DO NOTHING"
            )
            owner.execute("ANALYZE")
        with trail.store.reading() as transaction:
            page = orders_page(transaction, tables, OrderFilter(worked_on_by="anna"), limit=10)
            [looked_at] = transaction.rows(
                text(
                    f"SELECT pg_stat_get_xact_tuples_returned('{orders}'::regclass)"
                    f" + pg_stat_get_xact_tuples_fetched('{orders}'::regclass)"
                )
            )
        assert numbers(page) == [f"B-{n}" for n in range(10)]
        assert looked_at[0] < 100
