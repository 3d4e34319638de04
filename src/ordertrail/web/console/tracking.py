"""What is said of shipments that are worked at once: by the boxes and fields beside them, and by a CSV. Pure."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from reprlib import repr as shortened

import msgspec

from ordertrail.errors import InvalidInput
from ordertrail.orders.arguments import parse
from ordertrail.orders.operations import operation_named

BESIDE = "tracking/"
"""What the name of a field begins with that takes the tracking number of the shipment after it."""

SEEN = "seen/"
"""What the name of a hidden field begins with that says in which version of its order a shipment was shown."""

SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?[Ee]\+[0-9]+")
"""What spreadsheets make of a long number: its other digits are lost."""

NOT_TICKED = "its tracking number is typed, but its box is not ticked: tick it, and send this again"
"""Why nothing was done with a shipment beside which something is typed."""


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form: the boxes that are ticked, tracking numbers by shipment, and what is said for all."""

    ticked: tuple[str, ...] = ()
    numbers: Mapping[str, str] = {}
    carrier: str = ""
    pick_list: str = ""

    def without(self, done: Collection[str]) -> "Typed":
        """What is left of it once some are done; with the last of them what is said for all goes too."""
        ticked = tuple(name for name in self.ticked if name not in done)
        numbers = {name: number for name, number in self.numbers.items() if name not in done}
        return msgspec.structs.replace(self, ticked=ticked, numbers=numbers) if ticked or numbers else NOTHING


NOTHING = Typed()
"""A form in which nothing stands yet."""


def typed_in(values: Mapping[str, list[str]]) -> Typed:
    """What the fields of a form hold."""
    # As it was typed, blanks and all: a draft is compared with what the page that answers shows again.
    first = {name: texts[0] for name, texts in values.items() if texts and texts[0].strip()}
    return Typed(
        ticked=tuple(dict.fromkeys(values.get("shipment", ()))),
        numbers={name.removeprefix(BESIDE): text for name, text in first.items() if name.startswith(BESIDE)},
        carrier=first.get("carrier", ""),
        pick_list=first.get("pick_list", ""),
    )


Given = Mapping[str, str]
"""What is given with one shipment, by argument."""


def wanted(stage: str, typed: Typed, text: str) -> dict[str, list[Given]]:
    """Of each shipment that is meant what is given with it, by its box and by each row of a CSV.

    Raises InvalidInput where none is meant, or what is said for all of them is wrong.
    """
    if stage == "pick" and typed.ticked:
        # Whatever shipments are meant: a name that is none is wrong for each of them.
        parse(operation_named("add_to_pick_list").arguments, {"shipment": "1", "pick_list": typed.pick_list.strip()})
    found = {name: [_by_box(stage, typed, name)] for name in typed.ticked}
    spelt = {name.casefold(): name for name in (*typed.ticked, *typed.numbers)}
    for written, given in tracking_of(text) if stage == "ship" else ():
        name = spelt.get(written.casefold(), written)
        # What is typed beside it, and for all, is said of what the CSV names as well.
        found.setdefault(name, [_by_box(stage, typed, name)]).append(given)
    for name in found.keys() - typed.ticked:
        if not any("tracking_number" in given for given in found[name]):
            raise InvalidInput(
                f"the row of {shortened(name)} has no tracking number: take it out, and tick the box of what leaves "
                "without one"
            )
    if not found and typed.numbers:
        raise InvalidInput("tracking numbers are typed, but no box is ticked: tick the boxes before those that left")
    if not found:
        raise InvalidInput("nothing is chosen: choose shipments with the boxes before them, or give a CSV")
    return found


def _by_box(stage: str, typed: Typed, name: str) -> Given:
    """What is typed that goes for a shipment."""
    if stage == "pick":
        return {"pick_list": typed.pick_list.strip()}
    if stage == "ship":
        return _without_blanks({"tracking_number": typed.numbers.get(name, ""), "carrier": typed.carrier})
    return {}


def _without_blanks(given: Given) -> Given:
    return {name: text.strip() for name, text in given.items() if text.strip()}


def agreed(several: Iterable[Given]) -> Given:
    """What is given with one shipment altogether. Raises InvalidInput where it is given differently."""
    found: dict[str, str] = {}
    for given in several:
        for name, text in given.items():
            if found.setdefault(name, text) != text:
                both = f"{shortened(found[name])}, {shortened(text)}"
                raise InvalidInput(f"{name} is given differently, as {both}: give it once")
    return found


def tracking_of(text: str) -> Iterator[tuple[str, Given]]:
    """Shipments with their tracking from a CSV of order, shipment, tracking_number, carrier. Raises InvalidInput."""
    rows = list(_rows(text.removeprefix("\ufeff")))
    if not rows:
        return
    columns = [cell.lower() for cell in rows[0]]
    missing = {"order", "shipment", "tracking_number"} - set(columns)
    if missing:
        raise InvalidInput(f"the CSV has no column {', '.join(sorted(missing))}: its first line names the columns")
    twice = sorted(name for name in COLUMNS if columns.count(name) > 1)
    if twice:
        raise InvalidInput(f"the CSV has the column {', '.join(twice)} more than once: leave one of them")
    for cells in rows[1:]:
        if any(cells[len(columns) :]):
            raise InvalidInput(
                f"the CSV has more in the row of {shortened(cells[0])} than its first line names: put a cell in which "
                "a comma stands between quotation marks, or name the column"
            )
        row = {**dict.fromkeys(COLUMNS, ""), **dict(zip(columns, cells, strict=False))}
        name = f"{row['order']}/{row['shipment']}"
        yield name, _tracking(name, row)


COLUMNS = ("order", "shipment", "tracking_number", "carrier")
"""The columns of a CSV that are read."""


def _tracking(name: str, row: Mapping[str, str]) -> Given:
    """What a row says of the shipment of this name. Raises InvalidInput for what a spreadsheet made of it."""
    given = {column: row[column] for column in ("tracking_number", "carrier")}
    number = given["tracking_number"]
    if SHORTENED.fullmatch(number):
        raise InvalidInput(
            f"a spreadsheet shortened the tracking number of {shortened(name)} to {number}: "
            "make that column text, enter its numbers anew, and save the CSV again"
        )
    odd = [text for text in given.values() if text.startswith("=") or not text.isprintable()]
    if odd:
        raise InvalidInput(f"in the row of {shortened(name)}, {shortened(odd[0])} is no plain text: save it as such")
    return _without_blanks(given)


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of a CSV, without those in which nothing stands. Raises InvalidInput."""
    first = text.lstrip().partition("\n")[0]
    # Where a comma stands before decimals, spreadsheets part cells by semicolons.
    delimiter = ";" if ";" in first and "," not in first else ","
    # Strictly: what follows a quotation mark that is never closed would be one cell, and its shipments left out.
    lines = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        for line in lines:
            cells = [cell.strip() for cell in line]
            if any(cells):
                yield cells
    except csv.Error:
        raise InvalidInput(
            f"the CSV cannot be read at line {lines.line_num}: save it anew from the spreadsheet, as CSV in UTF-8"
        ) from None
