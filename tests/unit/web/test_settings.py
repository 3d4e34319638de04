"""What the service is told: where a setting counts before another, and what is refused."""

from pathlib import Path

import pytest

from ordertrail.web.auth.openid import Provider
from ordertrail.web.settings import FILE, Settings, WrongSettings, load

DATABASE = {"ORDERTRAIL_DATABASE": "sqlite:///x.db"}

WHOLE = """
database = "postgresql://shop@db/shop"
port = 8123
workers = 2
public_url = "https://orders.example.com/api"
trusted_proxies = ["10.0.0.0/8", "::1"]

[openid]
issuer = "https://id.example.com"
client_id = "ordertrail"
client_secret = "hush"
roles = { Support = "csr" }
"""


def written(folder: Path, text: str) -> dict[str, str]:
    """An environment that names a file with this text."""
    path = folder / "ordertrail.toml"
    path.write_text(text, encoding="utf-8")
    return {FILE: str(path)}


def test_only_the_database_has_to_be_said() -> None:
    settings = load({}, DATABASE)
    assert (settings.database, settings.host, settings.port, settings.workers) == (
        "sqlite:///x.db",
        "127.0.0.1",
        8000,
        1,
    )
    assert settings.openid is None
    with pytest.raises(WrongSettings, match="required field `database`"):
        load({}, {})


def test_the_command_line_counts_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    told = written(tmp_path, WHOLE)
    settings = load({}, told)
    assert (settings.port, settings.workers, settings.public_url) == (8123, 2, "https://orders.example.com/api")
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
    known = Provider(
        issuer="https://id.example.com", client_id="ordertrail", client_secret="hush", roles={"Support": "csr"}
    )
    assert settings.openid == known
    environment = {
        **told, "ORDERTRAIL_PORT": "8200", "ORDERTRAIL_WORKERS": "3", "ORDERTRAIL_OPENID_CLIENT_SECRET": "other",
        "ORDERTRAIL_TRUSTED_PROXIES": "192.0.2.1,2001:db8::/32", "UNRELATED": "x",
    }  # fmt: skip
    settings = load({"port": 8300, "host": None}, environment)
    assert (settings.port, settings.workers) == (8300, 3)
    assert settings.openid is not None
    assert (settings.openid.client_secret, settings.openid.roles) == ("other", {"Support": "csr"})
    assert settings.trusted_proxies == ("192.0.2.1", "2001:db8::/32")
    assert "hush" not in repr(settings)
    assert "other" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("port = 0", "`int` >= 1 - at `port`"), ("port = 70000", "<= 65535 - at `port`"),
        ('port = "many"', "at `port`"), ("prot = 8000", "unknown field `prot`"), ("workers = 1.5", "at `workers`"),
        ('trusted_proxies = ["10.0.0.1/8"]', "trusted_proxies: .*host bits"),
        ('trusted_proxies = ["all"]', "trusted_proxies: 'all'"), ("= 3", "is no TOML"),
        ('public_url = "orders.example.com"', "public_url: give an address such as"),
        ('public_url = "https://x/?a=b"', "public_url: give an address such as"),
        ('log_level = "loud"', "'loud' - at `log_level`"), ("[openid]\nissuer = 3", "at `openid"),
        ('[openid]\nissuer = "https://id.example.com"', "required field `client_id`"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WrongSettings, match=says):
        load({}, {**DATABASE, **written(tmp_path, text)})


def test_a_wrong_variable_is_refused_like_a_wrong_line() -> None:
    with pytest.raises(WrongSettings, match="at `port`"):
        load({}, {**DATABASE, "ORDERTRAIL_PORT": "many"})


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"cannot be read .No such file"):
        load({}, {FILE: str(tmp_path / "nowhere.toml")})
    (tmp_path / "x.toml").write_bytes(b"\xff")
    with pytest.raises(WrongSettings, match=r"cannot be read .not UTF-8"):
        load({}, {FILE: str(tmp_path / "x.toml")})


def test_every_setting_says_what_it_is() -> None:
    for name, hint in Settings.__annotations__.items():
        assert hint.__metadata__[0].description, name
