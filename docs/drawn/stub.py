"""The stubs: the operations at the desk and over HTTP, and what is put together for them, as type checkers see them.

What is given may be all that arguments are parsed from: a Struct or a map of its fields, a Decimal, an integer or plain
digits, a member of an enumeration or its text. A field is declared as what it holds once it is parsed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from inspect import signature
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from docs.drawn.values import named
from ordertrail.client import operations as client
from ordertrail.desk import Desk
from ordertrail.desk_operations import OPTIONS, DeskOperations
from ordertrail.orders.operations import OPERATIONS, inputs
from ordertrail.orders.operations.base import Operation

STANDARD = """from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
"""

HEAD = '''# Drawn from the table of operations by `make docs`: change the table, not this file.

{standard}
{imports}

OPTIONS: tuple[str, ...]

class DeskOperations:
    """{summary}"""
'''

METHOD = '''
    def {name}(
        self,
        order_id: str,
        *,
{arguments}
    ) -> {result}:
        """{summary}"""
'''

CLIENT_HEAD = HEAD.replace("class DeskOperations", "class ClientOperations")

INPUTS_HEAD = """# Drawn from the fields in `inputs.py` by `make docs`: change those, not this file.

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

{imports}
"""

INPUT = '''
class {name}(Arguments, frozen=True, kw_only=True):
    """{summary}"""

{fields}

    def __init__(
        self,
        *,
{arguments}
    ) -> None: ...
'''

GIVEN: Mapping[Any, str] = {
    str: "str", bool: "bool", int: "int", Any: "Any", Decimal: "Decimal | int | str", datetime: "datetime | str",
}  # fmt: skip

Spelling = Callable[[Any, dict[str, str]], str]


def render() -> str:
    """The stub of the operations."""
    # place_order, which has no order yet, is written by hand at the desk.
    rows = [row for row in OPERATIONS.values() if row.name not in vars(Desk)]
    used: dict[str, str] = {"RecordedOrder": "ordertrail.reading"}
    methods = "".join(_method(row, used, "RecordedOrder", OPTIONS) for row in rows)
    summary = (DeskOperations.__doc__ or "").strip()
    return HEAD.format(standard=STANDARD, imports=_imports(used), summary=summary) + methods


def render_client() -> str:
    """The stub of the operations over HTTP."""
    rows = [row for row in OPERATIONS.values() if row.legal_in]
    used: dict[str, str] = {"Recorded": "ordertrail.answers"}
    methods = "".join(_method(row, used, "Recorded", client.OPTIONS) for row in rows)
    summary = (client.ClientOperations.__doc__ or "").strip()
    return CLIENT_HEAD.format(standard=STANDARD, imports=_imports(used), summary=summary) + methods


def render_inputs() -> str:
    """The stub of what is put together for them."""
    used: dict[str, str] = {"Arguments": "ordertrail.orders.operations.base"}
    own = [kind for kind in vars(inputs).values() if getattr(kind, "__module__", None) == inputs.__name__]
    classes = "".join(_input(struct, used) for struct in own)
    imported = {name: module for name, module in used.items() if module != inputs.__name__}
    return INPUTS_HEAD.format(imports=_imports(imported)) + classes


def _input(struct: type[msgspec.Struct], used: dict[str, str]) -> str:
    own = msgspec.structs.fields(struct)
    return INPUT.format(
        name=struct.__name__,
        summary=struct.__doc__,
        fields="\n".join(f"    {_argument(field, used, held)}" for field in own),
        arguments="\n".join(f"        {_argument(field, used, given)}," for field in own),
    )


def _imports(used: Mapping[str, str]) -> str:
    modules = sorted(set(used.values()))
    return "\n".join(_import(module, sorted(name for name, its in used.items() if its == module)) for module in modules)


def _import(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= 120 else "\n".join([f"from {module} import (", *(f"    {n}," for n in names), ")"])


def _method(row: Operation, used: dict[str, str], result: str, taken: tuple[str, ...]) -> str:
    own = [_argument(field, used, given) for field in msgspec.structs.fields(row.arguments)]
    perform = signature(Desk.perform).parameters
    options = [f"{name}: {named(perform[name].annotation)} = None" for name in taken]
    arguments = "\n".join(f"        {argument}," for argument in own + options)
    return METHOD.format(name=row.name, arguments=arguments, result=result, summary=row.summary)


def _argument(field: Any, used: dict[str, str], spelt: Spelling) -> str:
    kind = spelt(field.type, used)
    if field.required:
        return f"{field.name}: {kind}"
    plain = field.default is not msgspec.NODEFAULT and type(field.default) in (NoneType, bool, int, str)
    return f"{field.name}: {kind} = {_literal(field.default) if plain else '...'}"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def given(kind: Any, used: dict[str, str]) -> str:
    """The type of what may be given for a value of this type; `used` collects the names to import."""
    parts = get_args(kind)
    if get_origin(kind) is Annotated:
        return given(parts[0], used)
    if get_origin(kind) in (Union, UnionType):
        found = [name for part in parts if part is not NoneType for name in given(part, used).split(" | ")]
        return " | ".join(dict.fromkeys([*found, *(["None"] if NoneType in parts else [])]))
    if get_origin(kind) is Literal:
        return f"Literal[{', '.join(map(_literal, parts))}]"
    if get_origin(kind) is dict:
        return f"Mapping[{given(parts[0], used)}, {given(parts[1], used)}]"
    if get_origin(kind) is tuple:
        return f"Sequence[{given(parts[0], used)}]"
    return GIVEN.get(kind) or _class(kind, used)


def _class(kind: type, used: dict[str, str]) -> str:
    used[kind.__name__] = kind.__module__
    return f"{kind.__name__} | {'str' if issubclass(kind, Enum) else 'Mapping[str, Any]'}"


def held(kind: Any, used: dict[str, str]) -> str:
    """The type of a value that was parsed; `used` collects the names to import."""
    if get_origin(kind) is Annotated:
        return held(get_args(kind)[0], used)
    parts = [held(part, used) for part in get_args(kind)]
    if get_origin(kind) in (Union, UnionType):
        return " | ".join(parts)
    if parts:
        return f"{get_origin(kind).__name__}[{', '.join(parts)}]"
    if kind is NoneType:
        return "None"
    if kind not in GIVEN:
        used[kind.__name__] = kind.__module__
    return str(kind.__name__)
