"""What happens beside the orders, recorded as unchangeably as they are: who came in, was refused, or looked at what.

It stands in system streams: one of each process for each day.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import select

from ordertrail.errors import StoreError
from ordertrail.notes import digest
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import OF_STREAMS, STREAM_OPENED, event_type
from ordertrail.notes.model import Actor, ActorKind, NoteType
from ordertrail.notes.personal import Json, seal_value
from ordertrail.notes.streams import day_of, stream_id
from ordertrail.notes.times import micros
from ordertrail.orders.model import canonical
from ordertrail.recording import Facts, Occasion, chained, data_tree
from ordertrail.store.base import Store, Transaction

ATTEMPTS = 20
"""How often is tried what another thread of this process got ahead of."""


class By(msgspec.Struct, frozen=True, kw_only=True):
    """Who did something beside the orders, through which channel, and with which request."""

    actor: Actor
    channel: str
    cause: str | None = None


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened beside the orders: an event type of streams, and who did it."""

    event: str
    by: By
    data: Mapping[str, Json] = {}


ITSELF = By(actor=Actor(kind=ActorKind.SYSTEM, id="ordertrail", label="ordertrail"), channel="ordertrail")
"""Who did it where the process does so by itself."""


class Streams:
    """Writes the system streams of one process, which is named by `process`."""

    def __init__(self, store: Store, clock: Callable[[], datetime], salt: Callable[[], bytes], process: str) -> None:
        self._store, self._clock, self._salt, self._process = store, clock, salt, process

    def record(self, happenings: Sequence[Happening]) -> None:
        """Record what has happened, in a transaction of its own. Raises StoreError."""
        with self._store.writing() as transaction:
            self.append(transaction, happenings)

    def append(self, transaction: Transaction, happenings: Sequence[Happening]) -> None:
        """Record it together with what else the transaction writes. Raises StoreError."""
        if not happenings:
            return
        now = self._clock().astimezone(UTC)
        stream = stream_id(self._process, day_of(now))
        for _ in range(ATTEMPTS):
            entries = self._entries(stream, now, happenings, self._last(transaction, stream))
            tag = digest.order_tag(self._store.trail_id, stream)
            leaves = [digest.leaf_hash(digest.leaf(tag, entry.seq, entry.digest)) for entry in entries]
            if transaction.append_stream(entries, leaves):
                return
        raise StoreError("others kept recording in the same system stream: try again")

    def _last(self, transaction: Transaction, stream: str) -> tuple[int, bytes, int]:
        """Seq, digest and time of recording of the stream's last entry."""
        columns = self._store.tables.order_notes.c
        rows = transaction.rows(
            select(columns.seq, columns.digest, columns.recorded)
            .where(columns.order_id == stream)
            .order_by(columns.seq.desc())
            .limit(1)
        )
        return (rows[0][0], bytes(rows[0][1]), rows[0][2]) if rows else (0, digest.FIRST, 0)

    def _entries(
        self, stream: str, now: datetime, happenings: Sequence[Happening], last: tuple[int, bytes, int]
    ) -> list[Entry]:
        seq, head, recorded = last
        if not seq:
            about = {"process": self._process, "day": day_of(now)}
            happenings = [Happening(event=STREAM_OPENED, by=ITSELF, data=about), *happenings]
        moment = max(micros(now), recorded)
        entries = []
        for number, happening in enumerate(happenings, seq + 1):
            entry = self._entry(stream, (number, moment, moment), now, happening, head)
            head = entry.digest
            entries.append(entry)
        return entries

    def _entry(
        self, stream: str, place: tuple[int, int, int], now: datetime, happening: Happening, head: bytes
    ) -> Entry:
        event = event_type(OF_STREAMS, happening.event)
        personal: list[str] = []
        content: dict[str, Any] = {"title": event.title(event.labels(happening.data))}
        if happening.data:
            content["data"] = seal_value(dict(happening.data), data_tree(event.personal), personal)
        occasion = Occasion(
            trail_id=self._store.trail_id,
            operation="",
            actor=happening.by.actor,
            channel=happening.by.channel,
            cause=happening.by.cause,
            created=now,
            recorded=now,
            events=OF_STREAMS,
            tree={},
            salt=self._salt,
        )
        text = canonical(personal).decode() if personal else None
        facts = Facts(stream, NoteType.SYSTEM, event.name, str(event.category))
        return chained(occasion, facts, place, canonical(content).decode(), text, head)
