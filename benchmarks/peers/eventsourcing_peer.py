"""Time the eventsourcing library: load an order from the repository, hold or release it, save it.

The library runs with its own defaults: no snapshots, no cache of aggregates, one commit for each save.
"""

# The library lives in the peers' own environment (requirements.lock), where mypy does not run:
# mypy: disable-error-code="import-not-found"
# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False

from argparse import ArgumentTypeError
from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import version
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.peers.measurement import Measurement, argument_parser, new_file, seconds_for

LINE_ITEMS: list[dict[str, Any]] = [
    {"sku": "TENT-2", "name": "Tent for two", "quantity": 1, "unit_price": Decimal("249.00")},
    {"sku": "MAT-1", "name": "Sleeping mat", "quantity": 2, "unit_price": Decimal("39.90")},
    {"sku": "STOVE-1", "name": "Gas stove", "quantity": 1, "unit_price": Decimal("54.50")},
]
POSTGRESQL_SETTINGS = ("server_version", "synchronous_commit", "fsync", "full_page_writes")


class Order(Aggregate):
    """An order of some line items, which can be held and released."""

    @event("Placed")
    def __init__(self, number: str, customer: str, line_items: list[dict[str, Any]]) -> None:
        self.number = number
        self.customer = customer
        self.line_items = line_items
        self.status = "Open"
        self.hold_reason: str | None = None

    @event("Held")
    def hold(self, reason: str, actor: str) -> None:
        """Hold an open order."""
        self._refuse_unless("Open")
        self.status = "Hold"
        self.hold_reason = reason

    @event("Released")
    def release(self, actor: str) -> None:
        """Release a held order."""
        self._refuse_unless("Hold")
        self.status = "Open"
        self.hold_reason = None

    def _refuse_unless(self, status: str) -> None:
        if self.status != status:
            raise ValueError(f"order {self.number} is {self.status}, not {status}")


class Desk(Application[UUID]):
    """Where orders are placed and changed."""

    def place(self, number: str) -> UUID:
        """Place an order of three line items."""
        order = Order(number=number, customer="C1", line_items=LINE_ITEMS)
        self.save(order)
        placed: UUID = order.id
        return placed

    def change(self, order_id: UUID, hold: bool) -> None:
        """Load the order, hold or release it, and save it."""
        order = self.repository.get(order_id)
        if hold:
            order.hold(reason="address looks wrong", actor="anna")
        else:
            order.release(actor="anna")
        self.save(order)


def environment(database: str) -> dict[str, str]:
    """The library's own configuration for a database: which persistence, and where."""
    if not database.startswith(("postgresql://", "postgres://")):
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(new_file(database))}
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        named = conninfo_to_dict(database)
    except ProgrammingError as error:
        raise ArgumentTypeError(f"{database!r} is no PostgreSQL URL: {error}") from error
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(named.get("dbname", "postgres")),
        "POSTGRES_HOST": str(named.get("host", "localhost")),
        "POSTGRES_PORT": str(named.get("port", "5432")),
        "POSTGRES_USER": str(named.get("user", "postgres")),
        "POSTGRES_PASSWORD": str(named.get("password", "")),
    }


def sqlite_settings(desk: Desk) -> dict[str, object]:
    """What the library's own connection says that it runs with."""
    with desk.factory.datastore.transaction(commit=False) as cursor:
        found: dict[str, object] = {}
        for name in ("journal_mode", "synchronous"):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
        return found


def postgresql_settings(desk: Desk) -> dict[str, object]:
    """What the library's own connection says that it runs with."""
    with desk.factory.datastore.transaction() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(POSTGRESQL_SETTINGS)])
        return {row["name"]: row["setting"] for row in cursor.fetchall()}


def measure(operations: int, orders: int, configuration: Mapping[str, str]) -> Measurement:
    """Place the orders, time the operations on them, and see that each has been recorded."""
    desk = Desk(env=dict(configuration))
    try:
        placed = [desk.place(f"PO{100001 + position}") for position in range(orders)]
        seconds = seconds_for(placed, operations, desk.change)
        recorded = sum(desk.repository.get(order_id).version - 1 for order_id in placed)
        if recorded != operations:
            raise RuntimeError(f"{recorded} of {operations} operations were recorded")
        persistence = configuration["PERSISTENCE_MODULE"]
        found = sqlite_settings(desk) if persistence == "eventsourcing.sqlite" else postgresql_settings(desk)
    finally:
        desk.close()
    settings = {"persistence": persistence, "orders": orders, **found}
    return Measurement("eventsourcing", version("eventsourcing"), operations, seconds, settings)


def main() -> None:
    """Measure, and print the result as one line of JSON."""
    parser = argument_parser(__doc__)
    parser.add_argument(
        "--database",
        type=environment,
        required=True,
        help="a new SQLite file, or the URL of a PostgreSQL scratch database",
    )
    arguments = parser.parse_args()
    print(measure(arguments.operations, arguments.orders, arguments.database).as_json())


if __name__ == "__main__":
    main()
