"""What of an activity is worth a line beside its title. Pure."""

from collections.abc import Callable, Collection, Iterator

from ordertrail.notes.model import OrderActivity
from ordertrail.notes.personal import Change, Json
from ordertrail.notes.reading import readable
from ordertrail.orders.operations.base import COLLECTIONS

OTHER = "other"
"""The code of a reason that is on no list: its comment says it all."""

MATTERS = ("/totals/total", "/totals/balance")
"""Of the totals, what is worth a line: the others follow from them and from what happened."""


_FOLLOWING = ("/totals/", "/counters")
"""Places that only follow: sums, and how many parts there were ever."""


def own_words(note: OrderActivity, said: Callable[[str], str] = str) -> str:
    """What somebody wrote with it: a detail, or why, whose label is `said`."""
    return note.detail if "detail" in note.data and note.revises is None else _reason(note, said)


def _reason(note: OrderActivity, said: Callable[[str], str]) -> str:
    """The comment of a reason, with its label where the title does not have it."""
    reason = note.data.get("reason")
    if not isinstance(reason, dict):
        return ""
    label, comment = readable(reason.get("label", "")), reason.get("comment")
    if label in note.title or (reason.get("code") == OTHER and comment is not None):
        return "" if comment is None else readable(comment)
    return said(label) if comment is None else f"{said(label)}: {readable(comment)}"


def worth_a_line(note: OrderActivity) -> Iterator[Change]:
    """The changes that say more than the title, by what they are about.

    Left out are whole parts (or the order) that came or went, sums that follow from others, and what the entry says
    already: when it happened, why, what else changed to or from that value, what stands in the title.
    """
    if any(pointer == "/id" for pointer, _, _ in note.changes):
        return
    told = {note.created.isoformat().replace("+00:00", "Z")}
    for _, before, after in note.changes:
        told |= {before, after} if isinstance(before, str) and isinstance(after, str) else set()
    about = _place(note.subject)
    for pointer, before, after in note.changes:
        follows = pointer.startswith(_FOLLOWING) and pointer not in MATTERS
        repeated = (before is None or after is None) and _is_told(after if before is None else before, note, told)
        if not follows and not repeated and _is_small(before) and _is_small(after):
            yield pointer.removeprefix(about).removeprefix("/totals"), before, after


def _place(subject: str | None) -> str:
    """Where the document holds what an entry is about."""
    kind, _, key = (subject or "").partition("/")
    return f"/{COLLECTIONS[kind]}/{key}" if kind in COLLECTIONS else ""


def _is_told(value: Json, note: OrderActivity, told: Collection[str]) -> bool:
    if isinstance(value, str):
        return value in told or (len(value) > 2 and value in note.title)
    return bool(value == note.data.get("reason"))


def _is_small(value: Json) -> bool:
    if isinstance(value, dict):
        return len(value) <= 3 and not any(isinstance(item, dict | list) for item in value.values())
    return True
