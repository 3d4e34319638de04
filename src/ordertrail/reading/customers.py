"""Orders by their customers: by an id, or any part of a name or an e-mail address."""

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
    columns = tables.orders.c
    has_id = select(columns.order_id).where(columns.customer_id == _checked(text, "customer"))
    return _found(transaction, tables, "name", text, has_id)


def by_email(transaction: Transaction, tables: Any, text: str) -> ColumnElement[bool]:
    """That an order's customer has this in their e-mail address."""
    return _found(transaction, tables, "email", _checked(text, "email"))


def _checked(text: str, place: str) -> str:
    """A text that can be a part of something. Raises InvalidInput."""
    if len(checked_id(text, place)) > LONGEST:
        raise InvalidInput(f"{place} has {len(text):,} characters: no name and no address has more than {LONGEST}")
    return text


def _found(transaction: Transaction, tables: Any, part: str, text: str, *others: Select[Any]) -> ColumnElement[bool]:
    spellings = _spellings(text)
    columns = tables.orders.c
    looked_at = or_(
        *(func.lower(columns[f"customer_{part}"]).contains(spelling, autoescape=True) for spelling in spellings),
        *(columns.order_id.in_(other) for other in others),
    )
    ways = [*others]
    if all(len(spelling) >= customers.SHORTEST for spelling in spellings):
        ways.append(customers.matching(tables.order_customers, part, spellings))
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
