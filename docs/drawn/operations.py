"""docs/reference/operations.md: what may happen to an order."""

import sys
from collections.abc import Iterable
from itertools import groupby

from docs.drawn.markdown import bullets, code, heading, joined, link, listed, page
from docs.drawn.values import fields, page_of, parts_of, section
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import STATUSES, Move, Operation
from ordertrail.orders.statuses import OrderStatus

HERE = "operations.md"
INTRO = """An order changes only through these operations. Each is a method of a desk (`desk.hold_order(order.id,
reason="fraud")`) and of the command line (`ordertrail do PO100001 hold_order --reason fraud`), and is
declared once, in the code. What every method takes besides stands [under Desk](api.md#desk).

An operation that is not legal as the order stands raises
[OperationNotAllowed](errors.md#operationnotallowed), one whose permission the caller lacks
[NotPermitted](errors.md#notpermitted); then nothing is written.

Where a role has a ceiling for discounts, it bounds what one operation takes off, whichever it is, or it
raises [DiscountTooLarge](errors.md#discounttoolarge). What counts is: coupons, discounts by hand, of line
items and of shipping, as far as they were not there before (of a new order, all of them); unit prices
lowered; shipping and handling lowered where the shipment's method, address, warehouse and quantities stay
as they are. A discount is as much as it says, even where it finds less to take off. Neither tax counts, nor
what only follows from another quantity, nor the prices at which a new order or line item begins.

A decimal is a `Decimal`, an integer or plain digits as text, never a float. Amounts of money have at
most the digits of their currency's minor unit and are not negative; a quantity is above zero and has at
most three places. A reason is a code of the shop's list, whose label is copied into the record; a plain
text that is no code is kept as the comment of the code `other`. A part written as a link
([GivenReason](#givenreason)) may also be given as a plain map of its fields."""


def render() -> str:
    """The page."""
    groups = [
        _group(module, list(rows)) for module, rows in groupby(OPERATIONS.values(), lambda row: row.apply.__module__)
    ]
    arguments = dict.fromkeys(row.arguments for row in OPERATIONS.values())
    parts = [struct for struct in parts_of(*arguments) if page_of(struct) == HERE]
    placing = [row.arguments for row in OPERATIONS.values() if row.arguments.__name__ == "NewOrder"]
    return page(
        "Operations", INTRO, *groups, heading(2, "Parts"),
        *(section(struct, HERE) for struct in [*placing, *parts]),
    )  # fmt: skip


def _group(module: str, rows: list[Operation]) -> str:
    title = module.rpartition(".")[2].capitalize()
    intro = joined(sys.modules[module].__doc__)
    return "\n\n".join([heading(2, title), intro, *map(_operation, rows)])


def _operation(row: Operation) -> str:
    about = joined(row.arguments.__doc__)
    return "\n\n".join(
        filter(
            None,
            [
                heading(3, row.name),
                row.summary,
                "" if about == "Nothing more to say." else f"Arguments: {about[0].lower()}{about[1:]}",
                _arguments(row),
                bullets(_facts(row)),
            ],
        )
    )


def _arguments(row: Operation) -> str:
    if row.arguments.__name__ == "NewOrder":
        return f"They stand under {link('NewOrder')}."
    return fields(row.arguments, HERE, "argument")


def _facts(row: Operation) -> Iterable[str]:
    yield f"Order: {_statuses(row)}"
    if row.condition:
        yield f"Condition: {row.condition}"
    if row.edits:
        yield "Refused with [NothingToChange](errors.md#nothingtochange) where nothing would change"
    yield f"Permission: {_permissions(row)}"
    yield f"Records: {_records(row)}"
    for move in row.moves:
        yield f"Moves: {_move(move)}"
    if row.undone_by:
        yield f"Undone by: {link(row.undone_by)}"
    if row.other:
        yield "May concern two orders, which change in one transaction"


def _statuses(row: Operation) -> str:
    if not row.legal_in:
        return "a new one"
    if row.legal_in == frozenset(OrderStatus):
        return "in any status"
    said = listed(status for status in OrderStatus if status in row.legal_in)
    return said + "".join(f"; {status} with {code(name)}" for status, name in row.legal_with.items())


def _permissions(row: Operation) -> str:
    more = [f"{code(permission)} with {code(name)}" for name, permission in row.permission_with.items()]
    return listed([code(row.permission), *more], "and")


def _records(row: Operation) -> str:
    if not row.records:
        return "the note itself, as a Custom entry"
    return ", ".join(link(name, page="event-types.md") for name in row.records)


def _move(move: Move) -> str:
    before, after = ([status for status in STATUSES[move.life] if status in some] for some in (move.before, move.after))
    given = f", with {code(move.given)}" if move.given else ""
    if not before:
        return f"a new {move.life}: {listed(after)}{given}"
    return f"{move.life}: {listed(before)} → {listed(after)}{given}"
