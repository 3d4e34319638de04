"""The service over a shop of its own, for callers of every kind."""

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar.testing import TestClient

from ordertrail import Actor, ActorKind, OrderTrail
from ordertrail.web.app import build
from ordertrail.web.auth.caller import Caller
from ordertrail.web.auth.roles import OF_OPERATIONS, PERMISSIONS, ROLES
from tests.shops import ENGINES, open_shop

MAY = {
    **{name: role.permissions for name, role in ROLES.items()},
    "clerk": PERMISSIONS - {"personal.see"},
    "robot": OF_OPERATIONS,
    "nobody": frozenset[str](),
}
"""The built-in roles, and some that a shop may have of its own."""


def known(token: str) -> Caller | None:
    """Whoever shows the name of a role has that role."""
    if token not in MAY:
        return None
    actor = Actor(id=token, kind=ActorKind.APP, label=token.title())
    return Caller(actor=actor, channel="ERP", role=token, permissions=MAY[token])


class Api:
    """What a client of the API does, as somebody."""

    def __init__(self, client: "httpx.Client", role: str) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {role}"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request; `body` is JSON, or bytes as they are."""
        content = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.request(method, path, content=content, headers={**self._headers, **named})

    def get(self, path: str) -> Any:
        """The JSON of an answer that is 200."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def place(self, new: Any) -> str:
        """Place an order; returns its id."""
        answer = self.ask("POST", "/v1/orders", new)
        assert answer.status_code == 201, answer.text
        order_id: str = answer.json()["order"]["id"]
        return order_id


@pytest.fixture(scope="module", params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop on each engine."""
    with open_shop(request, tmp_path_factory) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(trail: OrderTrail) -> Iterator["httpx.Client"]:
    """A client of the service."""
    with TestClient(build(trail, known)) as found:
        yield found


@pytest.fixture
def api(client: "httpx.Client") -> Api:
    """The service, for somebody who may do everything."""
    return Api(client, "admin")
