"""What the documents show runs: each page's blocks in their order, in a process and a folder of its own.

What newcomers copy first is also typed, for those whose own code is.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ordertrail

ROOT = Path(__file__).parents[3]
CLIENT_PAGE = ROOT / "docs" / "how-to" / "python-client.md"
"""It needs the service beside it: tests/web runs it."""
HOW_TO = sorted(set((ROOT / "docs" / "how-to").glob("*.md")) - {CLIENT_PAGE})
PAGES = [ROOT / "README.md", ROOT / "docs" / "quickstart.md", *HOW_TO]
TYPED = PAGES[:2]
BLOCK = re.compile(r"^( *)```(python|console)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PACKAGE = str(Path(ordertrail.__file__).parents[1])
POSTGRESQL = "postgresql://shop@localhost/shop"


def blocks(page: Path) -> list[tuple[str, str]]:
    """The languages and texts of the blocks that are run."""
    return [(language, text) for _, language, text in BLOCK.findall(page.read_text(encoding="utf-8"))]


def script(page: Path) -> str:
    """A Python script that runs a page's blocks."""
    lines = ["import subprocess"]
    for language, text in blocks(page):
        if language == "python":
            lines.append(text)
        else:
            commands = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
            assert commands, f"a console block of {page.name} shows no command after a $"
            # In one shell, because a command may set a variable for those below it.
            lines.append(f"subprocess.run({' && '.join(commands)!r}, shell=True, check=True)")
    return "\n".join(lines)


def environment(home: Path) -> dict[str, str]:
    """An environment in which this ordertrail is imported, and its command is found."""
    command = home / "bin" / "ordertrail"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nfrom ordertrail.cli import main\n\nmain()\n")
    command.chmod(0o755)
    return {**os.environ, "PYTHONPATH": PACKAGE, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}


def run(text: str, home: Path) -> None:
    """Run a script in a folder of its own; what a comment behind a print says must have been printed."""
    folder = home / "folder"
    folder.mkdir()
    path = home / "page.py"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        cwd=folder, env=environment(home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for said in re.findall(r"^ *print\(.*\) {2,}# (.*)$", text, re.MULTILINE):
        assert all(piece.strip() in done.stdout for piece in said.split("…")), (
            f"{said!r} was not printed: {done.stdout}"
        )


def with_examples(*, postgresql: bool) -> list[Path]:
    """The pages that show something to run, with PostgreSQL or without."""
    return [page for page in PAGES if blocks(page) and (POSTGRESQL.partition("//")[2] in script(page)) == postgresql]


@pytest.mark.parametrize("page", with_examples(postgresql=False), ids=lambda page: page.stem)
def test_examples_run(page: Path, tmp_path: Path) -> None:
    run(script(page), tmp_path)


@pytest.mark.parametrize("page", with_examples(postgresql=True), ids=lambda page: page.stem)
def test_examples_run_on_postgresql(page: Path, tmp_path: Path, empty_postgres_url: str) -> None:
    text = script(page).replace(POSTGRESQL, empty_postgres_url)
    run(
        text.replace(POSTGRESQL.replace("://", "+psycopg://"), empty_postgres_url.replace("://", "+psycopg://")),
        tmp_path,
    )


def test_first_examples_are_typed(tmp_path: Path) -> None:
    scripts = [tmp_path / f"{page.stem}.py" for page in TYPED]
    for page, path in zip(TYPED, scripts, strict=True):
        path.write_text(script(page), encoding="utf-8")
    # With none of our settings, since a caller has their own; in a process apart, whose limits mypy may raise.
    options = ["--strict", "--config-file=", "--follow-imports=silent", f"--cache-dir={tmp_path / 'cache'}"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *map(str, scripts)],
        env={**os.environ, "MYPYPATH": PACKAGE}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_pages_with_examples_are_found() -> None:
    assert {"README.md", "quickstart.md", "join-your-own-transaction.md"} <= {
        page.name for page in PAGES if blocks(page)
    }
