"""Users, roles of a shop's own, sessions, failed sign-ins, and what the service signs with.

Written out by hand, and not to be changed: databases have been made by it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

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
            _text(key),
            *columns,
            sa.PrimaryKeyConstraint(key),
            schema=tables.schema,
            sqlite_strict=True,
        )

    create(
        "users", "user_id", _text("label"), _text("role"), _text("password", null=True), _integer("created"),
        _text("created_by"), _integer("disabled", null=True),
    )  # fmt: skip
    create("roles", "name", _text("whom"), _text("permissions"), _text("ceilings"))
    create("sessions", "session_id", _text("user_id"), _bytes("digest"), _integer("created"), _integer("used"))
    op.create_index(
        f"{tables.prefix}sessions_by_user_id", f"{tables.prefix}sessions", ["user_id"], schema=tables.schema
    )
    create("sign_in_failures", "source", _integer("failures"), _integer("since"))
    create("service_secrets", "name", _bytes("secret"))


def _text(name: str, *, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, _TEXT, nullable=null)


def _integer(name: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, _INTEGER, nullable=null)


def _bytes(name: str) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary(), nullable=False)
