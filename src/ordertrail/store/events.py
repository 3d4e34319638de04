"""The index by which orders are found by what happened to them, the last placed first.

A table, since no index holds columns of two: the event is an entry's, the time at which it was placed its order's. It
is written by triggers, only by what does not happen to most orders, and is no part of the record.
"""

ORDINARY = (
    "OrderGroupCreated", "AddingPayment", "PaymentProcessed", "PaymentCaptured", "ShipmentReleased", "ShipmentPacking",
    "ShipmentShipped", "ShipmentDelivered", "OrderGroupCompleted",
)  # fmt: skip
"""What happens to most orders: whoever looks for one of them finds enough by going through the list."""


def extraordinary(row: str) -> str:
    """The condition for an entry to be in the index; `row` is NEW, or a name of the notes' table."""
    return f"{row}.event NOT IN ({', '.join(repr(name) for name in ORDINARY)}) AND {row}.category <> 'access'"


def triggers(orders: str, notes: str, table: str) -> dict[str, str]:
    """What keeps the index on SQLite, where the first entries of an order are written before the order is."""
    into = f'INSERT OR IGNORE INTO "{table}" (event, placed, order_id)'
    recorded = f'SELECT NEW.event, placed, order_id FROM "{orders}" WHERE order_id = NEW.order_id'
    before = f'SELECT n.event, NEW.placed, n.order_id FROM "{notes}" n WHERE n.order_id = NEW.order_id'
    bodies = {
        f"{notes}_event_insert": (notes, extraordinary("NEW"), recorded),
        f"{orders}_event_insert": (orders, "NEW.version > 1", f"{before} AND {extraordinary('n')}"),
    }
    return {
        name: f'CREATE TRIGGER "{name}" AFTER INSERT ON "{on}" WHEN {condition}\nBEGIN {into} {found}; END'
        for name, (on, condition, found) in bodies.items()
    }


INDEX_EVENT = f"""
BEGIN
  IF {extraordinary("NEW")} THEN
    INSERT INTO order_events (event, placed, order_id)
      SELECT NEW.event, placed, order_id FROM orders WHERE order_id = NEW.order_id
      ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END"""
"""The body of the trigger's function, on PostgreSQL, where an order and its entries are written by one statement."""
