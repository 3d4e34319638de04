"""What is drawn from the code is current, complete, and leads where it says."""

import ast
import inspect
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs import generate
from docs.drawn.commands import commands
from docs.drawn.errors import tree
from docs.drawn.markdown import anchor
from ordertrail import OrderTrail
from ordertrail.desk import Desk
from ordertrail.errors import OrderTrailError
from ordertrail.notes.events import BUILT_IN
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import STATUSES

ROOT = generate.ROOT
REFERENCE = generate.REFERENCE
DRAWN = generate.render()
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def headings(page: Path) -> list[str]:
    """The headings of a page, without those in blocks of code."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ (.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.name)
def test_is_current(path: Path) -> None:
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    assert written == DRAWN[path], f"{path.name} is not what the code says: run `make docs`"


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("operations.md", OPERATIONS),
        ("event-types.md", BUILT_IN),
        ("errors.md", [error.__name__ for error, _ in tree(OrderTrailError)]),
        ("api.md", inspect.signature(OrderTrail.open).parameters),
        ("commands.md", [name for name, _ in commands()]),
        ("statuses.md", [life.capitalize() for life in STATUSES]),
    ],
)
def test_each_has_its_heading(page: str, wanted: list[str]) -> None:
    assert set(wanted) - set(headings(REFERENCE / page)) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        path, _, place = target.partition("#")
        there = (page.parent / unquote(path)).resolve() if path else page
        assert there.exists(), f"{target} leads nowhere"
        if place:
            assert place in map(anchor, headings(there)), f"{target} leads to no heading"


@pytest.mark.parametrize("life", STATUSES)
def test_each_status_is_in_its_picture(life: str) -> None:
    pictures = (REFERENCE / "statuses.md").read_text(encoding="utf-8").split("```mermaid")[1:]
    picture = pictures[list(STATUSES).index(life)].partition("```")[0]
    assert all(re.search(rf"\b{status}\b", picture) for status in STATUSES[life])
    pairs = re.findall(r"^ +(\S+) --> (\S+)", picture, re.MULTILINE)
    assert len(pairs) == len(set(pairs)), "one arrow for each pair"


def test_the_stub_has_each_operation_with_its_arguments() -> None:
    stub = ast.parse(generate.STUB.read_text(encoding="utf-8"))
    methods = {
        node.name: [argument.arg for argument in node.args.kwonlyargs]
        for node in ast.walk(stub)
        if isinstance(node, ast.FunctionDef)
    }
    given = {name: list(row.arguments.__struct_fields__) for name, row in OPERATIONS.items() if name not in vars(Desk)}
    options = ["expected_version", "idempotency_key", "at", "cause"]
    assert methods == {name: [*fields, *options] for name, fields in given.items()}
