"""The use cases: who acts, through which channel; load, apply, append, in one transaction."""

import os
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from reprlib import repr as shortened
from types import TracebackType
from typing import Any, Self

import msgspec

from ordertrail.content_ids import uuid8
from ordertrail.desk_operations import DeskOperations
from ordertrail.errors import (
    DuplicateId,
    IdempotencyKeyReused,
    InvalidInput,
    InvalidTime,
    OperationNotAllowed,
    OrderBusy,
    OrderChanged,
    UnknownNote,
)
from ordertrail.ids import uuid7
from ordertrail.notes.events import EventType
from ordertrail.notes.model import Actor, NoteType, OrderNote
from ordertrail.notes.personal import Json, Tree
from ordertrail.notes.times import moment
from ordertrail.orders.arguments import parse
from ordertrail.orders.changes import personal_tree
from ordertrail.orders.model import Order, canonical
from ordertrail.orders.operations import legal_operations, operation_named
from ordertrail.orders.operations.base import Arguments, Ceilings, Context, NoteFacts, Operation, ShopReason, Step
from ordertrail.orders.operations.inputs import NewOrder
from ordertrail.orders.operations.notes import ErasePersonalData, erases_actor
from ordertrail.orders.operations.performing import perform
from ordertrail.orders.operations.placing import PREFIXES
from ordertrail.orders.recent import RecentOrders
from ordertrail.reading import (
    NoteFilter,
    OrderNotes,
    RecordedOrder,
    checked_id,
    checked_moment,
    checked_number,
    erasable_parts,
    load,
    note_revisions,
    notes_page,
    one_note,
    order_at,
    personal_sources,
    recorded_order,
    unknown_order,
)
from ordertrail.recording import NOTHING, Before, Occasion, record
from ordertrail.store.base import Change, Erasure, Remembered, Store, StoredOrder, Transaction

ATTEMPTS = 40
"""How often a change that lost a race is tried before OrderBusy."""


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def system_salt() -> bytes:
    """Sixteen random bytes from the operating system."""
    return os.urandom(16)


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Where time, ids and salts come from: the system, unless a history is to be made again exactly."""

    clock: Callable[[], datetime] = system_clock
    new_id: Callable[[], str] = uuid7
    salt: Callable[[], bytes] = system_salt


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """What a shop configures: its reasons, its event types, and the attributes that are not personal."""

    reasons: Mapping[str, ShopReason]
    events: Mapping[str, EventType]
    plain_attributes: frozenset[str] = frozenset()

    @property
    def tree(self) -> Tree:
        """Where a document holds personal values."""
        return personal_tree(self.plain_attributes)


class Grants(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller may do; no permissions at all (None) is trust in all."""

    permissions: frozenset[str] | None = None
    ceilings: Ceilings = Ceilings()


class _Conflict(Exception):
    """Somebody else changed the order first."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One operation as it was asked for."""

    operation: Operation
    order_id: str
    arguments: Arguments
    expected_version: int | None = None
    idempotency_key: str | None = None
    at: datetime | None = None
    cause: str | None = None


class Desk(DeskOperations):
    """Where one actor works orders through one channel. Every operation of the table is a method here.

    Each takes the order's id, the operation's arguments by name, and besides: `expected_version` (the `changed_seq`
    that the caller saw; OrderChanged if it is another by now), `idempotency_key` (the same key and arguments again
    give the same answer, and nothing happens twice), `at` (when it happened; an importer's, not before the last
    activity, nor before the facts that come with it) and `cause` (a request's id). It returns the order as it
    then stands.
    """

    def __init__(self, store: Store, shop: Shop, sources: Sources, actor: Actor, channel: str, grants: Grants) -> None:
        self._store, self._shop, self._sources = store, shop, sources
        self.actor, self.channel, self._grants = actor, channel, grants
        self._recent = RecentOrders()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open: each operation was committed by itself."""

    def place_order(
        self,
        new: NewOrder | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        at: datetime | None = None,
        cause: str | None = None,
    ) -> RecordedOrder:
        """Place an order."""
        order_id = self._new_order_id(checked_key(idempotency_key))
        return self.perform(order_id, "place_order", new, idempotency_key=idempotency_key, at=at, cause=cause)

    def _new_order_id(self, key: str | None) -> str:
        if key is None:
            return self._sources.new_id()
        return uuid8(canonical(["ordertrail/1 keyed order", self.actor.kind.value, self.actor.id, key]))

    def perform(
        self,
        order_id: str,
        operation: str,
        arguments: Mapping[str, Any] | msgspec.Struct,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
        at: datetime | None = None,
        cause: str | None = None,
    ) -> RecordedOrder:
        """Perform an operation by its name. Raises a Refused, InvalidInput, NotFound or StoreError."""
        row = operation_named(operation)
        request = Request(
            operation=row,
            order_id=_checked_order_id(order_id, row),
            arguments=parse(row.arguments, arguments),
            expected_version=None if expected_version is None else checked_number(expected_version, "expected_version"),
            idempotency_key=checked_key(idempotency_key),
            at=None if at is None else checked_moment(at),
            cause=None if cause is None else _checked_cause(cause),
        )
        return self._until_done(request)

    def _until_done(self, request: Request) -> RecordedOrder:
        for attempt in range(ATTEMPTS):
            try:
                with self._transaction(request) as transaction:
                    return self._perform(transaction, request)
            except _Conflict:
                if not self._store.retries:
                    break
                time.sleep(random.uniform(0, min(0.002 * 2**attempt, 0.1)))
        raise OrderBusy("others kept changing this order: try again")

    def _transaction(self, request: Request) -> AbstractContextManager[Transaction]:
        alone = request.operation.alone and request.idempotency_key is None
        return self._store.appending() if alone else self._store.writing()

    def _perform(self, transaction: Transaction, request: Request) -> RecordedOrder:
        # The order comes before the key: who placed it under this key has kept the key in the same transaction.
        stored = transaction.load(request.order_id)
        done = self._done_before(transaction, request)
        if done is not None:
            return done
        before = self._checked(transaction, request, stored)
        other = self._other(transaction, request, before)
        context = self._context(transaction, request, before, other.order)
        try:
            steps = perform(request.operation, before.order, request.arguments, context)
        except OperationNotAllowed as refused:
            raise _with_legal_now(refused, before.order) from None
        erasures = self._erasures(transaction, request, before)
        steps = _with_erased(steps, erasures)
        by_order = _by_order(steps)
        changes = self._record(request, context, [before, other], by_order)
        for order_id in sorted(changes):
            if not transaction.append(changes[order_id]):
                raise _Conflict
        if erasures:
            transaction.erase(erasures)
        change, order = changes[request.order_id], by_order[request.order_id][-1].order
        self._remember(transaction, request, change)
        row = change.order
        self._recent.keep(row.document, order)
        return recorded_order(order, row.version, row.changed_seq, row.head, self.notes_of(order.id, row.version))

    # Before

    def _checked(self, transaction: Transaction, request: Request, stored: StoredOrder | None) -> Before:
        if stored is None:
            if request.operation.legal_in:
                raise unknown_order(request.order_id)
            _check_replaced(transaction, request.arguments)
            return NOTHING
        self._check_version(transaction, request, stored)
        return Before(order=self._recent.order(stored.document), stored=stored)

    def _check_version(self, transaction: Transaction, request: Request, stored: StoredOrder) -> None:
        expected = request.expected_version
        if expected is None or expected == stored.changed_seq:
            return
        seen = str(min(max(expected, 0), stored.version))
        page = notes_page(transaction, self._store.tables, stored.order_id, NoteFilter(type="System"), after=seen)
        raise OrderChanged(expected, stored.changed_seq, page.items)

    def _context(self, transaction: Transaction, request: Request, before: Before, other: Order | None) -> Context:
        clock = self._sources.clock()
        row, stored = request.operation, before.stored
        return Context(
            now=_when(request.at, clock, stored),
            clock=clock,
            actor=self.actor,
            channel=self.channel,
            reasons=self._shop.reasons,
            events=self._shop.events,
            permissions=self._grants.permissions,
            ceilings=self._grants.ceilings,
            new_id=self._drawn_id(request),
            new_number=self._drawn_number(transaction, request),
            other=other,
            note=self._note(transaction, request) if row.note else None,
            sources=personal_sources(transaction, self._store.tables, request.order_id) if row.history else {},
        )

    def _drawn_id(self, request: Request) -> str:
        if not request.operation.draws:
            return ""
        return self._sources.new_id() if request.operation.legal_in else request.order_id

    def _drawn_number(self, transaction: Transaction, request: Request) -> int:
        if not request.operation.draws:
            return 0
        given = getattr(request.arguments, "number", None)
        if given is not None:
            if transaction.order_id_of(given) is not None:
                raise DuplicateId(f"there is an order {given} already: give another number, or none")
            return 0
        while True:
            number = transaction.draw_number()
            if all(transaction.order_id_of(f"{prefix}{number}") is None for prefix in PREFIXES):
                return number

    def _other(self, transaction: Transaction, request: Request, before: Before) -> Before:
        """The second order concerned, as it is read once: what is decided on it is written only if it still stands."""
        if request.operation.other is None or before.order is None:
            return NOTHING
        other = request.operation.other(before.order, request.arguments)
        if other is None:
            return NOTHING
        stored = load(transaction, other)
        return Before(order=self._recent.order(stored.document), stored=stored)

    def _note(self, transaction: Transaction, request: Request) -> NoteFacts:
        tables, seq = self._store.tables, getattr(request.arguments, "note", 0)
        note: OrderNote = one_note(transaction, tables, request.order_id, seq)
        revision = None
        if getattr(request.arguments, "revision", None) is not None and note.type is NoteType.CUSTOM:
            revision = note_revisions(transaction, tables, request.order_id, seq)[-1].seq
        return NoteFacts(
            seq=note.seq,
            type=note.type,
            author=(note.actor.kind, note.actor.id),
            # What stands there for erased texts is no text: an edit must not make it one.
            title="" if note.erased else note.title,
            detail="" if note.erased else note.detail,
            visibility=note.visibility,
            pinned=note.pinned,
            deleted=note.deleted is not None,
            revision=revision,
        )

    # After

    def _record(
        self, request: Request, context: Context, read: Sequence[Before], by_order: Mapping[str, Sequence[Step]]
    ) -> dict[str, Change]:
        occasion = Occasion(
            trail_id=self._store.trail_id,
            operation=request.operation.name,
            actor=self.actor,
            channel=self.channel,
            cause=request.cause,
            created=context.now,
            recorded=context.clock,
            events=self._shop.events,
            tree=self._shop.tree,
            salt=self._sources.salt,
        )
        known = {before.order.id: before for before in read if before.order is not None}
        return {order_id: record(occasion, known.get(order_id, NOTHING), steps) for order_id, steps in by_order.items()}

    def _erasures(self, transaction: Transaction, request: Request, before: Before) -> list[Erasure]:
        """What the operation erases, by the entry that it is about to record. Raises UnknownNote."""
        arguments, stored = request.arguments, before.stored
        if not isinstance(arguments, ErasePersonalData) or stored is None:
            return []
        eraser, found = stored.version + 1, []
        parts = erasable_parts(transaction, self._store.tables, request.order_id)
        _check_entries(arguments.entries, {seq for seq, *_ in parts})
        for seq, kind, personal, actor in parts:
            if arguments.entries and seq not in arguments.entries:
                continue
            if personal:
                found.append(Erasure(request.order_id, seq, "personal", eraser))
            if actor and erases_actor(arguments, kind):
                found.append(Erasure(request.order_id, seq, "actor", eraser))
        return found

    # Idempotency

    def _done_before(self, transaction: Transaction, request: Request) -> RecordedOrder | None:
        key, order_id = request.idempotency_key, request.order_id
        if key is None:
            return None
        kept = transaction.recall(order_id, self.actor.kind.value, self.actor.id, key)
        if kept is None:
            return None
        if kept.digest is not None and kept.digest != _request_digest(request):
            raise IdempotencyKeyReused(
                f"the idempotency key {key!r} was used before for something else: take a new key for a new request"
            )
        order, changed, head = order_at(transaction, self._store.tables, order_id, kept.last_seq)
        return recorded_order(order, kept.last_seq, changed, head, self.notes_of(order_id, kept.last_seq))

    def _remember(self, transaction: Transaction, request: Request, change: Change) -> None:
        if request.idempotency_key is None:
            return
        transaction.remember(
            Remembered(
                order_id=request.order_id,
                actor_kind=self.actor.kind.value,
                actor_id=self.actor.id,
                key=request.idempotency_key,
                digest=_request_digest(request),
                first_seq=change.entries[0].seq,
                last_seq=change.order.version,
                recorded=change.order.last_recorded,
            )
        )

    def notes_of(self, order_id: str, up_to: int) -> OrderNotes:
        """An order's notes up to an entry as one collection, read when it is gone through."""
        return notes_of(self._store, order_id, up_to)


def notes_of(store: Store, order_id: str, up_to: int) -> OrderNotes:
    """An order's notes up to an entry as one collection, read when it is gone through."""

    def page(after: str | None) -> Any:
        with store.reading() as transaction:
            return notes_page(transaction, store.tables, order_id, NoteFilter(up_to=up_to), after=after, limit=200)

    return OrderNotes(page)


def _check_replaced(transaction: Transaction, new: Arguments) -> None:
    """Raises UnknownOrder where the order that a new one replaces is not there. Orders never go, so none is kept."""
    if isinstance(new, NewOrder) and new.replaces is not None:
        load(transaction, new.replaces)


def _by_order(steps: Sequence[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(step.order.id, []).append(step)
    return found


def _check_entries(wanted: Sequence[int], there: Set[int]) -> None:
    missing = sorted(set(wanted) - there)
    if missing:
        raise UnknownNote(f"the order has no entry {', '.join(map(str, missing))}: nothing was erased")


def _with_erased(steps: Sequence[Step], erasures: Sequence[Erasure]) -> list[Step]:
    """The step that erases says what, so that nobody can list more as erased by it later."""
    return [_saying(step, erasures) if step.event == "PersonalDataErased" else step for step in steps]


def _saying(step: Step, erasures: Sequence[Erasure]) -> Step:
    erased: dict[str, Json] = {}
    for part in ("actor", "personal"):
        seqs: list[Json] = [erasure.seq for erasure in erasures if erasure.part == part]
        if seqs:
            erased[part] = seqs
    return msgspec.structs.replace(step, data={**step.data, "erased": erased})


def _request_digest(request: Request) -> bytes:
    # What is as it is by default says nothing: with arguments that come later, the same request stays the same.
    usual = _defaults(type(request.arguments))
    given = {name: value for name, value in msgspec.to_builtins(request.arguments).items() if value != usual.get(name)}
    return sha256(b"ordertrail/1 request\n" + canonical([request.operation.name, given])).digest()


@lru_cache
def _defaults(arguments: type[Arguments]) -> Mapping[str, Any]:
    """What the arguments of an operation are where they are not given, as JSON values."""
    fields = msgspec.structs.fields(arguments)
    made = {field.name: field.default_factory() for field in fields if callable(field.default_factory)}
    known = {field.name: field.default for field in fields if field.default is not msgspec.NODEFAULT}
    found: Mapping[str, Any] = msgspec.to_builtins(made | known)
    return found


def checked_key(key: str | None) -> str | None:
    """An idempotency key, if there is one. Raises InvalidInput."""
    if key is None:
        return None
    if not 0 < len(checked_id(key, "idempotency_key")) <= 200:
        raise InvalidInput("an idempotency key has 1 to 200 characters, such as a UUID")
    return key


def _checked_cause(cause: str) -> str:
    if len(checked_id(cause, "cause")) > 200:
        raise InvalidInput("a cause has at most 200 characters, such as the id of a request")
    return cause


def _checked_order_id(order_id: str, operation: Operation) -> str:
    """The id of an order that is there, or for a new one an id that can stand in any address or file name."""
    if not _UUID.fullmatch(checked_id(order_id, "order_id")) and not operation.legal_in:
        raise InvalidInput(f"{shortened(order_id)} is no id for a new order: give a UUID in lower case")
    return order_id


_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _when(at: datetime | None, clock: datetime, stored: StoredOrder | None) -> datetime:
    """When it happened: as given, or now, never before the order's last activity."""
    last = None if stored is None else moment(stored.last_activity)
    if at is None:
        return clock if last is None else max(clock, last)
    if at > clock:
        raise InvalidTime(f"{at.isoformat()} lies in the future: give a time up to now")
    if last is not None and at < last:
        raise InvalidTime(f"{at.isoformat()} lies before the order's last activity ({last.isoformat()}): times run on")
    return at


def _with_legal_now(refused: OperationNotAllowed, order: Order | None) -> OperationNotAllowed:
    legal = [] if order is None else [name for name, why in legal_operations(order).items() if why is None]
    return type(refused)(refused.operation, refused.why, refused.statuses, legal)
