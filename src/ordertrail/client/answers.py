"""Answers read into the library's own types; a field that is new is passed over."""

from typing import Any

import msgspec

from ordertrail.notes.model import NoteType, OrderActivity, OrderNote


def note(found: Any) -> OrderNote:
    """A note as it was answered: an OrderActivity if it was recorded, else an OrderNote."""
    kind = OrderActivity if found["type"] == NoteType.SYSTEM.value else OrderNote
    return msgspec.convert(found, kind)
