"""Orders by their customers: by an id, or any part of a name or an e-mail address."""

from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from ordertrail.errors import InvalidInput
from ordertrail.reading.frequent import is_frequent
from ordertrail.reading.pages import checked_id
from ordertrail.store import customers
from ordertrail.store.base import Transaction

LONGEST = 200
"""Characters of a name or an address, at most."""


def by_customer(transaction: Transaction, tables: Any, text: str) -> ColumnElement[bool]:
    """That an order's customer has this id, or this in their name."""
    return _found(transaction, tables, ["name"], _checked(text, "customer"), _has_id(tables, text))


def by_email(transaction: Transaction, tables: Any, text: str) -> ColumnElement[bool]:
    """That an order's customer has this in their e-mail address."""
    return _found(transaction, tables, ["email"], _checked(text, "email"))


def by_either(transaction: Transaction, tables: Any, text: str) -> ColumnElement[bool]:
    """That an order's customer has this id, or this in their name or their e-mail address."""
    return _found(transaction, tables, ["name", "email"], _checked(text, "find"), _has_id(tables, text))


def _has_id(tables: Any, text: str) -> Select[Any]:
    return select(tables.orders.c.order_id).where(tables.orders.c.customer_id == text)


def _checked(text: str, place: str) -> str:
    """A text that can be a part of something. Raises InvalidInput."""
    if len(checked_id(text, place)) > LONGEST:
        raise InvalidInput(f"{place} has {len(text):,} characters: no name and no address has more than {LONGEST}")
    return text


def _found(
    transaction: Transaction, tables: Any, parts: Sequence[str], text: str, *others: Select[Any]
) -> ColumnElement[bool]:
    spellings = _spellings(text)
    columns = tables.orders.c
    looked_at = or_(
        *(
            func.lower(columns[f"customer_{part}"]).contains(spelling, autoescape=True)
            for part in parts
            for spelling in spellings
        ),
        *(columns.order_id.in_(other) for other in others),
    )
    ways = [*others]
    if all(len(spelling) >= customers.SHORTEST for spelling in spellings):
        ways.append(customers.matching(tables.order_customers, parts, spellings))
        if not any(is_frequent(transaction, way) for way in ways):
            hits = ways[0].union(*ways[1:]) if len(ways) > 1 else ways[0]
            return and_(columns.order_id.in_(hits), looked_at)
    return looked_at if tables.sequences else func.likely(looked_at)  # else SQLite would look at all, and sort them


def _spellings(text: str) -> list[str]:
    """How a text may be written, whatever its case.

    The databases know upper and lower case of ASCII letters only, so others are tried in each usual spelling.
    """
    return sorted({spelling.translate(_ASCII_LOWER) for spelling in (text, text.lower(), text.upper(), text.title())})


_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
