"""The tables, once for both engines.

Times are integers (microseconds since 1970 UTC), money is integers (minor units), digests are bytes, and JSON is kept
as the text that was hashed, never as a type that would re-sort it. Text sorts by code point on both engines.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT as PG_TEXT
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from ordertrail.errors import InvalidInput
from ordertrail.store import customers

SCHEMA_VERSION = "0009"
"""The newest migration: what the tables below are."""

FIRST_NUMBER = 100001
"""The first number that is drawn for an order."""

_TEXT: TypeEngine[str] = Text().with_variant(PG_TEXT(collation="C"), "postgresql")
_INTEGER: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
_BYTES: TypeEngine[bytes] = LargeBinary()


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """The tables of one trail. `log_pending` exists on PostgreSQL only, `order_counter` on SQLite only."""

    metadata: MetaData
    schema: str | None
    prefix: str
    trail: Table
    orders: Table
    order_numbers: Table
    order_notes: Table
    erasures: Table
    idempotency: Table
    log_entries: Table
    log_head: Table
    log_pending: Table
    order_counter: Table
    order_customers: Table
    order_facets: Table
    tokens: Table
    users: Table
    roles: Table
    sessions: Table
    sign_in_failures: Table
    service_secrets: Table
    service_answers: Table
    webhook_endpoints: Table
    webhook_pending: Table
    webhook_attempts: Table
    order_number: Sequence

    @property
    def version_table(self) -> str:
        """The name of the table that holds the schema's version."""
        return f"{self.prefix}schema_version"

    def of(self, engine: str) -> list[Table]:
        """The tables that exist on "sqlite" or "postgresql"."""
        return [table for table in self.metadata.sorted_tables if table.info.get("only", engine) == engine]

    @property
    def sequences(self) -> bool:
        """Whether entries wait until they are given a position in the log: with one writer they need not."""
        return not self.one_writer

    @property
    def one_writer(self) -> bool:
        """Whether a database of these has one writer at a time: it is a file of SQLite."""
        return self.schema is None

    @property
    def of_service(self) -> list[Table]:
        """The tables that the service changes and clears as it goes: no part of the record."""
        who_comes_in = [self.users, self.roles, self.sessions, self.sign_in_failures, self.service_secrets]
        return [
            *who_comes_in,
            self.service_answers,
            self.webhook_endpoints,
            self.webhook_pending,
            self.webhook_attempts,
        ]

    def named(self, name: str) -> str:
        """`name` as SQL writes it: quoted, and in the schema or with the prefix."""
        return f'"{self.schema}"."{name}"' if self.schema else f'"{self.prefix}{name}"'


@lru_cache(maxsize=8)
def tables(schema: str | None = None, prefix: str = "") -> Tables:
    """The tables in a schema (PostgreSQL) or with a prefix (SQLite). Raises InvalidInput for a name that needs care."""
    if schema is not None:
        _check_name(schema, "schema", "pg_")
    if prefix:
        _check_name(prefix, "prefix", "sqlite_")
    metadata = MetaData(schema=schema)

    def table(name: str, *parts: SchemaItem, only: str = "", rowid: bool = True) -> Table:
        info = {"only": only} if only else {}
        return Table(f"{prefix}{name}", metadata, *parts, sqlite_strict=True, sqlite_with_rowid=rowid, info=info)

    return Tables(
        metadata=metadata,
        schema=schema,
        prefix=prefix,
        trail=table("trail", _text("trail_id", key=True), _integer("created")),
        orders=table("orders", *_order_columns(), *_order_indexes(prefix)),
        order_numbers=table("order_numbers", _text("number", key=True), _text("order_id")),
        order_notes=table("order_notes", *_note_columns(), _revisions(prefix), _accesses(prefix), _at_hand(prefix)),
        erasures=table(
            "erasures", _text("order_id"), _integer("seq"), _text("part"), _integer("erased_by"),
            PrimaryKeyConstraint("order_id", "seq", "part"),
        ),
        idempotency=table(
            "idempotency", _text("order_id"), _text("actor_kind"), _text("actor_id"), _text("key"),
            _bytes("digest", null=True), _integer("first_seq"), _integer("last_seq"), _integer("recorded"),
            PrimaryKeyConstraint("order_id", "actor_kind", "actor_id", "key"), _forgettable(prefix),
        ),
        log_entries=table(
            "log_entries", Column("position", _INTEGER, primary_key=True, autoincrement=False),
            _text("order_id"), _integer("seq"), _bytes("leaf"),
            UniqueConstraint("order_id", "seq", name=f"{prefix}log_entries_entry"),
        ),
        log_head=table(
            "log_head", Column("id", _INTEGER, primary_key=True, autoincrement=False), _integer("size")
        ),
        log_pending=table(
            # No index but the key: the rows are few, and are taken in the order of their ids.
            "log_pending", Column("id", _INTEGER, Identity(always=True, cache=1), primary_key=True),
            _text("order_id"), _integer("seq"), _bytes("leaf"), only="postgresql",
        ),
        order_counter=table(
            "order_counter", Column("id", _INTEGER, primary_key=True, autoincrement=False), _integer("last"),
            only="sqlite",
        ),
        order_customers=(
            table("order_customers", *_customer_parts(prefix))
            if schema
            else customers.declare(table("order_customers", *_customer_ids(prefix)))
        ),
        order_facets=table(
            "order_facets", _text("facet"), _text("value"), _integer("placed"), _text("order_id"),
            PrimaryKeyConstraint("facet", "value", "placed", "order_id"), rowid=False,
        ),
        tokens=table(
            "api_tokens", _text("token_id", key=True), _text("name"), _text("role"), _bytes("digest"),
            _integer("created"), _integer("expires", null=True), _integer("revoked", null=True), _text("created_by"),
        ),
        users=table(
            "users", _text("user_id", key=True), _text("label"), _text("role"), _text("password", null=True),
            _integer("created"), _text("created_by"), _integer("disabled", null=True),
        ),
        roles=table(
            "roles", _text("name", key=True), _text("whom"), _text("permissions"), _text("ceilings"),
        ),
        sessions=table(
            "sessions", _text("session_id", key=True), _text("user_id"), _bytes("digest"),
            _integer("created"), _integer("used"), Index(f"{prefix}sessions_by_user_id", "user_id"),
        ),
        sign_in_failures=table(
            "sign_in_failures", _text("source", key=True), _integer("failures"), _integer("since"),
        ),
        service_secrets=table("service_secrets", _text("name", key=True), _bytes("secret")),
        service_answers=table(
            "service_answers", _text("actor_kind"), _text("actor_id"), _text("key"), _bytes("digest"),
            _text("answer", null=True), _integer("created"), PrimaryKeyConstraint("actor_kind", "actor_id", "key"),
        ),
        webhook_endpoints=table(
            "webhook_endpoints", _text("endpoint_id", key=True), _text("url"), _text("description"),
            _text("event_types", null=True), _integer("personal"), _text("secret"), _integer("created"),
            _text("created_by"), _integer("next_position"), _integer("due"), _integer("failures"),
            _integer("switched_off", null=True), _text("switched_off_because", null=True),
            _text("lease", null=True), _integer("lease_until", null=True),
        ),
        webhook_pending=table(
            "webhook_pending", _text("endpoint_id"), _integer("position"), _text("order_id"), _integer("attempts"),
            _integer("since"), _integer("due"), PrimaryKeyConstraint("endpoint_id", "position"),
        ),
        webhook_attempts=table(
            "webhook_attempts", _text("endpoint_id"), _integer("at"), _integer("position"), _integer("milliseconds"),
            _integer("status", null=True), _text("error", null=True), PrimaryKeyConstraint("endpoint_id", "at"),
        ),
        order_number=Sequence("order_number", start=FIRST_NUMBER, metadata=metadata, data_type=BigInteger()),
    )  # fmt: skip


def _check_name(name: str, what: str, reserved: str) -> None:
    if not re.fullmatch("[a-z_][a-z0-9_]{0,39}", name) or name.startswith(reserved):
        raise InvalidInput(
            f"{name!r} is no name for a {what}: 1 to 40 of a-z, 0-9 and _, no digit first, and not with"
            f" {reserved}, which the database keeps for itself"
        )


def _text(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, _TEXT, nullable=null, primary_key=key)


def _integer(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, _INTEGER, nullable=null)


def _bytes(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, _BYTES, nullable=null)


def _order_columns() -> list[SchemaItem]:
    """The columns of `base.OrderRow`, in its order."""
    return [
        _text("order_id", key=True), _text("number"), _text("status"), _text("channel"),
        _text("customer_id", null=True), _text("customer_name", null=True), _text("customer_email", null=True),
        _text("market"), _text("currency"), _integer("total"), _integer("balance"),
        _integer("placed"), _integer("held_since", null=True), _integer("last_activity"), _integer("last_recorded"),
        _integer("version"), _integer("changed_seq"), _bytes("head"), _text("document"),
    ]  # fmt: skip


def _order_indexes(prefix: str) -> list[Index]:
    """Each is a list that people open all day. Nothing else is indexed: every index is paid for at each write."""

    def index(*columns: str, where: str | None = None) -> Index:
        condition = text(where) if where else None
        return Index(
            f"{prefix}orders_by_{columns[0]}", *columns, sqlite_where=condition, postgresql_where=condition
        )  # fmt: skip

    return [
        index("status", "placed"),  # what waits, oldest first
        index("customer_id", where="customer_id IS NOT NULL"),  # a customer's orders, who gives their number
        index("customer_email", where="customer_email IS NOT NULL"),  # … or their address
        index("market", "placed"),  # one market's orders
        index("channel", "placed"),  # one channel's orders
        index("placed"),  # all orders, newest first
        index("last_activity"),  # what happened just now; the one index that every operation writes
        index("held_since", where="held_since IS NOT NULL"),  # what is on hold, longest first
        index("total"),  # the largest orders
    ]


def _customer_ids(prefix: str) -> list[SchemaItem]:
    """The number by which SQLite's index of texts knows an order: numbers of rows are not kept by VACUUM."""
    unique = UniqueConstraint("order_id", name=f"{prefix}order_customers_order")
    return [Column("id", _INTEGER, primary_key=True), _text("order_id"), unique]


def _customer_parts(prefix: str) -> list[SchemaItem]:
    parts = [f"{part}_parts" for part in customers.PARTS]
    columns: list[SchemaItem] = [Column(name, TSVECTOR, nullable=False) for name in parts]
    # At once: a list of what is to be written would be read by each search, and emptied while some order is placed.
    at_once = {"fastupdate": "off"}
    index = Index(f"{prefix}order_customers_by_parts", *parts, postgresql_using="gin", postgresql_with=at_once)
    return [_text("order_id", key=True), *columns, index]


def _note_columns() -> list[SchemaItem]:
    """The columns of `notes.digest.Entry`, in its order."""
    return [
        _text("order_id"), _integer("seq"), _text("type"), _text("event", null=True), _text("category"),
        _text("channel"), _text("actor_kind"), _text("actor_id"), _text("on_behalf_of", null=True),
        _text("subject", null=True), _text("visibility"), _integer("created"), _integer("recorded"),
        _integer("revises", null=True), _text("cause", null=True), _text("content"),
        _text("personal", null=True), _bytes("personal_salt", null=True),
        _text("actor", null=True), _bytes("actor_salt", null=True), _text("commitments"), _bytes("digest"),
        PrimaryKeyConstraint("order_id", "seq"),
    ]  # fmt: skip


def _forgettable(prefix: str) -> Index:
    """Finds the oldest keys, but those that placed an order, which stay."""
    where = text("first_seq > 1")
    return Index(f"{prefix}idempotency_by_recorded", "recorded", sqlite_where=where, postgresql_where=where)


def _accesses(prefix: str) -> Index:
    """Finds the entries of system streams by time, among those of all orders, which are not in it."""
    where = text("category = 'access'")
    return Index(
        f"{prefix}order_notes_by_access", "recorded", "order_id", "seq", sqlite_where=where, postgresql_where=where
    )


def _revisions(prefix: str) -> Index:
    """Finds the latest text of a note among 100,000; most entries revise nothing, and are not in it."""
    where = text("revises IS NOT NULL")
    return Index(
        f"{prefix}order_notes_by_revises", "order_id", "revises", "seq", sqlite_where=where, postgresql_where=where
    )


AT_HAND = ("NotePinned", "NoteUnpinned", "OrderGroupOnHold", "ShipmentOnHold")
"""The event types of entries that are looked for whenever an order is."""


def _at_hand(prefix: str) -> Index:
    """Finds these entries of an order among 100,000 others."""
    where = text(f"event IN ({', '.join(map(repr, AT_HAND))})")
    return Index(f"{prefix}order_notes_at_hand", "order_id", "event", "seq", sqlite_where=where, postgresql_where=where)
