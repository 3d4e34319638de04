"""Returns, from their announcement until all is in that comes back."""

from typing import Any

import pytest

from ordertrail.errors import (
    DuplicateId,
    InvalidInput,
    InvalidQuantity,
    InvalidText,
    InvalidTime,
    NotPermitted,
    UnknownId,
)
from ordertrail.orders.model import Order, replaced
from ordertrail.orders.operations import legal_operations
from ordertrail.orders.statuses import ReturnKind, ReturnStatus
from tests.unit.orders.builders import (
    EARLIER,
    LATER,
    NOW,
    act,
    back,
    dec,
    do,
    events,
    item,
    last,
    legal_statuses,
    placed,
    received,
    refused,
    returning,
    shipment,
    shipped,
    sold,
    sums,
    trusted_with,
)

EVERY = "InProgress OnHold PartiallyShipped Completed Cancelled AwaitingExchange"


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("create_return", "PartiallyShipped Completed OnHold"),
        ("change_return", EVERY),
        ("cancel_return", EVERY),
        ("receive_return_items", EVERY),
    ],
)
def test_legal_in(operation: str, statuses: str) -> None:
    assert legal_statuses(operation) == set(statuses.split())


# Announcing


def test_a_return_is_announced() -> None:
    steps = act(sold(), "create_return", items={"1": {"quantity": 2, "reason": {"code": "late", "comment": "x"}}},
                comment="all sides torn", attributes={"box": "yes"})  # fmt: skip
    assert (events(steps), steps[0].subject) == (["ReturnCreated"], "return/1")
    ret = last(steps).returns["1"]
    assert (ret.number, ret.status, ret.kind) == (
        "RMA100001-1", ReturnStatus.AWAITING_STOCK_RETURN, ReturnKind.REFUND,
    )  # fmt: skip
    assert (ret.comment, ret.attributes, ret.items["1"].quantity) == ("all sides torn", {"box": "yes"}, dec("2"))
    assert (ret.items["1"].reason.label, ret.items["1"].reason.comment) == ("Arrived too late", "x")
    assert sums(last(steps), "balance") == {"balance": "0.00"}


@pytest.mark.parametrize(
    ("number", "rma"), [("EO7", "RMA7-1"), ("WEB-7", "RMAWEB-7-1"), ("x" * 64, f"RMA{'x' * 64}-1")]
)
def test_a_return_is_numbered_after_its_order(number: str, rma: str) -> None:
    assert returning(sold(number=number)).returns["1"].number == rma


def test_no_more_comes_back_than_shipped_and_is_still_out() -> None:
    with pytest.raises(InvalidQuantity, match=r"4 of line item 1 cannot come back: at most 3 shipped and still out"):
        returning(sold(), 4)
    order = returning(sold(), 2)
    with pytest.raises(InvalidQuantity, match=r"at most 1"):
        returning(order, 2)
    assert returning(do(order, "cancel_return", return_id="1", reason="late"), 3).returns["2"]
    short = do(received(order), "receive_return_items", return_id="1", close=True)
    with pytest.raises(InvalidQuantity, match=r"at most 1"):
        returning(short, 2)
    # Complete, it holds only what was received.
    assert returning(do(short, "complete_return", return_id="1"), 2).returns["2"]


def test_only_what_has_shipped_comes_back() -> None:
    order = shipped(placed(line_items={"1": item(2), "2": item()},
                           shipments={"1": shipment({"1": 1}), "2": shipment({"1": 1, "2": 1})}))  # fmt: skip
    with pytest.raises(InvalidQuantity, match=r"2 of line item 1 cannot come back: at most 1"):
        returning(order, 2)
    with pytest.raises(InvalidQuantity, match=r"1 of line item 2 cannot come back: at most 0"):
        do(order, "create_return", items={"2": {"quantity": 1, "reason": "late"}})
    assert returning(do(order, "hold_order", reason="x")).returns


def test_where_nothing_has_shipped_nothing_comes_back() -> None:
    instead = "nothing has shipped: change or cancel the order instead"
    items = {"1": {"quantity": 1, "reason": "late"}}
    assert refused(placed(), "create_return", items=items).endswith(instead)
    assert refused(do(placed(), "hold_order", reason="x"), "create_return", items=items) == instead
    all_of_it = returning(sold(), 3)
    assert refused(all_of_it, "create_return", items=items) == "all that shipped is in a return"
    assert legal_operations(returning(sold(), 2))["create_return"] is None


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"items": {}}, InvalidInput, r"a return holds at least one item"),
        ({"items": {"9": {"quantity": 1, "reason": "late"}}}, UnknownId, r"no line item '9'; it has: 1"),
        ({"items": {"1": {"quantity": 0, "reason": "late"}}}, InvalidQuantity, r"above zero"),
        ({"items": {"1": {"quantity": 1}}}, InvalidInput, r"missing required field `reason`"),
        ({"items": {"1": {"quantity": 1, "reason": " "}}}, InvalidText, r"a reason is a code"),
        ({"items": {"1": {"quantity": 1, "reason": {"code": "x"}}}}, UnknownId, r"no reason 'x'"),
        (
            {"items": {"1": {"quantity": 1, "reason": "late"}}, "kind": "swap"},
            InvalidInput,
            r"Invalid enum value 'swap'",
        ),
    ],
)
def test_a_bad_return_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(sold(), "create_return", **arguments)


def test_a_return_may_not_take_an_id_that_is_used() -> None:
    with pytest.raises(DuplicateId, match=r"return 1 is on this order, or was once: give another id, or none"):
        returning(returning(sold()), id="1")


# Changing and cancelling


def test_a_return_is_changed_as_long_as_it_is_awaited() -> None:
    items = {"1": {"quantity": 3, "reason": "torn"}}
    steps = act(returning(sold()), "change_return", return_id="1", items=items, kind="exchange", comment="all")
    assert events(steps) == ["ReturnChanged"]
    ret = last(steps).returns["1"]
    assert (ret.items["1"].quantity, ret.items["1"].reason.comment, ret.kind, ret.comment) == (
        dec("3"), "torn", ReturnKind.EXCHANGE, "all",
    )  # fmt: skip
    other = do(last(steps), "change_return", return_id="1", comment="all three")
    assert other.returns["1"] == replaced(ret, comment="all three")
    assert do(other, "change_return", return_id="1", comment="").returns["1"] == replaced(ret, comment=None)
    assert "return 1 is AwaitingCompletion" in refused(
        returning(back(sold())), "change_return", return_id="1", comment="x"
    )


def test_what_has_come_in_stays_in_a_changed_return() -> None:
    lines = {"1": item(3), "2": item()}
    order = shipped(placed(line_items=lines, shipments={"1": shipment({"1": 3, "2": 1})}))
    items = {line: {"quantity": 1, "reason": "late"} for line in ("1", "2")}
    order = do(order, "create_return", items={**items, "1": {"quantity": 3, "reason": "late"}})
    order = received(order, 2)
    with pytest.raises(InvalidInput, match=r"line items 1 have come in already: they stay in the return"):
        do(order, "change_return", return_id="1", items={"2": items["2"]})
    with pytest.raises(InvalidQuantity, match=r"2 of line item 1 have come in already: give that or more"):
        do(order, "change_return", return_id="1", items=items)
    with pytest.raises(InvalidInput, match=r"all of this has come in: close what is missing"):
        do(order, "change_return", return_id="1", items={"1": {"quantity": 2, "reason": "late"}})
    changed = do(order, "change_return", return_id="1", items={"1": {"quantity": 3, "reason": "x"}})
    assert changed.returns["1"].items["1"].received == dec("2")


def test_a_return_of_which_nothing_has_come_in_is_cancelled() -> None:
    steps = act(returning(sold()), "cancel_return", return_id="1", reason={"code": "late", "comment": "kept"})
    assert events(steps) == ["ReturnCancelled"]
    assert last(steps).returns["1"].status is ReturnStatus.CANCELED
    assert steps[0].data["reason"]["comment"] == "kept"
    partly, came = received(returning(sold(), 2)), "items of return 1 have come in: complete it, with a refund of zero"
    assert refused(partly, "cancel_return", return_id="1", reason="late") == came
    assert legal_operations(partly)["cancel_return"] == came
    both = returning(partly)
    assert legal_operations(both)["cancel_return"] is None
    assert refused(both, "cancel_return", return_id="1", reason="late") == came


@pytest.mark.parametrize("operation", ["change_return", "cancel_return", "receive_return_items"])
def test_what_is_canceled_or_complete_stays_so(operation: str) -> None:
    needed: dict[str, dict[str, Any]] = {"cancel_return": {"reason": "x"}, "receive_return_items": {"close": True}}
    arguments = needed.get(operation, {})
    completed = do(back(sold()), "complete_return", return_id="1")
    for order in (do(returning(sold()), "cancel_return", return_id="1", reason="x"), completed):
        assert refused(order, operation, return_id="1", **arguments) == "no return is AwaitingStockReturn"
        assert "would have to be AwaitingStockReturn" in refused(
            returning(order), operation, return_id="1", **arguments
        )


@pytest.mark.parametrize("operation", ["change_return", "cancel_return", "receive_return_items", "complete_return"])
def test_a_return_that_is_not_there_is_refused(operation: str) -> None:
    with pytest.raises(UnknownId, match=r"no return '2'; it has: 1"):
        do(returning(sold()), operation, return_id="2", **({"reason": "x"} if operation == "cancel_return" else {}))


# Receiving


def test_items_come_in_in_parts() -> None:
    order = returning(sold(), 3)
    steps = act(order, "receive_return_items", return_id="1", received_at=EARLIER,
                items={"1": {"quantity": "1.5", "condition": "torn"}})  # fmt: skip
    assert events(steps) == ["ReturnReceiptItems"]
    ret = last(steps).returns["1"]
    assert (ret.status, ret.items["1"].received, ret.items["1"].condition, ret.items["1"].received_at) == (
        ReturnStatus.AWAITING_STOCK_RETURN, dec("1.5"), "torn", EARLIER,
    )  # fmt: skip
    ret = received(last(steps), "1.5").returns["1"]
    assert (ret.status, ret.items["1"].received, ret.items["1"].condition, ret.items["1"].received_at) == (
        ReturnStatus.AWAITING_COMPLETION, dec("3"), "torn", NOW,
    )  # fmt: skip


def test_what_does_not_come_is_closed() -> None:
    order = returning(sold(), 3)
    for arguments in (
        {"close": True},
        {"items": {"1": {"close": True}}},
        {"items": {"1": {"quantity": 0, "close": True, "condition": "lost"}}},
    ):
        ret = do(order, "receive_return_items", return_id="1", **arguments).returns["1"]
        assert (ret.status, ret.items["1"].received, ret.items["1"].closed) == (
            ReturnStatus.AWAITING_COMPLETION, None, True,
        )  # fmt: skip
    short = do(order, "receive_return_items", return_id="1", items={"1": {"quantity": 2, "close": True}}).returns["1"]
    assert (short.status, short.items["1"].received, short.items["1"].closed) == (
        ReturnStatus.AWAITING_COMPLETION, dec("2"), True,
    )  # fmt: skip


def test_what_came_in_whole_is_not_closed_short() -> None:
    ret = do(returning(sold(), 3), "receive_return_items", return_id="1", items={"1": {"quantity": 3, "close": True}})
    assert (ret.returns["1"].items["1"].received, ret.returns["1"].items["1"].closed) == (dec("3"), False)


def test_a_return_awaits_completion_when_every_item_is_in_or_closed() -> None:
    lines = {"1": item(), "2": item()}
    order = shipped(placed(line_items=lines, shipments={"1": shipment({"1": 1, "2": 1})}))
    order = do(order, "create_return", items={line: {"quantity": 1, "reason": "late"} for line in lines})
    order = received(order)
    assert order.returns["1"].status is ReturnStatus.AWAITING_STOCK_RETURN
    closed = do(order, "receive_return_items", return_id="1", close=True).returns["1"]
    assert (closed.status, closed.items["1"].closed, closed.items["2"].closed) == (
        ReturnStatus.AWAITING_COMPLETION, False, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({}, InvalidInput, r"say what came in, by line item, or close the return"),
        ({"items": {"9": {"quantity": 1}}}, UnknownId, r"no line item in return 1 '9'; it has: 1"),
        ({"items": {"1": {}}}, InvalidQuantity, r"above zero"),
        ({"items": {"1": {"condition": "torn"}}}, InvalidInput, r"line item 1 has a condition, but no quantity: say"),
        ({"items": {"1": {"condition": "torn"}}, "close": True}, InvalidInput, r"has a condition, but no quantity"),
        ({"items": {"1": {"quantity": "-1", "close": True}}}, InvalidQuantity, r"above zero"),
        ({"items": {"1": {"quantity": 3}}}, InvalidQuantity, r"3 of line item 1 would have come in, 2 are announced"),
        ({"items": {"1": {"quantity": 1}}, "received_at": LATER}, InvalidTime, r"received_at lies in the future"),
        ({"items": {"1": {"quantity": 1, "condition": "a b"}}}, InvalidInput, r"1 to 64 letters"),
    ],
)
def test_a_bad_receipt_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        do(returning(sold(), 2), "receive_return_items", return_id="1", **arguments)


@pytest.mark.parametrize(
    ("operation", "permission", "before", "arguments"),
    [
        ("create_return", "return.create", sold(), {"items": {"1": {"quantity": 1, "reason": "late"}}}),
        ("change_return", "return.create", returning(sold()), {"return_id": "1", "comment": "x"}),
        ("cancel_return", "return.create", returning(sold()), {"return_id": "1", "reason": "late"}),
        ("receive_return_items", "return.receive", returning(sold()), {"return_id": "1", "close": True}),
    ],
)
def test_each_needs_its_permission(operation: str, permission: str, before: Order, arguments: dict[str, Any]) -> None:
    assert do(before, operation, trusted_with(permission), **arguments)
    with pytest.raises(NotPermitted, match=f"{operation} needs the permission {permission}"):
        do(before, operation, trusted_with(), **arguments)
