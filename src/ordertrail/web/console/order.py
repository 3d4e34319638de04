"""The order page: the order, what may be done with it where it stands, and its notes on the same page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from ordertrail.errors import InvalidInput, OrderTrailError, UnknownNote, UnknownOrder
from ordertrail.notes.model import NoteType, OrderActivity, OrderNote
from ordertrail.orders.changes import as_json
from ordertrail.orders.model import Order, canonical, decode_order, natural
from ordertrail.orders.operations import OPERATIONS
from ordertrail.reading import Page, RecordedOrder
from ordertrail.reading.notes import hold_notes, pinned_notes
from ordertrail.trail import OrderTrail
from ordertrail.web.api.answers import impersonal
from ordertrail.web.asking import SEES_ORDERS, SEES_PERSONAL, AnyRequest, AtSite, Trail, showing
from ordertrail.web.console.asked import entry_of
from ordertrail.web.console.finding import Fault, Wanted, at_fault, choices, nobody_called, wanted_of
from ordertrail.web.console.keys import new_key
from ordertrail.web.console.marking import Sought
from ordertrail.web.console.noticing import Noticing
from ordertrail.web.console.offering import Offer, Offers, next_step, offers
from ordertrail.web.console.pages import View, page, redirect, view_of
from ordertrail.web.console.timeline import Row, by_day, days, is_among_colleagues, row_of
from ordertrail.web.console.values import products_of

NOTES = 50
"""How many notes a page shows."""

PINNED = 5
"""How many pinned notes stand at the head of them at most."""

ON_PAPER = 1000
"""How many entries one part of what is printed has at most."""

CONTEXT = 6
"""How many entries stand above one that was jumped to."""

Number = FromPath[str]


@get("/orders/{number:str}", permissions=SEES_ORDERS, shows_personal=True, include_in_schema=False, sync_to_thread=True)
def show_order(trail: Trail, site: AtSite, noticing: Noticing, request: AnyRequest, number: Number) -> Response[Any]:
    """The order page."""
    view = view_of(request, trail, site)
    as_of = str(request.query_params.get("as_of", ""))
    size = trail.log_size()  # first: what comes between is told by the stream, and not missed
    order = trail.order(number=number)
    showing(request, [order.id])
    past = None if not as_of else trail.order(order.id, as_of=seq_of(as_of))
    offered = offers(order.document, view.who)
    return page(
        noticing.told(view),
        "order.html",
        **facts(order if past is None else past, view),
        latest=order,
        past=past,
        changed=frozenset() if past is None else differing(past.document, order.document),
        offered=offered,
        next_step=next_step(order.document, offered),
        done=_done(trail, view, order, offered, str(request.query_params.get("done", ""))),
        key=new_key(),
        after=str(size - 1) if size else None,
        numbers=numbers_of(
            trail,
            (
                order.document.exchange_for,
                order.document.replaces,
                *(one.exchange_order for one in order.document.returns.values()),
            ),
        ),
        held=_held(trail, view, order if past is None else past),
        notes=notes_shown(trail, view, order, wanted_of(request)),
        pinned=_pinned(trail, view, order if past is None else past),
    )


@get("/orders/{number:str}/jump", permissions=SEES_ORDERS, include_in_schema=False, sync_to_thread=True)
def jump(trail: Trail, site: AtSite, request: AnyRequest, number: Number) -> Response[Any]:
    """To an entry, or to the first one of a day, in its context: as the notes are sorted where somebody jumps."""
    view, asked = view_of(request, trail, site), request.query_params
    order = trail.order(number=number)
    as_of, oldest = str(asked.get("as_of", "")), str(asked.get("oldest", ""))
    last = min(order.version, seq_of(as_of) if as_of else order.version)
    seq, day = str(asked.get("seq", "")).strip().removeprefix("#"), str(asked.get("day", "")).strip()
    if not (seq or day):
        stays = {name: str(asked.get(name, "")) for name in ("after", "before")}
        return redirect(view, f"/orders/{number}", to="notes", as_of=as_of, oldest=oldest, **stays)
    place = _meant(trail, view, order, seq, day, last)
    # Some that come before it stand above it.
    after = max(place - CONTEXT - 1, 0) if oldest else place + CONTEXT + 1
    return redirect(view, f"/orders/{number}", to=f"e-{place}", as_of=as_of, oldest=oldest, after=str(after))


def _meant(trail: OrderTrail, view: View, order: RecordedOrder, seq: str, day: str, last: int) -> int:
    """The entry that is jumped to. Raises UnknownNote and InvalidInput."""
    if not seq:
        since = view.reader.beginning(day)
        later = trail.order_notes(order.id, since=since, as_of=last, limit=1, personal=view.may(SEES_PERSONAL))
        return later.items[0].seq if later.items else last
    found = seq_of(seq)
    if not 1 <= found <= last:
        raise UnknownNote(f"this order has no entry {found}: give one from 1 to {last}")
    return found


@get("/orders/by-id/{order_id:str}", permissions=SEES_ORDERS, include_in_schema=False, sync_to_thread=True)
def by_id(trail: Trail, site: AtSite, request: AnyRequest, order_id: FromPath[str]) -> Response[Any]:
    """An order's page by its id, as other records name it."""
    return redirect(view_of(request, trail, site), f"/orders/{trail.order(order_id).number}")


@get(
    "/orders/{number:str}/print",
    permissions=SEES_ORDERS,
    shows_personal=True,
    include_in_schema=False,
    sync_to_thread=True,
)
def show_print(trail: Trail, site: AtSite, request: AnyRequest, number: Number) -> Response[Any]:
    """The order and a part of its history for paper; what colleagues say among themselves only where that is asked
    for."""
    view, internal = view_of(request, trail, site), bool(request.query_params.get("internal"))
    order = trail.order(number=number)
    showing(request, [order.id])
    after = str(request.query_params.get("after", "")) or None
    found = trail.order_notes(order.id, after=after, limit=ON_PAPER, personal=view.may(SEES_PERSONAL))
    first, last = (found.items[0].seq, found.items[-1].seq) if found.items else (order.version + 1, 0)
    kept = [note for note in found if internal or not is_among_colleagues(note)]
    products = products_of(order.document)
    rows = (
        row_of(
            note,
            view.reader,
            order.currency,
            products=products,
            reasons=internal or note.type is NoteType.CUSTOM,
        )
        for note in kept
    )
    return page(
        view,
        "print.html",
        **facts(order, view),
        days=by_day(rows, view.reader),
        internal=internal,
        left_out=len(found) - len(kept),
        total=order.version,
        first=first,
        last=last,
        before=max(first - 1 - ON_PAPER, 0) or None,
        next=found.next,
    )


def numbers_of(trail: OrderTrail, order_ids: Iterable[str | None]) -> dict[str, str]:
    """The numbers of orders by their ids; of one that the record has lost, which is for `verify` to say, its id."""
    found = {}
    for order_id in dict.fromkeys(filter(None, order_ids)):
        try:
            found[order_id] = trail.order(order_id).number
        except UnknownOrder:
            found[order_id] = order_id
    return found


def _held(trail: OrderTrail, view: View, order: RecordedOrder) -> dict[str, OrderNote]:
    """The entries by which holds began that last, by hold or shipment, as far as the record has them: a shipment that
    was split off from another was held with it. Who held is called as they were then."""
    document = order.document
    waiting = {f"shipment/{key}" for key, one in document.shipments.items() if one.hold_reason}
    waiting |= {f"hold/{key}" for key in document.holds}
    if not waiting:
        return {}
    try:
        with trail.store.reading() as transaction:
            notes = hold_notes(
                transaction, trail.store.tables, order.id, up_to=order.version, personal=view.may(SEES_PERSONAL)
            )
    except OrderTrailError:  # entries that cannot be read leave the order usable
        return {}
    found: dict[str, OrderNote] = {}
    for note in notes:
        hold = note.data.get("hold") if isinstance(note, OrderActivity) else None
        about = note.subject or f"hold/{hold}"
        if about in waiting:
            found.setdefault(about, note)
    return found


def facts(order: RecordedOrder, view: View) -> dict[str, Any]:
    """The order as the reader may see it, and what is said of it."""
    document = order.document if view.may(SEES_PERSONAL) else impersonal(order.document)
    return {"order": decode_order(view.reader.marks(canonical(document).decode())), "natural": natural}


def seq_of(text: str) -> int:
    """The entry that a text names. Raises InvalidInput."""
    entry = entry_of(text)
    if entry is None:
        raise InvalidInput(f"{text[:50]!r} is no entry: give the number of one")
    return entry


def differing(before: Order, after: Order) -> frozenset[str]:
    """The places at the top of the document, and the parts in it, that are not the same in both."""
    found = set()
    old, new = as_json(before), as_json(after)
    for name in old.keys() | new.keys():
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        found.add(name)
        if isinstance(was, Mapping) or isinstance(now, Mapping):
            was, now = was or {}, now or {}
            found |= {f"{name}/{key}" for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
    return frozenset(found)


# What was just done


def done_mark(before: RecordedOrder, done: RecordedOrder, mark: str) -> str:
    """How an address says what was just done: by its last entry, by the mark of the form, and whether it was there
    before the form came, as that was sent again."""
    return f"{done.version}.{mark}" + (AGAIN if is_there_before(before, done) else "")


AGAIN = ".again"


def is_there_before(before: RecordedOrder, done: RecordedOrder) -> bool:
    """Whether what was done had been done before: nothing was recorded then."""
    return done.version <= before.version


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was just recorded, or `again` asked for; how to undo it, where that is possible now, and the pick list that
    it was put on; and the mark of the form that asked for it."""

    row: Any
    mark: str = ""
    again: bool = False
    undo: Offer | None = None
    pick_list: str = ""


def _done(trail: OrderTrail, view: View, order: RecordedOrder, offered: Offers, done: str) -> Done | None:
    seq, _, mark = done.removesuffix(AGAIN).partition(".")
    entry = entry_of(seq)
    if entry is None:
        return None
    try:
        note = trail.order_note(order.id, entry, personal=view.may(SEES_PERSONAL))
    except UnknownNote:
        return None
    return Done(
        row=row_of(note, view.reader),
        mark=mark,
        again=done.endswith(AGAIN),
        undo=_undo(note, offered),
        pick_list=_pick_list(note, order),
    )


def _pick_list(note: OrderNote, order: RecordedOrder) -> str:
    """The pick list on which the shipment is that an entry says was put on one."""
    shipment = order.shipments.get((note.subject or "").removeprefix("shipment/"))
    return (shipment.pick_list or "") if shipment and note.event_type == "ShipmentPacking" else ""


def _undo(note: OrderNote, offered: Offers) -> Offer | None:
    if not isinstance(note, OrderActivity):
        return None
    done = OPERATIONS.get(note.operation)
    if done is None or done.undone_by is None:
        return None
    if done.edits and any(before is not None for _, before, _ in note.changes):
        return None  # what takes it away again does not bring back what was there before
    about = note.subject or "order"
    places = (about, about.partition("/")[0], "order", "promotion")
    there = (one for place in places for one in offered.at.get(place, ()))
    return next((one for one in there if one.operation.name == done.undone_by), None)


# Notes


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the notes, by day, with the seqs of the `first` and the `last` of them, and whether others come before
    it; or why there is none: `failed` where they cannot be read, `wrong` where the filter is, and which filters are at
    `fault` where nothing fits."""

    days: list[Any]
    wanted: Wanted
    sought: Sought
    count: int
    total: int
    first: int
    next: str | None
    back: bool
    newest: int
    failed: str = ""
    wrong: str = ""
    fault: Fault = Fault()
    choices: Mapping[str, Any]

    @property
    def place(self) -> int:
        """Which of all notes the first one is, as they are sorted: as they are numbered one after the other."""
        return self.first if self.wanted.oldest else self.total - self.first + 1


class Pinned(NamedTuple):
    """The notes that are pinned, as far as they are shown at the head of all, and how many there are more."""

    rows: Sequence[Row] = ()
    more: int = 0


def _pinned(trail: OrderTrail, view: View, order: RecordedOrder) -> Pinned:
    try:
        with trail.store.reading() as transaction:
            notes, count = pinned_notes(
                transaction,
                trail.store.tables,
                order.id,
                up_to=order.version,
                limit=PINNED,
                personal=view.may(SEES_PERSONAL),
            )
    except OrderTrailError:  # entries that cannot be read leave the order usable
        return Pinned()
    return Pinned([row_of(note, view.reader) for note in notes], count - len(notes))


class Found(NamedTuple):
    """A page of the notes, and whether others come before it."""

    page: Page[OrderNote]
    back: bool = False


def notes_shown(trail: OrderTrail, view: View, order: RecordedOrder, wanted: Wanted) -> Shown:
    """The notes that are wanted. One that cannot be read leaves the order usable, and says so."""
    wrong, failed, fault, found = "", "", Fault(), Found(Page[OrderNote](()))
    try:
        found = _page(trail, view, order, wanted)
        if not (found.page.items or wanted.after):
            fault = at_fault(wanted, lambda one: bool(_page(trail, view, order, one, limit=1).page.items))
            fault = fault._replace(nobody=nobody_called(trail, view, wanted.actor, order.id))
    except UnknownOrder:
        raise
    except InvalidInput as error:
        wrong = str(error)
    except OrderTrailError as error:
        failed = str(error)
    notes, sought = found.page.items, wanted.sought(view.reader)
    return Shown(
        days=days(
            notes,
            view.reader,
            order.currency,
            products=products_of(order.document),
            fold=not wanted.filters,
            text=sought,
        ),
        wanted=wanted,
        sought=sought,
        count=len(notes),
        total=min(order.version, seq_of(wanted.as_of or str(order.version))),
        first=notes[0].seq if notes else 0,
        next=found.page.next,
        back=found.back,
        newest=order.version,
        failed=failed,
        wrong=wrong,
        fault=fault,
        choices=choices(trail),
    )


def _page(trail: OrderTrail, view: View, order: RecordedOrder, wanted: Wanted, limit: int = NOTES) -> Found:
    as_of, newest_first = seq_of(wanted.as_of) if wanted.as_of else None, not wanted.oldest
    asked = {**wanted.asked(trail, view, order.id), "as_of": as_of, "limit": limit}
    if wanted.before:
        # The page before one is read backwards from there.
        page = trail.order_notes(order.id, **{**asked, "after": wanted.before, "newest_first": not newest_first})
        if len(page) == limit:
            return Found(Page(page.items[::-1], str(page.items[0].seq)), back=page.next is not None)
        asked["after"] = None  # so few are the beginning of the first one
    page = trail.order_notes(order.id, **asked, newest_first=newest_first)
    ends = (as_of or order.version) if newest_first else 1
    at_the_end = not page.items or (page.items[0].seq == ends and not wanted.filters)
    return Found(page, back=asked["after"] is not None and not at_the_end)
