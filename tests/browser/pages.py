"""Every kind of page, for a shop in which something stands on each."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ordertrail import OrderTrail
from ordertrail.desk import Sources
from tests.browser.conftest import Shop
from tests.shops import small


class Kind(NamedTuple):
    """A page, and the name of its picture."""

    name: str
    path: str


def furnished(shop: Shop) -> str:
    """An order with something of everything; returns its number. And one of Mona's that waits for days."""
    days_ago = Sources(clock=lambda: datetime.now(UTC) - timedelta(days=3))
    with OrderTrail.open(shop.database, sources=days_ago) as earlier:
        waiting = earlier.acting("anna", channel="Web shop").place_order(small(hold="fraud")).id
        earlier.acting("mona", channel="Order Management").add_note(waiting, title="Asked the bank")
    shop.trail.acting("anna", channel="Order Management").add_note(waiting, title="The bank called back")
    number = shop.place(
        line_items={
            "1": {"sku": "TENT-2", "name": "Tent for two", "quantity": 2, "unit_price": "249.00"},
            "2": {"sku": "FLASK-1", "name": "Vacuum flask", "quantity": 1, "unit_price": "29.90", "tax": "2.10"},
        },
        shipments={
            "1": {"method": "Ground", "quantities": {"1": 2}, "warehouse": "Basel", "address": {"city": "Zürich"}},
            "2": {"method": "Air", "quantities": {"2": 1}, "warehouse": "Basel"},
        },
        billing_address={"name": "Mercy Taylor", "line1": "1 Long Road", "city": "Zürich", "country": "CH"},
        coupons={"SPRING": {"discount": "10.00"}},
        customer_comment="Please ring twice.",
    )
    order_id = shop.trail.order(number=number).id
    with shop.trail.acting("anna", channel="Order Management") as desk:
        desk.add_payment(order_id, amount="400.00", method="Card")
        desk.add_note(order_id, title="Called the customer", detail="Flat 12, not 21.\nShe is at home after six.")
        desk.add_note(order_id, detail="Your tent leaves tomorrow.", visibility="customer")
        desk.pin_note(order_id, note=4)
        desk.edit_note(order_id, note=4, detail="Flat 12, not 21.\nAt home after seven.")
        for warehouse in ("Bern", "Genf", "Chur"):
            desk.change_warehouse(order_id, shipment="2", warehouse=warehouse)
        desk.release_shipment(order_id, shipment="1")
        desk.add_to_pick_list(order_id, shipment="1", pick_list="PL-7")
        desk.complete_shipment(order_id, shipment="1", tracking_number="1Z999", carrier="UPS")
        desk.create_return(order_id, items={"1": {"quantity": 1, "reason": "damaged"}})
        desk.hold_order(order_id, reason={"code": "address", "comment": "The street has no number 21."})
    return number


def place_with_long_words(shop: Shop) -> None:
    """An order whose names have no place where a line would end."""
    line = {"sku": "S" * 60, "name": "Name" * 40, "quantity": 1, "unit_price": "1234567.00"}
    shipment = {"method": "Method" * 12, "warehouse": "Warehouse" * 8, "quantities": {"1": 1}}
    shop.place(customer={"id": "C2", "name": "Long" * 40}, line_items={"1": line}, shipments={"1": shipment})


def kinds(number: str) -> list[Kind]:
    """All pages."""
    at = f"/orders/{number}"
    return [
        Kind("orders", "/orders"),
        Kind("nothing-found", "/orders?market=NONE"),
        Kind("order", at),
        Kind("order-as-it-stood", f"{at}?as_of=2"),
        Kind("notes-found", f"{at}?text=flat"),
        Kind("note", f"{at}/notes/4"),
        Kind("form", f"{at}/do/create_return"),
        Kind("edit", f"{at}/do/change_customer"),
        Kind("print", f"{at}/print?internal=1"),
        Kind("new", "/orders/new"),
        Kind("shipping", "/shipping?stage=release"),
        Kind("receiving", "/shipping?stage=receive"),
        Kind("activity", "/activity"),
        Kind("reader", "/reader?back=/orders"),
        Kind("not-found", "/orders/NONE"),
    ]
