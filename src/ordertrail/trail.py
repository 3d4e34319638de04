"""OrderTrail: opens a database and wires the rest together. The only place that knows every part."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from secrets import token_hex
from types import TracebackType
from typing import Any, Literal, Self

import msgspec

from ordertrail import given
from ordertrail.audit.findings import Verification
from ordertrail.audit.verify import Progress, verify
from ordertrail.desk import Desk, Shop, Sources, notes_of
from ordertrail.errors import InvalidInput
from ordertrail.notes.events import EventType
from ordertrail.notes.model import Actor, NoteRevision, OrderActivity, OrderNote
from ordertrail.orders.model import decode_order
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.operations.base import Ceilings, ShopReason
from ordertrail.reading import (
    AccessFilter,
    ActivityFilter,
    CustomerNote,
    Names,
    NoteFilter,
    OrderFilter,
    OrderSummary,
    Page,
    PlacedNote,
    RecordedOrder,
    accesses_page,
    activities_page,
    checked_count,
    checked_micros,
    customer_notes_page,
    load,
    log_size,
    note_revisions,
    notes_page,
    one_note,
    order_at,
    order_id_for,
    orders_page,
    recorded_order,
    seq_at,
)
from ordertrail.store import opening
from ordertrail.store.base import GuardReport, Store
from ordertrail.streams import Streams

_HOLD = ("place_order", "hold_order", "hold_shipment")
_CANCEL = ("cancel_order", "cancel_shipment")
_SEND = ("complete_shipment", "change_promised_date", "confirm_delivery", "reopen_shipment", "cancel_shipment")
_TAKE_BACK = (
    "create_return",
    "change_return",
    "cancel_return",
    "complete_return",
    "start_exchange_order",
    "create_refund",
)
_TAKE_OFF = ("create_refund", "add_manual_discount", "remove_manual_discount")
_FORGET = ("delete_note", "erase_personal_data")

REASONS: Mapping[str, ShopReason] = {
    code: ShopReason(label, operations=tuple(operations))
    for code, label, *operations in (
        ("address", "Address to be checked", *_HOLD, *_CANCEL, *_SEND),
        ("backorder", "Waiting for goods", *_HOLD, *_SEND),
        ("changed-mind", "Customer changed their mind", *_CANCEL, *_TAKE_BACK),
        ("credit", "Credit to be checked", *_HOLD, "fail_payment"),
        ("customer-request", "Wish of the customer"),
        ("damaged", "Arrived damaged", *_TAKE_BACK, *_TAKE_OFF),
        ("defective", "Does not work", *_TAKE_BACK, *_TAKE_OFF),
        ("duplicate", "Ordered twice", *_HOLD, *_CANCEL, *_TAKE_BACK),
        ("erasure-request", "Wish to be forgotten", *_FORGET),
        ("fraud", "Suspicion of fraud", *_HOLD, *_CANCEL, "fail_payment", "set_legal_hold"),
        ("goodwill", "Goodwill", *_TAKE_BACK, *_TAKE_OFF),
        ("late", "Arrived too late", *_CANCEL, *_SEND, *_TAKE_BACK, *_TAKE_OFF),
        ("lost", "Lost on the way", *_CANCEL, *_SEND, *_TAKE_BACK),
        ("mistake", "Entered by mistake"),
        ("out-of-stock", "Not to be had", *_HOLD, *_CANCEL, *_SEND, *_TAKE_BACK),
        ("payment", "Payment did not come", *_HOLD, *_CANCEL, "fail_payment"),
        ("price", "Price was wrong", *_HOLD, *_CANCEL, *_TAKE_OFF),
        ("return", "Goods came back", *_SEND, *_TAKE_BACK),
        ("wrong-item", "Wrong item sent", *_TAKE_BACK, *_TAKE_OFF),
        ("wrong-size", "Does not fit", *_TAKE_BACK),
    )
}
"""The reasons of a shop that names none of its own; a plain text becomes code "other" with that comment."""


class OrderTrail:
    """A shop's orders, each with its own history, in one database.

    Open one with `OrderTrail.open`; it may be shared by threads. Reading is done here, acting at a desk
    (`with trail.acting("anna", channel="Order Management") as desk`).
    """

    def __init__(self, store: Store, shop: Shop, sources: Sources, process: str | None = None) -> None:
        """`process` names the process in the system streams; by default a name is drawn."""
        self._store, self._shop, self._sources = store, shop, sources
        self._process = process or token_hex(8)
        self._streams = Streams(store, sources.clock, sources.salt, self._process)

    @classmethod
    def open(
        cls,
        url: str | None = None,
        *,
        connection: Any = None,
        pool_size: int = 5,
        durability: Literal["full", "normal"] = "full",
        schema: str = "ordertrail",
        table_prefix: str = "",
        sqlite_module: str | None = None,
        timeout: float = 30.0,
        create: bool = True,
        check_guards: bool = True,
        reasons: Mapping[str, str | ShopReason] | None = None,
        event_types: Iterable[EventType] = (),
        plain_attributes: Iterable[str] = (),
        sources: Sources | None = None,
    ) -> Self:
        """Open the database at `url` (`sqlite:///shop.db`, `postgresql://user@host/db`), or join `connection`.

        An empty database is made ready, or refused without `create`. `connection` is a caller's own (SQLAlchemy,
        sqlite3, pysqlite3 or psycopg): then all is done in the caller's transaction, who commits or rolls back; a
        `connection` in autocommit mode writes only in a transaction that the caller began. At most `pool_size`
        connections are open at once. `durability` "normal" may lose the last commits when the power fails, and is
        faster. `schema` is where the tables are on PostgreSQL. `table_prefix` begins the names of the tables on SQLite.
        `sqlite_module` is "sqlite3" or "pysqlite3", and by default whichever is safe. `timeout` is how long to wait for
        locks, in seconds. Where what keeps entries append-only is not in place, opening is refused, unless
        `check_guards` is false: to verify the record. `reasons` is the shop's list, code to label. `event_types` are
        the shop's own. `plain_attributes` are the keys of attributes that are not personal. `sources` gives time, ids
        and salts where a history is to be made again exactly. Raises InvalidInput and StoreError.
        """
        if (url is None) == (connection is None):
            raise InvalidInput("give either the address of a database or a connection of your own")
        shop = given.shop(REASONS if reasons is None else reasons, event_types, plain_attributes)
        told = given.sources(sources)
        if url is None:
            store: Store = opening.join_store(
                connection, schema=schema, table_prefix=table_prefix, check_guards=check_guards
            )
        else:
            store = opening.open_store(
                url,
                pool_size=pool_size,
                durability=durability,
                schema=schema,
                table_prefix=table_prefix,
                sqlite_module=sqlite_module,
                timeout=timeout,
                create=create,
                check_guards=check_guards,
            )
        return cls(store, shop, told)

    def close(self) -> None:
        """Close the connections that are the trail's own: after that nothing is read or written through them."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def store(self) -> Store:
        """The open database, for tools that read rows."""
        return self._store

    @property
    def streams(self) -> Streams:
        """What writes the system streams of this process, for those who decide who may come in."""
        return self._streams

    def guards(self) -> GuardReport:
        """How the database keeps entries append-only. Raises GuardsMissing."""
        return self._store.guards()

    # Acting

    def acting(
        self,
        actor: str | Actor,
        *,
        channel: str,
        permissions: Iterable[str] | None = None,
        ceilings: Ceilings | None = None,
    ) -> Desk:
        """A desk for `actor` (a plain name is the id and the label of a user), who comes in through `channel`.

        Without `permissions` the caller is trusted with all.
        """
        return Desk(
            self._store,
            self._shop,
            self._sources,
            given.actor(actor),
            given.channel(channel),
            given.grants(permissions, ceilings),
        )

    @contextmanager
    def batch(self) -> Iterator[Self]:
        """This trail within one transaction: all that the block does is committed at its end, or undone if it raises.

        An operation that is refused is undone by itself, so a block that catches the refusal goes on. For many
        operations in a row: they need not wait for the disk one by one. Others wait for the rows that it wrote (on
        SQLite, to write at all) until it ends, so keep it short. For one thread, and only within the block.
        """
        with self._store.batch() as store:
            yield type(self)(store, self._shop, self._sources, self._process)

    def extended(
        self,
        *,
        reasons: Mapping[str, str | ShopReason] | None = None,
        event_types: Iterable[EventType] = (),
        plain_attributes: Iterable[str] = (),
    ) -> Self:
        """The same open database, for a caller who brings reasons, event types or plain attributes of their own.

        They are added to the shop's; of two alike, the shop's counts.
        """
        more, ours = given.shop({} if reasons is None else reasons, event_types, plain_attributes), self._shop
        shop = Shop(
            reasons={**more.reasons, **ours.reasons},
            events={**more.events, **ours.events},
            plain_attributes=more.plain_attributes | ours.plain_attributes,
        )
        return type(self)(self._store, shop, self._sources, self._process)

    @property
    def clock(self) -> Callable[[], datetime]:
        """What tells the time: nothing is recorded as happening later."""
        return self._sources.clock

    @property
    def event_types(self) -> Mapping[str, EventType]:
        """All event types by name, the shop's own among them."""
        return self._shop.events

    @property
    def reasons(self) -> Mapping[str, ShopReason]:
        """The shop's list of reasons, by code."""
        return self._shop.reasons

    # Reading

    def order(
        self,
        order_id: str | None = None,
        *,
        number: str | None = None,
        as_of: datetime | int | None = None,
    ) -> RecordedOrder:
        """An order by its id or number, as it stands or as it stood at a moment (or after an entry, by its seq)."""
        with self._store.reading() as transaction:
            found = order_id_for(transaction, order_id, number)
            stored = load(transaction, found)
            if as_of is None:
                order = decode_order(stored.document)
                notes = notes_of(self._store, found, stored.version)
                return recorded_order(order, stored.version, stored.changed_seq, stored.head, notes)
            seq = seq_at(transaction, self._store.tables, found, as_of)
            order, changed, head = order_at(transaction, self._store.tables, found, seq)
            return recorded_order(order, seq, changed, head, notes_of(self._store, found, seq))

    def order_notes(
        self,
        order_id: str | None = None,
        *,
        number: str | None = None,
        type: Names = None,
        event_type: Names = None,
        category: Names = None,
        actor: Names = None,
        channel: Names = None,
        visibility: Names = None,
        text: Names = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | int | None = None,
        newest_first: bool = False,
        after: str | None = None,
        limit: int = 50,
        personal: bool = True,
    ) -> Page[OrderNote]:
        """A page of an order's notes, both kinds; the next page comes `after` its `next`. At most 1,000 at once.

        `as_of` a moment (or an entry, by its seq) they are those that there were, and read as they did.

        Without filters a page costs the same however many notes the order has; filters that few notes fit cost what
        the notes in between do, and `text` and `visibility` much more, as they read them: both are looked for as
        the notes read now. Without `personal`, what is personal in them reads "[hidden]".
        """
        wanted = NoteFilter(
            type=type,
            event_type=event_type,
            category=category,
            actor=actor,
            channel=channel,
            visibility=visibility,
            text=text,
            since=since,
            until=until,
            personal=personal,
        )
        with self._store.reading() as transaction:
            tables = self._store.tables
            found = load(transaction, order_id_for(transaction, order_id, number)).order_id
            if as_of is not None:
                wanted = msgspec.structs.replace(wanted, up_to=seq_at(transaction, tables, found, as_of))
            return notes_page(transaction, tables, found, wanted, newest_first=newest_first, after=after, limit=limit)

    def order_note(self, order_id: str, seq: int, *, personal: bool = True) -> OrderNote:
        """One note of an order. Raises UnknownNote."""
        with self._store.reading() as transaction:
            load(transaction, order_id)
            return one_note(transaction, self._store.tables, order_id, seq, personal=personal)

    def customer_notes(self, order_id: str, *, after: str | None = None, limit: int = 50) -> Page[CustomerNote]:
        """A page of what the customer may read of an order, oldest first: not what was deleted, withdrawn or erased."""
        with self._store.reading() as transaction:
            load(transaction, order_id)
            return customer_notes_page(transaction, self._store.tables, order_id, after=after, limit=limit)

    def note_revisions(self, order_id: str, seq: int, *, personal: bool = True) -> list[NoteRevision]:
        """All texts that a Custom note had, the first one first; none for a System entry, which never changes."""
        with self._store.reading() as transaction:
            load(transaction, order_id)
            return note_revisions(transaction, self._store.tables, order_id, seq, personal=personal)

    def orders(
        self,
        *,
        status: Names = None,
        market: Names = None,
        currency: Names = None,
        channel: Names = None,
        customer: str | None = None,
        email: str | None = None,
        find: str | None = None,
        number: Names = None,
        placed_since: datetime | None = None,
        placed_until: datetime | None = None,
        active_since: datetime | None = None,
        active_until: datetime | None = None,
        held_since: datetime | None = None,
        held_until: datetime | None = None,
        event_type: Names = None,
        worked_on_by: Names = None,
        total_from: int | None = None,
        total_to: int | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[OrderSummary]:
        """A page of orders: `customer` is an id or any part of a name, `email` any part of an address, `find` either.

        Each `…_since` is inclusive, each `…_until` exclusive; `active` is the last activity, `held` since when an order
        is on hold. `event_type` is of any entry that the order has, `worked_on_by` the id of a person who did something
        on it, or for whom an app did; `total_from` and `total_to` are in minor units, whatever the currency (which
        `currency` can say), both inclusive. `sort` is placed, last_activity, held_since (then only orders on hold) or
        total (in minor units too), with a minus for the last or highest first. Unless it is given, the last placed come
        first; filtered by last activity, the last active; by hold, those that wait longest; by total, the highest. A
        cursor goes on in its own sort only.
        """
        wanted = OrderFilter(
            status=status,
            market=market,
            currency=currency,
            channel=channel,
            customer=customer,
            email=email,
            find=find,
            number=number,
            placed_since=placed_since,
            placed_until=placed_until,
            active_since=active_since,
            active_until=active_until,
            held_since=held_since,
            held_until=held_until,
            event_type=event_type,
            worked_on_by=worked_on_by,
            total_from=total_from,
            total_to=total_to,
        )
        with self._store.reading() as transaction:
            return orders_page(transaction, self._store.tables, wanted, sort=sort, after=after, limit=limit)

    def legal_operations(self, order_id: str) -> dict[str, str | None]:
        """Every operation on an order: None where it is legal as the order stands, else the reason why it is not.

        What hangs on more than the order (the note that is meant, the exchange order of a return) is seen when it is
        tried.
        """
        with self._store.reading() as transaction:
            return legal_operations(decode_order(load(transaction, order_id).document))

    def activities(
        self,
        *,
        type: Names = None,
        event_type: Names = None,
        category: Names = None,
        actor: Names = None,
        channel: Names = None,
        visibility: Names = None,
        order: Names = None,
        text: Names = None,
        since: datetime | None = None,
        until: datetime | None = None,
        newest_first: bool = False,
        after: str | None = None,
        limit: int = 100,
        personal: bool = True,
    ) -> Page[PlacedNote]:
        """A page of all entries of all orders, in the order of the log. Ask again with `next`, on the last page too.

        Positions rise, and an entry is seen only when all before it can be: who goes on from `next` misses none.
        Entries of system streams have positions among them, and are read by `accesses`. On PostgreSQL entries come in
        as `sequence` places them, on SQLite with their commit. Newest first, the last page has no `next`. Filters
        (several names are alternatives; `order` is an id, the others are those of `order_notes`, but that `text` is
        looked for in what was written at first and at each edit) leave entries out, and `next` goes on past them: a
        page may be empty before the end. Without `personal`, what is personal reads "[hidden]".
        """
        wanted = ActivityFilter(
            type=type,
            event_type=event_type,
            category=category,
            actor=actor,
            channel=channel,
            visibility=visibility,
            order=order,
            text=text,
            since=since,
            until=until,
            personal=personal,
        )
        with self._store.reading() as transaction:
            return activities_page(
                transaction, self._store.tables, wanted, newest_first=newest_first, after=after, limit=limit
            )

    def accesses(
        self,
        *,
        event_type: Names = None,
        actor: Names = None,
        since: datetime | None = None,
        until: datetime | None = None,
        newest_first: bool = True,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[OrderActivity]:
        """A page of the system streams: who came in, who was refused, who looked at what; `order_id` is the stream's.

        All that a service and the command line recorded beside the orders, from all processes, the last first.
        """
        wanted = AccessFilter(event_type=event_type, actor=actor, since=since, until=until)
        with self._store.reading() as transaction:
            return accesses_page(
                transaction, self._store.tables, wanted, newest_first=newest_first, after=after, limit=limit
            )

    def log_size(self) -> int:
        """How many entries have their position in the log: more of them than were seen, and there are new ones."""
        with self._store.reading() as transaction:
            return log_size(transaction, self._store.tables)

    def sequence(self, most: int = 1000) -> int:
        """Give at most so many entries that wait their positions in the log (PostgreSQL); how many got one.

        Any number of processes may do so at once: they take turns, and who comes meanwhile has nothing to do.
        """
        checked_count(most, "most")
        with self._store.writing() as transaction:
            return transaction.place_pending(most)

    def forget_keys(self, before: datetime, most: int = 1000) -> int:
        """Forget at most so many idempotency keys that were used before a time, the oldest first; how many.

        Who comes again under a key that was forgotten does what they ask for once more. Keys that placed an order stay,
        since the order's id comes from its key.
        """
        checked_count(most, "most")
        with self._store.writing() as transaction:
            return transaction.forget_keys(checked_micros(before), most)

    # Verifying

    def verify(self, order_id: str | None = None, *, progress: Progress | None = None) -> Verification:
        """Recompute all that can be from raw rows alone, for one order or for all, and name what is wrong.

        `progress` is told how many orders are done, of how many. Raises UnknownOrder.
        """
        return verify(self._store, order_id, progress=progress)
