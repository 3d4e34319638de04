"""/v1/orders/…/operations: what may be done with an order now, and doing it. All of it drawn from the one table."""

from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, RawBody

from ordertrail.answers import Availability, Recorded
from ordertrail.errors import UnknownOperation
from ordertrail.orders.arguments import parse_json
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import Operation
from ordertrail.trail import OrderTrail
from ordertrail.web.api.answers import recorded
from ordertrail.web.asking import SEES_ORDERS, AnyRequest, OrderId, Trail, Who, desk_for, options, to_perform
from ordertrail.web.auth.caller import Caller
from ordertrail.web.together import AllTogether

ON_ORDERS = {name: row for name, row in OPERATIONS.items() if row.legal_in}
"""The operations on an order that exists."""


ARGUMENTS = {name: msgspec.json.schema(row.arguments) for name, row in ON_ORDERS.items()}
"""The schema of each one's arguments: computed once, since that takes longer than the rest of the answer."""


@get("/", operation_id="legal_operations", permissions=SEES_ORDERS, sync_to_thread=True)
def legal_operations(trail: Trail, who: Who, order_id: OrderId) -> list[Availability]:
    """Every operation on this order: whether the caller may perform it now, with its arguments; else why not."""
    return [_availability(ON_ORDERS[name], why, who) for name, why in trail.legal_operations(order_id).items()]


def _availability(operation: Operation, why_not: str | None, who: Caller) -> Availability:
    if not who.may(operation.permission):
        why_not = f"it needs the permission {operation.permission}"
    return Availability(
        name=operation.name,
        summary=operation.summary,
        permission=operation.permission,
        legal=why_not is None,
        why_not=why_not,
        arguments=ARGUMENTS[operation.name],
    )


def _handler(operation: Operation) -> HTTPRouteHandler:
    async def perform(
        together: AllTogether, who: Who, request: AnyRequest, order_id: OrderId, body: RawBody
    ) -> Response[Recorded]:
        given = options(request)

        def performed(trail: OrderTrail) -> Response[Recorded]:
            arguments = parse_json(body) if body else {}
            return recorded(desk_for(trail, who).perform(order_id, operation.name, arguments, **given), who)

        return await together.do(performed)

    perform.__doc__ = operation.summary
    declared = post(
        f"/{operation.name}",
        operation_id=operation.name,
        permissions=to_perform(operation.name),
        status_code=200,
    )
    return declared(perform)


@post("/{name:str}", include_in_schema=False, permissions=(), sync_to_thread=False)
def unknown(name: FromPath[str]) -> Any:
    """No operation has this name. Raises UnknownOperation."""
    raise UnknownOperation(f"no operation is called {name[:100]!r}: GET this address without it lists those there are")


ROUTER = Router(
    "/orders/{order_id:str}/operations",
    route_handlers=[legal_operations, *map(_handler, ON_ORDERS.values()), unknown],
    tags=["Operations"],
)
