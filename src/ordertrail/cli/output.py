"""What reaches the terminal: plain text whatever was stored, colours only where they are seen, errors, progress."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text
from typer.core import TyperGroup

from ordertrail.errors import InvalidInput, InvalidSource, OrderTrailError

UNLIMITED = 1_000_000
"""The width where nobody's terminal limits it: nothing is folded or cut."""

WIDEST = 110
"""Lines that are longer than this many columns are hard to read."""

NARROWEST = 16
"""No text is folded to less than so many columns."""

REFUSED = 1
WRONG_USAGE = 2
BROKEN_PIPE = 141
"""What a shell says of a program whose reader went away: 128 + SIGPIPE."""

ReportProgress = Callable[[int, int], None]

# C0 but tab and newline, DEL and C1, which a terminal may obey; and what turns the direction of all that follows.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def here(at: datetime) -> datetime:
    """The same moment where the reader is; in UTC where the calendar ends before they have it."""
    try:
        return at.astimezone()
    except (OverflowError, OSError, ValueError):  # depending on what the system's clock knows
        return at


def safe(text: str) -> str:
    """`text` of any origin, whose control characters are spelt out (`\\x1b`); lines and tabs stay."""
    return _COMMANDS.sub(_spelt, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same on one line."""
    return safe(text).replace("\n", "\\n").replace("\t", " ")


def _spelt(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _spelt_in_json(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


class PlainConsole(Console):
    """A console that leaves it to the command to end when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Let it be known, as every other way of writing does."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """A console that takes every text as text: no markup, no emoji codes, nothing coloured by guess."""
    made = PlainConsole(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not made.is_terminal:
        made.width = UNLIMITED
    return made


def columns(of: Console) -> int | None:
    """How wide a page on this console may be; None where nothing limits it."""
    return min(of.width, WIDEST) if of.is_terminal else None


def print_hanging(out: Console, start: Text, text: Text, below: Text) -> None:
    """Print `text` behind `start`, what does not fit behind `below`; not folded where nothing limits the width."""
    width = columns(out)
    room = None if width is None else max(width - start.cell_len, NARROWEST)
    for line in [text] if room is None else text.wrap(out, room):
        out.print(start + line, soft_wrap=True)
        start = below


def print_json(value: Any) -> None:
    """`value` as one line of JSON, in UTF-8 whatever the terminal speaks."""
    # C0 is escaped by JSON itself; the rest of what a terminal might obey is not.
    line = _COMMANDS.sub(_spelt_in_json, msgspec.json.encode(value).decode())
    sys.stdout.buffer.write(line.encode() + b"\n")


def print_error(message: str) -> None:
    """One red sentence on stderr."""
    console(stderr=True).print(Text(f"error: {safe(message)}", style="red"), soft_wrap=True)


def print_hint(message: str) -> None:
    """A dimmed line on stderr: what to try next."""
    console(stderr=True).print(Text(safe(message), style="dim"), soft_wrap=True)


class WrongUsage(typer.BadParameter):
    """The command was not put as it should be: exit code 2."""

    def format_message(self) -> str:
        """The message alone."""
        return one_line(self.message)


class Guarded(TyperGroup):
    """Commands whose refusals are one sentence each, and which end quietly when nobody reads on."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. What cannot be read as what it stands for ends with exit code 2, a refusal with 1."""
        _never_fail_on_letters()
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except InvalidSource as error:  # what was typed is a folder, and well typed
            raise _ended(error, REFUSED) from None
        except InvalidInput as error:
            raise _ended(error, WRONG_USAGE) from None
        except OrderTrailError as error:
            raise _ended(error, REFUSED) from None
        except ModuleNotFoundError as error:  # the commands import what they need when they run
            print_error(f"{error.name} is missing: pip install 'ordertrail[server]'")
            raise typer.Exit(WRONG_USAGE) from None
        except BrokenPipeError:
            _let_go_of_stdout()
            raise typer.Exit(BROKEN_PIPE) from None


@contextmanager
def refusals() -> Iterator[None]:
    """Where all that was typed has been read: whatever is wrong with it now, the order or the record refuses it."""
    try:
        yield
    except OrderTrailError as error:
        raise _ended(error, REFUSED) from None


def _ended(error: OrderTrailError, code: int) -> typer.Exit:
    print_error(str(error))
    return typer.Exit(code)


def _never_fail_on_letters() -> None:
    """A terminal that cannot show a letter shows another in its place."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _let_go_of_stdout() -> None:
    # Python flushes at its end once more, and would complain then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress(title: str) -> Iterator[ReportProgress | None]:
    """A progress bar on stderr, told how much of how much is done; none where stderr is no terminal."""
    shown = console(stderr=True)
    if not shown.is_terminal:
        yield None
        return
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*parts, console=shown, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report
