"""System streams: their entries stand among those of orders, and are found by when they were recorded.

Written out by hand, and not to be changed: databases have been made by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the index; the function that writes them is put in place afterwards, with all others."""
    config = op.get_context().config
    assert config is not None
    tables = config.attributes["tables"]
    condition = sa.text("category = 'access'")
    op.create_index(
        f"{tables.prefix}order_notes_by_access",
        f"{tables.prefix}order_notes",
        ["recorded", "order_id", "seq"],
        schema=tables.schema,
        sqlite_where=condition,
        postgresql_where=condition,
    )
