"""Sends requests, again where that is safe: reads, and writes under an idempotency key."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from ordertrail.client.problems import error_of
from ordertrail.errors import ConnectionLost

AGAIN = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""What says that the same request may be answered later."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 30.0
"""Seconds: doubled each time where the service does not say how long."""


def send(
    http: httpx.Client,
    method: str,
    path: str,
    *,
    attempts: int,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    params: Mapping[str, Any] | None = None,
) -> httpx.Response:
    """The answer, if it is a good one. Raises the error of its problem, or ConnectionLost."""
    request = http.build_request(method, path, headers=headers, content=content, params=params)
    for attempt in range(attempts):
        last = attempt == attempts - 1
        try:
            answer = http.send(request)
        except httpx.TransportError as error:
            if last:
                raise ConnectionLost(f"the service did not answer ({type(error).__name__}): try again") from error
            time.sleep(FIRST_PAUSE * 2**attempt)
            continue
        if answer.is_success:
            return answer
        if last or answer.status_code not in AGAIN:
            raise error_of(answer)
        time.sleep(_pause(answer, attempt))
    raise ValueError(f"attempts is {attempts}: give 1 or more")


def _pause(answer: httpx.Response, attempt: int) -> float:
    asked = answer.headers.get("retry-after", "")
    pause = float(asked) if asked.isascii() and asked.isdigit() else FIRST_PAUSE * 2**attempt
    return min(pause, LONGEST_PAUSE)
