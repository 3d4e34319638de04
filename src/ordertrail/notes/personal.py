"""Personal values, kept apart from what stays for ever.

Inside an entry a personal value stands as `{"$personal": n}`, n being its place in the entry's personal part; once
that part is erased it reads `{"$erased": true}`, so that the changes of all entries still add up to the document. Who
may not see it reads `{"$hidden": true}`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Json = Any
"""A JSON value as Python spells it: dict, list, str, int, bool or None."""

Change = tuple[str, Json, Json]
"""A JSON Pointer (RFC 6901), the value before and the value after; absent is None."""

Tree = dict[str, Any]
"""Which places are personal: a map of names to a Tree or True; "*" stands for any key of a collection."""

ERASED: Mapping[str, Json] = {"$erased": True}
"""What stands where a personal value was."""


HIDDEN: Mapping[str, Json] = {"$hidden": True}
"""What stands where a personal value is that the reader may not see."""

REFERENCE = '{"$personal":'
"""How a reference begins in the text of an entry; within a JSON string its quotes would be escaped."""

_REFERENCE = re.compile(rb'\{"\$personal":([0-9]+)\}')
_ERASED, _HIDDEN = b'{"$erased":true}', b'{"$hidden":true}'


def hide(content: str) -> str:
    """The content of an entry, as it is stored, with marks where its personal values would go."""
    return _REFERENCE.sub(_HIDDEN, content.encode()).decode()


def below(tree: Any, key: str) -> Any:
    """The part of `tree` under `key`: a Tree, True where it is personal, or nothing."""
    return tree.get(key, tree.get("*")) if isinstance(tree, dict) else tree


def seal(changes: Iterable[Change], tree: Tree, personal: list[str]) -> list[list[Json]]:
    """`changes` with each personal value moved to the end of `personal`."""
    sealed = []
    for pointer, before, after in changes:
        under: Any = tree
        for key in pointer.split("/")[1:]:
            under = below(under, key)
        values = (seal_value(before, under, personal), seal_value(after, under, personal)) if under else (before, after)
        sealed.append([pointer, *values])
    return sealed


def seal_value(value: Json, tree: Any, personal: list[str]) -> Json:
    """`value` with each value that `tree` calls personal moved to the end of `personal`."""
    if not tree or value is None:
        return value
    if isinstance(value, dict):
        if value == ERASED:
            return value
        every = tree if tree is True else tree.get("*")
        under = {} if tree is True else tree
        return {
            key: seal_value(item, its, personal) if (its := under.get(key, every)) else item
            for key, item in value.items()
        }
    if tree is True:
        personal.append(value)
        return {"$personal": len(personal) - 1}
    return value


def unseal(content: str, personal: Sequence[bytes] | None) -> bytes:
    """The content of an entry, as it is stored, with its personal values (each as JSON) put back, or marked as erased
    where there are none any more. Raises LookupError for one that is not there, ValueError for a reference to none."""
    if personal is None:
        found = _REFERENCE.sub(_ERASED, content.encode())
    else:
        found = _REFERENCE.sub(lambda reference: personal[int(reference[1])], content.encode())
    if REFERENCE.encode() in found:
        raise ValueError("it refers to a personal value by what is no number")
    return found


def sealed_places(value: Json, pointer: str) -> list[str]:
    """The pointers at which a sealed value of an entry holds personal values."""
    if not isinstance(value, dict):
        return []
    if "$personal" in value:
        return [pointer]
    return [found for key, item in value.items() for found in sealed_places(item, f"{pointer}/{key}")]
