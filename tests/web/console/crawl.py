"""Somebody who follows every link of the console, and looks at each page that they come to."""

import csv
import io
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

from ordertrail.web.console.messages import messages
from ordertrail.web.console.reader import Reader
from tests.web.console.person import Person

LARGEST = 100_000
"""Bytes of a page's HTML."""

MARKS = re.compile(
    r"\bNone\b|\bTrue\b|\bFalse\b|\bUndefined\b|\{\{|\}\}|\{%|%\(|datetime\.|Decimal\(|\bobject at 0x|<[\w.]+>"
)
"""What shows that a value was written as the program has it, or a sentence was not filled in."""

IDS = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")

NAMES = re.compile(r"\b[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+\b|\b(?:[A-Z][a-z]+){2,}\b|\b[a-z]+(?:[A-Z][a-z]+)+\b")
"""Names as programs have them: snake_case, CamelCase and camelCase."""

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})

SHOWN = ("title", "aria-label", "placeholder", "alt", "data-label", "data-gone", "data-ended", "data-one", "data-many")
"""The attributes that hold words for people."""

FOR_PROGRAMS = frozenset({"pre", "code", "script", "style", "textarea"})
"""What holds no words of the console: the record as it is, names for programs, and what somebody typed."""

NAMED_BY = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form", "list")
"""The attributes that name an element of the same page by its id, or several."""


class Sent(NamedTuple):
    """A form: how and where it is sent, what stands in it, and what else can be chosen."""

    method: str
    action: str
    fields: dict[str, str]
    choices: list[tuple[str, str]]


class Look(HTMLParser):
    """What a page consists of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.forms: list[Sent] = []
        self.buttons: list[str] = []
        self.named: list[tuple[str, str]] = []
        self.headings = 0
        self.title = ""
        self.texts: list[str] = []
        self._open: list[str] = []
        self._form: Sent | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what matters of a tag."""
        said = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if "id" in said:
            self.ids[said["id"]] += 1
        self.named += [(name, one) for name in NAMED_BY if name in said for one in said[name].split()]
        self.texts += [said[name] for name in SHOWN if name in said]
        self.headings += tag == "h1"
        self.links += [said[name] for name in ("href", "hx-get") if name in said and tag not in ("link", "use")]
        self.pictures += [
            said[name] for name in ("href", "src") if name in said and tag in ("link", "use", "img", "script")
        ]
        if "formaction" in said:
            self.buttons.append(said["formaction"])
        self._of_a_form(tag, said)

    def _of_a_form(self, tag: str, said: dict[str, str]) -> None:
        if tag == "form":
            self._form = Sent(said.get("method", "get"), said.get("action", ""), {}, [])
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and "name" in said:
            if said.get("type") not in ("checkbox", "radio", "file"):
                self._form.fields[said["name"]] = said.get("value", "") or ("1" if "required" in said else "")
            else:
                if "checked" in said:
                    self._form.fields[said["name"]] = said.get("value", "")
                self._form.choices.append((said["name"], said.get("value", "")))
        elif tag == "select":
            self._select = said.get("name", "")
        elif tag == "option" and self._select:
            if "selected" in said:
                self._form.fields[self._select] = said.get("value", "")
            self._form.choices.append((self._select, said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and what was left open in it."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        """Keep what can be read."""
        if "title" in self._open:
            self.title += data
        if data.strip() and not FOR_PROGRAMS.intersection(self._open):
            self.texts.append(data)


class Kind(NamedTuple):
    """What an address is of: whatever its order, and of which order, note and page."""

    general: str
    particular: str


_TELLING = ("status", "placed", "sort", "event_type", "type", "category", "visibility", "stage")
"""The parameters whose every value is worth a visit: on a page that is not one order's, where nothing else is asked for
but columns."""


def kind(address: str) -> Kind:
    """Addresses of one particular kind are alike enough for one visit."""
    parts = urlsplit(address)
    of_order = re.fullmatch(r"(/orders/)(?!new$|many|views|by-id)([^/]+)(.*)", parts.path)
    rest = re.sub(r"/notes/\d+", "/notes/#", of_order[3]) if of_order else ""
    said = [(name, value) for name, value in parse_qsl(parts.query) if value]
    a_page = not (of_order or parts.path.endswith((".csv", ".json")) or parts.path.startswith("/v1/"))
    alone = a_page and len({name for name, _ in said} - {"columns"}) == 1
    named = sorted({f"{name}={value}" if alone and name in _TELLING else name for name, value in said})
    end = "&".join(named) + re.sub(r"\d+", "", f"#{parts.fragment}" if parts.fragment else "")
    if of_order is None:
        path = IDS.sub("*", parts.path)
        return Kind(f"{path}?{end}", f"{parts.path}?{end}")
    return Kind(f"/orders/*{rest}?{end}", f"/orders/{of_order[2]}{rest}?{end}")


class Crawl:
    """A walk from page to page. `wrong` is what was not right, and where first."""

    def __init__(
        self,
        person: Person,
        language: str,
        *,
        takes: Collection[str],
        data: Iterable[str] = (),
        named: Collection[str] = (),
        orders: Collection[str] | None = None,
        often: Callable[[str], int],
    ) -> None:
        """`takes` are the routes to which forms can be sent, `data` patterns of what somebody named who is no program's
        author, `named` what somebody called as the console calls something, `orders` the numbers of those that are
        gone to, and `often` how many addresses of a general kind."""
        self.person, self.orders, self.often = person, orders, often
        self.wrong: dict[str, str] = {}
        self.visits: Counter[str] = Counter()
        reader = Reader(language=language)
        self._foreign = {one for one in messages() if reader.say(one) != one} - {*named, *map(reader.say, messages())}
        self._data = re.compile("|".join(data) or r"(?!)")
        self._taken = re.compile("|".join(re.sub(r"\{[^}]*\}", "[^/]+", path) for path in takes))
        self._seen: set[str] = set()
        self._ids: dict[str, Collection[str]] = {}
        self._fragments: dict[str, str] = {}
        self._coming: deque[tuple[str, str]] = deque()

    def walk(self, *starts: str) -> None:
        """Go there, and everywhere from there."""
        self._coming.extend((start, "") for start in starts)
        while self._coming:
            address, came_from = self._coming.popleft()
            self.visit(address, came_from)
        self._check_fragments()

    def visit(self, address: str, came_from: str = "") -> None:
        """Look at what is at an address."""
        page, _, fragment = address.partition("#")
        answer = self.person.client.get(page, follow_redirects=True)
        where = f"{address} (from {came_from})" if came_from else address
        if answer.status_code != 200:
            self._say(f"answers {answer.status_code}: {answer.text[:200]}", where, kind(address).general)
            return
        self.look(answer, address, fragment or answer.url.fragment)

    def look(self, answer: httpx.Response, address: str, fragment: str = "") -> None:
        """Look at an answer."""
        if answer.headers["content-type"].startswith("text/html"):
            self._page(answer, address, fragment)
        elif "json" in answer.headers["content-type"]:
            self._json(answer, address)
        elif answer.headers["content-type"].startswith("text/csv"):
            rows = list(csv.reader(io.StringIO(answer.text)))
            if len({len(row) for row in rows}) != 1:
                self._say("is a table whose rows differ in length", address)

    def _json(self, answer: httpx.Response, address: str) -> None:
        try:
            json.loads(answer.text)
        except ValueError as error:
            self._say(f"is no JSON: {error}", address)

    def _page(self, answer: httpx.Response, address: str, fragment: str) -> None:
        look = Look(answer.text)
        at = answer.url.raw_path.decode()
        self._ids[at] = look.ids.keys()
        if fragment:
            self._fragments.setdefault(f"{at}#{fragment}", address)
        here = [link[1:] for link in look.links if link.startswith("#")]
        for problem in (
            *(f"leads to #{one}, which is not here" for one in here if one not in look.ids),
            *self._built(answer, look),
            *self._said(look),
        ):
            self._say(problem, address)
        for button in look.buttons:
            if not self._taken.fullmatch(urlsplit(button).path):
                self._say(f"has a button for {button}, where nothing is taken", address)
        # What a button does at once has a form too.
        for link in (*look.links, *(one for one in look.buttons if "/do/" in one and "/many/" not in one)):
            if not link.startswith("#"):
                self._go(urljoin(at, link), address)
        for form in look.forms:
            self._form(form, at, address)

    def _built(self, answer: httpx.Response, look: Look) -> Iterator[str]:
        """What is wrong with how a page is built."""
        if len(answer.content) >= LARGEST:
            yield f"has {len(answer.content)} bytes"
        if look.headings != 1:
            yield f"has {look.headings} headings h1"
        if not look.title.partition("·")[0].strip():
            yield "has no title"
        for one, count in look.ids.items():
            if count > 1:
                yield f"has the id {one} {count} times"
        for name, one in look.named:
            if one not in look.ids:
                yield f'has {name}="{one}", which is no id'
        for picture in look.pictures:
            yield from self._picture(picture)

    def _picture(self, address: str) -> Iterator[str]:
        """What is wrong with a file that a page loads."""
        path, _, fragment = address.partition("#")
        if path not in self._ids:
            answer = self.person.client.get(path)
            self._ids[path] = (
                set(re.findall(r"""\bid=["']([^"']*)""", answer.text)) if answer.status_code == 200 else ()
            )
            if answer.status_code != 200:
                yield f"loads {path}, which answers {answer.status_code}"
        if fragment and fragment not in self._ids[path]:
            yield f"shows the picture {fragment}, which {path} does not have"

    def _said(self, look: Look) -> Iterator[str]:
        """What is wrong with what a page says."""
        for text in look.texts:
            said = self._data.sub("", text)
            for found in (*MARKS.findall(said), *IDS.findall(said), *NAMES.findall(said)):
                yield f"says {found!r} in {' '.join(text.split())[:120]!r}"
            if text.strip() in self._foreign:
                yield f"says {text.strip()!r} in English"

    def _go(self, address: str, came_from: str) -> None:
        """Go there later, unless somewhere alike was gone to already."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return
        number = re.match(r"/orders/([PE]O\d+)", parts.path)
        if number and self.orders is not None and number[1] not in self.orders:
            return
        which = kind(address)
        if which.particular in self._seen or self.visits[which.general] >= self.often(which.general):
            return
        self._seen.add(which.particular)
        self.visits[which.general] += 1
        self._coming.append((address, came_from))

    def _form(self, form: Sent, at: str, address: str) -> None:
        action = urljoin(at, form.action or at)
        if form.method == "post":
            if form.action and not self._taken.fullmatch(urlsplit(action).path):
                self._say(f"has a form for {action}, where nothing is taken", address)
            return
        # What stands in the form takes the place of the parameters that its address has.
        to = urlsplit(action)
        self._go(to._replace(query=urlencode(form.fields)).geturl(), address)
        if "?" not in at:
            for name, value in form.choices:
                self._go(to._replace(query=urlencode({**form.fields, name: value})).geturl(), address)

    def _check_fragments(self) -> None:
        for target, address in self._fragments.items():
            page, _, fragment = target.partition("#")
            if fragment not in self._ids[page]:
                self._say(f"leads to #{fragment}, which is not on {page}", address)

    def _say(self, problem: str, address: str, key: str = "") -> None:
        self.wrong.setdefault(f"{key} {problem}".strip(), address)


def told(wrong: Iterable[tuple[str, str]]) -> str:
    """What was not right, a line each."""
    return "\n".join(f"{address}\n    {problem}" for problem, address in wrong)
