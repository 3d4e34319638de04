"""One operation on many orders: first what would come of it, then a result for each, and those that failed again."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from itertools import chain
from typing import Any

import msgspec
from litestar import Response, post
from litestar.response import Stream

from ordertrail.errors import InvalidInput, NotFound, OrderTrailError
from ordertrail.orders.operations import operation_named
from ordertrail.orders.operations.base import COLLECTIONS, Operation
from ordertrail.orders.operations.performing import why_not, why_not_on
from ordertrail.reading import RecordedOrder
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, AnyRequest, AtSite, Trail, desk_for, require, showing
from ordertrail.web.console.entering import Said, said_by
from ordertrail.web.console.forms import Field, Known, arguments_of, blamed, fields_of
from ordertrail.web.console.keys import key_of, new_key
from ordertrail.web.console.offering import argument_of
from ordertrail.web.console.orders import MANY
from ordertrail.web.console.pages import View, page, page_in_parts, view_of
from ordertrail.web.console.parts import part_in_words
from ordertrail.web.console.reasons import why

MOST = 200
"""Orders at once."""


_MISTYPED = (InvalidInput, NotFound)
"""What is wrong with what was typed: the orders are there."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is done: on an order, or on a part of it. `why_not` is why it cannot be done now."""

    order: RecordedOrder
    key: str | None = None
    why_not: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the entry it ended with, or what was wrong; `mistyped` says that it would be with any order."""

    target: Target
    seq: int | None = None
    wrong: str = ""
    mistyped: bool = False


class Results:
    """What comes of each, while it is done; when all are gone through, how many were, and which failed."""

    def __init__(self, results: Iterable[Result]) -> None:
        self._results = results
        self.done = 0
        self.failed: list[Result] = []

    def __iter__(self) -> Iterator[Result]:
        for result in self._results:
            if result.wrong:
                self.failed.append(result)
            else:
                self.done += 1
            yield result


def targets(operation: Operation, order: RecordedOrder) -> list[Target]:
    """The order, or each of its parts on which the operation is legal: all that a pick list can be made of, say."""
    if operation.part is None:
        return [Target(order=order, why_not=why_not(operation, order) or _not_with_many(operation, order))]
    parts = getattr(order, COLLECTIONS[operation.part])
    legal = [Target(order=order, key=key) for key in parts if why_not_on(operation, order, key) is None]
    reasons = "; ".join(filter(None, (why_not_on(operation, order, key) for key in parts)))
    return legal or [Target(order=order, why_not=why_not(operation, order) or reasons)]


def _not_with_many(operation: Operation, order: RecordedOrder) -> str | None:
    """Why what is legal is better done with this order alone."""
    if operation.name == "release_hold" and len(order.holds) > 1:
        return f"the order has {len(order.holds)} holds: release each on its own page"
    if operation.name == "hold_order" and order.holds:
        return "the order is on hold already: hold it for another reason on its own page"
    return None


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
    trail: OrderTrail, view: View, operation: Operation, order: RecordedOrder, values: Mapping[str, str]
) -> tuple[Field, ...]:
    """What is asked once for all: nothing that only one order has."""
    parts = ("line_item", "shipment", "payment", "return_id", "hold")
    return fields_of(
        Known(operation, order, trail.reasons, values, partial(part_in_words, view.reader, order.currency), parts)
    )


@post("/orders/many", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def preview(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """What would come of it, and what has to be said."""
    view, said = view_of(request, trail, site), said_by(request)
    operation = _operation(view, said)
    if not said.all("number"):
        detail, back = "no order is chosen: choose some with the boxes before them", _back(view, said.texts)
        status = HTTPStatus.BAD_REQUEST
        return page(view, "problem.html", status, problem=status, detail=detail, request_id="", back=back)
    return _asked(trail, view, operation, _chosen(trail, said, request), {"listed": said.text("listed")})


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
        fields=blamed(_fields(trail, view, operation, orders[0], values), wrong),
        key=key or new_key(),
        wrong=wrong,
        values=values,
        back=_back(view, values),
        as_json=_as_json(view, orders),
    )


def _back(view: View, said: Mapping[str, str]) -> str:
    """The list in which they were chosen, as it was filtered."""
    query = said.get("listed", "")
    return view.url("/orders") + (f"?{query}" if query else "")


def _as_json(view: View, orders: list[RecordedOrder]) -> str:
    return view.url("/v1/orders", number=[order.number for order in orders], limit=len(orders))


@post("/orders/many/do", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def do_many(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any] | Stream:
    """Do it with each by itself: what one is refused is done with the others. The page comes while it is done."""
    view, said = view_of(request, trail, site), said_by(request)
    operation, orders = _operation(view, said), _chosen(trail, said, request)
    given = arguments_of(
        _fields(trail, view, operation, orders[0], {}), said.texts, view.reader.plain, view.reader.understood
    )
    found = [target for order in orders for target in targets(operation, order)]
    cause, form = request.scope["state"]["request_id"], said.text("form_key")
    each = (_result(trail, view, operation, target, given, form, cause) for target in found)
    first = next(each)
    if first.mistyped:
        return _asked(
            trail, view, operation, orders, said.texts,
            status=HTTPStatus.BAD_REQUEST, key=form, wrong=first.wrong,
        )  # fmt: skip
    return page_in_parts(
        view,
        "many_done.html",
        operation=operation,
        count=len(found),
        results=Results(chain([first], each)),
        values=said.texts,
        back=_back(view, said.texts),
        as_json=_as_json(view, orders),
    )


def _result(
    trail: OrderTrail,
    view: View,
    operation: Operation,
    target: Target,
    given: Mapping[str, Any],
    form: str,
    cause: str,
) -> Result:
    named = {} if target.key is None or operation.part is None else {argument_of(operation.part): target.key}
    try:
        # Under a key of its own: sent again, what was done is not done again, and what failed is tried.
        done = desk_for(trail, view.who).perform(
            target.order.id,
            operation.name,
            {**given, **named},
            idempotency_key=key_of(form, operation.name, target.key or ""),
            cause=cause,
        )
    except OrderTrailError as error:
        return Result(target=target, wrong=why(error), mistyped=isinstance(error, _MISTYPED))
    return Result(target=target, seq=done.version)
