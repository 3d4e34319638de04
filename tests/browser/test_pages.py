"""Every page for everyone: nothing that axe finds, in either theme, and none wider than a phone."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ordertrail.web.auth.users import add_user
from tests.browser.conftest import PASSWORD, Shop
from tests.browser.pages import Kind, furnished, kinds, place_with_long_words

PAGES = [kind.name for kind in kinds("")]


@pytest.fixture(scope="module")
def number(shop: Shop) -> str:
    """An order on which something of everything stands."""
    place_with_long_words(shop)
    return furnished(shop)


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser, shop: Shop) -> Iterator[Page]:
    """A browser in one of the themes."""
    context: BrowserContext = browser.new_context(base_url=shop.url, color_scheme=request.param)
    found = context.new_page()
    found.goto("/sign-in")
    found.get_by_label("Name").fill("mona")
    found.get_by_label("Password").fill(PASSWORD)
    found.get_by_role("button", name="Sign in").click()
    found.wait_for_url("**/orders")
    yield found
    context.close()


def of(name: str, number: str) -> Kind:
    """The page of this name."""
    return next(kind for kind in kinds(number) if kind.name == name)


def found_by_axe(page: Page) -> list[Any]:
    """What axe says of a page, by rule: where."""
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules})
    violations = found.response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in violations]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, number: str, name: str) -> None:
    page.set_viewport_size({"width": 1300, "height": 900})
    page.goto(of(name, number).path)
    for folded in page.locator("main details:not([open]) > summary").all()[:12]:
        if folded.is_visible():
            folded.click()
    assert found_by_axe(page) == []


@pytest.mark.parametrize("page", ["light"], indirect=True)  # as wide as in the dark
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone(page: Page, number: str, name: str) -> None:
    on_a_phone(page, of(name, number).path)
    assert beyond_the_edge(page) == []


def on_a_phone(page: Page, path: str) -> None:
    """A page at a phone's width, with all that is folded on it opened."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def beyond_the_edge(page: Page) -> list[str]:
    """What makes a page wider than the phone; and what of its navigation is out of sight, if the page is not."""
    found: list[str] = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            const beyond = (one) => one.getBoundingClientRect().right > width + 0.5;
            const all = document.documentElement.scrollWidth > width ? "main *, header *, footer *" : "nav a";
            return [...document.querySelectorAll(all)].filter(beyond).map((one) => one.outerHTML.slice(0, 100));
        }"""
    )
    return found


@pytest.fixture(scope="module")
def german(browser: Browser, shop: Shop, number: str) -> Iterator[Page]:
    """A browser of somebody who reads German, whose words are longer, and of whom an order waits."""
    add_user(shop.trail, "greta", "manager", password=PASSWORD, by="setup")
    for held in shop.trail.orders(status=["OnHold"]):
        shop.trail.acting("greta", channel="Order Management").add_note(held.id, title="Asked for the address")
    context = browser.new_context(base_url=shop.url, locale="de-DE")
    found = context.new_page()
    found.goto("/sign-in")
    found.get_by_label("Name").fill("greta")
    found.get_by_label("Passwort").fill(PASSWORD)
    found.get_by_role("button", name="Anmelden").click()
    found.wait_for_url("**/orders")
    yield found
    context.close()


FILTERED = (
    "/orders?status=OnHold&market=US&channel=Web+shop&placed=month&placed_from=2026-01-01&active=9&held=1"
    "&event_type=ShipmentPickListRemoved&worked_on_by=mona&over=30000+JPY&under=1&sort=-last_activity",
    "/activity?type=custom&category=shipment&actor=marcus&channel=Order+Management&since=2026-01-01"
    "&until=2026-12-31&visibility=internal&event_type=ShipmentPickListRemoved&oldest=1&text=flat",
    "/shipping?stage=pick&warehouse=Basel",
    "/shipping?stage=ship",
    "/shipping/list?pick_list=PL-7",
)


@pytest.mark.parametrize("path", [*PAGES, *FILTERED])
def test_none_is_in_german_either(german: Page, number: str, path: str) -> None:
    on_a_phone(german, of(path, number).path if path in PAGES else path)
    assert beyond_the_edge(german) == []


def test_nor_is_an_order_with_filters(german: Page, number: str) -> None:
    for found in ("text=a", "actor=marcus&channel=Order+Management&event_type=ShipmentPickListRemoved&oldest=1"):
        on_a_phone(german, f"/orders/{number}?{found}")
        assert beyond_the_edge(german) == []


def test_a_badge_of_the_navigation_is_in_sight(german: Page) -> None:
    on_a_phone(german, "/orders")
    expect(german.locator("nav .badge.waiting")).to_be_in_viewport(ratio=1)


def test_what_is_grave_begins_where_all_begin_and_stands_apart_from_what_is_before_it(page: Page, number: str) -> None:
    for width in (360, 1300):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/orders/{number}")
        at: list[list[float]] = page.locator(".acts > .grave").evaluate_all(
            """(all) => all.map((one) => {
                const here = one.getBoundingClientRect(), before = one.previousElementSibling?.getBoundingClientRect();
                if (before?.top === here.top) return [here.left - before.right, before.width];
                return [here.left - one.parentElement.getBoundingClientRect().left, 0];
            })"""
        )
        assert at
        assert all(gap >= 5 if beside else gap == 0 for gap, beside in at)


def test_a_notice_does_not_touch_what_is_below_it(page: Page, number: str) -> None:
    page.goto(f"/orders/{number}?done=4")
    notice, card = page.locator("main > .notice").bounding_box(), page.locator("main > .card").first.bounding_box()
    assert notice is not None
    assert card is not None
    assert card["y"] - (notice["y"] + notice["height"]) >= 8


def sound(page: Page) -> bool:
    """Whether axe finds nothing on the page that is open, and it is no wider than a phone."""
    page.set_viewport_size({"width": 1300, "height": 900})
    found = found_by_axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert found == []
    return True


def test_nor_on_what_comes_of_a_form(page: Page, shop: Shop) -> None:
    market = uuid4().hex[:8]
    numbers = [shop.place(market=market), shop.place(market=market)]
    with shop.trail.acting("anna", channel="Order Management") as desk:
        for number in numbers:
            order_id = shop.trail.order(number=number).id
            desk.release_shipment(order_id, shipment="1")
            desk.add_to_pick_list(order_id, shipment="1", pick_list="PL-9")
    page.goto("/shipping/list?pick_list=PL-9")
    assert sound(page)

    page.goto(f"/orders?market={market}")
    for box in page.locator('main [name="number"]').all():
        box.check()
    page.locator('main [name="operation"]').select_option("hold_order")
    page.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/orders/many")
    assert sound(page)
    with shop.trail.acting("anna", channel="Order Management") as desk:
        desk.cancel_order(shop.trail.order(number=numbers[0]).id, reason="lost", initiator="shop")
    page.locator('main [name="reason/code"]').select_option("address")
    page.locator("main form button.main").click()
    page.wait_for_url("**/orders/many/do")
    expect(page.get_by_text("1 done, 1 not.")).to_be_visible()
    assert sound(page)

    number = shop.place()
    page.goto(f"/orders/{number}/do/hold_order")
    with shop.trail.acting("bruno", channel="Order Management") as desk:
        desk.set_attribute(shop.trail.order(number=number).id, key="gift", value="yes")
    page.locator('main [name="reason/code"]').select_option("address")
    page.locator("main form button.main").click()
    expect(page.get_by_role("alert")).to_contain_text("has changed")
    assert sound(page)


def test_nor_on_what_comes_of_shipments(page: Page, shop: Shop) -> None:
    one, two = (shop.place() for _ in range(2))
    with shop.trail.acting("anna", channel="Order Management") as desk:
        for number in (one, two):
            order_id = shop.trail.order(number=number).id
            desk.release_shipment(order_id, shipment="1")
            desk.add_to_pick_list(order_id, shipment="1", pick_list="PL-9")
    page.goto("/shipping?stage=ship")
    page.get_by_label(f"Tracking number {one}/1").fill("1Z1")
    page.locator("main form button.main").click()
    expect(page.get_by_role("alert")).to_contain_text("no box is ticked")
    assert sound(page)
    page.get_by_role("checkbox", name=f"{two}/1", exact=True).check()
    page.locator("main form button.main").click()
    expect(page.get_by_role("status").filter(has_text="done")).to_contain_text("its box is not ticked")
    assert sound(page)
    page.goto("/shipping?stage=ship&warehouse=Nowhere")
    assert sound(page)


def test_nor_on_what_is_said_of_a_zone(page: Page, shop: Shop) -> None:
    page.goto("/shipping")
    page.get_by_label("Time zone").fill("Europe")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_contain_text("is no time zone")
    assert sound(page)


def test_axe_would_find_something(page: Page) -> None:
    page.goto("/orders")
    page.evaluate("document.querySelector('main').innerHTML = '<img><p style=color:#ccc>pale</p><input>'")
    assert {"image-alt", "label"} <= {rule for rule, _ in found_by_axe(page)}


def test_who_is_not_signed_in_sees_a_page_for_everyone(browser: Browser, shop: Shop) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(base_url=shop.url, color_scheme=scheme)
        page = context.new_page()
        page.goto("/sign-in")
        assert found_by_axe(page) == []
        context.close()
