"""Rows for the tests of the store: as good as the real ones, where nobody looks at what they mean."""

from typing import Any

from sqlalchemy import func, select

from ordertrail.notes.digest import Entry
from ordertrail.store.base import Change, OrderRow, Store, TokenRow

UNICODE = "Zoë 🎁 עברית e\u0301 \u2028 <b> '; DROP TABLE orders; -- \\x00 %s {}"
"""What must come back as it went in."""


def order_row(order_id: str, version: int, **changed: Any) -> OrderRow:
    """An order's row as it stands after entry `version`."""
    usual: dict[str, Any] = {
        "number": f"PO-{order_id}", "status": "InProgress", "channel": "Order Management", "customer_id": "C1",
        "customer_name": UNICODE, "customer_email": "mercy@example.com", "market": "US", "currency": "USD",
        "total": 24900, "balance": -(2**53), "placed": 1_700_000_000_000_000, "held_since": None,
        "last_activity": 1_700_000_000_000_000 + version, "last_recorded": 1_700_000_000_000_001 + version,
        "changed_seq": version, "head": bytes([version % 256]) * 32, "document": f'{{"version":{version}}}',
    }  # fmt: skip
    return OrderRow(**{"order_id": order_id, "version": version, **usual, **changed})


def entry(order_id: str, seq: int, **changed: Any) -> Entry:
    """An entry of an order; one that may erase, so that every order may be erased from."""
    usual: dict[str, Any] = {
        "type": "System", "event": "PersonalDataErased", "category": "order", "channel": "Order Management",
        "actor_kind": "user", "actor_id": "anna", "on_behalf_of": None, "subject": None, "visibility": "internal",
        "created": 1_700_000_000_000_000 + seq, "recorded": 1_700_000_000_000_001 + seq, "revises": None, "cause": None,
        "content": f'{{"title":"{UNICODE}"}}', "personal": '["Mercy"]', "personal_salt": bytes(range(16)),
        "actor": '{"label":"Anna"}', "actor_salt": bytes(range(16, 32)), "commitments": '["00","ff"]',
        "digest": bytes([seq % 256]) * 32,
    }  # fmt: skip
    return Entry(**{"order_id": order_id, "seq": seq, **usual, **changed})


def change(order_id: str, expected: int = 0, entries: int = 1, **changed: Any) -> Change:
    """What an operation writes that found an order at version `expected` (0: no order) and makes some entries."""
    made = [entry(order_id, expected + i) for i in range(1, entries + 1)]
    row = order_row(order_id, expected + entries, **changed)
    return Change(order=row, expected=expected, entries=made, leaves=[bytes([made.seq % 256]) * 32 for made in made])


def token_row(token_id: str = "t1", **changed: Any) -> TokenRow:
    """A token that lets somebody in."""
    usual: dict[str, Any] = {
        "name": UNICODE, "role": "csr", "digest": bytes(range(32)), "created": 1_700_000_000_000_000,
        "expires": None, "revoked": None, "created_by": "anna",
    }  # fmt: skip
    return TokenRow(**{"token_id": token_id, **usual, **changed})


def placed(store: Store, order_id: str = "o1", entries: int = 1) -> str:
    """An order that is there, with so many entries."""
    with store.writing() as transaction:
        assert transaction.append(change(order_id, entries=entries))
    return order_id


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but those that only the service reads."""
    engine = "sqlite" if store.tables.schema is None else "postgresql"
    # What is drawn in vain is a gap between numbers, on PostgreSQL too.
    left_out = {"order_counter", *(table.name for table in store.tables.of_service)}
    with store.reading() as transaction:
        return {
            table.name: sorted(transaction.rows(select(table)), key=repr)
            for table in store.tables.of(engine)
            if table.name not in left_out
        }


def count(store: Store, table: str) -> int:
    """How many rows a table has."""
    with store.reading() as transaction:
        return int(transaction.rows(select(func.count()).select_from(getattr(store.tables, table)))[0][0])
