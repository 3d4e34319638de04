"""The service held to its own description, by requests that Schemathesis makes of it: right ones, and wrong ones."""

import re
import subprocess
import sys
from pathlib import Path

from ordertrail import OrderTrail
from ordertrail.web.auth.tokens import create_token
from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_serving import served

# An order that fits its description can still be refused, for reasons that no schema says. What OPTIONS allows is
# Litestar's to say, which does so for each handler.
LEFT_OUT = "positive_data_acceptance,allow_header_conformance"


def test_no_request_finds_an_answer_that_is_not_described(sqlite_url: str, tmp_path: Path) -> None:
    with served(sqlite_url, tmp_path / "log") as (client, _):
        with OrderTrail.open(sqlite_url) as trail:
            _, token = create_token(trail, "Tester", "admin", by="test")
        Api(client, token).place(small())
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{client.base_url}/v1/openapi/openapi.json",
            "--header", f"Authorization: Bearer {token}", "--exclude-checks", LEFT_OUT,
            "--exclude-operation-id", "stream_activities",  # it never ends
            "--exclude-operation-id", "revoke_token",  # it finds its own token, and is out
            "--phases", "coverage,fuzzing", "--max-examples", "3", "--seed", "1", "--generation-database", "none",
            "--suppress-health-check", "all", "--no-color",
        ]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    tested = re.search(r"Tested: ([0-9]+)", done.stdout)
    assert tested is not None
    assert int(tested[1]) > 129
    assert '"status":5' not in (tmp_path / "log").read_text()
