"""A stream's id follows from what its first entry says."""

from typing import Any

import pytest

from ordertrail.notes.streams import opens, stream_id

DATA = {"process": "4f1c", "day": "2026-01-05"}
ID = stream_id("4f1c", "2026-01-05")


def test_the_first_entry_says_whose_stream_it_is() -> None:
    assert opens(ID, {"title": "x", "data": {**DATA, "more": 1}})


@pytest.mark.parametrize(
    "content",
    [{}, {"data": None}, {"data": []}, {"data": {"process": "4f1c"}}, {"data": {**DATA, "day": "2026-01-06"}},
     {"data": {**DATA, "process": 7}}],
)  # fmt: skip
def test_what_is_no_first_entry(content: Any) -> None:
    assert not opens(ID, content)
