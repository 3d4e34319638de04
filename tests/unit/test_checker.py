"""The tests' own checker sees every column that is not what it was: else its silence would say nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ordertrail import OrderTrail
from ordertrail.notes.digest import Entry
from ordertrail.store import libraries
from ordertrail.store.base import OrderRow
from ordertrail.store.schema import tables
from tests import checker
from tests.shops import small

COLUMNS = [
    *(("order_notes", name) for name in Entry._fields),
    *(("orders", name) for name in OrderRow._fields),
    *(("order_numbers", name) for name in ("number", "order_id")),
    *(("log_entries", name) for name in ("position", "order_id", "seq", "leaf")),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A shop with an order that has everything that the columns hold."""
    file = tmp_path / "shop.db"
    with OrderTrail.open(f"sqlite:///{file}") as trail:
        desk = trail.acting("anna", channel="Web")
        order = desk.place_order(small(customer={"id": "C1", "name": "Mercy", "email": "m@example.com"}), cause="r")
        desk.add_note(order.id, title="x", line_item="1", cause="r")
        desk.edit_note(order.id, note=2, title="y", cause="r")
        desk.hold_order(order.id, reason="fraud", cause="r")
        assert not checker.all_findings(trail)
    return file


@pytest.fixture
def past_guards(file: Path) -> Iterator[Any]:
    """A connection of somebody who has removed the guards."""
    connect: Any = libraries.choose(None).connect
    connection = connect(str(file), isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    yield connection
    connection.close()


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_that_was_changed_is_found(file: Path, past_guards: Any, table: str, column: str) -> None:
    kind = str(tables().metadata.tables[table].c[column].type)
    other = {"TEXT": f"coalesce({column}, '') || 'x'", "BLOB": "zeroblob(16)"}.get(kind, f"coalesce({column}, 0) + 7")
    changed = past_guards.execute(
        f"UPDATE {table} SET {column} = {other} WHERE rowid = (SELECT max(rowid) FROM {table})"
    )
    assert changed.rowcount == 1
    with OrderTrail.open(f"sqlite:///{file}", check_guards=False) as trail:
        assert found(trail)


@pytest.mark.parametrize("table", ["order_notes", "orders", "order_numbers", "log_entries"])
def test_a_row_that_was_removed_is_found(file: Path, past_guards: Any, table: str) -> None:
    past_guards.execute(f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")
    with OrderTrail.open(f"sqlite:///{file}", check_guards=False) as trail:
        assert found(trail)


def found(trail: OrderTrail) -> bool:
    """Whether the checker finds something, or cannot even read it."""
    try:
        return bool(checker.all_findings(trail))
    except (ValueError, KeyError, TypeError):
        return True
