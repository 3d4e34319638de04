"""Completeness: whatever is done to orders, in whatever order, the record says exactly that, and all of it.

After each step the sum of changes equals the document, no seq is missing, the chain verifies, the search columns are
those of the document, a refused operation wrote nothing, and every earlier entry still gives what was seen then. All of
it is worked out from the raw rows by `tests.checker`.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from ordertrail import OrderTrail
from ordertrail.notes.events import BUILT_IN
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.statuses import OrderStatus
from tests import checker, scenarios
from tests.suggestions import OWN_EVENT
from tests.walk import OWN, Walk, recorded

pytestmark = pytest.mark.long

SEEDS = st.integers(0, 2**32 - 1)
"""What a step draws its arguments with: a failure shrinks to few steps, each known by its seed."""


class Shop(RuleBasedStateMachine):
    """Any operation, on any of several orders, by any of several actors: one rule for each row of the table."""

    trail: OrderTrail

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk(self.trail)

    @initialize(seed=SEEDS, statuses=st.lists(st.sampled_from(OrderStatus), min_size=1, max_size=3))
    def start(self, seed: int, statuses: list[OrderStatus]) -> None:
        """Several orders, each in some status."""
        for status in statuses:
            self.walk.start(random.Random(seed), status)

    @rule(seed=SEEDS)
    def repeat(self, seed: int) -> None:
        """Something is asked for a second time under its idempotency key."""
        self.walk.repeat(random.Random(seed))

    @rule(seed=SEEDS, name=st.sampled_from(sorted(OPERATIONS)))
    def spoil(self, seed: int, name: str) -> None:
        """Something is asked for with a value that no operation takes."""
        self.walk.attempt(random.Random(seed), name, spoil=True)

    def teardown(self) -> None:
        """At the end every order as of every entry is looked at again."""
        self.walk.check_all_past()


def _rule_of(name: str) -> Any:
    @rule(seed=SEEDS)
    def attempt(self: Shop, seed: int) -> None:
        self.walk.attempt(random.Random(seed), name)

    return attempt


def machine(trail: OrderTrail) -> type[Shop]:
    """The state machine for one shop, with a rule for each operation there is."""
    return type("ShopUnderTest", (Shop,), {"trail": trail, **{name: _rule_of(name) for name in OPERATIONS}})


@contextmanager
def opened(url: str) -> Iterator[OrderTrail]:
    """A shop with an event type of its own."""
    with OrderTrail.open(url, durability="normal", event_types=[OWN]) as trail:
        yield trail


def run(url: str, examples: int, steps: int) -> None:
    """Let the machine run, then look at all orders and at the log."""
    with opened(url) as trail:
        run_state_machine_as_test(
            machine(trail),
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
        assert_clean(trail)


def assert_clean(trail: OrderTrail) -> None:
    """Nothing is wrong, say both the tests' own checker and the trail itself."""
    assert not checker.all_findings(trail)
    assert not trail.verify().findings


def test_random_operations_on_sqlite(sqlite_url: str) -> None:
    run(sqlite_url, examples=50, steps=40)


def test_random_operations_on_postgresql(postgres_url: str) -> None:
    run(postgres_url, examples=12, steps=25)


def test_every_operation_is_performed_by_a_walk(sqlite_url: str) -> None:
    rng, performed = random.Random(7), set[str]()
    with opened(sqlite_url) as trail:
        for _ in range(100):
            walk = Walk(trail)
            for status in rng.sample(list(OrderStatus), 2):
                walk.start(rng, status)
            for name in [*sorted(set(OPERATIONS) - performed), *rng.sample(sorted(OPERATIONS), 10)]:
                walk.attempt(rng, name)
            performed |= set(walk.performed)
            if performed == set(OPERATIONS):
                break
    assert performed == set(OPERATIONS)


def test_every_event_type_is_recorded_by_every_operation_that_declares_it(database_url: str) -> None:
    declared = {(row.name, event) for row in OPERATIONS.values() for event in row.records}
    with opened(database_url) as trail:
        desk = trail.acting("anna", channel="Order Management")
        for play in (*(build for builds in scenarios.BUILT.values() for build in builds), *scenarios.PLAYS):
            play(desk)
        assert_clean(trail)
        found = recorded(trail, [order.id for order in trail.orders(limit=1000)])
    own = {("record_activity", OWN_EVENT)}
    assert found - own == declared
    assert {event for _, event in found} == set(BUILT_IN) | {OWN_EVENT}


def test_a_caller_who_writes_into_what_was_returned_changes_nothing(database_url: str) -> None:
    with opened(database_url) as trail:
        desk = trail.acting("anna", channel="Order Management")
        order = desk.place_order({"market": "US", "currency": "USD", "attributes": {"gift": "yes"}})
        order.attributes["gift"] = "no"
        held = desk.hold_order(order.id, reason="fraud")
        assert held.attributes == trail.order(order.id).attributes == {"gift": "yes"}


@pytest.mark.parametrize("text", ["x" * 10_000, "🎁" * 10_000])
def test_the_longest_reason_can_be_read_again(sqlite_url: str, text: str) -> None:
    with opened(sqlite_url) as trail:
        order = trail.acting("anna", channel="Web").place_order({"market": "US", "currency": "USD", "hold": text})
        assert trail.order(order.id).holds["1"].reason.comment == text
