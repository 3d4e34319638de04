"""Who reads a page: in which language, and where, which is how times, numbers and money are written for them."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from itertools import groupby
from unicodedata import category
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta, get_timezone_name
from babel.numbers import format_currency, format_decimal

from ordertrail.errors import InvalidInput
from ordertrail.orders.money import MINOR_UNITS, is_plain, minor_units
from ordertrail.web.console import reasons
from ordertrail.web.console.translations import LANGUAGES, SOURCE, translations
from ordertrail.web.console.wording import MARKS, NAMES, PERMISSIONS, PLACES, event, words

COOKIE = "ordertrail-reader"
"""The cookie that keeps a reader's language and zone: nothing that says who they are."""


class Reader(msgspec.Struct, frozen=True):
    """A language, by its code, and a zone by its name in the IANA database."""

    language: str = "en"
    zone: str = "UTC"

    @property
    def cookie(self) -> str:
        """What the cookie holds."""
        return f"{self.language}~{self.zone}"

    @property
    def texts(self) -> NullTranslations:
        """The messages in the reader's language."""
        return translations(self.language)

    @property
    def reads_the_record(self) -> bool:
        """Whether the record speaks the reader's language."""
        return self.language == SOURCE

    @property
    def _locale(self) -> Locale:
        return Locale.parse(self.language)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def say(self, message: str, **values: object) -> str:
        """A message in the reader's language, filled in."""
        found = self.texts.gettext(message) if message else ""
        return found % values if values else found

    def name(self, text: str) -> str:
        """A name of the record, such as a status or a usual reason, in words; what is none stays as it is."""
        return self.say(words(text) if text in NAMES else text)

    def event(self, name: str) -> str:
        """An event type in words."""
        return self.say(event(name))

    def events(self, names: Iterable[str]) -> list[str]:
        """Event types in the order of how they read."""
        return sorted(names, key=lambda name: self.event(name).casefold())

    def marks(self, text: str) -> str:
        """A text in which marks may stand for what was personal in it, those in the reader's language."""
        for mark in MARKS:
            text = text.replace(mark, self.say(mark))
        return text

    def reason(self, text: str) -> str:
        """Why something is refused, as the record says it in English, in the reader's language as far as it has it."""
        return reasons.said(text, self.language, reasons.Called(self._named, self._field))

    def _named(self, text: str) -> str:
        """What a reason names: a status, a kind of part, a permission, a time, an amount, or what somebody typed."""
        if text in PERMISSIONS:
            return self.say(PERMISSIONS[text])
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+]+", text):
            return self._moment_named(text)
        if re.fullmatch(r"-?[0-9]+[.][0-9]+", text):
            return self.typed_number(text)
        if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text):
            return self.number(Decimal(text.replace(",", "")))
        said = self.say(words(text))
        return said if said != words(text) or text in NAMES else text

    def _moment_named(self, text: str) -> str:
        try:
            return self.moment(datetime.fromisoformat(text))
        except ValueError:
            return text

    def _field(self, place: str) -> str:
        """A field that a reason names by its place, such as "`items[...].quantity`", by the labels of the form."""
        outer_first = reversed(re.sub(r"`|\[.*?\]", "", place).split(" in "))
        found = ".".join(outer_first)
        names = PLACES.get(found, found).split(".")
        return " / ".join(name if name.isdecimal() else self.say(words(name)) for name in names)

    def money(self, amount: Decimal | str, currency: str) -> str:
        """An amount with its currency, all digits shown that the currency has by ISO 4217, by which the record counts:
        by CLDR some have fewer, and 10.50 would read as 10."""
        pattern = _money_pattern(self._locale.currency_formats["standard"].pattern, minor_units(currency))
        return format_currency(Decimal(amount), currency, pattern, locale=self._locale, currency_digits=False)

    def number(self, value: Decimal | float) -> str:
        """A number, or a quantity without zeros at its end."""
        return format_decimal(value, locale=self._locale)

    def local(self, at: datetime) -> datetime:
        """The same moment where the reader is; in UTC where the calendar ends before they have it."""
        try:
            return at.astimezone(self._zone)
        except OverflowError:
            return at

    def moment(self, at: datetime) -> str:
        """Day and time."""
        here = self.local(at)
        return format_datetime(here, "medium", tzinfo=here.tzinfo, locale=self._locale)

    def minute(self, at: datetime) -> str:
        """Day and time to the minute, for where many stand beside one another."""
        here = self.local(at)
        day = format_date(here, "medium", locale=self._locale)
        return f"{day}, {format_time(here, 'short', tzinfo=here.tzinfo, locale=self._locale)}"

    def date(self, at: datetime) -> str:
        """The day, short."""
        return format_date(self.local(at), "medium", locale=self._locale)

    def day(self, at: datetime) -> str:
        """The day, in full."""
        return format_date(self.local(at), "full", locale=self._locale)

    def time(self, at: datetime) -> str:
        """The time of day."""
        here = self.local(at)
        return format_time(here, "medium", tzinfo=here.tzinfo, locale=self._locale)

    def ago(self, at: datetime, now: datetime) -> str:
        """How long ago."""
        return format_timedelta(at - now, add_direction=True, granularity="second", locale=self._locale)

    def zone_name(self, now: datetime) -> str:
        """The zone, as people call it, and how far it is from UTC."""
        here = self.local(now)
        minutes = (here.utcoffset() or timedelta()) // timedelta(minutes=1)
        hours, rest = divmod(abs(minutes), 60)
        ahead = f"{'+' if minutes > 0 else '-'}{hours}{f':{rest:02}' if rest else ''}" if minutes else ""
        return f"{get_timezone_name(here, locale=self._locale)} (UTC{ahead})"

    def typed(self, at: datetime) -> str:
        """A moment as a browser's field for it has it: local, to the minute."""
        # No strftime, which writes the year 1 without zeros.
        return self.local(at).replace(tzinfo=None).isoformat(timespec="minutes")

    def percent(self, value: Decimal) -> str:
        """A percentage, all digits shown that it has."""
        return f"{self.typed_number(str(value))} %"

    def typed_number(self, text: str) -> str:
        """A number in plain digits as it is typed in the reader's language."""
        return text.replace(".", self._locale.number_symbols["latn"]["decimal"])

    def understood(self, text: str) -> datetime | None:
        """The moment that such a field says, where the reader is; None for what is no time."""
        try:
            return datetime.fromisoformat(text).replace(tzinfo=self._zone)
        except ValueError:
            return None

    def beginning(self, text: str, days: int = 0) -> datetime:
        """When the day begins that somebody named, where the reader is, or one so many days later. Raises
        InvalidInput."""
        day = self.understood(f"{text[:10]}T00:00")
        last = datetime.max.replace(tzinfo=self._zone) - timedelta(days=days + 1)
        if day is None or day > last:
            raise InvalidInput(f"{text[:50]!r} is no day: give one such as 2026-01-31")
        return day + timedelta(days=days)

    def plain(self, text: str) -> str:
        """A number as it is typed in the reader's language, in plain digits. What is no number in any is left as it
        is, and refused by whoever reads it. Raises InvalidInput for what is one in another language only."""
        typed, symbols = text.strip(), self._locale.number_symbols["latn"]
        if _number(symbols["group"], symbols["decimal"]).fullmatch(typed):
            return typed.replace(symbols["group"], "").replace(symbols["decimal"], ".")
        if is_plain(typed):
            # A guess is off by a thousand where it is wrong.
            raise InvalidInput(f"{typed[:50]!r} is no number in this language: write {typed[:50]}")
        return typed

    def spellings(self, text: str) -> tuple[str, ...]:
        """How else an amount may be spelled that is typed as in the reader's language, with or without a currency:
        without its groups, with them, and last as the record has it; none for any other text."""
        given, symbols = text.strip(), self._locale.number_symbols["latn"]
        found = _AMOUNT.fullmatch(given) if len(given) <= LONGEST_AMOUNT else None
        if not found:
            return ()
        before, typed, after = found.groups()
        if (before and after) or not _number(symbols["group"], symbols["decimal"]).fullmatch(typed):
            return ()
        currency, plain = before or after, self.plain(typed)
        if not (_is_currency(currency) if currency else plain != typed):
            return ()
        grouped = format_decimal(Decimal(plain), _number_pattern(plain), locale=self._locale)
        return (*sorted({self.typed_number(plain), grouped} - {plain}), plain)


LONGEST_AMOUNT = 40
"""Characters of the longest text that is taken for an amount."""

_AMOUNT = re.compile(r"(\D*?)\s*(-?[0-9](?:.*[0-9])?)\s*(\D*)")
"""A number with something before or behind it."""


def _is_currency(text: str) -> bool:
    """Whether a text names a currency: by its code, or by a sign such as "€" or "US$"."""
    return text.upper() in MINOR_UNITS or (len(text) <= 3 and category(text[-1]) == "Sc")


def _number_pattern(plain: str) -> str:
    """How a number in plain digits is written with its groups, all digits shown that it has."""
    return "#,##0" + re.sub("[0-9]", "0", "".join(plain.partition(".")[1:]))


@lru_cache
def _money_pattern(usual: str, digits: int) -> str:
    """How a language writes money, with so many digits after the point."""
    return usual.replace("0.00", f"0.{'0' * digits}" if digits else "0")


@lru_cache
def _number(group: str, decimal: str) -> re.Pattern[str]:
    """How a number is typed: between its groups of three, where there are any, stands a sign of their own."""
    grouped = rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+"
    return re.compile(rf"-?(?:[0-9]+|{grouped})(?:{re.escape(decimal)}[0-9]+)?")


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The zones to choose from."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return ("UTC", *sorted(places))


ALIKE = 5
"""How many zones are named at most to somebody who wrote none."""


def zone_named(text: str) -> str:
    """The zone that somebody names. Raises InvalidInput, which says what others that hold those letters are called."""
    name = text.strip()
    if name in zones():
        return name
    raise InvalidInput(f"{name[:50]!r} is no time zone: write {' or '.join(zones_like(name))}")


def zones_like(text: str) -> list[str]:
    """Some zones that hold the letters of what somebody wrote; one, to show how they are written, where none does."""
    letters = text.strip().replace(" ", "_").casefold()
    return [zone for zone in zones() if letters in zone.casefold()][:ALIKE] or ["Europe/Zurich"]


_PLACES = frozenset(
    ("", "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
"""The parts of the world that names of zones begin with today. Others are kept for who uses them already."""


def zones_by_place(chosen: str) -> Iterator[tuple[str, list[str]]]:
    """The zones, and the one that is chosen, by the part of the world that their names begin with; UTC lies in none."""
    for place, several in groupby(zones(), key=lambda zone: zone.rpartition("/")[0].partition("/")[0]):
        usual = [zone for zone in several if place in _PLACES or zone == chosen]
        if usual:
            yield place, usual


def zone_in(cookie: str | None) -> str:
    """The zone that a cookie tells; empty where none was chosen yet."""
    zone = (cookie or "").partition("~")[2]
    return zone if zone in zones() else ""


def reader_of(cookie: str | None, accepted: str | None) -> Reader:
    """The reader that a cookie tells; what it does not tell, the languages that the browser asks for do."""
    language = (cookie or "").partition("~")[0]
    return Reader(language if language in LANGUAGES else _negotiated(accepted or ""), zone_in(cookie) or "UTC")


def _negotiated(accepted: str) -> str:
    wanted = [part.partition(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    return next((code for code in wanted if code in LANGUAGES), "en")
