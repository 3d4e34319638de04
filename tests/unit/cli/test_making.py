"""`init`, `demo` and `import`."""

import shlex
from pathlib import Path

import psycopg
import pytest

from ordertrail import OrderTrail
from ordertrail.cli.making import PASSWORD
from ordertrail.web.auth.roles import ROLES
from ordertrail.web.auth.sessions import sign_in
from ordertrail.web.auth.users import list_users
from tests.olist_files import uneven
from tests.unit.cli.conftest import Shell, plain


def test_init_makes_a_trail_and_says_how_it_is_guarded(empty: Shell) -> None:
    said = empty("init").out.splitlines()
    assert said[0] == f"ready: {empty.database}"
    assert said[1].startswith("triggers alone guard the record")
    assert empty("orders", "--json") == ("", "", 0)
    assert empty("init").code == 0


def test_init_with_roles_is_for_postgresql(empty: Shell) -> None:
    assert "SQLite has no roles" in empty("init", "--roles", code=2).err


def test_init_where_there_is_no_place(shell: Shell, tmp_path: Path) -> None:
    assert shell("init", "--database", f"sqlite:///{tmp_path}/none/x.db", code=1).err.startswith("error: ")


def test_all_of_it_on_postgresql(empty_postgres_url: str) -> None:
    shell = Shell(empty_postgres_url)
    assert "holds no trail" in shell("orders", code=1).err
    ready, guarded = shell("init", "--roles").out.splitlines()
    assert ready.startswith("ready: postgresql://")
    assert guarded.startswith("the roles are made")
    shell("place", "-", given='{"market": "US", "currency": "USD", "customer": {"name": "渡辺"}}')
    shell("do", "PO100001", "hold_order", "--reason", "fraud")
    shell("note", "add", "PO100001", "--title", "Called", "--detail", "🚆")
    assert "┃ Note: Called" in shell("notes", "PO100001").out
    assert shell("show", "PO100001", "--as-of", "1", "--json").json[0]["order"]["status"] == "InProgress"
    assert "1 orders, 3 entries: nothing is wrong" in shell("verify").out
    with psycopg.connect(empty_postgres_url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_roles WHERE rolname = 'ordertrail_app'").fetchone()
    assert found == (1,)


def test_a_server_that_is_not_there() -> None:
    said = Shell("postgresql://anna:secret@127.0.0.1:1/shop")("orders", code=1).err
    assert said.startswith("error: no connection to the database")
    assert "secret" not in said


# demo


def test_demo_ends_with_a_timeline_and_what_to_try_next(empty: Shell) -> None:
    said = empty("demo", "--orders", "40", "--seed", "3").out
    timeline, _, after = said.partition("\nOne of ")
    number = timeline.split()[0]
    assert "◆ Order" in timeline
    assert "orders with" in after
    commands = [shlex.split(line, comments=True) for line in after.splitlines() if line.startswith("  ordertrail ")]
    assert ["ordertrail", "show", number] in commands
    for _, *words in commands:
        empty(*words)


def test_demo_names_the_database_where_it_was_named(empty: Shell, tmp_path: Path) -> None:
    said = empty("demo", "--orders", "5", "--database", f"sqlite:///{tmp_path}/other.db").out
    assert f"ordertrail verify --database sqlite:///{tmp_path}/other.db" in " ".join(said.split())


def test_demo_leaves_a_database_alone_that_holds_orders(shell: Shell) -> None:
    assert "holds orders already" in shell("demo", "--orders", "5", code=1).err
    assert len(shell("orders", "--json").json) == 1


def test_demo_shows_how_far_it_is_on_a_terminal_only(empty: Shell, tmp_path: Path) -> None:
    assert "5/5" in plain(empty.terminal("demo", "--orders", "5").out)
    said = empty.process("demo", "--orders", "5", ORDERTRAIL_DATABASE=f"sqlite:///{tmp_path}/two.db")
    assert (said.err, said.code) == ("", 0)


@pytest.mark.parametrize("orders", ["0", "-1", "x"])
def test_demo_of_no_orders(empty: Shell, orders: str) -> None:
    empty("demo", "--orders", orders, code=2)


# import


def test_import_from_nowhere(empty: Shell, tmp_path: Path) -> None:
    empty("import", "olist", str(tmp_path / "none"), code=2)
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "cannot be read: No such file" in empty("import", "olist", str(folder), code=1).err
    assert list(tmp_path.iterdir()) == [folder]


def test_import_olist_says_what_came_and_adds_nothing_twice(empty: Shell, tmp_path: Path) -> None:
    uneven().write(tmp_path)
    first, second = (empty("import", "olist", str(tmp_path)).out for _ in range(2))
    orders = empty("orders", "--all", "--json").json
    assert first.startswith(f"{len(orders)} orders: {len(orders)} added with ")
    assert second.startswith(f"{len(orders)} orders: 0 added with 0 entries, {len(orders)} were there\n")
    assert first.splitlines()[1:] == second.splitlines()[1:]
    assert "  times out of order" in first


def test_a_demo_has_a_user_of_each_role_if_wanted(empty: Shell) -> None:
    said = empty("demo", "--orders", "3", "--users").out
    assert f"Each with the password {PASSWORD}." in said
    with OrderTrail.open(empty.database) as trail:
        assert {user.id: user.role for user in list_users(trail)} == {name: name for name in ROLES}
        for name in ROLES:
            assert f"  {name}" in said
            assert sign_in(trail, name, PASSWORD, address=None)[0].caller.role == name
