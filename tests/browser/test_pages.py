"""Every page for everyone: nothing that axe finds, in either theme, and none wider than a phone."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

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


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone(page: Page, number: str, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(of(name, number).path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


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
