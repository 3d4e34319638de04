"""The list of orders: found, sorted, paged, kept as views, taken along."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from ordertrail import OrderTrail
from ordertrail.web.console.exporting import safe
from tests.shops import small
from tests.web.console.person import Page, Person
from tests.web.console.shop import (
    PASSWORD,
    place,
    placed_number,
)


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


def test_views_are_of_who_named_them(anna: Person, trail: OrderTrail) -> None:
    form = anna.open("/orders?find=mercy").form("/orders/views")
    assert "hers alone" in anna.send(form.action, {**form.fields, "name": "hers alone"}).text
    anna.send("/sign-out", anna.open("/orders").form("/sign-out").fields)
    anna.sign_in("bruno", PASSWORD)
    assert "hers alone" not in anna.open("/orders").text
    anna.send("/sign-out", anna.open("/orders").form("/sign-out").fields)
    anna.sign_in("anna", PASSWORD)
    assert "hers alone" in anna.open("/orders").text


def test_a_filter_that_is_none_says_so(anna: Person) -> None:
    for query in ("placed=foo", "placed_to=9999-12-31", "placed_from=soon"):
        page = anna.open(f"/orders?{query}")
        assert page.status == 200
        assert re.search("is no (period|day)", page.text)


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
