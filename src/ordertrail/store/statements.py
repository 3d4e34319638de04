"""SQL text for the driver's own cursor, compiled from SQLAlchemy Core."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import ClauseElement, Executable
from sqlalchemy.sql.compiler import SQLCompiler


def compiled(statement: Executable, dialect: Dialect) -> tuple[str, list[Any]]:
    """The text of a statement and the values of its parameters, in their order."""
    result = _compile(statement, dialect, render_postcompile=True)
    values = result.construct_params()
    return str(result), [values[name] for name in result.positiontup or ()]


def sql(statement: Executable, dialect: Dialect) -> str:
    """The text of a statement that is compiled once; its values are given at each call, in the order that they have."""
    return str(_compile(statement, dialect))


def _compile(statement: Executable, dialect: Dialect, **options: bool) -> SQLCompiler:
    assert isinstance(statement, ClauseElement)
    result = statement.compile(dialect=dialect, compile_kwargs=options)
    assert isinstance(result, SQLCompiler)
    return result


def named(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """That `column` is the value given at the call."""
    return column == bindparam(None, type_=column.type)
