"""The service held to its own description, by requests that Schemathesis makes of it: right ones, and wrong ones."""

import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import schemathesis

from ordertrail import OrderTrail
from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.auth.tokens import create_token
from ordertrail.web.examples import OF_OPERATIONS
from tests.suggestions import Canaries, Suggestions, custom_notes
from tests.web.conftest import Api
from tests.web.test_serving import served

# An order that fits its description can still be refused, for reasons that no schema says. What OPTIONS allows is
# Litestar's to say, which does so for each handler.
LEFT_OUT = "positive_data_acceptance,allow_header_conformance"

# Each operation has a route for one order and one for many. The routes for many are all made by one function, and take
# the arguments that those for one order take: each value that a schema excludes is tried on a few of them only.
SETTINGS = """
[[operations]]
include-operation-id-regex = "_many$"
exclude-operation-id = ["hold_order_many", "create_refund_many", "set_attribute_many", "cancel_order_many"]
phases.coverage.enabled = false
"""


def test_no_request_finds_an_answer_that_is_not_described(sqlite_url: str, tmp_path: Path) -> None:
    done = held_to_it(sqlite_url, tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", "3")
    found = re.search(r"Tested: ([0-9]+)", done)
    assert found is not None
    assert int(found[1]) > 129


def test_nor_does_one_that_follows_another(sqlite_url: str, tmp_path: Path) -> None:
    """What an answer names is asked for next."""
    done = held_to_it(sqlite_url, tmp_path, "--phases", "stateful", "--max-examples", "40", *NO_WAIT)
    found = re.search(r"API Links: +([0-9]+) covered", done)
    assert found is not None
    assert int(found[1]) > 2, done


def test_nor_does_an_order_that_is_worked(database_url: str, tmp_path: Path) -> None:
    """A hundred operations that may well be legal, and what is read between: no schema alone gets that far."""
    rng, answered = random.Random(7), Counter[int]()
    with served(database_url, tmp_path / "log") as (client, _), OrderTrail.open(database_url) as trail:
        _, token = create_token(trail, "Tester", "admin", by="test")
        api = Api(client, token)
        described = schemathesis.openapi.from_dict(client.get("/v1/openapi/openapi.json").json())

        def ask(method: str, path: str, body: Any = None, **named: Any) -> httpx.Response:
            answer = api.ask(method, path.format(**named), body)
            described[path][method].validate_response(answer)
            answered[answer.status_code] += 1
            return answer

        orders = [api.place(OF_OPERATIONS["place_order"]) for _ in range(3)]
        for _ in range(100):
            order = trail.order(rng.choice(orders))
            rows = ask("GET", "/v1/orders/{order_id}/operations", order_id=order.id).json()
            names = [row["name"] for row in rows if row["legal"] or rng.random() < 0.1]
            row = OPERATIONS[rng.choice(names)]
            arguments = Suggestions(rng, Canaries(), order, custom_notes(trail, order.id)).arguments(row)
            path = "/v1/orders/{order_id}/operations/" + row.name
            done = ask("POST", path, {**arguments} if arguments else {}, order_id=order.id)
            if done.status_code == 200:
                seq = done.json()["version"]
                ask("GET", "/v1/orders/{order_id}", order_id=order.id)
                ask("GET", "/v1/orders/{order_id}/notes/{seq}", order_id=order.id, seq=seq)
                ask("GET", "/v1/orders/{order_id}/notes", order_id=order.id)
            if row.name in ("cancel_order", "complete_order", "erase_personal_data"):
                orders.append(api.place(OF_OPERATIONS["place_order"]))
        ask("GET", "/v1/activities")
        ask("GET", "/v1/orders")
        assert trail.verify().findings == ()
    assert answered[200] > 150, answered
    assert max(answered) < 500, answered


NO_WAIT = ("--exclude-operation-id", "list_activities")
"""What is told to wait waits, thirty seconds at a time."""


def held_to_it(url: str, folder: Path, *options: str) -> str:
    """What Schemathesis says of the service, where it found nothing wrong."""
    (folder / "schemathesis.toml").write_text(SETTINGS)
    with served(url, folder / "log") as (client, _):
        with OrderTrail.open(url) as trail:
            _, token = create_token(trail, "Tester", "admin", by="test")
        Api(client, token).place(OF_OPERATIONS["place_order"])
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{client.base_url}/v1/openapi/openapi.json",
            "--header", f"Authorization: Bearer {token}", "--exclude-checks", LEFT_OUT,
            "--exclude-operation-id", "stream_activities",  # it never ends
            "--exclude-operation-id", "revoke_token",  # it finds its own token, and is out
            "--seed", "1", "--generation-database", "none", "--suppress-health-check", "all", "--no-color",
            *options,
        ]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"status":5' not in (folder / "log").read_text()
    return done.stdout
