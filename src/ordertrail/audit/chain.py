"""One order's entries, recomputed from their rows: digests, chain, commitments, and what the changes add up to."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

import msgspec

from ordertrail.audit.findings import Found
from ordertrail.audit.rows import Row
from ordertrail.notes import digest
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import BUILT_IN, Category
from ordertrail.notes.model import ActorKind, NoteType, Visibility
from ordertrail.notes.personal import ERASED, Json, unseal
from ordertrail.orders.changes import apply
from ordertrail.orders.model import canonical

UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
)
"""What decoding and applying raise where a value is not of the shape that it should be."""

_HEAD = Entry._fields.index("content")
"""How many columns are hashed as they stand."""

_REFERENCE = b'{"$personal":'
"""What a reference to a personal value looks like; within a JSON string its quotes would be escaped."""


class Doer(NamedTuple):
    """What of an entry an idempotency key must agree with."""

    actor_kind: bytes
    actor_id: bytes
    recorded: int
    operation: Json


class Chain:
    """Takes in the entries of one order, by seq, and keeps where they lead to.

    `erasures` are the listed ones, (seq, part) to the erasing entry; `log` the order's places in the log, as in
    `OrderRows`; `wanted` the seqs whose doers are to be kept.
    """

    def __init__(
        self,
        trail_id: str,
        order_id: bytes,
        *,
        found: Found,
        erasures: dict[tuple[int, bytes], int],
        log: Iterable[Row],
        wanted: frozenset[int] = frozenset(),
    ) -> None:
        self._trail_id, self._found, self._erasures, self._wanted = trail_id, found, erasures, wanted
        self._log: Iterator[Row] = iter(log)
        self._place = next(self._log, None)
        self._position: tuple[int, int] = (-1, -1)
        self._tag = digest.order_tag(trail_id, order_id.decode(errors="backslashreplace"))
        self._customs: set[int] = set()
        self._erased: list[tuple[int, int]] = []
        self._erasers: set[int] = set()
        self.doers: dict[int, Doer] = {}
        self.entries = self.seq = self.changed_seq = self.created = self.recorded = 0
        self.head = digest.FIRST
        self.document: dict[str, Json] = {}

    def take(self, row: Row) -> None:
        """Check the next entry against all before it."""
        entry: Any = Entry._make(row)
        seq = entry.seq
        follows = seq == self.seq + 1
        if not follows:
            self._found.add("seq-gap", seq, expected=self.seq + 1)
        if entry.created < self.created or entry.recorded < self.recorded:
            self._found.add("time-falls", seq)
        self._check_parts(entry)
        self._check_digest(entry, chained=follows)
        self._check_place(seq, entry.digest)
        self._check_kind(entry)
        self._check_content(entry)
        self.entries += 1
        self.seq, self.head, self.created, self.recorded = seq, entry.digest, entry.created, entry.recorded

    def close(self) -> None:
        """Check what only the last entry decides."""
        self._check_place(None, b"")
        for (seq, _), _ in sorted(self._erasures.items()):
            self._found.add("erasure-unfounded", seq)
        for seq, eraser in self._erased:
            if eraser <= seq or eraser not in self._erasers:
                self._found.add("erasure-unfounded", seq)

    # What an entry binds

    def _check_parts(self, entry: Any) -> None:
        try:
            personal, actor = self._commitments = _decode_commitments(entry.commitments)
        except UNREADABLE:
            self._commitments = None, None
            self._found.add("commitments-differ", entry.seq)
            return
        computed = (
            self._check_part(entry.seq, "personal", entry.personal, entry.personal_salt, personal),
            self._check_part(entry.seq, "actor", entry.actor, entry.actor_salt, actor),
        )
        if entry.commitments != _encode(computed):
            self._found.add("commitments-differ", entry.seq)

    def _check_part(
        self, seq: int, part: str, text: bytes | None, salt: bytes | None, committed: str | None
    ) -> str | None:
        """The commitment as it should stand there."""
        eraser = self._erasures.pop((seq, part.encode()), None) if self._erasures else None
        if text is None or salt is None:
            if text is not salt:
                self._found.add("salt-differs", seq, part=part)
            self._check_absence(seq, part, eraser, committed)
            return committed
        if eraser is not None:
            self._found.add("listed-not-erased", seq, part=part)
        if committed != digest.commitment_of(salt, text).hex():
            self._found.add(f"{part}-differs", seq)
        return committed

    def _check_absence(self, seq: int, part: str, eraser: int | None, committed: str | None) -> None:
        if eraser is None:
            if committed is not None:
                self._found.add("erased-unlisted", seq, part=part)
        elif committed is None:
            self._found.add("erasure-unfounded", seq)
        else:
            self._erased.append((seq, eraser))

    def _check_digest(self, entry: Any, *, chained: bool) -> None:
        try:
            head = [column.decode() if isinstance(column, bytes) else column for column in entry[:_HEAD]]
            array = digest.entry_array(self._trail_id, head, entry.content, *self._commitments)
        except UNREADABLE as error:
            self._found.add("unreadable", entry.seq, part="row", why=_why(error))
            return
        # After a gap the entry before is not there to be hashed.
        if chained and digest.entry_digest(self.head, array) != entry.digest:
            self._found.add("digest-differs", entry.seq)

    def _check_place(self, seq: int | None, its_digest: bytes) -> None:
        """That the log has this entry next, and nothing else before; None for the end."""
        while self._place is not None and (seq is None or self._place[1] < seq):
            self._found.add("log-extra", self._place[1])
            self._place = next(self._log, None)
        if seq is None:
            return
        if self._place is None or self._place[1] != seq:
            self._found.add("log-missing", seq)
            return
        self._check_leaf(self._place, its_digest)
        self._place = next(self._log, None)
        while self._place is not None and self._place[1] == seq:
            self._found.add("log-twice", seq)
            self._place = next(self._log, None)

    def _check_leaf(self, place: Row, its_digest: bytes) -> None:
        _, seq, position, waiting, leaf = place
        if seq < 0 or leaf != digest.leaf_hash(digest.leaf(self._tag, seq, its_digest)):
            self._found.add("leaf-differs", seq)
        # What waits comes after all that is placed.
        at = (0, position) if waiting is None else (1, waiting)
        if at <= self._position:
            self._found.add("log-order", seq)
        self._position = at

    # What an entry says

    def _check_kind(self, entry: Any) -> None:
        seq = entry.seq
        if not _goes_together(entry.type, entry.event, entry.category, entry.visibility, entry.actor_kind):
            self._found.add("kind-differs", seq)
        if entry.type == b"Custom":
            self._customs.add(seq)
        elif entry.event == b"PersonalDataErased":
            self._erasers.add(seq)
        if entry.revises is not None and entry.revises not in self._customs:
            self._found.add("revises-differs", seq, revises=entry.revises)

    def _check_content(self, entry: Any) -> None:
        seq = entry.seq
        if entry.actor is not None:
            self._report(seq, "actor part", _wrong_actor(entry.actor))
        personal, wrong = (None, None) if entry.personal is None else _read(entry.personal, list)
        self._report(seq, "personal part", wrong)
        content, wrong = _read(entry.content, dict)
        self._report(seq, "content", wrong)
        if content is None:
            return
        if seq in self._wanted:
            self.doers[seq] = Doer(entry.actor_kind, entry.actor_id, entry.recorded, content.get("operation"))
        sealed = _REFERENCE in entry.content
        if sealed and self._commitments[0] is None:
            self._found.add("personal-differs", seq)
        if "changes" in content:
            try:
                self._apply(seq, content["changes"], (lambda value: unseal(value, personal)) if sealed else None)
            except UNREADABLE as error:
                self._found.add("unreadable", seq, part="list of changes", why=_why(error))
            if entry.type != b"System":
                self._found.add("kind-differs", seq)

    def _report(self, seq: int, part: str, wrong: tuple[str, str] | None) -> None:
        if wrong is not None:
            self._found.add(wrong[0], seq, part=part, why=wrong[1])

    def _apply(self, seq: int, changes: Iterable[Any], opened: Callable[[Json], Json] | None) -> None:
        self.changed_seq = seq
        for pointer, sealed_before, sealed_after in changes:
            before, after = (
                (sealed_before, sealed_after) if opened is None else (opened(sealed_before), opened(sealed_after))
            )
            stood = apply(self.document, (pointer, before, after))
            if stood != before and not _fits(stood, before):
                self._found.add("before-differs", seq, pointer=pointer)


def _fits(one: Json, other: Json) -> bool:
    """Whether two values are the same where neither is erased: a mark fits a personal value, which is a text."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return all(_fits(one[key], other[key]) for key in one)
    if ERASED in (one, other):
        return isinstance(one, str) or isinstance(other, str)
    return bool(one == other)


@lru_cache(maxsize=1024)
def _goes_together(kind: bytes, event: bytes | None, category: bytes, visibility: bytes, actor_kind: bytes) -> bool:
    """Whether these make an entry. Most entries are of few kinds, so each kind is looked at once."""
    try:
        Visibility(visibility.decode())
        ActorKind(actor_kind.decode())
        its_category = Category(category.decode())
        if NoteType(kind.decode()) is NoteType.CUSTOM:
            return event is None and its_category is Category.NOTE
        known = BUILT_IN.get(event.decode()) if event else None
        return event is not None and (known is None or known.category is its_category)
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _wrong_actor(text: bytes) -> tuple[str, str] | None:
    """What is wrong with an actor part. The same few people act again and again."""
    return _read(text, dict)[1]


def _read(text: bytes, kind: type) -> tuple[Any, tuple[str, str] | None]:
    """The value of a stored text (None where it has none), and the finding's code and reason if it is wrong."""
    try:
        value = _decode(text)
        if not isinstance(value, kind):
            return None, ("unreadable", "it is of another kind of JSON")
        spelt = canonical(value)
    except UNREADABLE as error:
        return None, ("unreadable", _why(error))
    return value, None if spelt == text else ("not-canonical", why_not_canonical(text))


def why_not_canonical(text: bytes) -> str:
    """What is wrong with the spelling of a JSON text: a key that stands twice, or else."""
    try:
        json.loads(text, object_pairs_hook=_unique)
    except ValueError as error:
        return str(error)
    return "it is spelt otherwise"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ValueError(f"the key {twice!r} stands twice")
    return dict(pairs)


def _why(error: Exception) -> str:
    """The kind of error: its message may hold personal data."""
    return type(error).__name__


def _no_float(_: str) -> NoReturn:
    raise ValueError


_decode = msgspec.json.Decoder(float_hook=_no_float).decode
_decode_commitments = msgspec.json.Decoder(tuple[str | None, str | None]).decode
_encode = msgspec.json.Encoder().encode
