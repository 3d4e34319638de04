"""Performing an operation on an order: whether it is legal, its steps, their totals, what the role may do."""

from decimal import localcontext
from typing import Any

from ordertrail.errors import DiscountTooLarge, NothingToChange
from ordertrail.orders.discounts import taken_off
from ordertrail.orders.model import Order, replaced
from ordertrail.orders.money import ARITHMETIC
from ordertrail.orders.operations.base import COLLECTIONS, Arguments, Context, Operation, Steps, given
from ordertrail.orders.operations.parts import part_of, refusal, subject
from ordertrail.orders.statuses import OrderStatus
from ordertrail.orders.totals import ZERO, costs_the_same, with_totals


def why_not(operation: Operation, order: Order, arguments: Any = None) -> str | None:
    """Why the operation is not legal on this order as it stands, or None if it is."""
    return (
        _wrong_status(operation, order, arguments)
        or _unavailable(operation, order)
        or _no_part(operation, order, arguments)
    )


def why_not_on(operation: Operation, order: Order, key: str) -> str | None:
    """Why the operation is not legal on this one of its parts as the order stands, or None if it is: where a status
    takes an argument that need not be given otherwise, with that. Raises UnknownId."""
    kind = str(operation.part)
    status = getattr(part_of(order, kind, key), "status", None)
    wanted = {before for m in operation.moves if m.life == kind for before in m.before}
    if wanted and status not in wanted:
        return f"{kind} {key} is {status}, and would have to be {' or '.join(sorted(wanted))}"
    unsuited = None if operation.unsuited is None else operation.unsuited(order, key)
    return unsuited or _wrong_status(operation, order, None) or _unavailable(operation, order)


def _wrong_status(operation: Operation, order: Order, arguments: Any) -> str | None:
    statuses = operation.legal_in | {s for s, name in operation.legal_with.items() if given(arguments, name)}
    if order.status in statuses:
        return None
    hint = operation.legal_with.get(order.status)
    legal = ", ".join(s for s in OrderStatus if s in statuses) or "no order yet"
    why = f"the order is {order.status}; it is legal for {legal}" + (f", or here with {hint}" if hint else "")
    return "; ".join(filter(None, (why, _unavailable(operation, order))))


def _unavailable(operation: Operation, order: Order) -> str | None:
    return None if operation.available is None else operation.available(order)


def _no_part(operation: Operation, order: Order, arguments: Any) -> str | None:
    """Why no part of the order is in a status from which it is legal."""
    if operation.part is None:
        return None
    parts = getattr(order, COLLECTIONS[operation.part]).values()
    wanted = operation.part_statuses(arguments)
    if not wanted:
        return None if parts else f"the order has no {operation.part.replace('_', ' ')}"
    if any(p.status in wanted for p in parts):
        return None
    return f"no {operation.part} is {_in_words(operation, arguments)}"


def _in_words(operation: Operation, arguments: Any) -> str:
    """The statuses of its part from which it is legal, and those from which it were with an argument not given."""
    ways = [m for m in operation.moves if m.life == operation.part and m.given and not given(arguments, m.given)]
    others = "".join(f" (with {m.given}: {' or '.join(sorted(m.before))})" for m in ways)
    return " or ".join(sorted(operation.part_statuses(arguments))) + others


def _named_part(operation: Operation, order: Order, arguments: Any) -> tuple[str, str, Any] | None:
    """Kind, id and state of the part that the arguments name, if the operation works on one. Raises UnknownId."""
    kind = operation.part
    key = None if kind is None else getattr(arguments, "return_id" if kind == "return" else kind)
    return None if kind is None or key is None else (kind, key, part_of(order, kind, key))


def _check_status(operation: Operation, order: Order, named: tuple[str, str, Any], arguments: Any) -> None:
    kind, key, part = named
    wanted = operation.part_statuses(arguments)
    if wanted and part.status not in wanted:
        why = f"{kind} {key} is {part.status}, and would have to be {_in_words(operation, arguments)}"
        raise refusal(operation, order, why, {subject(kind, key): part.status})


def perform(operation: Operation, order: Order | None, arguments: Arguments, context: Context) -> Steps:
    """The steps of `operation` on `order` (None for a new one), each with its totals.

    Raises NotPermitted, OperationNotAllowed, or what the operation itself refuses.
    """
    context.require(operation.permission, operation.name)
    for name, permission in operation.permission_with.items():
        if given(arguments, name):
            context.require(permission, f"{operation.name} with {name}")
    if order is not None:
        _check(operation, order, arguments)
    with localcontext(ARITHMETIC):
        steps = _with_totals(order, operation.apply(order, arguments, context))
        if context.ceilings.discount:
            _check_discounts(order, steps, context)
    if operation.edits and steps[-1].order == order:
        raise NothingToChange(f"nothing would change: {operation.name} finds all as it is given; say what is to differ")
    return steps


def _check(operation: Operation, order: Order, arguments: Arguments) -> None:
    """Raises UnknownId or OperationNotAllowed."""
    # A part that is not there is the plainer mistake: that is said first. One that is there is looked at by itself, so
    # that what is said is about it and not about all of its kind.
    named = _named_part(operation, order, arguments)
    why = _wrong_status(operation, order, arguments) or _no_part(operation, order, arguments)
    if why is None and named is None:
        why = _unavailable(operation, order)
    if why is not None:
        raise refusal(operation, order, why)
    if named is not None:
        _check_status(operation, order, named, arguments)


def _with_totals(before: Order | None, steps: Steps) -> Steps:
    done: Steps = []
    for step in steps:
        same = before is not None and before.id == step.order.id and costs_the_same(before, step.order)
        done.append(step if same else replaced(step, order=with_totals(step.order)))
        before = done[-1].order
    return done


def _check_discounts(order: Order | None, steps: Steps, context: Context) -> None:
    """Raises DiscountTooLarge where the steps take off more than the role may give."""
    before = {known.id: known for known in (order, context.other) if known is not None}
    after = {step.order.id: step.order for step in steps}
    for order_id, changed in after.items():
        ceiling = context.ceilings.discount.get(changed.currency)
        off = ZERO if ceiling is None else taken_off(before.get(order_id), changed)
        if ceiling is not None and off > ceiling:
            raise DiscountTooLarge(f"{off} {changed.currency} is more than you may take off at once: at most {ceiling}")
