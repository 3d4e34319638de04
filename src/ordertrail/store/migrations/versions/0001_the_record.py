"""The record: orders, their entries, and the log of all entries.

Written out by hand, and not to be changed: databases have been made by it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

_TYPES: dict[str, TypeEngine[Any]] = {
    "text": sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql"),
    "integer": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "bytes": sa.LargeBinary(),
}


def upgrade() -> None:
    """Make all tables; the guards are put in place afterwards."""
    _table("trail", "trail_id", trail_id="text", created="integer")
    _orders()
    _order_notes()
    _table("erasures", "order_id seq part", order_id="text", seq="integer", part="text", erased_by="integer")
    _table(
        "idempotency", "order_id actor_kind actor_id key",
        order_id="text", actor_kind="text", actor_id="text", key="text", digest="bytes?",
        first_seq="integer", last_seq="integer", recorded="integer",
    )  # fmt: skip
    _log()
    _numbers()


def _orders() -> None:
    _table(
        "orders", "order_id",
        order_id="text", number="text", status="text", channel="text",
        customer_id="text?", customer_name="text?", customer_email="text?",
        market="text", currency="text", total="integer", balance="integer",
        placed="integer", held_since="integer?", last_activity="integer", last_recorded="integer",
        version="integer", changed_seq="integer", head="bytes", document="text",
    )  # fmt: skip
    _index("orders", "status", "status placed")
    _index("orders", "customer_id", "customer_id", where="customer_id IS NOT NULL")
    _index("orders", "customer_email", "customer_email", where="customer_email IS NOT NULL")
    _index("orders", "market", "market placed")
    _index("orders", "placed", "placed")
    _index("orders", "last_activity", "last_activity")
    _index("orders", "held_since", "held_since", where="held_since IS NOT NULL")


def _order_notes() -> None:
    _table(
        "order_notes", "order_id seq",
        order_id="text", seq="integer", type="text", event="text?", category="text", channel="text",
        actor_kind="text", actor_id="text", on_behalf_of="text?", subject="text?", visibility="text",
        created="integer", recorded="integer", revises="integer?", cause="text?", content="text",
        personal="text?", personal_salt="bytes?", actor="text?", actor_salt="bytes?",
        commitments="text", digest="bytes",
    )  # fmt: skip
    _index("order_notes", "revises", "order_id revises seq", where="revises IS NOT NULL")


def _log() -> None:
    unique = sa.UniqueConstraint("order_id", "seq", name=f"{_option('prefix')}log_entries_entry")
    _table("log_entries", "position", unique, position="integer", order_id="text", seq="integer", leaf="bytes")
    _table("log_head", "id", id="integer", size="integer")
    op.execute(f"INSERT INTO {_named('log_head')} (id, size) VALUES (1, 0)")
    if _on("postgresql"):
        op.create_table(
            "log_pending",
            sa.Column("id", sa.BigInteger(), sa.Identity(always=True, cache=1), primary_key=True),
            *(sa.Column(name, _TYPES[kind], nullable=False) for name, kind in
              {"order_id": "text", "seq": "integer", "leaf": "bytes"}.items()),
            schema=_option("schema"),
        )  # fmt: skip


def _numbers() -> None:
    _table("order_numbers", "number", number="text", order_id="text")
    if _on("postgresql"):
        op.execute(f"CREATE SEQUENCE {_named('order_number')} AS BIGINT START WITH 100001")
    else:
        _table("order_counter", "id", id="integer", last="integer")
        op.execute(f"INSERT INTO {_named('order_counter')} (id, last) VALUES (1, 100000)")


def _table(table: str, key: str, /, *constraints: sa.Constraint, **columns: str) -> None:
    """Make a table; a type that ends in ? may be null."""
    op.create_table(
        f"{_option('prefix')}{table}",
        *(
            sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), autoincrement=False)
            for name, kind in columns.items()
        ),
        sa.PrimaryKeyConstraint(*key.split()),
        *constraints,
        schema=_option("schema"),
        sqlite_strict=True,
    )


def _index(table: str, name: str, columns: str, where: str | None = None) -> None:
    prefix, condition = _option("prefix"), sa.text(where) if where else None
    op.create_index(
        f"{prefix}{table}_by_{name}", f"{prefix}{table}", columns.split(), schema=_option("schema"),
        sqlite_where=condition, postgresql_where=condition,
    )  # fmt: skip


def _named(table: str) -> str:
    schema = _option("schema")
    return f'"{schema}".{table}' if schema else f'"{_option("prefix")}{table}"'


def _option(name: str) -> str | None:
    """The schema, or the prefix."""
    config = op.get_context().config
    assert config is not None
    value: str | None = getattr(config.attributes["tables"], name)
    return value


def _on(engine: str) -> bool:
    return op.get_context().dialect.name == engine
