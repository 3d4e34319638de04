"""The table of operations: whatever may happen to an order, each declared once beside what it does.

The desk, the command line, the diagrams and the tests are all drawn from `OPERATIONS`; nothing lists operations again.
"""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from ordertrail.errors import UnknownOperation
from ordertrail.orders.model import Order
from ordertrail.orders.operations import (
    completing,
    edits,
    exchanges,
    notes,
    order,
    payments,
    placing,
    promotions,
    refunds,
    returns,
    shipments,
)
from ordertrail.orders.operations.base import Operation
from ordertrail.orders.operations.performing import why_not


def _declared(*modules: ModuleType) -> Mapping[str, Operation]:
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Operation)]
    return MappingProxyType({operation.name: operation for operation in found})


OPERATIONS = _declared(
    placing, order, shipments, edits, payments, refunds, returns, completing, exchanges, promotions, notes
)
"""Every operation, by name."""


def operation_named(name: str) -> Operation:
    """The operation of this name. Raises UnknownOperation."""
    try:
        return OPERATIONS[name]
    except KeyError:
        raise UnknownOperation(f"no operation is called {name!r}: there are {', '.join(OPERATIONS)}") from None


def legal_operations(order: Order) -> dict[str, str | None]:
    """Every operation on an order that exists: None where it is legal now, else the reason why it is not.

    What hangs on more than the order (the note that is meant, the exchange order of a return) is seen when it is tried.
    """
    return {name: why_not(row, order) for name, row in OPERATIONS.items() if row.legal_in}
