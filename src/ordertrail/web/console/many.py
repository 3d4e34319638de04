"""One operation on many orders: first what would come of it, then a result for each, and those that failed again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from itertools import chain
from typing import Any, NamedTuple

import msgspec
from litestar import Response, post
from litestar.response import Stream

from ordertrail.desk import Desk
from ordertrail.errors import InvalidInput, NotFound, OrderChanged, OrderTrailError, StoreError
from ordertrail.orders.operations import operation_named
from ordertrail.orders.operations.base import COLLECTIONS, Operation
from ordertrail.orders.operations.performing import why_not, why_not_on
from ordertrail.reading import RecordedOrder
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import SEES_ORDERS, AnyRequest, AtSite, Trail, desk_for, require, showing
from ordertrail.web.console.asked import by_button, entry_of
from ordertrail.web.console.entering import Said, said_by
from ordertrail.web.console.forms import Field, Known, arguments_of, blamed, fields_of
from ordertrail.web.console.keys import CHANGED, key_of, new_key
from ordertrail.web.console.offering import argument_of
from ordertrail.web.console.order import is_there_before
from ordertrail.web.console.orders import MANY
from ordertrail.web.console.pages import View, page, page_in_parts, view_of
from ordertrail.web.console.parts import part_in_words
from ordertrail.web.console.reasons import why

MOST = 200
"""Orders at once."""


_MISTYPED = (InvalidInput, NotFound)
"""What is wrong with what was typed: the orders are there."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is done: on an order, or on a part of it. `seen` is the version of the order of which it was shown
    that it would be done, `why_not` why it cannot be done now."""

    order: RecordedOrder
    seen: int
    key: str | None = None
    why_not: str | None = None

    @property
    def name(self) -> str:
        """How a form names it."""
        return f"{self.seen}/{self.key or ''}/{self.order.number}"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the entry it ended with, or what was wrong. `mistyped` says that it would be with any order,
    `unsure` that nobody knows whether it was done."""

    target: Target
    done: RecordedOrder | None = None
    wrong: str = ""
    mistyped: bool = False
    unsure: bool = False

    @property
    def again(self) -> bool:
        """Whether it had been done before."""
        return self.done is not None and is_there_before(self.target.order, self.done)


class Results:
    """What comes of each, while it is done; when all are gone through, how many were done, and which were not, or
    perhaps."""

    def __init__(self, results: Iterable[Result]) -> None:
        self._results = results
        self.done = 0
        self.refused: list[Result] = []
        self.unsure: list[Result] = []

    def __iter__(self) -> Iterator[Result]:
        for result in self._results:
            if result.wrong:
                (self.unsure if result.unsure else self.refused).append(result)
            else:
                self.done += 1
            yield result


def targets(operation: Operation, order: RecordedOrder) -> list[Target]:
    """The order, or each of its parts on which the operation is legal: all that a pick list can be made of, say."""
    seen = order.changed_seq
    if operation.part is None:
        why_not_now = why_not(operation, order) or _not_with_many(operation, order)
        return [Target(order=order, seen=seen, why_not=why_not_now)]
    parts = getattr(order, COLLECTIONS[operation.part])
    legal = [Target(order=order, seen=seen, key=key) for key in parts if why_not_on(operation, order, key) is None]
    reasons = "; ".join(filter(None, (why_not_on(operation, order, key) for key in parts)))
    return legal or [Target(order=order, seen=seen, why_not=why_not(operation, order) or reasons)]


def _not_with_many(operation: Operation, order: RecordedOrder) -> str | None:
    """Why what is legal is better done with this order alone."""
    if operation.name == "release_hold" and len(order.holds) > 1:
        return f"the order has {len(order.holds)} holds: release each on its own page"
    if operation.name == "hold_order" and order.holds:
        return "the order is on hold already: hold it for another reason on its own page"
    return None


def _chosen(trail: OrderTrail, request: AnyRequest, numbers: Iterable[str]) -> dict[str, RecordedOrder]:
    """The orders of these numbers. Raises InvalidInput for none or too many of them, and UnknownOrder."""
    different = list(dict.fromkeys(numbers))
    if not 0 < len(different) <= MOST:
        raise InvalidInput(f"{len(different)} orders are chosen: choose 1 to {MOST}, with the boxes before them")
    found = {number: trail.order(number=number) for number in different}
    showing(request, [order.id for order in found.values()])
    return found


def _meant(trail: OrderTrail, request: AnyRequest, operation: Operation, said: Said) -> list[Target]:
    """What was shown that it would be done, as the form says: nothing else is."""
    named = [_parts_of(one) for one in said.all("target")]
    if operation.part is None and any(key for _, key, _ in named):
        raise InvalidInput(f"{operation.name} is not done with parts of orders: choose the orders anew")
    orders = _chosen(trail, request, (number for _, _, number in named))
    return [Target(order=orders[number], seen=seen, key=key or None) for seen, key, number in named]


def _parts_of(name: str) -> tuple[int, str, str]:
    version, _, rest = name.partition("/")
    key, _, number = rest.partition("/")
    seen = entry_of(version)
    if seen is None:
        raise InvalidInput(f"{name[:50]!r} does not say which version of which order is meant: choose the orders anew")
    return seen, key, number


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
    parts = ("line_item", "shipment", "payment", "return_id", "hold", *by_button(operation))
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
    orders = _chosen(trail, request, said.all("number")).values()
    found = [target for order in orders for target in targets(operation, order)]
    # What failed, and is looked at again, brings along what was said of it.
    return _asked(trail, view, operation, found, said.texts)


def _asked(
    trail: OrderTrail,
    view: View,
    operation: Operation,
    found: Sequence[Target],
    values: Mapping[str, str],
    *,
    status: int = HTTPStatus.OK,
    key: str = "",
    wrong: str = "",
) -> Response[Any]:
    return page(
        view,
        "many.html",
        status,
        operation=operation,
        legal=[target for target in found if target.why_not is None],
        refused=[target for target in found if target.why_not is not None],
        fields=blamed(_fields(trail, view, operation, found[0].order, values), wrong),
        key=key or new_key(),
        wrong=wrong,
        values=values,
        back=_back(view, values),
        as_json=_as_json(view, found),
    )


def _back(view: View, said: Mapping[str, str]) -> str:
    """The list in which they were chosen, as it was filtered."""
    query = said.get("listed", "")
    return view.url("/orders") + (f"?{query}" if query else "")


def _as_json(view: View, found: Iterable[Target]) -> str:
    numbers = list(dict.fromkeys(target.order.number for target in found))
    return view.url("/v1/orders", number=numbers, limit=len(numbers))


@post("/orders/many/do", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def do_many(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any] | Stream:
    """Do it with each by itself: what one is refused is done with the others. The page comes while it is done."""
    view, said = view_of(request, trail, site), said_by(request)
    operation = _operation(view, said)
    found = _meant(trail, request, operation, said)
    given = arguments_of(
        _fields(trail, view, operation, found[0].order, {}), said.texts, view.reader.plain, view.reader.understood
    )
    given |= said.some(by_button(operation))
    doing = Doing(operation, given, said.text("form_key"), request.scope["state"]["request_id"])
    each = _results(desk_for(trail, view.who), doing, found)
    first = next(each)
    if first.mistyped:
        return _asked(
            trail, view, operation, found, said.texts,
            status=HTTPStatus.BAD_REQUEST, key=doing.form, wrong=first.wrong,
        )  # fmt: skip
    return page_in_parts(
        view,
        "many_done.html",
        operation=operation,
        count=len(found),
        results=Results(chain([first], each)),
        values=said.texts,
        back=_back(view, said.texts),
        as_json=_as_json(view, found),
    )


class Doing(NamedTuple):
    """An operation with what is given for all; the key of the form that says so, and the request that it came with."""

    operation: Operation
    given: Mapping[str, Any]
    form: str
    cause: str


def _results(desk: Desk, doing: Doing, found: Iterable[Target]) -> Iterator[Result]:
    """What comes of each, while it is done. What was done to one part of an order does not make it another order for
    the next one; what somebody else did does."""
    now: dict[str, int] = {}
    for target in found:
        result = _result(desk, doing, target, now.get(target.order.id, target.seen))
        if result.done is not None:
            now[target.order.id] = result.done.changed_seq
        yield result


def _result(desk: Desk, doing: Doing, target: Target, seen: int) -> Result:
    operation = doing.operation
    named = {} if target.key is None or operation.part is None else {argument_of(operation.part): target.key}
    try:
        # Under a key of its own: sent again, what was done is not done again, and what failed is tried.
        done = desk.perform(
            target.order.id,
            operation.name,
            {**doing.given, **named},
            expected_version=None if operation.beside else seen,
            idempotency_key=key_of(doing.form, operation.name, target.key or ""),
            cause=doing.cause,
        )
    except OrderChanged:
        return Result(target=target, wrong=CHANGED)
    except OrderTrailError as error:
        mistyped, unsure = isinstance(error, _MISTYPED), isinstance(error, StoreError)
        return Result(target=target, wrong=why(error), mistyped=mistyped, unsure=unsure)
    return Result(target=target, done=done)
