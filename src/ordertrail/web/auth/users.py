"""Users: people who sign in with a password of their own, or at an identity provider."""

from functools import cache
from typing import Any, NamedTuple

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy import Select, delete, insert, select, update

from ordertrail.answers import User
from ordertrail.errors import DuplicateId, InvalidInput
from ordertrail.notes.times import micros, moment
from ordertrail.store.base import Transaction
from ordertrail.streams import By, Happening
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.acting import by_whom
from ordertrail.web.auth.errors import LastAdmin, UnknownUser
from ordertrail.web.auth.names import checked_id, checked_name
from ordertrail.web.auth.shop_roles import checked_role

ADMIN = "admin"
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000

_HASHER = PasswordHasher()
"""Argon2id with the second recommended option of RFC 9106."""


@cache
def _nobodys() -> str:
    """What is verified where there is no such user, so that it takes as long; made when somebody first signs in."""
    return _HASHER.hash("nobody has this password")


class Changes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be another; what is not given stays."""

    label: str | None = None
    role: str | None = None
    password: str | None = None
    disabled: bool | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(role={self.role!r}, disabled={self.disabled!r})"


def add_user(
    trail: OrderTrail, user_id: str, role: str, *, password: str | None, by: By | str, label: str | None = None
) -> User:
    """A new user; without a password one who signs in elsewhere. Raises InvalidInput, UnknownId and DuplicateId."""
    checked_id(user_id, "a user's name")
    maker = by_whom(by)
    row = {
        "user_id": user_id,
        "label": checked_name(label or user_id, "a user's label"),
        "role": role,
        "password": None if password is None else _hash(password),
        "created": micros(trail.clock()),
        "created_by": maker.actor.id,
    }
    tables = trail.store.tables
    with trail.store.writing() as transaction:
        checked_role(transaction, tables, role)
        if _row(transaction, tables, user_id) is not None:
            raise DuplicateId(f"there is a user {user_id}: choose another name")
        transaction.execute(insert(tables.users).values(row))
        added = Happening(event="UserAdded", by=maker, data={"user": user_id, "role": role})
        trail.streams.append(transaction, [added])
        return _found(transaction, tables, user_id)


def list_users(trail: OrderTrail) -> list[User]:
    """All users by their names, with those who may not sign in any more."""
    users = trail.store.tables.users
    with trail.store.reading() as transaction:
        return [_user(row) for row in transaction.rows(select(users).order_by(users.c.user_id))]


def change_user(trail: OrderTrail, user_id: str, changes: Changes, *, by: By | str) -> User:
    """Change a user. With another password, or disabled, whoever is signed in as them is so no more.

    Raises UnknownUser, UnknownId, InvalidInput and LastAdmin.
    """
    tables, values, who = trail.store.tables, _values(changes, micros(trail.clock())), by_whom(by)
    with trail.store.writing() as transaction:
        if changes.role is not None or changes.disabled:
            _lock_admins(transaction, tables)
        before = _found(transaction, tables, user_id)
        if changes.role is not None:
            checked_role(transaction, tables, changes.role)
        transaction.execute(update(tables.users).where(tables.users.c.user_id == user_id).values(values))
        after = _found(transaction, tables, user_id)
        if _is_admin(before) and not _is_admin(after):
            _check_admin_left(transaction, tables)
        if changes.password is not None or changes.disabled:
            transaction.execute(delete(tables.sessions).where(tables.sessions.c.user_id == user_id))
        changed = _changed(before, after, changes)
        if changed:
            data = {"user": user_id, "changed": changed}
            trail.streams.append(transaction, [Happening(event="UserChanged", by=who, data=data)])
    return after


def _changed(before: User, after: User, changes: Changes) -> str:
    """What has become another, for the record: neither password nor label itself, which may be taken back."""
    found = [f"role {before.role} → {after.role}"] if after.role != before.role else []
    if (after.disabled is None) != (before.disabled is None):
        found.append("may sign in again" if after.disabled is None else "may not sign in any more")
    if changes.password is not None:
        found.append("password")
    if after.label != before.label:
        found.append("label")
    return ", ".join(found)


def _values(changes: Changes, now: int) -> dict[str, Any]:
    """The columns that change. Raises InvalidInput."""
    values: dict[str, Any] = {}
    if changes.label is not None:
        values["label"] = checked_name(changes.label, "a user's label")
    if changes.role is not None:
        values["role"] = changes.role
    if changes.password is not None:
        values["password"] = _hash(changes.password)
    if changes.disabled is not None:
        values["disabled"] = now if changes.disabled else None
    if not values:
        raise InvalidInput("nothing is to change: give a label, a role, a password or disabled")
    return values


class Verified(NamedTuple):
    """A user who has shown their password, and the hash that it was held against."""

    user: User
    kept: str | None


def verified(trail: OrderTrail, user_id: str, password: str) -> Verified | None:
    """The user, if this is their password and they may sign in. An unknown name takes no less time than a wrong one."""
    with trail.store.reading() as transaction:
        row = _row(transaction, trail.store.tables, user_id)
    kept, nobodys = None if row is None else row[3], _nobodys()
    fits = len(password) <= LONGEST_PASSWORD and _fits(nobodys if kept is None else kept, password)
    user = None if row is None else _user(row)
    if user is None or kept is None or not fits or user.disabled is not None:
        return None
    return Verified(user, kept)


def still(transaction: Transaction, tables: Any, who: Verified) -> bool:
    """Whether they may sign in with the same password as before. Until the end of the transaction nobody changes it."""
    users = tables.users
    same = select(users.c.password).where(users.c.user_id == who.user.id, users.c.disabled.is_(None)).with_for_update()
    return transaction.rows(same) == [(who.kept,)]


def user_named(transaction: Transaction, tables: Any, user_id: str) -> User | None:
    """The user of this name who may sign in, or None."""
    row = _row(transaction, tables, user_id)
    user = None if row is None else _user(row)
    return None if user is None or user.disabled is not None else user


def known(trail: OrderTrail, user_id: str) -> str | None:
    """`user_id`, if there is such a user."""
    with trail.store.reading() as transaction:
        return None if _row(transaction, trail.store.tables, user_id) is None else user_id


def _row(transaction: Transaction, tables: Any, user_id: str) -> tuple[Any, ...] | None:
    # What no name can be is in no database either, and PostgreSQL could not even be asked for it.
    if "\0" in user_id or not user_id.isprintable():
        return None
    rows = transaction.rows(select(tables.users).where(tables.users.c.user_id == user_id))
    return rows[0] if rows else None


def _found(transaction: Transaction, tables: Any, user_id: str) -> User:
    row = _row(transaction, tables, user_id)
    if row is None:
        raise UnknownUser("there is no user of this name")
    return _user(row)


def _user(row: tuple[Any, ...]) -> User:
    user_id, label, role, password, created, created_by, disabled = row
    return User(
        id=user_id,
        label=label,
        role=role,
        created=moment(created),
        created_by=created_by,
        disabled=None if disabled is None else moment(disabled),
        has_password=password is not None,
    )


def _is_admin(user: User) -> bool:
    return user.role == ADMIN and user.disabled is None


def _lock_admins(transaction: Transaction, tables: Any) -> None:
    """On PostgreSQL nobody else takes an admin away meanwhile: in one order, so that none waits for one who waits."""
    transaction.rows(_admins(tables).order_by(tables.users.c.user_id).with_for_update())


def _check_admin_left(transaction: Transaction, tables: Any) -> None:
    """Raises LastAdmin."""
    if not transaction.rows(_admins(tables)):
        raise LastAdmin("this is the last admin: let somebody else be one first")


def _admins(tables: Any) -> Select[Any]:
    users = tables.users
    return select(users.c.user_id).where(users.c.role == ADMIN, users.c.disabled.is_(None))


def _hash(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or not password.isprintable():
        raise InvalidInput(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} letters, digits and signs")
    return _HASHER.hash(password)


def _fits(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (Argon2Error, UnicodeEncodeError):
        return False
