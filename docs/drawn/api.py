"""docs/reference/api.md: what a program calls, from signatures and docstrings."""

import inspect
import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

import msgspec

import ordertrail
from docs.drawn.markdown import block, code, heading, joined, link, listed, page, table
from docs.drawn.values import named, page_of, section
from ordertrail import Desk, OrderTrail, RecordedOrder
from ordertrail.desk_operations import OPTIONS

HERE = "api.md"
INTRO = """What stands here can be imported from `ordertrail`, as can what stands in [errors](errors.md), what is put
together for [operations](operations.md), and the parts of the document of an [order](order.md)."""

EVERY_OPERATION = """Besides its own arguments, [every operation](operations.md) takes these:"""


def render() -> str:
    """The page."""
    return page(
        "Python API", INTRO,
        heading(2, "OrderTrail"), joined(OrderTrail.__doc__), *_opening(), *_members(OrderTrail, leave=("open",)),
        heading(2, "Desk"), joined(Desk.__doc__), *_every_operation(), *_members(Desk),
        heading(2, "Values"), *map(_value, values()),
    )  # fmt: skip


def values() -> list[type]:
    """The exported types that have no page of their own."""
    exported = [getattr(ordertrail, name) for name in ordertrail.__all__]
    return [
        kind for kind in exported
        if kind not in (OrderTrail, Desk) and (issubclass(kind, Enum) or page_of(kind) == HERE)
    ]  # fmt: skip


def signature(function: Callable[..., Any], name: str) -> str:
    """How it is called, one argument a line where there are many."""
    its = inspect.signature(function)
    given = [_shortly(parameter) for parameter in its.parameters.values() if parameter.name not in ("self", "cls")]
    only_by_name = [p.name for p in its.parameters.values() if p.kind is p.KEYWORD_ONLY]
    if only_by_name:
        given.insert(next(i for i, text in enumerate(given) if text.startswith(f"{only_by_name[0]}:")), "*")
    returns = "" if its.return_annotation is its.empty else f" -> {_returned(function, its)}"
    line = f"{name}({', '.join(given)}){returns}"
    return line if len(line) <= 100 else _lines(name, given, returns)


def _returned(function: Callable[..., Any], its: inspect.Signature) -> str:
    text = named(its.return_annotation)
    return text.replace("Iterator", "AbstractContextManager") if inspect.isgeneratorfunction(function) else text


def _lines(name: str, given: Iterable[str], returns: str) -> str:
    return "\n".join([f"{name}(", *(f"    {argument}," for argument in given), f"){returns}"])


def _shortly(parameter: inspect.Parameter) -> str:
    default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
    return f"{parameter.name}: {named(parameter.annotation)}{default}"


def _opening() -> Iterable[str]:
    yield heading(3, "OrderTrail.open")
    yield block("python", signature(OrderTrail.open, "OrderTrail.open"))
    yield joined(OrderTrail.open.__doc__).split("\n\n")[0]
    for parameter in inspect.signature(OrderTrail.open).parameters.values():
        yield heading(4, parameter.name)
        yield f"{code(_shortly(parameter))}. {_said_of(parameter.name)}"


def _said_of(option: str) -> str:
    """The sentences of the docstring that name an option."""
    text = joined(OrderTrail.open.__doc__).replace("\n\n", " ")
    found = [said for said in re.split(r"(?<=[.:]) (?=[A-Z`])", text) if f"`{option}`" in said]
    if not found:
        raise ValueError(f"the docstring of OrderTrail.open does not name {option}")
    return " ".join(found)


def _every_operation() -> Iterable[str]:
    parameters = inspect.signature(Desk.perform).parameters
    yield EVERY_OPERATION
    yield table(("argument", "type"), [(code(name), code(named(parameters[name].annotation))) for name in OPTIONS])


def _members(owner: type, leave: Iterable[str] = ()) -> Iterable[str]:
    for name, member in vars(owner).items():
        if name.startswith("_") or name in leave:
            continue
        its = member.fget if isinstance(member, property) else inspect.unwrap(getattr(owner, name))
        if its is None or not its.__doc__:
            continue
        said = signature(its, name)
        yield heading(3, f"{owner.__name__}.{name}")
        yield block("python", said.replace("()", "") if isinstance(member, property) else said)
        yield joined(its.__doc__)


def _value(kind: type) -> str:
    if issubclass(kind, Enum):
        members = listed((code(member.value) for member in kind), "and")
        return "\n\n".join([heading(3, kind.__name__), joined(kind.__doc__), f"{members}."])
    if issubclass(kind, RecordedOrder):
        return "\n\n".join(
            [
                heading(3, kind.__name__),
                joined(kind.__doc__),
                f"Its other fields are those of the {link('Order', page='order.md')}.",
            ]
        )
    if issubclass(kind, msgspec.Struct):
        return section(kind, HERE)
    rows = [(code(name), code(named(hint))) for name, hint in inspect.get_annotations(kind).items()]
    about = [heading(3, kind.__name__), joined(kind.__doc__)]
    return "\n\n".join([*about, table(("field", "type"), rows)] if rows else about)
