"""A walk through a shop: random operations by several actors, legal and illegal, each checked from the raw rows."""

import json
import random
from collections import Counter
from itertools import count
from typing import Any, NamedTuple

import msgspec

from ordertrail import Actor, ActorKind, Desk, OperationNotAllowed, OrderTrail, OrderTrailError, RecordedOrder
from ordertrail.notes.events import Category, EventType
from ordertrail.notes.model import NoteType
from ordertrail.orders.changes import personal_tree
from ordertrail.orders.model import canonical
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Operation
from ordertrail.orders.operations.notes import ErasePersonalData
from ordertrail.orders.operations.performing import why_not_on
from ordertrail.orders.statuses import OrderStatus, ShipmentStatus
from tests import checker, scenarios
from tests.suggestions import OWN_EVENT, Canaries, Suggestions, custom_notes

OWN = EventType(
    name=OWN_EVENT,
    category=Category.OTHER,
    about="order",
    sentence="Gift wrapped",
    recorded_when="wrapped",
    icon="gift",
)
TREE = personal_tree()
KEYS = count()
"""Numbers of idempotency keys, none twice in the process."""

SHIPPED_NEVER = frozenset({OrderStatus.IN_PROGRESS, OrderStatus.CANCELLED, OrderStatus.AWAITING_EXCHANGE})
OPEN_NEVER = frozenset({OrderStatus.COMPLETED, OrderStatus.CANCELLED})


class Keyed(NamedTuple):
    """An operation done under an idempotency key, and its answer."""

    desk: Desk
    name: str
    order_id: str
    arguments: dict[str, Any]
    key: str
    answer: RecordedOrder


class Walk:
    """Operations on the orders of one shop, and what was seen of them."""

    def __init__(self, trail: OrderTrail) -> None:
        self.trail, self.canary = trail, Canaries()
        self.orders: list[str] = []
        self.seen: dict[str, dict[int, Any]] = {}
        self.written: dict[str, set[str]] = {}
        self.gone: dict[str, set[str]] = {}
        self.keyed: list[Keyed] = []
        self.performed: Counter[str] = Counter()
        self.desks = [
            trail.acting("anna", channel="Order Management"),
            trail.acting(Actor(id="C1", kind=ActorKind.CUSTOMER, label="Mercy", address="192.0.2.7"), channel="Web"),
            trail.acting(Actor(id="erp", kind=ActorKind.APP, on_behalf_of="anna"), channel="API: erp"),
        ]

    def start(self, rng: random.Random, status: OrderStatus) -> None:
        """Bring an order into a status, and the orders that it needed."""
        before = set(self._ids())
        rng.choice(scenarios.BUILT[status])(self.desks[0])
        for order_id in sorted(set(self._ids()) - before):
            self._met(order_id)
        self.check(self.orders)

    def _ids(self) -> list[str]:
        found: list[str] = []
        after = None
        while True:
            page = self.trail.orders(after=after, limit=1000)
            found += [order.id for order in page]
            if page.next is None:
                return found
            after = page.next

    def _met(self, order_id: str) -> None:
        if order_id not in self.seen:
            self.orders.append(order_id)
            self.seen[order_id], self.written[order_id], self.gone[order_id] = {}, set(), set()

    # One step

    def attempt(self, rng: random.Random, name: str, *, spoil: bool = False) -> None:
        """Try an operation, by preference on an order on which it is legal; then check what it did or did not do."""
        row, order = OPERATIONS[name], self._order(rng, name)
        notes = [] if order is None else custom_notes(self.trail, order.id)
        suggestions = Suggestions(rng, self.canary, order, notes)
        arguments = suggestions.spoilt(row) if spoil else suggestions.arguments(row)
        desk = rng.choice(self.desks)
        options = self._options(rng, order)
        standing = self.standing()
        try:
            answer = self._perform(desk, row, order, arguments, options)
        except OrderTrailError as error:
            self._refused(name, error, order, standing)
            return
        self.performed[name] += 1
        _check_offered(row, order, arguments)
        self._keep(desk, row, arguments, options, answer, standing)

    def _refused(
        self, name: str, error: OrderTrailError, order: RecordedOrder | None, standing: dict[str, Any]
    ) -> None:
        assert self.standing() == standing, f"{name} was refused ({error}), and wrote"
        if isinstance(error, OperationNotAllowed) and order is not None:
            assert error.statuses["order"] == order.status

    def _order(self, rng: random.Random, name: str) -> RecordedOrder | None:
        if not OPERATIONS[name].legal_in:
            return None
        fit = [order for order in self.orders if self.trail.legal_operations(order)[name] is None]
        return self.trail.order(rng.choice(fit if fit and rng.random() < 0.9 else self.orders))

    def _options(self, rng: random.Random, order: RecordedOrder | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if rng.random() < 0.3:
            # Never the same again, though an example may come again: all of them share the shop.
            found["idempotency_key"] = f"key-{next(KEYS)}"
        if order is not None and rng.random() < 0.2:
            found["expected_version"] = order.changed_seq - (rng.random() < 0.2)
        if rng.random() < 0.2:
            found["cause"] = "request-7"
        return found

    def _perform(
        self,
        desk: Desk,
        row: Operation,
        order: RecordedOrder | None,
        arguments: dict[str, Any],
        options: dict[str, Any],
    ) -> RecordedOrder:
        if order is None:
            return desk.place_order(arguments, **options)
        return desk.perform(order.id, row.name, arguments, **options)

    def _keep(
        self,
        desk: Desk,
        row: Operation,
        arguments: dict[str, Any],
        options: dict[str, Any],
        answer: RecordedOrder,
        before: dict[str, Any],
    ) -> None:
        others = {order.exchange_order for order in answer.returns.values()} | {answer.exchange_for}
        for order_id in (answer.id, *(other for other in others if other is not None)):
            self._met(order_id)
        if row.arguments is ErasePersonalData and not arguments.get("entries"):
            self.gone[answer.id] |= self.written[answer.id]
        self.written[answer.id] |= set(canaries(arguments))
        if "idempotency_key" in options:
            self.keyed.append(Keyed(desk, row.name, answer.id, arguments, options["idempotency_key"], answer))
        self._saw(answer)
        self.check([order_id for order_id, now in self.standing(self.orders).items() if now != before.get(order_id)])

    def _saw(self, answer: RecordedOrder) -> None:
        self.seen[answer.id][answer.version] = plain(answer)
        assert plain(self.trail.order(answer.id)) == plain(answer)

    def repeat(self, rng: random.Random) -> None:
        """Do again what was done under a key: the same answer, and nothing happens."""
        if not self.keyed:
            return
        done = rng.choice(self.keyed)
        standing = self.standing()
        if OPERATIONS[done.name].legal_in:
            answer = done.desk.perform(done.order_id, done.name, done.arguments, idempotency_key=done.key)
        else:
            answer = done.desk.place_order(done.arguments, idempotency_key=done.key)
        assert self.standing() == standing
        assert (answer.id, answer.version, answer.head) == (done.order_id, done.answer.version, done.answer.head)
        assert answer.changed_seq == done.answer.changed_seq
        assert mask(plain(answer)) == mask(plain(done.answer))

    # What must hold

    def standing(self, orders: list[str] | None = None) -> dict[str, Any]:
        """Where the orders stand, and how many rows there are of all."""
        found: dict[str, Any] = {}
        for order_id in self.orders if orders is None else orders:
            order = self.trail.order(order_id)
            found[order_id] = (order.version, order.changed_seq, order.head, plain(order))
        return {**found, "rows": checker.counts(self.trail)} if orders is None else found

    def check(self, orders: list[str]) -> None:
        """Everything that can be worked out from the rows of these orders."""
        for order_id in orders:
            assert not (found := checker.findings(self.trail, order_id)), found
            self._check_past(order_id)
            self._check_gone(order_id)
            check_shape(self.trail.order(order_id))

    def _check_past(self, order_id: str) -> None:
        rows = checker.read(self.trail, order_id)
        past = checker.documents(rows.entries)
        for seq, document in self.seen[order_id].items():
            assert mask(past[seq]) == mask(document), f"entry {seq} of {order_id} reads otherwise now"
        for seq in list(self.seen[order_id])[-3:]:
            assert mask(plain(self.trail.order(order_id, as_of=seq))) == mask(self.seen[order_id][seq])

    def check_all_past(self) -> None:
        """Every order as of every entry is what was seen then."""
        for order_id, seen in self.seen.items():
            for seq, document in seen.items():
                assert mask(plain(self.trail.order(order_id, as_of=seq))) == mask(document)

    def _check_gone(self, order_id: str) -> None:
        if not self.gone[order_id]:
            return
        rows = checker.read(self.trail, order_id)
        texts = [str(value) for row in (rows.order, *rows.entries) for value in row or () if isinstance(value, str)]
        found = set(canaries(texts)) & self.gone[order_id]
        assert not found, f"erased, and still there: {found}"


def _check_offered(row: Operation, order: RecordedOrder | None, arguments: dict[str, Any]) -> None:
    """What was done to a part had been offered on it, unless it took an argument with which more is legal."""
    if order is None or row.part is None or order.status in row.legal_with:
        return
    key = arguments["return_id" if row.part == "return" else row.part]
    assert why_not_on(row, order, key) is None, row.name


def check_shape(order: RecordedOrder) -> None:
    """What an order's status says of its shipments."""
    shipped = [key for key, shipment in order.shipments.items() if shipment.status is ShipmentStatus.SHIPPED]
    still_open = [key for key, shipment in order.shipments.items() if shipment.status.open]
    assert not (shipped and order.status in SHIPPED_NEVER), (order.status, shipped)
    assert not (still_open and order.status in OPEN_NEVER), (order.status, still_open)
    assert order.status is not OrderStatus.PARTIALLY_SHIPPED or (shipped and still_open)
    assert (order.status is OrderStatus.ON_HOLD) == bool(order.holds)
    assert all(set(shipment.quantities) <= set(order.line_items) for shipment in order.shipments.values())


def plain(order: RecordedOrder) -> Any:
    """The document as plain JSON."""
    return json.loads(canonical(order.document))


def mask(document: Any) -> Any:
    """The document without its personal values."""
    return checker.masked(document, TREE)


def canaries(value: Any) -> list[str]:
    """The canaries in a value, wherever in it."""
    text = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()
    return [f"canary-{part.split('-', 1)[0]}-" for part in text.split("canary-")[1:]]


def recorded(trail: OrderTrail, orders: list[str]) -> set[tuple[str, str]]:
    """Which operation recorded which event types."""
    found = set()
    for order_id in orders:
        for entry in checker.read(trail, order_id).entries:
            if entry.type == NoteType.SYSTEM:
                found.add((str(json.loads(entry.content)["operation"]), str(entry.event)))
    return found
