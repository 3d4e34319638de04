"""Verifying a record that nobody tampered with finds nothing, whatever happened to its orders; and says what it did."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations

import pytest
from sqlalchemy import insert

from ordertrail import OrderTrail, UnknownOrder
from ordertrail.audit.findings import CODES, KEPT, NOT_EXCLUDED
from ordertrail.orders.statuses import OrderStatus
from tests import scenarios
from tests.fault.tampering import past_the_guards
from tests.shops import ENGINES, open_shop, small


@pytest.fixture(scope="module", params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """One shop for all tests: each brings its own orders."""
    with open_shop(request, tmp_path_factory, durability="normal") as opened:
        yield opened


@pytest.mark.parametrize("status", OrderStatus)
def test_orders_in_every_status_are_sound(trail: OrderTrail, status: OrderStatus) -> None:
    desk = trail.acting("anna", channel="Order Management")
    for build in scenarios.BUILT[status]:
        order = build(desk)
        assert trail.order(order).status is status
        verified = trail.verify(order)
        assert (verified.orders, verified.findings) == (1, ())
        assert verified.entries == trail.order(order).version


def test_completed_exchanges_are_sound(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Order Management")
    order = desk.place_order(small()).id
    desk.add_payment(order, amount="249.00", method="Card")
    desk.release_shipment(order, shipment="1")
    desk.complete_shipment(order, shipment="1")
    desk.create_return(order, items={"1": {"quantity": 1, "reason": "wrong-size"}}, kind="exchange")
    changed = desk.create_exchange_order(
        order,
        return_id="1",
        line_items={"1": {"sku": "TENT-3", "name": "Tent for three", "quantity": 1, "unit_price": "249.00"}},
        shipments={"1": {"method": "Ground", "quantities": {"1": 1}}},
        idempotency_key="exchange",
    )
    exchange = changed.returns["1"].exchange_order
    assert exchange is not None
    desk.receive_return_items(order, return_id="1", items={"1": {"quantity": 1, "condition": "good"}})
    desk.complete_return(order, return_id="1", idempotency_key="return")
    assert trail.verify(order).sound
    assert trail.verify(exchange).sound


def test_notes_edited_deleted_and_pinned_are_sound(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Order Management")
    order = desk.place_order(small()).id
    for title in ("First", "Zweite Notiz, mit Ümläuten 🎁", "\u2028 \u202e"):
        note = desk.add_note(order, title=title).version
        desk.edit_note(order, note=note, detail='"quoted" \\ {"$personal":0}')
        desk.pin_note(order, note=note)
        desk.unpin_note(order, note=note)
        desk.delete_note(order, note=note, reason="entered twice")
    desk.record_activity(order, data={"parcel": "3"}, title="Weighed")
    assert trail.verify(order).sound


ENTRIES = (1, 2, 3, 4)


@pytest.mark.parametrize("count", range(1, len(ENTRIES) + 1))
def test_any_entries_erased_are_sound_and_stay_so(trail: OrderTrail, count: int) -> None:
    for erased in combinations(ENTRIES, count):
        desk = trail.acting("anna", channel="Order Management")
        order = desk.place_order(small(customer={"id": "C1", "name": "Mercy Taylor", "phone": "1"})).id
        desk.change_customer(order, customer={"id": "C1", "name": "Mercy Tailor", "phone": "1"})
        desk.set_attribute(order, key="gift", value="for Bo")
        desk.change_customer(order, customer={"id": "C1", "name": "M. Tailor", "phone": "2"})
        desk.erase_personal_data(order, reason="erasure-request", entries=erased, actors="everyone")
        assert trail.verify(order).findings == (), erased
        desk.change_customer(order, customer={"id": "C1", "name": "Mercy", "email": "mercy@example.com"})
        desk.set_attribute(order, key="gift", value="for Ann")
        assert trail.verify(order).findings == (), erased
        desk.erase_personal_data(order, reason="erasure-request")
        assert trail.verify(order).findings == (), erased


def test_idempotency_keys_are_sound_before_and_after_an_erasure(trail: OrderTrail) -> None:
    desk = trail.acting("bert", channel="API")
    order = desk.place_order(small(), idempotency_key="place").id
    desk.add_note(order, title="Once", idempotency_key="note")
    desk.hold_order(order, reason="fraud", idempotency_key="hold")
    assert trail.verify(order).sound
    desk.erase_personal_data(order, reason="erasure-request", idempotency_key="erase")
    desk.release_hold(order, idempotency_key="release")
    assert trail.verify(order).findings == ()


def test_all_orders_are_counted_and_progress_is_told(trail: OrderTrail) -> None:
    trail.acting("anna", channel="Order Management").place_order(small())
    told: list[tuple[int, int]] = []
    verified = trail.verify(progress=lambda done, total: told.append((done, total)))
    assert verified.sound
    assert verified.beyond == 0
    assert verified.entries >= verified.orders > 0
    assert told[-1] == (verified.orders, verified.orders)
    one: list[tuple[int, int]] = []
    order = trail.orders(limit=1).items[0].id
    assert trail.verify(order, progress=lambda done, total: one.append((done, total))).orders == 1
    assert one == [(1, 1)]


def test_progress_is_told_on_the_way(trail: OrderTrail) -> None:
    with trail.batch() as batch:
        desk = batch.acting("anna", channel="Order Management")
        for _ in range(250):
            desk.place_order({"market": "US", "currency": "USD"})
    told: list[int] = []
    trail.verify(progress=lambda done, total: told.append(done * 100 // total))
    assert len(told) >= 3
    assert told == sorted(told)


def test_it_says_how_the_record_is_guarded_and_what_cannot_be_excluded(trail: OrderTrail) -> None:
    verified = trail.verify()
    assert verified.guards == trail.guards().explanation
    assert verified.not_excluded == NOT_EXCLUDED
    assert "checkpoints" in NOT_EXCLUDED[0]


def test_an_unknown_order_is_refused(trail: OrderTrail) -> None:
    with pytest.raises(UnknownOrder):
        trail.verify("no-such-order")


def test_a_caller_s_own_transaction_is_verified_as_it_stands(trail: OrderTrail) -> None:
    with trail.batch() as batch:
        desk = batch.acting("anna", channel="Order Management")
        order = desk.place_order(small()).id
        desk.hold_order(order, reason="fraud")
        assert batch.verify(order).entries == 2
        assert batch.verify().sound
    assert trail.verify(order).sound


def test_findings_beyond_the_first_thousand_are_counted(trail: OrderTrail) -> None:
    with past_the_guards(trail) as tampering:
        numbers = [{"number": f"X{i}", "order_id": f"nowhere-{i:04}"} for i in range(KEPT + 5)]
        tampering.run(insert(tampering.tables.order_numbers).values(numbers))
        verified = tampering.trail.verify()
    assert len(verified.findings) == KEPT
    assert verified.beyond == 6  # these, and that the guards are missing
    assert {finding.code for finding in verified.findings} == {"number-differs", "guards-missing"}


def test_a_finding_names_the_order_by_its_number_too(trail: OrderTrail) -> None:
    order = trail.acting("anna", channel="Order Management").place_order(small())
    with past_the_guards(trail) as tampering:
        tampering.change(tampering.tables.orders, {"order_id": order.id}, market="SE", total=0)
        (finding,) = [f for f in tampering.trail.verify().findings if f.order_id]
    assert (finding.order_id, finding.number, finding.code) == (order.id, order.number, "column-differs")
    assert finding.sentence == "columns of the order are not what its document and its last entry say: market, total"
    assert finding.code in CODES


def test_an_order_of_before_1970_is_sound(trail: OrderTrail) -> None:
    at = datetime(1969, 1, 1, tzinfo=UTC)
    order = trail.acting("anna", channel="Import").place_order(small(), at=at).id
    assert trail.verify(order).findings == ()
