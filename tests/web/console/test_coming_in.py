"""Who comes in to the console, and goes on where a session had ended."""

import re
from typing import Any

from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.web.app import build
from tests.web.conftest import known
from tests.web.console.person import Person
from tests.web.console.shop import (
    PASSWORD,
    events,
    place,
    placed_number,
)


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
