"""Time django-oscar: load an order, set its status through the pipeline, write a system note.

Each statement is a transaction of its own, as oscar and Django do it by themselves; with --atomic one transaction
holds the whole operation, as Django's ATOMIC_REQUESTS does for a view.
"""

# The libraries live in the peers' own environment (requirements.lock), where mypy does not run:
# mypy: disable-error-code="import-not-found,import-untyped"

from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from typing import Any

import django
import oscar
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from oscar import defaults as oscar_defaults

from benchmarks.peers.measurement import Measurement, argument_parser, new_file, seconds_for

LINES = (
    ("TENT-2", "Tent for two", 1, Decimal("249.00")),
    ("MAT-1", "Sleeping mat", 2, Decimal("39.90")),
    ("STOVE-1", "Gas stove", 1, Decimal("54.50")),
)
STATUS_PIPELINE = {"Open": ("Hold", "Cancelled"), "Hold": ("Open", "Cancelled"), "Cancelled": ()}


def set_up(database: Path, wal: bool) -> None:
    """Configure Django and oscar for the SQLite file, and create oscar's tables by its migrations."""
    oscars = {name: getattr(oscar_defaults, name) for name in dir(oscar_defaults) if name.startswith("OSCAR_")}
    own = {"OSCAR_INITIAL_ORDER_STATUS": "Open", "OSCAR_ORDER_STATUS_PIPELINE": STATUS_PIPELINE}
    options = {"init_command": "PRAGMA journal_mode=WAL"} if wal else {}
    django_settings.configure(
        SECRET_KEY=token_hex(),
        INSTALLED_APPS=oscar.INSTALLED_APPS,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database), "OPTIONS": options}},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        SITE_ID=1,
        USE_TZ=True,
        **(oscars | own),
    )
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)


def place_order(number: str) -> str:
    """Create an order of three lines through oscar's models."""
    from oscar.core.loading import get_model

    total = sum((price * quantity for _, _, quantity, price in LINES), Decimal())
    order = get_model("order", "Order").objects.create(
        number=number,
        currency="USD",
        status=django_settings.OSCAR_INITIAL_ORDER_STATUS,
        total_incl_tax=total,
        total_excl_tax=total,
        guest_email="mercy@example.com",
        date_placed=timezone.now(),
    )
    for sku, title, quantity, price in LINES:
        order.lines.create(
            partner_sku=sku,
            title=title,
            quantity=quantity,
            num_allocated=0,
            unit_price_incl_tax=price,
            unit_price_excl_tax=price,
            line_price_incl_tax=price * quantity,
            line_price_excl_tax=price * quantity,
            line_price_before_discounts_incl_tax=price * quantity,
            line_price_before_discounts_excl_tax=price * quantity,
        )
    return number


def measure(operations: int, orders: int, atomic: bool) -> Measurement:
    """Place the orders, time the operations on them, and see that each has been recorded."""
    from oscar.core.loading import get_model

    order_model: Any = get_model("order", "Order")
    note_model: Any = get_model("order", "OrderNote")

    def change(number: str, hold: bool) -> None:
        unit: AbstractContextManager[object] = transaction.atomic() if atomic else nullcontext()
        with unit:
            order = order_model.objects.get(number=number)
            before, after = order.status, "Hold" if hold else "Open"
            order.set_status(after)
            message = f"Order status changed from '{before}' to '{after}'"
            order.notes.create(note_type=note_model.SYSTEM, message=message)

    with transaction.atomic():
        placed = [place_order(f"PO{100001 + position}") for position in range(orders)]
    seconds = seconds_for(placed, operations, change)
    recorded = note_model.objects.filter(note_type=note_model.SYSTEM).count()
    changed = get_model("order", "OrderStatusChange").objects.count()
    if recorded != operations or changed != operations:
        raise RuntimeError(f"{recorded} notes and {changed} status changes were recorded for {operations} operations")
    settings = {"orders": orders, "atomic": atomic, "django": version("django"), **sqlite_settings()}
    return Measurement("django-oscar", version("django-oscar"), operations, seconds, settings)


def sqlite_settings() -> dict[str, object]:
    """What Django's own connection says that it runs with."""
    with connection.cursor() as cursor:
        return {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}


def main() -> None:
    """Measure, and print the result as one line of JSON."""
    parser = argument_parser(__doc__)
    parser.add_argument("--database", type=new_file, required=True, help="a new SQLite file")
    parser.add_argument("--wal", action="store_true", help="journal mode WAL instead of Django's default")
    parser.add_argument("--atomic", action="store_true", help="one transaction for each operation")
    arguments = parser.parse_args()
    set_up(arguments.database, arguments.wal)
    print(measure(arguments.operations, arguments.orders, arguments.atomic).as_json())


if __name__ == "__main__":
    main()
