"""`accesses`: who came in, who was refused, who looked at what."""

import json

import pytest

from ordertrail import Actor, By, Happening, OrderTrail
from tests.unit.cli.conftest import Shell


@pytest.fixture
def with_accesses(shell: Shell) -> Shell:
    """A database in which something happened beside the orders."""
    by = By(actor=Actor(id="anna", label="Anna\x1b[31m", address="192.0.2.7"), channel="Order Management")
    with OrderTrail.open(shell.database) as trail:
        trail.streams.record([Happening(event="SignedIn", by=by, data={"how": "with a password"})])
        data = {"reason": "unauthorized", "count": 7, "block": "203.0.113.0/24", "minute": "2026-01-05T09:00Z"}
        trail.streams.record([Happening(event="StrangersRefused", by=by, data=data)])
    return shell


def test_the_last_come_first(with_accesses: Shell) -> None:
    lines = with_accesses("accesses").out.splitlines()
    assert len(lines) == 3
    assert "7 × refused to strangers: unauthorized from 203.0.113.0/24" in lines[0]
    assert "Signed in with a password" in lines[1]
    assert "192.0.2.7" in lines[1]
    assert "began to record" in lines[2]
    assert "\x1b" not in "".join(lines)


def test_as_json_and_in_pages(with_accesses: Shell) -> None:
    found = with_accesses("accesses", "--json", "--limit", "1", "--event-type", "SignedIn", "--by", "anna")
    [one] = [json.loads(line) for line in found.out.splitlines()]
    assert (one["event_type"], one["data"]) == ("SignedIn", {"how": "with a password"})
    more = with_accesses("accesses", "--limit", "1")
    cursor = more.err.split("'")[1]
    assert "Signed in" in with_accesses("accesses", "--limit", "1", "--after", cursor).out
    assert "nothing of that kind" in with_accesses("accesses", "--by", "nobody").err
    with_accesses("accesses", "--event-type", "OrderGroupCreated", code=2)
    assert "1 system streams, 12 entries" in with_accesses("verify").out
