"""What a list or a history holds, to take along: CSV that no spreadsheet runs, or a JSON array.

It is read page by page while it is sent, however much it is; who took it along is recorded as any look is.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeVar

import msgspec
from litestar import get
from litestar.response import Stream

from ordertrail.notes.model import OrderNote
from ordertrail.reading import Page
from ordertrail.web.api.answers import listed
from ordertrail.web.asking import SEES_ORDERS, AnyRequest, AtSite, Trail, showing
from ordertrail.web.console.finding import wanted_of
from ordertrail.web.console.order import Number, seq_of
from ordertrail.web.console.orders import asked_for, search_of
from ordertrail.web.console.pages import view_of

AT_ONCE = 500

Item = TypeVar("Item")

_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""

_ORDER = (
    "number", "status", "channel", "market", "customer_id", "customer_name", "customer_email", "currency", "total",
    "balance", "placed", "held_since", "last_activity",
)  # fmt: skip
_NOTE = ("seq", "created", "recorded", "type", "event_type", "visibility", "actor", "channel", "title", "detail")


@get("/orders.csv", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def orders_csv(trail: Trail, site: AtSite, request: AnyRequest) -> Stream:
    """The orders that a search finds, all of them."""
    return _sent(_csv(_ORDER, _orders(trail, site, request)), "text/csv", "orders.csv")


@get("/orders.json", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def orders_json(trail: Trail, site: AtSite, request: AnyRequest) -> Stream:
    """The same, as one array."""
    return _sent(_array(_orders(trail, site, request)), "application/json", "orders.json")


@get(
    "/orders/{number:str}/notes.csv",
    permissions=SEES_ORDERS,
    shows_personal=True,
    include_in_schema=False,
    sync_to_thread=True,
)
def notes_csv(trail: Trail, site: AtSite, request: AnyRequest, number: Number) -> Stream:
    """The notes of an order that are looked for, oldest first."""
    notes = _notes(trail, site, request, number)
    rows = ({**msgspec.to_builtins(note), "actor": note.actor.label or note.actor.id} for note in notes)
    return _sent(_csv(_NOTE, rows), "text/csv", f"{number}.csv")


@get(
    "/orders/{number:str}/notes.json",
    permissions=SEES_ORDERS,
    shows_personal=True,
    include_in_schema=False,
    sync_to_thread=True,
)
def notes_json(trail: Trail, site: AtSite, request: AnyRequest, number: Number) -> Stream:
    """The same, as one array."""
    rows = map(msgspec.to_builtins, _notes(trail, site, request, number))
    return _sent(_array(rows), "application/json", f"{number}.json")


def _notes(trail: Trail, site: AtSite, request: AnyRequest, number: str) -> Iterator[OrderNote]:
    view, wanted = view_of(request, trail, site), wanted_of(request)
    order = trail.order(number=number)
    showing(request, [order.id])
    asked = {**wanted.asked(trail, view, order.id), "as_of": seq_of(wanted.as_of) if wanted.as_of else None}

    def read(after: str | None) -> Page[OrderNote]:
        return trail.order_notes(order.id, **{**asked, "after": after}, limit=AT_ONCE)

    return _all(read)


def _orders(trail: Trail, site: AtSite, request: AnyRequest) -> Iterator[Mapping[str, Any]]:
    view = view_of(request, trail, site)
    search = search_of(request)
    asked = asked_for(trail, view, search)
    shown: list[str] = []
    request.scope["state"]["showing"] = shown

    def read(after: str | None) -> Page[Any]:
        return trail.orders(**asked, sort=search.sort or None, after=after, limit=AT_ONCE)

    found = _all(read)  # what is asked for wrongly is refused here, before anything is sent

    def rows() -> Iterator[Mapping[str, Any]]:
        for order in found:
            shown.append(order.id)
            yield msgspec.to_builtins(listed(order, view.who))

    return rows()


def _all(read: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """What all pages hold: the first is read at once, each other when it is gone on to."""
    first = read(None)

    def rest(page: Page[Item]) -> Iterator[Item]:
        while page.next is not None:
            page = read(page.next)
            yield from page

    return chain(first, rest(first))


def _csv(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    columns = tuple(columns)
    yield b"\xef\xbb\xbf" + _line(columns)  # so that spreadsheets read UTF-8
    for row in rows:
        yield _line(safe(row[name]) for name in columns)


def safe(value: Any) -> str:
    """A value as a cell that stays a text, whatever it begins with."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RUNS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def _line(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()


def _array(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """One JSON value in which each row is a line, sent while it is read."""
    between = b"[\n"
    for row in rows:
        yield between + msgspec.json.encode(row)
        between = b",\n"
    yield b"[]\n" if between == b"[\n" else b"\n]\n"


def _sent(content: Iterator[bytes], media_type: str, name: str) -> Stream:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(content, media_type=media_type, headers=headers)
