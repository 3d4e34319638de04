"""Lists of orders by what happened to them.

Written out by hand, and not to be changed: databases have been made by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the index, of the entries that are there already too."""
    config = op.get_context().config
    assert config is not None
    tables = config.attributes["tables"]
    usual = (
        "'OrderGroupCreated', 'AddingPayment', 'PaymentProcessed', 'PaymentCaptured', 'ShipmentReleased', "
        "'ShipmentPacking', 'ShipmentShipped', 'ShipmentDelivered', 'OrderGroupCompleted'"
    )
    where = sa.text(f"event NOT IN ({usual}) AND category <> 'access'")
    op.create_index(
        f"{tables.prefix}order_notes_by_event", f"{tables.prefix}order_notes", ["event", "order_id"],
        schema=tables.schema, sqlite_where=where, postgresql_where=where,
    )  # fmt: skip
