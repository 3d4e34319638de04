"""Delivers what an endpoint waits for: at least once, and what concerns one order one after the other.

An endpoint has a position up to which the feed is done, and messages that wait: those that failed, and those that came
after them for the same order. Both change with each attempt, in one transaction: whatever stops the process, nothing is
lost, and at most the last message is sent again. One process at a time works for an endpoint, by a lease.

A message that fails holds up its order only. An endpoint where nothing gets through any more is given a rest after each
attempt, and all that waits is tried again once something does. What failed for three days switches the endpoint off.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import delete, exists, func, insert, or_, select, update

from ordertrail.notes.times import micros
from ordertrail.reading import PlacedNote
from ordertrail.store.base import Transaction
from ordertrail.streams import ITSELF, Happening
from ordertrail.trail import OrderTrail
from ordertrail.web.webhooks.messages import CONTENT_TYPE, message
from ordertrail.web.webhooks.sending import Outcome, Sender
from ordertrail.web.webhooks.signing import signed

LEASE = timedelta(minutes=2)
"""How long an endpoint is kept from others without a sign of life; longer than an attempt takes."""

_HOURS = (2, 5, 10, 14, 20, 24)
AGAIN = (timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), *(timedelta(hours=each) for each in _HOURS))
"""After how long a message is tried again: as Standard Webhooks recommends, three days in all."""

GIVEN_UP = timedelta(days=3)
"""For how long a message may fail until its endpoint is switched off."""

DOWN = 3
"""After how many failures in a row an endpoint counts as down."""

RESTS = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))
"""How long an endpoint that is down is left alone: longer with each failure."""

KEPT = timedelta(days=30)
"""How long attempts can be looked at."""

AT_ONCE = 50
"""How many entries are read at a time."""

GONE = 410
"""The status by which a receiver says that it wants no more (RFC 9110, 15.5.11)."""


class Endpoint(NamedTuple):
    """What of an endpoint delivering needs."""

    endpoint_id: str
    url: str
    event_types: tuple[str, ...] | None
    personal: bool
    secret: str
    next_position: int
    failures: int


class Waiting(NamedTuple):
    """A message that waits."""

    position: int
    order_id: str
    attempts: int
    since: int
    due: int


class _Lost(Exception):
    """Somebody else has the endpoint now, or it is switched off, gone, or sent back to another position."""


class Delivery:
    """Delivers for this process, which is named by `owner` in leases; `ended` says when to stop after a message."""

    def __init__(
        self, trail: OrderTrail, sender: Sender, owner: str, ended: Callable[[], bool] = lambda: False
    ) -> None:
        self._trail, self._sender, self._owner, self._ended = trail, sender, owner, ended
        self._tables = trail.store.tables

    def due(self) -> list[str]:
        """The endpoints for which there is something to do, and nobody is doing it."""
        ends, waits = self._tables.webhook_endpoints.c, self._tables.webhook_pending.c
        now = self._now()
        failed = exists().where(waits.endpoint_id == ends.endpoint_id, waits.due <= now)
        with self._trail.store.reading() as transaction:
            size = select(self._tables.log_head.c.size).scalar_subquery()
            found = transaction.rows(
                select(ends.endpoint_id)
                .where(self._free(now), or_(ends.next_position < size, failed))
                .order_by(ends.endpoint_id)
            )
        return [endpoint_id for (endpoint_id,) in found]

    def work(self, endpoint_id: str) -> None:
        """Deliver what there is for an endpoint, until there is no more or it fails. Raises StoreError."""
        if not self._taken(endpoint_id):
            return
        try:
            while not self._ended() and self._pass(endpoint_id):
                pass
            self._settle(endpoint_id, lease=None, lease_until=None)
        except _Lost:
            return

    # One pass

    def _pass(self, endpoint_id: str) -> bool:
        """Try what waits, then a page of what is new; whether there may be more to do at once."""
        endpoint = self._endpoint(endpoint_id)
        waiting = self._waiting(endpoint_id)
        firsts = {each.order_id: each for each in reversed(waiting)}
        now, tried = self._now(), False
        for first in sorted(firsts.values()):
            if first.due > now or self._ended():
                continue
            tried = True
            if not self._try_again(self._endpoint(endpoint_id), first):
                return False
        return self._new(endpoint_id, {each.order_id for each in self._waiting(endpoint_id)}) or (
            tried and endpoint.failures < DOWN
        )

    def _try_again(self, endpoint: Endpoint, waits: Waiting) -> bool:
        """Try a message that waits; whether to go on with the next one."""
        placed = self._entry(endpoint, waits.position)
        outcome = self._send(endpoint, placed)
        now = self._now()
        since = waits.since if waits.attempts else now
        pending = self._tables.webhook_pending
        this = (pending.c.endpoint_id == endpoint.endpoint_id, pending.c.position == waits.position)
        with self._trail.store.writing() as transaction:
            self._attempted(transaction, endpoint, placed.position, outcome)
            if outcome.delivered:
                transaction.execute(delete(pending).where(*this))
            else:
                values = {"attempts": waits.attempts + 1, "since": since, "due": now + _again(waits.attempts)}
                transaction.execute(update(pending).where(*this).values(values))
            return self._after(transaction, endpoint, outcome, since=since)

    def _new(self, endpoint_id: str, held_up: set[str]) -> bool:
        """Deliver a page of entries after the position that is done; whether there was any, and there may be more."""
        endpoint = self._endpoint(endpoint_id)
        after = None if endpoint.next_position == 0 else str(endpoint.next_position - 1)
        page = self._trail.activities(
            event_type=endpoint.event_types, after=after, limit=AT_ONCE, personal=endpoint.personal
        )
        for placed in page:
            if self._ended() or not self._deliver(self._endpoint(endpoint_id), placed, held_up):
                return False
        if page.next is None or page.next == after:
            return False
        self._settle(endpoint_id, next_position=int(page.next) + 1)
        return True

    def _deliver(self, endpoint: Endpoint, placed: PlacedNote, held_up: set[str]) -> bool:
        """Deliver an entry, or let it wait behind others of its order; whether to go on with the next one."""
        now, order_id = self._now(), placed.note.order_id
        if order_id in held_up:
            with self._trail.store.writing() as transaction:
                self._wait(transaction, endpoint, placed, attempts=0, since=now, due=0)
                self._move(transaction, endpoint.endpoint_id, next_position=placed.position + 1)
            return True
        outcome = self._send(endpoint, placed)
        with self._trail.store.writing() as transaction:
            self._attempted(transaction, endpoint, placed.position, outcome)
            if not outcome.delivered:
                held_up.add(order_id)
                now = self._now()
                self._wait(transaction, endpoint, placed, attempts=1, since=now, due=now + _again(0))
            self._move(transaction, endpoint.endpoint_id, next_position=placed.position + 1)
            return self._after(transaction, endpoint, outcome, since=now)

    def _send(self, endpoint: Endpoint, placed: PlacedNote) -> Outcome:
        body = message(self._trail.store.trail_id, placed)
        headers = signed(endpoint.secret, placed.note.id, self._now() // 1_000_000, body)
        return self._sender.send(endpoint.url, {**headers, "content-type": CONTENT_TYPE}, body)

    # What is kept of it

    def _after(self, transaction: Transaction, endpoint: Endpoint, outcome: Outcome, *, since: int) -> bool:
        """Keep how the endpoint fares; whether to go on with the next message."""
        if outcome.delivered:
            if endpoint.failures >= DOWN:
                pending = self._tables.webhook_pending
                again = update(pending).where(pending.c.endpoint_id == endpoint.endpoint_id)
                transaction.execute(again.values(due=0))
            self._move(transaction, endpoint.endpoint_id, failures=0)
            return True
        now, failures = self._now(), endpoint.failures + 1
        gone = outcome.status == GONE
        if gone or now - since >= _micros(GIVEN_UP):
            because = f"the receiver {outcome.said}" if gone else f"a message failed for three days: {outcome.said}"
            self._switch_off(transaction, endpoint, now, because)
            return False
        rest = RESTS[min(failures - DOWN, len(RESTS) - 1)] if failures >= DOWN else timedelta(0)
        self._move(transaction, endpoint.endpoint_id, failures=failures, due=now + _micros(rest))
        return failures < DOWN

    def _switch_off(self, transaction: Transaction, endpoint: Endpoint, now: int, because: str) -> None:
        self._move(transaction, endpoint.endpoint_id, switched_off=now, switched_off_because=because)
        data = {"webhook": endpoint.endpoint_id, "because": because}
        self._trail.streams.append(transaction, [Happening(event="WebhookSwitchedOff", by=ITSELF, data=data)])

    def _attempted(self, transaction: Transaction, endpoint: Endpoint, position: int, outcome: Outcome) -> None:
        attempts, now = self._tables.webhook_attempts, self._now()
        # Those of one endpoint never share a time, whatever the clock says.
        last = transaction.rows(select(func.max(attempts.c.at)).where(attempts.c.endpoint_id == endpoint.endpoint_id))
        row = {
            "endpoint_id": endpoint.endpoint_id, "at": max(now, (last[0][0] or 0) + 1), "position": position,
            "milliseconds": outcome.milliseconds, "status": outcome.status, "error": outcome.error,
        }  # fmt: skip
        transaction.execute(insert(attempts).values(row))
        old = (attempts.c.endpoint_id == endpoint.endpoint_id, attempts.c.at < now - _micros(KEPT))
        transaction.execute(delete(attempts).where(*old))

    def _wait(self, transaction: Transaction, endpoint: Endpoint, placed: PlacedNote, **values: int) -> None:
        row = {"endpoint_id": endpoint.endpoint_id, "position": placed.position, "order_id": placed.note.order_id}
        transaction.execute(insert(self._tables.webhook_pending).values({**row, **values}))

    def _settle(self, endpoint_id: str, **values: Any) -> None:
        with self._trail.store.writing() as transaction:
            self._move(transaction, endpoint_id, **values)

    def _move(self, transaction: Transaction, endpoint_id: str, **values: Any) -> None:
        """Keep where an endpoint stands, which is ours as long as the lease is. Raises _Lost."""
        ends = self._tables.webhook_endpoints
        ours = (ends.c.endpoint_id == endpoint_id, ends.c.lease == self._owner, ends.c.switched_off.is_(None))
        known = {"lease_until": self._now() + _micros(LEASE), **values}
        if not transaction.execute(update(ends).where(*ours).values(known)):
            raise _Lost

    def _taken(self, endpoint_id: str) -> bool:
        ends, now = self._tables.webhook_endpoints, self._now()
        lease = {"lease": self._owner, "lease_until": now + _micros(LEASE)}
        with self._trail.store.writing() as transaction:
            this = update(ends).where(ends.c.endpoint_id == endpoint_id, self._free(now))
            return transaction.execute(this.values(lease)) == 1

    def _free(self, now: int) -> Any:
        ends = self._tables.webhook_endpoints.c
        return ends.switched_off.is_(None) & (ends.due <= now) & (ends.lease.is_(None) | (ends.lease_until < now))

    # What there is

    def _endpoint(self, endpoint_id: str) -> Endpoint:
        """The endpoint as it stands, while it is ours. Raises _Lost."""
        ends = self._tables.webhook_endpoints.c
        wanted = [ends[name] for name in Endpoint._fields]
        with self._trail.store.reading() as transaction:
            rows = transaction.rows(
                select(*wanted).where(
                    ends.endpoint_id == endpoint_id, ends.lease == self._owner, ends.switched_off.is_(None)
                )
            )
        if not rows:
            raise _Lost
        found = Endpoint._make(rows[0])
        events = None if found.event_types is None else tuple(msgspec.json.decode(str(found.event_types)))
        return found._replace(event_types=events, personal=bool(found.personal))

    def _waiting(self, endpoint_id: str) -> list[Waiting]:
        waits = self._tables.webhook_pending.c
        wanted = [waits[name] for name in Waiting._fields]
        with self._trail.store.reading() as transaction:
            rows = transaction.rows(select(*wanted).where(waits.endpoint_id == endpoint_id).order_by(waits.position))
        return [Waiting._make(row) for row in rows]

    def _entry(self, endpoint: Endpoint, position: int) -> PlacedNote:
        page = self._trail.activities(
            after=str(position - 1) if position else None, limit=1, personal=endpoint.personal
        )
        return page.items[0]

    def _now(self) -> int:
        return micros(self._trail.clock())


def _micros(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1)


def _again(attempts: int) -> int:
    """How long to wait after so many attempts before, in microseconds."""
    return _micros(AGAIN[min(attempts, len(AGAIN) - 1)])
