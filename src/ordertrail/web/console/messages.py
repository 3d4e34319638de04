"""Every message of the console, in English: what a catalogue of another language has to translate."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from importlib.resources import files
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from jinja2 import Environment, nodes

from ordertrail.notes.events import BUILT_IN, Category
from ordertrail.notes.model import NoteType
from ordertrail.notes.reading import readable
from ordertrail.orders.model import Order
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import COLLECTIONS, STATUSES
from ordertrail.orders.statuses import CreditKind, ReturnKind, TransactionType
from ordertrail.reading.lists import SORTS
from ordertrail.trail import REASONS
from ordertrail.web import problems
from ordertrail.web.auth.roles import ROLES
from ordertrail.web.console import activity, finding, forms, orders, parts, placing, shipping, wording
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.wording import words


def messages() -> set[str]:
    """All of them."""
    return {one for one in (*_in_templates(), *_of_the_record(), *_of_the_console()) if re.search(r"[A-Za-z]", one)}


def _in_templates() -> Iterator[str]:
    """What stands in the templates."""
    for one in files("ordertrail.web.console").joinpath("templates").iterdir():
        tree = Environment(autoescape=True).parse(one.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_":
                said = call.args[0]
                texts: list[nodes.Const] = [said] if isinstance(said, nodes.Const) else [*said.find_all(nodes.Const)]
                yield from (text.value for text in texts if isinstance(text.value, str))


def _of_the_record() -> Iterator[str]:
    """What the record names: operations and what they take, statuses, sentences, places in the document."""
    for row in OPERATIONS.values():
        yield from (words(row.name), row.summary)
        yield from _labels(row.arguments)
    for event in BUILT_IN.values():
        yield from (event.sentence, wording.event(event.name))
    yield from (*wording.DONE, *wording.CONDITIONS, *wording.MARKS, *map(readable, (True, False)))
    named: list[type[StrEnum]] = [*STATUSES.values(), Category, NoteType, TransactionType, ReturnKind, CreditKind]
    for life in named:
        yield from (words(member) for member in life)
    yield from (reason.label for reason in REASONS.values())
    yield from map(words, COLLECTIONS)
    yield from _places(Order)


def _labels(struct: type[msgspec.Struct], path: str = "") -> Iterator[str]:
    for name, hint in get_type_hints(struct).items():
        yield forms.label(f"{path}{name}")
        yield from map(words, get_args(hint) if get_origin(hint) is Literal else ())
        for inner in _structs(hint):
            yield from _labels(inner, f"{path}{name}/")


def _places(struct: type[msgspec.Struct]) -> Iterator[str]:
    for name, hint in get_type_hints(struct).items():
        yield words(name)
        for inner in _structs(hint):
            yield from _places(inner)


def _structs(hint: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    elif get_origin(hint) in (Union, UnionType, dict, tuple):
        for inner in get_args(hint):
            yield from _structs(inner)


def _of_the_console() -> Iterator[str]:
    """What the console's own tables and code name."""
    yield from forms.HINTS.values()
    yield from parts.SAID
    yield from (orders.MINE, *(one.name for one in orders.VIEWS))
    yield from (preset[0] for preset in orders.PRESETS.values())
    yield from map(words, orders.COLUMNS)
    yield from orders.LABELS.values()
    yield from (words(sort.lstrip("-")) for sort in SORTS)
    yield from (words(name) for name in (*orders.Search.__struct_fields__, *finding.Wanted.__struct_fields__))
    yield from (stage[0] for stage in shipping.STAGES.values())
    yield from (word for _, word in wording.KINDS.values())
    yield from (*ROLES, *wording.PERMISSIONS.values())
    refused = (*problems.STATUSES.values(), HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    yield from (status.phrase for status in refused)
    for module in (forms, placing, activity):
        yield from _titles(module.__file__ or "")


def _titles(path: str) -> Iterator[str]:
    """Titles and hints as code spells them out: what is given as `title`, `label` or `hint`."""
    with open(path, encoding="utf-8") as source:
        tree = ast.parse(source.read())
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            for given in call.keywords:
                if given.arg in ("title", "label", "hint") and isinstance(given.value, ast.Constant):
                    yield str(given.value.value)


def missing(language: str) -> list[str]:
    """The messages that a language has no translation of."""
    reader = Reader(language=language)
    catalogue = reader.texts
    known = getattr(catalogue, "_catalog", {})
    return sorted(one for one in messages() if one not in known)
