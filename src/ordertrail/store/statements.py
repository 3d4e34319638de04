"""SQL text for the driver's own cursor, compiled from SQLAlchemy Core."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import ClauseElement, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

_CACHE: LRUCache[Any, Any] = LRUCache(500)
"""What was compiled of late, by what SQLAlchemy itself tells statements apart: to compile takes longer than to read a
page."""


def compiled(statement: Executable, dialect: Dialect, values: Mapping[str, Any] | None = None) -> tuple[str, list[Any]]:
    """The text of a statement and the values of its parameters, in their order; `values` are those it leaves open."""
    assert isinstance(statement, ClauseElement)
    # What SQLAlchemy's own connections compile with; it has no public name.
    result, given, collected, _ = statement._compile_w_cache(dialect, compiled_cache=_CACHE, column_keys=[])
    assert isinstance(result, SQLCompiler)
    known = result.construct_params(values, extracted_parameters=given, _collected_params=collected)
    if not result.post_compile_params:
        return result.string, [known[name] for name in result.positiontup or ()]
    expanded = result._process_parameters_for_postcompile(known)
    return expanded.statement, [expanded.parameters[name] for name in expanded.positiontup or ()]


def sql(statement: Executable, dialect: Dialect) -> str:
    """The text of a statement that is compiled once; its values are given at each call, in the order that they have."""
    assert isinstance(statement, ClauseElement)
    return str(statement.compile(dialect=dialect))


def named(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """That `column` is the value given at the call."""
    return column == bindparam(None, type_=column.type)
