"""One attempt to deliver one message."""

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import httpx
import msgspec

from ordertrail import __version__
from ordertrail.errors import InvalidInput
from ordertrail.web.webhooks.addresses import checked_url, reached

TIMEOUT = httpx.Timeout(10, connect=5)
"""Seconds that a receiver may take to answer; what it does with a message it does afterwards."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an attempt: the status that the receiver answered, or why there was none."""

    milliseconds: int
    status: int | None = None
    error: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def said(self) -> str:
        """In words."""
        return self.error or f"answered {self.status}"


class Sender:
    """Sends messages, to public addresses and to the `networks` that are allowed."""

    def __init__(self, networks: Sequence[str] = ()) -> None:
        # No proxy from the environment: through one, our look at the address would be worth nothing.
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)
        self._networks = networks

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send one message. The answer's body is not read."""
        began = time.perf_counter()
        status, error = None, None
        try:
            status = self._status(checked_url(url), headers, body)
        except InvalidInput as refused:
            error = str(refused)
        except (httpx.HTTPError, httpx.InvalidURL) as failed:
            error = type(failed).__name__  # its message may hold the address
        return Outcome(milliseconds=round((time.perf_counter() - began) * 1000), status=status, error=error)

    def _status(self, url: httpx.URL, headers: Mapping[str, str], body: bytes) -> int:
        host = url.raw_host.decode()
        request = self._client.build_request(
            "POST",
            url.copy_with(host=reached(url, self._networks)),
            headers={"host": url.netloc.decode(), "user-agent": f"ordertrail/{__version__}", **headers},
            content=body,
            extensions={"sni_hostname": host},
        )
        answer = self._client.send(request, stream=True)
        answer.close()
        return answer.status_code

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
