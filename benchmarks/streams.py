"""What 500 open streams cost those who read and write beside them, and whether memory stays flat under load.

The streams are read by a process of its own. Rounds with and without them alternate in pairs, and the median of the
pairs' ratios is reported.
"""

import os
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.over_http import (
    CALLERS,
    OPERATIONS,
    ask,
    connected,
    operations_over_http,
    order_with_notes,
    pages_a_second,
    served,
    together,
)
from ordertrail import OrderTrail
from ordertrail.web.auth.tokens import create_token

STREAMS, ROUNDS = 500, 5
MINUTES, EVERY = 5.0, 10.0
"""How long memory is looked at, and every how many seconds."""


def measure(folder: str) -> dict[str, float]:
    """The throughput with streams ÷ without, of pages and of operations."""
    url = f"sqlite:///{folder}/streams.db"
    with _shop(url) as (port, token, orders, _), OrderTrail.open(url) as trail:
        path = f"/v1/orders/{orders[0]}/notes"
        found: dict[str, list[float]] = {"pages": [], "operations": []}
        for _ in range(ROUNDS):
            work: dict[str, Callable[[], float]] = {
                "pages": lambda: pages_a_second(port, path, token),
                "operations": lambda: together(operations_over_http(port, token), orders),
            }
            alone = {name: run() for name, run in work.items()}
            with _open_streams(port, token, trail.log_size() - 1):
                for name, run in work.items():
                    found[name].append(run() / alone[name])
    return {name: statistics.median(ratios) for name, ratios in found.items()}


def memory(folder: str, minutes: float = MINUTES) -> dict[str, float]:
    """Megabytes of the process that answers: after a fifth of the time and at the end, under load all the while."""
    with _shop(f"sqlite:///{folder}/memory.db") as (port, token, orders, process):
        worker = _worker(process)
        path = f"/v1/orders/{orders[0]}/notes"
        begun, sizes = time.monotonic(), [(0.0, _megabytes(worker))]
        while time.monotonic() < begun + minutes * 60:
            until = time.monotonic() + EVERY
            while time.monotonic() < until:
                together(operations_over_http(port, token), orders)
                pages_a_second(port, path, token)
                ask(connected(port), "GET", "/v1/orders?market=US&sort=-total", token)
            sizes.append((time.monotonic() - begun, _megabytes(worker)))
        early = next(size for at, size in sizes if at >= minutes * 60 / 5)
        return {"early": early, "late": sizes[-1][1], "growth": sizes[-1][1] / early}


@contextmanager
def _shop(url: str) -> Iterator[tuple[int, str, list[str], "subprocess.Popen[bytes]"]]:
    with OrderTrail.open(url) as trail:
        _, token = create_token(trail, "Benchmark", "csr", by="benchmark")
        orders = [order_with_notes(trail) for _ in range(CALLERS)]
    command = [sys.executable, "-m", "ordertrail", "serve"]
    with served(command, {"ORDERTRAIL_DATABASE": url}) as (port, process):
        yield port, token, orders, process


@contextmanager
def _open_streams(port: int, token: str, after: int) -> Iterator[None]:
    """Many streams of all that happens after a position, read by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.streams", str(port), token, str(after)]
    reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert reader.stdin is not None
    assert reader.stdout is not None
    if reader.stdout.readline() != b"open\n":
        raise RuntimeError("the streams did not open")
    try:
        yield
        time.sleep(1)  # what is under way comes too
    finally:
        reader.stdin.close()
        received = int(reader.stdout.read() or 0)
        reader.wait()
    if received < STREAMS * CALLERS * OPERATIONS:
        raise RuntimeError(f"{received} events came through {STREAMS} streams, and not all that happened")


def _read_streams(port: int, token: str, after: int) -> None:
    """Open the streams, say so once all have answered, read them until stdin ends, and say how many events came."""
    received = 0
    selector = selectors.DefaultSelector()
    request = f"GET /v1/activities/stream?after={after} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    for _ in range(STREAMS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(request.encode())
        if not connection.recv(100).startswith(b"HTTP/1.1 200"):
            raise RuntimeError("a stream was refused")
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("open", flush=True)
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                print(received)
                return
            assert isinstance(key.fileobj, socket.socket)
            found = key.fileobj.recv(1 << 16)
            received += found.count(b"\nid: ") + found.startswith(b"id: ")
            if not found:
                selector.unregister(key.fileobj)


def _worker(process: "subprocess.Popen[bytes]") -> int:
    """The process that answers: the child of the one that was started that needs the most memory."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return max(map(int, children), key=_megabytes)


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    _read_streams(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
