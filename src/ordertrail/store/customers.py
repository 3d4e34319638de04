"""The index by which any part of a customer's name or e-mail address is found: the short parts that are in it.

On SQLite its own index of texts (FTS5, https://sqlite.org/fts5.html#the_trigram_tokenizer), on PostgreSQL an inverted
index (GIN) of five characters from each on, fewer at the end: so that a shorter text begins one of them. Parts of three
are found in too many orders each: to find those that have all of them took longer the more orders there were. Both are
written by triggers of orders, and only when a name or an address changes; neither is a part of the record. They find
more rather than less, so whoever asks them looks at what they found again.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, cast, column, event, or_, select
from sqlalchemy import table as alchemy_table
from sqlalchemy.dialects.postgresql import TSQUERY

SHORTEST = 3
"""Characters of the shortest text that the index can find."""

PART = 5
"""Characters of a part, on PostgreSQL."""

OVERWRITES = (3, 42)
"""The first SQLite from whose index of texts what is erased leaves at once: else when the index is merged."""

PARTS = ("name", "email")
"""What is indexed: the columns customer_… of orders."""

_COLUMNS = ", ".join(f"{{row}}.customer_{part}" for part in PARTS)
_CHANGED = " OR ".join(f"NEW.customer_{part} IS {{unlike}} OLD.customer_{part}" for part in PARTS)


def texts(table: str) -> str:
    """The name of the index of texts, on SQLite."""
    return f"{table}_text"


def declare(table: Table) -> Table:
    """The same table, which the index of texts is made with on SQLite: the texts are not kept a second time."""
    event.listen(table, "after_create", _make_texts)
    return table


def _make_texts(table: Table, connection: Connection, **_: Any) -> None:
    name, driver = texts(table.name), connection.dialect.dbapi
    for statement in (
        f"CREATE VIRTUAL TABLE \"{name}\" USING fts5({', '.join(PARTS)}, tokenize='trigram', content='')",
        *([_overwriting(name)] if driver.sqlite_version_info >= OVERWRITES else []),  # type: ignore[union-attr]
    ):
        connection.exec_driver_sql(statement)


def _overwriting(index: str) -> str:
    return f'INSERT INTO "{index}" ("{index}", rank) VALUES (\'secure-delete\', 1)'


def triggers(orders: str, table: str) -> dict[str, str]:
    """What keeps the index on SQLite."""
    index = texts(table)
    row = f'INSERT OR IGNORE INTO "{table}" (order_id) VALUES (NEW.order_id);'

    def entry(what: str, columns: str, of: str) -> str:
        values = f'id, {_COLUMNS.format(row=of)} FROM "{table}" WHERE order_id = {of}.order_id'
        return f'INSERT INTO "{index}" ({columns}, {", ".join(PARTS)}) SELECT {what}{values};'

    new, old = entry("", "rowid", "NEW"), entry("'delete', ", f'"{index}", rowid', "OLD")
    present = " OR ".join(f"NEW.customer_{part} IS NOT NULL" for part in PARTS)
    bodies = {
        "insert": f"WHEN {present}\nBEGIN {row} {new} END",
        "update": f"WHEN {_CHANGED.format(unlike='NOT')}\nBEGIN {old} {row} {new} END",
    }
    return {
        f"{orders}_customer_{what}": (
            f'CREATE TRIGGER "{orders}_customer_{what}" AFTER {what.upper()} ON "{orders}" {body}'
        )
        for what, body in bodies.items()
    }


def in_parts(text: str) -> str:
    """The SQL of all parts of a text, in small letters, on PostgreSQL."""
    parts = (
        f"SELECT DISTINCT substr(lower({text}), n, {PART}) FROM generate_series(1, length({text}) - {SHORTEST - 1}) n"
    )
    return f"array_to_tsvector(ARRAY({parts}))"


INDEX_CUSTOMER = f"""
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NOT ({_CHANGED.format(unlike="DISTINCT FROM")}) THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO order_customers (order_id, {", ".join(f"{part}_parts" for part in PARTS)})
    VALUES (NEW.order_id, {", ".join(in_parts(f"NEW.customer_{part}") for part in PARTS)})
    ON CONFLICT (order_id) DO UPDATE SET {", ".join(f"{part}_parts = EXCLUDED.{part}_parts" for part in PARTS)};
  RETURN NULL;
END"""
"""The body of the trigger's function, on PostgreSQL."""


def matching(table: Table, parts: Sequence[str], spellings: Sequence[str]) -> Select[Any]:
    """The ids of orders that may have one of these texts, of SHORTEST or more, in one of these PARTS."""
    if f"{PARTS[0]}_parts" in table.c:
        queries = [cast(_in_parts(text), TSQUERY) for text in spellings]
        indexed = [table.c[f"{part}_parts"].op("@@") for part in parts]
        return select(table.c.order_id).where(or_(*(has(query) for has in indexed for query in queries)))
    index = alchemy_table(texts(table.name), column("rowid"))
    quoted = " OR ".join('"{}"'.format(text.replace('"', '""')) for text in spellings)
    found = column(index.name).op("MATCH")(f"{{{' '.join(parts)}}} : ({quoted})")
    return select(table.c.order_id).join(index, index.c.rowid == table.c.id).where(found)


def _in_parts(text: str) -> str:
    """The query for a text on PostgreSQL (https://www.postgresql.org/docs/current/datatype-textsearch.html)."""
    if len(text) < PART:
        return f"{_quoted(text)}:*"
    return " & ".join(sorted({_quoted(text[place : place + PART]) for place in range(len(text) - PART + 1)}))


def _quoted(text: str) -> str:
    doubled = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
