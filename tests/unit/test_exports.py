"""What a caller may have to name can be imported from `ordertrail` itself."""

import inspect
from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

import ordertrail
from ordertrail import Desk, OrderTrail, errors
from ordertrail.orders.operations import OPERATIONS
from ordertrail.store.base import Store


def named_by(*kinds: Any) -> set[type]:
    """The classes of ordertrail that types name, and those that the fields of these name."""
    found: set[type] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        kind = get_origin(kind) or kind
        if isinstance(kind, type) and kind.__module__.startswith("ordertrail") and kind not in found:
            found.add(kind)
            waiting += get_type_hints(kind).values()
    return found


def signatures(owner: type) -> Iterator[Any]:
    """The types of what a class's public methods and properties take and give."""
    for name, member in inspect.getmembers(owner):
        function = member.fget if isinstance(member, property) else member
        if not name.startswith("_") and callable(function):
            yield from get_type_hints(function).values()


def test_all_that_signatures_name_is_exported() -> None:
    fields = [field.type for row in OPERATIONS.values() for field in msgspec.structs.fields(row.arguments)]
    # The store is for tools that read rows.
    wanted = named_by(*fields, *signatures(OrderTrail), *signatures(Desk)) - {Store}
    assert {kind.__name__ for kind in wanted} - set(ordertrail.__all__) == set()


def test_every_error_is_exported() -> None:
    declared = {name for name, kind in vars(errors).items() if getattr(kind, "__module__", None) == errors.__name__}
    assert declared - set(ordertrail.__all__) == set()


def test_a_star_brings_what_is_exported_and_no_more() -> None:
    names: dict[str, object] = {}
    exec("from ordertrail import *", names)
    assert set(names) - {"__builtins__"} == set(ordertrail.__all__)
    assert names["OrderTrail"] is OrderTrail


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'ordertrail' has no attribute 'Teleport'"):
        ordertrail.Teleport  # type: ignore[attr-defined]  # noqa: B018
