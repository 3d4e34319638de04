"""Importing real orders: memory, and speed beside the same number of operations in batches of 100 a commit.

Each runs in a process of its own, so that the peak of its memory is its own.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.floor import lifecycle
from ordertrail import OrderTrail
from ordertrail.importers import olist

OPERATIONS_AN_ORDER = 10
ORDERS_A_COMMIT = 100 // OPERATIONS_AN_ORDER


def measure(directory: Path) -> dict[str, Any]:
    """Operations a second of the import and of plain batches, their ratio, and the import's peak memory in MB."""
    imported = _in_process("import", str(directory))
    batched = _in_process("batches", str(imported["operations"]))
    return {
        "ratio": imported["per_second"] / batched["per_second"],
        "megabytes": imported["megabytes"],
        "operations": imported["operations"],
        "per_second": imported["per_second"],
    }


def _in_process(kind: str, argument: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.imports", kind, argument]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _imported(directory: Path, url: str) -> int:
    with OrderTrail.open(url) as trail:
        return olist.run(trail, directory).operations


def _batched(operations: int, url: str) -> int:
    with OrderTrail.open(url) as trail:
        for first in range(0, operations // OPERATIONS_AN_ORDER, ORDERS_A_COMMIT):
            with trail.batch() as batch:
                for number in range(first, first + ORDERS_A_COMMIT):
                    lifecycle(batch, number)
    return operations


def main(kind: str, argument: str) -> None:
    """Do one of the two and print what it took as a line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        url, start = f"sqlite:///{folder}/bench.db", time.perf_counter()
        operations = _imported(Path(argument), url) if kind == "import" else _batched(int(argument), url)
        seconds = time.perf_counter() - start
    print(json.dumps({"operations": operations, "per_second": operations / seconds, "megabytes": _peak()}))


def _peak() -> float:
    """The peak of this program's memory, in MB. What getrusage says of it begins with the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+([0-9]+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
