"""docs/reference/order.md: the document that an order is."""

from docs.drawn.markdown import heading, page
from docs.drawn.values import NAMED, ORDER_PAGE, fields, limits, parts_of, section
from ordertrail.orders.model import Order

INTRO = """An order is one document. `trail.order(…)` gives it as a frozen `Order`; the database holds it as
canonical JSON (RFC 8785) without its defaults, so that it grows by fields with a default and old orders
stay as they are. Collections are keyed by id. What is marked as personal stands in the erasable part of
an entry, never in what stays for ever. Money has exactly the digits of the currency's minor unit."""


def render() -> str:
    """The page."""
    parts = [section(part, ORDER_PAGE, 2) for part in parts_of(Order)]
    return page("The order", INTRO, heading(2, "Order"), fields(Order, ORDER_PAGE), *parts, *_named())


def _named() -> list[str]:
    found = [heading(2, "Ids and codes")]
    for kind, name in NAMED.items():
        found += [heading(3, name.capitalize()), _rows(kind)]
    return found


def _rows(kind: object) -> str:
    said = [limit for meta in getattr(kind, "__metadata__", ()) for limit in limits(meta)]
    return f"A text that {', '.join(said)}."
