"""One bit flipped in any text or digest of the record, as a failing disk or a patient forger would, is found.

On SQLite, where a text may hold any bytes; what is no longer text must not stop the verification.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ordertrail import OrderTrail
from tests.fault.tampering import Shop, Tampering, fill, past_the_guards
from tests.fault.test_tampering_columns import NOT_THE_RECORD, UNTOLD

Place = tuple[str, str, int]
"""A table, one of its columns, and the rowid of a row."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Orders of all kinds; each test undoes what it does."""
    with OrderTrail.open(f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.db'}") as trail:
        yield fill(trail)


@pytest.fixture(scope="module")
def tampering(shop: Shop) -> Iterator[Tampering]:
    """A transaction past the guards of the shop."""
    with past_the_guards(shop.trail) as found:
        yield found


@pytest.fixture(scope="module")
def places(tampering: Tampering) -> list[Place]:
    """Where there are texts and bytes."""
    found = []
    for table in tampering.tables.of("sqlite"):
        for column in () if table.name in NOT_THE_RECORD else table.c:
            if column.type.python_type is int or column.name in UNTOLD.get(table.name, set()):
                continue
            rows = raw_sql(tampering, f'SELECT rowid FROM "{table.name}" WHERE length("{column.name}") > 0')
            found += [(table.name, column.name, rowid) for (rowid,) in rows]
    return found


def raw_sql(tampering: Tampering, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement of SQL."""
    with tampering.trail.store.writing() as session:
        rows: list[tuple[Any, ...]] = session.run(statement, values)  # type: ignore[attr-defined]
    return rows


@settings(max_examples=400)
@given(data=st.data())
def test_a_flipped_bit_is_found(tampering: Tampering, places: list[Place], data: st.DataObject) -> None:
    table, column, rowid = data.draw(st.sampled_from(places), "place")
    ((stored, kind),) = raw_sql(
        tampering, f'SELECT CAST("{column}" AS BLOB), typeof("{column}") FROM "{table}" WHERE rowid = ?', rowid
    )
    bit = data.draw(st.integers(0, 8 * len(stored) - 1), "bit")
    flipped = bytearray(stored)
    flipped[bit // 8] ^= 1 << bit % 8
    with tampering.undone():
        value = "CAST(? AS TEXT)" if kind == "text" else "?"
        taken = f'SELECT 1 FROM "{table}" WHERE "{column}" = {value}'
        # One number can become another order's by one bit: where it is a key, that cannot even be written.
        assume(not raw_sql(tampering, taken, bytes(flipped)))
        raw_sql(tampering, f'UPDATE "{table}" SET "{column}" = {value} WHERE rowid = ?', bytes(flipped), rowid)
        found = tampering.found()
    assert found
