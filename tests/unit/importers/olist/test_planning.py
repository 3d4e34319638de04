"""What an order's data implies."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ordertrail.importers.olist.planning import Act, Plan, plan
from ordertrail.importers.olist.source import utc
from ordertrail.notes.model import ActorKind
from tests.olist_files import A, C, D, E, Files, P

TWO = (("tent", "seller-2", "100.00", "12.34"), ("gift", "seller-1", "10", "0.00"), ("thing", "seller-2", "5.5", "1"))
ONE = Decimal(1)
NEWEST = datetime(2018, 6, 1, 15, tzinfo=UTC)


def at(local: str) -> datetime:
    """A time of the files in UTC."""
    return utc(datetime.fromisoformat(local))


def planned(directory: Path, *order: str, **given: Any) -> Plan:
    """The plan of one order, in files whose newest time is another order's."""
    files = Files().order("o1", *order, **given).order("last", "created", p="2018-06-01 12:00:00", a="", c="", d="")
    source = files.read(directory)
    assert source.newest == NEWEST
    return plan(next(order for order in source.orders if order.row.id == "o1"), source)


def lines(plan: Plan) -> list[tuple[str, datetime]]:
    """Which operations, and when."""
    return [(act.operation, act.at) for act in plan.then]


def names(plan: Plan) -> str:
    """Which operations."""
    return " ".join(act.operation for act in plan.then)


def last(plan: Plan, operation: str) -> Act:
    """The last act of this operation."""
    return [act for act in plan.then if act.operation == operation][-1]


def test_a_delivered_order_has_its_facts_at_their_times(tmp_path: Path) -> None:
    found = planned(tmp_path)
    assert (found.at, found.by.id, found.by.kind, found.by.on_behalf_of) == (at(P), "olist", ActorKind.APP, "p-o1")
    assert lines(found) == [
        ("process_payment", at(A)),
        ("release_shipment", at(C)),
        ("complete_shipment", at(C)),
        ("confirm_delivery", at(D)),
    ]
    assert last(found, "process_payment").arguments == {"payment": "1", "processed_at": at(A)}
    assert last(found, "complete_shipment").arguments == {"shipment": "1", "shipped_at": at(C)}
    assert last(found, "confirm_delivery").arguments == {"shipment": "1", "delivered_at": at(D)}


def test_an_order_is_placed_as_the_files_describe_it(tmp_path: Path) -> None:
    order = planned(tmp_path, items=TWO, payments=[("credit_card", "128.84")], installments="3").order
    assert (order.number, order.market, order.currency, order.prices_include_tax) == ("o1", "BR", "BRL", True)
    assert order.customer is not None
    assert (order.customer.id, order.references) == ("p-o1", {"olist.customer_id": "c-o1"})
    assert [(key, item.sku, item.name, item.unit_price) for key, item in order.line_items.items()] == [
        ("1", "tent", "tents", Decimal("100.00")),
        ("2", "gift", "presentes", Decimal("10")),
        ("3", "thing", "thing", Decimal("5.5")),
    ]
    payment = order.payments["1"]
    assert (payment.amount, payment.method, payment.transaction_type, payment.pending, payment.attributes) == (
        (Decimal("128.84"), "credit_card", "Sale", True, {"olist.installments": "3"})
    )


def test_each_seller_has_a_shipment(tmp_path: Path) -> None:
    found = planned(tmp_path, items=TWO, payments=[("boleto", "128.84")])
    first, second = found.order.shipments["1"], found.order.shipments["2"]
    assert (first.warehouse, second.warehouse) == ("seller-2", "seller-1")
    assert (first.quantities, second.quantities) == ({"1": ONE, "3": ONE}, {"2": ONE})
    assert (first.shipping, second.shipping) == (Decimal("13.34"), Decimal("0.00"))
    assert first.promised == second.promised == at(f"{E} 00:00:00")
    assert first.attributes == {"olist.shipping_limit": "2018-01-06 12:00:00"}
    assert first.address is not None
    assert (first.address.postal_code, first.address.city, first.address.region) == ("01234", "são paulo", "SP")
    assert [act.arguments["shipment"] for act in found.then if act.operation == "complete_shipment"] == ["1", "2"]


def test_limits_that_differ_within_a_shipment_are_both_kept(tmp_path: Path) -> None:
    files = Files().order("o1", items=[("tent", "s", "1.00", "1.00")] * 2)
    files.rows["olist_order_items_dataset"][0][4] = "2018-01-07 12:00:00"
    source = files.read(tmp_path)
    shipment = plan(source.orders[0], source).order.shipments["1"]
    assert shipment.attributes == {"olist.shipping_limit": "2018-01-06 12:00:00, 2018-01-07 12:00:00"}


def test_an_order_without_items_has_a_shipment_of_unknown_content(tmp_path: Path) -> None:
    found = planned(tmp_path, "shipped", d="", items=())
    shipment = found.order.shipments["1"]
    assert (found.order.line_items, shipment.quantities, shipment.warehouse, shipment.shipping) == ({}, {}, None, None)
    assert shipment.promised == at(f"{E} 00:00:00")
    assert shipment.address is not None
    assert names(found) == "process_payment release_shipment complete_shipment"


def test_payments_beyond_the_total_say_so(tmp_path: Path) -> None:
    paid = [("voucher", "100.00"), ("voucher", "12.34"), ("voucher", "0.00"), ("voucher", "0.01"), ("boleto", "0.00")]
    order = planned(tmp_path, payments=paid).order
    assert [payment.overpayment for payment in order.payments.values()] == [False, False, False, True, True]


def test_payments_without_items_are_beyond_the_total(tmp_path: Path) -> None:
    order = planned(tmp_path, items=(), payments=[("not_defined", "0.00"), ("boleto", "5")], numbers=["2", "3"]).order
    assert {key: payment.overpayment for key, payment in order.payments.items()} == {"2": False, "3": True}
    assert [payment.transaction_type for payment in order.payments.values()] == ["Other", "Sale"]


def test_all_payments_are_processed_when_the_order_is_approved(tmp_path: Path) -> None:
    found = planned(tmp_path, payments=[("voucher", "100.00"), ("voucher", "12.34")])
    assert [act.arguments["payment"] for act in found.then if act.operation == "process_payment"] == ["1", "2"]


# Times out of order


def test_a_payment_after_the_parcel_is_sorted_in(tmp_path: Path) -> None:
    late = "2018-01-06 10:00:00"
    found = planned(tmp_path, a=late)
    assert lines(found)[2:] == [("process_payment", at(late)), ("confirm_delivery", at(D))]


def test_a_payment_before_the_purchase_is_recorded_at_the_purchase(tmp_path: Path) -> None:
    early = "2018-01-01 10:00:00"
    act = planned(tmp_path, a=early).then[0]
    assert (act.operation, act.at, act.arguments["processed_at"]) == ("process_payment", at(P), at(early))


def test_a_handover_before_the_purchase_keeps_its_own_time(tmp_path: Path) -> None:
    early = "2018-01-01 10:00:00"
    found = planned(tmp_path, c=early)
    shipped = last(found, "complete_shipment")
    assert names(found) == "release_shipment complete_shipment process_payment confirm_delivery"
    assert (shipped.at, shipped.arguments["shipped_at"]) == (at(P), at(early))


def test_a_delivery_before_the_handover_keeps_its_own_time(tmp_path: Path) -> None:
    early = "2018-01-04 10:00:00"
    delivered = last(planned(tmp_path, d=early), "confirm_delivery")
    assert (delivered.at, delivered.arguments["delivered_at"]) == (at(C), at(early))


def test_at_the_same_time_the_cause_comes_first(tmp_path: Path) -> None:
    found = planned(tmp_path, a=P, c=P, d=P, reviews=[("5", "", "", P)])
    assert names(found) == "process_payment release_shipment complete_shipment confirm_delivery add_note"


# What has no time


@pytest.mark.parametrize(
    ("status", "times", "operations"),
    [
        ("created", {"a": "", "c": "", "d": ""}, "set_attribute"),
        ("approved", {"c": "", "d": ""}, "process_payment set_attribute"),
        ("processing", {"c": "", "d": ""}, "process_payment set_attribute"),
        ("invoiced", {"c": "", "d": ""}, "process_payment set_attribute"),
        ("unavailable", {"c": "", "d": ""}, "process_payment await_inventory set_attribute"),
        ("canceled", {"a": "", "c": "", "d": ""}, "cancel_order"),
        ("canceled", {"c": "", "d": ""}, "process_payment cancel_order"),
        ("canceled", {"d": ""}, "process_payment release_shipment complete_shipment set_attribute record_activity"),
        (
            "canceled",
            {},
            "process_payment release_shipment complete_shipment confirm_delivery set_attribute record_activity",
        ),
        ("shipped", {"d": ""}, "process_payment release_shipment complete_shipment"),
        ("delivered", {"d": ""}, "process_payment release_shipment complete_shipment set_attribute record_activity"),
        ("delivered", {"c": "", "d": ""}, "process_payment set_attribute record_activity"),
        # Not in the subset, but they would come in
        ("delivered", {"c": ""}, "process_payment record_activity set_attribute"),
        ("canceled", {"c": ""}, "process_payment record_activity set_attribute record_activity"),
        ("unavailable", {"d": ""}, "process_payment release_shipment complete_shipment set_attribute"),
        ("shipped", {}, "process_payment release_shipment complete_shipment confirm_delivery set_attribute"),
        ("lost", {"c": "", "d": ""}, "process_payment set_attribute"),
    ],
)
def test_each_status_with_each_of_its_times(
    status: str, times: dict[str, str], operations: str, tmp_path: Path
) -> None:
    found = planned(tmp_path, status, **times)
    assert names(found) == operations
    at_the_end = [act for act in found.then if act.at == NEWEST]
    assert [act.arguments["value"] for act in at_the_end if act.operation == "set_attribute"] == (
        [status] if "set_attribute" in operations else []
    )


def test_what_is_unavailable_waits_in_each_shipment(tmp_path: Path) -> None:
    found = planned(tmp_path, "unavailable", c="", d="", items=TWO)
    waiting = [act for act in found.then if act.operation == "await_inventory"]
    assert [(act.arguments["shipment"], act.at) for act in waiting] == [("1", NEWEST), ("2", NEWEST)]


def test_a_cancellation_says_that_its_time_is_unknown(tmp_path: Path) -> None:
    act = last(planned(tmp_path, "canceled", c="", d=""), "cancel_order")
    assert (act.at, act.arguments["initiator"]) == (NEWEST, "unknown")
    assert act.arguments["reason"] == {
        "code": "olist.canceled",
        "comment": f"The source gives no time: between {at(A).isoformat()} and {NEWEST.isoformat()}.",
    }


# Reviews


def test_a_review_is_a_note_by_the_customer(tmp_path: Path) -> None:
    act = last(planned(tmp_path, reviews=[("4", " Bom", "a\r\nb ", "2018-02-01 10:00:00")]), "add_note")
    assert (act.at, act.actor.id, act.actor.kind) == (at("2018-02-01 10:00:00"), "p-o1", ActorKind.CUSTOMER)
    assert act.arguments == {"title": "Review: 4 of 5 –  Bom", "detail": "a\r\nb ", "visibility": "customer"}


def test_a_score_alone_is_a_note_too(tmp_path: Path) -> None:
    act = last(planned(tmp_path, reviews=[("1", "  ", "", "2018-02-01 10:00:00")]), "add_note")
    assert (act.arguments["title"], act.arguments["detail"]) == ("Review: 1 of 5", "")


def test_a_review_from_before_the_purchase_says_when(tmp_path: Path) -> None:
    act = last(planned(tmp_path, reviews=[("2", "late", "", "2017-05-01 10:00:00")]), "add_note")
    assert (act.at, act.arguments["title"]) == (at(P), "Review: 2 of 5, answered 2017-05-01 10:00:00 – late")


def test_a_review_from_between_is_sorted_in(tmp_path: Path) -> None:
    found = planned(tmp_path, reviews=[("2", "", "where is it?", "2018-01-07 10:00:00")])
    assert names(found) == "process_payment release_shipment complete_shipment add_note confirm_delivery"


def test_nothing_runs_backwards(tmp_path: Path) -> None:
    answered = [("2", "", "", "2017-05-01 10:00:00"), ("2", "", "", "2018-01-04 10:00:00")]
    mixed = planned(tmp_path, "canceled", a="2018-02-06 10:00:00", c="2018-01-01 10:00:00", d=P, reviews=answered)
    times = [mixed.at, *(act.at for act in mixed.then)]
    assert times == sorted(times)
