"""Lists of orders: by channel, sorted by total, and by any part of a customer's name or e-mail address.

And idempotency keys by their age, so that they can be forgotten; those of what the service itself does.

Written out by hand, and not to be changed: databases have been made by it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

_TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_TEXTS = postgresql.ARRAY(postgresql.TEXT(collation="C"))


def upgrade() -> None:
    """Make the indexes, of the orders that are there already too; triggers are put in place afterwards."""
    config = op.get_context().config
    assert config is not None
    tables = config.attributes["tables"]
    for name, columns in (("channel", ["channel", "placed"]), ("total", ["total"])):
        op.create_index(
            f"{tables.prefix}orders_by_{name}", f"{tables.prefix}orders", columns, schema=tables.schema
        )  # fmt: skip
    old = sa.text("first_seq > 1")
    op.create_index(
        f"{tables.prefix}idempotency_by_recorded", f"{tables.prefix}idempotency", ["recorded"], schema=tables.schema,
        sqlite_where=old, postgresql_where=old,
    )  # fmt: skip
    op.create_table(
        f"{tables.prefix}service_answers",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("actor_kind", "actor_id", "key")),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", _TEXT, nullable=True),
        sa.Column("created", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("actor_kind", "actor_id", "key"),
        schema=tables.schema,
        sqlite_strict=True,
    )
    if tables.schema:
        _arrays(tables.schema)
    else:
        _texts(tables.prefix)


def _arrays(schema: str) -> None:
    """On PostgreSQL: all parts of three characters of each name and address, in an inverted index."""
    op.create_table(
        "order_customers",
        sa.Column("order_id", _TEXT, primary_key=True),
        sa.Column("name_parts", _TEXTS, nullable=False),
        sa.Column("email_parts", _TEXTS, nullable=False),
        schema=schema,
    )
    parts = (
        f"ARRAY(SELECT DISTINCT substr(lower({column}), n, 3) FROM generate_series(1, length({column}) - 2) n)"
        for column in ("customer_name", "customer_email")
    )
    op.execute(
        f'INSERT INTO "{schema}".order_customers (order_id, name_parts, email_parts)'
        f' SELECT order_id, {", ".join(parts)} FROM "{schema}".orders'
    )
    op.create_index(
        "order_customers_by_parts", "order_customers", ["name_parts", "email_parts"],
        schema=schema, postgresql_using="gin", postgresql_with={"fastupdate": "off"},
    )  # fmt: skip


def _texts(prefix: str) -> None:
    """On SQLite: its own index of texts, which knows an order by a number that no VACUUM changes."""
    ids, index, orders = f"{prefix}order_customers", f"{prefix}order_customers_text", f"{prefix}orders"
    op.create_table(
        ids,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.UniqueConstraint("order_id", name=f"{prefix}order_customers_order"),
        sqlite_strict=True,
    )
    version = op.get_bind().dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]
    for statement in (
        f"CREATE VIRTUAL TABLE \"{index}\" USING fts5(name, email, tokenize='trigram', content='')",
        *([f'INSERT INTO "{index}" ("{index}", rank) VALUES (\'secure-delete\', 1)'] if version >= (3, 42) else []),
    ):
        op.execute(statement)
    op.execute(
        f'INSERT INTO "{ids}" (order_id) SELECT order_id FROM "{orders}"'
        " WHERE customer_name IS NOT NULL OR customer_email IS NOT NULL"
    )
    op.execute(
        f'INSERT INTO "{index}" (rowid, name, email)'
        f' SELECT id, customer_name, customer_email FROM "{ids}" JOIN "{orders}" USING (order_id)'
    )
