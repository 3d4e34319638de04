"""`make screenshots`: a picture of each page, light and dark, for the documentation."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import PASSWORD, Shop, chromium
from tests.browser.pages import furnished, kinds

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"

SHOWN = ("orders", "order", "form", "shipping", "activity", "order-as-it-stood")
"""What is kept: a picture of every page would be changed by everything."""


def main() -> int:
    """Take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        shop = Shop(Path(folder))
        for market in ("US", "DE", "GB", "CH"):
            shop.place(market=market)
        number = furnished(shop)
        shop.start()
        browser = chromium(playwright)
        for theme in ("light", "dark"):
            context = browser.new_context(
                base_url=shop.url, color_scheme=theme, viewport={"width": 1280, "height": 900}
            )
            page = context.new_page()
            page.goto("/sign-in")
            page.get_by_label("Name").fill("mona")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/orders")
            for kind in kinds(number):
                if kind.name in SHOWN:
                    page.goto(kind.path)
                    page.wait_for_timeout(300)  # until icons are drawn
                    page.screenshot(path=FOLDER / f"{kind.name}-{theme}.png")
            context.close()
        browser.close()
        shop.stop()
        shop.trail.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
