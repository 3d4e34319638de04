"""docs/reference/settings.md: all that the service is told."""

from typing import Any

import msgspec

from docs.drawn.markdown import code, page, table
from ordertrail.web.auth.openid import Provider
from ordertrail.web.settings import FILE, PREFIX, Settings, variable

INTRO = f"""What `ordertrail serve` is told. An option of its command line counts before an environment variable, that
before the TOML file that `--settings` or `{FILE}` names. An unknown or wrong setting is refused at the start. On the
command line stand `--database`, `--host`, `--port` and `--workers`."""

OF_FILE = """In the file each stands under its name; those of the identity provider in a table of their own:

```toml
workers = 2
public_url = "https://orders.example.com"
trusted_proxies = ["10.0.0.0/8"]

[openid]
issuer = "https://id.example.com"
client_id = "ordertrail"
client_secret = "…"
roles = { "Support leads" = "manager", "Support" = "csr" }
```

`roles` maps groups to roles; where somebody is in several groups the first counts, and who is in none does not come in.
The address to allow at the provider is that of the service and `/v1/session/openid/callback`."""

MEANS = {
    "issuer": "the provider's address, from which it describes itself",
    "client_id": "how the service is known there",
    "client_secret": "and with what it shows that",
    "roles": "the role of each group; in the file only",
    "groups_claim": "in which claim the groups stand",
    "scopes": "what is asked for; in the file only",
}


def render() -> str:
    """The page."""
    rows = [row for row in map(_row, msgspec.structs.fields(Settings)) if row[0] != code("openid")]
    provider = [
        (code(f"openid.{field.name}"), _variable(field.name), _default(field), MEANS[field.name])
        for field in msgspec.structs.fields(Provider)
    ]
    return page("Settings", INTRO, table(("setting", "variable", "else", "what"), [*rows, *provider]), OF_FILE)


def _row(field: Any) -> tuple[str, str, str, str]:
    return code(field.name), code(variable(field.name)), _default(field), _description(field.type)


def _variable(name: str) -> str:
    return "" if name in ("roles", "scopes") else code(f"{PREFIX}OPENID_{name.upper()}")


def _description(hint: Any) -> str:
    return next((meta.description for meta in hint.__metadata__ if meta.description), "")


def _default(field: Any) -> str:
    if field.required:
        return "`sqlite:///ordertrail.db`" if field.name == "database" else "has to be given"
    shown = " ".join(field.default) if isinstance(field.default, tuple) else field.default
    return "" if shown in (None, "") else code(str(shown))
