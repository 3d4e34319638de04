"""How often somebody may try to sign in: counted in the database, so that all processes count together."""

from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from ordertrail.notes.times import micros
from ordertrail.store.base import Transaction
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.errors import TooManyAttempts

WINDOW = timedelta(minutes=15)
"""How long failures count, from the first."""

PER_ACCOUNT_AND_ADDRESS = 10
PER_ACCOUNT = 100
"""From all addresses together: a stranger at one of them locks nobody else out."""

PER_ADDRESS = 100
"""Many people may sign in from behind one address."""


def sources(user_id: str, address: str | None) -> dict[str, int]:
    """What attempts are counted for, and how many may fail.

    An account by its digest, as what was typed may be anything; an IPv6 address by its /64, which one host has.
    """
    account = f"account {sha256(user_id.encode('utf-8', 'replace')).hexdigest()}"
    block = f"address {_block(address or '')}"
    return {account: PER_ACCOUNT, block: PER_ADDRESS, f"{account} {block}": PER_ACCOUNT_AND_ADDRESS}


def _block(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{ip}/64", strict=False)) if ip.version == 6 else str(ip)


def count_attempt(trail: OrderTrail, counted: dict[str, int]) -> None:
    """Count an attempt before it is looked at, so that many at once are not looked at either.

    Raises TooManyAttempts.
    """
    with trail.store.writing() as transaction:
        # In one order for all: two that count the same take turns.
        failures = {source: _count(trail, transaction, source) for source in sorted(counted)}
    if any(failures[source] > most for source, most in counted.items()):
        raise TooManyAttempts("signing in failed too often of late: wait a quarter of an hour")


def forget_attempt(trail: OrderTrail, transaction: Transaction, counted: dict[str, int]) -> None:
    """Somebody signed in: their attempt was no failure. None that are long ago count any more."""
    failures = trail.store.tables.sign_in_failures
    for source in sorted(counted):
        fewer = update(failures).values(failures=failures.c.failures - 1)
        transaction.execute(fewer.where(failures.c.source == source, failures.c.failures > 0))
    transaction.execute(delete(failures).where(failures.c.since < micros(trail.clock() - WINDOW)))


def _count(trail: OrderTrail, transaction: Transaction, source: str) -> int:
    table, now = trail.store.tables.sign_in_failures, micros(trail.clock())
    begin = micros(trail.clock() - WINDOW)
    over = table.c.since < begin
    dialect: Any = sqlite if trail.store.tables.schema is None else postgresql
    counted = dialect.insert(table).values(source=source, failures=1, since=now)
    counted = counted.on_conflict_do_update(
        index_elements=[table.c.source],
        set_={
            "failures": case((over, 1), else_=table.c.failures + 1),
            "since": case((over, now), else_=table.c.since),
        },
    ).returning(table.c.failures)
    return int(transaction.rows(counted)[0][0])
