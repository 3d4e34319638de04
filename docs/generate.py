"""Writes the documents and the type stub that are drawn from the code: `make docs`."""

from pathlib import Path

from docs.drawn import api, commands, errors, events, findings, operations, order, statuses, storage, stub

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
STUB = ROOT / "src" / "ordertrail" / "desk_operations.pyi"

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
}


def render() -> dict[Path, str]:
    """The text of each drawn file by its path."""
    return {**{REFERENCE / name: draw() for name, draw in PAGES.items()}, STUB: stub.render()}


def main() -> None:
    """Write what has changed."""
    for path, text in render().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
