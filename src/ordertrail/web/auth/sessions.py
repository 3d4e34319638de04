"""Sessions: who is signed in. They are kept in the database, and ended there."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from ordertrail.answers import User
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.notes.times import micros, moment
from ordertrail.streams import By, Happening
from ordertrail.trail import OrderTrail
from ordertrail.web.auth import credentials
from ordertrail.web.auth.caller import Caller
from ordertrail.web.auth.errors import SignInRefused
from ordertrail.web.auth.shop_roles import role_named
from ordertrail.web.auth.throttle import count_attempt, forget_attempt, sources
from ordertrail.web.auth.users import Verified, still, user_named, verified

CHANNEL = "Order Management"
"""Where people work who sign in."""

IDLE = timedelta(hours=2)
"""How long a session lasts that nobody uses."""

LONGEST = timedelta(hours=12)
"""How long any session lasts: a day at work."""

_USED_AGAIN = timedelta(minutes=1)
"""How exactly it is known when a session was last used: not every look is worth a write."""

KIND = "os"
"""How the text of a session's cookie begins."""

_REFUSED = "the name or the password is wrong, or this user may not sign in"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and until when at the longest. `csrf_token` is what their writes have to show (see RFC 6265
    8.2: a browser sends a cookie along with what another site makes it ask)."""

    id: str
    caller: Caller
    csrf_token: str
    expires: datetime


def sign_in(trail: OrderTrail, user_id: str, password: str, *, address: str | None) -> tuple[Session, str]:
    """A new session, and the text of its cookie, which nobody can show again.

    Raises TooManyAttempts, and SignInRefused, the same whatever was wrong.
    """
    counted = sources(user_id, address)
    count_attempt(trail, counted)
    found = verified(trail, user_id, password)
    if found is None:
        raise SignInRefused(_REFUSED)
    return begin(trail, found, how="with a password", address=address, counted=counted)


def begin(
    trail: OrderTrail,
    who: Verified,
    *,
    how: str,
    address: str | None,
    counted: dict[str, int] | None = None,
) -> tuple[Session, str]:
    """A new session for a user who has shown who they are, `how`.

    Raises SignInRefused for one who was changed meanwhile, or has no role any more.
    """
    drawn, now, sessions = credentials.draw(KIND), micros(trail.clock()), trail.store.tables.sessions
    row = {"session_id": drawn.id, "user_id": who.user.id, "digest": drawn.digest, "created": now, "used": now}
    with trail.store.writing() as transaction:
        if not still(transaction, trail.store.tables, who):
            raise SignInRefused(_REFUSED)
        forget_attempt(trail, transaction, counted or {})
        transaction.execute(delete(sessions).where(_ended(sessions, trail.clock())))
        transaction.execute(insert(sessions).values(row))
        actor = msgspec.structs.replace(_actor(who.user), address=address)
        trail.streams.append(
            transaction, [Happening(event="SignedIn", by=By(actor=actor, channel=CHANNEL), data={"how": how})]
        )
    session = session_of(trail, drawn.text)
    if session is None:
        raise SignInRefused("this user has a role that is there no more: ask who says who may come in")
    return session, drawn.text


def session_of(trail: OrderTrail, text: str) -> Session | None:
    """The session whose cookie this is; None for all that let nobody in, whatever the reason."""
    shown, tables, now = credentials.read(KIND, text), trail.store.tables, trail.clock()
    if shown is None:
        return None
    with trail.store.reading() as transaction:
        rows = transaction.rows(select(tables.sessions).where(tables.sessions.c.session_id == shown.id))
        _, user_id, digest, created, used = rows[0] if rows else ("", "", None, 0, 0)
        if not shown.fits(digest) or _over(created, used, now):
            return None
        user = user_named(transaction, tables, user_id)
        role = None if user is None else role_named(transaction, tables, user.role)
    if user is None or role is None:
        return None
    if now - moment(used) > _USED_AGAIN:
        _keep(trail, shown.id, now)
    caller = Caller(
        actor=_actor(user),
        channel=CHANNEL,
        role=user.role,
        permissions=role.permissions,
        ceilings=role.ceilings,
    )
    return Session(
        id=shown.id, caller=caller, csrf_token=_csrf(shown.secret, user_id), expires=moment(created) + LONGEST
    )


def end_session(trail: OrderTrail, session: Session) -> None:
    """Sign out."""
    sessions, who = trail.store.tables.sessions, session.caller
    with trail.store.writing() as transaction:
        if transaction.execute(delete(sessions).where(sessions.c.session_id == session.id)):
            by = By(actor=who.actor, channel=who.channel)
            trail.streams.append(transaction, [Happening(event="SignedOut", by=by)])


def _actor(user: User) -> Actor:
    return Actor(kind=ActorKind.USER, id=user.id, label=user.label)


def _keep(trail: OrderTrail, session_id: str, now: datetime) -> None:
    sessions = trail.store.tables.sessions
    with trail.store.writing() as transaction:
        transaction.execute(update(sessions).where(sessions.c.session_id == session_id).values(used=micros(now)))


def _over(created: int, used: int, now: datetime) -> bool:
    return now - moment(created) > LONGEST or now - moment(used) > IDLE


def _ended(sessions: Any, now: datetime) -> Any:
    return (sessions.c.created < micros(now - LONGEST)) | (sessions.c.used < micros(now - IDLE))


def _csrf(secret: str, user_id: str) -> str:
    """Another secret, which the cookie tells and which does not tell the cookie; behind it, whose it is."""
    secret_too = sha256(f"ordertrail/1 csrf\n{secret}".encode()).hexdigest()
    return f"{secret_too}.{_whose(user_id)}"


def _whose(user_id: str) -> str:
    return sha256(f"ordertrail/1 user\n{user_id}".encode()).hexdigest()[:16]


def was_of(csrf_token: str, user_id: str) -> bool:
    """Whether a token was of a session of this user, whichever; for a form that outlived its session."""
    return csrf_token.rpartition(".")[2] == _whose(user_id)
