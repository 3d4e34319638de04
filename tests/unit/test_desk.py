"""What a desk draws, and what must never change because keys in use depend on it."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from ordertrail import Actor, ActorKind, OrderTrail
from ordertrail.desk import Request, _request_digest, system_clock, system_salt
from ordertrail.orders.arguments import parse
from ordertrail.orders.operations import operation_named
from tests.shops import small


def test_the_clock_tells_the_time_in_utc() -> None:
    now = system_clock()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=10)


def test_salts_are_sixteen_bytes_each_another() -> None:
    salts = {system_salt() for _ in range(100)}
    assert {len(salt) for salt in salts} == {16}
    assert len(salts) == 100


def test_the_id_of_a_keyed_order_never_changes() -> None:
    with OrderTrail.open("sqlite://") as trail:
        placed = {
            actor.kind: trail.acting(actor, channel="Web").place_order(small(), idempotency_key="cart-7").id
            for actor in (Actor(id="anna"), Actor(id="anna", kind=ActorKind.APP))
        }
    assert placed == {
        ActorKind.USER: "1a094720-266c-8379-beda-9c13ef428305",
        ActorKind.APP: "81fe49fa-2d59-822d-ab7c-8f604d3680f5",
    }


def digest(operation: str, **given: Any) -> bytes:
    row = operation_named(operation)
    return _request_digest(Request(operation=row, order_id="x", arguments=parse(row.arguments, given)))


def test_the_digest_of_a_request_never_changes() -> None:
    assert (
        digest("hold_order", reason="fraud")
        == sha256(b'ordertrail/1 request\n["hold_order",{"reason":"fraud"}]').digest()
    )


def test_what_is_as_by_default_is_no_part_of_a_request() -> None:
    kept = sha256(b'ordertrail/1 request\n["edit_note",{"note":2,"title":"Called"}]').digest()
    assert digest("edit_note", note=2, title="Called") == kept
    assert digest("edit_note", note=2, title="Called", detail=None, revision=None) == kept
    paid = digest("add_payment", amount="9.00", method="Card")
    assert digest("add_payment", amount="9.00", method="Card", pending=False, attributes={}) == paid


@pytest.mark.parametrize("other", [{"note": 3}, {"title": "Rang"}, {"detail": ""}, {"revision": 2}])
def test_whatever_else_is_given_makes_it_another(other: dict[str, Any]) -> None:
    assert digest("edit_note", **{"note": 2, "title": "Called", **other}) != digest("edit_note", note=2, title="Called")
