"""Lists of orders: by channel, and sorted by total.

Written out by hand, and not to be changed: databases have been made by it.
"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the indexes."""
    config = op.get_context().config
    assert config is not None
    tables = config.attributes["tables"]
    for name, columns in (("channel", ["channel", "placed"]), ("total", ["total"])):
        op.create_index(f"{tables.prefix}orders_by_{name}", f"{tables.prefix}orders", columns, schema=tables.schema)
