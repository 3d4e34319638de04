"""Past the guards: what an owner of the database could do, undone at the end of each block."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from sqlalchemy import Table, delete, insert, select, true, update

from ordertrail import OrderTrail
from ordertrail.notes import digest
from ordertrail.notes.digest import Entry
from ordertrail.store.base import Transaction
from ordertrail.store.schema import Tables

Named = set[tuple[str | None, str]]
"""What verify found: order ids (None for the trail) and codes."""


class _Undo(Exception):
    pass


class Shop(NamedTuple):
    """A trail with an order of each kind that the record knows."""

    trail: OrderTrail
    plain: str
    """Nine entries or so: a note edited, several changes of the document."""

    erased: str
    """Its personal data was erased."""

    keyed: str
    """Placed with an idempotency key."""

    others: tuple[str, ...]


def fill(trail: OrderTrail) -> Shop:
    """Place and work the orders."""
    with trail.acting("anna", channel="Order Management") as desk:
        plain = desk.place_order(_new("Mercy Taylor")).id
        desk.add_note(plain, title="Called", detail="Flat 12, not 21 — 🎁")
        desk.hold_order(plain, reason="address looks wrong")
        desk.edit_note(plain, note=2, detail="Flat 13.")
        desk.release_hold(plain)
        desk.set_attribute(plain, key="gift", value="yes")
        desk.set_attribute(plain, key="gift", value="no")
        keyed = desk.place_order(_new("Bo Li"), idempotency_key="first").id
        desk.add_reference(keyed, key="erp", value="4711", idempotency_key="second")
        erased = desk.place_order(_new("Zoë Ray"), idempotency_key="third").id
        desk.add_note(erased, title="Wants to be forgotten")
        desk.change_customer(erased, customer={"id": "C9", "name": "Zoë Roy"})
        desk.erase_personal_data(erased, reason="erasure-request", actors="everyone")
        desk.add_note(erased, title="Done")
        other = desk.place_order({"market": "US", "currency": "USD"}).id
        desk.add_note(plain, title="The last of all")
    return Shop(trail, plain, erased, keyed, (other,))


def _new(name: str) -> dict[str, Any]:
    return {
        "market": "US",
        "currency": "USD",
        "customer": {"id": "C1", "name": name, "email": "mercy@example.com"},
        "line_items": {"1": {"sku": "TENT-2", "name": "Tent for two", "quantity": 1, "unit_price": 249}},
        "shipments": {"1": {"method": "Ground", "quantities": {"1": 1}}},
    }


class Tampering:
    """A transaction past the guards."""

    def __init__(self, trail: OrderTrail, session: Transaction) -> None:
        self.trail, self._session = trail, session
        self.tables: Tables = trail.store.tables

    def run(self, statement: Any) -> list[tuple[Any, ...]]:
        """All rows of a statement of SQL."""
        return self._session.rows(statement)

    def found(self, order_id: str | None = None) -> Named:
        """What verify names now; that the guards are gone is understood."""
        findings = self.trail.verify(order_id).findings
        return {(finding.order_id, finding.code) for finding in findings if finding.code != "guards-missing"}

    def row(self, table: Table, **where: Any) -> dict[str, Any]:
        """The first row of a table with these values."""
        chosen = select(table).where(true(), *_are(table, where)).order_by(*table.primary_key)
        return dict(zip(table.c.keys(), self.run(chosen)[0], strict=True))

    def change(self, table: Table, where: Mapping[str, Any], **values: Any) -> None:
        """Change rows."""
        self.run(update(table).where(true(), *_are(table, where)).values(**values))

    def remove(self, table: Table, *conditions: Any, **where: Any) -> None:
        """Remove rows."""
        self.run(delete(table).where(true(), *conditions, *_are(table, where)))

    def add(self, table: Table, **values: Any) -> None:
        """Add a row."""
        self.run(insert(table).values(**values))

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done in the block is undone at its end."""
        with suppress(_Undo), self.trail.store.writing():
            yield
            raise _Undo

    # Entries

    def entries(self, order_id: str) -> list[Entry]:
        """An order's entries, by seq."""
        notes = self.tables.order_notes
        found = self.run(select(notes).where(notes.c.order_id == order_id).order_by(notes.c.seq))
        return [Entry._make(row) for row in found]

    def replace(self, entry: Entry) -> None:
        """Write an entry over the one of its seq."""
        values = entry._asdict()
        self.change(self.tables.order_notes, {"order_id": values.pop("order_id"), "seq": values.pop("seq")}, **values)

    def chain_again(self, order_id: str, first: int) -> None:
        """Compute the digests anew from entry `first` on, as one does who knows how they are made."""
        before = digest.FIRST
        for entry in self.entries(order_id):
            chained = entry
            if entry.seq >= first:
                array = digest.entry_bytes(self.trail.store.trail_id, entry, *_commitments(entry))
                chained = entry._replace(digest=digest.entry_digest(before, array))
                self.replace(chained)
            before = chained.digest

    def follow(self, order_id: str) -> None:
        """Make the order's head and its leaves in the log agree with its digests."""
        tag = digest.order_tag(self.trail.store.trail_id, order_id)
        for entry in self.entries(order_id):
            leaf = digest.leaf_hash(digest.leaf(tag, entry.seq, entry.digest))
            for table in self.log_tables():
                self.change(table, {"order_id": order_id, "seq": entry.seq}, leaf=leaf)
            self.change(self.tables.orders, {"order_id": order_id}, head=entry.digest)

    def place_in_log(self, count: int) -> None:
        """Give the first entries that wait their positions, where entries wait."""
        pending = self.tables.log_pending
        rows = self.run(select(pending).order_by(pending.c.id).limit(count))
        for position, (waited, order_id, seq, leaf) in enumerate(rows):
            self.add(self.tables.log_entries, position=position, order_id=order_id, seq=seq, leaf=leaf)
            self.remove(pending, id=waited)
        self.change(self.tables.log_head, {}, size=count)

    def log_tables(self) -> list[Table]:
        """Where the places of entries in the log stand."""
        return [self.tables.log_entries, *([self.tables.log_pending] if self.tables.schema else [])]


def _commitments(entry: Entry) -> tuple[str | None, str | None]:
    personal = entry.personal and entry.personal_salt and digest.commitment(entry.personal_salt, entry.personal).hex()
    actor = entry.actor and entry.actor_salt and digest.commitment(entry.actor_salt, entry.actor).hex()
    return personal or None, actor or None


def _are(table: Table, where: Mapping[str, Any]) -> list[Any]:
    return [table.c[name] == value for name, value in where.items()]


@contextmanager
def past_the_guards(trail: OrderTrail) -> Iterator[Tampering]:
    """A transaction in which nothing guards the record; whatever is done in it is undone."""
    with suppress(_Undo), trail.batch() as batch:
        with batch.store.writing() as session:
            for statement in _lifting(session, trail.store.tables):
                session.run(statement)  # type: ignore[attr-defined]
            yield Tampering(batch, session)
        raise _Undo


def _lifting(session: Any, tables: Tables) -> list[str]:
    """What takes the guards away."""
    if not tables.schema:
        names = session.run("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return [f'DROP TRIGGER "{name}"' for (name,) in names]
    lifted = [f"ALTER TABLE {tables.named(table.name)} DISABLE TRIGGER USER" for table in tables.of("postgresql")]
    return [*lifted, f"ALTER TABLE {tables.named('log_pending')} ALTER COLUMN id SET GENERATED BY DEFAULT"]
