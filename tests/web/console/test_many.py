"""One operation on many orders: what was shown is done, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.desk import Desk
from tests.web.console.person import Person
from tests.web.console.shop import PASSWORD, events, meant, place


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


def test_many_orders_that_are_held_are_not_held_again(anna: Person, trail: OrderTrail) -> None:
    held, other = place(trail), place(trail)
    anna.do(held, "hold_order", reason__code="address")
    listed = anna.open("/orders").form("/orders/many")
    preview = anna.send("/orders/many", {**listed.fields, "number": [held, other], "operation": "hold_order"})
    assert "Would be done: 1" in preview.text
    assert f"{held} : the order is on hold already" in preview.text
