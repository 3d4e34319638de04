"""`token`: making, listing and revoking what programs show."""

import re
from datetime import datetime, timedelta

import pytest

from ordertrail import OrderTrail
from ordertrail.web.auth.roles import ROLES
from ordertrail.web.auth.tokens import authenticator
from tests.unit.cli.conftest import Shell, plain


def lets_in(shell: Shell, text: str) -> bool:
    """Whether the token lets anybody in."""
    with OrderTrail.open(shell.database) as trail:
        return authenticator(trail)(text) is not None


def test_the_token_alone_is_on_stdout(shell: Shell) -> None:
    said = shell("token", "create", "Shop app", "--role", "csr")
    assert re.fullmatch(r"ot_[0-9a-f]{16}_[0-9a-f]{64}\n", said.out)
    _, token_id, secret = said.out.strip().split("_")
    assert said.err.startswith(f"This is token {token_id}. It is not shown again")
    assert secret not in said.err
    assert lets_in(shell, said.out.strip())


def test_a_token_from_its_making_to_its_end(shell: Shell) -> None:
    text = shell("token", "create", "Zoë's app", "--role", "warehouse", "--actor", "bob").out.strip()
    _, token_id, secret = text.split("_")
    (listed,) = shell("token", "list", "--json").json
    assert (listed["id"], listed["name"], listed["role"]) == (token_id, "Zoë's app", "warehouse")
    assert (listed["created_by"], listed["expires"], listed["revoked"]) == ("bob", None, None)
    assert secret not in shell("token", "list", "--json").out
    said = shell("token", "list").out
    assert f"{token_id}   Zoë's app   warehouse   20" in said
    assert re.search(r"bob +it is revoked", said)
    assert shell("token", "revoke", token_id).out == "revoked: Zoë's app\n"
    assert not lets_in(shell, text)
    assert re.search(r"bob +revoked 20\d\d-", shell("token", "list").out)
    assert shell("token", "revoke", token_id).out == "revoked: Zoë's app\n"


def test_a_token_that_expires(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("token", "create", "app", "--role", "csr", "--expires", "30")
    (listed,) = shell("token", "list", "--json").json
    made, until = (datetime.fromisoformat(listed[name]) for name in ("created", "expires"))
    assert timedelta(days=30, minutes=-1) < until - made < timedelta(days=30, minutes=1)
    day = f"{until:%Y-%m-%d %H:%M}"
    assert re.search(rf"anna +{day}", shell("token", "list").out)
    monkeypatch.setattr(OrderTrail, "clock", lambda _: until)
    assert re.search(rf"anna +expired {day}", shell("token", "list").out)


@pytest.mark.parametrize("days", ["0", "-1", "36501", "soon"])
def test_days_that_are_none(shell: Shell, days: str) -> None:
    shell("token", "create", "app", "--role", "csr", "--expires", days, code=2)
    assert shell("token", "list", "--json").json == []


def test_help_names_the_roles(shell: Shell) -> None:
    said = shell("token", "create", "--help").out
    assert all(name in said for name in ROLES)
    said = shell("token", "create", "a", "--role", "b", code=1).err
    assert said.startswith("error: this shop has no role 'b'; it has: viewer, csr, warehouse, manager")


def test_a_role_has_to_be_said(shell: Shell) -> None:
    assert "--role" in shell("token", "create", "app", code=2).err


def test_a_name_that_is_none(shell: Shell) -> None:
    said = shell("token", "create", "a\x1b[31m", "--role", "csr", code=2)
    assert said.out == ""
    assert said.err.startswith("error: a token's name is 1 to 100 characters")


def test_no_token(shell: Shell) -> None:
    assert shell("token", "list") == ("", "there is no token\n", 0)
    said = shell("token", "revoke", f"ot_{'0' * 16}_{'5' * 64}", code=1)
    assert said.err.startswith("error: no token has this id")
    assert "55" not in said.err


def test_no_command_is_wrong_usage(shell: Shell) -> None:
    assert "Usage:" in shell("token", code=2).out


def test_the_id_stays_whole_on_a_narrow_terminal(shell: Shell) -> None:
    text = shell("token", "create", "An application with quite a long name", "--role", "warehouse").out
    assert text.split("_")[1] in plain(shell.terminal("token", "list", columns=60).out)


def test_where_there_is_no_trail_nothing_is_made(empty: Shell) -> None:
    assert "there is no database file" in empty("token", "create", "app", "--role", "csr", code=1).err
