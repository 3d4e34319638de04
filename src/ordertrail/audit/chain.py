"""One order's entries, recomputed from their rows: digests, chain, parts, kinds, and what the changes add up to."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from ordertrail.audit.findings import Found
from ordertrail.audit.parts import Parts
from ordertrail.audit.places import Places
from ordertrail.audit.rows import Row
from ordertrail.audit.sums import Sum
from ordertrail.audit.texts import UNREADABLE, Wrong, check_actor, json_text, read_list, read_map, shown, why
from ordertrail.notes import digest
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import BUILT_IN, OF_STREAMS, STREAM_OPENED, Category
from ordertrail.notes.model import ActorKind, NoteType, Visibility
from ordertrail.notes.personal import Json
from ordertrail.notes.streams import opens

_ARRAY = b'["ordertrail/1",%b,%b,%d,%b,%d,%d,%b,%b,"%b",%b'
"""What `digest.entry_bytes` spells, of columns that are JSON already. The commitments, as stored, are its end."""

_REFERENCE = b'{"$personal":'
"""What a reference to a personal value looks like; within a JSON string its quotes would be escaped."""

_NULL = b"null"
_NO_PERSONAL = b"[null,"
"""How commitments begin of an entry that never had a personal part."""


_BEFORE_ALL = -(2**63)
"""No time that a column holds is earlier: what the first entry's times, which may lie before 1970, are held against."""


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
        erasures: Mapping[tuple[int, bytes], int],
        log: Iterable[Row],
        wanted: frozenset[int] = frozenset(),
    ) -> None:
        self._found, self._wanted = found, wanted
        self._trail, self._order, self._order_id = json_text(trail_id), json_text(shown(order_id)), order_id
        self._parts = Parts(found, erasures)
        self._places = Places(found, digest.order_tag(trail_id, shown(order_id)), log)
        self._customs: set[int] = set()
        self._erasers: dict[int, frozenset[tuple[int, bytes]]] = {}
        self.stream = False
        """Whether these are the entries of a system stream, as the first one's words give this id."""
        self.sum = Sum(found)
        self.doers: dict[int, Doer] = {}
        self.entries = self.seq = 0
        self.created = self.recorded = _BEFORE_ALL
        self.head = digest.FIRST

    def take(self, row: Row) -> None:
        """Check the next entry against all before it."""
        (
            _, seq, _, _, _, _, actor_kind, actor_id, _, _, _, created, recorded, revises, cause,
            content, personal, salt, actor, actor_salt, commitments, its_digest,
        ) = row  # fmt: skip
        follows = seq == self.seq + 1
        if not follows:
            self._found.add("seq-gap", self.seq + 1, next=seq)
        if created < self.created or recorded < self.recorded:
            self._found.add("time-falls", seq)
        self._parts.check(seq, personal, salt, actor, actor_salt, commitments)
        labels = _UNREADABLE
        try:
            labels = _labels(row[_LABELS])
            its_cause = _NULL if cause is None else json_text(cause.decode())
            array = self._array(seq, labels, created, recorded, revises, its_cause, content, commitments)
            # After a gap the entry before is not there to be hashed.
            if follows and digest.entry_digest(self.head, array) != its_digest:
                self._found.add("digest-differs", seq)
        except UnicodeDecodeError as error:
            self._found.add("unreadable", seq, part="row", why=why(error))
        self._places.check(seq, its_digest)
        if revises is not None or not labels.usual:
            self._check_kind(seq, labels, revises)
        said = self._check_content(seq, labels, content, personal, actor, commitments)
        if seq == 1 and row[_EVENT] == _OPENS:
            self.stream = self._opens(said)
        if labels.access is not self.stream:
            self._found.add("stream-differs", seq)
        if labels.erasing:
            self._erasers[seq] = self._erased_by(seq, said)
        if seq in self._wanted:
            self.doers[seq] = Doer(actor_kind, actor_id, recorded, said.get("operation"))
        self.entries += 1
        self.seq, self.head, self.created, self.recorded = seq, its_digest, created, recorded

    def close(self) -> None:
        """Check what only the last entry decides."""
        self._places.close()
        self._parts.close(self._erasers)

    def _array(
        self, seq: int, labels: "Labels", created: int, recorded: int, revises: int | None, cause: bytes,
        content: bytes, commitments: bytes,
    ) -> bytes:  # fmt: skip
        """The bytes that the digest is of."""
        return _ARRAY % (
            self._trail, self._order, seq, labels.json, created, recorded,
            _NULL if revises is None else b"%d" % revises, cause,
            sha256(b"ordertrail/1 content\n" + content).hexdigest().encode(), commitments[1:],
        )  # fmt: skip

    def _check_content(
        self, seq: int, labels: "Labels", content: bytes, personal: bytes | None, actor: bytes | None,
        commitments: bytes,
    ) -> Mapping[str, Json]:  # fmt: skip
        """Check what an entry says, and return it; nothing where it cannot be read."""
        try:
            if actor is not None:
                check_actor(actor)
            values = None if personal is None else read_list(personal)
            said = read_map(content)
        except Wrong:
            # Once more, each by itself.
            self._read(seq, "actor part", actor, check_actor)
            values = self._read(seq, "personal part", personal, read_list)
            said = self._read(seq, "content", content, read_map)
        if said is None:
            return {}
        sealed = _REFERENCE in content
        if sealed and commitments.startswith(_NO_PERSONAL):
            self._found.add("personal-differs", seq)
        if "changes" in said:
            if labels.custom:
                self._found.add("kind-differs", seq)
            try:
                self.sum.add(seq, said["changes"], values, sealed=sealed)
            except UNREADABLE as error:
                self._found.add("unreadable", seq, part="list of changes", why=why(error))
        return said  # type: ignore[no-any-return]

    def _check_kind(self, seq: int, labels: "Labels", revises: int | None) -> None:
        if not labels.sound:
            self._found.add("kind-differs", seq)
        if labels.custom:
            self._customs.add(seq)
        if revises is not None and revises not in self._customs:
            self._found.add("revises-differs", seq, revises=revises)

    def _opens(self, said: Mapping[str, Json]) -> bool:
        try:
            return opens(shown(self._order_id), said)
        except UNREADABLE:
            return False

    def _erased_by(self, seq: int, said: Mapping[str, Any]) -> frozenset[tuple[int, bytes]]:
        """The parts that an erasing entry says it erased."""
        try:
            return frozenset((of, part.encode()) for part, seqs in said["data"]["erased"].items() for of in seqs)
        except UNREADABLE as error:
            self._found.add("unreadable", seq, part="list of erased parts", why=why(error))
            return frozenset()

    def _read(self, seq: int, part: str, text: bytes | None, reader: Callable[[bytes], Any]) -> Any:
        try:
            return None if text is None else reader(text)
        except Wrong as wrong:
            self._found.add(wrong.code, seq, part=part, why=wrong.why)
            return wrong.value


class Labels(NamedTuple):
    """The columns from `type` to `visibility` as JSON, whether they go together, and what they say of the entry.

    `usual` are those that go together, of an entry that nothing more has to be remembered of.
    """

    json: bytes
    sound: bool
    custom: bool
    erasing: bool
    access: bool
    usual: bool


_UNREADABLE = Labels(b"", sound=True, custom=False, erasing=False, access=False, usual=True)
"""Of an entry that has its finding already."""


@lru_cache(maxsize=4096)
def _labels(columns: tuple[bytes | None, ...]) -> Labels:
    """Few kinds of entries recur again and again: each is looked at once. Raises UnicodeDecodeError."""
    texts = [None if column is None else column.decode() for column in columns]
    sound, custom, erasing = _go_together(*texts), texts[0] == NoteType.CUSTOM, texts[1] == "PersonalDataErased"
    usual = sound and not custom and not erasing
    access = texts[2] == Category.ACCESS
    return Labels(json_text(texts)[1:-1], sound=sound, custom=custom, erasing=erasing, access=access, usual=usual)


def _go_together(
    kind: Any, event: str | None, category: Any, _channel: Any, actor_kind: Any, _actor: Any, _behalf: Any,
    _subject: Any, visibility: Any,
) -> bool:  # fmt: skip
    """Whether these make an entry; an event type that is not built in may have any category."""
    known_values = kind in set(NoteType) and category in set(Category)
    if not known_values or visibility not in set(Visibility) or actor_kind not in set(ActorKind):
        return False
    if kind == NoteType.CUSTOM:
        return event is None and category == Category.NOTE
    known = BUILT_IN.get(event or "") or OF_STREAMS.get(event or "")
    return bool(event) and (known is None or known.category == category)


_at = Entry._fields.index
_EVENT, _OPENS = _at("event"), STREAM_OPENED.encode()
_LABELS = slice(_at("type"), _at("created"))
