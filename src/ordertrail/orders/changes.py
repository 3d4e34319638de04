"""What changed: two stored documents compared, a change applied, and personal values kept apart.

A document is JSON. A change is `[pointer, before, after]` (JSON Pointer, RFC 6901); absent is null, which no document
holds otherwise. Maps are compared key by key, everything else as a whole; a map that comes or goes is one change.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress
from operator import is_not, itemgetter, ne
from typing import Any, get_args, get_type_hints

import msgspec

from ordertrail.notes.personal import ERASED, Change, Json, Tree, below
from ordertrail.orders.model import Order, Personal, canonical, decode_order


def compare(before: Order | None, after: Order, erased: Sequence[str] = ()) -> list[Change]:
    """The changes that lead from one order's stored document to the other's, by pointer.

    `erased` are the places whose personal values went in between: their marks stood there before.
    Orders share what did not change, and the same object is spelt alike: only the rest is spelt, and compared.
    """
    if before is not None and erased:
        return compare_values(marked(before, erased), as_json(after))
    was = _NOTHING if before is None else msgspec.structs.astuple(before)
    now = msgspec.structs.astuple(after)
    found: list[Change] = []
    for name, old, new in sorted(compress(zip(_MEMBERS, was, now, strict=True), map(is_not, was, now)), key=_first):
        _compare_members(f"/{name}", _stored(old), _stored(new), found)
    return found


_MEMBERS = Order.__struct_fields__
_NOTHING = (None,) * len(_MEMBERS)
_first = itemgetter(0)


def _compare_members(pointer: str, before: Json, after: Json, found: list[Change]) -> None:
    if before != after:
        _difference(pointer, before, after, found)


def _stored(value: Any) -> Json:
    """A member of an order as the document holds it; a default is left out."""
    return _decode_value(canonical(value)) if value else None


_decode_value = msgspec.json.Decoder().decode


def compare_values(before: Json, after: Json) -> list[Change]:
    """The same for two documents as JSON."""
    found: list[Change] = []
    _compare_members("", before, after, found)
    return found


def _difference(pointer: str, before: Json, after: Json, found: list[Change]) -> None:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in _differing(before, after):
            _difference(f"{pointer}/{key}", before.get(key), after.get(key), found)
    else:
        found.append((pointer, before, after))


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The keys whose values are not the same, sorted."""
    keys = before | after
    return sorted(compress(keys, map(ne, map(before.get, keys), map(after.get, keys))))


def apply(document: dict[str, Json], change: Change) -> Json:
    """Make `change` in `document`, in place, and return the value that stood there (None if none did).

    A map that comes in is copied, as later changes are made inside it. Raises KeyError or TypeError where the
    document has no such place.
    """
    pointer, _, after = change
    *path, last = pointer.split("/")[1:]
    place = document
    for key in path:
        place = place[key]
    before = place.get(last)
    if after is None:
        place.pop(last, None)
    else:
        place[last] = _copy(after)
    return before


def revert(document: dict[str, Json], change: Change) -> None:
    """Undo `change` in `document`, in place."""
    pointer, before, after = change
    apply(document, (pointer, after, before))


def _copy(value: Json) -> Json:
    return {key: _copy(item) for key, item in value.items()} if isinstance(value, dict) else value


# Personal values


@lru_cache(maxsize=64)
def personal_tree(plain_attributes: frozenset[str] = frozenset()) -> Tree:
    """Where the document holds personal values, read from the annotations of `Order`.

    `plain_attributes` are the keys of attributes that the shop has declared not to be personal.
    """
    return _struct_tree(Order, plain_attributes)


def _struct_tree(struct: type[msgspec.Struct], plain: frozenset[str]) -> dict[str, Any]:
    hints = get_type_hints(struct, include_extras=True)
    tree = {name: _type_tree(hints[name], plain) for name in struct.__struct_fields__}
    if tree.get("attributes") and plain:
        tree["attributes"] = dict.fromkeys(plain, False) | {"*": True}
    return {name: below for name, below in tree.items() if below}


def _type_tree(hint: Any, plain: frozenset[str]) -> Any:
    # By value: a package that is imported twice in one process has two of these, and typing shares what equals.
    if any(extra == Personal for extra in getattr(hint, "__metadata__", ())):
        return True
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _struct_tree(hint, plain)
    arguments = get_args(hint)
    if getattr(hint, "__origin__", None) is dict:
        below = _type_tree(arguments[1], plain)
        return {"*": below} if below else None
    return next((tree for argument in arguments if (tree := _type_tree(argument, plain))), None)


def without(order: Order, places: Iterable[str]) -> Order:
    """`order` without the values at these pointers, which are all optional."""
    value = as_json(order)
    for pointer in places:
        apply(value, (pointer, None, None))
    return decode_order(canonical(value))


def marked(order: Order, places: Iterable[str]) -> Json:
    """An order's document as it reads once the values at these pointers are erased."""
    value = as_json(order)
    for pointer in places:
        apply(value, (pointer, None, dict(ERASED)))
    return value


def as_json(order: Order) -> Json:
    """An order's document as JSON."""
    return _decode_value(canonical(order))


def personal_places(value: Json, tree: Any, pointer: str = "") -> list[str]:
    """The pointers of all personal values in a document."""
    if not tree or value is None:
        return []
    if isinstance(value, dict):
        return [
            found
            for key, item in value.items()
            for found in personal_places(item, below(tree, key), f"{pointer}/{key}")
        ]
    return [pointer] if tree is True else []
