"""Reasons why something is refused, in German: each that the record can give."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ordertrail.orders.operations
from ordertrail.errors import (
    ConnectionLost,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnreachable,
    OrderBusy,
    RecordDamaged,
)
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import COLLECTIONS
from ordertrail.orders.operations.performing import why_not, why_not_on
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.reasons import shapes, why
from tests.unit.orders.walking import walked

GERMAN = Reader(language="de", zone="Europe/Zurich")
ENGLISH = frozenset(
    "the is it has have of or and would be to that with for nothing shipment order return payment line item".split()  # noqa: SIM905
)


def test_why_something_is_not_legal_is_all_german() -> None:
    reasons = set()
    for happening in walked(0)[::20]:
        for order in happening.after().values():
            for row in OPERATIONS.values():
                if row.name == "place_order":
                    continue
                reasons.add(why_not(row, order))
                if row.part is not None:
                    reasons |= {why_not_on(row, order, key) for key in getattr(order, COLLECTIONS[row.part])}
    told = {GERMAN.reason(reason) for reason in reasons if reason is not None}
    assert len(told) > 100
    assert [one for one in told if ENGLISH & set(re.findall(r"\w+", one))] == []


def test_whatever_an_operation_refuses_has_a_german_shape() -> None:
    spelt = {one for path in Path(ordertrail.orders.operations.__file__).parent.glob("*.py") for one in refusals(path)}
    assert len(spelt) > 60
    assert [one for one in sorted(spelt) if not any(shape.found.fullmatch(one) for shape in shapes("de"))] == []


def test_a_database_that_fails_is_told_in_german() -> None:
    for error in (OrderBusy, DatabaseLocked, DatabaseFull, ConnectionLost, DatabaseUnreachable, RecordDamaged):
        told = why(error("the driver said so"))
        assert GERMAN.reason(told) != told


def refusals(path: Path) -> Iterator[str]:
    """The sentences of a module by which it refuses, with a letter for what each names."""
    for node in ast.walk(ast.parse(path.read_text())):
        given: list[ast.expr] = []
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            given = node.exc.args
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refusal":
            given = node.args
        for one in given:
            text = _spelt(one)
            if ": " in text or text.count(" ") > 3:
                yield text


def _spelt(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (
            "the order is OnHold; it is legal for InProgress, PartiallyShipped; shipments are open: 1, 2; complete or "
            "cancel them",
            "Stand der Bestellung: Angehalten; möglich ist es bei: In Bearbeitung, Teilweise versandt; Lieferungen "
            "sind offen: 1, 2; schließen Sie sie ab oder stornieren Sie sie",
        ),
        (
            "the shop's list has no reason 'a or b'; it has: late, lost",
            "die Liste des Shops hat Grund 'a or b' nicht; es gibt: late, lost",
        ),
        ("9.50 EUR is more than you may refund at once: at most 5.00", None),
        (
            "shipment 1 was delivered at 2026-07-01T12:00:00+00:00 already: to correct it, give a reason",
            "Lieferung 1 wurde schon am 01.07.2026, 14:00:00 zugestellt: geben Sie einen Grund an, um das zu "
            "berichtigen",
        ),
        ("something that nobody thought of", "something that nobody thought of"),
        ("", ""),
    ],
)
def test_what_a_reason_names_is_german_too(english: str, german: str | None) -> None:
    expected = "9,50 EUR ist mehr, als Sie auf einmal erstatten dürfen: höchstens 5,00" if german is None else german
    assert GERMAN.reason(english) == expected
    assert Reader().reason(english) == english
