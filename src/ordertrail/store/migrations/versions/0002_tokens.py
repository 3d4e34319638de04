"""Tokens: who may come in over HTTP.

Written out by hand, and not to be changed: databases have been made by it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table; its guards are put in place afterwards, with all others."""
    text = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    integer = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    config = op.get_context().config
    assert config is not None
    tables = config.attributes["tables"]
    op.create_table(
        f"{tables.prefix}api_tokens",
        sa.Column("token_id", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("role", text, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created", integer, nullable=False),
        sa.Column("expires", integer, nullable=True),
        sa.Column("revoked", integer, nullable=True),
        sa.Column("created_by", text, nullable=False),
        sa.PrimaryKeyConstraint("token_id"),
        schema=tables.schema,
        sqlite_strict=True,
    )
