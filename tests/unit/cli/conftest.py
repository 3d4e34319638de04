"""The command line as it is typed: in this process, in one of its own, or on a terminal of a given width."""

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from ordertrail import NewLineItem, NewOrder, NewShipment, OrderTrail
from ordertrail.cli import app

PROGRAM = [sys.executable, "-c", "import sys; sys.argv[0] = 'ordertrail'; from ordertrail.cli import main; main()"]


class Said(NamedTuple):
    """What a command said."""

    out: str
    err: str
    code: int

    @property
    def json(self) -> list[Any]:
        """Its lines as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


class Shell:
    """Types commands, all on one database."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.environment = {"ORDERTRAIL_DATABASE": database, "TZ": "UTC", "ORDERTRAIL_ACTOR": "anna"}

    def __call__(self, *words: str, code: int = 0, given: str | bytes | None = None) -> Said:
        """Run a command in this process, which has to end with this exit code."""
        ran = CliRunner().invoke(app, words, input=given, env=self.environment, catch_exceptions=False)
        said = Said(ran.stdout, ran.stderr, ran.exit_code)
        assert said.code == code, said
        return said

    def process(self, *words: str, after: str = "", **environment: str) -> Said:
        """Run a command in a process of its own, with `after` behind it in a shell."""
        script = f'"$@" {after}'
        ran = subprocess.run(
            ["bash", "-o", "pipefail", "-c", script, "bash", *PROGRAM, *words],
            env={**os.environ, **self.environment, **environment},
            capture_output=True,
            check=False,
        )
        return Said(ran.stdout.decode(), ran.stderr.decode(), ran.returncode)

    def terminal(self, *words: str, columns: int = 100, **environment: str) -> Said:
        """Run a command on a terminal of this width; all that it says comes together."""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        known = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
        process = subprocess.Popen(
            [*PROGRAM, *words],
            env={**known, "TERM": "xterm-256color", **self.environment, **environment},
            stdin=its,
            stdout=its,
            stderr=its,
        )
        os.close(its)
        shown = _read(ours).decode().replace("\r\n", "\n")
        return Said(shown, "", process.wait())


def plain(text: str) -> str:
    """What a terminal shows, without what it is told."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


def _read(terminal: int) -> bytes:
    """All that comes until the other side is closed."""
    found = b""
    try:
        while True:
            found += os.read(terminal, 65536)
    except OSError:  # what Linux says of a terminal that nobody has open any more
        return found
    finally:
        os.close(terminal)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are shown where the reader is: here that is UTC."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def empty(sqlite_url: str) -> Shell:
    """A shell on a database that does not exist yet."""
    return Shell(sqlite_url)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one order, PO100001, that was held, discussed and shipped: nine entries."""
    file = tmp_path_factory.mktemp("recorded") / "shop.db"
    with OrderTrail.open(f"sqlite:///{file}") as trail:
        desk = trail.acting("anna", channel="Order Management")
        order = desk.place_order(
            NewOrder(
                customer={"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"},
                market="US",
                currency="USD",
                line_items={
                    "1": NewLineItem(
                        sku="TENT-2", name="Tent for two", quantity=Decimal(1), unit_price=Decimal("249.00")
                    )
                },
                shipments={"1": NewShipment(method="Ground", quantities={"1": Decimal(1)})},
            )
        )
        desk.add_payment(order.id, amount=Decimal("249.00"), method="Card", transaction_type="Sale")
        desk.hold_order(order.id, reason="address looks wrong")
        desk.add_note(order.id, title="Called the customer", detail="Flat 12, not 21.")
        desk.release_hold(order.id)
        desk.release_shipment(order.id, shipment="1")
        desk.add_to_pick_list(order.id, shipment="1", pick_list="PL-7")
        desk.complete_shipment(order.id, shipment="1", tracking_number="1Z999")
    return file


@pytest.fixture
def shell(empty: Shell, recorded: Path) -> Shell:
    """A shell on a database with that one order."""
    shutil.copy(recorded, empty.database.removeprefix("sqlite:///"))
    return empty
