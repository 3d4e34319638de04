"""From rows to notes: what people read, with nothing looked up but the row itself and what revises it."""

from collections.abc import Iterable, Mapping
from typing import Any

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
from ordertrail.notes.personal import ERASED, Change, Json, unseal
from ordertrail.notes.times import moment

ERASED_TEXT = "[erased]"
"""What stands in a text where personal data was."""

_decode_object = msgspec.json.Decoder(dict[str, Any]).decode
_decode_list = msgspec.json.Decoder(list[Any]).decode


class Part(msgspec.Struct, frozen=True):
    """The readable content of an entry: what stays, with its personal values put back where they still exist."""

    content: Mapping[str, Json]
    erased: bool


def open_content(entry: Entry) -> Part:
    """What an entry says."""
    try:
        content = _decode_object(entry.content)
        personal = None if entry.personal is None else _decode_list(entry.personal)
        erased = entry.personal is None and '{"$personal":' in entry.content
        return Part(content if personal is None and not erased else unseal(content, personal), erased)
    except (msgspec.DecodeError, IndexError, TypeError) as error:
        raise RecordDamaged(f"entry {entry.seq} of order {entry.order_id} cannot be read: {error}") from None


def note_from(entry: Entry, revisions: Iterable[Entry] = ()) -> OrderNote:
    """The note that an entry is, with the entries that revise it, oldest first."""
    if entry.type == NoteType.SYSTEM:
        return _activity(entry)
    return _custom(entry, revisions)


def revisions_of(entry: Entry, revisions: Iterable[Entry]) -> list[NoteRevision]:
    """All texts that a Custom note had, the first one first."""
    texts = [entry, *(revision for revision in revisions if revision.event == "NoteUpdated")]
    found = []
    for one in texts:
        part = open_content(one)
        title, detail = _texts(part.content)
        found.append(
            NoteRevision(
                seq=one.seq,
                created=moment(one.created),
                actor=actor_of(one),
                title=title,
                detail=detail,
                visibility=_visibility(one, part),
                erased=part.erased,
            )
        )
    return found


def actor_of(entry: Entry) -> Actor:
    """Who acted; where the actor part is erased the id stands for the label."""
    try:
        known = {} if entry.actor is None else _decode_object(entry.actor)
    except msgspec.DecodeError as error:
        raise RecordDamaged(
            f"the actor of entry {entry.seq} of order {entry.order_id} cannot be read: {error}"
        ) from None
    return Actor(
        id=entry.actor_id,
        kind=ActorKind(entry.actor_kind),
        label=known.get("label", entry.actor_id),
        on_behalf_of=entry.on_behalf_of,
        address=known.get("address"),
        user_agent=known.get("user_agent"),
    )


def changes_of(content: Mapping[str, Json]) -> tuple[Change, ...]:
    """The changes that an entry holds."""
    return tuple((pointer, before, after) for pointer, before, after in content.get("changes", ()))


def _common(entry: Entry) -> dict[str, Any]:
    return {
        "id": f"{entry.order_id}:{entry.seq}",
        "order_id": entry.order_id,
        "seq": entry.seq,
        "created": moment(entry.created),
        "recorded": moment(entry.recorded),
        "type": NoteType(entry.type),
        "actor": actor_of(entry),
        "channel": entry.channel,
        "category": entry.category,
        "event_type": entry.event,
        "subject": entry.subject,
        "visibility": Visibility(entry.visibility),
    }


def _custom(entry: Entry, revisions: Iterable[Entry]) -> OrderNote:
    fields, texts = _common(entry), entry
    for revision in revisions:
        if revision.event == "NoteUpdated":
            texts = revision
            fields["edited"] = moment(revision.created)
        elif revision.event == "NoteDeleted":
            fields["deleted"] = moment(revision.created)
        else:
            fields["pinned"] = revision.event == "NotePinned"
    part = open_content(texts)
    title, detail = ("", "") if "deleted" in fields else _texts(part.content)
    fields["visibility"] = _visibility(texts, part)
    return OrderNote(title=title, detail=detail, erased=part.erased, **fields)


def _visibility(entry: Entry, part: Part) -> Visibility:
    """Who may read a note since `entry`: an edit says so in its data, as it is itself never for the customer."""
    said = part.content.get("data", {}).get("visibility", entry.visibility)
    try:
        return Visibility(said if entry.revises is not None else entry.visibility)
    except ValueError:
        raise RecordDamaged(f"entry {entry.seq} of order {entry.order_id} cannot be read: {said!r}") from None


def _texts(content: Mapping[str, Json]) -> tuple[str, str]:
    data = content.get("data", {})
    return readable(data.get("title", "")), readable(data.get("detail", ""))


def _activity(entry: Entry) -> OrderActivity:
    part = open_content(entry)
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
    if value is None:
        return "–"
    if value == ERASED:
        return ERASED_TEXT
    if isinstance(value, dict):
        return ", ".join(f"{key} {readable(item)}" for key, item in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(readable(item) for item in value) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


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
