"""What the record must be, computed from its raw rows a second time, by other code than the one that writes it.

Only the hash functions are the project's own (`notes.digest`, held by golden vectors). Sums of changes, search columns,
numbers and log positions are worked out here in their own way.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import func, select

from ordertrail import OrderTrail
from ordertrail.notes import digest
from ordertrail.notes.digest import Entry
from ordertrail.orders.money import MINOR_UNITS
from ordertrail.store.base import OrderRow

ERASED = {"$erased": True}
MASK = "·"

Json = Any


class Rows(NamedTuple):
    """All that the database holds of one order."""

    order: OrderRow | None
    entries: list[Entry]
    erased: set[tuple[int, str]]
    numbers: list[str]


def read(trail: OrderTrail, order_id: str) -> Rows:
    """The raw rows of an order."""
    tables = trail.store.tables
    orders, notes, erasures, numbers = tables.orders, tables.order_notes, tables.erasures, tables.order_numbers
    with trail.store.reading() as transaction:
        order = transaction.rows(select(orders).where(orders.c.order_id == order_id))
        entries = transaction.rows(select(notes).where(notes.c.order_id == order_id).order_by(notes.c.seq))
        gone = transaction.rows(select(erasures.c.seq, erasures.c.part).where(erasures.c.order_id == order_id))
        known = transaction.rows(select(numbers.c.number).where(numbers.c.order_id == order_id))
    return Rows(
        order=OrderRow._make(order[0]) if order else None,
        entries=[Entry._make(row) for row in entries],
        erased={(int(seq), str(part)) for seq, part in gone},
        numbers=[str(row[0]) for row in known],
    )


def findings(trail: OrderTrail, order_id: str) -> list[str]:
    """What is wrong with an order; nothing if all is well."""
    rows = read(trail, order_id)
    if rows.order is None:
        return ["there is no row in orders"] if rows.entries or rows.numbers else []
    found = _gaps(rows.entries) + _chain(trail.store.trail_id, rows) + _times(rows.entries)
    return found + _sums(rows) + _columns(rows)


def all_findings(trail: OrderTrail) -> list[str]:
    """What is wrong with any order, or with the log of all of them."""
    tables = trail.store.tables
    with trail.store.reading() as transaction:
        ids = {row[0] for row in transaction.rows(select(tables.orders.c.order_id))}
        ids |= {row[0] for row in transaction.rows(select(tables.order_notes.c.order_id).distinct())}
        ids |= {row[0] for row in transaction.rows(select(tables.order_numbers.c.order_id))}
    found = [f"{order_id}: {what}" for order_id in sorted(ids) for what in findings(trail, order_id)]
    return found + log_findings(trail)


# The chain


def _gaps(entries: list[Entry]) -> list[str]:
    seqs = [entry.seq for entry in entries]
    return [] if seqs == list(range(1, len(seqs) + 1)) else [f"the seqs have a gap: {seqs}"]


def _chain(trail_id: str, rows: Rows) -> list[str]:
    found, head = [], digest.FIRST
    for entry in rows.entries:
        personal, actor = json.loads(entry.commitments)
        expected = digest.entry_digest(head, digest.entry_bytes(trail_id, entry, personal, actor))
        if entry.digest != expected:
            found.append(f"entry {entry.seq} has another digest")
        found += _commitment(rows, entry, "personal", entry.personal, entry.personal_salt, personal)
        found += _commitment(rows, entry, "actor", entry.actor, entry.actor_salt, actor)
        head = entry.digest
    return found


def _commitment(
    rows: Rows, entry: Entry, part: str, text: str | None, salt: bytes | None, committed: str | None
) -> list[str]:
    erased = (entry.seq, part) in rows.erased
    if (text is None) != (salt is None):
        return [f"entry {entry.seq} has its {part} part without a salt, or a salt without it"]
    if text is None or salt is None:
        return [] if erased == (committed is not None) else [f"the {part} part of entry {entry.seq} is missing"]
    if erased:
        return [f"the {part} part of entry {entry.seq} was erased, and is there"]
    right = digest.commitment(salt, text).hex() == committed
    return [] if right else [f"the {part} part of entry {entry.seq} is not what was committed to"]


def _times(entries: list[Entry]) -> list[str]:
    pairs = list(pairwise(entries))
    back = [later.seq for earlier, later in pairs if later.created < earlier.created]
    clock = [later.seq for earlier, later in pairs if later.recorded < earlier.recorded]
    late = [entry.seq for entry in entries if entry.created > entry.recorded]
    return [f"times run backwards: {back}, {clock}, {late}"] if back or clock or late else []


# The sum of changes


def documents(entries: Iterable[Entry], found: list[str] | None = None) -> dict[int, Json]:
    """The document after each entry, as the sum of the changes up to there; what does not fit goes to `found`."""
    document: dict[str, Json] = {}
    after: dict[int, Json] = {}
    for entry in entries:
        for pointer, before, value in opened(entry).get("changes", []):
            stood = _exchange(document, pointer.split("/")[1:], value)
            if found is not None and not _alike(stood, before):
                found.append(f"entry {entry.seq} says that {pointer} was {before!r}, it was {stood!r}")
        after[entry.seq] = json.loads(json.dumps(document))
    return after


def opened(entry: Entry) -> dict[str, Json]:
    """The content of an entry, its personal values put back, or marked as erased."""
    personal = None if entry.personal is None else json.loads(entry.personal)
    content: dict[str, Json] = _unsealed(json.loads(entry.content), personal)
    return content


def _unsealed(value: Json, personal: list[str] | None) -> Json:
    if isinstance(value, list):
        return [_unsealed(item, personal) for item in value]
    if not isinstance(value, dict):
        return value
    if "$personal" in value:
        return ERASED if personal is None else personal[value["$personal"]]
    return {key: _unsealed(item, personal) for key, item in value.items()}


def _exchange(document: dict[str, Json], path: list[str], value: Json) -> Json:
    place = document
    for key in path[:-1]:
        place = place[key]
    stood = place.pop(path[-1], None)
    if value is not None:
        place[path[-1]] = json.loads(json.dumps(value))
    return stood


def _alike(left: Json, right: Json) -> bool:
    """Equal, where neither was erased."""
    if ERASED in (left, right):
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_alike(left[key], right[key]) for key in left)
    return bool(left == right)


def _sums(rows: Rows) -> list[str]:
    assert rows.order is not None
    found: list[str] = []
    after = documents(rows.entries, found)
    stored = json.loads(rows.order.document)
    if not rows.entries or after[rows.entries[-1].seq] != stored:
        found.append("the sum of the changes is not the document")
    if _canonical(stored) != rows.order.document:
        found.append("the document is not canonical")
    changing = [entry.seq for entry in rows.entries if json.loads(entry.content).get("changes")]
    if rows.order.changed_seq != max(changing, default=0):
        found.append(f"changed_seq is {rows.order.changed_seq}, the last change is {max(changing, default=0)}")
    return found


def _canonical(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# Columns, numbers, the log


def _columns(rows: Rows) -> list[str]:
    assert rows.order is not None
    document, last = json.loads(rows.order.document), rows.entries[-1] if rows.entries else None
    customer, money = document.get("customer", {}), _minor(document)
    expected = {
        **{name: document[name] for name in ("number", "status", "channel", "market", "currency")},
        **{f"customer_{name}": customer.get(name) for name in ("id", "name", "email")},
        **{name: money(document["totals"][name]) for name in ("total", "balance")},
        "order_id": document["id"],
        "placed": micros(document["placed"]),
        "held_since": min((micros(hold["since"]) for hold in document.get("holds", {}).values()), default=None),
        "last_activity": last and last.created,
        "last_recorded": last and last.recorded,
        "version": len(rows.entries),
        "head": last and last.digest,
    }
    wrong = [f"{name} is {getattr(rows.order, name)!r}, not {value!r}" for name, value in expected.items()
             if getattr(rows.order, name) != value]  # fmt: skip
    return wrong if rows.numbers == [document["number"]] else [*wrong, f"its numbers are {rows.numbers}"]


def _minor(document: Json) -> Callable[[str], int]:
    digits = MINOR_UNITS[document["currency"]]
    return lambda amount: int(Decimal(amount) * 10**digits)


def micros(text: str) -> int:
    """Microseconds since 1970 UTC of a time as documents write it."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def log_findings(trail: OrderTrail) -> list[str]:
    """What is wrong with the log: each entry stands in it once, with its leaf, at positions without a gap."""
    tables = trail.store.tables
    notes, log, pending = tables.order_notes, tables.log_entries, tables.log_pending
    with trail.store.reading() as transaction:
        placed = transaction.rows(
            select(log.c.position, log.c.order_id, log.c.seq, log.c.leaf).order_by(log.c.position)
        )
        waiting = []
        if trail.store.tables.schema is not None:
            waiting = transaction.rows(select(pending.c.order_id, pending.c.seq, pending.c.leaf))
        entries = transaction.rows(select(notes.c.order_id, notes.c.seq, notes.c.digest))
    listed = sorted([tuple(row[1:]) for row in placed] + [tuple(row) for row in waiting])
    expected = sorted((row[0], row[1], _leaf(trail.store.trail_id, *row)) for row in entries)
    gapless = [row[0] for row in placed] == list(range(len(placed)))
    return ([] if gapless else ["the log has a gap"]) + (
        [] if listed == expected else [f"the log holds {len(listed)} leaves, there are {len(expected)} entries"]
    )


def _leaf(trail_id: str, order_id: str, seq: int, entry_digest: bytes) -> bytes:
    return digest.leaf_hash(digest.leaf(digest.order_tag(trail_id, order_id), seq, entry_digest))


# Comparing what was seen


def masked(document: Json, tree: Any) -> Json:
    """A document with every personal value masked, as `tree` says which are."""
    if isinstance(document, dict) and document != ERASED and tree is not True:
        return {key: masked(value, _under(tree, key)) for key, value in document.items()}
    return MASK if tree is True else document


def _under(tree: Any, key: str) -> Any:
    return tree.get(key, tree.get("*")) if isinstance(tree, dict) else None


def counts(trail: OrderTrail) -> dict[str, int]:
    """How many rows each table of the record holds."""
    tables = trail.store.tables
    kept = [tables.orders, tables.order_numbers, tables.order_notes, tables.erasures, tables.idempotency]
    kept += [tables.log_entries, *([tables.log_pending] if tables.schema is not None else [])]
    with trail.store.reading() as transaction:
        return {table.name: int(transaction.rows(select(func.count()).select_from(table))[0][0]) for table in kept}
