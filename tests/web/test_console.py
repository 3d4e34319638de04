"""The order management view over HTTP: pages, forms, buttons, and what bad input and other people do to them."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.desk import Desk
from ordertrail.notes.events import OrderActivityEvent
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.parts import in_utc
from ordertrail.store.base import Store, Transaction
from ordertrail.web.app import build
from ordertrail.web.auth.users import Changes, add_user, change_user
from ordertrail.web.console.exporting import safe
from ordertrail.web.console.reader import COOKIE, Reader
from ordertrail.web.console.shipping import ROWS, STAGES
from ordertrail.web.console.timeline import sentence
from ordertrail.web.console.translations import LANGUAGES
from tests import scenarios
from tests.shops import ENGINES, Clock, open_shop, small, with_clock
from tests.web.conftest import known
from tests.web.console import Page, Person
from tests.web.phone_order import CANCEL, NEW, STEPS

PASSWORD = "correct horse battery"
USERS = {"anna": "csr", "bruno": "csr", "vera": "viewer", "wanda": "warehouse", "mona": "manager", "boss": "admin"}


@pytest.fixture(scope="module", params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop with some users."""
    with open_shop(request, tmp_path_factory) as opened:
        for name, role in USERS.items():
            add_user(opened, name, role, password=PASSWORD, by="setup", label=name.title())
        yield opened


@pytest.fixture(params=ENGINES)
def trail_alone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop that no service runs beside."""
    with open_shop(request, tmp_path_factory) as opened:
        add_user(opened, "anna", "csr", password=PASSWORD, by="setup", label="Anna")
        yield opened


@pytest.fixture(scope="module")
def service(trail: OrderTrail) -> Iterator[TestClient[Any]]:
    """The service."""
    with TestClient(build(trail, known)) as found:
        yield found


@pytest.fixture
def client(service: TestClient[Any]) -> Iterator[TestClient[Any]]:
    """A browser that nobody has used."""
    service.cookies.clear()
    yield service
    service.cookies.clear()


@pytest.fixture
def anna(client: TestClient[Any]) -> Person:
    """A customer service representative, signed in."""
    person = Person(client)
    assert person.sign_in("anna", PASSWORD).status == 200
    return person


def place(trail: OrderTrail, **fields: object) -> str:
    """An order; returns its number."""
    customer = {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"}
    with trail.acting("shop", channel="Web shop") as desk:
        return desk.place_order(small(**{"customer": customer, **fields})).number


def placed_number(page: Page) -> str:
    """The number in the heading of an order's page."""
    found = re.search(r"<h1>Order (\S+)", page.html)
    assert found is not None, page.text[:500]
    return found[1]


def events(trail: OrderTrail, number: str) -> list[str | None]:
    """What is recorded of an order."""
    return [note.event_type for note in trail.order(number=number).order_notes]


# Who comes in


def test_who_is_not_signed_in_signs_in_and_goes_on(client: TestClient[Any], trail: OrderTrail) -> None:
    number = place(trail)
    person = Person(client)
    page = person.open(f"/orders/{number}?text=tent")
    assert "Password" in page.text
    form = page.form("/sign-in")
    refused = person.send(form.action, {**form.fields, "name": "anna", "password": "wrong"})
    assert refused.status == 401
    assert "the name or the password is wrong" in refused.text
    again = refused.form("/sign-in")
    assert again.fields["name"] == "anna"
    found = person.send(again.action, {**again.fields, "password": PASSWORD})
    assert placed_number(found) == number
    assert str(found.answer.url).endswith("?text=tent")
    out = found.form("/sign-out")
    assert "Password" in person.send(out.action, out.fields).text
    assert "Password" in person.open("/orders").text


def test_nobody_is_led_elsewhere(client: TestClient[Any]) -> None:
    for after in ("https://evil.example/", "//evil.example/", "/\\evil.example", ""):
        form = Person(client).open("/sign-in").form("/sign-in")
        told = {**form.fields, "name": "anna", "password": PASSWORD, "next": after}
        answer = client.post("/sign-in", data=told, follow_redirects=False)
        assert answer.headers["location"] == "/orders"


def test_what_was_typed_when_a_session_ended_is_kept(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}").form("/do/add_note")
    anna.client.cookies.clear()
    lost = anna.send(form.action, {**form.fields, "detail": "Rang twice.\nFlat 12.", "visibility": "internal"})
    assert lost.status == 401
    assert "what you typed is kept" in lost.text
    sign_in = lost.form("/sign-in")
    go_on = anna.send(sign_in.action, {**sign_in.fields, "name": "anna", "password": PASSWORD})
    assert [note.type for note in trail.order(number=number).order_notes] == ["System"]
    assert f"Order {number} · Add note" in go_on.text
    assert "Visibility: Internal" in go_on.text
    kept = go_on.form("/do/add_note")
    assert kept.fields["detail"] == "Rang twice.\nFlat 12."
    done = anna.send(kept.action, kept.fields)
    assert "Rang twice." in done.text
    [note] = [note for note in trail.order(number=number).order_notes if note.type == "Custom"]
    assert (note.detail, note.visibility, note.actor.id) == ("Rang twice.\nFlat 12.", "internal", "anna")


def test_what_was_chosen_when_a_session_ended_is_said_in_words(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/hold_order").form("/do/hold_order")
    anna.client.cookies.clear()
    sign_in = anna.send(form.action, {**form.fields, "reason/code": "fraud"}).form("/sign-in")
    go_on = anna.send(sign_in.action, {**sign_in.fields, "name": "anna", "password": PASSWORD})
    assert f"Reason / Code: {trail.reasons['fraud'].label}" in go_on.text
    kept = go_on.form("/do/hold_order")
    assert anna.send(kept.action, kept.fields).status == 200
    assert trail.order(number=number).holds["1"].reason.code == "fraud"


def test_what_somebody_else_typed_is_neither_shown_nor_sent(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}").form("/do/add_note")
    anna.client.cookies.clear()
    typed = {**form.fields, "detail": "Mine alone.", "visibility": "internal"}
    sign_in = anna.send(form.action, typed).form("/sign-in")
    next_one = anna.send(sign_in.action, {**sign_in.fields, "name": "bruno", "password": PASSWORD})
    assert (next_one.status, "Mine alone." in next_one.text) == (200, False)
    # The page that she left open: she signs in again before anything of hers is sent.
    again = anna.send(form.action, typed)
    assert (again.status, "what you typed is kept" in again.text) == (401, True)
    kept = again.form("/sign-in")
    go_on = anna.send(kept.action, {**kept.fields, "name": "anna", "password": PASSWORD}).form("/do/add_note")
    anna.send(go_on.action, go_on.fields)
    [note] = [note for note in trail.order(number=number).order_notes if note.type == "Custom"]
    assert (note.detail, note.actor.id) == ("Mine alone.", "anna")


def test_a_form_of_an_earlier_session_is_sent_again_by_who_sees_it(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/add_to_pick_list?shipment=1").form("/do/add_to_pick_list")
    anna.press(number, "release_shipment", "?shipment=1")
    anna.client.cookies.clear()
    anna.sign_in("anna", PASSWORD)
    version = str(trail.order(number=number).changed_seq)
    asked = anna.send(form.action, {**form.fields, "pick_list": "PL-1", "version": version})
    assert asked.status == 409
    again = asked.form("/do/add_to_pick_list")
    assert again.action.endswith("?shipment=1")
    assert anna.send(again.action, again.fields).status == 200
    assert trail.order(number=number).shipments["1"].pick_list == "PL-1"


def test_another_site_writes_nothing(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}").form("/do/add_note")
    fields = {**form.fields, "detail": "x", "visibility": "internal"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert anna.send(form.action, fields, **headers).status == 403
    without = {name: text for name, text in fields.items() if name != "csrf"}
    for missing in (without, {**fields, "csrf": "guessed"}):
        asked = anna.send(form.action, missing)
        assert asked.status == 401
        kept = asked.form("/sign-in")
        # Nobody knows whose it is: it is not shown to whoever signs in.
        assert "/do/add_note" not in anna.send(kept.action, {**kept.fields, "name": "anna", "password": PASSWORD}).html
    assert events(trail, number) == ["OrderGroupCreated"]


def test_each_role_sees_what_it_may(client: TestClient[Any], trail: OrderTrail) -> None:
    number = place(trail)
    vera = Person(client)
    vera.sign_in("vera", PASSWORD)
    for path in ("/orders", f"/orders/{number}", f"/orders/{number}/print?internal=1", "/activity", "/shipping"):
        page = vera.open(path)
        assert page.status == 200
        assert "Mercy" not in page.text, path
        assert not re.search(r"href=\"[^\"]*/do/|formaction", page.html), path
    assert "Mercy" not in client.get("/orders.csv").text
    assert "you may not see whose" in vera.open("/orders?find=mercy").text
    assert vera.open(f"/orders/{number}/do/hold_order").status == 403
    assert vera.open("/orders/new").status == 403
    client.cookies.clear()
    wanda = Person(client)
    wanda.sign_in("wanda", PASSWORD)
    page = wanda.open(f"/orders/{number}")
    assert f"/orders/{number}/do/hold_order" in page.html
    assert "cancel_order" not in page.html


# Working an order


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


def shipped_two(trail: OrderTrail) -> str:
    """An order of tents and mats that has left; returns its number."""
    lines = {
        "1": {"sku": "T", "name": "Tent", "quantity": 3, "unit_price": "100.00"},
        "2": {"sku": "M", "name": "Mat", "quantity": 2, "unit_price": "20.00"},
    }
    number = place(trail, line_items=lines, shipments={"1": {"method": "Ground", "quantities": {"1": 3, "2": 2}}})
    with trail.acting("wanda", channel="Warehouse") as desk:
        order = trail.order(number=number).id
        desk.release_shipment(order, shipment="1")
        desk.add_to_pick_list(order, shipment="1", pick_list="PL-1")
        desk.complete_shipment(order, shipment="1")
        items = {"1": {"quantity": 2, "reason": "damaged"}, "2": {"quantity": 1, "reason": "damaged"}}
        desk.create_return(order, items=items)
    return number


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


def test_a_text_of_a_note_that_is_emptied_is_none_any_more(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", title="Called", detail="Flat 12")
    last = trail.order(number=number).version
    assert anna.do(number, "edit_note", f"?note={last}", detail="").status == 200
    note = trail.order_note(trail.order(number=number).id, last)
    assert (note.title, note.detail) == ("Called", "")


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


def done_of(page: Page) -> str:
    """What an order page says was just done."""
    return page.html.partition("data-done")[2].partition("</div>")[0]


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


def test_a_note_is_never_shown_to_the_customer_by_a_choice_left_standing(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    composer = anna.open(f"/orders/{number}").form("/do/add_note")
    empty = anna.send(composer.action, {**composer.fields, "visibility": "customer"})
    assert empty.status == 400
    listed = anna.open("/orders").form("/orders/many").fields
    many = anna.send("/orders/many", {**listed, "number": number, "operation": "add_note"})
    for page, action in ((empty, "/do/add_note"), (many, "/orders/many/do")):
        form = page.form(action)
        assert "visibility" not in form.fields
        assert "<select" not in page.html.partition('name="visibility"')[0].rpartition("<form")[2].partition("title")[0]
        assert page.html.count('<button class="main" name="visibility" value="internal">') == 1
        assert page.html.count('<button class="customer" name="visibility" value="customer">') == 1
        anna.send(form.action, {**form.fields, "detail": "for them", "visibility": "customer"})
        anna.send(form.action, {**form.fields, "form_key": "k" + action, "detail": "for us"})
    custom = trail.order_notes(trail.order(number=number).id, type="Custom")
    notes = [(note.detail, note.visibility) for note in custom]
    assert notes == [("for them", "customer"), ("for us", "internal")] * 2
    last = trail.order(number=number).version
    assert 'name="visibility"' not in anna.open(f"/orders/{number}/do/edit_note?note={last}").html
    assert 'name="visibility"' in anna.open(f"/orders/{number}/do/edit_note?note={last - 1}").html


def test_what_is_called_by_a_key_is_called_as_it_was_typed(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    assert "Attribute gift-wrap set" in anna.do(number, "set_attribute", key="gift-wrap", value="red").text
    assert "Reference erp added" in anna.do(number, "add_reference", key="erp", value="ERP-77").text
    order = trail.order(number=number)
    assert (order.attributes, order.references) == ({"gift-wrap": "red"}, {"erp": "ERP-77"})
    assert 'value="gift-wrap"' in anna.open(f"/orders/{number}/do/remove_attribute").html
    assert "Attribute gift-wrap removed" in anna.do(number, "remove_attribute", key="gift-wrap").text
    assert trail.order(number=number).attributes == {}


def test_what_is_sent_again_is_done_once(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}/do/add_payment").form("/do/add_payment")
    assert form.fields["amount"] == "249.00"
    fields = {**form.fields, "method": "Card"}
    first, second = anna.send(form.action, fields), anna.send(form.action, fields)
    assert first.status == second.status == 200
    assert first.answer.url == second.answer.url
    assert len(trail.order(number=number).payments) == 1
    new = anna.open("/orders/new").form("/orders/new")
    pages = [anna.send(new.action, {**new.fields, **NEW}) for _ in range(2)]
    assert placed_number(pages[0]) == placed_number(pages[1])


def test_a_button_does_it_and_another_undoes_it(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    done = anna.press(number, "release_shipment", "?shipment=1")
    assert trail.order(number=number).shipments["1"].status == "Released"
    assert "Done: Shipment 1 released" in done.text
    assert "unrelease_shipment" in done.html.partition("Done:")[2].partition("</div>")[0]
    anna.press(number, "unrelease_shipment", "?shipment=1")
    assert trail.order(number=number).shipments["1"].status == "InventoryAssigned"


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


# Notes


def test_notes_are_written_edited_pinned_and_deleted(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    order_id = trail.order(number=number).id
    anna.do(number, "add_note", title="Rang", detail="Flat 12.", visibility="internal")
    anna.do(number, "edit_note", "?note=2", detail="Flat 21.")
    note = trail.order_note(order_id, 2)
    assert (note.title, note.detail) == ("Rang", "Flat 21.")
    anna.press(number, "pin_note", "?note=2")
    assert trail.order_note(order_id, 2).pinned
    one = anna.open(f"/orders/{number}/notes/2")
    assert "Flat 12." in one.text
    assert "Flat 21." in one.text
    anna.do(number, "delete_note", "?note=2")
    page = anna.open(f"/orders/{number}")
    assert re.search(r"This note was deleted .* by Anna", page.text)
    assert "Flat 21." not in page.text
    assert "Flat 21." in anna.open(f"/orders/{number}/notes/2").text
    assert anna.do(number, "add_note").status == 400


def test_a_system_entry_has_nothing_to_change_it_by(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    page = anna.open(f"/orders/{number}")
    assert "note=1" not in page.html
    fields = page.form("/do/add_note").fields
    for operation in ("edit_note", "delete_note", "pin_note"):
        at = f"/orders/{number}/do/{operation}?note=1"
        for refused in (anna.open(at), anna.send(at, {**fields, "title": "x"})):
            assert (refused.status, "was recorded by the system: it never changes" in refused.text) == (403, True)


def test_notes_of_others_are_not_edited(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("bruno", channel="Order Management") as desk:
        desk.add_note(trail.order(number=number).id, title="Mine")
    page = anna.open(f"/orders/{number}")
    assert "edit_note" not in page.html
    assert "delete_note" not in page.html
    assert "pin_note" in page.html
    assert anna.do(number, "edit_note", "?note=2", title="Yours").status == 403


def test_notes_are_found_and_paged(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        for n in range(120):
            desk.add_note(trail.order(number=number).id, title=f"call {n:03}")
    page = anna.open(f"/orders/{number}")
    assert "Showing 50 of 121" in page.text
    assert "call 119" in page.text
    assert "call 069" not in page.text
    older = anna.open(html.unescape(next(link for link in page.links if "after=" in link and "jump" not in link)))
    assert "call 069" in older.text
    assert "call 070" not in older.text
    found = anna.open(f"/orders/{number}?text=CALL+007")
    assert "Showing 1 that fit, of 121" in found.text
    assert "call 007" in found.text
    nothing = anna.open(f"/orders/{number}?text=call&actor=bob&visibility=internal")
    assert "Nobody is called bob. There are some without Who: bob ×" in " ".join(nothing.text.split())
    assert (
        "call 119" in anna.open([link for link in nothing.links if "text=call" in link and "bob" not in link][-1]).text
    )
    several = anna.open(f"/orders/{number}?text=nothing&actor=bob&type=Custom")
    assert "There is none even by these alone: Who: bob × Text: nothing × Clear all" in " ".join(several.text.split())
    jumped = anna.open(f"/orders/{number}/jump?seq=%2350")
    assert 'id="e-50"' in jumped.html
    missed = anna.open(f"/orders/{number}/jump?seq=900")
    assert (missed.status, "has no entry 900: give one from 1 to" in missed.text) == (404, True)
    assert "call 000" in anna.open(f"/orders/{number}?oldest=1").text
    wrong = anna.open(f"/orders/{number}?event_type=Dance")
    assert wrong.status == 200
    assert "'Dance' is no event type" in wrong.text
    assert "The notes cannot be shown now" not in wrong.text  # trying again would not help


def test_what_was_looked_for_is_marked_wherever_it_was_found(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, shipments={"1": {"method": "Ground", "quantities": {"1": 1}, "address": {"city": "Chur"}}})
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.change_shipping_address(order, shipment="1", address={"city": "Sils", "phone": "+41 7"})
        desk.add_payment(order, amount="200.00", method="Card")
        desk.add_note(order, title="Long", detail="word " * 2000 + "the needle is here")
        desk.edit_note(order, note=4, title="Long", detail="word " * 2000 + "the needle is there")
    while trail.store.tables.sequences and trail.sequence():
        pass

    def marked(query: str, seq: int) -> str:
        shown = anna.open(f"/orders/{number}?{query}").html.partition(f'<article id="e-{seq}"')[2]
        return shown.partition("</article>")[0]

    assert "<del><mark>Chur</mark></del>" in marked("text=chur", 2)  # in a difference that is shown
    folded = marked("text=paid", 3).partition('<details class="more"')[2]  # in one that is folded
    assert folded.startswith(" open>")
    assert "<mark>Paid</mark>" in folded
    # In what the page says otherwise than the record, or leaves out.
    for query, seq, said in (
        ("text=200.00+usd", 3, "Sale of <mark>200.00 USD</mark> by Card: Processed"),
        ("text=the+needle", 4, "word word word word <mark>the needle</mark> is there"),
    ):
        assert "Found in the record:" in marked(query, seq)
        assert said in marked(query, seq)
    assert "<mark>Card</mark>" in anna.open("/activity?text=card").html
    happened = anna.open("/activity?text=the+needle").html
    assert happened.count("<mark>the needle</mark> is") >= 2
    read_in(anna, "de")
    assert "Gefunden im Eintrag, wie er ist: Order PO" in anna.open(f"/orders/{number}?text=placed").text


def test_changes_name_line_items_by_their_products(anna: Person, trail: OrderTrail) -> None:
    with trail.acting("anna", channel="Order Management") as desk:
        number = trail.order(scenarios.completed(desk)).number
    seqs = [n.seq for n in trail.order(number=number).order_notes if n.event_type == "ReturnReceiptItems"]
    for path in (f"/orders/{number}", f"/orders/{number}/notes/{seqs[-1]}", f"/orders/{number}/print"):
        assert re.search(r'class="place">Items / Tent[^<]* / Received<', anna.open(path).html), path


def test_pinned_notes_stand_at_the_head(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    order = trail.order(number=number).id

    def head(query: str = "") -> list[str]:
        shown = anna.open(f"/orders/{number}{query}").html.partition('class="head-pins"')[2].partition("</ul>")[0]
        return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in shown.split("<li")[1:]]

    with trail.acting("anna", channel="Order Management") as desk:
        for n in range(2, 10):
            desk.add_note(order, title=f"call {n}", visibility="customer" if n == 3 else "internal")
        assert head() == []
        for n in (3, 5, 4):
            desk.pin_note(order, note=n)
        desk.unpin_note(order, note=5)
        desk.edit_note(order, note=4, title="", detail="Rings twice.")
        shown = head()
        assert [re.sub(r".*> (.*?) (Internal|The customer sees it) anna · .*", r"\1 \2", one) for one in shown] == [
            "Rings twice. Internal",
            "call 3 The customer sees it",
        ]
        assert f"/orders/{number}/jump?seq=4" in anna.open(f"/orders/{number}").links
        assert ["call 3" in one for one in head("?as_of=11")] == [False, True]
        assert head("?as_of=9") == head("?text=call") == []
        for n in (5, 6, 7, 8, 9):
            desk.pin_note(order, note=n)
        desk.delete_note(order, note=9, reason="mistake")
        shown = head()
        assert "call 8" in shown[0]
        assert not any("call 3" in one for one in shown)
        assert shown[5:] == ["> and 1 more that are pinned"]


def test_notes_are_paged_both_ways_and_say_where_one_is(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        for n in range(2, 172):
            desk.add_note(trail.order(number=number).id, title="odd" if n % 2 else "even")

    def seqs(page: Page) -> list[int]:
        return list(map(int, re.findall(r'<article id="e-(\d+)"', page.html)))

    def follow(page: Page, word: str) -> Page:
        links = re.findall(rf'<a href="([^"]+)#notes"[^>]*>{word}</a>', page.html)
        assert len(links) == 2, (word, "above and below")
        assert links[0] == links[1]
        return anna.open(html.unescape(links[0]))

    for query, on, back in (("", "Older", "Newer"), ("oldest=1", "Newer", "Older")):
        first = anna.open(f"/orders/{number}?{query}")
        assert f">{back}<" not in first.html
        second = follow(first, on)
        third = follow(second, on)
        assert "Showing 51–100 of 171" in second.text
        assert seqs(follow(third, back)) == seqs(second)
        assert "Showing 51–100 of 171" in follow(third, back).text
        assert seqs(follow(second, back)) == seqs(first) == seqs(follow(third, "First page"))
        everything = [*range(1, 172)] if query else [*range(171, 0, -1)]
        assert [*seqs(first), *seqs(second), *seqs(third), *seqs(follow(third, on))] == everything
    page = follow(anna.open(f"/orders/{number}?text=even"), "Older")
    assert "Showing 35 that fit, of 171, from entry 70" in page.text
    assert seqs(follow(page, "Newer")) == [*range(170, 71, -2)]
    past = anna.open(f"/orders/{number}?as_of=80&after=60")
    assert "Showing 22–71 of 80" in past.text
    assert seqs(follow(past, "Newer")) == [*range(80, 30, -1)]


def test_one_jumps_to_an_entry_or_a_day_in_its_context(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = Clock()
    with open_shop(request, tmp_path_factory, engine="sqlite", sources=with_clock(clock)) as trail:
        add_user(trail, "anna", "csr", password=PASSWORD, by="setup", label="Anna")
        number = place(trail)
        days = {}
        for n in range(2, 92):
            clock.pass_by(days=1)
            with trail.acting("anna", channel="Order Management") as desk:
                desk.add_note(trail.order(number=number).id, title=f"call {n}")
            days[n] = trail.order_note(trail.order(number=number).id, n).created.date()
        anna = Person(TestClient(build(trail, known)))
        anna.sign_in("anna", PASSWORD)
        at = f"/orders/{number}/jump"
        for query, seq, shown in (
            (f"day={days[40]}", 40, range(46, 0, -1)),
            (f"day={days[40]}&oldest=1", 40, range(34, 84)),
            ("seq=%2340&day=", 40, range(46, 0, -1)),
            ("seq=3&oldest=1", 3, range(1, 51)),
            ("seq=50&as_of=60", 50, range(56, 6, -1)),
            ("day=2099-01-01", 91, range(91, 41, -1)),
            ("day=1999-01-01", 1, range(7, 0, -1)),
        ):
            page = anna.open(f"{at}?{query}")
            assert page.answer.history[-1].headers["location"].endswith(f"#e-{seq}"), query
            assert list(map(int, re.findall(r'<article id="e-(\d+)"', page.html))) == list(shown), query
            form = page.form("/jump")
            assert form.fields.get("oldest") == ("1" if "oldest" in query else None)
            assert form.fields.get("as_of") == ("60" if "as_of" in query else None)
        for path, reason in (
            (f"{at}?seq=900", "this order has no entry 900: give one from 1 to 91"),
            (f"{at}?seq=61&as_of=60", "this order has no entry 61: give one from 1 to 60"),
            (f"{at}?day=tomorrow", "'tomorrow' is no day"),
            (f"{at}?seq=two", "'two' is no entry: give the number of one"),
            (f"/orders/{number}/notes/900", "this order has no note 900"),
        ):
            page = anna.open(path)
            assert page.status in (400, 404)
            assert reason in page.text
            assert f"/orders/{number}" in page.links
            assert f"To order {number}" in page.text
        assert "Order notes" in anna.open(f"{at}?seq=&day=").text


def test_an_entry_by_itself_leads_to_those_beside_it(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        for title in ("one", "two"):
            desk.add_note(trail.order(number=number).id, title=title)
    at = f"/orders/{number}"
    for seq, beside in ((1, {2}), (2, {1, 3}), (3, {2})):
        page = anna.open(f"{at}/notes/{seq}")
        assert {int(link.rpartition("/")[2]) for link in page.links if "/notes/" in link} - {seq} == beside
        assert f"{at}/jump?seq={seq}" in page.links


def test_paper_leaves_internal_notes_out_unless_asked(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", detail="Between us", visibility="internal")
    anna.do(number, "add_note", detail="Dear customer", visibility="customer")
    anna.do(number, "hold_order", reason__code="other", reason__comment="smells of fraud")
    plain, internal = anna.open(f"/orders/{number}/print"), anna.open(f"/orders/{number}/print?internal=1")
    assert "Dear customer" in plain.text
    assert "Between us" not in plain.text
    assert "smells of fraud" not in plain.text
    assert "Between us" in internal.text
    # How much was left out is for whoever prints it.
    assert "Without internal notes (2 left out)." in plain.text
    assert re.search(r'<p class="controls">Without internal notes', plain.html)
    assert "The customer sees it" in internal.text
    assert "The customer sees it" not in plain.text


def test_paper_has_days_and_no_times_that_pass(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", detail="Dear customer", visibility="customer")
    order = trail.order(number=number)
    reader = Reader("de", "Europe/Zurich")
    read_in(anna, "de", "Europe/Zurich")
    page = anna.open(f"/orders/{number}/print")
    paper = page.html.partition('<section class="card paper">')[2].partition("</section>")[0]
    assert f'<h3 class="day">{reader.day(order.placed)}</h3>' in paper
    assert reader.time(trail.order_note(order.id, 2).created) in paper
    assert 'class="ago"' not in paper
    assert reader.zone_name(order.placed) in paper


# Lists


def test_orders_are_found(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, market="FIND", customer={"id": "C9", "name": "Xenia Q", "email": "xenia@example.net"})
    for query in (
        "find=xeni",
        "find=xenia@example.net",
        "find=example.net",
        "market=FIND",
        "market=FIND&status=InProgress",
        "over=249&under=249+USD&market=FIND",
        "market=FIND&event_type=OrderGroupCreated",
        "market=FIND&placed=today",
        "market=FIND&active=1",
        "market=FIND&sort=-total",
    ):
        page = anna.open(f"/orders?{query}")
        assert f"/orders/{number}" in page.html, query
    for query in (
        "find=nobody",
        "market=FIND&status=OnHold",
        "market=FIND&held=0",
        "market=FIND&over=250",
        "market=FIND&over=1+JPY",
        "market=FIND&placed=today&placed_to=2020-01-01",
        "market=FIND&event_type=ReturnCreated",
        "market=FIND&placed_to=2020-01-01",
    ):
        page = anna.open(f"/orders?{query}")
        assert "No order is like this" in page.text, query
    nothing = anna.open("/orders?market=FIND&status=OnHold&event_type=OrderGroupCreated")
    assert "No order is like this. There are some without Status: On hold ×" in " ".join(nothing.text.split())
    assert placed_number(anna.open(f"/orders?find={number.lower()}")) == number
    assert placed_number(anna.open(f"/orders?find={number.removeprefix('PO')}")) == number
    for query in (
        "sort=beauty",
        "status=Lost",
        "over=much",
        "over=1+USD&under=2+EUR",
        "held=999999999",
        "active=36501",
        "placed_from=whenever",
        "held=long",
        "after=nonsense",
    ):
        page = anna.open(f"/orders?{query}")
        assert page.status == 200
        assert 'role="alert"' in page.html, query
    anna.open("/orders?market=FIND&columns=number&columns=market")
    exported = anna.client.get("/orders.json?market=FIND")
    assert exported.headers["content-type"] == "application/json"
    assert exported.headers["content-disposition"] == 'attachment; filename="orders.json"'
    assert [one["number"] for one in exported.json()] == [number]
    assert anna.client.get("/orders.json?market=NONE").json() == []


def test_one_pages_through_orders_forth_and_back(
    anna: Person, trail: OrderTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ordertrail.web.console.orders.ROWS", 2)
    numbers = [place(trail, market="PAGED") for _ in range(5)][::-1]

    def led_to(page: Page, words: str) -> Page:
        return anna.open(html.unescape(re.findall(f'<a href="([^"]*)"[^>]*>{words}</a>', page.html)[0]))

    def shown(page: Page) -> list[str]:
        return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)', page.html)

    first = anna.open("/orders?market=PAGED")
    assert (shown(first), "Previous page" in first.text) == (numbers[:2], False)
    second = led_to(first, "Next page")
    third = led_to(second, "Next page")
    assert (shown(second), shown(third)) == (numbers[2:4], numbers[4:])
    back = led_to(third, "Previous page")
    assert shown(back) == numbers[2:4]
    as_json = next(link for link in back.links if "/v1/orders?" in html.unescape(link))
    assert {one["number"] for one in anna.client.get(html.unescape(as_json)).json()["items"]} == {*numbers[:4]}
    assert shown(led_to(back, "Next page")) == numbers[4:]
    begun = led_to(back, "Previous page")
    assert (shown(begun), "Previous page" in begun.text) == (numbers[:2], False)
    assert shown(led_to(begun, "First page")) == numbers[:2]
    assert 'role="alert"' in anna.open("/orders?before=nonsense").html


def test_orders_are_sorted_by_the_heads_of_their_columns(anna: Person, trail: OrderTrail) -> None:
    line = {"sku": "TENT-2", "name": "Tent for two", "quantity": 1}
    cheap, dear = (
        place(trail, market="SORTED", line_items={"1": {**line, "unit_price": price}}) for price in ("1.00", "9.00")
    )

    def head(page: Page, words: str) -> tuple[str, str]:
        found = re.search(f'<th scope="col"([^>]*)><a href="([^"]*)">{words}</a>', page.html)
        assert found is not None
        return found[1], html.unescape(found[2])

    page = anna.open("/orders?market=SORTED")
    assert 'aria-sort="descending"' in head(page, "Placed")[0]
    assert "aria-sort" not in head(page, "Total")[0]
    page = anna.open(head(page, "Total")[1])
    assert 'aria-sort="descending"' in head(page, "Total")[0]
    assert page.text.index(dear) < page.text.index(cheap)
    page = anna.open(head(page, "Total")[1])
    assert 'aria-sort="ascending"' in head(page, "Total")[0]
    assert page.text.index(cheap) < page.text.index(dear)
    assert '<option value="total" selected>' in page.html


def test_markets_and_channels_that_there_are_are_suggested(anna: Person, trail: OrderTrail) -> None:
    place(trail, market="Liechtenstein")
    page = anna.open("/orders").html
    assert '<option value="Liechtenstein"></option>' in page
    assert '<option value="Web shop"></option>' in page


def test_a_view_is_kept_by_its_name(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, market="VIEW")
    form = anna.open("/orders?market=VIEW&sort=-total").form("/orders/views")
    page = anna.send(form.action, {**form.fields, "name": "<b>Mine</b>"})
    assert number in page.text
    assert '<a href="/orders?market=VIEW&amp;sort=-total" aria-current="true">&lt;b&gt;Mine' in page.html
    assert "Mine" in anna.open("/orders").text
    gone = page.form("/orders/views")
    assert "Mine" not in anna.send(gone.action, {**gone.fields, "remove": "<b>Mine</b>"}).text
    assert anna.send(form.action, {**form.fields, "name": " "}).status == 400
    assert anna.send(form.action, {**form.fields, "name": "long", "query": "find=" + "x" * 4000}).status == 400
    anna.client.cookies.set("ordertrail-views", "no such thing")
    assert anna.open("/orders").status == 200
    anna.client.cookies.delete("ordertrail-views")


def test_a_spreadsheet_runs_nothing_of_it(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, market="=1+1", customer={"name": "@SUM(A1)", "id": "C1"})
    row = next(line for line in anna.client.get("/orders.csv?market=%3D1%2B1").text.splitlines() if number in line)
    assert "'=1+1" in row
    assert "'@SUM(A1)" in row
    assert [safe(text) for text in ("-1.50", "+x", "\tx", "fine", None)] == ["-1.50", "'+x", "'\tx", "fine", ""]
    anna.do(number, "add_note", title="=cmd|' /C calc'!A0")
    assert "'=cmd" in anna.client.get(f"/orders/{number}/notes.csv").text


def test_many_orders_at_once(anna: Person, trail: OrderTrail) -> None:
    first, second, gone = (place(trail) for _ in range(3))
    anna.do(gone, "cancel_order", reason__code="lost", initiator="shop")
    chosen = {"number": [first, second, gone], "operation": "hold_order"}
    listed = anna.open("/orders?market=US&sort=total").form("/orders/many")
    none = anna.send("/orders/many", {**listed.fields, "operation": "hold_order"})
    assert (none.status, "/orders?market=US&sort=total" in none.links) == (400, True)
    preview = anna.send("/orders/many", {**listed.fields, **chosen})
    assert "/orders?market=US&sort=total" in preview.links
    assert "Would be done: 2" in preview.text
    assert "Cannot be done: 1" in preview.text
    assert "the order is Cancelled" in preview.text
    form, named = preview.form("/orders/many/do"), meant(preview)
    missing = anna.send(form.action, {**form.fields, "target": named})
    assert missing.status == 400
    with trail.acting("bruno", channel="x") as desk:
        desk.cancel_order(trail.order(number=second).id, reason="lost", initiator="shop")
    typed = {**form.fields, "reason/code": "address", "reason/comment": "Flat 12 or 21?"}
    result = anna.send(form.action, {**typed, "target": named})
    assert "/orders?market=US&sort=total" in result.links
    assert "1 done, 1 not." in result.text
    again = result.form("/orders/many")
    assert again.fields["number"] == second
    assert "Cannot be done: 1" in anna.send(again.action, again.fields).text
    repeated = anna.send(form.action, {**typed, "target": named[0]})
    assert "1 done, 0 not." in repeated.text
    assert events(trail, first).count("OrderGroupOnHold") == 1
    free = place(trail)
    shown = anna.send("/orders/many", {**listed.fields, "number": [free], "operation": "add_note"})
    noted = shown.form("/orders/many/do").fields
    bad = anna.send(form.action, {**noted, "title": "x" * 3000, "detail": "kept"})
    assert bad.status == 400
    assert bad.form("/orders/many/do").fields["detail"] == "kept"
    assert "1 done, 0 not." in anna.send(form.action, {**noted, "title": "x", "detail": "kept"}).text
    assert anna.send("/orders/many", {"csrf": listed.fields["csrf"], "operation": "hold_order"}).status == 400
    assert (
        anna.send("/orders/many", {**chosen, "csrf": listed.fields["csrf"], "operation": "erase_personal_data"}).status
        == 400
    )


def meant(preview: Page) -> list[str]:
    """What a preview shows that it would be done."""
    return re.findall(r'name="target" value="([^"]+)"', preview.html)


ELSE_DONE: dict[str, Callable[[Desk, str], object]] = {
    "release_hold": lambda desk, order: (
        desk.release_hold(order), desk.hold_order(order, reason={"code": "fraud", "comment": "a stolen card"}),
    ),
    "cancel_order": lambda desk, order: desk.add_payment(order, amount="249.00", method="Card"),
    "hold_order": lambda desk, order: desk.hold_order(order, reason="fraud"),
}  # fmt: skip
"""What a colleague does between the preview of an operation and the operation."""


@pytest.mark.parametrize("operation", ELSE_DONE)
def test_nothing_is_done_to_many_orders_but_what_was_shown(anna: Person, trail: OrderTrail, operation: str) -> None:
    number, other = place(trail), place(trail)
    if operation == "release_hold":
        for one in (number, other):
            anna.do(one, "hold_order", reason__code="address")
    listed = anna.open("/orders").form("/orders/many").fields
    preview = anna.send("/orders/many", {**listed, "number": [number, other], "operation": operation})
    form, named = preview.form("/orders/many/do"), meant(preview)
    with trail.acting("mona", channel="Order Management") as desk:
        ELSE_DONE[operation](desk, trail.order(number=number).id)
    before = trail.order(number=number)
    typed = {**form.fields, "target": named, "reason/code": "address", "initiator": "shop"}
    result = anna.send(form.action, typed)
    assert "1 done, 1 not." in result.text
    assert "it has changed since it was shown: look at it again" in result.text
    assert trail.order(number=number).version == before.version
    anew = result.form("/orders/many")
    shown = anna.send(anew.action, anew.fields)
    assert shown.status == 200
    if operation == "cancel_order":
        [target] = meant(shown)
        assert anna.send("/orders/many/do", {**shown.form("/orders/many/do").fields}).status == 200
        assert target.endswith(number)
        assert trail.order(number=number).status == "Cancelled"


def test_only_the_shipments_that_were_shown_go_on_the_pick_list(client: TestClient[Any], trail: OrderTrail) -> None:
    shipments = {key: {"method": "Ground", "quantities": {"1": 1}} for key in ("1", "2", "3")}
    line = {"sku": "TENT-2", "name": "Tent for two", "quantity": 3, "unit_price": "249.00"}
    number = place(trail, line_items={"1": line}, shipments=shipments)
    order = trail.order(number=number).id
    desk = trail.acting("bruno", channel="Warehouse")
    for key in ("1", "2"):
        desk.release_shipment(order, shipment=key)
    mona = Person(client)
    mona.sign_in("mona", PASSWORD)
    listed = mona.open("/orders").form("/orders/many").fields
    preview = mona.send("/orders/many", {**listed, "number": number, "operation": "add_to_pick_list"})
    form, named = preview.form("/orders/many/do"), meant(preview)
    assert len(named) == 2
    typed = {**form.fields, "target": named, "pick_list": "PL-7"}
    for _ in range(2):  # and again, as by going back
        result = mona.send(form.action, typed)
        assert "2 done, 0 not." in result.text
    preview = mona.send("/orders/many", {**listed, "number": number, "operation": "add_to_pick_list"})
    assert "Would be done: 0" in preview.text
    assert [trail.order(order).shipments[key].pick_list for key in ("1", "2", "3")] == ["PL-7", "PL-7", None]


def test_the_warehouse_ships_and_receives(client: TestClient[Any], trail: OrderTrail) -> None:
    wanda = Person(client)
    wanda.sign_in("wanda", PASSWORD)
    shipment = {"method": "Ground", "warehouse": "Ships and receives", "quantities": {"1": 1}}
    one, two = (place(trail, market="SHIP", shipments={"1": shipment}) for _ in range(2))
    at = "/shipping?warehouse=Ships+and+receives"

    def work(stage: str, **fields: object) -> Page:
        form = next(f for f in wanda.open(f"{at}&stage={stage}").forms if "form_key" in f.fields)
        return wanda.send(form.action, {**form.fields, **fields})

    assert f"{one}/1" in wanda.open(f"{at}&stage=release").html
    work("release", shipment=[f"{one}/1", f"{two}/1"])
    picked = work("pick", shipment=[f"{one}/1", f"{two}/1"], pick_list=" PL-9 ")
    assert "Print pick list PL-9" in picked.text
    assert "/shipping/list?pick_list=PL-9" in picked.links
    refused = work("pick", shipment=[f"{one}/1"], pick_list="PL-9")
    assert "Print pick list" not in refused.text
    paper = wanda.open("/shipping/list?pick_list=PL-9")
    assert "TENT-2" in paper.text
    assert one in paper.text
    tracking = f"order,shipment,tracking_number,carrier\n{one},1,1Z1,UPS\n{two},1,1Z2,\nNONE,1,1Z3,\n"
    page = work("ship", csv=tracking)
    assert "NONE/1: there is no order" in page.text
    assert trail.order(number=one).shipments["1"].tracking is not None
    assert {trail.order(number=number).status for number in (one, two)} == {"Completed"}
    assert work("ship", csv="a,b\n1,2\n").status == 400
    third = place(trail)
    with trail.acting("shop", channel="x") as desk:
        desk.release_shipment(trail.order(number=third).id, shipment="1")
        desk.add_to_pick_list(trail.order(number=third).id, shipment="1", pick_list="PL-9")
    form = next(f for f in wanda.open("/shipping?stage=ship").forms if "form_key" in f.fields)
    saved = f"order;shipment;tracking_number;carrier\r\n{third};1;TRÄ;Öst\r\n".encode("cp1252")
    fields = {name: value for name, value in form.fields.items() if name != "csv"}
    files = {"csv": ("list.csv", saved, "text/csv")}
    done = wanda.client.post("/shipping", data={**fields, "stage": "ship"}, files=files)
    assert done.status_code == 200, done.text
    assert "done" in Page(done).text
    sent = trail.order(number=third).shipments["1"].tracking
    assert sent is not None
    assert (sent.number, sent.carrier) == ("TRÄ", "Öst")
    assert work("ship").status == 400
    with trail.acting("shop", channel="x") as desk:
        items = {"1": {"quantity": 1, "reason": "damaged"}}
        desk.create_return(trail.order(number=one).id, items=items)
    assert f"/orders/{one}/do/receive_return_items" in wanda.open("/shipping?stage=receive").html
    assert wanda.open("/shipping/list?pick_list=none").status == 404
    assert wanda.client.get(next(link for link in wanda.open("/shipping").links if "/v1/" in link)).status_code == 200


def test_a_pick_list_has_all_that_is_on_it(
    client: TestClient[Any], trail: OrderTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ordertrail.web.console.shipping.LOOKED_AT", 2)
    wanda, numbers = Person(client), [place(trail) for _ in range(5)]
    wanda.sign_in("wanda", PASSWORD)
    with trail.acting("wanda", channel="Order Management") as desk:
        for number in numbers:
            desk.release_shipment(trail.order(number=number).id, shipment="1")
            desk.add_to_pick_list(trail.order(number=number).id, shipment="1", pick_list="PL-5")
    while trail.store.tables.sequences and trail.sequence():
        pass
    page = wanda.open("/shipping/list?pick_list=PL-5").text
    assert all(number in page for number in numbers)


def test_what_is_on_a_pick_list_is_taken_from_each_warehouse_by_itself(
    client: TestClient[Any], trail: OrderTrail
) -> None:
    lausanne = [*packed(trail, "Lausanne", 2, "PL-SPANS"), *packed(trail, "lausanne", 1, "PL-SPANS")]
    (chur,) = packed(trail, "Chur", 1, "PL-SPANS")
    (nowhere,) = packed(trail, "", 1, "PL-SPANS")
    page = wanda_at(client).open("/shipping/list?pick_list=PL-SPANS")
    assert re.search(
        "several warehouses, each with its own quantities: Chur ?, Lausanne ?, no warehouse ?[.]", page.text
    )
    goods, *slips = page.text.partition("Packing slip")
    parts = goods.split("Warehouse: ")
    assert [(part.split()[0], "TENT-2 Tent for two 3" in part) for part in parts[1:]] == [
        ("Chur", False),
        ("Lausanne", True),
    ]
    assert "No warehouse SKU Item Quantity TENT-2 Tent for two 1" in goods
    assert re.findall(r"· (PO[0-9]+) · Shipment", "".join(slips)) == [chur, *lausanne, nowhere]

    packed(trail, "Chur", 2, "PL-ALONE")
    alone = wanda_at(client).open("/shipping/list?pick_list=PL-ALONE").text
    assert "several warehouses" not in alone
    assert "Warehouse: Chur" in alone.partition("Packing slip")[0]


def test_who_puts_a_shipment_on_a_pick_list_is_led_to_its_paper(anna: Person, trail: OrderTrail) -> None:
    one, two = place(trail), place(trail)
    for number in (one, two):
        anna.press(number, "release_shipment", "?shipment=1")
    done = anna.do(one, "add_to_pick_list", "?shipment=1", pick_list="PL-PAPER")
    assert "added to pick list PL-PAPER. Print pick list PL-PAPER" in done.text
    assert done.links.count("/shipping/list?pick_list=PL-PAPER") == 2
    assert "Print pick list" not in anna.do(one, "add_note", title="x").text

    chosen = {"number": [two], "operation": "add_to_pick_list"}
    form = anna.send("/orders/many", {**anna.open("/orders").form("/orders/many").fields, **chosen})
    result = anna.send("/orders/many/do", {**form.form("/orders/many/do").fields, "pick_list": "PL-PAPER"})
    assert "/shipping/list?pick_list=PL-PAPER" in result.links


def test_a_pick_list_is_there_when_all_on_it_has_left(client: TestClient[Any], trail: OrderTrail) -> None:
    left, taken_off = packed(trail, "Basel", 2, "PL-LEFT")
    packed(trail, "Elsewhere", 1, "PL-LEFT-2")
    with trail.acting("wanda", channel="Order Management") as desk:
        desk.complete_shipment(trail.order(number=left).id, shipment="1")
        desk.remove_from_pick_list(trail.order(number=taken_off).id, shipment="1")
    while trail.store.tables.sequences and trail.sequence():
        pass
    page = wanda_at(client).open("/shipping/list?pick_list=PL-LEFT")
    assert f"Packing slip · {left} · Shipment 1" in page.text
    assert "Ground · Warehouse: Basel · Shipped" in page.text
    assert taken_off not in page.text
    assert "Elsewhere" not in page.text


def test_an_old_pick_list_is_looked_for_further_back(
    client: TestClient[Any], trail: OrderTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    (left,) = packed(trail, "Basel", 1, "PL-OLD")
    with trail.acting("wanda", channel="Order Management") as desk:
        desk.complete_shipment(trail.order(number=left).id, shipment="1")
    place(trail)
    while trail.store.tables.sequences and trail.sequence():
        pass
    monkeypatch.setattr("ordertrail.reading.activities._READ_AT_ONCE", 2)
    monkeypatch.setattr("ordertrail.reading.activities.LONGEST", 0.0)
    wanda = wanda_at(client)
    page = wanda.open("/shipping/list?pick_list=PL-OLD")
    while left not in page.text:
        assert "What was put on this list earlier was not looked at yet." in page.text
        page = wanda.open(way_on(page))
    while way_on(page):
        page = wanda.open(way_on(page))
    assert "That is all" in page.text


def wanda_at(client: TestClient[Any]) -> Person:
    """Somebody of the warehouse, signed in."""
    wanda = Person(client)
    wanda.sign_in("wanda", PASSWORD)
    return wanda


def what_is_sent(page: Page) -> dict[str, str]:
    """The fields of the form by which shipments are worked."""
    return next(form.fields for form in page.forms if "form_key" in form.fields)


def test_a_warehouse_is_found_however_it_is_spelt(client: TestClient[Any], trail: OrderTrail) -> None:
    in_basel, in_bern = (
        place(trail, shipments={"1": {"method": "Ground", "quantities": {"1": 1}, "warehouse": name}})
        for name in ("Basel", "Bern")
    )
    wanda = wanda_at(client)
    for typed in ("basel", "BASEL", " Basel "):
        page = wanda.open(f"/shipping?stage=release&warehouse={typed}")
        assert f"{in_basel}/1" in page.html
        assert f"{in_bern}/1" not in page.html


def packed(trail: OrderTrail, warehouse: str, count: int, pick_list: str = "PL-1") -> list[str]:
    """Orders, in the order in which they were placed, whose shipments are packed in a warehouse."""
    held = {"1": {"method": "Ground", "quantities": {"1": 1}, **({"warehouse": warehouse} if warehouse else {})}}
    numbers = [place(trail, shipments=held) for _ in range(count)]
    with trail.acting("wanda", channel="Order Management") as desk:
        for number in numbers:
            desk.release_shipment(trail.order(number=number).id, shipment="1")
            desk.add_to_pick_list(trail.order(number=number).id, shipment="1", pick_list=pick_list)
    return numbers


def test_what_was_typed_beside_shipments_stays_until_they_are_done(client: TestClient[Any], trail: OrderTrail) -> None:
    done, failed, unticked = (f"{number}/1" for number in packed(trail, "Typed", 3))
    wanda = wanda_at(client)
    at = "/shipping?stage=ship&warehouse=Typed"
    fields = {
        **what_is_sent(wanda.open(at)),
        "shipment": [done, failed],
        f"tracking/{done}": "1Z1",
        f"tracking/{failed}": "1Z2" * 100,
        f"tracking/{unticked}": "1Z3",
        "carrier": "UPS",
    }
    page = wanda.send(at, fields)
    assert page.status == 200
    assert f"{done}: done" in page.text
    assert f"{failed}: Tracking number is too long" in page.text
    assert f"{unticked}: its tracking number is typed, but its box is not ticked" in page.text
    left = what_is_sent(page)
    assert left["shipment"] == failed
    assert (left[f"tracking/{failed}"], left[f"tracking/{unticked}"]) == ("1Z2" * 100, "1Z3")
    assert left["carrier"] == "UPS"
    assert f"tracking/{done}" not in left
    assert trail.order(number=unticked[:-2]).shipments["1"].tracking is None

    page = wanda.send(at, {**left, "shipment": [], f"tracking/{failed}": "1Z2"})
    assert page.status == 400
    assert "This was not done. tracking numbers are typed, but no box is ticked" in " ".join(page.text.split())
    assert what_is_sent(page)[f"tracking/{failed}"] == "1Z2"

    page = wanda.send(at, {**what_is_sent(page), "shipment": [failed, unticked]})
    assert "its box is not ticked" not in page.text
    assert "carrier" not in what_is_sent(page)
    sent = trail.order(number=failed[:-2]).shipments["1"].tracking
    assert sent is not None
    assert (sent.number, sent.carrier) == ("1Z2", "UPS")


def test_what_was_typed_beside_a_shipment_that_waits_no_more_is_said(
    client: TestClient[Any], trail: OrderTrail
) -> None:
    (number,) = packed(trail, "Gone", 1)
    wanda = wanda_at(client)
    at = "/shipping?stage=ship&warehouse=Gone"
    fields = {**what_is_sent(wanda.open(at)), "shipment": [f"{number}/1"], f"tracking/{number}/1": "1Z1"}
    with trail.acting("shop", channel="x") as desk:
        desk.complete_shipment(trail.order(number=number).id, shipment="1")
    assert "(Tracking number 1Z1)" in wanda.send(at, fields).text


def test_a_pick_list_that_is_none_is_refused_with_what_was_chosen(client: TestClient[Any], trail: OrderTrail) -> None:
    held = {"1": {"method": "Ground", "quantities": {"1": 1}, "warehouse": "Picked"}}
    number = place(trail, shipments=held)
    with trail.acting("wanda", channel="Order Management") as desk:
        desk.release_shipment(trail.order(number=number).id, shipment="1")
    wanda = wanda_at(client)
    at = "/shipping?stage=pick&warehouse=Picked"
    page = wanda.send(at, {**what_is_sent(wanda.open(at)), "shipment": [f"{number}/1"], "pick_list": "no name"})
    assert page.status == 400
    assert "Pick list may only have letters" in page.text
    kept = what_is_sent(page)
    assert (kept["shipment"], kept["pick_list"]) == (f"{number}/1", "no name")
    page = wanda.send(at, {**kept, "pick_list": "PL-2"})
    assert f"{number}/1: done" in page.text
    assert trail.order(number=number).shipments["1"].pick_list == "PL-2"


def way_on(page: Page) -> str:
    """Where a page leads on, empty where it is the last."""
    return next((html.unescape(link) for link in page.links if "after=" in link and "/v1/" not in link), "")


def test_a_page_further_on_is_answered_by_itself(
    client: TestClient[Any], trail: OrderTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ordertrail.web.console.shipping.LOOKED_AT", 1)
    packed(trail, "Further", 2)
    wanda = wanda_at(client)
    page = wanda.open("/shipping?stage=ship")
    while "Further" not in page.text:
        page = wanda.open(way_on(page))
    form = next(form for form in page.forms if "form_key" in form.fields)
    name = next(name for name in form.fields if name.startswith("tracking/"))
    answer = wanda.send(html.unescape(form.action), {**form.fields, name: "1Z1"})
    assert what_is_sent(answer)[name] == "1Z1"


def test_one_looks_on_where_nothing_waits_so_far(
    client: TestClient[Any], trail: OrderTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(trail)
    (number,) = packed(trail, "Beyond", 1)
    monkeypatch.setattr("ordertrail.web.console.shipping.LOOKED_AT", 2)
    at = "/shipping?stage=ship&warehouse=Beyond"
    wanda = wanda_at(client)
    assert f"{number}/1" in wanda.open(at).html, "an order that was placed early hides none that was placed late"
    monkeypatch.setattr("ordertrail.web.console.shipping.LONGEST", 0.0)
    page, times = wanda.open(at), 0
    while f"{number}/1" not in page.html:
        assert "None so far. Orders looked at: 1." in page.text
        assert "Nothing waits here." not in page.text
        page, times = wanda.open(way_on(page)), times + 1
    assert times
    assert "None so far" not in page.text
    monkeypatch.setattr("ordertrail.web.console.shipping.LONGEST", 1.0)
    last = wanda.open(at.replace("Beyond", "Nowhere") + f"&after=placed~{10**16}~x")
    assert "Nothing more waits here." in last.text


def test_a_page_has_only_as_many_rows_as_its_form_can_send(
    client: TestClient[Any], trail: OrderTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ordertrail.web.console.shipping.ROWS", 2)
    split = {key: {"method": "Ground", "quantities": {"1": 1}, "warehouse": "Rows"} for key in ("1", "2", "3")}
    line = {"sku": "TENT-2", "name": "Tent", "quantity": 3, "unit_price": "9.00"}
    one = place(trail, shipments={"1": split["1"]})
    three = place(trail, line_items={"1": line}, shipments=split)
    another = place(trail, shipments={"1": split["1"]})
    wanda, pages = wanda_at(client), []
    page = wanda.open("/shipping?stage=release&warehouse=Rows")
    while way_on(page):
        pages.append(re.findall(r'name="shipment" value="([^"]+)"', page.html))
        page = wanda.open(way_on(page))
    pages.append(re.findall(r'name="shipment" value="([^"]+)"', page.html))
    assert pages == [[f"{one}/1"], [f"{three}/1", f"{three}/2"], [f"{three}/3", f"{another}/1"]]
    numbers = next(html.unescape(link) for link in page.links if "/v1/orders" in link)
    assert [order["number"] for order in wanda.client.get(numbers).json()["items"]] == [another, three]


def test_a_full_page_is_small(client: TestClient[Any], trail: OrderTrail) -> None:
    packed(trail, "Full", ROWS + 1)
    page = wanda_at(client).open("/shipping?stage=ship&warehouse=Full")
    assert page.html.count('name="shipment"') == ROWS
    assert len(page.html) < 100_000


@pytest.mark.parametrize(
    "content",
    [
        b"order,shipment,tracking_number\rA,1,1Z1\r",
        b"order,shipment,tracking_number\nA,1," + b"x" * 131_073,
        "order,shipment,tracking_number\nA,1,1Z1\n".encode("utf-16"),
        b"\x00",
    ],
)
def test_a_csv_that_cannot_be_read_is_refused_in_the_page(
    client: TestClient[Any], trail: OrderTrail, content: bytes
) -> None:
    (number,) = packed(trail, "Unread", 1)
    wanda = wanda_at(client)
    at = "/shipping?stage=ship&warehouse=Unread"
    fields = {**what_is_sent(wanda.open(at)), f"tracking/{number}/1": "1Z1"}
    answer = wanda.client.post(at, data=fields, files={"csv": ("list.csv", content, "text/csv")})
    assert answer.status_code == 400
    page = Page(answer)
    assert "This was not done. the CSV" in " ".join(page.text.split())
    assert what_is_sent(page)[f"tracking/{number}/1"] == "1Z1"


def test_a_shipment_that_is_ticked_and_in_a_csv_is_completed_once(client: TestClient[Any], trail: OrderTrail) -> None:
    same, other = packed(trail, "Twice", 2)
    wanda = wanda_at(client)
    at = "/shipping?stage=ship&warehouse=Twice"
    rows = f"Order, Shipment ,TRACKING_NUMBER\n{same},1,1Z1\n{same},1,1Z1\n{other},1,1Z3\n"
    fields = {
        **what_is_sent(wanda.open(at)),
        "shipment": [f"{same}/1", f"{other}/1"],
        f"tracking/{same}/1": "1Z1",
        f"tracking/{other}/1": "1Z2",
        "csv": rows,
    }
    page = wanda.send(at, fields)
    assert page.text.count(f"{same}/1: done") == 1
    assert f"{other}/1: Tracking number is given differently, as '1Z2', '1Z3': give it once" in page.text
    assert page.text.count(f"{other}/1:") == 1
    again = wanda.send(at, fields, **{"Accept-Language": "de"})
    assert "Sendungsnummer ist verschieden angegeben, als '1Z2', '1Z3': geben Sie es einmal an" in again.text


def test_where_nothing_waits_only_a_csv_is_sent(client: TestClient[Any], trail: OrderTrail) -> None:
    number = place(trail)
    wanda = wanda_at(client)
    nothing = wanda.open("/shipping?stage=ship&warehouse=Nowhere")
    assert "Nothing waits here." in nothing.text
    assert "Complete shipment" not in nothing.text
    assert "Complete what the CSV names" in nothing.text
    assert "carrier" not in what_is_sent(nothing)
    assert "pick_list" not in wanda.open("/shipping?stage=pick&warehouse=Nowhere").html
    with trail.acting("wanda", channel="Order Management") as desk:
        desk.release_shipment(trail.order(number=number).id, shipment="1")
        desk.add_to_pick_list(trail.order(number=number).id, shipment="1", pick_list="PL-1")
    something = wanda.open("/shipping?stage=ship")
    assert "Complete shipment" in something.text
    assert "Complete what the CSV names" not in something.text


def test_a_pick_list_names_all_that_is_sold_under_one_sku(client: TestClient[Any], trail: OrderTrail) -> None:
    def line(name: str, quantity: int) -> dict[str, object]:
        return {"sku": "TENT-2", "name": name, "quantity": quantity, "unit_price": "9.00"}

    lines = {"1": line("Tent, red", 2), "2": line("Tent, blue", 3), "3": line("Tent, red", 4)}
    held = {"1": {"method": "Ground", "quantities": {"1": 2, "2": 3, "3": 4}}}
    number = place(trail, line_items=lines, shipments=held)
    with trail.acting("wanda", channel="Order Management") as desk:
        desk.release_shipment(trail.order(number=number).id, shipment="1")
        desk.add_to_pick_list(trail.order(number=number).id, shipment="1", pick_list="PL-NAMES")
    page = wanda_at(client).open("/shipping/list?pick_list=PL-NAMES")
    assert "TENT-2 Tent, blue 3 TENT-2 Tent, red 6" in page.text


def test_what_is_deleted_says_by_whom_and_why(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        desk.add_note(trail.order(number=number).id, title="Called")
    with trail.acting("mona", channel="Order Management") as desk:
        reason = {"code": "mistake", "comment": "meant for another order"}
        desk.delete_note(trail.order(number=number).id, note=2, reason=reason)
    said = "by mona. Entered by mistake: meant for another order"
    assert said in anna.open(f"/orders/{number}").text
    assert said in anna.open(f"/orders/{number}/notes/2").text
    note = trail.order_note(trail.order(number=number).id, 2)
    assert note.deleted_by is not None
    assert (note.deleted_by.id, note.deletion_reason) == ("mona", {**reason, "label": "Entered by mistake"})


def test_what_is_deleted_for_a_listed_reason_needs_no_comment(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_note(order, title="Wrong order")
        desk.delete_note(order, note=2, reason="mistake")
    label = trail.reasons["mistake"].label
    assert f"by anna. {label}" in " ".join(anna.open(f"/orders/{number}").text.split())


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


def test_views_are_of_who_named_them(anna: Person, trail: OrderTrail) -> None:
    form = anna.open("/orders?find=mercy").form("/orders/views")
    assert "hers alone" in anna.send(form.action, {**form.fields, "name": "hers alone"}).text
    anna.send("/sign-out", anna.open("/orders").form("/sign-out").fields)
    anna.sign_in("bruno", PASSWORD)
    assert "hers alone" not in anna.open("/orders").text
    anna.send("/sign-out", anna.open("/orders").form("/sign-out").fields)
    anna.sign_in("anna", PASSWORD)
    assert "hers alone" in anna.open("/orders").text


def test_many_orders_that_are_held_are_not_held_again(anna: Person, trail: OrderTrail) -> None:
    held, other = place(trail), place(trail)
    anna.do(held, "hold_order", reason__code="address")
    listed = anna.open("/orders").form("/orders/many")
    preview = anna.send("/orders/many", {**listed.fields, "number": [held, other], "operation": "hold_order"})
    assert "Would be done: 1" in preview.text
    assert f"{held} : the order is on hold already" in preview.text


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


def test_what_comes_next_is_followed_by_the_name_that_was_typed(anna: Person, trail: OrderTrail) -> None:
    place(trail)
    page = anna.open("/activity?actor=Anna&type=System")
    [stream] = re.findall(r'data-stream="([^"]*)"', page.html)
    assert parse_qs(urlsplit(html.unescape(stream)).query)["actor"] == ["anna"]


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


def test_the_notes_of_the_past_are_those_of_then(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_note(order, title="Flat 12")
        desk.edit_note(order, note=2, title="Flat 21")
        desk.hold_order(order, reason="address")
    for path in (f"/orders/{number}?as_of=2", f"/orders/{number}?as_of=2&text=flat&oldest=1"):
        past = anna.open(path)
        assert "as they stood after entry 2" in past.text
        notes = past.html.partition('id="entries"')[2]
        assert "Flat</mark> 12" in notes or "Flat 12" in notes
        assert "21</span>" not in notes
        assert "put on hold" not in notes
        assert next(form for form in past.forms if "text" in form.fields).fields["as_of"] == "2"
        leads = [link for link in past.links if "oldest=" in link or "notes.csv" in link or link.endswith("#notes")]
        assert [link for link in leads if "as_of=2" not in link and link != "#notes"] == []
    assert any("text=flat" in link and "as_of=2" in link and "oldest" not in link for link in past.links)
    assert [one["seq"] for one in anna.client.get(f"/orders/{number}/notes.json?as_of=2").json()] == [1, 2]


def test_what_may_not_be_done_with_a_discount_is_no_button(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_coupon(order, code="AA", discount="10.00")
    assert "/do/remove_coupon" in anna.open(f"/orders/{number}").html
    with trail.acting("anna", channel="Order Management") as desk:
        desk.cancel_order(order, reason="changed-mind", initiator="customer")
    assert "/do/remove_coupon" not in anna.open(f"/orders/{number}").html


def test_a_long_note_is_shown_in_part(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        desk.add_note(trail.order(number=number).id, detail="word " * 19_998 + "the end")
    page = anna.open(f"/orders/{number}")
    assert "the end" not in page.text
    assert len(page.html) < 100_000
    assert "All of it (99,997 characters)" in page.text
    assert "the end" in anna.open(f"/orders/{number}/notes/2").text


@pytest.mark.parametrize("letters", ['"', "<&>", "Größe für Füße ", "🚧", "e"])
def test_a_page_of_full_notes_stays_light(anna: Person, trail: OrderTrail, letters: str) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        for _ in range(50):
            desk.add_note(order, title=(letters * 200)[:200].strip(), detail=(letters * 2000)[:2000])
    for language in LANGUAGES:
        read_in(anna, language)
        for query in ("", "?text=e", f"?text={quote(letters.strip())}"):
            assert len(anna.open(f"/orders/{number}{query}").answer.content) < 100_000


def test_the_data_of_every_page_is_one_link_away(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        desk.release_shipment(trail.order(number=number).id, shipment="1")
        desk.add_to_pick_list(trail.order(number=number).id, shipment="1", pick_list=f"PL-{number}")
    orders = anna.open(f"/orders?find=&market={trail.order(number=number).market}")
    token = orders.form("/orders/many").fields["csrf"]
    preview = anna.send("/orders/many", {"csrf": token, "operation": "add_note", "number": number})
    form = preview.form("/orders/many/do")
    pages = [preview, anna.send(form.action, {**form.fields, "title": "Seen"}), orders]
    at = f"/orders/{number}"
    for path in (
        at, f"{at}?as_of=1", f"{at}/notes/1", f"{at}/do/change_customer", f"{at}/print", "/orders/new",
        "/shipping?stage=ship", f"/shipping/list?pick_list=PL-{number}", "/activity",
    ):  # fmt: skip
        pages.append(anna.open(path))
    for page in pages:
        links = re.findall(r'<a href="([^"]+)">JSON</a>', page.html)
        assert links, page.text[:100]
        for link in links:
            answer = anna.client.get(html.unescape(link))
            assert (answer.status_code, "json" in answer.headers["content-type"]) == (200, True), link


def test_the_notes_that_are_looked_for_are_exported(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        for title in ("call one", "call two"):
            desk.add_note(trail.order(number=number).id, title=title)
    page = anna.open(f"/orders/{number}?text=call+two")
    links = [html.unescape(link) for link in page.links if "/notes." in link]
    assert len(links) == 2
    for link in links:
        text = anna.client.get(link).text
        assert "call two" in text
        assert "call one" not in text
    assert [one["seq"] for one in anna.client.get(f"/orders/{number}/notes.json").json()] == [1, 2, 3]


def test_paper_for_the_customer_does_not_say_why_it_was_held(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        desk.hold_order(trail.order(number=number).id, reason="fraud")
    assert "Suspicion of fraud" not in anna.open(f"/orders/{number}/print").text
    assert "Suspicion of fraud" in anna.open(f"/orders/{number}/print?internal=1").text


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


def test_a_filter_that_is_none_says_so(anna: Person) -> None:
    for query in ("placed=foo", "placed_to=9999-12-31", "placed_from=soon"):
        page = anna.open(f"/orders?{query}")
        assert page.status == 200
        assert re.search("is no (period|day)", page.text)


def test_the_language_is_changed_on_what_came_of_a_form(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open("/orders").form("/orders/many")
    page = anna.send(form.action, {**form.fields, "number": number, "operation": "hold_order"})
    assert page.form("/reader").fields["back"] == "/orders"


def test_a_note_that_is_deleted_is_not_edited(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", detail="Rang")
    anna.do(number, "delete_note", "?note=2")
    page = anna.open(f"/orders/{number}/do/edit_note?note=2")
    assert "This cannot be done now. note 2 is deleted" in page.text


def test_what_happens_in_the_shop(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "hold_order", reason__code="address")
    while trail.store.tables.sequences and trail.sequence():
        pass  # what the service does by itself, a moment later
    page = anna.open("/activity")
    assert "Order put on hold" in page.text
    mine = page.html.partition("Your recent orders")[2]
    assert f">{number}<" in mine
    assert f">{number}<" in anna.open("/orders?worked_on_by=anna&sort=-last_activity").html

    def found(query: str) -> str:
        return anna.open(f"/activity?{query}").html.partition("On hold too long")[0]

    assert number not in found("category=return")
    assert number in found("actor=anna&event_type=OrderGroupOnHold&type=System&channel=Order+Management")
    assert number in found("text=PUT+on+hold")
    newest = int(re.findall(r'id="p-([0-9]+)"', page.html)[0])
    assert number in found(f"text=PUT+on+hold&oldest=1&after={newest - 1}")
    assert "No entry is like this." in found("text=nothing+says+this")
    assert "There are some without" in found("text=nothing+says+this&type=System")
    assert "&#39;dance&#39; is no event type" in found("event_type=dance")
    last = re.findall(r'id="p-([0-9]+)"', page.html)
    earlier = re.findall(r'id="p-([0-9]+)"', found(f"after={last[0]}"))
    assert earlier[: len(last) - 1] == last[1:]
    assert "&#39;tomorrow&#39; is no day" in found("since=tomorrow")
    json = next(link for link in anna.open("/activity?since=2020-01-01&type=System").links if "/v1/activities" in link)
    answer = anna.client.get(json)
    assert answer.status_code == 200
    assert [one["position"] for one in answer.json()["items"]] == sorted(
        (one["position"] for one in answer.json()["items"]), reverse=True
    )


def test_who_may_read_a_note_is_said_wherever_it_is_shown(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    for title, visibility in (("Your tent is on its way", "customer"), ("He is rude", "internal")):
        anna.do(number, "add_note", title=title, visibility=visibility)
        while trail.store.tables.sequences and trail.sequence():
            pass
        happened, mine = anna.open("/activity").text.split("Your recent orders")
        badge = {"customer": "The customer sees it", "internal": "Internal"}[visibility]
        for shown in (happened, mine, anna.open(f"/orders/{number}/print?internal=1").text):
            assert f"Note {title} {badge}" in shown


def test_one_looks_on_where_none_fits_so_far(trail_alone: OrderTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    trail = trail_alone
    anna = Person(TestClient(build(trail, known)))
    anna.sign_in("anna", PASSWORD)
    first, number, last = (place(trail) for _ in range(3))
    with trail.acting("anna", channel="Order Management") as desk:
        for other in (first, last):
            for title in "abcd":
                desk.add_note(trail.order(number=other).id, title=title)
            if other == first:
                desk.hold_order(trail.order(number=number).id, reason="address")
    while trail.store.tables.sequences and trail.sequence():
        pass
    monkeypatch.setattr("ordertrail.reading.activities._AT_ONCE", 2)
    monkeypatch.setattr("ordertrail.reading.activities.LONGEST", 0.0)
    for query, word in (("", "Older"), ("&oldest=1", "Newer")):
        said = []
        page = anna.open(f"/activity?event_type=OrderGroupOnHold{query}")
        while True:
            shown = page.html.partition("On hold too long")[0]
            said.append("so far" if "None so far is like this." in shown else number if f">{number}<" in shown else "")
            if f">{word}<" not in shown:
                break
            page = anna.open([link for link in page.links if "after=" in link and "/activity" in link][-1])
        assert said.count(number) == 1
        assert said[:2] == ["so far", "so far"]
    assert "No entry is like this." in page.text


@pytest.mark.parametrize("engine", ENGINES)
def test_what_concerns_the_reader_is_told_on_every_page(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = Clock()
    with open_shop(request, tmp_path_factory, engine=engine, sources=with_clock(clock)) as trail:
        mine, other = place(trail), place(trail)
        for who, number in (("anna", mine), ("shop", other)):
            with trail.acting(who, channel="Order Management") as desk:
                desk.hold_order(trail.order(number=number).id, reason="address")
        clock.pass_by(days=2)
        service = build(trail, known)
        for name in ("anna", "bruno"):
            add_user(trail, name, "csr", password=PASSWORD, by="setup")
        anna, bruno = (Person(TestClient(service)) for _ in range(2))
        anna.sign_in("anna", PASSWORD)
        bruno.sign_in("bruno", PASSWORD)
        for path in ("/orders", f"/orders/{other}", "/shipping", "/activity"):
            assert "Your orders that are on hold too long: 1" in anna.open(path).text
            assert "Your orders that are on hold" not in bruno.open(path).text
        held, _, touched = anna.open("/activity").text.partition("On hold too long")[2].partition("Your recent orders")
        assert held.index(mine) < held.index("you worked on it") < held.index(other)
        assert mine in touched
        assert other not in touched
        assert "since you were there" not in touched
        bruno.do(mine, "add_note", title="Flat 21")
        touched = anna.open("/activity").text.partition("Your recent orders")[2]
        assert f"{mine} since you were there Note Flat 21 Internal" in touched


def test_ones_own_orders_are_a_view(anna: Person, trail: OrderTrail) -> None:
    number, other = place(trail), place(trail)
    anna.do(number, "hold_order", reason__code="address")
    link = next(link for link in anna.open("/orders").links if "worked_on_by=anna" in link)
    mine = anna.open(link)
    assert f">{number}<" in anna.open("/orders?worked_on_by=ANNA").html
    assert (
        f">{number}<" in anna.open(f"/activity?actor=ANNA&text={number}&type=System").html or trail.store.tables.schema
    )
    assert f">{number}<" in mine.html
    assert f">{other}<" not in mine.html
    assert 'aria-current="true">My orders<' in mine.html


def test_a_page_asks_the_database_as_often_whatever_an_order_holds(
    trail_alone: OrderTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = trail_alone
    anna = Person(TestClient(build(trail, known)))  # not begun, so that nothing asks the database beside
    anna.sign_in("anna", PASSWORD)
    few, many = place(trail), place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        for number, count in ((few, 60), (many, 300)):
            for n in range(count):
                desk.add_note(trail.order(number=number).id, title=f"call {n}")
    asked: list[str] = []
    kind = type(trail.store)
    plain = kind.reading

    class Counted:
        """A transaction that tells what it is asked."""

        def __init__(self, transaction: Transaction) -> None:
            self._transaction = transaction

        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(self._transaction, name)

    @contextmanager
    def reading(store: Store) -> Iterator[Any]:
        with plain(store) as transaction:
            yield Counted(transaction) if store is trail.store else transaction

    monkeypatch.setattr(kind, "reading", reading)

    def queries(path: str) -> int:
        asked.clear()
        assert anna.open(path).status == 200
        return len(asked)

    assert 0 < queries(f"/orders/{few}") == queries(f"/orders/{many}") < 15
    assert 0 < queries("/orders?market=US") < 10


# For everyone


def test_pages_come_in_german_and_where_the_reader_is(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open(f"/orders/{number}").form("/reader")
    page = anna.send(form.action, {**form.fields, "language": "de", "zone": "Europe/Zurich"})
    assert placed_number_german(page) == number
    assert 'lang="de"' in page.html
    assert "249,00\xa0$" in page.html
    assert "Mitteleuropäische" in page.text
    assert "Stand der Bestellung: In Bearbeitung; möglich ist es bei: Angehalten" in page.text
    assert "it is legal for" not in page.text
    assert "Status: In Bearbeitung ×" in anna.open("/orders?status=InProgress&placed=week&market=US").text
    lost = anna.open("/orders/PO1").text
    assert "Nicht gefunden · ordertrail" in lost
    assert "es gibt keine Bestellung 'PO1'" in lost
    assert "Anna Kundendienst" in lost
    no_page = anna.open("/nothing", Accept="text/html").text
    assert "diese Seite gibt es nicht: folgen Sie den Links oben" in no_page
    assert "Not Found" not in no_page
    refused = anna.do(number, "add_payment", amount="viel", method="Karte")
    assert "Betrag ist keine Zahl: geben Sie einfache Ziffern an, wie 12,50" in refused.text
    done = anna.do(number, "add_payment", amount="24,50", method="Karte")
    assert "Erledigt" in done.text
    assert trail.order(number=number).payments["1"].amount == Decimal("24.50")
    anna.client.cookies.delete("ordertrail-reader")
    assert 'lang="de"' in anna.open("/orders", **{"Accept-Language": "de-CH,en;q=0.5"}).html


def read_in(person: Person, language: str, zone: str = "UTC") -> Page:
    """What a person sees once they have chosen a language and a zone."""
    form = person.open("/orders").form("/reader")
    return person.send(form.action, {**form.fields, "language": language, "zone": zone})


def test_a_zone_that_there_is_not_is_refused_and_the_reader_stays_as_they_are(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    read_in(anna, "en", "Europe/Zurich")
    form = anna.open(f"/orders/{number}").form("/reader")
    refused = anna.send(form.action, {**form.fields, "zone": "Mars"})
    assert (refused.status, "'Mars' is no time zone: write Europe/Zurich" in refused.text) == (400, True)
    again = refused.form("/reader")
    assert (again.fields["zone"], again.fields["language"]) == ("Mars", "en")
    assert f"/orders/{number}" in refused.links
    assert placed_number(anna.open(f"/orders/{number}")) == number
    assert "Central European" in anna.open("/orders").text
    near = anna.send(form.action, {**form.fields, "zone": "new york", "language": "de"})
    assert near.status == 400
    assert '<button name="choice" value="America/New_York">' in near.html
    again = near.form("/reader")
    assert again.fields["language"] == "de"
    chosen = anna.send(again.action, {**again.fields, "choice": "America/New_York"})
    assert number in chosen.text
    assert "UTC-5" in chosen.text or "UTC-4" in chosen.text


def test_zones_are_chosen_from_a_list(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    link = next(link for link in anna.open(f"/orders/{number}").links if "/reader?" in link)
    form = anna.open(link).form("/reader")
    assert '<optgroup label="Asia">' in anna.open(link).html
    done = anna.send(form.action, {**form.fields, "zone": "Asia/Tokyo"})
    assert placed_number(done) == number
    assert "Times are in Japan Standard Time (UTC+9)." in done.text
    assert anna.open(link).form("/reader").fields["zone"] == "Asia/Tokyo"
    read_in(anna, "en", "US/Pacific")
    assert anna.open(link).form("/reader").fields["zone"] == "US/Pacific"
    assert anna.open("/reader?back=https://elsewhere.example").form("/reader").fields["back"] == "/orders"


def test_a_zone_that_a_script_says_changes_no_language(client: TestClient[Any]) -> None:
    someone = Person(client)
    assert "data-zone" in someone.open("/sign-in").html
    someone.send("/reader", {"zone": "Asia/Tokyo"})
    page = someone.open("/sign-in", **{"Accept-Language": "de"})
    assert 'lang="de"' in page.html
    assert "UTC+9" in page.text
    assert "data-zone" not in page.html
    read_in(someone, "de", "UTC")
    someone.send("/reader", {"zone": "Asia/Tokyo"})
    assert 'lang="de"' in someone.open("/sign-in").html


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("de", "1.000", 1000),
        ("de", "1.000,50", "1000.50"),
        ("de", "2,5", "2.5"),
        ("en", "1,000", 1000),
        ("en", "2.5", "2.5"),
    ],
)
def test_an_amount_is_what_it_is_in_the_language_in_which_it_is_typed(
    anna: Person, trail: OrderTrail, language: str, typed: str, amount: str | int
) -> None:
    read_in(anna, language)
    form = anna.open("/orders/new").form("/orders/new")
    line = {"line_items/1/sku": "TENT-2", "line_items/1/quantity": typed, "line_items/1/unit_price": typed}
    placed = anna.send(form.action, {**form.fields, **NEW, "payment/amount": "", "payment/method": "", **line})
    found = re.search(r"<h1>\w+ (\S+)", placed.html)
    assert found is not None, placed.text[:900]
    item = trail.order(number=found[1]).line_items["1"]
    assert (item.quantity, item.unit_price) == (Decimal(amount), Decimal(amount))
    prefilled = anna.open(f"/orders/{found[1]}/do/change_line_item?line_item=1").form("/do/change_line_item")
    changed = anna.send(prefilled.action, {**prefilled.fields, "tax": typed})
    assert changed.status == 200, changed.text
    again = trail.order(number=found[1]).line_items["1"]
    assert (again.quantity, again.unit_price, again.tax) == (Decimal(amount), Decimal(amount), Decimal(amount))
    due = trail.order(number=found[1]).totals.balance
    assert anna.do(found[1], "add_payment", method="Card").status == 200
    assert trail.order(number=found[1]).payments["1"].amount == due


def test_a_number_of_another_language_is_refused_with_what_to_write(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    read_in(anna, "de")
    refused = anna.do(number, "add_payment", amount="24.50", method="Card")
    assert (refused.status, trail.order(number=number).payments) == (400, {})
    assert "Betrag – '24.50' ist auf Deutsch keine Zahl: schreiben Sie 24,50" in refused.text
    assert refused.form("/do/add_payment").fields["amount"] == "24.50"
    form = anna.open("/orders/new").form("/orders/new")
    not_placed = anna.send(form.action, {**form.fields, **NEW, "line_items/1/quantity": "0.5"})
    assert not_placed.status == 400
    assert "Positionen / 1 / Menge – '0.5' ist auf Deutsch keine Zahl: schreiben Sie 0,5" in not_placed.text
    for garbage in ("1.00.0", "1,2,3"):
        assert anna.do(number, "add_payment", amount=garbage, method="Card").status == 400
    assert "'24.50' ist auf Deutsch keine Zahl" in anna.open("/orders?over=24.50").text
    assert number in anna.open("/orders?over=0,50&under=1.000").text
    read_in(anna, "en")
    for garbage in ("1.00.0", "1,2,3", "24,50"):
        assert anna.do(number, "add_payment", amount=garbage, method="Card").status == 400
    assert trail.order(number=number).payments == {}


ALIKE = {
    "1", "2", "–", "·", "×", "→", "ordertrail", "CSV", "JSON", "SKU", "Code", "Name", "Region", "Status", "System",
    "Deutsch", "English", "Boss", "boss", "anna", "shop", "j k n /", "30000 JPY", "USD", "US",
    "Order Management", "· Order Management ·",
}  # fmt: skip
"""What is said alike in both languages, and what is named by the shop."""


def test_nothing_is_said_in_english_to_who_reads_german(trail_alone: OrderTrail) -> None:
    trail = trail_alone
    add_user(trail, "boss", "admin", password=PASSWORD, by="setup", label="Boss")
    number = place(trail, coupons={"SPRING": {"discount": "10.00"}}, customer_comment="Ring twice.")
    order = trail.order(number=number).id
    with trail.acting("anna", channel="Order Management") as desk:
        desk.add_payment(order, amount="12.00", method="Card")
        desk.create_refund(order, amount="5.00", payment="1", kind="goodwill", reason="goodwill")
        desk.add_manual_discount(order, percent="12.5", reason="goodwill")
        desk.set_legal_hold(order, reason="sued")
        desk.hold_order(order, reason="address")
    part = {"line_item": "?line_item=1", "shipment": "?shipment=1", "payment": "?payment=1", "hold": "?hold=1"}
    rows = [row for row in OPERATIONS.values() if row.legal_in]
    pages = ["/orders", f"/orders/{number}", f"/orders/{number}/notes/1", f"/orders/{number}/print?internal=1"]
    pages += ["/orders/new", "/activity", *(f"/shipping?stage={stage}" for stage in STAGES)]
    pages += [f"/orders/{number}/do/{row.name}{part.get(row.part or '', '')}" for row in rows]
    found = {}
    with TestClient(build(trail, known)) as client:
        boss = Person(client)
        boss.sign_in("boss", PASSWORD)
        for language in LANGUAGES:
            read_in(boss, language)
            found[language] = {said for path in pages for said in said_on(boss.open(path))}
        assert "12,5 %" in boss.open(f"/orders/{number}").text
    of_the_shop = re.compile(
        "Tent|TENT|Ground|Card|SPRING|Mercy|mercy|Web shop|Ring twice|sued|Zürich|PO1|^[0-9#/]|^example$|^[.]com$"
    )
    assert {one for one in found["en"] & found["de"] if not of_the_shop.search(one)} <= ALIKE


def said_on(page: Page) -> set[str]:
    """Each text of a page by itself, but the record as it is, and its names."""
    shown = re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", page.html, flags=re.DOTALL)
    texts = re.findall(r">([^<>]+)<|(?:aria-label|placeholder|title|alt)=\"([^\"]+)\"", shown)
    return {" ".join(html.unescape(text or named).split()) for text, named in texts} - {""}


def test_amounts_that_changed_are_shown_as_amounts_of_the_order(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    read_in(anna, "de")
    anna.do(number, "change_line_item", "?line_item=1", unit_price="1.249,00")
    for path in (f"/orders/{number}", f"/orders/{number}/notes/2", f"/orders/{number}/print"):
        assert "249,00\xa0$</del> → <ins>1.249,00\xa0$" in anna.open(path).html, path
    anna.do(number, "add_payment", amount="1.000,00", method="Card")
    assert "1 · Verkauf 1.000,00\xa0$ · Card" in anna.open(f"/orders/{number}/do/create_refund").html


def test_who_finds_nothing_in_german_is_told_that_the_record_is_in_english(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    told = {"en": "What the system records is in English", "de": "Was das System aufzeichnet, steht auf Englisch"}
    searched = (f"/orders/{number}?text=freigegeben", "/activity?text=nirgends")
    for language in LANGUAGES:
        read_in(anna, language)
        for path in searched:
            assert (told[language] in anna.open(path).text) is (language == "de"), path
        assert told[language] not in anna.open("/activity?channel=nowhere").text
        assert told[language] not in anna.open(f"/orders/{number}?text=placed").text


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


def test_a_form_is_read_in_the_language_in_which_it_was_filled_in(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, currency="KWD")
    form = anna.open(f"/orders/{number}/do/add_payment").form("/do/add_payment")
    new = anna.open("/orders/new").form("/orders/new")
    read_in(anna, "de", "Europe/Zurich")
    refused = anna.send(form.action, {**form.fields, "amount": "1.000"})
    assert "This was not done." in refused.text
    again = refused.form("/do/add_payment")
    assert anna.send(again.action, {**again.fields, "method": "Card"}).status == 200
    assert trail.order(number=number).payments["1"].amount == 1
    typed = {"line_items/1/quantity": "1.000", "shipment/promised": "2031-01-31T12:00"}
    found = re.search(r"<h1>Bestellung (\S+)", anna.send(new.action, {**new.fields, **NEW, **typed}).html)
    assert found is not None
    order = trail.order(number=found[1])
    assert (order.line_items["1"].quantity, str(order.shipments["1"].promised)) == (
        Decimal(1),
        "2031-01-31 12:00:00+00:00",
    )


def test_what_is_erased_or_hidden_is_marked_in_the_readers_language(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    order = trail.order(number=number)
    with trail.acting("anna", channel="Order Management") as desk:
        desk.add_note(order.id, detail="Rang Mercy.")
    german = {"Accept-Language": "de"}
    form = anna.open(f"/orders/{number}/do/hold_shipment?shipment=1", **german).text
    assert "1 · Ground · Bestand zugewiesen" in form
    anna.client.cookies.clear()
    anna.sign_in("vera", PASSWORD)
    hidden = anna.open(f"/orders/{number}", **german).text
    assert "[verborgen]" in hidden
    assert "[hidden]" not in hidden
    trail.acting("mona", channel="Order Management").erase_personal_data(order.id, reason="asked")
    anna.client.cookies.clear()
    anna.sign_in("anna", PASSWORD)
    for path in (f"/orders/{number}", f"/orders/{number}?as_of=1", f"/orders/{number}/notes/2"):
        erased = anna.open(path, **german).text.partition("Der Eintrag, wie er ist")[0]
        assert "[gelöscht]" in erased, path
        assert "[erased]" not in erased, path


def placed_number_german(page: Page) -> str:
    """The number in the heading of an order's page in German."""
    found = re.search(r"<h1>Bestellung (\S+)", page.html)
    assert found is not None, page.text[:500]
    return found[1]


def test_pages_load_nothing_from_elsewhere_and_run_nothing_of_their_own(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    for path in (
        "/orders",
        f"/orders/{number}",
        f"/orders/{number}/do/create_return",
        "/activity",
        "/shipping",
        "/orders/new",
    ):
        page = anna.open(path)
        policy = page.answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|style=", page.html), path
        for address in re.findall(r"(?:src|href|action)=\"([^\"]*)\"", page.html):
            assert re.match(r"/(?!/)|#|mailto:", address), address
        assert page.answer.headers["cache-control"] == "no-store"
        for asset in re.findall(r"(?:src|href)=\"(/assets/[^\"#]*)", page.html):
            got = anna.client.get(html.unescape(asset))
            assert got.status_code == 200
            assert "immutable" in got.headers["cache-control"]
    assert "immutable" not in anna.client.get("/assets/console.css?v=old").headers.get("cache-control", "")
    assert anna.open("/assets/../app.py").status == 404


def test_every_icon_that_is_used_is_there(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", detail="x", visibility="customer")
    symbols = set(re.findall(r"symbol id='([^']+)'", anna.client.get("/assets/vendor/icons.svg").text))
    used = set()
    for path in ("/orders", f"/orders/{number}", "/activity"):
        used |= set(re.findall(r"icons\.svg\?v=\w+#([\w-]+)", anna.open(path).html))
    assert used
    assert used <= symbols


def test_who_looks_is_recorded(trail: OrderTrail) -> None:
    number = place(trail)
    with TestClient(build(trail, known)) as client:
        person = Person(client)
        person.sign_in("mona", PASSWORD)
        person.open(f"/orders/{number}")
        person.open("/orders.csv?market=US")
    seen = {note.data["route"]: note for note in trail.accesses(event_type="PersonalDataSeen", actor="mona")}
    assert seen["/orders/{number}"].data["orders"] == [trail.order(number=number).id]
    assert trail.order(number=number).id in seen["/orders.csv"].data["orders"]


def test_a_date_at_an_end_of_the_calendar_is_refused_and_read_where_it_is(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    for promised in ("9999-12-31T23:59", "0001-01-01T00:00"):
        refused = anna.do(number, "change_promised_date", "?shipment=1", promised=promised)
        assert (refused.status, "lies outside the years 1900 to 2999" in refused.text) == (400, True)
        anna.client.cookies.set(COOKIE, "de~America/New_York")
        told = anna.do(number, "change_promised_date", "?shipment=1", promised=promised)
        assert (told.status, "liegt außerhalb der Jahre 1" in told.text) == (400, True)
        anna.client.cookies.delete(COOKIE)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_record_that_holds_an_extreme_date_is_read_everywhere(
    anna: Person, trail: OrderTrail, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setattr("ordertrail.orders.operations.shipments.dated", in_utc)  # as it was before they were refused
    number = place(trail)
    order = trail.order(number=number)
    with trail.acting("shop", channel="Web shop") as desk:
        for promised in ("9999-12-31T23:59:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:00Z"):
            desk.change_promised_date(order.id, shipment="1", promised=promised)
    anna.client.cookies.set(COOKIE, f"de~{zone}")
    form = f"/orders/{number}/do/change_promised_date?shipment=1"
    for path in ("/activity", "/shipping", f"/orders/{number}", f"/orders/{number}/print?internal=1", form):
        assert anna.open(path).status == 200
    assert all(anna.open(f"/orders/{number}/notes/{seq}").status == 200 for seq in (2, 3, 4))


def test_a_filter_finds_what_is_spelt_another_way(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, market="Oberland")
    with trail.acting("anna", channel="Büro Bern") as desk:
        desk.add_note(trail.order(number=number).id, detail="Rang twice.")
    with trail.acting("shop", channel="Märkte Ost") as desk:
        other = desk.place_order(small(market="Oberland")).number
    for query, wanted in (
        ("market=oberLAND", {number, other}),
        ("channel=MÄRKTE%20%20ost&market=Oberland", {other}),
        ("market=OBERLAND&worked_on_by=ANNA", {number}),
        ("market=Unterland", set()),
    ):
        page = anna.open(f"/orders?{query}")
        assert {one for one in (number, other) if one in page.text} == wanted, query
    for path in (f"/orders/{number}?channel=BÜRO%20bern", "/activity?channel=büro%20bern&actor=anna"):
        assert "Rang twice." in anna.open(path).text
    assert "Rang twice." in anna.open(f"/orders/{number}/notes.csv?channel=büro%20BERN").html
    followed = re.search(r'data-stream="([^"]+)"', anna.open("/activity?channel=büro%20bern").html)
    assert followed is not None
    assert parse_qs(urlsplit(html.unescape(followed[1])).query)["channel"] == ["Büro Bern"]


def test_who_did_something_is_found_by_what_the_page_calls_them(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    for name, title in (('Marcus "Bell"', "Rang once."), ("Marcus Oak", "Rang twice.")):  # he married
        with trail.acting(Actor(id="u-77", label=name), channel="Order Management") as desk:
            desk.add_note(trail.order(number=number).id, detail=title)
    while trail.store.tables.sequences and trail.sequence():
        pass
    for name in ('Marcus "Bell"', "marcus oak", "u-77", "oak"):
        for path in (f"/orders/{number}?actor={quote(name)}", f"/activity?actor={quote(name)}"):
            assert "Rang once." in anna.open(path).text, path
        assert "Rang twice." in anna.open(f"/orders/{number}/notes.csv?actor={quote(name)}").html
        assert f">{number}<" in anna.open(f"/orders?worked_on_by={quote(name)}").html
        followed = re.search(r'data-stream="([^"]+)"', anna.open(f"/activity?actor={quote(name)}").html)
        assert followed is not None
        assert parse_qs(urlsplit(html.unescape(followed[1])).query)["actor"] == ["u-77"]
    for path in (f"/orders/{number}?actor=Zoe", "/activity?actor=Zoe", "/orders?worked_on_by=Zoe"):
        page = anna.open(path)
        assert "Nobody is called Zoe." in page.text, path
        assert "is like this" not in page.text
    assert "No note is like this." in anna.open(f"/orders/{number}?actor=anna").text


def test_names_in_the_record_are_not_looked_for_by_who_may_not_see_them(
    client: TestClient[Any], trail: OrderTrail
) -> None:
    vera = Person(client)
    vera.sign_in("vera", PASSWORD)
    number = place(trail)
    with trail.acting(Actor(id="C-9", kind=ActorKind.CUSTOMER, label="Mercy Oakley"), channel="Web shop") as desk:
        desk.add_note(trail.order(number=number).id, detail="Where is it?", visibility="customer")
    assert "Nobody is called Oakley." in vera.open(f"/orders/{number}?actor=Oakley").text


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


def next_step_of(page: Page) -> str | None:
    """The operation that a page says comes next."""
    found = re.search(r'<p class="next">.*?/do/([a-z_]+)', page.html, re.DOTALL)
    return found and found[1]


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
