"""Writes the documents and the type stubs that are drawn from the code: `make docs`."""

from pathlib import Path

from docs.drawn import (
    api,
    commands,
    errors,
    events,
    findings,
    http,
    operations,
    order,
    roles,
    settings,
    statuses,
    storage,
    stub,
)

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
PACKAGE = ROOT / "src" / "ordertrail"
STUB = PACKAGE / "desk_operations.pyi"

STUBS = {
    STUB: stub.render,
    PACKAGE / "orders" / "operations" / "inputs.pyi": stub.render_inputs,
    PACKAGE / "client" / "operations.pyi": stub.render_client,
}

PAGES = {
    "operations.md": operations.render,
    "event-types.md": events.render,
    "statuses.md": statuses.render,
    "order.md": order.render,
    "errors.md": errors.render,
    "api.md": api.render,
    "commands.md": commands.render,
    "storage.md": storage.render,
    "findings.md": findings.render,
    "http.md": http.render,
    "roles.md": roles.render,
    "settings.md": settings.render,
}


def render() -> dict[Path, str]:
    """The text of each drawn file by its path."""
    drawn = {**{REFERENCE / name: draw for name, draw in PAGES.items()}, **STUBS}
    return {path: draw() for path, draw in drawn.items()}


def main() -> None:
    """Write what has changed."""
    for path, text in render().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
