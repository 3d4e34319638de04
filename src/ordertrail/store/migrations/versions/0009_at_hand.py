"""The entries of an order by which notes are pinned and holds began, however many others there are.

Written out by hand, and not to be changed: databases have been made by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the index."""
    config = op.get_context().config
    assert config is not None
    tables = config.attributes["tables"]
    where = sa.text("event IN ('NotePinned', 'NoteUnpinned', 'OrderGroupOnHold', 'ShipmentOnHold')")
    op.create_index(
        f"{tables.prefix}order_notes_at_hand",
        f"{tables.prefix}order_notes",
        ["order_id", "event", "seq"],
        schema=tables.schema,
        sqlite_where=where,
        postgresql_where=where,
    )
