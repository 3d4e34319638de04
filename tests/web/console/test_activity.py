"""Recent activity of the whole shop, and what concerns the reader."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.web.app import build
from ordertrail.web.auth.users import add_user
from tests.shops import ENGINES, Clock, open_shop, with_clock
from tests.web.conftest import known
from tests.web.console.person import Person
from tests.web.console.shop import (
    PASSWORD,
    place,
)


def test_what_comes_next_is_followed_by_the_name_that_was_typed(anna: Person, trail: OrderTrail) -> None:
    place(trail)
    page = anna.open("/activity?actor=Anna&type=System")
    [stream] = re.findall(r'data-stream="([^"]*)"', page.html)
    assert parse_qs(urlsplit(html.unescape(stream)).query)["actor"] == ["anna"]


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
