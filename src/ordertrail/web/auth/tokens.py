"""API tokens: how one is made, listed and revoked, and whom it lets in.

Each request looks its token up, so one that is revoked ends at once, in every process.
"""

from datetime import datetime

from sqlalchemy import select

from ordertrail.answers import Token
from ordertrail.errors import InvalidTime, UnknownToken
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.notes.times import micros, moment
from ordertrail.orders.operations.parts import in_utc
from ordertrail.store.base import TokenRow
from ordertrail.streams import By, Happening
from ordertrail.trail import OrderTrail
from ordertrail.web.auth import credentials
from ordertrail.web.auth.acting import by_whom
from ordertrail.web.auth.caller import Authenticate, Caller
from ordertrail.web.auth.names import checked_name
from ordertrail.web.auth.roles import Role
from ordertrail.web.auth.shop_roles import checked_role, role_named

KIND = "ot"
"""How the text of a token begins."""


def create_token(
    trail: OrderTrail,
    name: str,
    role: str,
    *,
    by: By | str,
    expires: datetime | None = None,
) -> tuple[Token, str]:
    """A new token, and its text, which nobody can show again. Raises InvalidInput and UnknownId."""
    checked_name(name, "a token's name")
    maker, now, drawn = by_whom(by), trail.clock(), credentials.draw(KIND)
    row = TokenRow(
        token_id=drawn.id, name=name, role=role, digest=drawn.digest, created=micros(now),
        expires=_expiry(expires, now), revoked=None, created_by=maker.actor.id,
    )  # fmt: skip
    with trail.store.writing() as transaction:
        checked_role(transaction, trail.store.tables, role)
        transaction.add_token(row)
        data = {"token": drawn.id, "name": name, "role": role}
        trail.streams.append(transaction, [Happening(event="TokenCreated", by=maker, data=data)])
    return _token(row), drawn.text


def list_tokens(trail: OrderTrail) -> list[Token]:
    """All tokens, the oldest first, with those that have ended."""
    tokens = trail.store.tables.tokens
    with trail.store.reading() as transaction:
        rows = transaction.rows(select(tokens).order_by(tokens.c.created, tokens.c.token_id))
    return [_token(TokenRow._make(row)) for row in rows]


def revoke_token(trail: OrderTrail, token_id: str, *, by: By | str) -> Token:
    """Revoke a token, from now on; of one that was revoked before, that time stands. Raises UnknownToken."""
    row = _revoked(trail, token_id, by_whom(by)) if credentials.ID.fullmatch(token_id) else None
    if row is None:
        # Without what was given: it may be a whole token, secret and all.
        raise UnknownToken("no token has this id: it is what stands between `ot_` and the next `_`")
    return _token(row)


def _revoked(trail: OrderTrail, token_id: str, by: By) -> TokenRow | None:
    with trail.store.writing() as transaction:
        before = transaction.token(token_id)
        if before is not None and before.revoked is None:
            transaction.revoke_token(token_id, micros(trail.clock()))
            data = {"token": token_id, "name": before.name}
            trail.streams.append(transaction, [Happening(event="TokenRevoked", by=by, data=data)])
        return transaction.token(token_id)


def authenticator(trail: OrderTrail) -> Authenticate:
    """What tells whom a token names. None for all that let nobody in, whatever the reason."""

    def authenticate(text: str) -> Caller | None:
        shown = credentials.read(KIND, text)
        if shown is None:
            return None
        with trail.store.reading() as transaction:
            row = transaction.token(shown.id)
            role = None if row is None else role_named(transaction, trail.store.tables, row.role)
        fits = shown.fits(None if row is None else row.digest)
        if row is None or role is None or not fits or _token(row).ended(trail.clock()):
            return None
        return _caller(row, role)

    return authenticate


def _caller(row: TokenRow, role: Role) -> Caller:
    return Caller(
        actor=Actor(kind=ActorKind.APP, id=row.token_id, label=row.name),
        channel=row.name,
        role=row.role,
        permissions=role.permissions,
        ceilings=role.ceilings,
    )


def _expiry(expires: datetime | None, now: datetime) -> int | None:
    if expires is not None and expires.tzinfo is None:
        raise InvalidTime("the time at which a token expires needs a zone, such as 2027-01-31T12:00:00Z")
    until = in_utc(expires)
    if until is not None and until <= now:
        raise InvalidTime("a token that has expired lets nobody in: give a time to come, or none")
    return None if until is None else micros(until)


def _token(row: TokenRow) -> Token:
    """A row as people may see it."""
    return Token(
        id=row.token_id,
        name=row.name,
        role=row.role,
        created=moment(row.created),
        created_by=row.created_by,
        expires=None if row.expires is None else moment(row.expires),
        revoked=None if row.revoked is None else moment(row.revoked),
    )
