"""The arguments of an operation as words of a command: `--shipment 1 --reason fraud --capture`.

What there is, of which type and with which default, is read from the operation's own Struct.
"""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import inspect

from ordertrail.cli.options import moment
from ordertrail.cli.output import WrongUsage
from ordertrail.orders.arguments import parse_json
from ordertrail.orders.operations.base import GivenReason

Fields = Mapping[str, inspect.Field]

_NESTED = (inspect.DictType, inspect.StructType, inspect.VarTupleType)


def fields_of(*structs: type[msgspec.Struct]) -> Fields:
    """The fields of these Structs by name."""
    return {field.name: field for struct in structs for field in _fields(inspect.type_info(struct))}


def _fields(of: inspect.Type) -> tuple[inspect.Field, ...]:
    return of.fields if isinstance(of, inspect.StructType) else ()


def kinds(of: inspect.Type) -> list[inspect.Type]:
    """What a value may be: the members of a union, or the type itself."""
    if isinstance(of, inspect.Metadata):
        return kinds(of.type)
    if isinstance(of, inspect.UnionType):
        return [kind for member in of.types for kind in kinds(member)]
    return [of]


def _is(field: inspect.Field, *types: type[inspect.Type]) -> bool:
    return any(isinstance(kind, types) for kind in kinds(field.type))


def option(name: str) -> str:
    """How an argument is spelt on the command line."""
    return f"--{name.replace('_', '-')}"


# Reading


def read(words: Sequence[str], fields: Fields) -> dict[str, Any]:
    """The arguments that `words` give. Raises WrongUsage, and InvalidInput for JSON that is none."""
    found: dict[str, Any] = {}
    rest = list(words)
    while rest:
        name, value = _next(rest, fields)
        field = fields[name]
        if name in found:
            value = _another(field, found[name], value)
        found[name] = value
    missing = [option(name) for name, field in fields.items() if field.required and name not in found]
    if missing:
        raise WrongUsage(f"missing: {', '.join(missing)}")
    return found


def _next(rest: list[str], fields: Fields) -> tuple[str, Any]:
    word, equals, text = rest.pop(0).partition("=")
    if not word.startswith("--"):
        raise WrongUsage(f"unexpected {word!r}: arguments are given as --name value")
    name = word[2:].replace("-", "_")
    if name not in fields:
        return _none(name, fields, given=bool(equals))
    field = fields[name]
    if _is(field, inspect.BoolType) and not equals:
        return name, True
    if not equals:
        if not rest or _known(rest[0], fields):
            raise WrongUsage(f"{word} needs a value (one that begins with --: {word}=--…)")
        text = rest.pop(0)
    return name, value(field, text)


def _known(word: str, fields: Fields) -> bool:
    return word.startswith("--") and word[2:].partition("=")[0].replace("-", "_") in fields


def _none(name: str, fields: Fields, *, given: bool) -> tuple[str, Any]:
    """What `--no-name` says: no, or that there is none."""
    meant = name.removeprefix("no_")
    if meant != name and not given and meant in fields:
        if _is(fields[meant], inspect.BoolType):
            return meant, False
        if _is(fields[meant], inspect.NoneType):
            return meant, None
    near = difflib.get_close_matches(name, fields, 1)
    hint = f"did you mean {option(near[0])}?" if near else f"there are {', '.join(map(option, fields)) or 'none'}"
    raise WrongUsage(f"no argument is called {option(name)}: {hint}")


def _another(field: inspect.Field, before: Any, value: Any) -> Any:
    """The value of an argument that is given more than once: a list and a map grow."""
    if isinstance(before, list) and isinstance(value, list):
        return before + value
    if isinstance(before, dict) and isinstance(value, dict) and not before.keys() & value.keys():
        return before | value
    raise WrongUsage(f"{option(field.name)} is given twice")


def value(field: inspect.Field, text: str) -> Any:
    """What `text` says, as this field takes it: what is wrong with it the operation itself will say."""
    begins = ("{", "[") if _is(field, inspect.VarTupleType) else ("{",)
    if _is(field, *_NESTED) and text.startswith(begins):
        return parse_json(text)
    if _is(field, inspect.StrType):
        return text
    for kind in kinds(field.type):
        if isinstance(kind, inspect.VarTupleType):
            return [plain(kind.item_type, text)]
        if isinstance(kind, inspect.DictType) and "=" in text and not _fields(kind.value_type):
            key, _, item = text.partition("=")
            return {key: plain(kind.value_type, item)}
        if isinstance(kind, _NESTED):
            raise WrongUsage(f"{option(field.name)} is JSON: {spelt(field.type)}")
    return plain(field.type, text)


def plain(wanted: inspect.Type, text: str) -> Any:
    """What `text` says where no JSON is needed."""
    for kind in kinds(wanted):
        if isinstance(kind, inspect.IntType) and text.removeprefix("-").isdecimal() and len(text) < 20:
            return int(text)
        if isinstance(kind, inspect.DateTimeType):
            return moment(text)
        if isinstance(kind, inspect.BoolType) and text.casefold() in ("true", "false", "yes", "no"):
            return text.casefold() in ("true", "yes")
    return text


# Telling


def spelt(of: inspect.Type) -> str:
    """What may be given, for people."""
    said = dict.fromkeys(_spelt(kind) for kind in kinds(of) if not isinstance(kind, inspect.NoneType))
    return " or ".join(said)


def _spelt(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.EnumType):
        return "|".join(str(member.value) for member in kind.cls)
    if isinstance(kind, inspect.LiteralType):
        return "|".join(map(str, kind.values))
    if isinstance(kind, inspect.VarTupleType):
        return f"[{spelt(kind.item_type)}, …]"
    if isinstance(kind, inspect.DictType):
        key = "key" if any(isinstance(value, inspect.StrType) for value in kinds(kind.value_type)) else "id"
        return f"{{{key}: {spelt(kind.value_type)}, …}}"
    if isinstance(kind, inspect.StructType):
        return _shape(kind)
    return _WORDS.get(type(kind), "text") + _bounds(kind)


_WORDS = {
    inspect.IntType: "number",
    inspect.DecimalType: "decimal",
    inspect.BoolType: "true|false",
    inspect.DateTimeType: "time",
}


def _bounds(kind: inspect.Type) -> str:
    most = getattr(kind, "max_length", None)
    return f" of at most {most:,} letters" if most is not None and most > 1000 else ""


def _shape(kind: inspect.StructType) -> str:
    if kind.cls is GivenReason:
        return "a reason's code"
    inside = ", ".join(f"{field.name}{'' if field.required else '?'}: {spelt(field.type)}" for field in kind.fields)
    return f"{{{inside}}}"


def is_flag(field: inspect.Field) -> bool:
    """Whether an argument is said by its name alone."""
    return _is(field, inspect.BoolType)


def takes_reason(field: inspect.Field) -> bool:
    """Whether an argument is a reason of the shop's list."""
    return any(isinstance(kind, inspect.StructType) and kind.cls is GivenReason for kind in kinds(field.type))


def can_be_none(field: inspect.Field) -> bool:
    """Whether an argument has to be given, be it to say that there is none."""
    return field.required and _is(field, inspect.NoneType)


def default(field: inspect.Field) -> str:
    """What holds when an argument is not given; nothing to say of None, "" and empty collections."""
    return "" if field.default in (msgspec.NODEFAULT, None, "", ()) else str(field.default)
