"""Tokens on each engine: who is let in by one, and who is not."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from ordertrail import Actor, ActorKind, Ceilings, InvalidInput, OrderTrail, UnknownId, UnknownToken
from ordertrail.store import libraries
from ordertrail.web.auth import credentials
from ordertrail.web.auth.caller import Caller
from ordertrail.web.auth.errors import RoleInUse
from ordertrail.web.auth.roles import ROLES, Role
from ordertrail.web.auth.shop_roles import define_role, list_roles, remove_role
from ordertrail.web.auth.tokens import authenticator, create_token, list_tokens, revoke_token
from tests.contract.storing import UNICODE
from tests.shops import START, Clock, with_clock


@pytest.fixture
def clock() -> Clock:
    """What time it is."""
    return Clock()


@pytest.fixture
def trail(database_url: str, clock: Clock) -> Iterator[OrderTrail]:
    """A trail with a clock that can be set."""
    with OrderTrail.open(database_url, sources=with_clock(clock)) as opened:
        yield opened


def made(trail: OrderTrail, name: str = "Shop app", role: str = "csr", **given: Any) -> str:
    """The text of a new token."""
    return create_token(trail, name, role, by="anna", **given)[1]


def test_a_token_lets_its_program_in(trail: OrderTrail) -> None:
    token, text = create_token(trail, "Shop app", "csr", by="anna")
    assert re.fullmatch(rf"ot_{token.id}_[0-9a-f]{{64}}", text)
    caller = authenticator(trail)(text)
    assert caller == Caller(
        actor=Actor(kind=ActorKind.APP, id=token.id, label="Shop app"),
        channel="Shop app",
        role="csr",
        permissions=ROLES["csr"].permissions,
    )
    assert caller.may("order.place")
    assert not caller.may("personal.erase")


def test_a_desk_takes_every_caller(trail: OrderTrail) -> None:
    for name in ("x", "x" * 100, UNICODE.replace("\u2028", " "), "a@b c"):
        caller = authenticator(trail)(made(trail, name))
        assert caller is not None
        with trail.acting(caller.actor, channel=caller.channel, permissions=caller.permissions) as desk:
            order = desk.place_order({"market": "US", "currency": "USD"})
        note = trail.order_note(order.id, 1)
        assert (note.actor.label, note.channel, note.actor.kind) == (name, name, ActorKind.APP)


def test_a_shop_has_roles_of_its_own(trail: OrderTrail) -> None:
    small = Ceilings(refund={"USD": Decimal(50)})
    clerk = define_role(trail, "clerk", "Who refunds a little.", ["payment.refund"], small, by="anna")
    assert clerk == Role(
        whom="Who refunds a little.", permissions=frozenset({"payment.refund"}),
        ceilings=Ceilings(refund={"USD": Decimal("50.00")}),
    )  # fmt: skip
    authenticate = authenticator(trail)
    token, text = create_token(trail, "Till", "clerk", by="anna")
    caller = authenticate(text)
    assert caller is not None
    assert (caller.role, caller.permissions, caller.ceilings) == ("clerk", clerk.permissions, clerk.ceilings)
    define_role(trail, "clerk", "Who sees orders.", ["order.see"], by="anna")
    changed = authenticate(text)
    assert changed is not None
    assert (changed.permissions, changed.ceilings) == (frozenset({"order.see"}), Ceilings())
    assert list(list_roles(trail)) == [*ROLES, "clerk"]
    with pytest.raises(RoleInUse, match="a token has the role clerk"):
        remove_role(trail, "clerk", by="anna")
    revoke_token(trail, token.id, by="anna")
    remove_role(trail, "clerk", by="anna")
    assert authenticate(text) is None
    with pytest.raises(UnknownId, match="no role of its own 'clerk'"):
        remove_role(trail, "clerk", by="anna")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": "admin"}, "admin is a role that ordertrail brings, and stays as it is"),
        ({"name": "a b"}, "the name of a role is 1 to 64 letters"),
        ({"name": ""}, "the name of a role is 1 to 64 letters"),
        ({"whom": "\n"}, "whom a role is for is 1 to 200 characters"),
        ({"permissions": []}, "a role needs a permission: there are"),
        ({"permissions": ["order.see", "order.eat"]}, "there is no permission order.eat: there are"),
        ({"permissions": "order.see"}, "permissions are several"),
        ({"ceilings": Ceilings(refund={"USD": Decimal("-1")})}, "USD|below zero"),
    ],
)
def test_a_role_that_is_none_is_refused(trail: OrderTrail, given: dict[str, Any], says: str) -> None:
    right = {"name": "clerk", "whom": "Clerks", "permissions": ["order.see"]}
    with pytest.raises(InvalidInput, match=says):
        define_role(trail, **{**right, **given}, by="anna")
    assert list(list_roles(trail)) == list(ROLES)


def test_whoever_shows_something_else_is_not_let_in(trail: OrderTrail) -> None:
    text = made(trail)
    authenticate = authenticator(trail)
    _, token_id, secret = text.split("_")
    other = made(trail).split("_")[2]
    for wrong in (
        "", "ot_", "Bearer " + text, text[3:], f"{text} ", f"{text}\n", f" {text}", text.upper(), f"{text}0", text[:-1],
        f"ot_{token_id}_", f"ot__{secret}", f"ot_{token_id}_{other}", f"ot_{token_id[::-1]}_{secret}",
        f"ot_{token_id}_{secret[:-1]}{'1' if secret[-1] == '0' else '0'}", f"xx_{token_id}_{secret}",
        f"ot_{token_id}_{sha256(secret.encode()).hexdigest()}", f"ot_{'0' * 16}_{'0' * 64}", "\0", "\ud800", "é" * 84,
        f"ot_' OR 1=1_{secret}", text.replace("0", "\u0660"), text * 1000,
    ):  # fmt: skip
        assert authenticate(wrong) is None, wrong
    assert authenticate(text) is not None


def test_an_unknown_id_is_compared_like_a_wrong_secret(trail: OrderTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return True  # even then nobody is let in as nobody

    monkeypatch.setattr(credentials, "compare_digest", compare)
    assert authenticator(trail)(f"ot_{'0' * 16}_{'0' * 64}") is None
    assert authenticator(trail)(made(trail)) is not None
    assert compared == [(32, 32)] * 2


def test_a_token_ends_when_it_expires(trail: OrderTrail, clock: Clock) -> None:
    text = made(trail, expires=START + timedelta(days=30))
    authenticate = authenticator(trail)
    clock.pass_by(days=30, seconds=-10)
    assert authenticate(text) is not None
    clock.now = START + timedelta(days=30, seconds=-1)  # a look at it is a second later: the very moment
    assert authenticate(text) is None


def test_a_token_ends_when_it_is_revoked(trail: OrderTrail, clock: Clock) -> None:
    text, authenticate = made(trail), authenticator(trail)
    assert authenticate(text) is not None
    token_id = text.split("_")[1]
    revoked = revoke_token(trail, token_id, by="anna")
    assert authenticate(text) is None
    clock.pass_by(days=1)
    assert revoke_token(trail, token_id, by="anna") == revoked  # the first time stands
    assert list_tokens(trail) == [revoked]


def test_tokens_are_listed_the_oldest_first(trail: OrderTrail) -> None:
    until = datetime(2030, 1, 1, tzinfo=UTC)
    first, _ = create_token(trail, "Shop app", "csr", by="anna", expires=until)
    second, _ = create_token(trail, "Shop app", "admin", by="a" * 128)
    assert list_tokens(trail) == [first, second]
    assert (first.name, first.role, first.created_by, first.expires, first.revoked) == (
        "Shop app", "csr", "anna", until, None,
    )  # fmt: skip
    assert first.created == START + timedelta(seconds=1)
    assert revoke_token(trail, first.id, by="anna").revoked is not None
    assert [token.revoked is None for token in list_tokens(trail)] == [False, True]


@pytest.mark.parametrize(
    ("given", "match"),
    [
        *(({"name": name}, "a token's name is 1 to 100 characters")
          for name in ("", "  ", "x" * 101, "a\nb", "a\0b", "\x1b[31m", "a\x7f", "\x85", "\u2028", "\ud800")),
        ({"by": ""}, "who acts is 1 to 128 characters"),
        ({"by": "a" * 129}, "who acts is 1 to 128 characters"),
        ({"role": "boss"}, "no role 'boss'; it has: viewer, csr, warehouse, manager, auditor, admin"),
        ({"expires": START}, "a time to come"),
        ({"expires": datetime(2030, 1, 1)}, "needs a zone"),  # noqa: DTZ001
        ({"expires": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))}, "outside the years 1 to 9999"),
    ],
)  # fmt: skip
def test_what_no_token_can_be_is_refused(trail: OrderTrail, given: dict[str, Any], match: str) -> None:
    usual = {"name": "Shop app", "role": "csr", "by": "anna"}
    with pytest.raises((InvalidInput, UnknownId), match=match):
        create_token(trail, **{**usual, **given})
    assert list_tokens(trail) == []


def test_a_token_that_is_not_there_cannot_be_revoked(trail: OrderTrail) -> None:
    text = made(trail)
    for given in (text, "0" * 16, "", "\0", "\ud800", text.split("_")[2]):
        with pytest.raises(UnknownToken) as refused:
            revoke_token(trail, given, by="anna")
        assert not given or given not in str(refused.value)


def test_the_secret_is_nowhere_but_in_the_token(trail: OrderTrail, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    token, text = create_token(trail, "Shop app", "csr", by="anna")
    secret = text.split("_")[2]
    digest = sha256(secret.encode()).digest()
    caller = authenticator(trail)(text)
    with trail.store.reading() as transaction:
        row = transaction.token(token.id)
        assert row is not None
        assert row.digest == digest
        stored = transaction.rows(select(trail.store.tables.tokens))
    assert secret not in repr(stored)
    shown = f"{token!r} {token} {row!r} {row} {[row]} {list_tokens(trail)} {caller!r} {caplog.text}"
    for hidden in (secret, repr(digest), digest.hex()):
        assert hidden not in shown


def test_no_two_tokens_are_alike(trail: OrderTrail) -> None:
    texts = [made(trail) for _ in range(20)]
    assert len({part for text in texts for part in text.split("_")[1:]}) == 40


def test_a_token_of_a_caller_s_transaction_is_the_caller_s_to_commit(database_url: str) -> None:
    OrderTrail.open(database_url).close()
    engine = create_engine(
        database_url.replace("postgresql:", "postgresql+psycopg:"),
        **({"module": libraries.choose(None)} if "sqlite" in database_url else {}),
    )
    with engine.connect() as connection:
        joined = OrderTrail.open(connection=connection)
        text = made(joined)
        assert authenticator(joined)(text) is not None
        connection.rollback()
        assert authenticator(joined)(text) is None
        connection.rollback()
        text = made(joined)
        connection.commit()
    engine.dispose()
    with OrderTrail.open(database_url) as trail, trail.batch() as batch:
        assert authenticator(batch)(text) is not None
        revoke_token(batch, text.split("_")[1], by="anna")
        assert authenticator(batch)(text) is None
