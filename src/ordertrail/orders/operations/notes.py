"""Notes that people write, activities that the shop records, legal holds and erasure."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from ordertrail.errors import InvalidInput, LegalHold, NoteChanged, NoteNeverChanges, NothingToChange, NotPermitted
from ordertrail.notes.events import event_type
from ordertrail.notes.model import ActorKind, NoteType, Visibility
from ordertrail.orders.changes import without
from ordertrail.orders.model import Key, Order, Text, replaced
from ordertrail.orders.operations.base import (
    EVERY_STATUS,
    Arguments,
    Context,
    GivenReason,
    NoteFacts,
    OfPart,
    Operation,
    Step,
    Steps,
    operation,
)
from ordertrail.orders.operations.parts import meant, plain, reason, refusal, subject, told

Title = Annotated[str, Meta(max_length=200)]
Detail = Annotated[str, Meta(max_length=100_000)]
Seq = Annotated[int, Meta(ge=1, lt=2**53)]


class AddNote(OfPart, frozen=True, kw_only=True):
    """A note: a title, a detail, or both; internal unless the customer is to read it."""

    title: Title = ""
    detail: Detail = ""
    visibility: Visibility = Visibility.INTERNAL


class OfNote(Arguments, frozen=True, kw_only=True):
    """Which note, by its seq."""

    note: Seq


class EditNote(OfNote, frozen=True, kw_only=True):
    """The new texts; what is not given stays. A note can be withdrawn from the customer, never shown by an edit.

    `revision` is the entry whose text the caller read (the note, or its last edit): after another edit it is refused.
    """

    title: Title | None = None
    detail: Detail | None = None
    visibility: Visibility | None = None
    revision: Seq | None = None


class DeleteNote(OfNote, frozen=True, kw_only=True):
    """Which note, and why."""

    reason: GivenReason | str | None = None


class RecordActivity(OfPart, frozen=True, kw_only=True):
    """What happened elsewhere: an event type that the shop registered, or None; its texts and own data."""

    event_type: str = "None"
    title: Title = ""
    detail: Detail = ""
    data: dict[Key, Text] = {}
    visibility: Visibility = Visibility.INTERNAL


class SetLegalHold(Arguments, frozen=True, kw_only=True):
    """Why the order's personal data has to stay."""

    reason: GivenReason | str


class ReleaseLegalHold(Arguments, frozen=True, kw_only=True):
    """Why it no longer has to."""

    reason: GivenReason | str


class ErasePersonalData(Arguments, frozen=True, kw_only=True):
    """What is erased, and why.

    `entries` are the seqs whose personal parts go, and with them what of the document they brought. What other entries
    say again (the value before a change, an address that a split took along) stays there: only without `entries`, when
    all so far are erased, is nothing left. `actors` says whose label, address and user agent go from these entries: the
    customers', everyone's, or nobody's.
    """

    reason: GivenReason | str
    entries: tuple[Seq, ...] = ()
    actors: Literal["customers", "everyone", "nobody"] = "customers"


@operation(
    AddNote,
    legal_in=EVERY_STATUS,
    permission="note.write",
    condition="a title or a detail",
    records=(),
    beside=True,
)
def add_note(order: Order, arguments: AddNote, _: Context) -> Steps:
    """Write a note."""
    if not arguments.title.strip() and not arguments.detail.strip():
        raise InvalidInput("an empty note says nothing: give it a title or a detail")
    data = {"title": arguments.title, "detail": arguments.detail}
    return [Step(event=None, order=order, subject=_about(order, arguments), data=data, visibility=arguments.visibility)]


def _about(order: Order, arguments: OfPart) -> str | None:
    part = meant(order, arguments)
    return None if part is None else subject(*part)


def _note(doing: Operation, order: Order, context: Context) -> NoteFacts:
    """The Custom note meant. Raises NoteNeverChanges for a System entry."""
    facts = context.note
    if facts is None:
        raise InvalidInput("say which note, by its seq")
    if facts.type is NoteType.SYSTEM:
        raise NoteNeverChanges(f"entry {facts.seq} was recorded by the system: it never changes; add a note instead")
    if facts.deleted:
        raise refusal(doing, order, f"note {facts.seq} is deleted")
    return facts


def _is_author(facts: NoteFacts, context: Context) -> bool:
    return facts.author == (context.actor.kind, context.actor.id)


@operation(
    EditNote,
    legal_in=EVERY_STATUS,
    permission="note.write",
    condition="a Custom note, by its author, not edited since it was read; visibility is not widened by an edit",
    records=("NoteUpdated",),
    note=True,
    beside=True,
)
def edit_note(order: Order, arguments: EditNote, context: Context) -> Steps:
    """Edit a note; its earlier texts stay."""
    facts = _note(edit_note, order, context)
    if not _is_author(facts, context):
        raise NotPermitted("note.write as its author", f"editing note {facts.seq}, which {facts.author[1]} wrote,")
    if arguments.visibility is Visibility.CUSTOMER and facts.visibility is Visibility.INTERNAL:
        raise InvalidInput("an internal note is not shown to the customer by an edit: write a new one for them")
    if arguments.revision is not None and arguments.revision != facts.revision:
        raise NoteChanged(facts.seq, facts.revision or facts.seq)
    title = facts.title if arguments.title is None else arguments.title
    detail = facts.detail if arguments.detail is None else arguments.detail
    if not title.strip() and not detail.strip():
        raise InvalidInput("an empty note says nothing: give it a title or a detail, or delete it")
    visibility = arguments.visibility or facts.visibility
    if (title, detail, visibility) == (facts.title, facts.detail, facts.visibility):
        raise NothingToChange(
            f"nothing would change: note {facts.seq} reads like that; give another text or visibility"
        )
    data = {"title": title, "detail": detail, "visibility": visibility.value}
    return [_revision(order, facts, "NoteUpdated", data)]


def _revision(order: Order, facts: NoteFacts, event: str, data: Mapping[str, object]) -> Step:
    # Never for the customer itself: it keeps its text for ever, and the note may be withdrawn from them later.
    return Step(
        event=event,
        order=order,
        subject=subject("note", str(facts.seq)),
        labels={"note": facts.seq},
        data=data,
        revises=facts.seq,
    )


@operation(
    DeleteNote,
    legal_in=EVERY_STATUS,
    permission="note.write",
    condition="a Custom note, by its author, or with note.moderate",
    records=("NoteDeleted",),
    note=True,
    beside=True,
)
def delete_note(order: Order, arguments: DeleteNote, context: Context) -> Steps:
    """Delete a note: it shows as deleted, and its texts stay readable as revisions."""
    facts = _note(delete_note, order, context)
    if not _is_author(facts, context):
        context.require("note.moderate", f"deleting note {facts.seq}, which {facts.author[1]} wrote,")
    _, data = told(arguments.reason, context)
    return [_revision(order, facts, "NoteDeleted", data)]


@operation(
    OfNote,
    legal_in=EVERY_STATUS,
    permission="note.write",
    condition="a Custom note that is not pinned",
    records=("NotePinned",),
    undone_by="unpin_note",
    note=True,
    beside=True,
)
def pin_note(order: Order, _: OfNote, context: Context) -> Steps:
    """Pin a note, so that nobody misses it."""
    facts = _note(pin_note, order, context)
    if facts.pinned:
        raise refusal(pin_note, order, f"note {facts.seq} is pinned already")
    return [_revision(order, facts, "NotePinned", {})]


@operation(
    OfNote,
    legal_in=EVERY_STATUS,
    permission="note.write",
    condition="a Custom note that is pinned",
    records=("NoteUnpinned",),
    undone_by="pin_note",
    note=True,
    beside=True,
)
def unpin_note(order: Order, _: OfNote, context: Context) -> Steps:
    """Unpin a note."""
    facts = _note(unpin_note, order, context)
    if not facts.pinned:
        raise refusal(unpin_note, order, f"note {facts.seq} is not pinned")
    return [_revision(order, facts, "NoteUnpinned", {})]


@operation(
    RecordActivity,
    legal_in=EVERY_STATUS,
    permission="activity.record",
    condition="an event type registered by the shop, or None",
    records=("None",),
    beside=True,
)
def record_activity(order: Order, arguments: RecordActivity, context: Context) -> Steps:
    """Record what happened elsewhere; the order is unchanged."""
    event = event_type(context.events, arguments.event_type)
    if event.name != "None" and "." not in event.name:
        raise InvalidInput(f"{event.name} is recorded by its own operations only: give a vendor.Name, or None")
    if event.name == "None" and not (arguments.title.strip() or arguments.detail.strip() or arguments.data):
        raise InvalidInput("an empty activity says nothing: give it a title, a detail or data, or an event type")
    named = sorted({"title", "detail"} & arguments.data.keys())
    if named:
        raise InvalidInput(f"data holds {' and '.join(named)}: give that as an argument of its own, or another key")
    texts = {name: text for name in ("title", "detail") if (text := getattr(arguments, name))}
    return [
        Step(
            event=event.name,
            order=order,
            subject=_about(order, arguments),
            labels=event.labels(arguments.data),
            data={**arguments.data, **texts},
            visibility=arguments.visibility,
        )
    ]


def _no_hold_yet(order: Order) -> str | None:
    return None if order.legal_hold is None else "the order is under legal hold already"


def _on_legal_hold(order: Order) -> str | None:
    return "the order is under no legal hold" if order.legal_hold is None else None


@operation(
    SetLegalHold,
    legal_in=EVERY_STATUS,
    permission="hold.legal",
    available=_no_hold_yet,
    condition="not there yet; reason",
    records=("LegalHoldSet",),
)
def set_legal_hold(order: Order, arguments: SetLegalHold, context: Context) -> Steps:
    """Keep the order's personal data from being erased, and the order from being archived."""
    why = reason(arguments.reason, context)
    labels, data = {"reason": why.label}, {"reason": plain(why)}
    return [Step(event="LegalHoldSet", order=replaced(order, legal_hold=why), labels=labels, data=data)]


@operation(
    ReleaseLegalHold,
    legal_in=EVERY_STATUS,
    permission="hold.legal",
    available=_on_legal_hold,
    condition="there; reason",
    records=("LegalHoldReleased",),
)
def release_legal_hold(order: Order, arguments: ReleaseLegalHold, context: Context) -> Steps:
    """End a legal hold."""
    label, data = told(arguments.reason, context)
    released = replaced(order, legal_hold=None)
    return [Step(event="LegalHoldReleased", order=released, labels={"reason": label}, data=data)]


def _may_erase(order: Order) -> str | None:
    if order.legal_hold is None:
        return None
    return "the order is under legal hold: release it first, or leave the data where it is"


@operation(
    ErasePersonalData,
    legal_in=EVERY_STATUS,
    permission="personal.erase",
    available=_may_erase,
    refused_as=LegalHold,
    condition="no legal hold; names which parts",
    records=("PersonalDataErased",),
    history=True,
)
def erase_personal_data(order: Order, arguments: ErasePersonalData, context: Context) -> Steps:
    """Erase personal data from entries, document and search columns; every proof stays valid."""
    why = reason(arguments.reason, context)
    gone = tuple(place for place, seq in context.sources.items() if not arguments.entries or seq in arguments.entries)
    labels, data = {"reason": why.label}, {"reason": plain(why)}
    return [Step(event="PersonalDataErased", order=without(order, gone), labels=labels, data=data, erases=gone)]


def erases_actor(arguments: ErasePersonalData, actor_kind: str) -> bool:
    """Whether the actor part of an entry by this kind of actor is erased too."""
    return arguments.actors == "everyone" or (arguments.actors == "customers" and actor_kind == ActorKind.CUSTOMER)
