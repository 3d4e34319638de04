"""The service behind a proxy: the addresses that it gives out, and those that requests come from."""

import pytest
from litestar.testing import RequestFactory, TestClient

from ordertrail import OrderTrail
from ordertrail.web.app import build
from ordertrail.web.asking import Site
from tests.shops import small
from tests.web.conftest import Api, known
from tests.web.test_orders import problem


def test_a_place_is_named_as_browsers_reach_it(trail: OrderTrail) -> None:
    with TestClient(build(trail, known, site=Site("https://shop.example.com/orders-api/"))) as client:
        api = Api(client, "admin")
        placed = api.ask("POST", "/v1/orders", small())
        order = placed.json()["order"]["id"]
        assert placed.headers["location"] == f"/orders-api/v1/orders/{order}"
        noted = api.ask("POST", f"/v1/orders/{order}/notes", {"title": "x"})
        assert noted.headers["location"] == f"/orders-api/v1/orders/{order}/notes/2"
        described = client.get("/v1/openapi/openapi.json").json()
        assert described["servers"] == [{"url": "https://shop.example.com/orders-api/"}]


@pytest.mark.parametrize(
    ("proxies", "said", "found"),
    [
        ((), "192.0.2.7", "127.0.0.1"),
        (("127.0.0.0/8",), None, "127.0.0.1"),
        (("127.0.0.0/8",), "192.0.2.7", "192.0.2.7"),
        (("127.0.0.0/8",), "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        (("127.0.0.0/8", "192.0.2.0/24"), "203.0.113.9, 192.0.2.7", "203.0.113.9"),
        (("127.0.0.0/8", "192.0.2.0/24"), "192.0.2.8,192.0.2.7", "192.0.2.8"),
        (("127.0.0.0/8",), "2001:db8::7", "2001:db8::7"),
        (("127.0.0.0/8",), "nonsense", "nonsense"),
        (("10.0.0.0/8",), "192.0.2.7", "127.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_says_from_where_a_request_came(
    proxies: tuple[str, ...], said: str | None, found: str
) -> None:
    request = RequestFactory().get("/", headers={} if said is None else {"x-forwarded-for": said})
    request.scope["client"] = ("127.0.0.1", 5000)
    assert Site(proxies=proxies).address(request) == found


def test_a_body_over_its_limit_is_not_read(trail: OrderTrail) -> None:
    with TestClient(build(trail, known, largest_body=1000)) as client:
        api = Api(client, "admin")
        problem(api.ask("POST", "/v1/orders", b'"' + b"x" * 2000 + b'"'), 413, "request-entity-too-large")
        assert api.ask("POST", "/v1/orders", small()).status_code == 201
