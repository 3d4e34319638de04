"""The client: each route of the HTTP API as a method."""

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from ordertrail.answers import (
    Availability,
    EventTypeFacts,
    Feed,
    Listed,
    NotePage,
    OperationFacts,
    OrderPage,
    Outcome,
    Recorded,
)
from ordertrail.client.answers import note
from ordertrail.client.operations import ClientOperations
from ordertrail.client.sending import send
from ordertrail.client.service import ClientOfService, part
from ordertrail.notes.model import NoteRevision, OrderNote
from ordertrail.orders.operations.inputs import NewOrder
from ordertrail.reading import PlacedNote


class Client(ClientOperations, ClientOfService):
    """A shop behind an HTTP API, for whom a token names.

    Every method raises the errors that the Python API raises, by the problem's type; Problem for one that the library
    does not know, ConnectionLost where nobody answered. What could not be answered is sent up to `attempts` times: what
    writes has an idempotency key, drawn here if none is given, so it is done once. `on_behalf_of` is the id of a person
    for whom the program acts: both are recorded.
    """

    def __init__(
        self, url: str, *, token: str, on_behalf_of: str | None = None, attempts: int = 4, timeout: float = 30.0
    ) -> None:
        if attempts < 1:
            raise ValueError(f"attempts is {attempts}: give 1 or more")
        self._attempts = attempts
        headers = {"Authorization": f"Bearer {token}"}
        if on_behalf_of is not None:
            headers["On-Behalf-Of"] = on_behalf_of
        # With the slash, a path behind which the service stands is kept.
        self._http = httpx.Client(base_url=url.rstrip("/") + "/v1/", headers=headers, timeout=timeout)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def place_order(self, new: NewOrder | Mapping[str, Any], *, idempotency_key: str | None = None) -> Recorded:
        """Place an order."""
        return self._recorded(self._write("POST", "orders", new, None, idempotency_key))

    def perform(
        self,
        order_id: str,
        operation: str,
        arguments: Mapping[str, Any],
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Recorded:
        """Perform an operation by its name. With `expected_version`, OrderChanged if the order changed since."""
        path = f"orders/{part(order_id)}/operations/{part(operation)}"
        return self._recorded(self._write("POST", path, arguments, expected_version, idempotency_key))

    def order(self, order_id: str, *, as_of: str | int | None = None) -> Recorded:
        """An order as it stands, or as it stood at a time (as ISO 8601 writes it) or after an entry (its seq)."""
        return self._recorded(self._read(f"orders/{part(order_id)}", {"as_of": as_of}))

    def legal_operations(self, order_id: str) -> list[Availability]:
        """Every operation on an order: whether it is legal now, with its arguments; else why not."""
        answer = self._read(f"orders/{part(order_id)}/operations", {})
        return msgspec.json.decode(answer.content, type=list[Availability])

    def perform_on_many(
        self,
        operation: str,
        orders: Sequence[str],
        arguments: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> list[Outcome]:
        """Perform an operation on up to 500 orders, each by itself: what became of each."""
        body = {"orders": list(orders), "arguments": arguments or {}}
        answer = self._write("POST", f"operations/{part(operation)}", body, None, idempotency_key)
        return msgspec.json.decode(answer.content, type=list[Outcome])

    def operations(self) -> list[OperationFacts]:
        """The operations that there are."""
        return msgspec.json.decode(self._read("operations", {}).content, type=list[OperationFacts])

    def event_types(self) -> list[EventTypeFacts]:
        """The event types that there are, the shop's own among them."""
        return msgspec.json.decode(self._read("event-types", {}).content, type=list[EventTypeFacts])

    def order_page(self, **filters: Any) -> OrderPage:
        """A page of orders; `filters` are what `POST /v1/orders/search` takes, so that none stands in a URL."""
        given = {name: value for name, value in filters.items() if value is not None}
        answer = self._write("POST", "orders/search", given, None, None)
        return msgspec.json.decode(answer.content, type=OrderPage)

    def orders(self, **filters: Any) -> Iterator[Listed]:
        """Orders, the last placed first, page by page as they are asked for."""
        after = filters.pop("after", None)
        while True:
            page = self.order_page(after=after, **filters)
            yield from page.items
            after = page.next
            if after is None:
                return

    def note_page(self, order_id: str, **filters: Any) -> NotePage:
        """A page of an order's notes; `filters` are the parameters of `GET /v1/orders/{id}/notes`."""
        found = self._read(f"orders/{part(order_id)}/notes", filters).json()
        return NotePage(items=[note(one) for one in found["items"]], next=found["next"])

    def order_note(self, order_id: str, seq: int) -> OrderNote:
        """One note of an order."""
        return note(self._read(f"orders/{part(order_id)}/notes/{seq}", {}).json())

    def note_revisions(self, order_id: str, seq: int) -> list[NoteRevision]:
        """All texts that a note had, the first one first."""
        answer = self._read(f"orders/{part(order_id)}/notes/{seq}/revisions", {})
        return msgspec.json.decode(answer.content, type=list[NoteRevision])

    def order_notes(self, order_id: str, **filters: Any) -> Iterator[OrderNote]:
        """An order's notes of both kinds, oldest first, page by page as they are asked for."""
        after = filters.pop("after", None)
        while True:
            page = self.note_page(order_id, after=after, **filters)
            yield from page.items
            after = page.next
            if after is None:
                return

    def feed(self, *, after: str | None = None, limit: int = 100, **filters: Any) -> Feed:
        """A page of the feed of all entries of all orders; filters are those of `OrderTrail.activities`. Keep its
        `next`."""
        found = self._read("activities", {"after": after, "limit": limit, **filters}).json()
        items = [PlacedNote(position=one["position"], note=note(one["note"])) for one in found["items"]]
        return Feed(items=items, next=found["next"])

    def activities(self, *, after: str | None = None, limit: int = 100, **filters: Any) -> Iterator[PlacedNote]:
        """All entries of all orders from `after` on, the first one first, until there is none yet; or as `filters`
        say, which are those of `OrderTrail.activities`."""
        while True:
            page = self.feed(after=after, limit=limit, **filters)
            yield from page.items
            # A page of what fits can be empty, and others follow.
            if page.next in (None, after):
                return
            after = page.next

    def _read(self, path: str, params: Mapping[str, Any]) -> httpx.Response:
        given = {name: _parameter(value) for name, value in params.items() if value is not None}
        return send(self._http, "GET", path, attempts=self._attempts, params=given)

    def _write(self, method: str, path: str, body: Any, expected: int | None, key: str | None) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4()) if key is None else key, "Content-Type": "application/json"}
        if expected is not None:
            headers["If-Match"] = f'"{expected}"'
        content = msgspec.json.encode(body)
        return send(self._http, method, path, attempts=self._attempts, headers=headers, content=content)

    def _recorded(self, answer: httpx.Response) -> Recorded:
        return msgspec.json.decode(answer.content, type=Recorded)


def _parameter(value: Any) -> Any:
    """A parameter as text; a sequence gives it several times."""
    plain = msgspec.to_builtins(value)
    return [str(one) for one in plain] if isinstance(plain, list | tuple) else plain
