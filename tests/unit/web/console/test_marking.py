"""What was looked for is marked where the search finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from ordertrail.web.console.marking import marked, places


@pytest.mark.parametrize(
    ("text", "needle", "shown"),
    [
        ("The Tent, the TENT", "tent", "The <mark>Tent</mark>, the <mark>TENT</mark>"),
        ("An der Alten Straße 7", "strasse", "An der Alten <mark>Straße</mark> 7"),
        ("HAUPTSTRASSE", "straße", "HAUPT<mark>STRASSE</mark>"),
        ("Maße", "as", "M<mark>aß</mark>e"),
        ("groß", "s", "gro<mark>ß</mark>"),
        ("ßß", "sss", "<mark>ßß</mark>"),
        ("<b> & <B>", "<b>", "<mark>&lt;b&gt;</mark> &amp; <mark>&lt;B&gt;</mark>"),
        ("nothing", "", "nothing"),
        ("nothing", "else", "nothing"),
    ],
)
def test_what_was_looked_for_is_marked(text: str, needle: str, shown: str) -> None:
    assert str(marked(text, needle)) == shown


LETTERS = st.text("sSßaA<ﬀfİi", max_size=8)


@given(LETTERS, LETTERS)
def test_whatever_the_search_finds_is_marked_and_nothing_is_lost(text: str, needle: str) -> None:
    found = list(places(text, needle))
    assert bool(found) is (needle != "" and needle.casefold() in text.casefold())
    for first, last in found:
        assert needle.casefold() in text[first:last].casefold()
    assert [end for place in found for end in place] == sorted(end for place in found for end in place)
    assert str(marked(text, needle)).replace("<mark>", "").replace("</mark>", "") == str(escape(text))
