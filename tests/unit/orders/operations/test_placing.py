"""An order is placed whole, or not at all."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from ordertrail.errors import (
    DuplicateId,
    InvalidInput,
    InvalidMoney,
    InvalidQuantity,
    InvalidText,
    InvalidTime,
    NotPermitted,
    Overpayment,
    UnknownId,
    WrongCurrency,
)
from ordertrail.orders.statuses import OrderStatus, PaymentStatus, ShipmentStatus, TransactionType
from tests.unit.orders.builders import (
    EARLIER,
    LATER,
    NOW,
    act,
    context,
    do,
    events,
    item,
    last,
    new,
    placed,
    shipment,
    sums,
    trusted_with,
)


def test_the_plainest_order_is_in_progress() -> None:
    steps = act(None, "place_order", **new())
    order = last(steps)
    assert events(steps) == ["OrderGroupCreated"]
    assert (order.id, order.number, order.status, order.placed) == ("order-1", "PO100001", OrderStatus.IN_PROGRESS, NOW)
    assert (order.channel, order.market, order.currency) == ("Order Management", "US", "USD")
    assert order.shipments["1"].status is ShipmentStatus.INVENTORY_ASSIGNED
    assert order.totals.total == order.totals.balance == Decimal("100.00")


def test_whatever_comes_along_is_recorded_in_its_order() -> None:
    steps = act(
        None,
        "place_order",
        **new(
            line_items={"1": item(3)},
            shipments={str(key): shipment(awaiting_inventory=key > 1) for key in (1, 2, 3)},
            coupons={"B": {"discount": "5.00"}, "A": {"discount": "10.00", "name": "Spring"}},
            payments={
                "10": {"amount": "85.00", "method": "Card", "transaction_type": "Authorization"},
                "2": {"amount": "200.00", "method": "Bank", "pending": True},
            },
            hold="address looks odd",
        ),
    )
    assert events(steps) == [
        "OrderGroupCreated", "ShipmentAwaitingInventory", "ShipmentAwaitingInventory", "PromotionAddCoupon",
        "PromotionAddCoupon", "AddingPayment", "AddingPayment", "OrderGroupOnHold",
    ]  # fmt: skip
    assert [step.subject for step in steps] == [
        None, "shipment/2", "shipment/3", "coupon/A", "coupon/B", "payment/2", "payment/10", None,
    ]  # fmt: skip
    order = last(steps)
    assert order.status is OrderStatus.ON_HOLD
    assert [s.status for s in order.shipments.values()] == [
        ShipmentStatus.INVENTORY_ASSIGNED, ShipmentStatus.AWAITING_INVENTORY, ShipmentStatus.AWAITING_INVENTORY,
    ]  # fmt: skip
    assert order.payments["2"].status is PaymentStatus.PENDING
    assert order.payments["2"].processed_at is None
    assert order.payments["10"].transaction_type is TransactionType.AUTHORIZATION
    assert sums(order, "total", "discount", "authorized") == {
        "total": "285.00", "discount": "15.00", "authorized": "85.00",
    }  # fmt: skip


def test_steps_build_on_one_another() -> None:
    steps = act(None, "place_order", **new(coupons={"A": {"discount": "10.00"}}, hold="x"))
    assert [step.order.totals.total for step in steps] == [Decimal("100.00"), Decimal("90.00"), Decimal("90.00")]
    assert [step.order.status for step in steps] == [*[OrderStatus.IN_PROGRESS] * 2, OrderStatus.ON_HOLD]


def test_an_order_may_have_nothing_to_ship() -> None:
    order = placed(line_items={"1": item(2)}, shipments={})
    assert order.totals.total == Decimal("200.00")
    assert placed(line_items={}, shipments={}).line_items == {}
    assert placed(line_items={}, shipments={"1": shipment({})}).shipments["1"].quantities == {}


def test_a_number_may_be_given() -> None:
    assert placed(number="WEB-2026.1").number == "WEB-2026.1"


def test_the_time_of_placing_is_a_fact_of_any_past() -> None:
    zoned = datetime(2019, 5, 1, 2, tzinfo=timezone(timedelta(hours=3)))
    assert placed(placed=zoned).placed == datetime(2019, 4, 30, 23, tzinfo=UTC)
    assert placed(placed=zoned).placed.tzinfo is UTC
    with pytest.raises(InvalidTime, match=r"placed lies in the future .*: give a time up to now"):
        placed(placed=LATER)
    assert placed(context(now=EARLIER)).placed == EARLIER
    with pytest.raises(InvalidTime, match=r"placed .* lies after"):
        placed(context(now=EARLIER), placed=NOW)


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
@pytest.mark.parametrize("field", ["placed", "promised", "requested"])
def test_a_time_beyond_the_calendar_is_refused(field: str, time: str) -> None:
    fields = {"placed": time} if field == "placed" else {"shipments": {"1": shipment(**{field: time})}}
    with pytest.raises(InvalidTime, match=r"outside the years 1 to 9999"):
        placed(**fields)


@pytest.mark.parametrize("time", ["9999-12-31T23:59:00Z", "0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z"])
@pytest.mark.parametrize("field", ["placed", "promised", "requested"])
def test_a_time_in_a_year_that_is_a_slip_is_refused(field: str, time: str) -> None:
    fields = {"placed": time} if field == "placed" else {"shipments": {"1": shipment(**{field: time})}}
    with pytest.raises(InvalidTime, match=r"outside the years 1900 to 2999: give a time within them, such as"):
        placed(**fields)


def test_dates_of_a_shipment_are_kept_in_utc() -> None:
    order = placed(shipments={"1": shipment(promised="2027-01-01T01:00:00+02:00", requested="2027-01-01T00:00:00Z")})
    assert order.shipments["1"].promised == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert str(order.shipments["1"].promised) == "2026-12-31 23:00:00+00:00"


@pytest.mark.parametrize(
    ("shipments", "says"),
    [
        ({"1": shipment({"1": 1})}, "line item 1 has quantity 3, but its shipments hold 1: put each piece into one"),
        ({"1": shipment({"1": 2}), "2": shipment({"1": 2})}, "has quantity 3, but its shipments hold 4"),
        ({"1": shipment({"1": 3}), "2": shipment({})}, "shipment 2 holds nothing: give the quantity of at least one"),
    ],
)
def test_each_item_is_in_a_shipment_if_the_order_has_any(shipments: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        placed(line_items={"1": item(3)}, shipments=shipments)


def test_a_line_item_that_no_shipment_holds_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"line item 2 has quantity 1, but its shipments hold 0"):
        placed(line_items={"1": item(), "2": item()})


def test_a_shipment_of_what_was_not_ordered_is_refused() -> None:
    with pytest.raises(UnknownId, match=r"the new order has no line item '7'; it has: 1, 2, 10"):
        placed(line_items={"10": item(), "2": item(), "1": item()}, shipments={"1": shipment({"7": 1})})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"currency": "ABC"}, WrongCurrency),
        ({"line_items": {"1": item(0)}, "shipments": {}}, InvalidQuantity),
        ({"line_items": {"1": item("0.0005")}, "shipments": {}}, InvalidQuantity),
        ({"line_items": {"1": item(1, "-1.00")}, "shipments": {}}, InvalidMoney),
        ({"line_items": {"1": item(1, "0.001")}, "shipments": {}}, InvalidMoney),
        ({"line_items": {"1": item(1, 1.5)}, "shipments": {}}, InvalidMoney),
        ({"line_items": {"1": item(discount="-1.00")}, "shipments": {}}, InvalidMoney),
        ({"line_items": {"1": item(tax="NaN")}, "shipments": {}}, InvalidMoney),
        ({"shipments": {"1": shipment({"1": 0})}}, InvalidQuantity),
        ({"shipments": {"1": shipment(shipping="-1.00")}}, InvalidMoney),
        ({"shipments": {"1": shipment(handling="0.001")}}, InvalidMoney),
        ({"shipments": {"1": shipment(shipping_discount="1e2")}}, InvalidMoney),
        ({"shipments": {"1": shipment(shipping_tax=Decimal("Infinity"))}}, InvalidMoney),
        ({"coupons": {"A": {"discount": "-1.00"}}}, InvalidMoney),
        ({"payments": {"1": {"amount": "100.01", "method": "Card"}}}, Overpayment),
        ({"payments": {"1": {"amount": "1.00", "method": "Card", "currency": "EUR"}}}, WrongCurrency),
        ({"payments": {"1": {"amount": "1.00", "method": "Card", "transaction_type": "Credit"}}}, InvalidInput),
        ({"payments": {"1": {"amount": "1.00", "method": "Card", "processed_at": LATER}}}, InvalidTime),
        ({"hold": {"code": "nope"}}, UnknownId),
        ({"hold": " "}, InvalidText),
        ({"hold": "x" * 10_001}, InvalidText),
        ({"currency": "JPY", "line_items": {"1": item(1, "99.50")}, "shipments": {}}, InvalidMoney),
    ],
)
def test_bad_input_is_refused_with_its_own_error(fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        placed(**fields)
    assert type(refused.value) is error


def test_placing_needs_its_permission() -> None:
    assert placed(trusted_with("order.place"))
    with pytest.raises(NotPermitted, match=r"place_order needs the permission order\.place"):
        placed(trusted_with("order.edit"))


def test_a_hold_knows_its_reason_and_who_may_release_it() -> None:
    hold = placed(hold={"code": "fraud", "comment": "third card"}).holds["1"]
    assert (hold.reason.code, hold.reason.label, hold.reason.comment) == ("fraud", "Suspicion of fraud", "third card")
    assert (hold.since, hold.by, hold.released_by) == (NOW, "anna", "fraud.team")


def test_ids_that_are_drawn_later_are_above_those_given() -> None:
    order = placed(line_items={"7": item(), "a": item()}, shipments={"12": shipment({"7": 1, "a": 1})})
    assert order.counters == {"line_item": 7, "shipment": 12}
    assert placed(line_items={"a": item()}, shipments={}).counters == {}


def test_long_numbers_of_other_systems_are_ids_like_others() -> None:
    longest = "9" * 64
    order = placed(
        line_items={longest: item()},
        shipments={longest: shipment({longest: 1})},
        payments={longest: {"amount": "1.00", "method": "Card"}},
    )
    assert order.counters == {}
    assert list(do(order, "add_payment", amount="1.00", method="Card").payments) == [longest, "1"]


def test_a_drawn_id_never_meets_one_that_was_given() -> None:
    edge = "999999999999999"
    payments = {key: {"amount": "1.00", "method": "Card"} for key in (edge, "1000000000000000")}
    order = placed(payments=payments)
    for drawn in ("1000000000000001", "1000000000000002"):
        order = do(order, "add_payment", amount="1.00", method="Card")
        assert drawn in order.payments
    assert len(order.payments) == 4


@pytest.mark.parametrize(
    "text", ["Zelt ⛺👩‍👩‍👧", "\u202eخيمة\u2066", "e\u0301tage", "'; DROP TABLE x; --", "<b>&amp;"]
)
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    order = placed(
        customer={"name": text}, customer_comment=text, attributes={"a": text}, references={"erp": text}, market=text
    )
    assert order.customer is not None
    assert {
        order.customer.name,
        order.customer_comment,
        order.attributes["a"],
        order.references["erp"],
        order.market,
    } == {text}


def test_a_coupon_code_counts_once() -> None:
    with pytest.raises(DuplicateId, match=r"coupon A is on this order already: each code counts once"):
        do(placed(coupons={"A": {}}), "add_coupon", code="A")
