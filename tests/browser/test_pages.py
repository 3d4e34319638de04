"""Every page for everyone: nothing that axe finds, in either theme, and none wider than a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import PASSWORD, Shop
from tests.browser.pages import Kind, furnished, kinds

PAGES = [kind.name for kind in kinds("")]


@pytest.fixture(scope="module")
def number(shop: Shop) -> str:
    """An order on which something of everything stands."""
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
