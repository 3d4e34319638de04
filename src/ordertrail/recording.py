"""From steps to rows: what each activity changed, as entries chained to those before.

Pure but for the salts, which are drawn from `salt`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from ordertrail.notes import digest
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import FREE_TEXTS, EventType, event_type
from ordertrail.notes.model import Actor, NoteType, Visibility
from ordertrail.notes.personal import Json, Tree, seal, seal_value
from ordertrail.notes.times import micros
from ordertrail.orders.changes import compare
from ordertrail.orders.model import Customer, Order, canonical
from ordertrail.orders.money import in_minor_units
from ordertrail.orders.operations.base import COLLECTIONS, Step
from ordertrail.store.base import Change, OrderRow, StoredOrder

NOTE_TREE: Tree = {"title": True, "detail": True}


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What all entries of one operation share."""

    trail_id: str
    operation: str
    actor: Actor
    channel: str
    cause: str | None
    created: datetime
    recorded: datetime
    events: Mapping[str, EventType]
    tree: Tree
    salt: Callable[[], bytes]


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it stood before the operation; for a new order all of it is empty."""

    order: Order | None = None
    stored: StoredOrder | None = None


NOTHING = Before()
"""Where there was no order."""


def record(occasion: Occasion, before: Before, steps: Sequence[Step]) -> Change:
    """What is to be written for the `steps` of one order."""
    stored = before.stored
    document = b"" if stored is None else stored.document.encode()
    version, changed_seq, head = (0, 0, digest.FIRST) if stored is None else stored[1:4]
    times = _times(occasion, stored)
    tag = digest.order_tag(occasion.trail_id, steps[0].order.id)
    entries, leaves, order = [], [], before.order
    for seq, step in enumerate(steps, version + 1):
        after = canonical(step.order)
        content, personal = _content(occasion, order, step, document != after)
        entry = chained(occasion, _facts(occasion, step), (seq, *times), content, personal, head)
        entries.append(entry)
        leaves.append(digest.leaf_hash(digest.leaf(tag, seq, entry.digest)))
        changed_seq = seq if document != after else changed_seq
        order, document, head = step.order, after, entry.digest
    row = order_row(steps[-1].order, document.decode(), entries[-1].seq, changed_seq, head, *times)
    return Change(order=row, expected=version, entries=entries, leaves=leaves)


def _times(occasion: Occasion, stored: StoredOrder | None) -> tuple[int, int]:
    """When it happened and when it is recorded: neither before the entry ahead."""
    created, recorded = micros(occasion.created), micros(occasion.recorded)
    if stored is None:
        return created, recorded
    return max(created, stored.last_activity), max(recorded, stored.last_recorded)


def _content(occasion: Occasion, before: Order | None, step: Step, changed: bool) -> tuple[str, str | None]:
    """What stays of an entry for ever, and what of it is personal."""
    personal: list[str] = []
    content: dict[str, Json] = {"operation": occasion.operation}
    if step.event is None:
        tree: Tree = NOTE_TREE
    else:
        event = event_type(occasion.events, step.event)
        tree = data_tree(event.personal)
        content["title"] = event.title(step.labels)
        content |= _statuses(before, step)
    if changed:
        content["changes"] = seal(compare(before, step.order, step.erases), occasion.tree, personal)
    if step.data:
        content["data"] = seal_value(dict(step.data), tree, personal)
    return canonical(content).decode(), canonical(personal).decode() if personal else None


@lru_cache(maxsize=256)
def data_tree(paths: tuple[str, ...]) -> Tree:
    """Where the own data of an activity is personal: texts that people write always, besides what its type names."""
    tree: dict[str, Any] = {}
    for path in (*FREE_TEXTS, *paths):
        # A name may hold points itself.
        tree[path] = True
        *above, last = path.split(".")
        place = tree
        for name in above:
            place = place.setdefault(name, {})
        place[last] = True
    return tree


def _statuses(before: Order | None, step: Step) -> dict[str, str]:
    """From and to, where the status of what the step is about changed."""
    old, new = _status(before, step.subject), _status(step.order, step.subject)
    if old == new:
        return {}
    return {name: str(status) for name, status in (("from", old), ("to", new)) if status is not None}


def _status(order: Order | None, subject: str | None) -> str | None:
    if order is None:
        return None
    if subject is None:
        return order.status
    kind, _, key = subject.partition("/")
    part = getattr(order, COLLECTIONS[kind]).get(key) if kind in COLLECTIONS else None
    return getattr(part, "status", None)


@lru_cache(maxsize=256)
def _actor_text(actor: Actor) -> str:
    known = {"label": actor.label or actor.id, "address": actor.address, "user_agent": actor.user_agent}
    return canonical({name: value for name, value in known.items() if value is not None}).decode()


class Facts(NamedTuple):
    """What an entry is, beside who acted and what it says."""

    order_id: str
    type: NoteType
    event: str | None
    category: str
    subject: str | None = None
    visibility: Visibility = Visibility.INTERNAL
    revises: int | None = None


def _facts(occasion: Occasion, step: Step) -> Facts:
    category = "note" if step.event is None else str(occasion.events[step.event].category)
    return Facts(step.order.id, step.type, step.event, category, step.subject, step.visibility, step.revises)


def chained(
    occasion: Occasion, facts: Facts, place: tuple[int, int, int], content: str, personal: str | None, head: bytes
) -> Entry:
    """An entry, chained to the one whose digest is `head`; `place` is its seq, when it happened and was recorded."""
    seq, created, recorded = place
    actor, actor_text = occasion.actor, _actor_text(occasion.actor)
    salt, personal_commitment = _committed(occasion, personal)
    actor_salt, actor_commitment = _committed(occasion, actor_text)
    columns = (
        facts.order_id,
        seq,
        str(facts.type),
        facts.event,
        facts.category,
        occasion.channel,
        str(actor.kind),
        actor.id,
        actor.on_behalf_of,
        facts.subject,
        str(facts.visibility),
        created,
        recorded,
        facts.revises,
        occasion.cause,
        content,
        personal,
        salt,
        actor_text,
        actor_salt,
        digest.commitments(personal_commitment, actor_commitment),
    )
    array = digest.entry_bytes(occasion.trail_id, columns, personal_commitment, actor_commitment)
    return Entry(*columns, digest.entry_digest(head, array))


def _committed(occasion: Occasion, part: str | None) -> tuple[bytes | None, str | None]:
    """A new salt, and the commitment that it makes to a part, in hex."""
    if part is None:
        return None, None
    salt = occasion.salt()
    return salt, digest.commitment(salt, part).hex()


def order_row(
    order: Order, document: str, version: int, changed_seq: int, head: bytes, activity: int, recorded: int
) -> OrderRow:
    """The row of `orders` that an order has: its columns to search by, and where its chain stands."""
    customer = order.customer or _NOBODY
    return OrderRow(
        order.id,
        order.number,
        str(order.status),
        order.channel,
        customer.id,
        customer.name,
        customer.email,
        order.market,
        order.currency,
        in_minor_units(order.totals.total, order.currency),
        in_minor_units(order.totals.balance, order.currency),
        micros(order.placed),
        min((micros(hold.since) for hold in order.holds.values()), default=None) if order.holds else None,
        activity,
        recorded,
        version,
        changed_seq,
        head,
        document,
    )


_NOBODY = Customer()
