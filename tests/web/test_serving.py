"""The service as it is run: processes of its own, real sockets, a real database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ordertrail import OrderTrail
from ordertrail.web.auth.tokens import create_token
from tests.shops import small
from tests.web.conftest import Api

COMMAND = [sys.executable, "-c", "from ordertrail.cli import main; main()"]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def served(
    url: str, log: Path, *options: str, **environment: str
) -> Iterator[tuple[httpx.Client, "subprocess.Popen[bytes]"]]:
    """A client of the service, and its process; it is stopped at the end if it still runs."""
    port = free_port()
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), *options],
            env={**os.environ, "ORDERTRAIL_DATABASE": url, **environment},
            stderr=stderr,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait(client, process, log)
            yield client, process
    finally:
        process.terminate()
        process.wait(30)


def _wait(client: httpx.Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if client.get("/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_it_is_served_by_several_processes(database_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(database_url, log, "--workers", "2") as (client, process):
        with OrderTrail.open(database_url) as trail:
            _, token = create_token(trail, "ERP", "csr", by="test")
        api = Api(client, token)
        order = api.place(small(customer={"name": "Mercy Taylor"}))
        for number in range(20):
            assert api.ask("POST", f"/v1/orders/{order}/notes", {"title": f"note {number}"}).status_code == 201
        found: list[tuple[str, int]] = []
        after, until = None, time.monotonic() + 20
        while len(found) < 21 and time.monotonic() < until:
            page = api.get(f"/v1/activities{'' if after is None else f'?after={after}'}")
            found += [(one["note"]["order_id"], one["note"]["seq"]) for one in page["items"]]
            after = page["next"]
        assert found == [(order, seq) for seq in range(1, 22)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    with OrderTrail.open(database_url) as trail:
        assert trail.verify().sound
        note = next(iter(trail.order(order).order_notes))
        assert (note.actor.label, note.channel) == ("ERP", "ERP")
    said = log.read_text()
    assert "serving" in said
    assert token not in said
    assert "Mercy" not in said


def said(*words: str) -> "subprocess.CompletedProcess[bytes]":
    """What the command line says and ends with."""
    return subprocess.run([*COMMAND, *words], check=False, capture_output=True)


def test_what_cannot_be_served_is_said(sqlite_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = said("--database", sqlite_url, "serve", "--port", port)
    assert (done.returncode, b"nobody can listen on 127.0.0.1" in done.stderr) == (1, True), done.stderr
    nowhere = said("--database", "mysql://x/y", "serve")
    assert (nowhere.returncode, b"error: " in nowhere.stderr) == (2, True), nowhere.stderr


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import ordertrail.web
    from ordertrail.cli import main

    monkeypatch.delattr(ordertrail.web, "serving", raising=False)
    monkeypatch.setitem(sys.modules, "ordertrail.web.serving", None)
    monkeypatch.setattr(sys, "argv", ["ordertrail", "serve"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "pip install 'ordertrail[server]'" in " ".join(capsys.readouterr().err.split())
