"""The address of a database: read, and with no option that would go unheeded."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import psycopg
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from ordertrail.errors import InvalidInput
from ordertrail.orders.arguments import checked_text

_FORM = "it should be sqlite:///… or postgresql://…"

_SQLITE = ("timeout", "uri")
_SQLITE_URI = ("cache", "immutable", "mode", "nolock", "psow", "vfs")
"""SQLite's own options, which it heeds where a file is given as a URI."""


def read(url: str | URL) -> URL:
    """The address that `url` is. Raises InvalidInput."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidInput(f"this is no database URL; {_FORM}") from None
    options = chain(address.query, *address.normalized_query.values())
    for part in (address.username, address.password, address.host, address.database, *options):
        checked_text(part or "", "the database URL")
    _check_options(address)
    return address


def on_sqlite(address: URL) -> bool:
    """Whether the database is SQLite's; else it is PostgreSQL's. Raises InvalidInput where it is neither."""
    if address.drivername in ("sqlite", "sqlite+pysqlite"):
        return True
    if address.drivername in ("postgresql", "postgresql+psycopg"):
        return False
    raise InvalidInput(f"{address.drivername} is no database of ordertrail; {_FORM}")


def _check_options(address: URL) -> None:
    """Raises InvalidInput for an option that the driver does not know: it would be ignored."""
    known = sorted(_known(address))
    unknown = [name for name in address.query if name not in known]
    if unknown:
        raise InvalidInput(f"the database URL has no option {', '.join(map(repr, unknown))}; it has {', '.join(known)}")


def _known(address: URL) -> Iterable[str]:
    if not on_sqlite(address):
        options = (option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults())
        return (option for option in options if option != "client_encoding")  # always UTF-8, whatever is said
    return (*_SQLITE, *_SQLITE_URI) if "uri" in address.query else _SQLITE


def connect_arguments(address: URL, **options: Any) -> tuple[list[Any], dict[str, Any]]:
    """What the driver is to be called with. Raises InvalidInput."""
    try:
        arguments, named = create_engine(address, **options).dialect.create_connect_args(address)
    except (ArgumentError, ValueError):
        raise InvalidInput(f"the database URL has a part that is not what it should be; {_FORM}") from None
    return list(arguments), dict(named)
