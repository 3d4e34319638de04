"""Order notes: both kinds on the order's page, by themselves, of the past, and on paper."""

import html
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.web.app import build
from ordertrail.web.auth.users import add_user
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.translations import LANGUAGES
from tests import scenarios
from tests.shops import Clock, open_shop, with_clock
from tests.web.conftest import known
from tests.web.console.person import Page, Person
from tests.web.console.shop import (
    PASSWORD,
    place,
    read_in,
)


def test_a_text_of_a_note_that_is_emptied_is_none_any_more(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", title="Called", detail="Flat 12")
    last = trail.order(number=number).version
    assert anna.do(number, "edit_note", f"?note={last}", detail="").status == 200
    note = trail.order_note(trail.order(number=number).id, last)
    assert (note.title, note.detail) == ("Called", "")


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
        ("text=of+200.00+usd", 3, "Sale <mark>of 200.00 USD</mark> by Card: Processed"),
        ("text=the+needle", 4, "word word word word <mark>the needle</mark> is there"),
    ):
        assert "Found in the record:" in marked(query, seq)
        assert said in marked(query, seq)
    assert "<mark>Card</mark>" in anna.open("/activity?text=card").html
    happened = anna.open("/activity?text=the+needle").html
    assert happened.count("<mark>the needle</mark> is") >= 2
    read_in(anna, "de")
    assert "Gefunden im Eintrag, wie er ist: Order PO" in anna.open(f"/orders/{number}?text=placed").text


def test_marks_are_where_the_search_finds(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_note(order, title="She moves", detail="to Alte Straße 7")
        desk.add_note(order, title="Long", detail="word " * 2000 + "to Alte Straße 7")
    page = anna.open(f"/orders/{number}?text=ALTE+STRASSE")
    assert "Showing 2 that fit" in page.text
    assert "to <mark>Alte Straße</mark> 7" in page.html
    assert "word to <mark>Alte Straße</mark> 7" in page.html.partition("Found in the record:")[2]


def test_amounts_and_reasons_are_found_as_the_page_shows_them(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        order = trail.order(number=number).id
        desk.add_payment(order, amount="1354.50", method="Card", overpayment=True)
        desk.add_note(order, title="He says that he paid 1354,50 Dollar")
        at = datetime(2031, 1, 1, tzinfo=UTC)
        desk.change_promised_date(order, shipment="1", promised=at, reason="backorder")
    while trail.store.tables.sequences and trail.sequence():
        pass
    for language, typed, shown in (("en", "$1,354.50", "$1,354.50"), ("de", "1354,50 $", "1.354,50\xa0$")):
        read_in(anna, language)
        page = anna.open(f"/orders/{number}?text={quote(typed)}")
        assert "<mark>1354,50</mark> Dollar" in page.html or language == "en"
        assert re.search(r'id="e-2".*?<mark>[$]?1.354.50</mark>', page.html, re.DOTALL), typed
        assert shown in re.sub("</?mark>", "", page.html)
        happened = anna.open(f"/activity?text={quote(typed)}")
        assert re.search(rf"{number}.*?<mark>[$]?1.354.50</mark>", happened.html, re.DOTALL), typed
        followed = re.search(r'data-stream="([^"]+)"', happened.html)
        assert followed is not None
        for link in (followed[1], *(link for link in happened.links if link.startswith("/v1/activities?"))):
            assert parse_qs(urlsplit(html.unescape(link)).query)["text"] == ["1354.50"]
        assert "1354.50" in anna.open(f"/orders/{number}/notes.csv?text={quote(typed)}").html
    assert "Gefunden im Eintrag, wie er ist: Waiting for goods" in re.sub(
        "</?mark>", "", anna.open(f"/orders/{number}?text=waiting+for").text.replace("  ", " ")
    )
    read_in(anna, "en")
    for path in (f"/orders/{number}", "/activity"):
        assert "<mark>Waiting for</mark> goods" in anna.open(f"{path}?text=waiting+for").html


def test_one_stays_in_the_past_where_one_looked_there(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        for n in range(2, 75):
            desk.add_note(trail.order(number=number).id, title=f"call {n}")
    at = f"/orders/{number}"
    found = anna.open(f"{at}?as_of=60&oldest=1&text=call+31")
    to = next(html.unescape(link) for link in found.links if "/jump?seq=31" in html.unescape(link))
    answer = anna.client.get(to, follow_redirects=False)
    path, _, entry = answer.headers["location"].partition("#")
    assert entry == "e-31"
    there = anna.open(path)
    assert "This is the order as it stood after entry 60." in there.text
    assert "oldest first" in there.text
    assert 'id="e-31"' in there.html
    # Who names nothing to jump to stays where they are.
    for query in ("as_of=60&after=55", "oldest=1&before=70"):
        form = anna.open(f"{at}?{query}").form("/jump")
        answer = anna.client.get(form.action, params=form.fields, follow_redirects=False)
        path, _, place_on_page = answer.headers["location"].partition("#")
        assert (parse_qs(urlsplit(path).query), place_on_page) == (parse_qs(query), "notes")


def test_changes_name_line_items_by_their_products(anna: Person, trail: OrderTrail) -> None:
    with trail.acting("anna", channel="Order Management") as desk:
        number = trail.order(scenarios.completed(desk)).number
    seqs = [n.seq for n in trail.order(number=number).order_notes if n.event_type == "ReturnReceiptItems"]
    for path in (f"/orders/{number}", f"/orders/{number}/notes/{seqs[-1]}", f"/orders/{number}/print?internal=1"):
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


def test_paper_for_the_customer_has_no_differences(anna: Person, trail: OrderTrail) -> None:
    number = place(trail, customer={"id": "C-77", "name": "Mercy Taylor"})
    order = trail.order(number=number).id
    with trail.acting("anna", channel="Order Management") as desk:
        desk.set_attribute(order, key="rating", value="difficult")
        desk.change_customer(order, customer={"id": "C-78", "name": "Mercy Oak"})
    plain, internal = anna.open(f"/orders/{number}/print"), anna.open(f"/orders/{number}/print?internal=1")
    for said in ("difficult", "C-77", "C-78"):
        assert said not in plain.text
        assert said in internal.text


def test_a_long_history_is_printed_in_parts(anna: Person, trail: OrderTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ordertrail.web.console.order.ON_PAPER", 2)
    number = place(trail)
    with trail.acting("anna", channel="Order Management") as desk:
        for title in ("call two", "call three", "call four", "call five"):
            desk.add_note(trail.order(number=number).id, title=title)
        desk.add_note(trail.order(number=number).id, title="Dear customer", visibility="customer")
    at = f"/orders/{number}/print"
    parts, path = [], f"{at}?internal=1"
    while path:
        parts.append(anna.open(path))
        path = next((html.unescape(one) for one in re.findall(r'href="([^"]+)" rel="next"', parts[-1].html)), "")
    for part, said, own in zip(parts, ("1 to 2", "3 to 4", "5 to 6"), ("two", "three", "five"), strict=True):
        assert f"Entries {said} of 6." in part.text
        assert f"call {own}" in part.text
    back = re.search(r'href="([^"]+)" rel="prev"', parts[1].html)
    assert back is not None
    assert "Entries 1 to 2 of 6." in anna.open(html.unescape(back[1])).text
    # The customer's paper says that it is a part, and not of how much.
    first, last = anna.open(at), anna.open(f"{at}?after=4")
    assert "It goes on in another part." in first.text
    assert "before" not in first.text.partition("Order notes")[2].partition("Next part")[0]
    assert "What happened before is in another part." in last.text
    assert "It goes on" not in last.text
    assert "Dear customer" in last.text
    for part in (first, last):
        paper = re.sub(r'<p class="controls">.*?</p>', "", part.html, flags=re.DOTALL)
        assert "of 6" not in paper
    assert "without internal notes" in parts[1].text
    assert f"{at}?after=2" in parts[1].links
    assert anna.open(f"{at}?after=x").status == 400
    assert "Entries" not in anna.open(f"{at}?after=60").text


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


def test_a_note_that_is_deleted_is_not_edited(anna: Person, trail: OrderTrail) -> None:
    number = place(trail)
    anna.do(number, "add_note", detail="Rang")
    anna.do(number, "delete_note", "?note=2")
    page = anna.open(f"/orders/{number}/do/edit_note?note=2")
    assert "This cannot be done now. note 2 is deleted" in page.text


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
