"""Filters by what people call a market, a channel or somebody: as the record spells it, whatever the case that was
typed."""

from collections.abc import Collection, Iterable

from ordertrail.reading.spellings import channels_of_entries, people_of_entries, spellings_of_orders
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.users import list_users


def of_orders(trail: OrderTrail, column: str, text: str) -> str | list[str]:
    """A market or a channel of orders, as they have it."""
    with trail.store.reading() as transaction:
        return spelt(text, spellings_of_orders(transaction, trail.store.tables, column))


SUGGESTED = 50
"""So many are suggested at most: a longer list would weigh more than the orders."""


def suggested(trail: OrderTrail, *columns: str) -> dict[str, list[str]]:
    """How markets or channels of orders are spelt, for who is about to look for one."""
    with trail.store.reading() as transaction:
        found = {name: spellings_of_orders(transaction, trail.store.tables, name) for name in columns}
    return {name: sorted(spelt, key=str.casefold)[:SUGGESTED] for name, spelt in found.items()}


def channel_of_entries(trail: OrderTrail, text: str, order_id: str | None = None) -> str | list[str]:
    """A channel as the entries of an order have it, or those of all."""
    with trail.store.reading() as transaction:
        return spelt(text, channels_of_entries(transaction, trail.store.tables, order_id))


def people(trail: OrderTrail, text: str, order_id: str | None = None, *, personal: bool = True) -> list[str]:
    """The ids of those who are called so: users, and who acted by the entries of an order, or by the last ones of all,
    as these show them. Without `personal`, which such names may be, users only. None where nobody is."""
    known = [(user.id, user.label) for user in list_users(trail)]
    if personal:
        with trail.store.reading() as transaction:
            known += people_of_entries(transaction, trail.store.tables, order_id)
    return called(text, known)


def called(text: str, known: Collection[tuple[str, str]]) -> list[str]:
    """The ids of those known who are called so, by id or name; else of those who have that in their name."""
    wanted = _plain(text)
    whole = {one for one, name in known if wanted in (_plain(one), _plain(name))}
    return sorted(whole or {one for one, name in known if wanted in _plain(name)})


def spelt(text: str, known: Iterable[str]) -> str | list[str]:
    """The spellings known of a text: itself where it is one, and by itself where there is one other only, as a list
    is found soonest by one."""
    found = sorted({one for one in known if _plain(one) == _plain(text)})
    if text in found or not found:
        return text
    return found[0] if len(found) == 1 else found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
