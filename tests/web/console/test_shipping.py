"""Shipping and receiving, across orders."""

import html
import re
from typing import Any

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.web.console.shipping import ROWS
from tests.web.console.person import Page, Person
from tests.web.console.shop import (
    PASSWORD,
    place,
)


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


def test_what_changed_since_it_was_shown_is_not_shipped(client: TestClient[Any], trail: OrderTrail) -> None:
    [number] = packed(trail, "Since shown", 1)
    order = trail.order(number=number).id
    wanda = wanda_at(client)
    at = "/shipping?stage=ship&warehouse=Since+shown"
    form = next(form for form in wanda.open(at).forms if "form_key" in form.fields)
    with trail.acting("mona", channel="Order Management") as desk:
        desk.set_attribute(order, key="gift", value="yes")
    typed = {**form.fields, "shipment": f"{number}/1", f"tracking/{number}/1": "1Z1"}
    stale = wanda.send(form.action, typed)
    assert "it has changed since it was shown: look at it again" in stale.text
    assert trail.order(order).shipments["1"].status == "Packing"
    again = next(form for form in stale.forms if "form_key" in form.fields)
    assert again.fields[f"tracking/{number}/1"] == "1Z1"
    for _ in range(2):  # and again, as by going back
        assert f"{number}/1: done" in wanda.send(again.action, again.fields).text
    assert trail.order(order).shipments["1"].status == "Shipped"


def test_a_csv_names_orders_in_any_case_beside_their_boxes(client: TestClient[Any], trail: OrderTrail) -> None:
    [number] = packed(trail, "Any case", 1)
    wanda = wanda_at(client)
    form = next(
        form for form in wanda.open("/shipping?stage=ship&warehouse=Any+case").forms if "form_key" in form.fields
    )
    csv = f"order,shipment,tracking_number\n{number.lower()},1,1Z7\n"
    assert f"{number}/1: done" in wanda.send(form.action, {**form.fields, "shipment": f"{number}/1", "csv": csv}).text
    tracking = trail.order(number=number).shipments["1"].tracking
    assert tracking is not None
    assert tracking.number == "1Z7"


def test_the_name_that_is_suggested_for_a_pick_list_is_of_who_makes_it(
    client: TestClient[Any], trail: OrderTrail
) -> None:
    place(trail, shipments={"1": {"method": "Ground", "warehouse": "Suggested", "quantities": {"1": 1}}})
    with trail.acting("mona", channel="Order Management") as desk:
        [order] = trail.orders(sort="-placed", limit=1)
        desk.release_shipment(order.id, shipment="1")
    page = wanda_at(client).open("/shipping?stage=pick&warehouse=Suggested")
    assert re.search(r'name="pick_list" value="PL-\d{6}-\d{4}-wanda"', page.html)
