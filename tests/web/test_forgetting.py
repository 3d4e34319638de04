"""A service that runs forgets idempotency keys that are thirty days old, and goes on when that fails."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.errors import StoreError
from ordertrail.web import forgetting
from ordertrail.web.app import build
from tests.shops import Clock, small, with_clock
from tests.web.conftest import known


class Ended(Event):
    """Ends after so many looks; keeps how long each wait was to be."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._looks = looks

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it has ended."""
        self.waits.append(timeout or 0)
        return len(self.waits) > self._looks


def test_what_is_old_is_forgotten_a_little_at_a_time(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    clock = Clock()
    with OrderTrail.open(database_url, sources=with_clock(clock)) as trail:
        desk = trail.acting("anna", channel="Web")
        order = desk.place_order(small()).id
        for number in range(3):
            desk.add_note(order, title="note", idempotency_key=f"key-{number}")
        clock.now += timedelta(days=30, seconds=1)
        desk.add_note(order, title="note", idempotency_key="new")
        ended = Ended(3)
        forgetting.forget(trail, ended)
        assert ended.waits == [1.0, 0.1, forgetting.PAUSE, forgetting.PAUSE]
        assert trail.forget_keys(clock.now + timedelta(days=1)) == 1


def test_a_failure_does_not_end_it(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(*_: Any) -> int:
        raise StoreError("the database is gone")

    with OrderTrail.open("sqlite://") as trail:
        monkeypatch.setattr(trail, "forget_keys", refuse)
        ended = Ended(2)
        forgetting.forget(trail, ended)
    assert len(ended.waits) == 3
    assert caplog.messages == ["no keys forgotten"] * 2


def test_the_service_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    began = Event()
    monkeypatch.setattr(forgetting, "forget", lambda trail, ended: began.set())
    with OrderTrail.open("sqlite://") as trail, TestClient(build(trail, known)):
        assert began.wait(5)
