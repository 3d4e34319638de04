"""The client reaches every route that the service describes, and reads its answers as their types."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from ordertrail import NewOrder, OrderTrail, errors
from ordertrail.client import Client
from ordertrail.web.auth.tokens import create_token
from ordertrail.web.openapi import METHODS
from tests.web.test_serving import served

BY_OTHERS = {"sign_in", "sign_out", "who_am_i", "read_as_customer", "stream_activities", "list_orders",
             "write_note", "change_note", "remove_note"}  # fmt: skip
"""Routes for browsers, for customers and for readers of streams; and what is asked for otherwise: lists by searching,
notes by their operations."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a service, which may do everything."""
    url = f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.db'}"
    with OrderTrail.open(url) as trail:
        _, token = create_token(trail, "ERP", "admin", by="test")
    log: Path = tmp_path_factory.mktemp("log") / "log"
    with served(url, log) as (http, _), Client(str(http.base_url), token=token) as client:
        yield client


def test_every_route_has_a_method(shop: Client) -> None:
    asked: list[tuple[str, str]] = []
    shop._http.event_hooks["request"] = [lambda request: asked.append((request.method, request.url.path))]
    work_all_of_it(shop)
    on_orders = {row.name for row in shop.operations() if row.legal_in}
    shop._http.event_hooks["request"] = []
    described = httpx.get(shop._http.base_url.join("openapi/openapi.json")).json()
    missing = {
        one["operationId"]
        for path, item in described["paths"].items()
        for method, one in item.items()
        if method in METHODS and not any(verb == method.upper() and fits(path, found) for verb, found in asked)
    }
    assert missing - on_orders - {f"{name}_many" for name in on_orders} == BY_OTHERS
    # Operations are one method each; those on many orders are one for all.
    assert not [name for name in on_orders if not callable(getattr(shop, name, None))]


def fits(pattern: str, path: str) -> bool:
    """Whether a path is of a pattern of the description."""
    return re.fullmatch(re.sub(r"\{[a-z_]+\}", "[^/]+", pattern), path) is not None


def work_all_of_it(shop: Client) -> None:
    """Call each method that is no operation."""
    order = shop.place_order(NewOrder(market="US", currency="USD")).id
    note = shop.add_note(order, title="Called").version
    shop.perform(order, "edit_note", {"note": note, "title": "Called twice"})
    assert shop.order_note(order, note).title == "Called twice"
    assert [one.title for one in shop.note_revisions(order, note)] == ["Called", "Called twice"]
    assert len(shop.note_page(order).items) == 3
    assert shop.order(order).version == 3
    assert [one.id for one in shop.orders(market="US")] == [order]
    assert {row.name for row in shop.legal_operations(order) if row.legal} >= {"hold_order", "cancel_order"}
    done, lost = shop.perform_on_many("hold_order", [order, "nobody"], {"reason": "fraud"})
    assert (done.version, lost.problem is None) == (4, False)
    assert {event.name for event in shop.event_types()} >= {"OrderGroupOnHold"}
    assert shop.feed(limit=1).items[0].note.order_id == order
    for_others(shop, order)
    webhooks(shop)


def for_others(shop: Client, order: str) -> None:
    """Users, roles, tokens, links."""
    made: dict[str, Any] = {"role": "csr", "password": "correct horse battery staple", "idempotency_key": "anna"}
    assert shop.create_user("anna", **made) == shop.create_user("anna", **made)
    assert shop.change_user("anna", label="Anna").label == "Anna"
    assert [user.id for user in shop.users()] == ["anna"]
    night = shop.define_role("night", whom="At night", permissions=["order.see"], refund_ceilings={"USD": Decimal(50)})
    assert night in shop.roles()
    assert night.refund_ceilings == {"USD": Decimal(50)}
    shop.remove_role("night")
    with pytest.raises(errors.UnknownId):
        shop.remove_role("night")
    created = shop.create_token("Chat", role="csr")
    assert created.text is not None
    assert shop.revoke_token(created.token.id).revoked is not None
    assert {token.name for token in shop.tokens()} == {"ERP", "Chat"}
    assert shop.give_link(order, days=3).link
    assert {one.event_type for one in shop.accesses(limit=3)} >= {"UserAdded", "RoleDefined", "TokenCreated"}


def webhooks(shop: Client) -> None:
    """Where what happens is sent."""
    added = shop.add_webhook("https://93.184.216.34/hook", event_types=["ShipmentShipped"])
    assert added.secret is not None
    webhook = added.webhook.id
    assert shop.change_webhook(webhook, description="ERP").description == "ERP"
    assert shop.webhook(webhook) in shop.webhooks()
    assert shop.webhook_attempts(webhook) == []
    assert shop.replay_webhook(webhook, after=0).id == webhook
    shop.remove_webhook(webhook)
    assert shop.webhooks() == []
