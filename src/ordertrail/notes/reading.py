"""From rows to notes: what people read, with nothing looked up but the row itself and what revises it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypedDict, TypeVar

import msgspec

from ordertrail.errors import RecordDamaged
from ordertrail.notes.digest import Entry
from ordertrail.notes.model import (
    Actor,
    ActorKind,
    NoteRevision,
    NoteType,
    OrderActivity,
    OrderNote,
    Visibility,
)
from ordertrail.notes.personal import ERASED, HIDDEN, REFERENCE, Change, Json, hide, unseal
from ordertrail.notes.times import moment

ERASED_TEXT = "[erased]"
"""What stands in a text where personal data was."""

HIDDEN_TEXT = "[hidden]"
"""What stands in a text where personal data is that the reader may not see."""

_Change = Annotated[list[Any], msgspec.Meta(min_length=3, max_length=3)]
_Content = TypedDict(
    "_Content",
    {"operation": str, "title": str, "from": str, "to": str, "changes": list[_Change], "data": dict[str, Any]},
    total=False,
)

_decode_content = msgspec.json.Decoder(_Content).decode
_decode_personal = msgspec.json.Decoder(list[msgspec.Raw]).decode


class _Known(msgspec.Struct):
    """What can be erased of who acted."""

    label: str | None = None
    address: str | None = None
    user_agent: str | None = None


_decode_actor = msgspec.json.Decoder(_Known).decode
_NOBODY = _Known()

# To call an enumeration takes as long as to decode a text.
_TYPES = {member.value: member for member in NoteType}
_VISIBILITIES = {member.value: member for member in Visibility}
_KINDS = {member.value: member for member in ActorKind}

_MARKS = (ERASED, HIDDEN)

_UNREADABLE = (msgspec.DecodeError, AttributeError, LookupError, OverflowError, TypeError, ValueError)
"""What comes of a damaged row, wherever in it the damage is."""

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def _naming_damage(
    read: Callable[Concatenate[Entry, _Given], _Found],
) -> Callable[Concatenate[Entry, _Given], _Found]:
    """Let `read` raise RecordDamaged, which names the entry, where the entry cannot be read."""

    @wraps(read)
    def reading(entry: Entry, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
        try:
            return read(entry, *args, **kwargs)
        except _UNREADABLE as error:
            raise RecordDamaged(f"entry {entry.seq} of order {entry.order_id} cannot be read: {error}") from error

    return reading


class Part(msgspec.Struct, frozen=True):
    """The readable content of an entry: what stays, with its personal values put back where they still exist."""

    content: Mapping[str, Json]
    erased: bool


@_naming_damage
def sealed_content(entry: Entry) -> Mapping[str, Json]:
    """The content of an entry as it is stored, with marks where its personal values go."""
    content: Mapping[str, Json] = _decode_content(entry.content)
    return content


@_naming_damage
def open_content(entry: Entry) -> Part:
    """What an entry says."""
    return _opened(entry)


def _opened(entry: Entry) -> Part:
    personal = None if entry.personal is None else _decode_personal(entry.personal)
    if REFERENCE not in entry.content:
        return Part(_decode_content(entry.content), erased=False)
    # Put back in the text, which is decoded once, rather than in each value of it.
    return Part(_decode_content(unseal(entry.content, personal)), erased=personal is None)


def impersonal(entry: Entry) -> Entry:
    """The entry as those read it who may not see personal data: of who acted the id stays, which is a pseudonym."""
    # What was erased still reads so: that it is gone is nothing personal.
    content = entry.content if entry.personal is None else hide(entry.content)
    return entry._replace(content=content, personal=None, actor=None)


@_naming_damage
def note_from(entry: Entry, revisions: Iterable[Entry] = ()) -> OrderNote:
    """The note that an entry is, with the entries that revise it, oldest first."""
    if entry.type == NoteType.SYSTEM:
        return _activity(entry)
    return _custom(entry, revisions)


def revisions_of(entry: Entry, revisions: Iterable[Entry]) -> list[NoteRevision]:
    """All texts that a Custom note had, the first one first."""
    return [_revision(one) for one in (entry, *(one for one in revisions if one.event == "NoteUpdated"))]


@_naming_damage
def _revision(entry: Entry) -> NoteRevision:
    """The text that a Custom note has since `entry`, which is the note itself or an edit of it."""
    title, detail, visibility, erased = _text_since(entry)
    return NoteRevision(
        seq=entry.seq,
        created=moment(entry.created),
        actor=_actor(entry),
        title=title,
        detail=detail,
        visibility=visibility,
        erased=erased,
    )


@_naming_damage
def actor_of(entry: Entry) -> Actor:
    """Who acted; where the actor part is erased the id stands for the label."""
    return _actor(entry)


def _actor(entry: Entry) -> Actor:
    known = _NOBODY if entry.actor is None else _decode_actor(entry.actor)
    return Actor(
        id=entry.actor_id,
        kind=_KINDS[entry.actor_kind],
        label=entry.actor_id if known.label is None else known.label,
        on_behalf_of=entry.on_behalf_of,
        address=known.address,
        user_agent=known.user_agent,
    )


def changes_of(content: Mapping[str, Json]) -> tuple[Change, ...]:
    """The changes that an entry holds."""
    return tuple((pointer, before, after) for pointer, before, after in content.get("changes", ()))


def _common(entry: Entry) -> dict[str, Any]:
    created = moment(entry.created)
    return {
        "id": f"{entry.order_id}:{entry.seq}",
        "order_id": entry.order_id,
        "seq": entry.seq,
        "created": created,
        "recorded": created if entry.recorded == entry.created else moment(entry.recorded),
        "type": _TYPES[entry.type],
        "actor": _actor(entry),
        "channel": entry.channel,
        "category": entry.category,
        "event_type": entry.event,
        "subject": entry.subject,
        "visibility": _VISIBILITIES[entry.visibility],
    }


def _custom(entry: Entry, revisions: Iterable[Entry]) -> OrderNote:
    fields, latest = _common(entry), entry
    for revision in revisions:
        if revision.event == "NoteUpdated":
            latest = revision
            fields["edited"] = _created(revision)
        elif revision.event == "NoteDeleted":
            fields |= _deletion(revision)
        else:
            fields["pinned"] = revision.event == "NotePinned"
    title, detail, fields["visibility"], erased = _text_since(latest)
    if "deleted" in fields:
        title = detail = ""
    return OrderNote(title=title, detail=detail, erased=erased, **fields)


@_naming_damage
def _deletion(entry: Entry) -> dict[str, Any]:
    """When a note was deleted, by whom, and why, where that was said."""
    reason = _opened(entry).content.get("data", {}).get("reason")
    return {
        "deleted": moment(entry.created),
        "deleted_by": _actor(entry),
        "deletion_reason": reason and {name: readable(value) for name, value in reason.items()},
    }


@_naming_damage
def _created(entry: Entry) -> datetime:
    return moment(entry.created)


@_naming_damage
def _text_since(entry: Entry) -> tuple[str, str, Visibility, bool]:
    """Title, detail, visibility of a Custom note since `entry`, and whether the text is erased."""
    part = _opened(entry)
    return *_texts(part.content), _visibility(entry, part), part.erased


def _visibility(entry: Entry, part: Part) -> Visibility:
    """Who may read a note since `entry`: an edit says so in its data, as it is itself never for the customer."""
    if entry.revises is None:
        return _VISIBILITIES[entry.visibility]
    return _VISIBILITIES[part.content.get("data", {}).get("visibility", entry.visibility)]


def _texts(content: Mapping[str, Json]) -> tuple[str, str]:
    data = content.get("data", {})
    return readable(data.get("title", "")), readable(data.get("detail", ""))


def _activity(entry: Entry) -> OrderActivity:
    part = _opened(entry)
    content = part.content
    data, changes = content.get("data", {}), changes_of(content)
    own_title, own_detail = _texts(content) if entry.revises is None else ("", "")
    return OrderActivity(
        title=own_title or content.get("title") or entry.event or "",
        detail=own_detail or render(changes, data),
        erased=part.erased,
        operation=content.get("operation", ""),
        from_status=content.get("from"),
        to_status=content.get("to"),
        changes=changes,
        data=data,
        cause=entry.cause,
        revises=entry.revises,
        **_common(entry),
    )


def readable(value: Json) -> str:
    """A value as people read it."""
    if type(value) is str:
        return value
    if value is None:
        return "–"
    if value in _MARKS:
        return ERASED_TEXT if value == ERASED else HIDDEN_TEXT
    if isinstance(value, dict):
        return ", ".join(f"{key} {readable(item)}" for key, item in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(readable(item) for item in value) or "–"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def render(changes: Iterable[Change], data: Mapping[str, Json]) -> str:
    """What changed, one line each: the place, the value before and the value after. A comment comes first."""
    reason = data.get("reason")
    comment = reason.get("comment") if isinstance(reason, dict) else None
    lines = [] if comment is None else [readable(comment)]
    for pointer, before, after in changes:
        place = pointer.strip("/").replace("/", " ").replace("_", " ")
        if place.startswith("counters"):
            continue
        if before is None:
            lines.append(f"{place}: {readable(after)}")
        else:
            lines.append(f"{place}: {readable(before)} → {readable(after)}")
    return "\n".join(lines)


def searched(note: OrderNote | NoteRevision) -> Iterator[str]:
    """In what of a note a text is looked for."""
    yield note.title
    yield note.detail
    reason = note.data.get("reason") if isinstance(note, OrderActivity) else None
    if isinstance(reason, dict):
        yield readable(reason.get("label", ""))
