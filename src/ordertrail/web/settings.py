"""What the service is told: on its command line, else in the environment, else in a TOML file."""

import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from ordertrail.errors import InvalidInput
from ordertrail.web.auth.openid import Provider

PREFIX = "ORDERTRAIL_"
"""How the name of an environment variable begins; behind it stands the setting's, in capitals."""

FILE = f"{PREFIX}SETTINGS"
"""The environment variable that names the file."""


METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable of prometheus_client: the folder in which processes count together."""


class WrongSettings(InvalidInput):
    """A setting that is unknown, or not what it should be: its name and what would be right stand in the message."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of the service; each of them has a default but the database."""

    database: Annotated[str, Meta(description="`sqlite:///…` or `postgresql://…`")]
    host: Annotated[str, Meta(min_length=1, description="where to listen")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="on which port")] = 8000
    workers: Annotated[int, Meta(ge=1, le=256, description="how many processes")] = 1
    pool_size: Annotated[
        int, Meta(ge=1, le=1000, description="connections to the database that each process holds at most")
    ] = 8
    public_url: Annotated[
        str | None,
        Meta(description="the address at which browsers reach the service, with its path, if a proxy stands before it"),
    ] = None
    trusted_proxies: Annotated[
        tuple[str, ...], Meta(description="networks of the proxies whose `X-Forwarded-For` is believed")
    ] = ()
    largest_body: Annotated[int, Meta(ge=1000, le=100_000_000, description="bytes of a request's body")] = 1_000_000
    webhook_networks: Annotated[
        tuple[str, ...],
        Meta(description="networks that are not public to which webhooks may go, without TLS too"),
    ] = ()
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="what is logged, from where on")
    ] = "info"
    openid: Annotated[Provider | None, Meta(description="where people sign in beside the service itself")] = None


_NETWORKS = ("trusted_proxies", "webhook_networks")
"""The settings that name networks; in the environment joined by commas."""


def load(options: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """The settings: `options` before the environment, that before the file. Raises WrongSettings."""
    path = environment.get(FILE)
    found = {} if path is None else _of_file(Path(path))
    for name, value in _of_environment(environment).items():
        found[name] = {**found.get(name, {}), **value} if isinstance(value, dict) else value
    found |= {name: value for name, value in options.items() if value is not None}
    return _checked(found)


def _of_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{path} cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from None
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings(f"{path} is no TOML: {error}") from None


def _of_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that stand in variables of their own: of the provider all that are texts."""
    found: dict[str, Any] = {}
    for name in Settings.__struct_fields__:
        value = environment.get(variable(name))
        if value is not None and name != "openid":
            found[name] = value.split(",") if name in _NETWORKS else value
    provider = {
        name: environment[variable(f"openid_{name}")]
        for name in ("issuer", "client_id", "client_secret", "groups_claim")
        if variable(f"openid_{name}") in environment
    }
    return {**found, "openid": provider} if provider else found


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def _checked(found: Mapping[str, Any]) -> Settings:
    try:
        settings = msgspec.convert(found, Settings, strict=False)
        for name in _NETWORKS:
            _check_networks(name, getattr(settings, name))
    except msgspec.ValidationError as error:
        raise WrongSettings(f"the settings: {str(error).replace('`$.', '`')}") from None
    _check_public_url(settings.public_url)
    return settings


def _check_networks(name: str, networks: tuple[str, ...]) -> None:
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise WrongSettings(f"{name}: {error}") from None


def _check_public_url(url: str | None) -> None:
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise WrongSettings("public_url: give an address such as https://orders.example.com, with a path or none")
