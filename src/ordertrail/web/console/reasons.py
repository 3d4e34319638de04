"""Why something is refused, as the record says it in English, for a person in their language.

The record spells out its reasons for programs and logs too, so they come as text. Each sentence is told by its shape:
what of it is fixed, and where something is named. A sentence of no known shape stays as it is.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

from babel.messages.pofile import read_po

from ordertrail.errors import OperationNotAllowed, OrderTrailError
from ordertrail.web.console.translations import LANGUAGES
from ordertrail.web.problems import as_problem

_BETWEEN = "; "
"""What stands between sentences, and in some."""

_LONGEST = 2
"""How many pieces a sentence has at most that has a semicolon of its own."""

_WORDS = re.compile(r"(, | or | and )")

_BLANK = re.compile(r"\{[*.]?\}")
"""`{}` holds what is named, within one sentence; `{.}` a field; `{*}` sentences."""


class Called(NamedTuple):
    """How a language calls what a reason names: a status, a kind of part, a time, an amount; and a field."""

    named: Callable[[str], str]
    field: Callable[[str], str]


class Shape(NamedTuple):
    """A kind of sentence: what it is found by, a part of that to look for first, and how it reads in the language.

    `blanks` says what each group holds, as `_BLANK` does.
    """

    found: re.Pattern[str]
    fixed: str
    blanks: tuple[str, ...]
    said: str


def why(error: OrderTrailError) -> str:
    """Why something is refused, for a person: what may be done instead stands on the order's page."""
    return error.why if isinstance(error, OperationNotAllowed) else str(as_problem(error)["detail"])


def said(text: str, language: str, called: Called) -> str:
    """A reason in a language."""
    return _all(text, shapes(language), called)


def _all(text: str, known: tuple[Shape, ...], called: Called) -> str:
    whole = _one(text, known, called)
    if whole is not None:
        return whole
    pieces, told = text.split(_BETWEEN), []
    while pieces:
        # The longer first that is one sentence: some have a semicolon of their own.
        for end in range(min(_LONGEST, len(pieces)), 0, -1):
            one = _one(_BETWEEN.join(pieces[:end]), known, called)
            if one is not None or end == 1:
                told.append(_names(pieces[0], known, called) if one is None else one)
                del pieces[:end]
                break
    return _BETWEEN.join(told)


def _one(text: str, known: tuple[Shape, ...], called: Called) -> str | None:
    for shape in known:
        found = shape.fixed in text and shape.found.fullmatch(text)
        if found:
            filled = zip(shape.blanks, found.groups(), strict=True)
            return shape.said.format(
                *(called.field(one) if blank == "{.}" else _all(one, known, called) for blank, one in filled)
            )
    return None


def _names(text: str, known: tuple[Shape, ...], called: Called) -> str:
    if text.startswith(("'", '"')):
        return text  # what somebody typed
    first, *rest = _WORDS.split(text)
    if not rest:
        return called.named(text)
    return "".join(
        one if one == ", " else f" {_all(one.strip(), known, called)} " if n % 2 else _all(one, known, called)
        for n, one in enumerate([first, *rest])
    )


@lru_cache
def shapes(language: str) -> tuple[Shape, ...]:
    """The shapes that a language knows, those first of which the most is fixed.

    Of those that only another one lists the sentence stays, and what it names is called as the language does.
    """
    known = {text: _BLANK.sub("{}", text) for other in LANGUAGES for text in catalogue(other)} | catalogue(language)
    return tuple(_shape(text, known[text]) for text in sorted(known, key=len, reverse=True))


def catalogue(language: str) -> dict[str, str]:
    """The sentences that a language lists, each with how it says them."""
    place = files("ordertrail.web.console").joinpath("languages", f"{language}.reasons.po")
    messages = read_po(BytesIO(place.read_bytes()), locale=language)
    return {str(one.id): str(one.string) for one in messages if one.id}


def _shape(text: str, said: str) -> Shape:
    fixed, blanks = _BLANK.split(text), tuple(_BLANK.findall(text))
    places = ["(.+?)" if blank == "{*}" else f"((?:(?!{_BETWEEN}).)+?)" for blank in blanks]
    pattern = "".join(re.escape(one) + place for one, place in zip(fixed, [*places, ""], strict=True))
    return Shape(re.compile(pattern, re.DOTALL), max(fixed, key=len), blanks, said)
