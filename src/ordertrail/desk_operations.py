"""The operations as methods: each name of the table, callable with the order's id and the arguments by name.

The signatures that type checkers and editors see stand in `desk_operations.pyi`, generated from the table.
"""

from collections.abc import Callable
from typing import Any

from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Operation

OPTIONS = ("expected_version", "idempotency_key", "at", "cause")
"""What every operation takes besides its own arguments."""


class DeskOperations:
    """Turns `desk.hold_order(order_id, reason=…)` into `desk.perform(order_id, "hold_order", {"reason": …})`."""


def _method(operation: Operation) -> Callable[..., Any]:
    def method(
        desk: Any,
        /,
        order_id: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
        at: Any = None,
        cause: str | None = None,
        **arguments: Any,
    ) -> Any:
        return desk.perform(
            order_id,
            operation.name,
            arguments,
            expected_version=expected_version,
            idempotency_key=idempotency_key,
            at=at,
            cause=cause,
        )

    method.__name__, method.__qualname__ = operation.name, f"DeskOperations.{operation.name}"
    method.__doc__ = operation.summary
    return method


for _operation in OPERATIONS.values():
    setattr(DeskOperations, _operation.name, _method(_operation))
