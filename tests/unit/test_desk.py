"""What a desk draws, and what must never change because keys in use depend on it."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

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


def test_the_digest_of_a_request_never_changes() -> None:
    row = operation_named("hold_order")
    request = Request(operation=row, order_id="x", arguments=parse(row.arguments, {"reason": "fraud"}))
    assert _request_digest(request) == sha256(b'ordertrail/1 request\n["hold_order",{"reason":"fraud"}]').digest()
