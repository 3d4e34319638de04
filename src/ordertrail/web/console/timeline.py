"""An order's notes as they are shown: by day, what is minor folded, each change with its values. Pure."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from string import Formatter
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from ordertrail.notes.events import BUILT_IN, Category
from ordertrail.notes.model import NoteType, OrderActivity, OrderNote, Visibility
from ordertrail.notes.personal import Change, Json
from ordertrail.notes.reading import searched
from ordertrail.orders.money import MINOR_UNITS, is_plain
from ordertrail.orders.telling import own_words, worth_a_line
from ordertrail.web.console.marking import Sought, marked, places
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.values import place_in_words, value_in_words

FEWEST = 3
"""So many minor entries one after another are folded into one line."""

LONG = 3000
"""Bytes of a note's title and text that a page of many notes shows, where there is room for that."""

ROOM = 22_000
"""Bytes that the titles and texts of such a page take together, so that it stays as light however much somebody
wrote."""

TOOLS = 300
"""Bytes of that room which are taken by what may be done with a note that somebody wrote."""

AROUND = 40
"""Characters of the record that are shown before and behind what was found there."""

LONGEST_VALUE = 200
"""Characters of a value that changed, among many."""

NONE: Mapping[str, str] = MappingProxyType({})

_WEIGHTY = frozenset({Category.PAYMENT, Category.RETURN, Category.SYSTEM})
"""What is never minor: money, what comes back, what concerns the record itself."""


class Difference(NamedTuple):
    """One place of the order, as it was and as it is."""

    place: str
    before: str
    after: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A note with what is shown of it. `text` is what somebody wrote, or its beginning, where `whole` says how many
    characters it has; `differences` is what is worth a line, `all` is every change that the entry holds, but ids
    of orders. What was looked for and is in none of what is shown may be in one of all changes, or in the record, from
    where `found_in` is a line."""

    note: OrderNote
    sentence: str
    text: str
    icon: str
    differences: tuple[Difference, ...] = ()
    all: tuple[Difference, ...] = ()
    minor: bool = False
    whole: int = 0
    found_in_all: bool = False
    found_in: str = ""

    @property
    def custom(self) -> bool:
        """Whether a person wrote it."""
        return self.note.type is NoteType.CUSTOM

    @property
    def headline(self) -> str:
        """What it says in one line: of a note without a title the beginning of its text."""
        return self.sentence or _short(" ".join(self.text.split()))


class Fold(msgspec.Struct, frozen=True):
    """Minor entries that follow one another."""

    rows: tuple[Row, ...]


class Day(msgspec.Struct, frozen=True):
    """What happened on one day where the reader is."""

    at: datetime
    items: tuple[Row | Fold, ...]


def is_among_colleagues(note: OrderNote) -> bool:
    """Whether a note is nothing that the customer is given on paper."""
    if note.type is NoteType.CUSTOM:
        return note.visibility is not Visibility.CUSTOMER
    known = BUILT_IN.get(note.event_type or "")
    return known is not None and known.among_colleagues


def days(
    notes: Iterable[OrderNote],
    reader: Reader,
    currency: str = "",
    *,
    products: Mapping[str, str] = NONE,
    fold: bool = True,
    text: Sought = "",
) -> list[Day]:
    """`notes`, in the order in which they come, by day; without `fold` each by itself, as where they were searched,
    for a `text` perhaps."""
    rows = in_room([row_of(note, reader, currency, products=products) for note in notes], text)
    return by_day(rows, reader, fold=fold)


def by_day(rows: Iterable[Row], reader: Reader, *, fold: bool = False) -> list[Day]:
    """The rows by day, in the order in which they come."""
    found: list[tuple[datetime, list[Row]]] = []
    for row in rows:
        at = reader.local(row.note.created)
        if not found or found[-1][0].date() != at.date():
            found.append((at, []))
        found[-1][1].append(row)
    return [Day(at, tuple(_folded(rows) if fold else rows)) for at, rows in found]


def in_room(rows: Sequence[Row], found: Sought = "") -> list[Row]:
    """The rows of one page, of long texts and values the beginning. What was `found` in them is marked, and takes
    room."""
    room = ROOM - TOOLS * sum(row.custom for row in rows)
    longest = _longest(room, [_weight(row.sentence, found) + _weight(row.text[:LONG], found) for row in rows])
    return [with_hit(_beginning(row, longest, found), found) for row in rows]


def with_hit(row: Row, found: Sought, *, brief: bool = False) -> Row:
    """The row, with where it has what was `found`, if that is in nothing that is shown of it: of a `brief` one its
    headline is."""
    if not found:
        return row
    shown = [row.headline] if brief else [row.sentence, row.text, *_pieces(row.differences)]
    if any(_has(one, found) for one in shown):
        return row
    if not brief and any(_has(one, found) for one in _pieces(row.all)):
        return msgspec.structs.replace(row, found_in_all=True)
    line = next((line for line in _lines(row.note) if _has(line, found)), "")
    return msgspec.structs.replace(row, found_in=_around(line, found))


def _pieces(differences: Iterable[Difference]) -> Iterator[str]:
    return (piece for one in differences for piece in one)


def _has(text: str, found: Sought) -> bool:
    return any(places(text, found))


def _lines(note: OrderNote) -> Iterator[str]:
    """What is searched of a note, line by line: the record's own words."""
    yield from (line for text in searched(note) for line in text.splitlines())
    if isinstance(note, OrderActivity):  # an edit, in the log of all orders
        yield from (line for name in ("title", "detail") for line in str(note.data.get(name, "")).splitlines())


def _around(line: str, found: Sought) -> str:
    """What stands around what was found in a line."""
    at, end = next(places(line, found), (0, 0))
    first, last = max(0, at - AROUND), end + AROUND
    return ("… " if first else "") + line[first:last] + (" …" if last < len(line) else "")


def _weight(text: str, found: Sought) -> int:
    """The bytes that a text takes on the page: a quote takes five, a face four, a mark thirteen."""
    return len(marked(text, found).encode())


def _longest(room: int, weights: Iterable[int]) -> int:
    """The most that each of several may take so that there is room for all: what the lighter ones leave is shared by
    the others."""
    ascending = sorted(min(weight, LONG) for weight in weights)
    for lighter, weight in enumerate(ascending):
        fair = room // (len(ascending) - lighter)
        if weight > fair:
            return fair
        room -= weight
    return LONG


def _beginning(row: Row, longest: int, found: Sought) -> Row:
    sentence = _begun(row.sentence, longest // 2, found)
    text = _begun(row.text, longest - _weight(sentence, found), found)
    return msgspec.structs.replace(
        row,
        sentence=sentence,
        text=text,
        whole=len(row.text) if text != row.text else 0,
        differences=tuple(map(_shortened, row.differences)),
        all=tuple(map(_shortened, row.all)),
    )


def _begun(text: str, longest: int, found: Sought) -> str:
    """A text, or as much of its beginning as weighs no more."""
    shown = text[: max(longest, 0)]
    shown = shown[: bisect_right(range(len(shown)), longest, key=lambda last: _weight(shown[: last + 1], found))]
    return text if shown == text else f"{shown} …"


def _shortened(one: Difference) -> Difference:
    return Difference(one.place, _short(one.before), _short(one.after))


def _short(value: str) -> str:
    return f"{value[:LONGEST_VALUE]} …" if len(value) > LONGEST_VALUE else value


def _folded(rows: Sequence[Row]) -> Iterator[Row | Fold]:
    run: list[Row] = []
    for row in (*rows, None):
        if row is not None and row.minor:
            run.append(row)
            continue
        if len(run) >= FEWEST:
            yield Fold(tuple(run))
        else:
            yield from run
        run = []
        if row is not None:
            yield row


def row_of(
    note: OrderNote,
    reader: Reader,
    currency: str = "",
    *,
    products: Mapping[str, str] = NONE,
    reasons: bool = True,
) -> Row:
    """What is shown of a note of an order in that currency, with `products` by the keys of line items; without
    `reasons` not why somebody did something, which is said among colleagues."""
    known = BUILT_IN.get(note.event_type or "")
    icon = known.icon if known else "circle"
    if not isinstance(note, OrderActivity):
        return Row(note=note, sentence=reader.marks(note.title), text=reader.marks(note.detail), icon="message-square")
    return Row(
        note=note,
        sentence=sentence(note.event_type or "", note.title, reader, reasons=reasons),
        text=reader.marks(own_words(note, reader.say)) if reasons else "",
        icon=icon,
        differences=_differences(worth_a_line(note), reader, currency, products),
        all=_differences(note.changes, reader, currency, products),
        minor=_is_minor(note),
    )


def _is_minor(note: OrderActivity) -> bool:
    """Whether nothing of weight hangs on it: neither a status nor money is another, and nobody wrote a word."""
    heavy = note.category in _WEIGHTY or note.from_status != note.to_status or note.to_status is not None
    return not heavy and not own_words(note) and not any(place.startswith("/totals/") for place, _, _ in note.changes)


_FOR_PROGRAMS = re.compile(r"/id|/exchange_for|/replaces|(?:/returns/[^/]+)?/exchange_order")
"""Where the document has the id of an order: people know it by its number, which the order's page says."""


def _differences(
    changes: Iterable[Change], reader: Reader, currency: str, products: Mapping[str, str]
) -> tuple[Difference, ...]:
    shown = (change for change in changes if not _FOR_PROGRAMS.fullmatch(change[0]))
    return tuple(_difference(*change, reader, currency, products) for change in shown)


def _difference(
    place: str, before: Json, after: Json, reader: Reader, currency: str, products: Mapping[str, str]
) -> Difference:
    said = [value_in_words(place, value, reader, currency) for value in (before, after)]
    return Difference(place_in_words(place, reader, products), *said)


def sentence(event_type: str, title: str, reader: Reader, *, reasons: bool = True) -> str:
    """What an entry says, in the reader's language.

    The record holds it in English: where that is the sentence of the event type, the same is said with the other
    language's sentence; what somebody titled otherwise stays as it is.
    """
    known = BUILT_IN.get(event_type)
    found = None if known is None else _pattern(known.sentence).fullmatch(title)
    if known is None or found is None:
        return title
    said = reader.say(known.sentence).replace(AMOUNT, "{amount}")
    labels = {name[1:]: text for name, text in found.groupdict().items()}
    if "currency" in labels:
        labels["amount"] = f"{labels['amount']} {labels['currency']}"
    return (said if reasons else said.removesuffix(REASON)).format_map(_translated(labels, reader))


AMOUNT = "{amount} {currency}"
"""How a sentence names an amount: it reads as money does elsewhere on the page."""


REASON = ": {reason}"
"""How a sentence ends that says why."""


def _translated(labels: Mapping[str, str], reader: Reader) -> Mapping[str, str]:
    """What is filled in: what the record itself says is translated, all else stays as somebody named it."""
    return {name: _OWN.get(name, _as_it_is)(reader, text) for name, text in labels.items()}


def _as_it_is(_: Reader, text: str) -> str:
    return text


def _amount(reader: Reader, text: str) -> str:
    """An amount as the record names one: with its currency, or a percentage."""
    amount, _, currency = text.partition(" ")
    return reader.money(amount, currency) if is_plain(amount) and currency in MINOR_UNITS else reader.typed_number(text)


_OWN: Mapping[str, Callable[[Reader, str], str]] = {
    "amount": _amount,
    "quantity": Reader.typed_number,
    **dict.fromkeys(("done", "method", "reason", "status", "transaction_type"), Reader.name),
    "target": Reader.reason,
}
"""The labels that hold words or numbers of the record, by what says them: numbers, names, parts of the order."""


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    """What a sentence looks like that was filled in."""
    pieces = []
    for text, name, _, _ in Formatter().parse(template):
        # A label may be called as a keyword is, which no group may. The first ones are the shortest: ids and amounts
        # come before what has several words.
        pieces.append(re.escape(text) + (f"(?P<_{name}>.*?)" if name else ""))
    return re.compile("".join(pieces), re.DOTALL)
