"""The order page, and an order that is worked through its forms and buttons."""

import re
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.notes.events import OrderActivityEvent
from ordertrail.notes.model import Actor
from ordertrail.web.auth.users import Changes, change_user
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.timeline import sentence
from tests import scenarios
from tests.web.console.person import Person
from tests.web.console.phone_order import CANCEL, NEW, STEPS
from tests.web.console.shop import PASSWORD, done_of, events, next_step_of, place, placed_number, read_in, shipped_two


def test_an_order_by_phone_goes_through_every_event(anna: Person, trail: OrderTrail) -> None:
    form = anna.open("/orders/new").form("/orders/new")
    page = anna.send(form.action, {**form.fields, **NEW})
    number = placed_number(page)
    for step in STEPS:
        done = anna.do(number, step.operation, step.query, **{k.replace("/", "__"): v for k, v in step.fields.items()})
        assert done.status == 200, (step, done.text)
        assert "Done:" in done.text, (step, done.text[:900])
        assert step.event in events(trail, number)[-3:], step
    other = placed_number(anna.send(form.action, {**form.fields, **NEW, "form_key": "another"}))
    assert other != number
    cancelled = anna.do(other, CANCEL.operation, reason__code="changed-mind", initiator="customer")
    assert cancelled.status == 200, cancelled.text
    recorded = {*events(trail, number), *events(trail, other)}
    assert {str(event) for event in OrderActivityEvent} - {"None"} <= recorded
    order = trail.order(number=number)
    assert {note.channel for note in order.order_notes} == {"Order Management"}
    assert {note.actor.id for note in order.order_notes} == {"anna"}
    assert order.shipments["1"].address is not None
    assert order.shipments["1"].address.city == "Zürich"
    shown = anna.open(f"/orders/{number}").text
    for note in order.order_notes:
        said = sentence(note.event_type or "", note.title, Reader())
        assert " ".join(said.split()) in shown or note.seq < order.version - 50
    assert trail.verify(order.id).sound


def test_an_amount_is_filled_in_that_neither_came_nor_went_nor_is_about_to(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)

    def filled_in(operation: str) -> str:
        return anna.open(f"/orders/{number}/do/{operation}").form(f"/do/{operation}").fields["amount"]

    anna.do(number, "add_payment", amount="100", method="Card", transaction_type="Authorization")
    assert filled_in("add_payment") == "149.00"
    anna.do(number, "add_payment", amount="49", method="Transfer", pending="yes")
    assert filled_in("add_payment") == "100.00"
    anna.do(number, "add_payment", amount="100", method="Card")
    assert filled_in("add_payment") == ""
    anna.do(number, "add_coupon", code="AA", discount="240")
    assert filled_in("create_refund") == "91.00"
    why = {"reason__code": "other", "reason__comment": "Sorry"}
    back = anna.do(number, "create_refund", amount="61", method="Card", kind="goodwill", pending="yes", **why)
    assert back.status == 200, back.text
    assert filled_in("create_refund") == "39.00"  # of goodwill nine are off the price


def test_a_promised_date_that_is_emptied_is_none_any_more(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "change_promised_date", "?shipment=1", promised="2026-12-24T12:00")
    assert trail.order(number=number).shipments["1"].promised is not None
    assert anna.do(number, "change_promised_date", "?shipment=1", promised="").status == 200
    assert trail.order(number=number).shipments["1"].promised is None


def test_a_discount_that_is_emptied_is_none_any_more(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "change_line_item", "?line_item=1", discount="30.00")
    assert trail.order(number=number).totals.total == Decimal("219.00")
    anna.do(number, "change_line_item", "?line_item=1", discount="")
    assert trail.order(number=number).totals.total == Decimal("249.00")
    empty = anna.do(number, "change_line_item", "?line_item=1", unit_price="")
    assert (empty.status, "Unit price is empty: fill it in" in empty.text) == (400, True)


def test_an_exchange_order_has_a_way_to_be_sent(anna: Person, trail: OrderTrail) -> None:
    number = shipped_two(trail)
    line = {"sku": "T", "name": "Tent", "quantity": "1", "unit_price": "100.00"}
    fields = {f"line_items__1__{name}": value for name, value in line.items()}
    with trail.acting("anna", channel="Order Management") as desk:
        desk.change_return(trail.order(number=number).id, return_id="1", kind="exchange")
    unsent = anna.do(number, "create_exchange_order", "?return_id=1", **fields)
    assert (unsent.status, "have no shipment: say by which method" in unsent.text) == (400, True)
    sent = anna.do(number, "create_exchange_order", "?return_id=1", **fields, shipments__1__method="Ground")
    assert sent.status == 200


def test_what_overwrote_something_is_not_undone_by_taking_it_away(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    undo = "do/remove_attribute"
    assert undo in done_of(anna.do(number, "set_attribute", key="gift", value="blue"))
    assert undo not in done_of(anna.do(number, "set_attribute", key="gift", value="red"))


@pytest.mark.parametrize(("typed", "why"), [("gift wrap", "has no colon"), ("ref: 1\nref: 2", "is there twice")])
def test_names_with_values_that_would_be_lost_are_refused(
    anna: Person, trail: OrderTrail, typed: str, why: str
) -> None:
    page = anna.do(place(trail), "add_payment", amount="5", method="Card", transaction_type="Sale", attributes=typed)
    assert (page.status, why in page.text) == (400, True)
    assert re.search(r'<textarea [^>]*name="attributes"[^>]*aria-invalid', page.html)


def test_money_that_can_move_with_a_reason_only_is_told_too(client: TestClient[Any], trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("bruno", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_payment(order, amount="249.00", method="Card", transaction_type="Authorization")
        desk.release_shipment(order, shipment="1")
        desk.add_to_pick_list(order, shipment="1", pick_list="PL-7")
        desk.hold_order(order, reason="fraud")
    mona = Person(client)
    mona.sign_in("mona", PASSWORD)
    page = mona.open(f"/orders/{number}/do/complete_shipment?shipment=1")
    assert "This cannot be done now." in page.text
    assert "With “Capture”, $249.00 is taken" in page.text


def test_what_is_called_by_a_key_is_called_as_it_was_typed(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    assert "Attribute gift-wrap set" in anna.do(number, "set_attribute", key="gift-wrap", value="red").text
    assert "Reference erp added" in anna.do(number, "add_reference", key="erp", value="ERP-77").text
    order = trail.order(number=number)
    assert (order.attributes, order.references) == ({"gift-wrap": "red"}, {"erp": "ERP-77"})
    assert 'value="gift-wrap"' in anna.open(f"/orders/{number}/do/remove_attribute").html
    assert "Attribute gift-wrap removed" in anna.do(number, "remove_attribute", key="gift-wrap").text
    assert trail.order(number=number).attributes == {}


def test_a_button_does_it_and_another_undoes_it(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    done = anna.press(number, "release_shipment", "?shipment=1")
    assert trail.order(number=number).shipments["1"].status == "Released"
    assert "Done: Shipment 1 released" in done.text
    assert "unrelease_shipment" in done.html.partition("Done:")[2].partition("</div>")[0]
    anna.press(number, "unrelease_shipment", "?shipment=1")
    assert trail.order(number=number).shipments["1"].status == "InventoryAssigned"


@pytest.mark.parametrize(
    ("operation", "query", "fields", "status", "said"),
    [
        ("hold_order", "", {}, 400, "Reason is missing"),
        ("hold_order", "", {"reason__code": "nonsense"}, 422, "no reason 'nonsense'"),
        ("add_payment", "", {"amount": "1.001", "method": "Card"}, 400, "1.001"),
        ("add_payment", "", {"amount": "nothing", "method": "Card"}, 400, "Amount is no number"),
        ("add_payment", "", {"amount": "300", "method": "Card"}, 409, "more than is open"),
        ("complete_shipment", "?shipment=1", {"tracking_number": "1Z"}, 409, "no shipment is"),
        ("cancel_shipment", "?shipment=9", {"reason__code": "lost"}, 422, "no shipment '9'"),
        ("change_promised_date", "?shipment=1", {"promised": "soon"}, 400, "Promised is no time"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    anna: Person, trail: OrderTrail, operation: str, query: str, fields: dict[str, str], status: int, said: str
) -> None:
    number = place(trail)
    page = anna.do(number, operation, query, **fields)
    assert page.status == status
    assert "This was not done." in page.text
    assert said in page.text
    kept = page.form(f"/do/{operation}").fields
    for name, text in fields.items():
        if name not in ("reason__code",):
            assert kept[name] == text
    assert events(trail, number) == ["OrderGroupCreated"]


def test_what_is_not_there_says_so(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    for path in ("/orders/NONE", f"/orders/{number}/do/dance", f"/orders/{number}/notes/99", "/orders/by-id/none"):
        page = anna.open(path)
        assert page.status == 404, path
        assert "To the orders" in page.text
    for path in (f"/orders/{number}/do/dance", f"/orders/{number}/notes/99"):
        assert f"/orders/{number}" in anna.open(path).links
        assert f"To order {number}" in anna.open(path).text
    unknown = anna.open(f"/orders/X{number}/do/hold_order")
    assert f"Find orders like X{number}" in unknown.text
    assert f"/orders?find=X{number}" in unknown.links
    assert "/shipping" in anna.open("/shipping/list?pick_list=none").links
    assert "To shipping" in anna.open("/shipping/list?pick_list=none").text
    assert anna.open(f"/orders/{number}/do/place_order").status == 400
    assert anna.open(f"/orders/{number}?as_of=yesterday").status == 400
    assert anna.open("/shipping?stage=moon").status == 400


def test_an_address_that_leads_nowhere_is_a_page_for_people_and_a_problem_for_programs(anna: Person) -> None:
    page = anna.open("/nowhere", Accept="text/html,*/*")
    assert page.status == 404
    assert "To the orders" in page.text
    for path, accept in (("/nowhere", "*/*"), ("/v1/nowhere", "text/html")):
        assert anna.client.get(path, headers={"Accept": accept}).headers["content-type"] == "application/problem+json"


def test_money_that_moves_is_named_before_it_does(anna: Person, trail: OrderTrail) -> None:
    line = {"sku": "TENT-2", "name": "Tent", "quantity": 2, "unit_price": "100.00"}
    several = {key: {"method": "Ground", "quantities": {"1": 1}} for key in ("1", "2")}
    visa = {"amount": "150.00", "method": "Visa", "transaction_type": "Authorization"}
    payments = {"1": visa, "2": {"amount": "50.00", "method": "Voucher"}}
    number = place(trail, line_items={"1": line}, shipments=several, payments=payments)
    with trail.acting("shop", channel="x") as desk:
        order_id = trail.order(number=number).id
        for key in several:
            desk.release_shipment(order_id, shipment=key)

    form = f"/orders/{number}/do/complete_shipment?shipment="
    assert "With “Capture”, $100.00 is taken: $100.00: payment 1, by Visa" in anna.open(f"{form}1").text
    anna.do(number, "complete_shipment", "?shipment=1", capture="yes")
    assert "With “Capture”, $50.00 is taken: $50.00: payment 1, by Visa" in anna.open(f"{form}2").text
    anna.do(number, "complete_shipment", "?shipment=2", capture="yes")
    assert trail.order(number=number).totals.balance == 0

    anna.do(number, "create_return", items__1__quantity="1", items__1__reason__code="late")
    form = f"/orders/{number}/do/complete_return?return_id=1"
    assert "goes back" not in anna.open(form).text, "it cannot be completed yet"
    anna.do(number, "receive_return_items", "?return_id=1", items__1__quantity="1")
    page = anna.open(form)
    assert "Unless you give something else, $100.00 goes back to the customer:" in page.text
    told = re.findall(r"(\$[0-9.]+): payment ([0-9])", page.text)
    anna.do(number, "complete_return", "?return_id=1")
    went = [p for p in trail.order(number=number).payments.values() if p.transaction_type == "Credit"]
    assert told == [(f"${payment.amount}", payment.parent) for payment in went]


def test_an_order_leads_to_the_one_that_it_replaces(anna: Person, trail: OrderTrail) -> None:
    first = trail.order(number=place(trail))
    page = anna.open(f"/orders/{place(trail, replaces=first.id)}")
    assert f"Replaces {first.number}" in page.text
    assert f"/orders/by-id/{first.id}" in page.links
    assert first.id not in page.text
    assert placed_number(anna.open(f"/orders/by-id/{first.id}")) == first.number


def test_what_may_be_asked_of_a_page_is_told(anna: Person) -> None:
    for path, method in (("/orders", "GET"), ("/orders/many", "POST")):
        answer = anna.client.options(path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert method in answer.headers["allow"].split(", ")
        assert ("HEAD" in answer.headers["allow"]) is (method == "GET")


def test_what_a_page_would_be_is_told_without_it(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    for path in ("/", "/orders", f"/orders/{number}", f"/orders/{number}/notes.json", "/orders/NONE", "/health"):
        told, page = anna.client.head(path, follow_redirects=False), anna.client.get(path, follow_redirects=False)
        assert told.status_code == page.status_code != 405
        assert told.content == b""
        same = ("content-type", "content-security-policy", "location")
        assert [told.headers.get(name) for name in same] == [page.headers.get(name) for name in same]
    assert anna.client.head("/ready").status_code == 200
    assert anna.client.head("/orders/many").status_code == 405
    assert anna.client.head("/v1/orders").status_code == 405


def test_a_form_says_at_once_that_it_cannot_be_done_now(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    assert "This cannot be done now" not in anna.open(f"/orders/{number}/do/hold_order").text
    release = anna.open(f"/orders/{number}/do/release_hold").text
    assert "This cannot be done now. the order is In progress; it is possible for On hold" in " ".join(release.split())
    complete = anna.open(f"/orders/{number}/do/confirm_delivery?shipment=1").text
    assert "This cannot be done now. shipment 1 is Inventory assigned" in " ".join(complete.split())


def test_an_edit_begins_with_what_is_there(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/change_line_item?line_item=1").form("/do/change_line_item")
    assert (form.fields["quantity"], form.fields["unit_price"], form.fields["name"]) == ("1", "249.00", "Tent for two")
    anna.send(form.action, {**form.fields, "quantity": "2"})
    changed = trail.order(number=number).line_items["1"]
    assert (changed.quantity, changed.unit_price) == (Decimal(2), Decimal("249.00"))
    same = anna.do(number, "change_line_item", "?line_item=1")
    assert same.status == 409
    assert "nothing would change" in same.text
    form = anna.open(f"/orders/{number}/do/change_customer").form("/do/change_customer")
    assert form.fields["customer/email"] == "mercy@example.com"
    anna.do(number, "set_tracking", "?shipment=1", tracking_number="1Z", carrier="UPS")
    form = anna.open(f"/orders/{number}/do/set_tracking?shipment=1").form("/do/set_tracking")
    assert (form.fields["tracking_number"], form.fields["carrier"]) == ("1Z", "UPS")


def test_the_order_as_it_stood(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "hold_order", reason__code="address")
    past = anna.open(f"/orders/{number}?as_of=1")
    assert "as it stood after entry 1" in past.text
    assert "not as it is now" in past.text
    assert "In progress" in past.text
    assert "/do/" not in past.html.partition('id="notes"')[0]


def test_an_order_by_phone_has_goods_and_a_way_to_send_them(anna: Person, trail: OrderTrail) -> None:
    form = anna.open("/orders/new").form("/orders/new")
    begun = {"market": "US", "currency": "USD", "customer/name": "Mercy"}
    empty = anna.send(form.action, {**form.fields, **begun})
    assert (empty.status, "has no line item: say what is bought" in empty.text) == (400, True)
    goods = {f"line_items/1/{name}": value for name, value in (("sku", "T"), ("name", "Tent"), ("quantity", "1"))}
    goods |= {"line_items/1/unit_price": "9.00"}
    unsent = anna.send(form.action, {**form.fields, **begun, **goods})
    assert (unsent.status, "have no shipment: say by which method" in unsent.text) == (400, True)
    second = {"line_items/2/sku": "F", "line_items/2/quantity": "1", "line_items/2/unit_price": "1.00"}
    page = anna.send(form.action, {**form.fields, **begun, **goods, **second, "shipment/method": "Ground"})
    [marked] = re.findall(r"<input [^>]*aria-invalid[^>]*>", page.html)
    assert 'name="line_items/2/name"' in marked


def test_the_field_at_fault_is_marked_for_who_hears_the_page(anna: Person, trail: OrderTrail) -> None:
    page = anna.do(place(trail), "add_payment", amount="nothing", method="Card")
    [marked] = re.findall(r"<(?:input|select|textarea) [^>]*aria-invalid[^>]*>", page.html)
    assert all(part in marked for part in ('name="amount"', 'aria-invalid="true"', 'aria-describedby="wrong"'))
    assert 'id="wrong"' in page.html
    hints = re.findall(r'aria-describedby="([^" ]*-hint)"', page.html)
    assert all(f'id="{hint}"' in page.html for hint in hints)


def test_the_page_says_who_held_an_order_and_why_and_where_a_parcel_is(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    mona = Actor(id="mona", label="Mona Moreau")
    with trail.acting(mona, channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_manual_discount(order, amount="9.00", reason={"code": "damaged", "comment": "a stain on it"})
        desk.set_tracking(order, shipment="1", tracking_number="1Z9", tracking_url="https://parcels.example/1Z9")
        desk.hold_order(order, reason={"code": "address", "comment": "a flat of that number is not there"})
    page = anna.open(f"/orders/{number}")
    head = page.text.partition("Line items")[0]
    assert re.search(r"On hold: .*a flat of that number is not there · since .* by Mona Moreau\b", head)
    assert "a stain on it" in page.text.partition("Order notes")[2].partition("Customer and addresses")[0]
    assert "https://parcels.example/1Z9" in page.links
    with trail.acting("fred", channel="Fraud check") as desk:
        desk.hold_order(order, reason="fraud")
    change_user(trail, "mona", Changes(label="Mona Meier"), by="setup")  # an entry keeps what she was called
    head = anna.open(f"/orders/{number}").text.partition("Line items")[0]
    assert re.search(r"not there · since [^·]* · by Mona Moreau .* Suspicion of fraud · since [^·]* · by fred\b", head)
    change_user(trail, "mona", Changes(label="Mona"), by="setup")
    assert "by fred" not in anna.open(f"/orders/{number}?as_of={trail.order(order).version - 1}").text
    with trail.acting("mona", channel="Order Management") as desk:
        desk.set_tracking(order, shipment="1", tracking_number="1Z9", tracking_url="javascript:alert(1)")
    assert not [link for link in anna.open(f"/orders/{number}").links if link.startswith("javascript")]


def test_the_past_shows_what_differs_and_changes_nothing(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_note(order, title="Called")
        desk.add_coupon(order, code="AA", discount="10.00")
        desk.set_attribute(order, key="gift", value="yes")
    past = anna.open(f"/orders/{number}?as_of=1")
    for title in ("Promotions", "Total", "Customer and addresses"):
        assert re.search(rf">{title}(</dt>.*?|</h2>.*?| *)<span class=.badge differs", past.html, re.DOTALL), title
    assert "not as it is now" not in anna.open(f"/orders/{number}").text
    assert not [form for form in past.forms if "pin_note" in form.action]
    assert "/do/" not in past.html.partition('id="entries"')[2]
    assert "/do/edit_note" in anna.open(f"/orders/{number}").html


def test_what_may_not_be_done_with_a_discount_is_no_button(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_coupon(order, code="AA", discount="10.00")
    assert "/do/remove_coupon" in anna.open(f"/orders/{number}").html
    with trail.acting("anna", channel="Order Management") as desk:
        desk.cancel_order(order, reason="changed-mind", initiator="customer")
    assert "/do/remove_coupon" not in anna.open(f"/orders/{number}").html


def test_an_exchange_names_the_other_order_by_its_number(anna: Person, trail: OrderTrail) -> None:
    with trail.acting("anna", channel="Order Management") as desk:
        exchange = trail.order(scenarios.awaiting_exchange(desk))
    assert exchange.document.exchange_for is not None
    first = trail.order(exchange.document.exchange_for)
    assert f">{first.number}</a>" in anna.open(f"/orders/{exchange.number}").html
    assert f">{exchange.number}</a>" in anna.open(f"/orders/{first.number}").html


def test_an_exchange_is_shipped_whole_where_nothing_else_is_said(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("shop", channel="x") as desk:
        order = trail.order(number=number).id
        desk.release_shipment(order, shipment="1")
        desk.complete_shipment(order, shipment="1")
        desk.create_return(order, items={"1": {"quantity": 1, "reason": "damaged"}}, kind="exchange")
    lines = {
        f"line_items__{key}__{name}": text
        for key in ("1", "2")
        for name, text in (("sku", f"T{key}"), ("name", "Tent"), ("quantity", key), ("unit_price", "5.00"))
    }
    anna.do(number, "create_exchange_order", "?return_id=1", shipments__1__method="Post", **lines)
    exchange = trail.order(trail.order(number=number).returns["1"].exchange_order)
    assert exchange.shipments["1"].quantities == {"1": 1, "2": 2}


def test_what_comes_in_is_asked_for_by_how_much_is_awaited(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("shop", channel="x") as desk:
        order = trail.order(number=number).id
        desk.release_shipment(order, shipment="1")
        desk.complete_shipment(order, shipment="1")
        desk.create_return(order, items={"1": {"quantity": 1, "reason": "damaged"}})
    page = anna.open(f"/orders/{number}/do/receive_return_items?return_id=1")
    assert " · 1 announced, 0 received" in page.text
    wrong = anna.do(number, "receive_return_items", "?return_id=1", items__1__condition="torn")
    assert wrong.status == 400
    assert "line item 1 has a condition, but no quantity" in wrong.text


def test_a_line_item_has_one_field_for_each_of_its_prices(anna: Person, trail: OrderTrail) -> None:
    page = anna.open(f"/orders/{place(trail)}/do/change_line_item?line_item=1")
    assert 'name="unit_price"' in page.html
    assert 'name="prices/shipments/1/shipping"' in page.html
    assert 'name="prices/line_items/1/' not in page.html


def test_more_than_is_open_is_paid_with_an_order_where_its_box_is_ticked(anna: Person, trail: OrderTrail) -> None:
    form = anna.open("/orders/new").form("/orders/new")
    paid = {**form.fields, **NEW, "payment/amount": "400.00", "payment/method": "Card"}
    refused = anna.send(form.action, paid)
    assert refused.status == 409
    assert "tick “Overpayment” if the money really came" in refused.text
    assert '<input type="checkbox" name="payment/overpayment" value="yes"> Overpayment' in refused.html
    again = refused.form("/orders/new")
    number = placed_number(anna.send(again.action, {**again.fields, "payment/overpayment": "yes"}))
    assert trail.order(number=number).totals.balance == -100
    assert "Only where more than is open really came." in anna.open(f"/orders/{number}/do/add_payment").text


def test_what_people_typed_is_to_be_chosen_as_they_typed_it(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, coupons={"SPRINGTime25": {"discount": "10.00"}}, attributes={"gift_Wrap": "red"})
    read_in(anna, "de")
    assert ">SPRINGTime25</option>" in anna.open(f"/orders/{number}/do/remove_coupon").html
    assert ">gift_Wrap</option>" in anna.open(f"/orders/{number}/do/remove_attribute").html


@pytest.mark.parametrize("code", ["", "A B"])
def test_a_coupon_without_a_proper_code_is_refused_by_its_field(anna: Person, code: str) -> None:
    form = anna.open("/orders/new").form("/orders/new")
    refused = anna.send("/orders/new", {**form.fields, **NEW, "coupon/code": code, "coupon/discount": "1"})
    assert (refused.status, "Coupon / Code may only have letters" in refused.text) == (400, True)


def test_a_currency_may_be_typed_in_small_letters(anna: Person, trail: OrderTrail) -> None:
    form = anna.open("/orders/new").form("/orders/new")
    number = placed_number(anna.send("/orders/new", {**form.fields, **NEW, "currency": "usd"}))
    assert trail.order(number=number).currency == "USD"


def test_what_is_missing_of_a_refund_or_a_reason_is_said(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, payments={"1": {"amount": "249.00", "method": "Card", "transaction_type": "Sale"}})
    refused = anna.do(number, "create_refund", amount="5", kind="goodwill", reason__code="goodwill")
    assert "it is missing where the money goes back to: give a payment, or another method" in refused.text
    refused = anna.do(number, "hold_order", reason__code="other")
    assert "another reason needs a comment that says it: write 1 to" in refused.text


def test_money_that_is_owed_back_is_called_so_and_is_the_next_step(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, payments={"1": {"amount": "249.00", "method": "Card", "transaction_type": "Sale"}})
    page = anna.open(f"/orders/{number}")
    assert ("Owed back" in page.text, "Due" in page.text) == (False, True)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.cancel_order(order, reason="changed-mind", initiator="customer")
        page = anna.open(f"/orders/{number}")
        assert "Owed back $249.00" in page.text
        assert next_step_of(page) == "create_refund"
        assert "Owed back $249.00" in anna.open(f"/orders/{number}/do/create_refund").text
        assert "Owed back $249.00" in anna.open(f"/orders/{number}/print").text
        desk.create_refund(order, amount="200.00", payment="1", kind="correction", reason="changed-mind", pending=True)
        assert next_step_of(anna.open(f"/orders/{number}")) == "process_payment"
        desk.process_payment(order, payment="2")
        assert next_step_of(anna.open(f"/orders/{number}")) == "create_refund"
    read_in(anna, "de")
    assert "Zu erstatten 49,00" in anna.open(f"/orders/{number}").text


def test_a_shipment_on_hold_says_why_since_when_and_by_whom(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    order = trail.order(number=number).id
    with trail.acting("bruno", channel="Order Management") as desk:
        desk.hold_shipment(order, shipment="1", reason="address")
        desk.release_shipment_hold(order, shipment="1")
    with trail.acting("wanda", channel="Order Management") as desk:
        desk.hold_shipment(order, shipment="1", reason={"code": "address", "comment": "Flat 12 or 21?"})
    at = trail.order_note(order, 4).created
    for zone in ("UTC", "Europe/Zurich"):
        read_in(anna, "en", zone)
        since = re.sub(r"\s", " ", Reader("en", zone).moment(at))
        text = anna.open(f"/orders/{number}").text
        assert f"Address to be checked: Flat 12 or 21? · since {since} · by wanda" in text
    assert "by bruno" in anna.open(f"/orders/{number}?as_of=2").text
    with trail.acting("anna", channel="Order Management") as desk:
        desk.release_shipment_hold(order, shipment="1")
    assert "by wanda" not in anna.open(f"/orders/{number}").text
