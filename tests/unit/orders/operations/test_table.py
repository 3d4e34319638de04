"""The table as a whole: what it declares is what happens, and nothing else does."""

import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from ordertrail.errors import NothingToChange, OrderTrailError, UnknownOperation
from ordertrail.notes.events import BUILT_IN, OrderActivityEvent
from ordertrail.orders.arguments import parse
from ordertrail.orders.model import Order, canonical, decode_order, natural
from ordertrail.orders.money import sum_quantities
from ordertrail.orders.operations import OPERATIONS, legal_operations, operation_named
from ordertrail.orders.operations.base import COLLECTIONS, STATUSES, Operation
from ordertrail.orders.operations.performing import perform
from ordertrail.orders.statuses import OrderStatus, ShipmentStatus
from ordertrail.orders.totals import totals
from tests.suggestions import Canaries, Suggestions
from tests.unit.orders.builders import NOW, context, do, placed, returning, sold
from tests.unit.orders.walking import EVENTS, SEEDS, Happening, walked

PERMISSIONS = """order.place order.edit order.hold order.release_hold order.cancel shipment.work shipment.reopen
payment.record payment.refund return.create return.receive return.complete promotion.apply note.write activity.record
personal.erase hold.legal"""
"""Those that the design names for operations; note.moderate and the others are asked for elsewhere."""


@pytest.fixture(params=SEEDS)
def happenings(request: pytest.FixtureRequest) -> Sequence[Happening]:
    """What happened on a walk."""
    return walked(request.param)


# What is declared


def test_an_operation_is_found_by_its_name() -> None:
    assert operation_named("hold_order") is OPERATIONS["hold_order"]
    with pytest.raises(UnknownOperation, match=r"no operation is called 'dance': there are place_order, hold_order, "):
        operation_named("dance")
    assert isinstance(OPERATIONS, MappingProxyType)
    assert all(name == row.name for name, row in OPERATIONS.items())


def test_only_what_was_declared_needs_a_permission() -> None:
    named = {
        permission for row in OPERATIONS.values() for permission in (row.permission, *row.permission_with.values())
    }
    assert named == set(PERMISSIONS.split())


@pytest.mark.long
def test_what_is_recorded_beside_an_order_leaves_it_as_it_is(happenings: Sequence[Happening]) -> None:
    beside = {one.row.name for one in happenings if one.row.beside}
    changing = {
        one.row.name
        for one in happenings
        if any(order != one.before.get(order_id) for order_id, order in one.after().items())
    }
    assert beside
    assert not beside & changing


def test_every_event_type_is_reached_by_some_operation() -> None:
    recorded = {event for row in OPERATIONS.values() for event in row.records}
    assert recorded == set(BUILT_IN)
    assert set(OrderActivityEvent) <= recorded


def test_what_undoes_another_is_undone_by_it() -> None:
    undone = {name: row.undone_by for name, row in OPERATIONS.items() if row.undone_by is not None}
    assert {undone[other] for other in undone.values()} == set(undone)
    assert all(undone[other] == name for name, other in undone.items())
    pairs = {frozenset(pair) for pair in undone.items()}
    assert pairs == {
        frozenset(pair.split())
        for pair in (
            "hold_order release_hold",
            "hold_shipment release_shipment_hold",
            "release_shipment unrelease_shipment",
            "add_to_pick_list remove_from_pick_list",
            "complete_shipment reopen_shipment",
            "add_coupon remove_coupon",
            "add_manual_discount remove_manual_discount",
            "pin_note unpin_note",
            "set_attribute remove_attribute",
        )
    }


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=OPERATIONS)
def test_moves_are_between_statuses_that_there_are(row: Operation) -> None:
    for move in row.moves:
        known = {status.value for status in STATUSES[move.life]}
        assert move.after
        assert move.before | move.after <= known
        assert move.given is None or move.given in row.arguments.__struct_fields__
        # What an order may be moved from is where the operation is legal.
        assert move.life != "order" or move.before <= row.legal_in | {OrderStatus.AWAITING_EXCHANGE}
    assert set(row.legal_with.values()) | set(row.permission_with) <= set(row.arguments.__struct_fields__)
    assert row.part is None or row.part in COLLECTIONS


def test_every_status_is_reached_and_all_but_the_last_are_left() -> None:
    for life, statuses in STATUSES.items():
        moves = [move for row in OPERATIONS.values() for move in row.moves if move.life == life]
        assert {status for move in moves for status in move.after} == {status.value for status in statuses}
    left = {
        status for row in OPERATIONS.values() for move in row.moves if move.life == "order" for status in move.before
    }
    assert set(OrderStatus) - left == {OrderStatus.CANCELLED}


def test_what_is_legal_now_is_told_with_the_reason_why_the_rest_is_not() -> None:
    found = legal_operations(placed())
    assert "place_order" not in found
    assert found["hold_order"] is None
    assert found["release_hold"] == "the order is InProgress; it is legal for OnHold"
    assert found["capture_payment"] == "no payment is an Authorization with a rest"
    assert found["remove_coupon"] == "the order has no coupon"


HARD_TO_GUESS = frozenset({"create_return", "remove_attribute", "cancel_return", "create_exchange_order"})
"""What is offered, and of which the right piece or part is seldom drawn, or which hangs on an exchange order too."""


@pytest.mark.long
def test_what_is_offered_can_be_done(happenings: Sequence[Happening]) -> None:
    for happening in happenings[::100]:
        orders = {**happening.before, **happening.after()}
        for order in happening.after().values():
            offered = {name for name, why in legal_operations(order).items() if why is None} - HARD_TO_GUESS
            rows = [OPERATIONS[name] for name in offered]
            assert [row.name for row in rows if not row.note and not can_be_done(row, order, orders)] == []


def can_be_done(row: Operation, order: Order, orders: Mapping[str, Order]) -> bool:
    """Whether some arguments suit an operation on an order."""
    for seed in range(1000):
        given = Suggestions(random.Random(seed), Canaries(), order, []).arguments(row)
        with suppress(OrderTrailError):
            arguments = parse(row.arguments, given)
            other = None if row.other is None else row.other(order, arguments)
            now = datetime.now(UTC)
            within = context(now=now, clock=now, events=EVENTS, other=None if other is None else orders[other])
            return bool(perform(row, order, arguments, within))
    return False


# Edits

EDITS: dict[str, dict[str, Any]] = {
    "change_line_item": {"line_item": "1", "quantity": 2, "unit_price": "90.00", "name": "Tent for two"},
    "change_shipping_address": {"shipment": "1", "address": {"city": "Rome"}},
    "change_shipping_method": {
        "shipment": "1", "method": "Air", "prices": {"shipments": {"1": {"shipping": "9.00"}}},
    },
    "change_warehouse": {"shipment": "1", "warehouse": "W2"},
    "change_billing_address": {"address": {"city": "Rome"}},
    "change_customer": {"customer": {"id": "C2", "name": "Tom"}},
    "set_attribute": {"shipment": "1", "key": "gift", "value": "yes"},
    "set_tracking": {"shipment": "1", "carrier": "UPS", "tracking_number": "1Z"},
    "change_promised_date": {"shipment": "1", "promised": NOW},
    "change_return": {"return_id": "1", "comment": "all of it"},
}  # fmt: skip


def test_what_edits_is_tried_here() -> None:
    assert set(EDITS) == {name for name, row in OPERATIONS.items() if row.edits}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_that_changes_nothing_is_refused(name: str) -> None:
    order = returning(sold()) if name == "change_return" else placed()
    edited = do(order, name, **EDITS[name])
    with pytest.raises(
        NothingToChange, match=rf"nothing would change: {name} finds all as it is given; say what is to"
    ):
        do(edited, name, **{**EDITS[name], **({"reason": "late"} if name == "change_promised_date" else {})})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("change_line_item", {"line_item": "1"}),
        ("set_tracking", {"shipment": "1"}),
        ("change_promised_date", {"shipment": "1", "promised": None}),
    ],
)
def test_an_edit_that_says_nothing_is_refused(name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(NothingToChange, match=r"nothing would change"):
        do(placed(), name, **arguments)


# What happens


def statuses(order: Order | None) -> dict[tuple[str, str], str]:
    """The status of an order and of all its parts that have one."""
    if order is None:
        return {}
    found: dict[tuple[str, str], str] = {("order", order.id): order.status}
    for life in set(STATUSES) - {"order"}:
        parts: Mapping[str, Any] = getattr(order, COLLECTIONS[life])
        found |= {(life, f"{order.id}/{key}"): part.status for key, part in parts.items()}
    return found


@pytest.mark.long
def test_every_change_of_status_is_declared(happenings: Iterable[Happening]) -> None:
    for happening in happenings:
        for order_id, after in happening.after().items():
            was = statuses(happening.before.get(order_id))
            for thing, status in statuses(after).items():
                before = was.get(thing)
                assert before == status or any(
                    move.life == thing[0]
                    and status in move.after
                    and (before in move.before if before is not None else not move.before)
                    for move in happening.row.moves
                ), f"{happening.row.name} moved {thing} from {before} to {status}, which it does not declare"


@pytest.mark.long
def test_every_activity_is_declared(happenings: Iterable[Happening]) -> None:
    for happening in happenings:
        for step in happening.steps:
            declared = {*happening.row.records, *(() if happening.row.records else (None,))}
            assert step.event in declared or "." in str(step.event), (happening.row.name, step.event)


@pytest.mark.long
def test_every_sentence_is_filled_in(happenings: Iterable[Happening]) -> None:
    for step in (step for happening in happenings for step in happening.steps if step.event is not None):
        title = EVENTS[step.event or ""].title(step.labels)
        assert "[" not in title, title
        assert "None" not in title, title
        assert "canary" not in title, title


@pytest.mark.long
def test_no_part_is_ever_lost_but_holds_and_what_was_removed(happenings: Iterable[Happening]) -> None:
    for happening in happenings:
        for order_id, after in happening.after().items():
            before = happening.before.get(order_id)
            if before is None:
                continue
            for name in ("shipments", "payments", "returns"):
                assert set(getattr(before, name)) <= set(getattr(after, name))
            assert set(before.line_items) <= set(after.line_items) | set(after.removed_line_items)
            assert not set(after.line_items) & set(after.removed_line_items)


@pytest.mark.long
def test_what_has_shipped_never_changes(happenings: Iterable[Happening]) -> None:
    for happening in happenings:
        for order_id, after in happening.after().items():
            before = happening.before.get(order_id)
            for key, shipment in ({} if before is None else before.shipments).items():
                if shipment.status is ShipmentStatus.SHIPPED:
                    assert after.shipments[key].quantities == shipment.quantities


@pytest.mark.long
def test_every_step_leaves_a_sound_order(happenings: Iterable[Happening]) -> None:
    for order in (step.order for happening in happenings for step in happening.steps):
        assert decode_order(canonical(order)) == order
        assert order.totals == totals(order)
        assert order.totals.discount <= order.totals.subtotal + order.totals.shipping + order.totals.handling
        assert order.totals.total >= 0
        held = [given.quantities for given in order.shipments.values()]
        for line, item in order.line_items.items():
            amounts = [quantities[line] for quantities in held if line in quantities]
            assert not held or item.quantity == sum_quantities(amounts)
        assert all(set(quantities) <= set(order.line_items) for quantities in held)
        assert natural(order.shipments) == sorted(order.shipments, key=natural(order.shipments).index)


@pytest.mark.long
def test_an_operation_changes_only_the_orders_it_concerns(happenings: Iterable[Happening]) -> None:
    for happening in happenings:
        concerned = happening.after()
        assert len(concerned) == 1 or happening.row.other is not None
        assert len(concerned) <= 2


@pytest.mark.long
def test_the_walks_get_around() -> None:
    happenings = [happening for seed in SEEDS for happening in walked(seed)]
    assert {happening.row.name for happening in happenings} == set(OPERATIONS)
    assert {step.event for happening in happenings for step in happening.steps} >= set(BUILT_IN)
