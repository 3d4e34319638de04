"""docs/reference/statuses.md: the four life cycles, as pictures and tables."""

from collections.abc import Iterable
from enum import StrEnum

from docs.drawn.markdown import block, code, heading, joined, link, listed, page, table
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import OPEN, STATUSES, Move
from ordertrail.orders.statuses import CreditKind, ReturnKind, TransactionType

By = list[tuple[str, str | None]]
"""Operations, each with the argument that alone makes a move legal."""

NEW = "(new)"
MANY = 4
"""From so many statuses on, an arrow of a picture begins or ends at one box that stands for all of them."""

INTRO = """Drawn from what the [operations](operations.md) declare. A black dot is the beginning; from a status with
an arrow to the ringed dot nothing leads on. A dashed box stands for several statuses. An arrow says what
an operation can do, its condition says when: a hold of a shipment, for one, is released to the status
that it was held from. What leaves a status as it is stands in the tables only."""

VALUES = {"Transaction types": TransactionType, "Kinds of returns": ReturnKind, "Kinds of credits": CreditKind}


def render() -> str:
    """The page."""
    return page("Statuses", INTRO, *map(_life, STATUSES), *(_values(*item) for item in VALUES.items()))


def _life(life: str) -> str:
    moves = [(row.name, move) for row in OPERATIONS.values() for move in row.moves if move.life == life]
    return "\n\n".join(
        [
            heading(2, life.capitalize()),
            joined(STATUSES[life].__doc__),
            block("mermaid", diagram(life, moves)),
            table(("from", "to", "by"), _rows(life, moves)),
        ]
    )


def _in_order(life: str, some: Iterable[str]) -> list[str]:
    return [str(status) for status in STATUSES[life] if status in set(some)]


def _rows(life: str, moves: list[tuple[str, Move]]) -> list[tuple[str, str, str]]:
    """Every single move from one status to another, or to the same."""
    found: dict[tuple[str, str], By] = {}
    for name, move in moves:
        for before in _in_order(life, move.before) or [NEW]:
            for after in _in_order(life, move.after):
                _add(found.setdefault((before, after), []), name, move.given)
    order = [NEW, *_in_order(life, STATUSES[life])]
    pairs = sorted(found, key=lambda pair: (order.index(pair[0]), order.index(pair[1])))
    return [(before, after, ", ".join(map(_link, found[before, after]))) for before, after in pairs]


def _link(by: tuple[str, str | None]) -> str:
    return link(by[0], page="operations.md") + (f" with {code(by[1])}" if by[1] else "")


def _add(names: By, name: str, given: str | None) -> None:
    # What is legal without the argument is legal with it too.
    if (name, None) not in names and (name, given) not in names:
        names.append((name, given))


def diagram(life: str, moves: list[tuple[str, Move]]) -> str:
    """A Mermaid state diagram: one arrow for each pair of boxes, with the names of all operations on it."""
    found: dict[tuple[str, str], By] = {}
    boxes: dict[str, str] = {}
    for name, move in moves:
        for before in _ends(life, move.before, boxes) or ["[*]"]:
            for after in _ends(life, move.after, boxes):
                if before != after:
                    _add(found.setdefault((before, after), []), name, move.given)
    lines = [f"{before} --> {after} : {'<br/>'.join(map(_label, by))}" for (before, after), by in found.items()]
    last = [status for status in _in_order(life, STATUSES[life]) if not _leads_on(status, moves)]
    lines += [f"{status} --> [*]" for status in last]
    declared = [f'state "{label}" as {box}' for box, label in boxes.items()]
    dashed = ["classDef several stroke-dasharray:5", *(f"class {box} several" for box in boxes)] if boxes else []
    return "\n    ".join(["stateDiagram-v2", *declared, *lines, *dashed])


def _ends(life: str, statuses: frozenset[str], boxes: dict[str, str]) -> list[str]:
    """Where the arrows of a move begin or end: at each status, or at the box that stands for so many."""
    several = _in_order(life, statuses)
    if len(several) < MANY:
        return several
    box = "".join(several)
    boxes[box] = "any open status" if statuses == OPEN else listed(several)
    return [box]


def _leads_on(status: str, moves: list[tuple[str, Move]]) -> bool:
    return any(status in move.before and move.after != {status} for _, move in moves)


def _label(by: tuple[str, str | None]) -> str:
    return by[0] if by[1] is None else f"{by[0]} ({by[1]})"


def _values(title: str, kind: type[StrEnum]) -> str:
    return "\n\n".join([heading(2, title), joined(kind.__doc__), f"{listed(code(member.value) for member in kind)}."])
