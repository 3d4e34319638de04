"""What a store does, whichever database it is: one transaction at a time, raw rows in and out.

A store knows rows, not rules: the desk decides what is written, `audit` whether it is right.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy.sql import Executable

from ordertrail.notes.digest import Entry


class StoredOrder(NamedTuple):
    """What of a row of `orders` is needed to change the order; times in microseconds since 1970 UTC."""

    order_id: str
    version: int
    changed_seq: int
    head: bytes
    last_activity: int
    last_recorded: int
    document: str


class OrderRow(NamedTuple):
    """One row of `orders`, as it is stored: the columns in their order. Money in minor units, times in microseconds."""

    order_id: str
    number: str
    status: str
    channel: str
    customer_id: str | None
    customer_name: str | None
    customer_email: str | None
    market: str
    currency: str
    total: int
    balance: int
    placed: int
    held_since: int | None
    last_activity: int
    last_recorded: int
    version: int
    changed_seq: int
    head: bytes
    document: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one operation writes of one order: the row as it will stand, and the entries that led there.

    `expected` is the version that was read; 0 for a new order. `leaves` are the RFC 6962 leaf hashes of the entries.
    """

    order: OrderRow
    expected: int
    entries: Sequence[Entry]
    leaves: Sequence[bytes]


class Remembered(NamedTuple):
    """One row of `idempotency`; the digest is None once the order's personal data has been erased."""

    order_id: str
    actor_kind: str
    actor_id: str
    key: str
    digest: bytes | None
    first_seq: int
    last_seq: int
    recorded: int


class Erasure(NamedTuple):
    """One row of `erasures`: part ("personal" or "actor") of entry seq was erased by the entry `erased_by`."""

    order_id: str
    seq: int
    part: str
    erased_by: int


class TokenRow(NamedTuple):
    """One row of `tokens`: who may come in, by the SHA-256 of a secret that is kept nowhere. Times in microseconds."""

    token_id: str
    name: str
    role: str
    digest: bytes
    created: int
    expires: int | None
    revoked: int | None
    created_by: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.token_id!r})"  # a row that is shown in a log must not show the digest


class GuardReport(NamedTuple):
    """How the database keeps entries append-only.

    `roles` is true where the service's database user can insert only through the functions of the schema; false where
    triggers alone guard (SQLite, or one database user who owns the tables).
    """

    roles: bool
    explanation: str


class Transaction(Protocol):
    """One open transaction. Whatever raises leaves nothing behind once it has been rolled back."""

    def load(self, order_id: str) -> StoredOrder | None:
        """The order's row, or None."""

    def order_id_of(self, number: str) -> str | None:
        """The id of the order with this number, or None."""

    def draw_number(self) -> int:
        """The next number for an order."""

    def append(self, change: Change) -> bool:
        """Write one order's row, entries, log positions (or log_pending) and, for a new order, its number.

        False, and nothing written, when the order's version is not `change.expected` (for a new order: when its id or
        number is taken).
        """

    def append_stream(self, entries: Sequence[Entry], leaves: Sequence[bytes]) -> bool:
        """Write the next entries of one system stream, with their log positions (or log_pending).

        False, and nothing written, when the first of them is not the stream's next one.
        """

    def recall(self, order_id: str, actor_kind: str, actor_id: str, key: str) -> Remembered | None:
        """What was done under this idempotency key, or None."""

    def remember(self, row: Remembered) -> None:
        """Keep what was done under an idempotency key."""

    def forget_keys(self, before: int, most: int) -> int:
        """Forget at most so many idempotency keys that were used before a time, the first ones first; how many.

        Keys that placed an order stay: its id comes from its key.
        """

    def erase(self, erasures: Sequence[Erasure]) -> None:
        """List the erasures, set those parts and their salts to NULL, and forget the order's idempotency digests."""

    def place_pending(self, most: int) -> int:
        """Give at most so many entries that wait (PostgreSQL) their positions in the log; how many got one."""

    def token(self, token_id: str) -> TokenRow | None:
        """The token of this id, or None."""

    def add_token(self, row: TokenRow) -> None:
        """Let somebody in from now on."""

    def revoke_token(self, token_id: str, revoked: int) -> None:
        """Let them in no more. Nothing happens where there is no such token, or it was revoked before."""

    def execute(self, statement: Executable) -> int:
        """Perform a SQLAlchemy Core insert, update or delete on a table of the service; how many rows it concerned."""

    def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a SQLAlchemy Core select; `values` are those of the parameters that it leaves open."""

    def stream(self, statement: Executable) -> Iterator[tuple[Any, ...]]:
        """The rows of a SQLAlchemy Core select, in bounded memory."""


class Store(Protocol):
    """An open database that holds a trail."""

    trail_id: str
    tables: Any

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction that may write; committed at the end of the block, rolled back when it raises."""

    def appending(self) -> AbstractContextManager[Transaction]:
        """The same for a block that calls `append` once and writes nothing else, which may then cost less."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that sees one state of the database and writes nothing."""

    def batch(self) -> AbstractContextManager["Store"]:
        """A store whose transactions are all parts of one: committed at the end of the block, rolled back when it
        raises. A part that raises is undone by itself. For one thread, and only within the block.
        """

    def guards(self) -> GuardReport:
        """Check the guards. Raises GuardsMissing."""

    def connections(self) -> int:
        """How many connections to the database are in use now."""

    @property
    def retries(self) -> bool:
        """Whether a change that lost a race may be tried again in another transaction (or inside the caller's own)."""

    def close(self) -> None:
        """Close all connections that are the store's own."""
