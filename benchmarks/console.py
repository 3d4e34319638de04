"""The order page of an order with 100,000 notes beside that of one with 100, as the console makes it; and its size."""

import statistics
import time
from typing import Any, NamedTuple

import httpx
from litestar.testing import TestClient

from benchmarks.pages import FEW, MANY, order_with_notes
from ordertrail import OrderTrail
from ordertrail.web.app import build
from ordertrail.web.auth.users import add_user

PASSWORD = "correct horse battery"
ROUNDS = 60


class Found(NamedTuple):
    """How much longer the page with many notes takes, and how many kB of HTML it is."""

    ratio: float
    kilobytes: float


def measure(url: str) -> Found:
    """The median of each round's ratio; requests go through the whole application, but through no network."""
    with OrderTrail.open(url, durability="normal") as trail:
        few, many = order_with_notes(trail, FEW), order_with_notes(trail, MANY)
        add_user(trail, "anna", "manager", password=PASSWORD, by="bench")
        with TestClient(build(trail, lambda _: None)) as client:
            client.post("/sign-in", data={"name": "anna", "password": PASSWORD})
            paths = [f"/orders/{trail.order(order_id).number}" for order_id in (few, many)]
            pairs = [[_seconds(client, path) for path in paths] for _ in range(ROUNDS)]
            size = len(client.get(paths[1]).content) / 1000
    return Found(statistics.median(long / short for short, long in pairs), size)


def _seconds(client: "httpx.Client", path: str) -> float:
    start = time.perf_counter()
    answer: Any = client.get(path)
    seconds = time.perf_counter() - start
    if answer.status_code != 200 or "Showing 50 of" not in answer.text:
        raise RuntimeError(f"{path} is answered with {answer.status_code}")
    return seconds
