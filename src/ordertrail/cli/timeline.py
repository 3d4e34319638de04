"""An order's notes as a timeline: a heading a day, what people wrote behind a bar, what was recorded on a line."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ordertrail.cli.output import columns, here, one_line, print_hanging, safe
from ordertrail.notes.events import BUILT_IN, Category
from ordertrail.notes.model import Actor, OrderActivity, OrderNote, Visibility
from ordertrail.notes.reading import readable, render
from ordertrail.orders.telling import own_words, worth_a_line


class Depth(Enum):
    """How much of each entry is shown: a line, what matters of its changes, or all of it."""

    BRIEF = 0
    USUAL = 1
    FULL = 2


COLOURS: Mapping[str, str] = {
    Category.ORDER: "cyan",
    Category.SHIPMENT: "bright_blue",
    Category.PAYMENT: "green",
    Category.RETURN: "magenta",
    Category.PROMOTION: "bright_magenta",
    Category.NOTE: "yellow",
    Category.ACCESS: "red",
    Category.SYSTEM: "red",
}

GLYPHS: Mapping[str, str] = {
    "arrow-right": "→", "ban": "⊘", "banknote": "$", "check": "✓", "clock": "◷", "corner-up-left": "↩",
    "credit-card": "$", "home": "⌂", "inbox": "↓", "map": "⌖", "map-pin": "⌖", "minus": "−", "package": "▣",
    "package-check": "▣", "pause": "‖", "pencil": "✎", "percent": "%", "pin": "⚑", "pin-off": "⚐", "play": "▸",
    "plus": "+", "repeat": "↻", "scale": "§", "shopping-cart": "◆", "split": "⋔", "ticket": "%", "ticket-x": "%",
    "trash": "✗", "triangle-alert": "!", "truck": "➔", "undo": "↶", "x": "✗",
}  # fmt: skip
"""One letter for an icon of the event types; any other is a dot."""

ALARMING: Mapping[str, str] = {"triangle-alert": "red", "ban": "red", "pause": "yellow", "x": "red"}
"""Icons whose colour sets them apart from their category."""

MARGIN = " " * 10
"""Below the time."""

BELOW = Text(MARGIN + "  ")
"""Below the time and the glyph."""

TOLD_LATE = timedelta(minutes=1)
"""An entry that was written down longer after the fact says so."""


class Timeline:
    """Prints notes in the order in which they are shown to it, with a heading wherever the day changes."""

    def __init__(self, out: Console, depth: Depth = Depth.USUAL) -> None:
        self._out, self._depth, self._width = out, depth, columns(out)
        self._day = ""
        self.count = 0

    def show(self, note: OrderNote) -> None:
        """Print one note."""
        self.count += 1
        self._heading(here(note.created))
        if isinstance(note, OrderActivity):
            self._activity(note)
        else:
            self._custom(note)

    def _print(self, line: Text) -> None:
        self._out.print(line, soft_wrap=True)

    def _heading(self, at: datetime) -> None:
        day = f"── {at:%A} {at.day} {at:%B %Y}, {at.tzname()} "
        if day == self._day:
            return
        if self._day:
            self._out.print()
        self._print(Text(day + "─" * ((self._width or 0) - cell_len(day)), style="bold"))
        self._day = day

    def _activity(self, note: OrderActivity) -> None:
        known = BUILT_IN.get(note.event_type or "")
        icon = known.icon if known else ""
        colour = ALARMING.get(icon) or COLOURS.get(note.category, "white")
        start = Text.assemble((clock(note.created), "dim"), "  ", (GLYPHS.get(icon, "•"), f"bold {colour}"), " ")
        self._with_author(start, Text(one_line(note.title), style=colour), note, BELOW)
        for line in details(note, self._depth):
            print_hanging(self._out, BELOW, Text(line, style="dim"), BELOW)

    def _custom(self, note: OrderNote) -> None:
        bar = Text("┃ ", style="bold yellow")
        below = Text(MARGIN) + bar
        sentence = Text("Note", style="bold yellow")
        if note.title:
            sentence.append(f": {one_line(note.title)}", style="bold")
        for mark, style in marks(note):
            sentence.append(f" · {mark}", style=style)
        self._with_author(Text.assemble((clock(note.created), "dim"), "  ", bar), sentence, note, below)
        for line, style in written(note, self._depth):
            print_hanging(self._out, below, Text(line, style=style), below)

    def _with_author(self, start: Text, sentence: Text, note: OrderNote, below: Text) -> None:
        """A sentence with its author at the right end, or below where the line has no room."""
        author = f"{who(note.actor)} · {one_line(note.channel)} · #{note.seq}"
        between = 2
        if self._width is not None:
            between = self._width - start.cell_len - sentence.cell_len - cell_len(author)
        if between >= 2:
            self._print(start + sentence + Text(" " * between + author, style="dim"))
            return
        print_hanging(self._out, start, sentence, below)
        print_hanging(self._out, below, Text(author, style="dim"), below)


# What is said of a note


def clock(at: datetime) -> str:
    """The time of day where the reader is."""
    return f"{here(at):%H:%M:%S}"


def moment(at: datetime) -> str:
    """Day and time where the reader is."""
    return f"{here(at):%Y-%m-%d %H:%M:%S %Z}"


def _minute(at: datetime) -> str:
    return f"{here(at):%Y-%m-%d %H:%M}"


def who(actor: Actor) -> str:
    """Who acted, and what kind of who; the id too where the label is another."""
    label = actor.label or actor.id
    known = str(actor.kind) if label == actor.id else f"{actor.kind} {actor.id}"
    behalf = f" for {actor.on_behalf_of}" if actor.on_behalf_of else ""
    return one_line(f"{label} ({known}){behalf}")


def marks(note: OrderNote) -> Iterator[tuple[str, str]]:
    """What is to be known of a Custom note besides its text, each with its style."""
    if note.visibility is Visibility.CUSTOMER:
        yield "the customer sees it", "bold magenta"
    if note.subject:
        yield f"about {one_line(note.subject.replace('/', ' ').replace('_', ' '))}", "yellow"
    if note.pinned:
        yield "⚑ pinned", "bold yellow"
    if note.deleted:
        yield f"deleted {_minute(note.deleted)}", "red"
    elif note.edited:
        yield f"edited {_minute(note.edited)}", "italic"
    if note.erased:
        yield "erased", "red"


def written(note: OrderNote, depth: Depth) -> Iterator[tuple[str, str]]:
    """The lines below the title of a Custom note, each with its style."""
    if depth is not Depth.BRIEF:
        yield from ((line, "") for line in safe(note.detail).splitlines())
        yield from ((line, "dim") for line in _told_late(note))


def details(note: OrderActivity, depth: Depth) -> Iterator[str]:
    """The lines below an activity."""
    if depth is Depth.USUAL:
        yield from _usual(note)
    elif depth is Depth.FULL:
        yield from safe(note.detail).splitlines()
        yield one_line(" · ".join(_facts(note)))
        yield from _told_late(note)


def _usual(note: OrderActivity) -> Iterator[str]:
    yield from safe(own_words(note)).splitlines()
    changed = safe(render(worth_a_line(note), {})).splitlines()
    if changed:
        yield _TIME.sub(_local, " · ".join(changed))
    yield from _told_late(note)


_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def _local(found: re.Match[str]) -> str:
    return moment(datetime.fromisoformat(found[0]))


def _facts(note: OrderActivity) -> Iterator[str]:
    yield note.event_type or note.category
    yield note.operation
    if note.from_status or note.to_status:
        yield f"{note.from_status or 'new'} → {note.to_status or 'gone'}"
    reason = note.data.get("reason")
    if isinstance(reason, dict):
        yield f"reason {reason.get('code')}: {readable(reason.get('label'))}"
    if note.cause:
        yield f"cause {note.cause}"


def _told_late(note: OrderNote) -> Iterator[str]:
    if note.recorded - note.created > TOLD_LATE:
        yield f"recorded {moment(note.recorded)}"
