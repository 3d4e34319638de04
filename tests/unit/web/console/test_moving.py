"""What money moves with an operation, told before it is done: as much as moves then."""

from decimal import Decimal

import pytest

from ordertrail.orders.model import Order
from ordertrail.orders.statuses import TransactionType
from ordertrail.web.console.moving import Moving, moving
from tests.unit.orders.builders import (
    act,
    back,
    context,
    credits,
    do,
    item,
    last,
    paid,
    placed,
    received,
    returning,
    shipment,
    shipped,
    sold,
    two_shipments,
)


def authorized(order: Order, amount: object) -> Order:
    """The order after money was reserved."""
    return paid(order, amount, transaction_type="Authorization")


@pytest.mark.parametrize("reserved", [30, 100, 500])
def test_what_is_captured_is_what_is_told(reserved: int) -> None:
    order = authorized(authorized(two_shipments(), 30), reserved) if reserved < 200 else two_shipments()
    for key in ("1", "2"):
        told = moving("complete_shipment", order, key)
        assert told is not None
        before = set(order.payments)
        order = shipped(order, key, capture=True)
        taken = [payment for other, payment in order.payments.items() if other not in before]
        assert told.parts == {payment.parent: payment.amount for payment in taken}
        assert {payment.transaction_type for payment in taken} <= {TransactionType.CAPTURE}


def test_what_is_refunded_is_what_is_told() -> None:
    apart = {"1": shipment({"1": 2})}
    order = paid(paid(placed(line_items={"1": item(2)}, shipments=apart), 30), 170)
    order = back(shipped(order), 2)
    told = moving("complete_return", order, "1")
    assert told == Moving(parts={"1": Decimal(30), "2": Decimal(170)})
    assert told.total == Decimal(200)
    went = credits(do(order, "complete_return", return_id="1"))
    assert [(Decimal(amount), key) for amount, key in went] == [(amount, key) for key, amount in told.parts.items()]


def test_what_was_refunded_already_is_not_again() -> None:
    order = do(back(sold()), "create_refund", amount=60, kind="return", reason="late", payment="1", return_id="1")
    assert moving("complete_return", order, "1") == Moving(parts={"1": Decimal(40)})


def test_what_an_exchange_is_paid_is_told_and_what_goes_back_besides() -> None:
    order = returning(sold(), kind="exchange")
    items = {"1": item(1, "80.00")}
    made = act(order, "create_exchange_order", context(new_id="order-2"), return_id="1", line_items=items)
    order = received(last(made))
    assert moving("complete_return", order, "1") == Moving(parts={"1": Decimal(20)}, exchange=Decimal(80))
    after = do(order, "complete_return", context(other=last(made, "order-2")), return_id="1")
    assert sorted(credits(after)) == [("20.00", "1"), ("80.00", None)]


def test_nothing_moves_with_anything_else() -> None:
    assert moving("release_shipment", two_shipments(), "1") is None
    assert moving("complete_shipment", two_shipments(), None) is None
