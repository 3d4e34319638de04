"""Whatever is asked of the console, by address or by form, it answers, and what is wrong is the asker's fault."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.app import build
from ordertrail.web.auth.users import add_user
from ordertrail.web.console.orders import Search
from tests.shops import small
from tests.web.conftest import known
from tests.web.console.person import Page, Person
from tests.web.console.phone_order import NEW

PASSWORD = "correct horse battery"
ODD = [
    "", "0", "-1", "1", "2", "9" * 20, "1e5", "NaN", "\x00", "a" * 3000, "2026-01-01", "2026-13-45", "0001-01-01",
    "9999-12-31T23:59", "0001-01-01T00:00", "٣", "\uff11\uff12", "%", "_", "'", '"', "\\", "-placed", "[]", "{}",
    "249.00",
    "30000 JPY", "1,5", "shipment/1", "🎉", "a,b", "../../etc/passwd", "//evil.example", "https://evil.example", " ",
    "\r\nSet-Cookie: a=b", "/🎉", "/\t/evil.example",
]  # fmt: skip
NAMES = """number find status market channel placed placed_from placed_to active held event_type over under sort after
columns operation type category actor text since until oldest as_of seq done internal stage warehouse pick_list before
mine shipment return_id line_item payment key reason/code reason/comment amount method title detail rows next kept back
language zone query name csv note quantities/1 items/1/quantity line_items/1/sku line_items/1/quantity currency
customer/name target tracking_number""".split()  # noqa: SIM905


LISTS = ("/orders", "/orders.csv", "/orders.json")


class Console(NamedTuple):
    """The console, somebody who may do everything, and what a form of theirs holds."""

    client: TestClient[Any]
    routes: Sequence[tuple[str, str]]
    csrf: str
    number: str


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console over a shop with an order."""
    with OrderTrail.open(f"sqlite:///{tmp_path_factory.mktemp('console') / 'shop.db'}") as trail:
        add_user(trail, "boss", "admin", password=PASSWORD, by="setup")
        with trail.acting("shop", channel="Web shop") as desk:
            number = desk.place_order(small()).number
        app = build(trail, known)
        routes = sorted(
            (method, route.path)
            for route in app.routes
            if isinstance(route, HTTPRoute) and not route.path.startswith("/v1") and route.path != "/sign-out"
            for method in route.methods & {"GET", "POST"}
        )
        with TestClient(app, raise_server_exceptions=False) as client:
            person = Person(client)
            person.sign_in("boss", PASSWORD)
            yield Console(client, routes, person.open("/orders").form("/orders/many").fields["csrf"], number)
        assert trail.verify().findings == ()


@settings(max_examples=400)
@given(st.data())
def test_whatever_is_asked_is_answered(console: Console, data: st.DataObject) -> None:
    method, path = data.draw(st.sampled_from(console.routes))
    found = {
        "number": st.sampled_from([console.number] * 3 + ODD[1:9]),
        "operation": st.sampled_from([*OPERATIONS, "dance"]),
    }
    path = re.sub(
        r"{(\w+):\w+}", lambda named: quote(data.draw(found.get(named[1], st.sampled_from(ODD[1:]))), safe=""), path
    )
    names = Search.__struct_fields__ if path in LISTS else NAMES
    said = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from([*ODD, *OPERATIONS]), max_size=4))
    if method == "GET":
        answer = console.client.get(path, params=said, follow_redirects=False)
    else:
        form = {"csrf": console.csrf, "number": console.number, "version": "1", **said}
        answer = console.client.post(path, data=form, follow_redirects=False)
    assert answer.status_code < 500
    assert re.fullmatch(r"/(?!/)[!-~]*", answer.headers.get("location", "/"))
    assert "a=b" not in re.split("[;,] *", answer.headers.get("set-cookie", ""))


def test_a_form_that_is_not_utf_8_is_refused(console: Console) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="csv"\r\n\r\n\xff\xfe\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = console.client.post("/shipping", content=part, headers=headers)
    assert answer.status_code == 400
    assert "this form is not in UTF-8" in Page(answer).text


@pytest.mark.parametrize("path", LISTS[1:])
@pytest.mark.parametrize("name", ["sort", "status", "event_type", "over", "placed_from", "active", "held"])
def test_an_export_of_what_there_is_not_is_refused_before_anything_is_sent(
    console: Console, path: str, name: str
) -> None:
    answer = console.client.get(path, params={name: "dance"})
    assert answer.status_code == 400
    assert "content-disposition" not in answer.headers


def test_a_list_of_what_there_is_not_says_so_beside_its_form(console: Console) -> None:
    page = Page(console.client.get("/orders?event_type=dance&market=US"))
    assert "'dance' is no event type" in page.text
    assert page.form("/orders").action


def test_a_column_that_there_is_not_is_left_out(console: Console) -> None:
    assert console.client.get("/orders?columns=dance").status_code == 200


@pytest.mark.parametrize(
    ("typed", "leads"),
    [("/🎉", "/%F0%9F%8E%89"), ("/\t/evil.example", "/%09/evil.example"), ("//evil.example", "/orders")],
)
def test_one_is_led_on_within_the_console_only(console: Console, typed: str, leads: str) -> None:
    back = console.client.post("/reader", data={"language": "en", "zone": "UTC", "back": typed}, follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, leads)
    typed_in = {"name": "boss", "password": PASSWORD, "next": typed}
    into = TestClient(console.client.app).post("/sign-in", data=typed_in, follow_redirects=False)
    assert (into.status_code, into.headers["location"]) == (303, leads)


def test_a_view_of_letters_that_no_header_holds_is_kept(console: Console) -> None:
    form = {"csrf": console.csrf, "name": "zelt", "query": "find=zelt 🎉&market=US"}
    kept = console.client.post("/orders/views", data=form, follow_redirects=False)
    assert (kept.status_code, kept.headers["location"]) == (303, "/orders?find=zelt%20%F0%9F%8E%89&market=US")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_form_that_names_no_part_is_answered(console: Console, operation: str) -> None:
    assert console.client.get(f"/orders/{console.number}/do/{operation}").status_code in (200, 400, 409, 422)


def test_what_was_typed_stays_while_the_database_is_held(tmp_path: Path) -> None:
    """By another program, which the service waits for as long as it is told to."""
    file = tmp_path / "shop.db"
    with OrderTrail.open(f"sqlite:///{file}", timeout=0.2) as trail:
        add_user(trail, "anna", "csr", password=PASSWORD, by="setup")
        with trail.acting("shop", channel="Web shop") as desk:
            number = desk.place_order(small()).number
        anna = Person(TestClient(build(trail, known)))  # not begun, so that nothing else is written
        anna.sign_in("anna", PASSWORD)
        new = anna.open("/orders/new").form("/orders/new")
        held = anna.open(f"/orders/{number}/do/hold_order").form("/do/hold_order")
        listed = anna.open("/orders").form("/orders/many")
        shown = anna.send(listed.action, {**listed.fields, "number": number, "operation": "add_note"})
        noted = shown.form("/orders/many/do")
        with OrderTrail.open(f"sqlite:///{file}") as other, other.store.writing():
            for form, typed in ((new, NEW), (held, {"reason/code": "address", "reason/comment": "Flat 12 or 21?"})):
                refused = anna.send(form.action, {**form.fields, **typed})
                assert refused.status == 503
                kept = {**typed, "form_key": form.fields["form_key"]}
                again = refused.form(form.action.partition("?")[0]).fields
                assert {name: again[name] for name in kept} == kept
            many = anna.send(noted.action, {**noted.fields, "title": "Called"})
            assert "0 done, 1 not." in many.text
        for form, typed in ((new, NEW), (held, {"reason/code": "address"})):
            assert anna.send(form.action, {**form.fields, **typed}).status == 200
        once_more = many.form("/orders/many/do")
        for _ in range(2):
            assert "1 done, 0 not." in anna.send(once_more.action, once_more.fields).text
        assert [note.title for note in trail.order(number=number).order_notes].count("Called") == 1
