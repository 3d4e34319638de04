"""Types in words, and the fields of a Struct as a table."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import FunctionType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from docs.drawn.markdown import code, heading, joined, link, listed, table
from ordertrail.orders.model import Currency, Key, Pseudonym

NAMED: Mapping[Any, str] = {Key: "id", Pseudonym: "pseudonym", Currency: "currency"}
"""The types that have a pattern, by the name that stands in the tables."""

PLAIN: Mapping[Any, str] = {
    str: "text", bool: "true or false", int: "integer", bytes: "bytes", float: "number", Decimal: "decimal",
    datetime: "time", Any: "JSON", object: "JSON",
}  # fmt: skip

ORDER_PAGE = "order.md"
PAGES = {"ordertrail.orders.model": ORDER_PAGE, "ordertrail.errors": "errors.md"}

LONGEST_DEFAULT = 60
"""Longer ones are not spelt out in a table."""


def named(annotation: Any) -> str:
    """A type as Python spells it, without the modules that its parts come from."""
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", inspect.formatannotation(annotation))


def page_of(kind: type) -> str:
    """The page on which a Struct or an error has its heading."""
    if kind.__module__ in PAGES:
        return PAGES[kind.__module__]
    return "operations.md" if kind.__module__.startswith("ordertrail.orders") else "api.md"


def words(kind: Any, here: str) -> str:
    """What a value of this type is, as read on page `here`."""
    if get_origin(kind) is Annotated:
        return _annotated(kind, here)
    if get_origin(kind) in (Union, UnionType):
        return listed(words(part, here) for part in get_args(kind) if part is not NoneType)
    if get_origin(kind) is Literal:
        return f"one of {listed(map(code, get_args(kind)))}"
    if get_origin(kind) is not None:
        return _collection(kind, here)
    if kind in PLAIN:
        return PLAIN[kind]
    return _of_class(kind, here)


def _annotated(kind: Any, here: str) -> str:
    base, *metas = get_args(kind)
    name = next((name for known, name in NAMED.items() if known == kind), None)
    text = words(base, here) if name is None else link(name, page="" if here == ORDER_PAGE else ORDER_PAGE)
    return "; ".join([text, *(limit for meta in metas for limit in limits(meta) if name is None)])


def limits(meta: Meta) -> list[str]:
    """The bounds of a type, in words."""
    found = []
    if meta.max_length is not None:
        found.append(f"{meta.min_length or 0} to {meta.max_length:,} characters")
    if meta.pattern is not None:
        pattern = meta.pattern.removeprefix(r"\A").removesuffix(r"\Z")
        found.append(f"matches {code(pattern)}")
    if meta.ge is not None:
        found.append(f"from {meta.ge}")
    if meta.tz:
        found.append("with a zone")
    if (meta.extra or {}).get("personal"):
        found.append("personal")
    return found


def _collection(kind: Any, here: str) -> str:
    origin, parts = get_origin(kind), [part for part in get_args(kind) if part is not ...]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"map of {words(parts[0], here)} to {words(parts[1], here)}"
    if origin is tuple and len(parts) > 1 and ... not in get_args(kind):
        return f"({', '.join(words(part, here) for part in parts)})"
    if isinstance(origin, type) and issubclass(origin, Sequence | frozenset):
        return f"list of {words(parts[0], here)}"
    return "function" if origin is Callable else code(kind)


def _of_class(kind: Any, here: str) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"one of {listed(code(member.value) for member in kind)}"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        page = page_of(kind)
        return link(kind.__name__, page="" if page == here else page)
    return code(getattr(kind, "__name__", kind))


def fields(struct: type[msgspec.Struct], here: str, first: str = "field") -> str:
    """The fields of a Struct as a table."""
    rows = [(code(field.name), _words_of(field, here), _default(field)) for field in msgspec.structs.fields(struct)]
    return table((first, "what", "by default"), rows) if rows else ""


def _words_of(field: Any, here: str) -> str:
    # Where there is a default, that says whether it may be left out.
    return words(field.type, here) + (" or none" if field.required and NoneType in get_args(field.type) else "")


def _default(field: Any) -> str:
    if field.required:
        return "**required**"
    value = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    if value is None or value in ("", (), {}):
        return "–"
    if isinstance(value, tuple) and len(str(value)) > LONGEST_DEFAULT:
        return "…"
    if isinstance(value, FunctionType):
        return code(value.__name__)
    return code(str(value).lower() if isinstance(value, bool) else getattr(value, "value", value))


def structs_in(kind: Any) -> list[type[msgspec.Struct]]:
    """The Structs that a type names."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [struct for part in get_args(kind) for struct in structs_in(part)]


def parts_of(*structs: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """All Structs that these are made of, at any depth, without themselves."""
    found: dict[type[msgspec.Struct], None] = {}
    waiting = list(structs)
    while waiting:
        below = [part for field in msgspec.structs.fields(waiting.pop(0)) for part in structs_in(field.type)]
        new = [part for part in dict.fromkeys(below) if part not in found and part not in structs]
        found.update(dict.fromkeys(new))
        waiting += new
    return list(found)


def section(struct: type[msgspec.Struct], here: str, level: int = 3) -> str:
    """A Struct with its heading, docstring and fields."""
    return "\n\n".join(filter(None, [heading(level, struct.__name__), joined(struct.__doc__), fields(struct, here)]))
