"""For everyone: languages, zones, numbers, dates, and what a page loads."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.parts import in_utc
from ordertrail.store.base import Store, Transaction
from ordertrail.web.app import build
from ordertrail.web.auth.users import add_user
from ordertrail.web.console.reader import COOKIE
from ordertrail.web.console.shipping import STAGES
from ordertrail.web.console.translations import LANGUAGES
from tests.web.conftest import known
from tests.web.console.person import Page, Person
from tests.web.console.phone_order import NEW
from tests.web.console.shop import (
    PASSWORD,
    place,
    placed_number,
    placed_number_german,
    read_in,
)


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


def test_the_language_is_changed_on_what_came_of_a_form(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    form = anna.open("/orders").form("/orders/many")
    page = anna.send(form.action, {**form.fields, "number": number, "operation": "hold_order"})
    assert page.form("/reader").fields["back"] == "/orders"


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


def test_a_language_that_is_chosen_chooses_no_zone(client: TestClient[Any]) -> None:
    someone = Person(client)
    page = someone.open("/sign-in")
    form = page.form("/reader")
    assert form.fields["zone"] == ""
    assert 'placeholder="UTC"' in page.html
    chosen = someone.send(form.action, {**form.fields, "language": "de"})
    assert 'lang="de"' in chosen.html
    assert "data-zone" in chosen.html
    refused = someone.sign_in("anna", "wrong")
    assert refused.form("/reader").fields["zone"] == ""
    of_all = someone.open("/reader").form("/reader")
    assert of_all.fields["zone"] == ""
    assert "data-zone" in someone.send(of_all.action, {**of_all.fields, "language": "en"}).html
    # The page was there before the script said the zone.
    someone.send("/reader", {"zone": "Asia/Tokyo"})
    page = someone.send(form.action, {**form.fields, "language": "de"})
    assert 'lang="de"' in page.html
    assert "UTC+9" in page.text
    assert page.form("/reader").fields["zone"] == "Asia/Tokyo"


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


ALIKE = {"UTC",
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
    for path in (f"/orders/{number}", f"/orders/{number}/notes/2", f"/orders/{number}/print?internal=1"):
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
