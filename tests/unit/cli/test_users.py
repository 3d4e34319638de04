"""`user` and `role`: people who sign in, and roles of the shop's own."""

import sys

import pytest

from ordertrail import OrderTrail
from ordertrail.web.auth.users import verified
from tests.unit.cli.conftest import Shell

PASSWORD = "correct horse battery"


def signs_in(shell: Shell, name: str, password: str) -> bool:
    """Whether this is the password."""
    with OrderTrail.open(shell.database) as trail:
        return verified(trail, name, password) is not None


def test_a_password_is_drawn_and_alone_on_stdout(shell: Shell) -> None:
    said = shell("user", "add", "boss", "--role", "admin", "--generate")
    assert len(said.out.strip()) == 20
    assert said.err == "This is the password of boss. It is not shown again.\n"
    assert signs_in(shell, "boss", said.out.strip())
    (listed,) = shell("user", "list", "--json").json
    assert (listed["id"], listed["role"], listed["has_password"], listed["created_by"]) == (
        "boss",
        "admin",
        True,
        "anna",
    )
    again = shell("user", "change", "boss", "--generate").out.strip()
    assert not signs_in(shell, "boss", said.out.strip())
    assert signs_in(shell, "boss", again)


def test_a_password_is_read_and_not_shown(shell: Shell) -> None:
    said = shell("user", "add", "anna", "--role", "csr", "--label", "Anna Berg", "--password-stdin", given=PASSWORD)
    assert said.out == "done: anna\n"
    assert signs_in(shell, "anna", PASSWORD)
    assert "anna   Anna Berg   csr    with a password" in shell("user", "list").out
    assert shell("user", "change", "anna", "--disable", "--role", "viewer").out == "done: anna\n"
    assert not signs_in(shell, "anna", PASSWORD)
    assert "anna   Anna Berg   viewer   no more" in shell("user", "list").out
    shell("user", "change", "anna", "--enable")
    assert signs_in(shell, "anna", PASSWORD)


def test_nobody_comes_in_by_default(shell: Shell) -> None:
    said = shell("user", "list")
    assert (said.out, said.err) == ("", "there is no user: `ordertrail user add NAME --role admin` makes the first\n")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["add", "a", "--role", "admin"], 2, "nobody is there to be asked for a password"),
        (["add", "a", "--role", "admin", "--generate", "--password-stdin"], 2, "drawn or read, not both"),
        (["add", "a", "--role", "admin", "--password-stdin"], 2, "a password has 12 to 1,000 letters"),
        (["add", "a@b", "--role", "admin", "--generate"], 2, "is no id of an actor"),
        (["add", "a", "--role", "boss", "--generate"], 1, "this shop has no role 'boss'"),
        (["change", "a", "--disable"], 1, "there is no user of this name"),
    ],
)
def test_a_user_that_cannot_be_is_refused(shell: Shell, words: list[str], code: int, says: str) -> None:
    assert says in " ".join(shell("user", *words, code=code).err.split())
    assert shell("user", "list", "--json").json == []


def test_without_the_extra_it_says_what_to_install(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ordertrail.web.auth.users", None)
    said = shell("user", "add", "a", "--role", "admin", "--generate", code=2)
    assert "ordertrail.web.auth.users is missing: pip install 'ordertrail[server]'" in " ".join(said.err.split())


def test_the_last_admin_stays(shell: Shell) -> None:
    shell("user", "add", "boss", "--role", "admin", "--generate")
    assert "this is the last admin" in shell("user", "change", "boss", "--disable", code=1).err


def test_a_role_of_the_shops_own(shell: Shell) -> None:
    made = shell(
        "role", "define", "intern", "--whom", "Interns", "--permission", "order.see", "--permission", "note.write"
    )
    assert made.out == "defined: intern\n"
    shell("user", "add", "ina", "--role", "intern", "--generate")
    listed = {row["name"]: row for row in shell("role", "list", "--json").json}
    assert listed["intern"]["permissions"] == ["note.write", "order.see"]
    assert "Interns" in shell("role", "list").out
    assert "a user has the role intern" in shell("role", "remove", "intern", code=1).err
    shell("user", "change", "ina", "--role", "viewer")
    assert shell("role", "remove", "intern").out == "removed: intern\n"
    assert (
        "there is no permission order.eat"
        in shell("role", "define", "x", "--whom", "x", "--permission", "order.eat", code=2).err
    )
