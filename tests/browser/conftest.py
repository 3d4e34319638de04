"""A real browser before the real service: Chromium, the machine's own or Playwright's, and a shop on SQLite."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from ordertrail import OrderTrail
from ordertrail.web.auth.users import add_user

PASSWORD = "correct horse battery"
USERS = {"anna": "csr", "bruno": "csr", "mona": "manager", "wanda": "warehouse"}


class Shop:
    """A running service and its database."""

    def __init__(self, folder: Path) -> None:
        self.database = f"sqlite:///{folder / 'shop.db'}"
        self.trail = OrderTrail.open(self.database)
        for name, role in USERS.items():
            add_user(self.trail, name, role, password=PASSWORD, by="setup", label=name.title())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and wait until somebody answers."""
        command = [sys.executable, "-m", "ordertrail", "serve", "--database", self.database, "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                if httpx.get(f"{self.url}/ready").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("nobody answers")

    def stop(self) -> None:
        """Stop serving."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
            self._process = None

    def place(self, **fields: Any) -> str:
        """An order of one tent; returns its number."""
        line = {"sku": "TENT-2", "name": "Tent for two", "quantity": 1, "unit_price": "249.00"}
        new = {
            "market": "US",
            "currency": "USD",
            "customer": {"id": "C1", "name": "Mercy Taylor", "email": "mercy@example.com"},
            "line_items": {"1": line},
            "shipments": {"1": {"method": "Ground", "quantities": {"1": 1}}},
            **fields,
        }
        with self.trail.acting("shop", channel="Web shop") as desk:
            return desk.place_order(new).number


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that is served."""
    found = Shop(tmp_path_factory.mktemp("shop"))
    found.start()
    yield found
    found.stop()
    found.trail.close()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: for one module, since its event loop lets no other run in the thread."""
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser for all tests of a module."""
    expect.set_options(timeout=15_000)  # milliseconds: other tests may keep the machine busy
    found = chromium(playwright)
    yield found
    found.close()


def chromium(playwright: Playwright) -> Browser:
    """The machine's own Chromium, or Playwright's, which looks for nothing outside this machine."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
        args=[
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
        ],
    )


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, shop: Shop) -> Iterator[Opened]:
    """Opens a browser of its own for somebody who signs in; whatever a page complains of fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_as(name: str = "anna", **options: Any) -> Page:
        context = browser.new_context(base_url=shop.url, viewport={"width": 1300, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("request", lambda asked: None if asked.url.startswith(shop.url) else wrong.append(asked.url))
        page.goto("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert wrong == []
