"""The roles that a shop has of its own, beside those that ordertrail brings."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import to_builtins
from sqlalchemy import delete, insert, select

from ordertrail import given
from ordertrail.errors import InvalidInput, UnknownId
from ordertrail.orders.operations.base import Ceilings
from ordertrail.store.base import Transaction
from ordertrail.streams import By, Happening
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.acting import by_whom
from ordertrail.web.auth.errors import RoleInUse
from ordertrail.web.auth.names import checked_key, checked_name
from ordertrail.web.auth.roles import PERMISSIONS, ROLES, Role


def role_named(transaction: Transaction, tables: Any, name: str) -> Role | None:
    """The role of this name, ordertrail's or the shop's own, or None."""
    if name in ROLES:
        return ROLES[name]
    rows = transaction.rows(select(tables.roles).where(tables.roles.c.name == name))
    return _role(rows[0]) if rows else None


def checked_role(transaction: Transaction, tables: Any, name: str) -> str:
    """`name`, which is a role's. Until the end of the transaction nobody removes it. Raises UnknownId."""
    transaction.rows(select(tables.roles.c.name).where(tables.roles.c.name == name).with_for_update(read=True))
    if role_named(transaction, tables, name) is None:
        own = transaction.rows(select(tables.roles.c.name))
        raise UnknownId("role", name, (*ROLES, *sorted(row[0] for row in own)), "this shop")
    return name


def list_roles(trail: OrderTrail) -> dict[str, Role]:
    """All roles by name: ordertrail's, then the shop's own."""
    roles = trail.store.tables.roles
    with trail.store.reading() as transaction:
        own = {row[0]: _role(row) for row in transaction.rows(select(roles).order_by(roles.c.name))}
    return {**ROLES, **own}


def define_role(
    trail: OrderTrail,
    name: str,
    whom: str,
    permissions: Iterable[str],
    ceilings: Ceilings | None = None,
    *,
    by: By | str,
) -> Role:
    """Give the shop a role of its own, or change it; who has it may do that from their next request on.

    Raises InvalidInput.
    """
    _check_own(name)
    granted = given.grants(permissions, ceilings)
    wanted = granted.permissions or frozenset()
    unknown = sorted(wanted - PERMISSIONS)
    if unknown or not wanted:
        wrong = f"there is no permission {', '.join(unknown)}" if unknown else "a role needs a permission"
        raise InvalidInput(f"{wrong}: there are {', '.join(sorted(PERMISSIONS))}")
    role = Role(whom=checked_name(whom, "whom a role is for", 200), permissions=wanted, ceilings=granted.ceilings)
    roles, who = trail.store.tables.roles, by_whom(by)
    with trail.store.writing() as transaction:
        transaction.execute(delete(roles).where(roles.c.name == name))
        transaction.execute(insert(roles).values(**_row(name, role)))
        data = {"role": name, "permissions": sorted(role.permissions), "ceilings": to_builtins(role.ceilings)}
        trail.streams.append(transaction, [Happening(event="RoleDefined", by=who, data=data)])
    return role


def remove_role(trail: OrderTrail, name: str, *, by: By | str) -> None:
    """Remove a role of the shop's own. Raises UnknownId, InvalidInput or RoleInUse."""
    _check_own(name)
    tables, who = trail.store.tables, by_whom(by)
    has_it: Mapping[str, Any] = {
        "a user": select(tables.users.c.user_id).where(tables.users.c.role == name),
        "a token": select(tables.tokens.c.token_id).where(
            tables.tokens.c.role == name, tables.tokens.c.revoked.is_(None)
        ),
    }
    with trail.store.writing() as transaction:
        # First of all, so that whoever is just given the role is seen below.
        if not transaction.execute(delete(tables.roles).where(tables.roles.c.name == name)):
            raise UnknownId("role of its own", name, [row[0] for row in transaction.rows(select(tables.roles.c.name))],
                            "this shop")  # fmt: skip
        for holder, having in has_it.items():
            if transaction.rows(having.limit(1)):
                raise RoleInUse(f"{holder} has the role {name}: give them another one first")
        trail.streams.append(transaction, [Happening(event="RoleRemoved", by=who, data={"role": name})])


def _check_own(name: str) -> None:
    if checked_key(name, "the name of a role") in ROLES:
        raise InvalidInput(f"{name} is a role that ordertrail brings, and stays as it is: give yours another name")


def _row(name: str, role: Role) -> dict[str, str]:
    return {
        "name": name,
        "whom": role.whom,
        "permissions": msgspec.json.encode(sorted(role.permissions)).decode(),
        "ceilings": msgspec.json.encode(role.ceilings).decode(),
    }


def _role(row: tuple[Any, ...]) -> Role:
    _, whom, permissions, ceilings = row
    # What the shop once granted may be the name of no permission any more.
    granted = frozenset(msgspec.json.decode(permissions, type=list[str])) & PERMISSIONS
    return Role(whom=whom, permissions=granted, ceilings=msgspec.json.decode(ceilings, type=Ceilings))
