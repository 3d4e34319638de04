"""What keeps the record append-only on SQLite: triggers, since SQLite has no users.

REPLACE deletes the rows in its way without any delete trigger, so each insert is refused that would meet one: by its
key, or by a rowid of the caller's own. A BEFORE trigger sees -1 for a rowid that SQLite is to choose.

Whoever may write the file can drop them, or edit them in the schema table (PRAGMA writable_schema). Each opening and
each verification compares their texts; what was done while they were away, only verifying finds. SQLite's defensive
mode would refuse such an edit on the service's own connections: Python's sqlite3 can switch it on from 3.12, pysqlite3
cannot.
"""

from typing import Any, Protocol

from sqlalchemy import Table

from ordertrail.errors import GuardsMissing
from ordertrail.notes.digest import Entry
from ordertrail.store import customers, facets
from ordertrail.store.base import GuardReport, TokenRow
from ordertrail.store.schema import Tables

ENTRIES = "entries are append-only"
_FIXED = [name for name in Entry._fields if name not in ("personal", "personal_salt", "actor", "actor_salt")]


class Runs(Protocol):
    """What runs a statement of SQL."""

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """All its rows."""


def triggers(tables: Tables) -> dict[str, str]:
    """The text of each trigger by its name."""
    rules = [
        *_insert_only(tables.trail, f"EXISTS (SELECT 1 FROM {tables.trail.name})", "a database holds one trail"),
        *_insert_only(
            tables.order_numbers, _exists(tables.order_numbers, "number"), "order numbers are never reassigned"
        ),
        *_insert_only(
            tables.erasures, _unfounded(tables), "an erasure is listed once, after the entry that records it"
        ),
        *_insert_only(tables.log_entries, _not_next_in_log(tables), "the log is append-only"),
        *_entries(tables),
        *_orders(tables),
        *_log_head(tables),
        *_tokens(tables),
    ]
    orders, notes = tables.orders.name, tables.order_notes.name
    return {
        **dict(rules),
        **customers.triggers(orders, tables.order_customers.name),
        **facets.triggers(orders, notes, tables.order_facets.name),
    }


Rule = tuple[str, str]


def _trigger(table: Table, when: str, condition: str, rule: str) -> Rule:
    name = f"{table.name}_{when.lower().replace(' ', '_')}"
    return name, (
        f'CREATE TRIGGER "{name}" {when} ON "{table.name}" WHEN {condition}\n'
        f"BEGIN SELECT RAISE(ABORT, 'ordertrail: {rule}'); END"
    )


def _inserts(table: Table, refused: str, rule: str) -> list[Rule]:
    """Refuse an insert on a condition, and any with a rowid of its own: -1 slips past BEFORE, so AFTER looks again."""
    if table.primary_key.columns.keys()[0] in ("position", "id"):  # the key is the rowid
        return [_trigger(table, "BEFORE INSERT", refused, rule)]
    return [
        _trigger(table, "BEFORE INSERT", f"NEW.rowid <> -1 OR {refused}", rule),
        _trigger(table, "AFTER INSERT", "NEW.rowid < 1", rule),
    ]


def _insert_only(table: Table, refused: str, rule: str) -> list[Rule]:
    return [
        *_inserts(table, refused, rule),
        _trigger(table, "BEFORE UPDATE", "1", rule),
        _trigger(table, "BEFORE DELETE", "1", rule),
    ]


def _entries(tables: Tables) -> list[Rule]:
    notes = tables.order_notes
    not_next = f'NEW.seq IS NOT 1 + (SELECT coalesce(max(seq), 0) FROM "{notes.name}" WHERE order_id = NEW.order_id)'
    return [
        *_inserts(notes, not_next, ENTRIES),
        _trigger(notes, "BEFORE UPDATE", f"NOT ({_erases(tables)})", ENTRIES),
        _trigger(notes, "BEFORE DELETE", "1", ENTRIES),
    ]


def _erases(tables: Tables) -> str:
    """An update that changes nothing but parts that `erasures` lists, and those to NULL."""
    unchanged = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in ["rowid", *_FIXED])
    listed = f'EXISTS (SELECT 1 FROM "{tables.erasures.name}" WHERE order_id = OLD.order_id AND seq = OLD.seq'
    parts = " AND ".join(
        f"(NEW.{part} IS OLD.{part} AND NEW.{part}_salt IS OLD.{part}_salt OR"
        f" NEW.{part} IS NULL AND NEW.{part}_salt IS NULL AND {listed} AND part = '{part}'))"
        for part in ("personal", "actor")
    )
    return f"{unchanged} AND {parts} AND {listed})"


def _orders(tables: Tables) -> list[Rule]:
    orders, rule = tables.orders, "an order changes only with its next entry, and stays"
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in ("rowid", "order_id", "number"))
    its = f'SELECT 1 FROM "{tables.order_notes.name}" WHERE order_id = NEW.order_id AND seq'
    at_last = f"EXISTS ({its} = NEW.version AND digest = NEW.head) AND NOT EXISTS ({its} > NEW.version)"
    return [
        *_inserts(orders, f"{_exists(orders, 'order_id')} OR NOT ({at_last})", rule),
        _trigger(orders, "BEFORE UPDATE", f"NOT ({same} AND NEW.version > OLD.version AND {at_last})", rule),
        _trigger(orders, "BEFORE DELETE", "1", rule),
    ]


def _log_head(tables: Tables) -> list[Rule]:
    head, rule = tables.log_head, "the size of the log is the number of its entries"
    size = f'(SELECT coalesce(max(position) + 1, 0) FROM "{tables.log_entries.name}")'
    return [
        *_inserts(head, f'NEW.id <> 1 OR NEW.size <> {size} OR EXISTS (SELECT 1 FROM "{head.name}")', rule),
        _trigger(head, "BEFORE UPDATE", f"NEW.id <> OLD.id OR NEW.size <> {size}", rule),
        _grow(tables),
        _trigger(head, "BEFORE DELETE", "1", rule),
    ]


def _tokens(tables: Tables) -> list[Rule]:
    tokens, rule = tables.tokens, "a token stays, and is only revoked, once"
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in ("rowid", *TokenRow._fields) if name != "revoked")
    return [
        *_inserts(tokens, _exists(tokens, "token_id"), rule),
        _trigger(tokens, "BEFORE UPDATE", f"NOT ({same} AND OLD.revoked IS NULL AND NEW.revoked IS NOT NULL)", rule),
        _trigger(tokens, "BEFORE DELETE", "1", rule),
    ]


def _grow(tables: Tables) -> Rule:
    """The size of the log follows its entries."""
    log, head = tables.log_entries.name, tables.log_head.name
    name = f"{log}_after_insert"
    return name, (
        f'CREATE TRIGGER "{name}" AFTER INSERT ON "{log}"\nBEGIN UPDATE "{head}" SET size = NEW.position + 1; END'
    )


def _exists(table: Table, *columns: str) -> str:
    key = " AND ".join(f"{name} = NEW.{name}" for name in columns)
    return f'EXISTS (SELECT 1 FROM "{table.name}" WHERE {key})'


def _unfounded(tables: Tables) -> str:
    of_order = f'FROM "{tables.order_notes.name}" WHERE order_id = NEW.order_id'
    recorded = f"SELECT 1 {of_order} AND seq = NEW.erased_by AND event = 'PersonalDataErased'"
    is_last = f"NEW.erased_by = (SELECT max(seq) {of_order})"
    return (
        f"NOT (NEW.seq < NEW.erased_by AND {is_last} AND EXISTS ({recorded}))"
        f" OR {_exists(tables.erasures, 'order_id', 'seq', 'part')}"
    )


def _not_next_in_log(tables: Tables) -> str:
    log = tables.log_entries
    following = f'NEW.position IS NOT (SELECT coalesce(max(position) + 1, 0) FROM "{log.name}")'
    return f"{following} OR {_exists(log, 'order_id', 'seq')}"


def install(database: Runs, tables: Tables) -> None:
    """Put all triggers in place, whatever was there under their names."""
    for name, text in triggers(tables).items():
        database.run(f'DROP TRIGGER IF EXISTS "{name}"')
        database.run(text)


def check(database: Runs, tables: Tables, *, defensive: bool) -> GuardReport:
    """That every trigger is there as it should be; `defensive` is the mode of the connection. Raises GuardsMissing."""
    found = dict(database.run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    wrong = [name for name, text in triggers(tables).items() if found.get(name) != text]
    if wrong:
        raise GuardsMissing(f"missing or altered: {', '.join(wrong)}; `ordertrail init` puts them back")
    mode = "is in defensive mode" if defensive else "cannot be put in defensive mode by this SQLite module"
    return GuardReport(
        roles=False, explanation=f"triggers alone guard the record, since SQLite has no users; the connection {mode}"
    )
