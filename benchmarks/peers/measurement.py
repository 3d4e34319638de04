"""What the peers' scripts share: their arguments, the timed loop and the line that they print."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Order = TypeVar("Order")


@dataclass(frozen=True, slots=True)
class Measurement:
    """How long a peer took for a number of operations, and under which settings."""

    peer: str
    version: str
    operations: int
    seconds: float
    settings: Mapping[str, object]

    def as_json(self) -> str:
        """One line of JSON."""
        return json.dumps(
            {
                "peer": self.peer,
                "version": self.version,
                "operations": self.operations,
                "seconds": round(self.seconds, 6),
                "per_second": round(self.operations / self.seconds, 1),
                "settings": dict(self.settings),
            }
        )


def argument_parser(description: str | None) -> ArgumentParser:
    """The arguments that every peer's script takes, but for the database."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--operations", type=positive, default=500, help="how many operations to time")
    parser.add_argument("--orders", type=positive, default=1, help="over how many orders to spread them, in turn")
    return parser


def positive(text: str) -> int:
    """A whole number above zero."""
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"a whole number above zero is wanted, not {text!r}")
    return int(text)


def new_file(text: str) -> Path:
    """The path of a database that does not exist yet, so that no run meets the rows of an earlier one."""
    path = Path(text)
    if path.exists():
        raise ArgumentTypeError(f"{text!r} exists; name a new file")
    return path.resolve()


def seconds_for(orders: list[Order], operations: int, operate: Callable[[Order, bool], None]) -> float:
    """Time the operations, one after the other: each order in turn is held, and at its next turn released."""
    started = time.perf_counter()
    for turn in range(operations):
        passed, position = divmod(turn, len(orders))
        operate(orders[position], passed % 2 == 0)
    return time.perf_counter() - started
