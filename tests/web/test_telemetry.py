"""Spans come to a collector that listens, say which route answered how, and nothing of an order or a person."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from ordertrail import OrderTrail
from ordertrail.web.auth.tokens import create_token
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_serving import served

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a collector, and what it was sent."""
    sent: list[bytes] = []

    class Collects(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collects)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_each_request_is_a_span(sqlite_url: str, tmp_path: Path) -> None:
    with collector() as (address, sent):
        with served(sqlite_url, tmp_path / "log", OTEL_EXPORTER_OTLP_ENDPOINT=address) as (client, _):
            with OrderTrail.open(sqlite_url) as trail:
                _, token = create_token(trail, "ERP", "csr", by="test")
            api = Api(client, token)
            order = api.place(small(customer={"name": "Mercy Taylor", "email": "mercy@example.com"}))
            traceparent = f"00-{TRACE}-00f067aa0ba902b7-01"
            api.ask("GET", f"/v1/orders/{order}", traceparent=traceparent, x_request_id="request-7")
            api.ask("GET", "/v1/orders?customer=Mercy")
            api.ask("POST", f"/v1/orders/{order}/operations/release_hold", {})
            client.get("/nowhere/mercy@example.com")  # which is no route, so no span either
        # It has ended, so everything is there.
        resources = [one for body in sent for one in ExportTraceServiceRequest.FromString(body).resource_spans]
    spans = {span.name: span for one in resources for scope in one.scope_spans for span in scope.spans}
    told = {name: {each.key: each.value for each in span.attributes} for name, span in spans.items()}
    read = spans["GET /v1/orders/{order_id}"]
    assert (read.trace_id.hex(), read.parent_span_id.hex()) == (TRACE, "00f067aa0ba902b7")
    assert told[read.name]["ordertrail.request_id"].string_value == "request-7"
    assert 0 < read.end_time_unix_nano - read.start_time_unix_nano < 10**10
    answered = {name: attributes["http.response.status_code"].int_value for name, attributes in told.items()}
    assert (answered["POST /v1/orders"], answered["GET /v1/orders"]) == (201, 200)
    assert answered["POST /v1/orders/{order_id}/operations/release_hold"] == 409
    assert {each.value.string_value for each in resources[0].resource.attributes} >= {"ordertrail"}
    for value in (order, "mercy", "Mercy", token):
        assert not [body for body in sent if value.encode() in body], value


def test_a_service_that_cannot_send_spans_does_not_begin(sqlite_url: str) -> None:
    without = "import sys; sys.modules['opentelemetry'] = None; from ordertrail.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", without, "serve", "--database", sqlite_url],
        env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "pip install 'ordertrail[telemetry]'" in " ".join(done.stderr.split())


def test_a_collector_that_is_gone_holds_nothing_up(sqlite_url: str, tmp_path: Path) -> None:
    with served(sqlite_url, tmp_path / "log", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") as (client, process):
        assert client.get("/ready").status_code == 200
        process.terminate()
        assert process.wait(30) == 0
