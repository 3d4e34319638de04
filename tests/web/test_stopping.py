"""The service is told to stop while operations are under way: they are finished, and each acknowledged one is there."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from ordertrail import OrderTrail
from ordertrail.web.auth.tokens import create_token
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_serving import served

AT_ONCE = 20


def test_what_was_accepted_is_finished(sqlite_url: str, tmp_path: Path) -> None:
    with (
        served(sqlite_url, tmp_path / "log") as (client, process),
        OrderTrail.open(sqlite_url) as trail,
        ThreadPoolExecutor(AT_ONCE) as callers,
    ):
        _, token = create_token(trail, "ERP", "csr", by="test")
        api = Api(client, token)
        with trail.store.writing():  # nobody else can write meanwhile, so all of them are under way
            answers = [callers.submit(api.place, small()) for _ in range(AT_ONCE)]
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert process.poll() is None
        placed = {answer.result(30) for answer in answers}
        assert process.wait(30) == 0
        assert len(placed) == AT_ONCE
        assert {trail.order(order).id for order in placed} == placed
        assert trail.verify().sound


def test_it_stops_while_it_is_still_beginning(sqlite_url: str, tmp_path: Path) -> None:
    OrderTrail.open(sqlite_url).close()
    for number in range(3):
        with served(sqlite_url, tmp_path / f"log{number}", "--workers", "4") as (_, process):
            process.terminate()  # one process answers; the others may not have got so far
            process.wait(20)


def test_who_is_left_by_a_parent_that_was_killed_ends_too(sqlite_url: str, tmp_path: Path) -> None:
    with served(sqlite_url, tmp_path / "log", "--workers", "2") as (client, process):
        process.kill()
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                with httpx.Client(base_url=client.base_url, timeout=5) as anew:
                    anew.get("/health")
            except httpx.TransportError:
                return
            time.sleep(0.2)
    raise AssertionError("somebody still answers")
