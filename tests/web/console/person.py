"""A person at the console, without a browser: pages are asked for, and their forms are sent as they stand there."""

import re
from html.parser import HTMLParser
from typing import Any, NamedTuple

import httpx


class Form(NamedTuple):
    """A form of a page: where it goes, and what stands in its fields."""

    action: str
    fields: dict[str, str]


class _Reader(HTMLParser):
    """What a browser would make of the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self.links: list[str] = []
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), {}))
        elif tag == "a":
            self.links.append(said.get("href", ""))
        elif tag == "input" and "name" in said and self.forms:
            if said.get("type") not in ("checkbox", "radio", "file") or "checked" in said:
                self.forms[-1].fields[said["name"]] = said.get("value", "")
        elif tag == "select":
            self._select = said.get("name", "")
        elif tag == "option" and self._select and "selected" in said:
            self.forms[-1].fields[self._select] = said.get("value", "")
        elif tag == "textarea":
            self._area = said.get("name", "")
            self.forms[-1].fields[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data.removeprefix("\n")
        self.text.append(data)


class Page:
    """An answer, as a person sees it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer, self.status, self.html = answer, answer.status_code, answer.text
        reader = _Reader()
        reader.feed(answer.text)
        self.forms, self.links = reader.forms, reader.links
        self.text = re.sub(r"\s+", " ", " ".join(reader.text))

    def form(self, action: str) -> Form:
        """The form that goes to an address which ends so, or has it before its parameters."""
        return next(one for one in self.forms if one.action.partition("?")[0].endswith(action))


class Person:
    """Somebody at the console, signed in or not."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def open(self, path: str, **headers: str) -> Page:
        """A page, wherever it leads."""
        return Page(self.client.get(path, headers=headers, follow_redirects=True))

    def send(self, path: str, fields: dict[str, Any], **headers: str) -> Page:
        """A form."""
        return Page(self.client.post(path, data=fields, headers=headers, follow_redirects=True))

    def sign_in(self, name: str, password: str) -> Page:
        """Sign in on the page for it."""
        form = self.open("/sign-in").form("/sign-in")
        return self.send(form.action, {**form.fields, "name": name, "password": password})

    def do(self, number: str, operation: str, query: str = "", **fields: str) -> Page:
        """An operation by its form, as it stands, with these fields filled in; "a__b" is the field "a/b"."""
        form = self.open(f"/orders/{number}/do/{operation}{query}").form(f"/do/{operation}")
        named = {name.replace("__", "/"): value for name, value in fields.items()}
        return self.send(form.action, {**form.fields, **named})

    def press(self, number: str, operation: str, query: str = "") -> Page:
        """A button of the order page that does it at once."""
        form = next(one for one in self.open(f"/orders/{number}").forms if "version" in one.fields and not one.action)
        return self.send(f"/orders/{number}/do/{operation}{query}", form.fields)
