"""A walk through the table without any database: random operations, legal and illegal, on a few orders."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec

from ordertrail.errors import OrderTrailError
from ordertrail.notes.events import registry
from ordertrail.notes.model import Actor, NoteType
from ordertrail.orders.arguments import parse
from ordertrail.orders.changes import personal_places, personal_tree
from ordertrail.orders.model import Order, canonical, replaced
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Arguments, Context, NoteFacts, Operation, Steps
from ordertrail.orders.operations.performing import perform, why_not
from ordertrail.orders.statuses import OrderStatus
from ordertrail.trail import REASONS
from tests.suggestions import Canaries, Suggestions
from tests.walk import OWN

SEEDS = range(8)
ATTEMPTS = 4000
ACTOR = Actor(id="anna")
EVENTS = registry([OWN])


class Happening(NamedTuple):
    """One operation that was performed: the orders before it, and its steps."""

    row: Operation
    arguments: Arguments
    given: dict[str, Any]
    before: dict[str, Order]
    steps: Steps

    def after(self) -> dict[str, Order]:
        """The orders that were concerned, as they stand after it."""
        return {step.order.id: step.order for step in self.steps}


class Walk:
    """Orders and their notes, and what may happen to them next."""

    def __init__(self, seed: int) -> None:
        self.rng, self.canary = random.Random(seed), Canaries()
        self.orders: dict[str, Order] = {}
        self.notes: dict[str, dict[int, NoteFacts]] = {}
        self.seqs: dict[str, int] = {}

    def happenings(self, attempts: int) -> Iterator[Happening]:
        """What was done in so many attempts; the others were refused."""
        for _ in range(attempts):
            row, order = self._choice()
            given = self._arguments(row, order)
            try:
                arguments = parse(row.arguments, given)
                steps = perform(row, order, arguments, self._context(row, order, arguments))
            except OrderTrailError:
                continue
            yield Happening(row, arguments, given, dict(self.orders), steps)
            self._keep(arguments, steps)

    def _choice(self) -> tuple[Operation, Order | None]:
        """An operation, and an order on which it is often legal."""
        row = self.rng.choice(list(OPERATIONS.values()))
        if any(OrderStatus.CANCELLED in move.after for move in row.moves) and self.rng.random() < 0.9:
            return self._choice()  # nothing much happens to a cancelled order
        if not row.legal_in or not self.orders:
            return OPERATIONS["place_order"], None
        orders = list(self.orders.values())
        legal = [order for order in orders if why_not(row, order) is None]
        return row, self.rng.choice(legal if legal and self.rng.random() < 0.9 else orders)

    def _arguments(self, row: Operation, order: Order | None) -> dict[str, Any]:
        notes = [] if order is None else [seq for seq, facts in self.notes[order.id].items() if not facts.deleted]
        return Suggestions(self.rng, self.canary, order, notes).arguments(row)

    def _context(self, row: Operation, order: Order | None, arguments: Arguments) -> Context:
        other = None if row.other is None or order is None else row.other(order, arguments)
        note = getattr(arguments, "note", None)
        now = datetime.now(UTC)
        return Context(
            now=now,
            clock=now,
            actor=ACTOR,
            channel="Order Management",
            reasons=REASONS,
            events=EVENTS,
            new_id=f"order-{len(self.orders) + 1}",
            new_number=100001 + len(self.orders),
            other=None if other is None else self.orders[other],
            note=None if order is None or not row.note else self.notes[order.id].get(note or 0),
            sources={} if order is None or not row.history else dict.fromkeys(places(order), 1),
        )

    def _keep(self, arguments: Arguments, steps: Steps) -> None:
        for step in steps:
            self.orders[step.order.id] = step.order
            seq = self.seqs[step.order.id] = self.seqs.get(step.order.id, 0) + 1
            notes = self.notes.setdefault(step.order.id, {})
            if step.type is NoteType.CUSTOM:
                notes[seq] = NoteFacts(
                    seq=seq,
                    type=NoteType.CUSTOM,
                    author=(ACTOR.kind, ACTOR.id),
                    title=str(step.data["title"]),
                    detail=str(step.data["detail"]),
                    visibility=step.visibility,
                    pinned=False,
                    deleted=False,
                )
            elif step.revises is not None:
                changed = {"NotePinned": {"pinned": True}, "NoteUnpinned": {"pinned": False}}
                deleted = {"NoteDeleted": {"deleted": True}}
                notes[step.revises] = replaced(notes[step.revises], **{**changed, **deleted}.get(str(step.event), {}))


def places(order: Order) -> list[str]:
    """Where an order's document holds personal values."""
    return personal_places(msgspec.json.decode(canonical(order)), personal_tree())


@cache
def walked(seed: int) -> tuple[Happening, ...]:
    """What happened on one of the walks."""
    return tuple(Walk(seed).happenings(ATTEMPTS))
