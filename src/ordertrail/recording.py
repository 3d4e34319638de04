"""From steps to rows: what each activity changed, as entries chained to those before.

Pure but for the salts, which are drawn from `salt`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ordertrail.notes import digest
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import EventType, event_type
from ordertrail.notes.model import Actor
from ordertrail.notes.personal import Json, Tree, seal, seal_value
from ordertrail.notes.times import micros
from ordertrail.orders.changes import compare, marked
from ordertrail.orders.model import Order, canonical
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


def record(occasion: Occasion, before: Before, steps: Sequence[Step]) -> Change:
    """What is to be written for the `steps` of one order."""
    stored = before.stored
    document = b"" if stored is None else stored.document.encode()
    version, changed_seq, head = (0, 0, digest.FIRST) if stored is None else stored[1:4]
    created, recorded = micros(occasion.created), micros(occasion.recorded)
    if stored is not None:
        created, recorded = max(created, stored.last_activity), max(recorded, stored.last_recorded)
    tag = digest.order_tag(occasion.trail_id, steps[0].order.id)
    actor = _actor_text(occasion.actor)
    entries, leaves, order = [], [], before.order
    for seq, step in enumerate(steps, version + 1):
        after = canonical(step.order)
        content, personal = _content(occasion, order, document, step, after)
        entry = _entry(occasion, step, seq, (created, recorded), content, personal, actor, head)
        entries.append(entry)
        leaves.append(digest.leaf_hash(digest.leaf(tag, seq, entry.digest)))
        changed_seq = seq if document != after else changed_seq
        order, document, head = step.order, after, entry.digest
    last = entries[-1]
    row = order_row(steps[-1].order, document.decode(), last.seq, changed_seq, head, created, recorded)
    return Change(order=row, expected=version, entries=entries, leaves=leaves)


def _content(
    occasion: Occasion, before: Order | None, document: bytes, step: Step, after: bytes
) -> tuple[str, str | None]:
    """What stays of an entry for ever, and what of it is personal."""
    personal: list[str] = []
    content: dict[str, Json] = {"operation": occasion.operation}
    if step.event is None:
        tree: Tree = NOTE_TREE
    else:
        event = event_type(occasion.events, step.event)
        tree = _data_tree(event.personal)
        content["title"] = event.title(step.labels)
        content |= _statuses(before, step)
    if document != after:
        was = marked(document, step.erases) if step.erases else document
        content["changes"] = seal(compare(was, after), occasion.tree, personal)
    if step.data:
        content["data"] = seal_value(dict(step.data), tree, personal)
    return canonical(content).decode(), canonical(personal).decode() if personal else None


def _data_tree(paths: Sequence[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in paths:
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


def _actor_text(actor: Actor) -> str:
    known = {"label": actor.label or actor.id, "address": actor.address, "user_agent": actor.user_agent}
    return canonical({name: value for name, value in known.items() if value is not None}).decode()


def _entry(
    occasion: Occasion,
    step: Step,
    seq: int,
    times: tuple[int, int],
    content: str,
    personal: str | None,
    actor: str,
    head: bytes,
) -> Entry:
    category = "note" if step.event is None else event_type(occasion.events, step.event).category
    salt = occasion.salt() if personal is not None else None
    actor_salt = occasion.salt()
    personal_commitment = None if personal is None or salt is None else digest.commitment(salt, personal)
    actor_commitment = digest.commitment(actor_salt, actor)
    entry = Entry(
        order_id=step.order.id,
        seq=seq,
        type=step.type.value,
        event=step.event,
        category=str(category),
        channel=occasion.channel,
        actor_kind=occasion.actor.kind.value,
        actor_id=occasion.actor.id,
        on_behalf_of=occasion.actor.on_behalf_of,
        subject=step.subject,
        visibility=step.visibility.value,
        created=times[0],
        recorded=times[1],
        revises=step.revises,
        cause=occasion.cause,
        content=content,
        personal=personal,
        personal_salt=salt,
        actor=actor,
        actor_salt=actor_salt,
        commitments=digest.commitments(personal_commitment, actor_commitment),
        digest=b"",
    )
    array = digest.entry_bytes(
        occasion.trail_id,
        entry,
        None if personal_commitment is None else personal_commitment.hex(),
        actor_commitment.hex(),
    )
    return entry._replace(digest=digest.entry_digest(head, array))


def order_row(
    order: Order, document: str, version: int, changed_seq: int, head: bytes, activity: int, recorded: int
) -> OrderRow:
    """The row of `orders` that an order has: its columns to search by, and where its chain stands."""
    customer = order.customer
    return OrderRow(
        order_id=order.id,
        number=order.number,
        status=order.status.value,
        channel=order.channel,
        customer_id=customer.id if customer else None,
        customer_name=customer.name if customer else None,
        customer_email=customer.email if customer else None,
        market=order.market,
        currency=order.currency,
        total=in_minor_units(order.totals.total, order.currency),
        balance=in_minor_units(order.totals.balance, order.currency),
        placed=micros(order.placed),
        held_since=min((micros(hold.since) for hold in order.holds.values()), default=None),
        last_activity=activity,
        last_recorded=recorded,
        version=version,
        changed_seq=changed_seq,
        head=head,
        document=document,
    )
