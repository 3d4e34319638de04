"""The data set, read and checked as a whole: from a broken file nothing is planned, and so nothing written."""

import csv
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from zoneinfo import ZoneInfo

import msgspec

from ordertrail.errors import InvalidSource
from ordertrail.importers.olist.rows import FILES, Customer, Item, OrderRow, Payment, Product, Review, Row, Translation

ZONE = ZoneInfo("America/Sao_Paulo")
"""The zone of all times in the files. They name none, but their quiet hours and a gap in October are Sao Paulo's."""

YEARS = range(1970, 2200)

R = TypeVar("R", bound=Row)


class SourceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order with all that belongs to it: items and payments by their number, reviews by their time."""

    row: OrderRow
    customer: Customer
    items: tuple[Item, ...]
    payments: tuple[Payment, ...]
    reviews: tuple[Review, ...]

    @property
    def sellers(self) -> list[str]:
        """The sellers, in the order in which the items first name them."""
        return list(dict.fromkeys(item.seller for item in self.items))

    @property
    def total(self) -> Decimal:
        """Prices and freight of all items."""
        return sum((Decimal(item.price) + Decimal(item.freight) for item in self.items), Decimal(0))

    @property
    def paid(self) -> Decimal:
        """All payments."""
        return sum((Decimal(payment.amount) for payment in self.payments), Decimal(0))


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """All orders, by the time of purchase, then by id; products by id, English names by category.

    `newest` is the newest time in the files, in UTC: then all was as they say.
    """

    orders: tuple[SourceOrder, ...]
    products: Mapping[str, Product]
    english: Mapping[str, str]
    newest: datetime


def utc(local: datetime) -> datetime:
    """A time of the files in UTC; of two that the clocks showed alike, the first."""
    return local.replace(tzinfo=ZONE).astimezone(UTC)


def read(directory: Path, now: datetime) -> Source:
    """All files of `directory`. Raises InvalidSource with file and line, also for a fact that lies after `now`."""
    files = _Files(directory, now)
    customers = files.keyed(Customer, "id")
    products = files.keyed(Product, "id")
    rows = files.keyed(OrderRow, "id", {"customer": customers})
    items = files.grouped(Item, {"order": rows, "product": products})
    payments = files.grouped(Payment, {"order": rows})
    reviews: dict[str, list[Review]] = defaultdict(list)
    for _, review in files.rows(Review, {"order": rows}):
        reviews[review.order].append(review)
    facts = chain(rows.values(), chain.from_iterable(reviews.values()))
    return Source(
        orders=tuple(
            SourceOrder(
                row=row,
                customer=customers[row.customer],
                items=_numbered(items.get(row.id, {})),
                payments=_numbered(payments.get(row.id, {})),
                reviews=tuple(sorted(reviews.get(row.id, ()), key=lambda review: (review.answered, review.id))),
            )
            for row in sorted(rows.values(), key=lambda row: (row.purchased, row.id))
        ),
        products=products,
        english={category: row.english for category, row in files.keyed(Translation, "category").items()},
        newest=max((utc(time) for row in facts for time in row.facts), default=now),
    )


def _numbered(rows: Mapping[str, R]) -> tuple[R, ...]:
    return tuple(rows[key] for key in sorted(rows, key=int))


class _Files:
    """The files of a directory, each read row by row."""

    def __init__(self, directory: Path, now: datetime) -> None:
        self._directory, self._now = directory, now

    def keyed(self, kind: type[R], key: str, refers: Mapping[str, Container[str]] = {}) -> dict[str, R]:
        """All rows by a field that is theirs alone."""
        found: dict[str, R] = {}
        for line, row in self.rows(kind, refers):
            _put_once(found, getattr(row, key), row, FILES[kind], line)
        return found

    def grouped(self, kind: type[R], refers: Mapping[str, Container[str]]) -> dict[str, dict[str, R]]:
        """All rows by their order and, in it, by their number."""
        found: dict[str, dict[str, R]] = defaultdict(dict)
        for line, row in self.rows(kind, refers):
            _put_once(found[row.order], row.id, row, FILES[kind], line)  # type: ignore[attr-defined]
        return found

    def rows(self, kind: type[R], refers: Mapping[str, Container[str]] = {}) -> Iterator[tuple[int, R]]:
        """Each row with the line on which it begins. `refers` says which fields name a row of another file."""
        file = FILES[kind]
        for line, values in self._records(kind):
            row = _typed(kind, values, file, line)
            self._check_times(row, file, line)
            for name, known in refers.items():
                if getattr(row, name) not in known:
                    raise InvalidSource(file, line, f"there is no {name} {getattr(row, name)!r} in its own file")
            yield line, row

    def _records(self, kind: type[Row]) -> Iterator[tuple[int, dict[str, str]]]:
        """The columns that are used, by name, of each line that is not empty."""
        file, line = FILES[kind], 1
        try:
            # What is no UTF-8 becomes surrogates, which no UTF-8 has: so its line can be told.
            with (self._directory / file).open(encoding="utf-8-sig", errors="surrogateescape", newline="") as opened:
                reader = csv.reader(opened, strict=True)
                header = next(reader, [])
                places = _places(kind, header)
                line = reader.line_num + 1
                for record in reader:
                    if len(record) != len(header):
                        raise InvalidSource(file, line, f"it has {len(record)} columns, the header has {len(header)}")
                    yield line, {name: record[place] for name, place in places}
                    line = reader.line_num + 1
        except OSError as error:
            raise InvalidSource(file, None, f"it cannot be read: {error.strerror} (in {self._directory})") from None
        except csv.Error as error:
            raise InvalidSource(file, line, f"this is no CSV: {error}") from None

    def _check_times(self, row: Row, file: str, line: int) -> None:
        for time in msgspec.structs.astuple(row):
            if isinstance(time, datetime) and time.year not in YEARS:
                raise InvalidSource(file, line, f"{time} is no time of an order: from {YEARS[0]} to {YEARS[-1]}")
        for time in row.facts:
            if utc(time) > self._now:
                raise InvalidSource(file, line, f"{time} lies in the future")


def _places(kind: type[Row], header: list[str]) -> list[tuple[str, int]]:
    """The columns that are used and where they stand."""
    missing = [name for name in kind.__struct_encode_fields__ if name not in header]
    if missing:
        raise InvalidSource(FILES[kind], 1, f"there is no column {', '.join(missing)}; there is {', '.join(header)}")
    return [(name, header.index(name)) for name in kind.__struct_encode_fields__]


def _typed(kind: type[R], values: Mapping[str, str], file: str, line: int) -> R:
    given = {name: value for name, value in values.items() if value}
    _check_text("".join(given.values()), file, line)
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        column = _COLUMN.findall(str(error))[-1]
        found = f"is {given[column][:40]!r}" if column in given else "is empty"
        raise InvalidSource(file, line, f"{column} {found}; it should be {_wanted(kind, column)}") from None


def _check_text(text: str, file: str, line: int) -> None:
    if "\0" in text:
        raise InvalidSource(file, line, "it holds NUL, which no text has")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidSource(file, line, "it is not UTF-8: save the file as that") from None


_COLUMN = re.compile(r"`(?:\$\.)?(\w+)`")


def _wanted(kind: type[Row], column: str) -> str:
    """What a column should hold, in words."""
    name = kind.__struct_fields__[kind.__struct_encode_fields__.index(column)]
    hint = get_type_hints(kind, include_extras=True)[name]
    metas: Iterable[Any] = chain.from_iterable(
        getattr(part, "__metadata__", ()) for part in (hint, *getattr(hint, "__args__", ()))
    )
    return next(str(meta.description) for meta in metas)


def _put_once(found: dict[str, R], key: str, row: R, file: str, line: int) -> None:
    if key in found:
        raise InvalidSource(file, line, f"{key} is there twice")
    found[key] = row
