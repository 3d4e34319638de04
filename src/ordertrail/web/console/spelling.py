"""Filters by what people call a market or a channel: as the record spells it, whatever the case that was typed."""

from collections.abc import Iterable

from ordertrail.reading.spellings import channels_of_entries, spellings_of_orders
from ordertrail.trail import OrderTrail


def of_orders(trail: OrderTrail, column: str, text: str) -> str | list[str]:
    """A market or a channel of orders, as they have it."""
    with trail.store.reading() as transaction:
        return spelt(text, spellings_of_orders(transaction, trail.store.tables, column))


def channel_of_entries(trail: OrderTrail, text: str, order_id: str | None = None) -> str | list[str]:
    """A channel as the entries of an order have it, or those of all."""
    with trail.store.reading() as transaction:
        return spelt(text, channels_of_entries(transaction, trail.store.tables, order_id))


def spelt(text: str, known: Iterable[str]) -> str | list[str]:
    """The spellings known of a text: itself where it is one, and by itself where there is one other only, as a list
    is found soonest by one."""
    found = sorted({one for one in known if _plain(one) == _plain(text)})
    if text in found or not found:
        return text
    return found[0] if len(found) == 1 else found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
