"""What changed: two stored documents compared, a change applied, and personal values kept apart.

A document is JSON. A change is `[pointer, before, after]` (JSON Pointer, RFC 6901); absent is null, which no document
holds otherwise. Maps are compared key by key, everything else as a whole; a map that comes or goes is one change.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import compress
from operator import ne
from typing import Any, get_args, get_type_hints

import msgspec

from ordertrail.notes.personal import ERASED, Change, Json, Tree, below
from ordertrail.orders.model import Order, Personal, canonical, decode_order
from ordertrail.orders.recent import LARGEST


def compare(before: bytes, after: bytes) -> list[Change]:
    """The changes that lead from one stored document to the other, by pointer. Empty bytes are no document."""
    old, new = _members(before), _members(after)
    found: list[Change] = []
    for key in _differing(old, new):
        _difference(f"/{key}", _value(old.get(key)), _value(new.get(key)), found)
    return found


def compare_values(before: Json, after: Json) -> list[Change]:
    """The same for two documents that are decoded already."""
    found: list[Change] = []
    _difference("", before, after, found)
    return found


def _members(document: bytes) -> dict[str, msgspec.Raw]:
    # The top level as raw bytes: whatever is spelt alike need not be decoded. What stands after one step is compared
    # again at the next; documents that are too large for that are few.
    if len(document) > LARGEST:
        return _decode_members(document)
    return _kept_members(document) if document else {}


_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_kept_members = lru_cache(maxsize=64)(_decode_members)
_decode_value = msgspec.json.Decoder().decode


def _value(raw: msgspec.Raw | None) -> Json:
    return None if raw is None else _decode_value(raw)


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
    document = _decode_value(canonical(order))
    for pointer in places:
        apply(document, (pointer, None, None))
    return decode_order(canonical(document))


def marked(document: bytes, places: Iterable[str]) -> bytes:
    """A stored document as it reads once the values at these pointers are erased."""
    value = _decode_value(document)
    for pointer in places:
        apply(value, (pointer, None, dict(ERASED)))
    return canonical(value)


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
