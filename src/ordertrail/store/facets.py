"""The index by which orders are found by what their entries say, the last placed first: what happened, and who acted.

A table, since no index holds columns of two: when an order was placed, its entries do not know. It is written by
triggers, once for each order and value, and is no part of the record.
"""

from typing import NamedTuple

# Whoever changes what is in the index writes a migration that makes it anew: triggers see new entries only.
ORDINARY = (
    "OrderGroupCreated", "AddingPayment", "PaymentProcessed", "PaymentCaptured", "ShipmentReleased", "ShipmentPacking",
    "ShipmentShipped", "ShipmentDelivered", "OrderGroupCompleted",
)  # fmt: skip
"""What happens to most orders: whoever looks for one of them finds enough by going through the list, as a rule."""


class Facet(NamedTuple):
    """One thing to find orders by: the column of their entries that says it, and of which entries."""

    name: str
    column: str
    condition: str


EVENT = Facet("event", "event", f"{{row}}.event NOT IN ({', '.join(map(repr, ORDINARY))})")
PERSON = Facet("person", "actor_id", "{row}.actor_kind = 'user'")
"""People: what apps, customers and the system do, they do to most orders."""

BEHALF = Facet("person", "on_behalf_of", "{row}.on_behalf_of IS NOT NULL")
"""People for whom an app acted."""

FACETS = (EVENT, PERSON, BEHALF)


def _holds(facet: Facet, row: str) -> str:
    return f"{facet.condition.format(row=row)} AND {row}.category <> 'access'"


def triggers(orders: str, notes: str, table: str) -> dict[str, str]:
    """What keeps the index on SQLite, where the first entries of an order are written before the order is."""
    into = f'INSERT OR IGNORE INTO "{table}" (facet, value, placed, order_id)'
    texts = {}
    for facet in FACETS:
        later = f"SELECT '{facet.name}', NEW.{facet.column}, placed, order_id FROM \"{orders}\""
        first = f"SELECT '{facet.name}', n.{facet.column}, NEW.placed, NEW.order_id FROM \"{notes}\" n"
        for name, condition, found in (
            (notes, f" WHEN {_holds(facet, 'NEW')}", f"{later} WHERE order_id = NEW.order_id"),
            (orders, "", f"{first} WHERE n.order_id = NEW.order_id AND {_holds(facet, 'n')}"),
        ):
            trigger = f"{name}_{facet.column}_insert"
            body = f"BEGIN {into} {found}; END"
            texts[trigger] = f'CREATE TRIGGER "{trigger}" AFTER INSERT ON "{name}"{condition}\n{body}'
    return texts


def _insert(facet: Facet) -> str:
    return f"""
  IF {_holds(facet, "NEW")} THEN
    INSERT INTO order_facets (facet, value, placed, order_id)
      SELECT '{facet.name}', NEW.{facet.column}, placed, order_id FROM orders WHERE order_id = NEW.order_id
      ON CONFLICT DO NOTHING;
  END IF;"""


INDEX_FACETS = f"""
BEGIN{"".join(map(_insert, FACETS))}
  RETURN NULL;
END"""
"""The body of the trigger's function, on PostgreSQL, where an order and its entries are written by one statement."""
