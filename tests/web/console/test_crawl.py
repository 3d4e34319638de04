"""Every page of the order management view to which its links lead, over a demo shop: each answers, and says what people
read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.demo import run
from ordertrail.demo.clock import END, Clock
from ordertrail.demo.shop import EVENT_TYPES
from ordertrail.desk import Sources
from ordertrail.notes.events import BUILT_IN
from ordertrail.web.api.operations import ON_ORDERS
from ordertrail.web.app import build
from ordertrail.web.auth.users import add_user
from ordertrail.web.console.orders import MANY
from tests.shops import small
from tests.web.conftest import known
from tests.web.console.crawl import Crawl, told
from tests.web.console.person import Person

PASSWORD = "correct horse battery"
USERS = {"dana": "manager", "anna": "csr", "hugo": "warehouse", "vera": "viewer", "odo": "auditor"}
"""Dana and Anna work at the demo shop: some orders are theirs."""

DATA = (
    r"\b(pay|ref)_[0-9a-f]{10}\b",  # what payment providers call a payment
    r"\bPayGate\b",
    *(re.escape(event.name) for event in EVENT_TYPES),
    r"\btracking_number, carrier\b",  # columns of a CSV that somebody writes
    r"\b(McMurdo|America/Argentina/ComodRivadavia)\b",  # time zones
)
"""What the demo shop named, and which looks like a name of the program's."""

NAMED = ("Address", "Phone")
"""A title of the demo shop's notes, and one of its channels."""

PARTS = ("line_items", "shipments", "payments", "returns", "holds", "coupons", "manual_discounts", "attributes")


class Shop(NamedTuple):
    """The service over a demo shop, where forms can be sent, and the first entry of each event type."""

    client: TestClient[Any]
    takes: tuple[str, ...]
    orders: tuple[str, ...]
    entries: Mapping[str, tuple[str, int]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop of which there is some of everything, at the moment at which its story ends."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    run(url, orders=100, seed=2)
    with OrderTrail.open(url, event_types=EVENT_TYPES, sources=Sources(clock=Clock(END))) as trail:
        for name, role in USERS.items():
            add_user(trail, name, role, password=PASSWORD, by="setup", label=name.title())
        _under_way(trail)
        app = build(trail, known)
        takes = tuple(r.path for r in app.routes if isinstance(r, HTTPRoute) and "POST" in r.methods)
        with TestClient(app) as client:
            yield Shop(client, takes, tuple(one.number for one in trail.orders(limit=500)), _entries(trail))


def _under_way(trail: OrderTrail) -> None:
    """What nothing of is left where the demo shop's story ends: a pick list, a shipment on hold, all promotions."""
    with trail.acting("dana", channel="Phone") as desk:
        picked, held = desk.place_order(small()).id, desk.place_order(small()).id
        desk.release_shipment(picked, shipment="1")
        desk.add_to_pick_list(picked, shipment="1", pick_list="PL-1")
        desk.add_coupon(picked, code="SPRING", discount="10.00")
        desk.add_manual_discount(picked, percent="12.5", reason="goodwill")
        desk.hold_shipment(held, shipment="1", reason="address")


def _entries(trail: OrderTrail) -> dict[str, tuple[str, int]]:
    """The first entry of each event type and of each kind of part, as its order's number and its own."""
    found: dict[str, tuple[str, int]] = {}
    for summary in trail.orders(limit=500):
        order = trail.order(summary.id)
        for note in trail.order_notes(order.id, limit=1000):
            found.setdefault(note.event_type or "note", (order.number, note.seq))
        for part in PARTS:
            if getattr(order.document, part):
                found.setdefault(part, (order.number, order.version))
    return found


def entered(shop: Shop, name: str, language: str) -> Person:
    """Somebody who signed in, and reads in a language."""
    shop.client.cookies.clear()
    person = Person(shop.client)
    assert person.sign_in(name, PASSWORD).status == 200
    form = person.open("/orders").form("/reader")
    person.send(form.action, {**form.fields, "language": language, "zone": "Europe/Berlin"})
    return person


def test_the_demo_shop_has_some_of_everything(shop: Shop) -> None:
    assert {*BUILT_IN, *PARTS, "note"} <= shop.entries.keys()


def crawl_of(shop: Shop, name: str, language: str, **options: Any) -> Crawl:
    """The walk of somebody who reads in a language."""
    return Crawl(entered(shop, name, language), language, takes=shop.takes, data=DATA, named=NAMED, **options)


def of_each_kind(shop: Shop, *rests: str) -> Iterator[str]:
    """For the first entry of each event type, the addresses of its order that end in its number."""
    return (f"/orders/{number}{rest}{seq}" for number, seq in shop.entries.values() for rest in rests)


def test_a_manager_who_follows_every_link_finds_nothing_wrong(shop: Shop) -> None:
    # Each order's page, and a few of all else.
    crawl = crawl_of(shop, "dana", "en", often=lambda general: 500 if general == "/orders/*?" else 3)
    # An entry by itself, and the order as one who had just done that sees it; and what is not offered now.
    forms = (f"/orders/{shop.orders[0]}/do/{operation}" for operation in ON_ORDERS)
    crawl.walk("/", *of_each_kind(shop, "/notes/", "?done="), *forms)
    assert not crawl.wrong, told(crawl.wrong.items())
    assert crawl.visits["/orders/*?"] == len(shop.orders)
    assert crawl.visits["/shipping/list?pick_list"]


@pytest.mark.parametrize(
    ("name", "language"), [("dana", "de"), ("anna", "en"), ("hugo", "de"), ("vera", "en"), ("odo", "de")]
)
def test_others_who_follow_links_find_nothing_wrong(shop: Shop, name: str, language: str) -> None:
    crawl = crawl_of(shop, name, language, often=once)
    # An entry by itself, and the order as it stood then.
    crawl.walk("/", *of_each_kind(shop, "/notes/", "?as_of=") if name == "dana" else ())
    assert not crawl.wrong, told(crawl.wrong.items())
    assert crawl.visits["/activity?"]
    assert crawl.visits["/shipping?stage=pick"]


def once(general: str) -> int:
    """Once to all of a kind, but a few times to orders; to none of all that can be looked for, and all ways to sort."""
    return 0 if re.search("event_type=|sort=|category=", general) else 3 if general == "/orders/*?" else 1


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_asked_of_many_orders_is_in_order(shop: Shop, language: str) -> None:
    crawl = crawl_of(shop, "dana", language, often=once)
    asked = crawl.person.open("/orders").form("/orders/many")
    for operation in MANY:
        fields = {**asked.fields, "number": list(shop.orders[:30]), "operation": operation}
        answer = crawl.person.send(asked.action, fields).answer
        assert answer.status_code == 200
        crawl.look(answer, f"{asked.action} {operation}")
    assert not crawl.wrong, told(crawl.wrong.items())


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_not_there_or_not_understood_is_in_order(shop: Shop, language: str) -> None:
    crawl = crawl_of(shop, "vera", language, often=once)
    number = shop.orders[0]
    for path in (
        "/orders/NONE", f"/orders/{number}?as_of=999", f"/orders/{number}?as_of=x", f"/orders/{number}/notes/999",
        f"/orders/{number}/do/dance", f"/orders/{number}/do/hold_order", "/orders/new", "/shipping?stage=moon",
        "/orders?held=x", "/orders?find=mercy", "/orders?over=x", f"/orders/{number}?since=x", "/activity?until=x",
        "/shipping/list?pick_list=none", "/orders/by-id/none",
    ):  # fmt: skip
        crawl.look(crawl.person.client.get(path), path)
    crawl.person.client.cookies.clear()
    crawl.look(crawl.person.client.get("/sign-in", headers={"Accept-Language": language}), "/sign-in")
    assert not crawl.wrong, told(crawl.wrong.items())
