"""Lists of orders by what happened to them and by who acted, and by rare parts of a name on PostgreSQL.

Written out by hand, and not to be changed: databases have been made by it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

_TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the indexes, of the orders that are there already too; triggers are put in place afterwards."""
    config = op.get_context().config
    assert config is not None
    tables = config.attributes["tables"]
    op.drop_index(f"{tables.prefix}order_notes_by_event", f"{tables.prefix}order_notes", schema=tables.schema)
    op.create_table(
        f"{tables.prefix}order_facets",
        sa.Column("facet", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.Column("placed", _INTEGER, nullable=False),
        sa.Column("order_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("facet", "value", "placed", "order_id"),
        schema=tables.schema,
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    usual = (
        "'OrderGroupCreated', 'AddingPayment', 'PaymentProcessed', 'PaymentCaptured', 'ShipmentReleased', "
        "'ShipmentPacking', 'ShipmentShipped', 'ShipmentDelivered', 'OrderGroupCompleted'"
    )
    for facet, column, condition in (
        ("event", "event", f"n.event NOT IN ({usual})"),
        ("person", "actor_id", "n.actor_kind = 'user'"),
        ("person", "on_behalf_of", "n.on_behalf_of IS NOT NULL"),
    ):
        known = f"(SELECT 1 FROM {tables.named('order_facets')} f WHERE f.facet = '{facet}' AND f.value = n.{column}"
        op.execute(
            f"INSERT INTO {tables.named('order_facets')} (facet, value, placed, order_id)"
            f" SELECT DISTINCT '{facet}', n.{column}, o.placed, o.order_id FROM {tables.named('order_notes')} n"
            f" JOIN {tables.named('orders')} o ON o.order_id = n.order_id"
            f" WHERE {condition} AND n.category <> 'access' AND NOT EXISTS {known} AND f.order_id = o.order_id)"
        )
    if tables.schema:
        _parts(tables.schema)


def _parts(schema: str) -> None:
    """On PostgreSQL: parts of five characters of each name and address, in place of those of three."""
    op.drop_table("order_customers", schema=schema)
    op.create_table(
        "order_customers",
        sa.Column("order_id", _TEXT, primary_key=True),
        sa.Column("name_parts", postgresql.TSVECTOR(), nullable=False),
        sa.Column("email_parts", postgresql.TSVECTOR(), nullable=False),
        schema=schema,
    )
    parts = (
        "array_to_tsvector(ARRAY("
        f"SELECT DISTINCT substr(lower({column}), n, 5) FROM generate_series(1, length({column}) - 2) n))"
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
