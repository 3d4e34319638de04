"""Two people on one order, forms that are sent again, and mistakes in between: nobody loses what they did or typed."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.web.auth.roles import ROLES
from ordertrail.web.auth.shop_roles import define_role, list_roles
from ordertrail.web.auth.users import add_user
from tests.web.console.person import Person
from tests.web.console.phone_order import NEW
from tests.web.console.shop import PASSWORD, events, place, placed_number, shipped_two


@pytest.mark.parametrize("changed", [{"items__1__quantity": "1"}, {"items__2__reason__code": "late"}])
def test_a_return_that_changes_keeps_what_was_left_as_it_stood(
    anna: Person, trail: OrderTrail, changed: dict[str, str]
) -> None:
    number = shipped_two(trail)
    assert anna.do(number, "change_return", "?return_id=1", **changed).status == 200
    items = trail.order(number=number).returns["1"].items
    assert {key: (item.quantity, item.reason.code) for key, item in items.items()} == {
        "1": (Decimal(1 if "items__1__quantity" in changed else 2), "damaged"),
        "2": (Decimal(1), "late" if "items__2__reason__code" in changed else "damaged"),
    }


def test_a_field_that_nobody_touched_undoes_no_colleagues_change(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/change_line_item?line_item=1").form("/do/change_line_item")
    assert form.fields["quantity"] == "1"
    with trail.acting("bruno", channel="Order Management") as desk:
        desk.change_line_item(trail.order(number=number).id, line_item="1", quantity=2, unit_price="200.00")
    stale = anna.send(form.action, {**form.fields, "name": "Tent XL"})
    assert stale.status == 409
    again = stale.form("/do/change_line_item")
    assert {name: again.fields[name] for name in ("quantity", "unit_price", "name")} == {
        "quantity": "2", "unit_price": "200.00", "name": "Tent XL",
    }  # fmt: skip
    assert anna.send(again.action, again.fields).status == 200
    line = trail.order(number=number).line_items["1"]
    assert (line.name, line.quantity, line.unit_price) == ("Tent XL", Decimal(2), Decimal("200.00"))


EDITS: dict[str, tuple[str, dict[str, Any], str, str, Callable[[Any], Any]]] = {
    "change_shipping_address": (
        "?shipment=1", {"shipment": "1", "address": {"line1": "Main 99"}}, "address/phone", "555",
        lambda order: (order.shipments["1"].address.line1, order.shipments["1"].address.phone),
    ),
    "change_billing_address": (
        "", {"address": {"line1": "Main 99"}}, "address/phone", "555",
        lambda order: (order.billing_address.line1, order.billing_address.phone),
    ),
    "change_customer": (
        "", {"customer": {"id": "C1", "name": "Main 99"}}, "customer/phone", "555",
        lambda order: (order.customer.name, order.customer.phone),
    ),
    "set_tracking": (
        "?shipment=1", {"shipment": "1", "tracking_number": "Main 99"}, "carrier", "555",
        lambda order: (order.shipments["1"].tracking.number, order.shipments["1"].tracking.carrier),
    ),
}  # fmt: skip
"""Edits that are given as a whole: what a colleague gives, the field that somebody else fills in, and what is kept."""


@pytest.mark.parametrize("operation", EDITS)
def test_what_a_colleague_gave_stays_where_another_field_is_filled_in(
    anna: Person, trail: OrderTrail, operation: str
) -> None:
    query, given, field, typed, kept = EDITS[operation]
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/{operation}{query}").form(f"/do/{operation}")
    with trail.acting("bruno", channel="Order Management") as desk:
        desk.perform(trail.order(number=number).id, operation, given)
    stale = anna.send(form.action, {**form.fields, field: typed})
    assert stale.status == 409
    again = stale.form(f"/do/{operation}")
    assert anna.send(again.action, again.fields).status == 200
    assert kept(trail.order(number=number)) == ("Main 99", "555")


def test_an_edit_of_a_notes_title_leaves_the_text_that_was_written_meanwhile(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", title="Called", detail="Flat 12")
    last = trail.order(number=number).version
    form = anna.open(f"/orders/{number}/do/edit_note?note={last}").form("/do/edit_note")
    anna.do(number, "edit_note", f"?note={last}", detail="Flat 21")
    stale = anna.send(form.action, {**form.fields, "title": "Called twice"})
    assert stale.status == 409
    again = stale.form("/do/edit_note")
    assert anna.send(again.action, again.fields).status == 200
    note = trail.order_note(trail.order(number=number).id, last)
    assert (note.title, note.detail) == ("Called twice", "Flat 21")


def test_a_mistake_in_a_form_does_not_make_it_one_of_the_order_as_it_is_now(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/add_payment").form("/do/add_payment")
    with trail.acting("bruno", channel="Order Management") as desk:
        desk.add_payment(trail.order(number=number).id, amount="50.00", method="Voucher", transaction_type="Sale")
    typed = {**form.fields, "method": "Card", "transaction_type": "Sale"}
    mistaken = anna.send(form.action, {**typed, "amount": "50;00"})
    assert mistaken.status == 400
    again = mistaken.form("/do/add_payment")
    stale = anna.send(again.action, {**again.fields, "amount": "50.00"})
    assert stale.status == 409
    assert "Voucher" in stale.text
    assert len(trail.order(number=number).payments) == 1
    told = stale.form("/do/add_payment")
    assert anna.send(told.action, told.fields).status == 200
    assert len(trail.order(number=number).payments) == 2


def test_going_back_to_what_was_done_and_sending_something_else_shows_what_was_done(
    anna: Person, trail: OrderTrail
) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/add_payment").form("/do/add_payment")
    typed = {**form.fields, "amount": "50.00", "method": "Card", "transaction_type": "Sale"}
    assert anna.send(form.action, typed).status == 200
    back = anna.send(form.action, {**typed, "amount": "60.00"})
    assert back.status == 409
    assert "Sale of $50.00 by Card" in back.text
    assert len(trail.order(number=number).payments) == 1
    again = back.form("/do/add_payment")
    assert again.fields["amount"] == "60.00"
    assert anna.send(again.action, again.fields).status == 200
    assert len(trail.order(number=number).payments) == 2


def test_what_is_sent_again_is_done_once(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/add_payment").form("/do/add_payment")
    assert form.fields["amount"] == "249.00"
    fields = {**form.fields, "method": "Card"}
    first, second = anna.send(form.action, fields), anna.send(form.action, fields)
    assert first.status == second.status == 200
    assert f"{first.answer.url}.again" == str(second.answer.url)
    assert "This was done before, and not again now:" in second.text
    assert len(trail.order(number=number).payments) == 1
    new = anna.open("/orders/new").form("/orders/new")
    pages = [anna.send(new.action, {**new.fields, **NEW}) for _ in range(2)]
    assert placed_number(pages[0]) == placed_number(pages[1])


def test_a_stale_form_shows_what_has_happened_and_keeps_what_was_typed(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/hold_order").form("/do/hold_order")
    with trail.acting("bruno", channel="Warehouse") as desk:
        desk.release_shipment(trail.order(number=number).id, shipment="1")
    typed = {**form.fields, "reason/code": "other", "reason/comment": "Flat 12 or 21?"}
    stale = anna.send(form.action, typed)
    assert stale.status == 409
    assert "This order has changed while you were at it" in stale.text
    assert "Shipment 1 released" in stale.text
    assert "bruno" in stale.text
    assert events(trail, number)[-1] == "ShipmentReleased"
    again = stale.form("/do/hold_order")
    assert again.fields["reason/comment"] == "Flat 12 or 21?"
    assert anna.send(again.action, again.fields).status == 200
    hold = trail.order(number=number).holds["1"].reason
    assert (hold.code, hold.comment) == ("other", "Flat 12 or 21?")


def test_a_stale_edit_of_a_note_shows_the_later_text_and_keeps_what_was_typed(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", detail="Flat 12")
    first = anna.open(f"/orders/{number}/do/edit_note?note=2").form("/do/edit_note")
    anna.do(number, "edit_note", "?note=2", detail="Flat 21")
    stale = anna.send(first.action, {**first.fields, "detail": "Flat 12, second floor"})
    assert stale.status == 409
    assert "This note was edited while you were at it" in stale.text
    assert "Flat 21" in stale.text
    note = trail.order_note(trail.order(number=number).id, 2)
    assert note.detail == "Flat 21"
    again = stale.form("/do/edit_note")
    assert again.fields["detail"] == "Flat 12, second floor"
    assert anna.send(again.action, again.fields).status == 200
    assert trail.order_note(note.order_id, 2).detail == "Flat 12, second floor"


def test_a_form_that_was_done_and_is_sent_otherwise_says_so_and_can_be_sent_again(
    anna: Person, trail: OrderTrail
) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}").form("/do/add_note")
    assert anna.send(form.action, {**form.fields, "detail": "Rang"}).status == 200
    back = anna.send(form.action, {**form.fields, "detail": "Rang again"})
    assert back.status == 422
    assert "was sent before, saying something else" in back.text
    again = back.form("/do/add_note")
    assert (again.fields["detail"], anna.send(again.action, again.fields).status) == ("Rang again", 200)
    assert events(trail, number) == ["OrderGroupCreated", None, None]
    new = anna.open("/orders/new").form("/orders/new")
    order = {"market": "US", "currency": "USD", "line_items/1/sku": "T", "line_items/1/name": "Tent"}
    order |= {"line_items/1/quantity": "1", "line_items/1/unit_price": "1", "shipment/method": "Ground"}
    assert anna.send(new.action, {**new.fields, **order}).status == 200
    back = anna.send(new.action, {**new.fields, **order, "market": "DE"})
    assert back.status == 422
    again = back.form("/orders/new")
    assert anna.send(again.action, again.fields).status == 200


def test_a_colleagues_note_is_no_conflict(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/hold_order").form("/do/hold_order")
    with trail.acting("bruno", channel="Order Management") as desk:
        desk.add_note(trail.order(number=number).id, title="Rang")
    assert anna.send(form.action, {**form.fields, "reason/code": "address"}).status == 200


def test_an_amount_that_nobody_typed_is_the_one_that_is_open_now(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    order = trail.order(number=number).id
    with trail.acting("bruno", channel="Order Management") as desk:
        desk.add_payment(order, amount="249.00", method="Card")
        desk.change_line_item(order, line_item="1", unit_price="209.00")
    form = anna.open(f"/orders/{number}/do/create_refund").form("/do/create_refund")
    assert form.fields["amount"] == "40.00"
    with trail.acting("bruno", channel="Order Management") as desk:
        desk.create_refund(order, amount="40.00", kind="correction", payment="1", reason="goodwill")
    stale = anna.send(form.action, {**form.fields, "kind": "correction", "payment": "1", "reason/code": "goodwill"})
    assert stale.status == 409
    again = stale.form("/do/create_refund")
    assert (again.fields["amount"], again.fields["kind"]) == ("", "correction")
    assert anna.send(again.action, again.fields).status == 400
    assert trail.order(order).totals.refunded == Decimal("40.00")


def test_a_line_break_in_a_field_of_one_line_stays_where_something_else_is_changed(
    anna: Person, trail: OrderTrail
) -> None:
    shipment = {"method": "Ground", "quantities": {"1": 1}, "address": {"line1": "Street 1\nApt 5", "city": "Bern"}}
    number = place(trail, shipments={"1": shipment})
    page = anna.open(f"/orders/{number}/do/change_shipping_address?shipment=1")
    # A field of one line would lose it in a browser.
    assert re.search(r'<textarea [^>]*name="address/line1"', page.html)
    anna.do(number, "change_shipping_address", "?shipment=1", address__city="Basel")
    address = trail.order(number=number).shipments["1"].address
    assert address is not None
    assert (address.line1, address.city) == ("Street 1\nApt 5", "Basel")


def test_the_hold_that_a_form_was_opened_for_is_released_and_no_other(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    order = trail.order(number=number).id
    desk = trail.acting("mona", channel="Order Management")
    desk.hold_order(order, reason="address")
    page = anna.open(f"/orders/{number}/do/release_hold")
    assert "Address to be checked" in page.text
    form = page.form("/do/release_hold")
    desk.release_hold(order)
    desk.hold_order(order, reason="fraud")
    stale = anna.send(form.action, form.fields)
    assert stale.status == 409
    again = stale.form("/do/release_hold")
    assert anna.send(again.action, again.fields).status in (404, 422)
    assert trail.order(order).status == "OnHold"
    with_its_name = anna.open(f"/orders/{number}/do/release_hold")
    assert "Suspicion of fraud" in with_its_name.text


def test_who_may_not_see_what_is_there_does_not_replace_it(client: TestClient[Any], trail: OrderTrail) -> None:
    if "clerk" not in list_roles(trail):
        permissions = ROLES["csr"].permissions - {"personal.see"}
        define_role(trail, "clerk", "who sees no names", permissions, by="setup")
        add_user(trail, "clara", "clerk", password=PASSWORD, by="setup")
    number = place(trail)
    clara = Person(client)
    clara.sign_in("clara", PASSWORD)
    page = clara.open(f"/orders/{number}")
    for operation in ("change_customer", "change_billing_address", "change_shipping_address"):
        assert operation not in page.html
        assert clara.open(f"/orders/{number}/do/{operation}?shipment=1").status == 403
    clara.do(number, "change_shipping_method", "?shipment=1", method="Air")
    assert trail.order(number=number).shipments["1"].method == "Air"
