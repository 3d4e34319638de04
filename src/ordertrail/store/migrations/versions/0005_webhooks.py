"""Webhooks: where they go and how far they have come, what waits, and each attempt.

Written out by hand, and not to be changed: databases have been made by it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

_TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    config = op.get_context().config
    assert config is not None
    tables = config.attributes["tables"]

    def create(name: str, key: str, *columns: "sa.Column[Any]") -> None:
        op.create_table(
            f"{tables.prefix}{name}",
            *columns,
            sa.PrimaryKeyConstraint(*key.split()),
            schema=tables.schema,
            sqlite_strict=True,
        )

    create(
        "webhook_endpoints", "endpoint_id",
        _text("endpoint_id"), _text("url"), _text("description"), _text("event_types", null=True),
        _integer("personal"), _text("secret"), _integer("created"), _text("created_by"), _integer("next_position"),
        _integer("due"), _integer("failures"), _integer("switched_off", null=True),
        _text("switched_off_because", null=True), _text("lease", null=True), _integer("lease_until", null=True),
    )  # fmt: skip
    create(
        "webhook_pending", "endpoint_id position",
        _text("endpoint_id"), _integer("position"), _text("order_id"), _integer("attempts"), _integer("since"),
        _integer("due"),
    )  # fmt: skip
    create(
        "webhook_attempts", "endpoint_id at",
        _text("endpoint_id"), _integer("at"), _integer("position"), _integer("milliseconds"),
        _integer("status", null=True), _text("error", null=True),
    )  # fmt: skip


def _text(name: str, *, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, _TEXT, nullable=null)


def _integer(name: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, _INTEGER, nullable=null, autoincrement=False)
