"""Every operation is tried in every status of an order: where the table says so it works, elsewhere nothing happens."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ordertrail import Desk, OperationNotAllowed, OrderTrail, OrderTrailError, RecordedOrder, UnknownId
from ordertrail.notes.events import Category, EventType
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import COLLECTIONS, Operation
from ordertrail.orders.statuses import OrderStatus
from tests import checker, scenarios
from tests.suggestions import OWN_EVENT, Canaries, Suggestions, custom_notes

pytestmark = pytest.mark.long

PAIRS = [(name, status) for name in OPERATIONS for status in OrderStatus]
TRIES = 600


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """One shop for all pairs, which each bring their own order."""
    path: Path = tmp_path_factory.mktemp("matrix") / "shop.db"
    own = EventType(
        name=OWN_EVENT, category=Category.OTHER, about="order", sentence="Wrapped", recorded_when="", icon="gift"
    )
    with OrderTrail.open(f"sqlite:///{path}", durability="normal", event_types=[own]) as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(trail: OrderTrail) -> Desk:
    """Who tries."""
    return trail.acting("anna", channel="Order Management")


@pytest.fixture(scope="module")
def orders(desk: Desk) -> dict[OrderStatus, list[str]]:
    """One order of each build in each status, for what changes nothing."""
    return {status: [build(desk) for build in builds] for status, builds in scenarios.BUILT.items()}


def test_orders_are_built_in_every_status(trail: OrderTrail, orders: dict[OrderStatus, list[str]]) -> None:
    assert set(orders) == set(OrderStatus)
    for status, built in orders.items():
        assert [trail.order(order).status for order in built] == [status] * len(built)


@pytest.mark.parametrize(("name", "status"), PAIRS)
def test_each_operation_in_each_status(
    trail: OrderTrail, desk: Desk, orders: dict[OrderStatus, list[str]], name: str, status: OrderStatus
) -> None:
    row = OPERATIONS[name]
    offered = [
        build
        for build, order in zip(scenarios.BUILT[status], orders[status], strict=True)
        if _offers(trail, order, row)
    ]
    if not offered:
        for order in orders[status]:
            assert_refused(trail, desk, order, row)
        assert status not in row.legal_in or _cannot_be(trail, orders[status][0], row)
        return
    before = trail.order(offered[0](desk))
    after, arguments = done(trail, desk, before, row)
    assert after.version > before.version
    assert not checker.findings(trail, after.id)
    if row.undone_by is not None:
        assert_undone(trail, desk, before, after, row, arguments)


def _offers(trail: OrderTrail, order_id: str, row: Operation) -> bool:
    """Whether it is legal now: as the order stands, or with the argument that makes it so."""
    status = trail.order(order_id).status
    return trail.legal_operations(order_id).get(row.name, "") is None or status in row.legal_with


def _cannot_be(trail: OrderTrail, order_id: str, row: Operation) -> bool:
    """Whether what it needs is never found in this status (the state machine holds that): something shipped, a return
    (of what has shipped), something open, or nothing open any more."""
    why = trail.legal_operations(order_id)[row.name]
    assert why is not None
    return "shipment" in why or "return" in why


def done(
    trail: OrderTrail, desk: Desk, order: RecordedOrder, row: Operation, fixed: dict[str, Any] | None = None
) -> tuple[RecordedOrder, dict[str, Any]]:
    """The order after an operation with the first arguments that suit it, and these; `fixed` ones are kept."""
    refused: OrderTrailError | None = None
    notes = custom_notes(trail, order.id)
    for seed in range(TRIES):
        drawn = {**Suggestions(random.Random(seed), Canaries(), order, notes).arguments(row), **(fixed or {})}
        names = row.arguments.__struct_fields__
        arguments = {name: value for name, value in drawn.items() if name in names and value is not None}
        try:
            return desk.perform(order.id, row.name, arguments), arguments
        except OrderTrailError as error:
            refused = error
    raise AssertionError(f"no arguments suit {row.name} on an order that is {order.status}") from refused


def assert_refused(trail: OrderTrail, desk: Desk, order_id: str, row: Operation) -> None:
    """Every kind of arguments is refused because of how the order stands, and nothing is written."""
    order, rows = trail.order(order_id), checker.counts(trail)
    notes = custom_notes(trail, order_id)
    seen = []
    for seed in range(20):
        arguments = Suggestions(random.Random(seed), Canaries(), order, notes).arguments(row)
        with pytest.raises(OrderTrailError) as refused:
            desk.perform(order_id, row.name, arguments)
        seen.append(refused.value)
    assert checker.counts(trail) == rows
    assert (after := trail.order(order_id)).head == order.head
    assert after.version == order.version
    illegal = [error for error in seen if isinstance(error, OperationNotAllowed)]
    if row.part is not None and not getattr(order, COLLECTIONS[row.part]):
        # That there is no such part is the plainer mistake, and is said first.
        assert all(isinstance(error, UnknownId) for error in seen)
        return
    assert illegal, seen
    assert all(error.operation == row.name and error.statuses["order"] == order.status for error in illegal)
    assert all(set(error.legal_now) <= set(OPERATIONS) - {row.name} for error in illegal)


def assert_undone(
    trail: OrderTrail,
    desk: Desk,
    before: RecordedOrder,
    after: RecordedOrder,
    row: Operation,
    arguments: dict[str, Any],
) -> None:
    """The operation that undoes it brings every status back, unless the order's own status does not allow it now."""
    undo = OPERATIONS[str(row.undone_by)]
    assert undo.undone_by == row.name
    if after.status not in undo.legal_in:
        assert_refused(trail, desk, after.id, undo)
        return
    shared = set(row.arguments.__struct_fields__) & set(undo.arguments.__struct_fields__)
    fixed = {name: arguments.get(name) for name in shared} | _new_parts(before, after)
    undone, _ = done(trail, desk, after, undo, fixed)
    assert standing(trail, undone) == standing(trail, before)


def _new_parts(before: RecordedOrder, after: RecordedOrder) -> dict[str, str]:
    """The hold and the discount that came, by the names that operations call them."""
    found = {}
    for name, collection in (("hold", "holds"), ("discount", "manual_discounts")):
        for key in getattr(after, collection).keys() - getattr(before, collection).keys():
            found[name] = key
    return found


def standing(trail: OrderTrail, order: RecordedOrder) -> dict[str, object]:
    """All that an undo brings back."""
    parts: dict[str, Any] = {**order.shipments, **order.line_items, **order.payments, **order.returns}
    return {
        "order": order.status,
        "shipments": {key: (shipment.status, shipment.held_from) for key, shipment in order.shipments.items()},
        "holds": len(order.holds),
        "coupons": sorted(order.coupons),
        "discounts": len(order.manual_discounts),
        "attributes": [sorted(part.attributes) for part in (order, *parts.values())],
        "pinned": [note.seq for note in trail.order_notes(order.id, limit=1000) if note.pinned],
    }
