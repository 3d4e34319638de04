"""A shop with some users, and people at its console."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from ordertrail import OrderTrail
from ordertrail.web.app import build
from ordertrail.web.auth.users import add_user
from tests.shops import ENGINES, open_shop
from tests.web.conftest import known
from tests.web.console.person import Person
from tests.web.console.shop import PASSWORD, USERS


@pytest.fixture(scope="module", params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop with some users."""
    with open_shop(request, tmp_path_factory) as opened:
        for name, role in USERS.items():
            add_user(opened, name, role, password=PASSWORD, by="setup", label=name.title())
        yield opened


@pytest.fixture(params=ENGINES)
def trail_alone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop that no service runs beside."""
    with open_shop(request, tmp_path_factory) as opened:
        add_user(opened, "anna", "csr", password=PASSWORD, by="setup", label="Anna")
        yield opened


@pytest.fixture(scope="module")
def service(trail: OrderTrail) -> Iterator[TestClient[Any]]:
    """The service."""
    with TestClient(build(trail, known)) as found:
        yield found


@pytest.fixture
def client(service: TestClient[Any]) -> Iterator[TestClient[Any]]:
    """A browser that nobody has used."""
    service.cookies.clear()
    yield service
    service.cookies.clear()


@pytest.fixture
def anna(client: TestClient[Any]) -> Person:
    """A customer service representative, signed in."""
    person = Person(client)
    assert person.sign_in("anna", PASSWORD).status == 200
    return person
