"""Times, logins, addresses and commands to type next."""

import getpass
import time
from datetime import UTC, datetime

import pytest
import typer

from ordertrail.cli.options import Settings, command, login, moment, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31 12:00+01:00", datetime(2026, 1, 31, 11, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
    ],
)
def test_a_time(text: str, expected: datetime) -> None:
    assert moment(text) == expected


def test_a_time_without_a_zone_is_where_the_reader_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    assert moment("2026-07-01T12:00") == datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "now", "2026-02-30", "0001-01-01T00:00", "12:00"])
def test_no_time(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        moment(text)


@pytest.mark.parametrize(
    ("name", "expected"), [("anna", "anna"), ("anna@corp", "anna-corp"), ("ANNA \t B", "ANNA-B"), ("", "somebody")]
)
def test_a_login_becomes_an_id(name: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: name)
    assert login() == expected


def test_a_user_that_the_system_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", unknown)
    assert login() == "somebody"


def test_a_password_is_never_shown() -> None:
    of = Settings(database="postgresql://anna:secret@host/shop", named=True)
    assert shown(of.database) == "postgresql://anna:***@host/shop"
    assert command(of, "show", "PO 1") == "ordertrail show 'PO 1' --database 'postgresql://anna:***@host/shop'"
    assert command(Settings(), "verify") == "ordertrail verify"
