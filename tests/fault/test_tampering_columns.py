"""Every column of every table that the record consists of: another value in it, past the guards, is named."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Column

from ordertrail.notes.digest import Entry
from ordertrail.store.base import OrderRow
from ordertrail.store.schema import tables
from tests.fault.tampering import Shop, Tampering, fill, past_the_guards
from tests.shops import ENGINES, open_shop

PLACED = 12
"""So many entries have their position in the log; the others wait, where entries wait."""


class Target(NamedTuple):
    """The row that is changed (the order that it is of, and more that tells which), and what is found by column."""

    order: str | None
    where: dict[str, Any]
    codes: dict[str, str]


def _all_but(names: tuple[str, ...], code: str, **others: str) -> dict[str, str]:
    return {name: others.get(name, code) for name in names}


TARGETS = {
    "trail": Target(None, {}, {"trail_id": "trail-differs"}),
    "orders": Target(
        "plain",
        {},
        _all_but(
            OrderRow._fields, "column-differs",
            order_id="no-order", number="number-missing", version="version-differs", head="head-differs",
            document="document-differs",
        ),
    ),
    "order_numbers": Target("plain", {}, {"number": "number-missing", "order_id": "number-missing"}),
    "order_notes": Target(
        "plain",
        {"seq": 2},
        _all_but(
            Entry._fields, "digest-differs",
            order_id="seq-gap", seq="seq-gap", personal="personal-differs", personal_salt="personal-differs",
            actor="actor-differs", actor_salt="actor-differs", commitments="commitments-differ",
        ),
    ),
    "erasures": Target(
        "erased",
        {"seq": 1},
        _all_but(("order_id", "seq", "part"), "erased-unlisted") | {"erased_by": "erasure-unfounded"},
    ),
    "idempotency": Target(
        "keyed",
        {},
        _all_but(("order_id", "actor_kind", "actor_id", "first_seq", "last_seq", "recorded"), "idempotency-differs"),
    ),
    "log_entries": Target(
        "plain",
        {"seq": 2},
        {"position": "log-order", "order_id": "log-missing", "seq": "log-missing", "leaf": "leaf-differs"},
    ),
    "log_head": Target(None, {}, {"id": "log-size-differs", "size": "log-size-differs"}),
    "log_pending": Target(
        "erased",
        {"seq": 4},
        {"id": "log-order", "order_id": "log-missing", "seq": "log-missing", "leaf": "leaf-differs"},
    ),
    "order_counter": Target(None, {}, {}),
}  # fmt: skip

UNTOLD = {"trail": {"created"}, "idempotency": {"key", "digest"}, "order_counter": {"id", "last"}}
"""What nothing else tells of: `not_excluded` says so."""

EMPTIED = {
    "order_notes": dict.fromkeys(("personal", "personal_salt", "actor", "actor_salt"), "salt-differs"),
    "idempotency": {"digest": "idempotency-differs"},
}
"""What is found where a column becomes NULL, if it is not what is found of any other value."""

NOT_THE_RECORD = {"api_tokens", "order_customers", "order_facets", *(table.name for table in tables().of_service)}
"""Who may come in, and what finds orders sooner, is no part of what happened to them: `verify` reads nothing of it."""

CASES = [
    (engine, table.name) for engine in ENGINES for table in tables().of(engine) if table.name not in NOT_THE_RECORD
]


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Orders of all kinds; each test undoes what it does."""
    with open_shop(request, tmp_path_factory) as trail:
        yield fill(trail)


def columns_of(name: str) -> list[Column[Any]]:
    """The columns of a table."""
    return list(tables().metadata.tables[name].c)


def other_value(value: Any, column: Column[Any]) -> Any:
    """Another value of the same kind."""
    kind = column.type.python_type
    if kind is bytes:
        return bytes([value[0] ^ 1]) + value[1:] if value else b"\1"
    return (value or kind()) + ("x" if kind is str else 1000)


@pytest.fixture
def tampering(shop: Shop) -> Iterator[Tampering]:
    """A transaction past the guards of the shop, with some entries placed in the log."""
    with past_the_guards(shop.trail) as found:
        if found.tables.schema:
            found.place_in_log(PLACED)
        assert found.found() == set()
        yield found


def target_row(shop: Shop, tampering: Tampering, table: str) -> dict[str, Any]:
    """The row that is changed."""
    target = TARGETS[table]
    where = {} if target.order is None else {"order_id": getattr(shop, target.order)}
    return tampering.row(getattr(tampering.tables, table), **where, **target.where)


def found_with(shop: Shop, tampering: Tampering, table: str, column: str, value: Any) -> set[str]:
    """The codes that are found for the order of the row, once the column has the value."""
    target, row = TARGETS[table], target_row(shop, tampering, table)
    order = None if target.order is None else getattr(shop, target.order)
    if (table, column) == ("idempotency", "order_id"):
        order = value  # nothing is left that would tell of the order it was kept for
    known = getattr(tampering.tables, table)
    with tampering.undone():
        tampering.change(known, {key.name: row[key.name] for key in known.primary_key}, **{column: value})
        found = tampering.found()
    return {code for its_order, code in found if its_order == order}


@pytest.mark.parametrize(("shop", "table"), CASES, indirect=["shop"])
def test_another_value(shop: Shop, tampering: Tampering, table: str) -> None:
    codes, untold = TARGETS[table].codes, UNTOLD.get(table, set())
    assert codes.keys() | untold == {column.name for column in columns_of(table)}
    row = target_row(shop, tampering, table)
    for column in columns_of(table):
        found = found_with(shop, tampering, table, column.name, other_value(row[column.name], column))
        if column.name in untold:
            assert found == set(), column
        else:
            assert codes[column.name] in found, column


@pytest.mark.parametrize(("shop", "table"), CASES, indirect=["shop"])
def test_no_value(shop: Shop, tampering: Tampering, table: str) -> None:
    codes = TARGETS[table].codes | EMPTIED.get(table, {})
    row = target_row(shop, tampering, table)
    present = [column.name for column in columns_of(table) if column.nullable and row[column.name] is not None]
    for name in present:
        assert codes[name] in found_with(shop, tampering, table, name, None), name
    assert tampering.found() == set()
