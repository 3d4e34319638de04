"""What tests of the console do with its shop, and read on its pages."""

import re

from ordertrail import OrderTrail
from tests.shops import small
from tests.web.console.person import Page, Person

PASSWORD = "correct horse battery"


USERS = {"anna": "csr", "bruno": "csr", "vera": "viewer", "wanda": "warehouse", "mona": "manager", "boss": "admin"}


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


def done_of(page: Page) -> str:
    """What an order page says was just done."""
    return page.html.partition("data-done")[2].partition("</div>")[0]


def meant(preview: Page) -> list[str]:
    """What a preview shows that it would be done."""
    return re.findall(r'name="target" value="([^"]+)"', preview.html)


def read_in(person: Person, language: str, zone: str = "UTC") -> Page:
    """What a person sees once they have chosen a language and a zone."""
    form = person.open("/orders").form("/reader")
    return person.send(form.action, {**form.fields, "language": language, "zone": zone})


def placed_number_german(page: Page) -> str:
    """The number in the heading of an order's page in German."""
    found = re.search(r"<h1>Bestellung (\S+)", page.html)
    assert found is not None, page.text[:500]
    return found[1]


def next_step_of(page: Page) -> str | None:
    """The operation that a page says comes next."""
    found = re.search(r'<p class="next">.*?/do/([a-z_]+)', page.html, re.DOTALL)
    return found and found[1]
