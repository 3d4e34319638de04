"""Why something is refused, as the record says it in English, in another language.

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
from ordertrail.web.problems import as_problem

_BETWEEN = "; "
"""What stands between sentences, and in some."""

_LONGEST = 2
"""How many pieces a sentence has at most that has a semicolon of its own."""

_WORDS = re.compile(r"(, | or | and )")

Named = Callable[[str], str]
"""What something that a reason names is called in the language: a status, a kind of part, a time, an amount."""


class Shape(NamedTuple):
    """A kind of sentence: what it is found by, a part of that to look for first, and how it reads in the language."""

    found: re.Pattern[str]
    fixed: str
    said: str


def why(error: OrderTrailError) -> str:
    """Why something is refused, for a person: what may be done instead stands on the order's page."""
    return error.why if isinstance(error, OperationNotAllowed) else str(as_problem(error)["detail"])


def said(text: str, language: str, named: Named) -> str:
    """A reason in a language."""
    known = shapes(language)
    return _all(text, known, named) if known else text


def _all(text: str, known: tuple[Shape, ...], named: Named) -> str:
    whole = _one(text, known, named)
    if whole is not None:
        return whole
    pieces, told = text.split(_BETWEEN), []
    while pieces:
        # The longer first that is one sentence: some have a semicolon of their own.
        for end in range(min(_LONGEST, len(pieces)), 0, -1):
            one = _one(_BETWEEN.join(pieces[:end]), known, named)
            if one is not None or end == 1:
                told.append(_names(pieces[0], known, named) if one is None else one)
                del pieces[:end]
                break
    return _BETWEEN.join(told)


def _one(text: str, known: tuple[Shape, ...], named: Named) -> str | None:
    for shape in known:
        found = shape.fixed in text and shape.found.fullmatch(text)
        if found:
            return shape.said.format(*(_all(given, known, named) for given in found.groups()))
    return None


def _names(text: str, known: tuple[Shape, ...], named: Named) -> str:
    if text.startswith(("'", '"')):
        return text  # what somebody typed
    first, *rest = _WORDS.split(text)
    if not rest:
        return named(text)
    return "".join(
        one if one == ", " else f" {_all(one.strip(), known, named)} " if n % 2 else _all(one, known, named)
        for n, one in enumerate([first, *rest])
    )


@lru_cache
def shapes(language: str) -> tuple[Shape, ...]:
    """The shapes that a language knows, those first of which the most is fixed."""
    place = files("ordertrail.web.console").joinpath("languages", f"{language}.reasons.po")
    if not place.is_file():
        return ()
    messages = [one for one in read_po(BytesIO(place.read_bytes()), locale=language) if one.id]
    messages.sort(key=lambda one: len(one.id), reverse=True)
    return tuple(_shape(str(one.id), str(one.string)) for one in messages)


def _shape(text: str, said: str) -> Shape:
    """`{}` holds what is named, within one sentence; `{*}` holds sentences."""
    fixed = re.split(r"\{[*]?\}", text)
    places = ["(.+?)" if place == "{*}" else f"((?:(?!{_BETWEEN}).)+?)" for place in re.findall(r"\{[*]?\}", text)]
    pattern = "".join(re.escape(one) + place for one, place in zip(fixed, [*places, ""], strict=True))
    return Shape(re.compile(pattern, re.DOTALL), max(fixed, key=len), said)
