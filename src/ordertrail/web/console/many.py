"""One operation on many orders: first what would come of it, then a result for each, and those that failed again."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, post

from ordertrail.errors import InvalidInput, OrderTrailError
from ordertrail.orders.operations import operation_named
from ordertrail.orders.operations.base import COLLECTIONS, Operation
from ordertrail.orders.operations.performing import why_not, why_not_on
from ordertrail.reading import RecordedOrder
from ordertrail.trail import OrderTrail
from ordertrail.web.api.many import OF_ONE_ORDER
from ordertrail.web.asking import SEES_ORDERS, AnyRequest, AtSite, Trail, desk_for, require, showing
from ordertrail.web.console import wording
from ordertrail.web.console.entering import Said, said_by
from ordertrail.web.console.forms import Field, Known, arguments_of, fields_of
from ordertrail.web.console.keys import key_of, new_key
from ordertrail.web.console.offering import argument_of
from ordertrail.web.console.orders import MANY
from ordertrail.web.console.pages import View, page, view_of
from ordertrail.web.problems import as_problem

MOST = 200
"""Orders at once."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is done: on an order, or on a part of it. `why_not` is why it cannot be done now."""

    order: RecordedOrder
    key: str | None = None
    why_not: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the entry it ended with, or what was wrong."""

    target: Target
    seq: int | None = None
    wrong: str = ""


def targets(operation: Operation, order: RecordedOrder) -> list[Target]:
    """The order, or each of its parts on which the operation is legal: all that a pick list can be made of, say."""
    if operation.part is None:
        return [Target(order=order, why_not=why_not(operation, order))]
    parts = getattr(order, COLLECTIONS[operation.part])
    legal = [Target(order=order, key=key) for key in parts if why_not_on(operation, order, key) is None]
    reasons = "; ".join(filter(None, (why_not_on(operation, order, key) for key in parts)))
    return legal or [Target(order=order, why_not=why_not(operation, order) or reasons)]


def _chosen(trail: OrderTrail, said: Said, request: AnyRequest) -> list[RecordedOrder]:
    numbers = list(dict.fromkeys(said.all("number")))
    if not 0 < len(numbers) <= MOST:
        raise InvalidInput(f"{len(numbers)} orders are chosen: choose 1 to {MOST}, with the boxes before them")
    found = [trail.order(number=number) for number in numbers]
    showing(request, [order.id for order in found])
    return found


def _operation(view: View, said: Said) -> Operation:
    name = said.text("operation")
    if name not in MANY:
        raise InvalidInput(f"{name[:50]!r} is not done with many orders at once: it is one of {', '.join(MANY)}")
    operation = operation_named(name)
    require(view.who, operation.permission)
    return operation


def _fields(
    trail: OrderTrail, operation: Operation, order: RecordedOrder, values: Mapping[str, str]
) -> tuple[Field, ...]:
    """What is asked once for all: nothing that only one order has."""
    parts = ("line_item", "shipment", "payment", "return_id", "hold")
    return fields_of(Known(operation, order, trail.reasons, values, wording.part, parts))


@post("/orders/many", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def preview(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """What would come of it, and what has to be said."""
    view, said = view_of(request, trail, site), said_by(request)
    operation, orders = _operation(view, said), _chosen(trail, said, request)
    return _asked(trail, view, operation, orders, {})


def _asked(
    trail: OrderTrail,
    view: View,
    operation: Operation,
    orders: list[RecordedOrder],
    values: Mapping[str, str],
    *,
    status: int = HTTPStatus.OK,
    key: str = "",
    wrong: str = "",
) -> Response[Any]:
    found = [target for order in orders for target in targets(operation, order)]
    return page(
        view,
        "many.html",
        status,
        operation=operation,
        legal=[target for target in found if target.why_not is None],
        refused=[target for target in found if target.why_not is not None],
        fields=_fields(trail, operation, orders[0], values),
        key=key or new_key(),
        wrong=wrong,
        results=None,
        values={},
    )


@post("/orders/many/do", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def do_many(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Do it with each by itself: what one is refused is done with the others."""
    view, said = view_of(request, trail, site), said_by(request)
    operation, orders = _operation(view, said), _chosen(trail, said, request)
    given = arguments_of(
        _fields(trail, operation, orders[0], {}), said.texts, view.reader.plain, view.reader.understood
    )
    results = []
    for order in orders:
        for target in targets(operation, order):
            results.append(_result(trail, view, request, operation, target, given, said.text("key")))
    if _wrong_for_all(results):
        # The same for all: what was typed is at fault.
        return _asked(
            trail, view, operation, orders, said.texts,
            status=HTTPStatus.BAD_REQUEST, key=said.text("key"), wrong=results[0].wrong,
        )  # fmt: skip
    return page(
        view,
        "many.html",
        operation=operation,
        results=results,
        failed=[one for one in results if one.wrong],
        legal=[],
        refused=[],
        fields=(),
        wrong="",
        key=said.text("key") or new_key(),
        values=said.texts,
    )


def _wrong_for_all(results: list[Result]) -> bool:
    tried = {one.wrong for one in results}
    return len(tried) == 1 and "" not in tried and all(one.target.why_not is None for one in results)


def _result(
    trail: OrderTrail,
    view: View,
    request: AnyRequest,
    operation: Operation,
    target: Target,
    given: Mapping[str, Any],
    form: str,
) -> Result:
    named = {} if target.key is None or operation.part is None else {argument_of(operation.part): target.key}
    try:
        # Under a key of its own: sent again, what was done is not done again, and what failed is tried.
        done = desk_for(trail, view.who).perform(
            target.order.id,
            operation.name,
            {**given, **named},
            idempotency_key=key_of(form, operation.name, target.key or ""),
            cause=request.scope["state"]["request_id"],
        )
    except OF_ONE_ORDER as error:
        return Result(target=target, wrong=_said(error))
    return Result(target=target, seq=done.version)


def _said(error: OrderTrailError) -> str:
    detail: str = as_problem(error)["detail"]
    return detail
