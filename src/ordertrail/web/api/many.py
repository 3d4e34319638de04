"""/v1/operations/…: one operation on many orders at once, with a result for each."""

from functools import partial
from typing import Any

import msgspec
from litestar import Router, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from ordertrail.answers import Outcome
from ordertrail.errors import InvalidInput, NotFound, OrderBusy, RecordDamaged, Refused
from ordertrail.orders.arguments import parse, parse_json
from ordertrail.orders.operations.base import Operation
from ordertrail.trail import OrderTrail
from ordertrail.web.api.operations import ON_ORDERS
from ordertrail.web.asking import AnyRequest, Who, desk_for, options, to_perform
from ordertrail.web.problems import as_problem
from ordertrail.web.together import AllTogether

MOST = 500
"""Orders at once."""

OF_ONE_ORDER = (InvalidInput, NotFound, Refused, OrderBusy, RecordDamaged)
"""What hinders one order and none of the others. A database that is gone hinders all of them."""


class Many(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which orders, by their ids, and with which arguments, the same for all."""

    orders: list[str]
    arguments: dict[str, Any] = {}


def _asked_for(body: bytes) -> Many:
    many = parse(Many, parse_json(body))
    if not 0 < len(many.orders) <= MOST or len(set(many.orders)) < len(many.orders):
        raise InvalidInput(f"orders holds {len(many.orders)} ids: give 1 to {MOST}, each once")
    return many


def _handler(operation: Operation) -> HTTPRouteHandler:
    async def perform_on_many(together: AllTogether, who: Who, request: AnyRequest, body: RawBody) -> list[Outcome]:
        many, given = await sync_to_thread(_asked_for, body), options(request)
        if "expected_version" in given:
            raise InvalidInput("the orders have versions of their own: leave If-Match out")

        def outcome(order_id: str, trail: OrderTrail) -> Outcome:
            try:
                done = desk_for(trail, who).perform(order_id, operation.name, many.arguments, **given)
            except OF_ONE_ORDER as error:
                return Outcome(order_id=order_id, problem=as_problem(error))
            return Outcome(order_id=order_id, version=done.version)

        return await together.each([partial(outcome, order_id) for order_id in many.orders])

    perform_on_many.__doc__ = f"On up to {MOST} orders, each by itself: {operation.summary}"
    declared = post(
        f"/{operation.name}",
        operation_id=f"{operation.name}_many",
        permissions=to_perform(operation.name),
        status_code=200,
    )
    return declared(perform_on_many)


ROUTER = Router("/operations", route_handlers=[_handler(row) for row in ON_ORDERS.values()], tags=["Many orders"])
