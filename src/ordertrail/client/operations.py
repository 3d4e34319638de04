"""The operations as methods of the client: each name of the table, with the order's id and the arguments by name.

The signatures that type checkers and editors see stand in `operations.pyi`, generated from the table.
"""

from collections.abc import Callable
from typing import Any

from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Operation

OPTIONS = ("expected_version", "idempotency_key")
"""What every operation takes over HTTP besides its own arguments."""


class ClientOperations:
    """Turns `shop.hold_order(order_id, reason=…)` into `shop.perform(order_id, "hold_order", {"reason": …})`."""


def _method(operation: Operation) -> Callable[..., Any]:
    def method(
        client: Any,
        /,
        order_id: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
        **arguments: Any,
    ) -> Any:
        return client.perform(
            order_id, operation.name, arguments, expected_version=expected_version, idempotency_key=idempotency_key
        )

    method.__name__, method.__qualname__ = operation.name, f"ClientOperations.{operation.name}"
    method.__doc__ = operation.summary
    return method


for _operation in OPERATIONS.values():
    if _operation.legal_in:  # place_order, which has no order yet, is written by hand
        setattr(ClientOperations, _operation.name, _method(_operation))
