"""The operations as methods: each name of the table, callable with the order's id and the arguments by name.

The signatures that type checkers and editors see stand in `desk_operations.pyi`, generated from the table.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from ordertrail.orders.operations import OPERATIONS

OPTIONS = ("expected_version", "idempotency_key", "at", "cause")
"""What every operation takes besides its own arguments."""


class DeskOperations:
    """Turns `desk.hold_order(order_id, reason=…)` into `desk.perform(order_id, "hold_order", {"reason": …})`."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in OPERATIONS:
            raise AttributeError(f"{type(self).__name__} has no attribute or operation {name!r}")
        method = partial(_perform, self, name)
        method.__doc__ = OPERATIONS[name].summary  # type: ignore[assignment,unused-ignore]
        return method

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *OPERATIONS]


def _perform(desk: Any, operation: str, /, order_id: str, **arguments: Any) -> Any:
    # By place, because operations have arguments that are called `name`.
    options = {option: arguments.pop(option) for option in OPTIONS if option in arguments}
    return desk.perform(order_id, operation, arguments, **options)
