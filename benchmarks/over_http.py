"""The service beside what it stands on: a bare handler that runs the same query, and the Python API.

Each is asked over real sockets by plain connections that stay open, so that the client costs little; the service has
one process. Rounds alternate, and the median of their ratios is reported.
"""

import http.client
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

from litestar import Litestar, MediaType, Response, get

from ordertrail import NewOrder, OrderTrail
from ordertrail.web.auth.tokens import create_token

ROUNDS, REQUESTS, CALLERS, MANY, OPERATIONS = 7, 150, 4, 16, 40
NOTES = 50
BARE = "BENCHMARK_BARE"
"""The environment variable that tells the bare application its file, its order and the bytes that it answers with."""


def bare() -> Litestar:
    """One handler that runs the page's query by hand and answers with the same bytes."""
    told = json.loads(os.environ[BARE])
    connection = sqlite3.connect(told["file"], check_same_thread=False)

    # As a handler has to be that may wait for a disk: in a thread.
    @get("/", media_type=MediaType.JSON, sync_to_thread=True)
    def page() -> Response[bytes]:
        query = "SELECT * FROM order_notes WHERE order_id = ? ORDER BY seq LIMIT ?"
        connection.execute(query, (told["order"], NOTES + 1)).fetchall()
        return Response(told["answer"].encode(), media_type=MediaType.JSON)

    return Litestar([page], openapi_config=None)


class Ratios(NamedTuple):
    """The first page of notes ÷ bare, and an operation over HTTP ÷ by the Python API, by how many callers there are."""

    page: float
    operations: dict[int, float]


def measure(folder: str) -> Ratios:
    """The service beside what it stands on."""
    url = f"sqlite:///{folder}/http.db"
    with OrderTrail.open(url) as trail:
        _, token = create_token(trail, "Benchmark", "csr", by="benchmark")
        orders = [order_with_notes(trail) for _ in range(MANY)]
        with served([sys.executable, "-m", "ordertrail", "serve"], {"ORDERTRAIL_DATABASE": url}) as (port, _):
            path = f"/v1/orders/{orders[0]}/notes"
            answer = ask(connected(port), "GET", path, token)
            told = json.dumps({"file": f"{folder}/http.db", "order": orders[0], "answer": answer})
            command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "benchmarks.over_http:bare"]
            with served(command, {BARE: told}) as (bare_port, _):
                pages = [
                    pages_a_second(port, path, token) / pages_a_second(bare_port, "/", token) for _ in range(ROUNDS)
                ]
            over_http, by_desk = operations_over_http(port, token), operations_by_desk(trail)
            operations = {
                callers: statistics.median(
                    together(over_http, orders[:callers]) / together(by_desk, orders[:callers]) for _ in range(ROUNDS)
                )
                for callers in (CALLERS, MANY)
            }
    return Ratios(statistics.median(pages), operations)


def order_with_notes(trail: OrderTrail) -> str:
    """An order with more notes than a page has."""
    desk = trail.acting("anna", channel="Order Management")
    order = desk.place_order(NewOrder(market="US", currency="USD"))
    for number in range(NOTES + 10):
        desk.add_note(order.id, title=f"Call {number}", detail="Nobody was there.")
    return order.id


@contextmanager
def served(command: list[str], environment: dict[str, str]) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The port on which a server answers, for as long as the block runs, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--port", str(port)], env={**os.environ, **environment}, stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                connected(port)
                break
            except OSError:
                time.sleep(0.05)
        yield port, process
    finally:
        process.terminate()
        process.wait()


def connected(port: int) -> http.client.HTTPConnection:
    """A connection that stays open."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    return connection


def ask(connection: http.client.HTTPConnection, method: str, path: str, token: str, body: Any = None) -> str:
    """What is answered. Raises RuntimeError where that is a refusal."""
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status not in (200, 201):
        raise RuntimeError(f"{answer.status}: {text}")
    return text


def pages_a_second(port: int, path: str, token: str) -> float:
    """Pages a second."""
    connection = connected(port)
    start = time.perf_counter()
    for _ in range(REQUESTS):
        ask(connection, "GET", path, token)
    return REQUESTS / (time.perf_counter() - start)


def together(work: Callable[[str], None], orders: list[str]) -> float:
    """Operations a second of as many callers as there are orders."""
    start = time.perf_counter()
    with ThreadPoolExecutor(len(orders)) as callers:
        list(callers.map(work, orders))
    return len(orders) * OPERATIONS / (time.perf_counter() - start)


def operations_over_http(port: int, token: str) -> Callable[[str], None]:
    """One caller's operations over HTTP."""

    def work(order: str) -> None:
        connection = connected(port)
        for number in range(OPERATIONS):
            body = {"title": f"Call {number}"}
            ask(connection, "POST", f"/v1/orders/{order}/operations/add_note", token, body)

    return work


def operations_by_desk(trail: OrderTrail) -> Callable[[str], None]:
    def work(order: str) -> None:
        desk = trail.acting("anna", channel="Order Management")
        for number in range(OPERATIONS):
            desk.add_note(order, title=f"Call {number}")

    return work
