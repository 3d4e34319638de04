"""What Prometheus reads: true sums, whichever process answers, and no value of an order or a person."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from ordertrail import OrderTrail
from ordertrail.web.auth.tokens import create_token
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_orders import problem
from tests.web.test_serving import served


def samples(api: Api) -> dict[str, float]:
    """Each sample of the page, by its name and labels."""
    answer = api.ask("GET", "/metrics")
    assert answer.status_code == 200, answer.text
    return {
        " ".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_several_processes_are_added_up(database_url: str, tmp_path: Path) -> None:
    with served(database_url, tmp_path / "log", "--workers", "2") as (client, _):
        with OrderTrail.open(database_url) as trail:
            _, token = create_token(trail, "ERP", "csr", by="test")
        api = Api(client, token)
        order = api.place(small(customer={"name": "Mercy Taylor"}))
        for number in range(20):
            # Each on a connection of its own, so that both processes get some.
            headers = {"Connection": "close", "If-Match": '"99"' if number % 2 else "*"}
            api.ask("POST", f"/v1/orders/{order}/notes", {"title": f"note {number}"}, **headers)
        found = samples(api)
        assert found["ordertrail_operations_total place_order done"] == 1, sorted(found)
        written = found.get("ordertrail_operations_total write_note done", 0)
        assert written + found.get("ordertrail_operations_total write_note refused", 0) == 20
        assert 0 <= found["ordertrail_connections_in_use"] <= 2 * 8
        assert found["ordertrail_request_seconds_count POST /v1/orders/{order_id}/notes"] == 20
        with OrderTrail.open(database_url) as trail:
            version, beside = trail.order(order).version, len(trail.accesses(limit=1000))
        counted = found["ordertrail_entries_total"] + found["ordertrail_entries_waiting"]
        assert version < counted <= version + beside
        page = api.ask("GET", "/metrics").text
        assert not [value for value in (order, "Mercy", "note 7", token) if value in page]


def test_strangers_read_nothing(client: object) -> None:
    problem(Api(client, "stranger").ask("GET", "/metrics"), 401, "unauthorized")  # type: ignore[arg-type]
    problem(Api(client, "nobody").ask("GET", "/metrics"), 403, "not-permitted")  # type: ignore[arg-type]
    assert samples(Api(client, "viewer"))["ordertrail_entries_waiting"] >= 0  # type: ignore[arg-type]
