"""What verifying found wrong, what it could not look at, and how that is said."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

KEPT = 1_000
"""How many findings a verification keeps; the others are counted."""

CODES: Mapping[str, str] = MappingProxyType(
    {
        # The chain of an order's entries
        "seq-gap": "entry {seq} is missing: the next one is entry {next}",
        "digest-differs": "the digest of entry {seq} is not that of the entry and of the one before it",
        "personal-differs": "the personal part of entry {seq} is not what the entry committed to",
        "actor-differs": "the actor part of entry {seq} is not what the entry committed to",
        "commitments-differ": "the commitments of entry {seq} are not two digests, or not spelt canonically",
        "salt-differs": "entry {seq} has its {part} part without the salt, or the salt without the part",
        "erased-unlisted": "the {part} part of entry {seq} is gone, but no erasure lists it",
        "listed-not-erased": "the {part} part of entry {seq} is listed as erased, but it is there",
        "erasure-unfounded": "what is listed as erased from entry {seq} was never there, or no later entry erased it",
        "erasure-differs": "what entry {seq} says it erased is not what is listed as erased by it",
        "time-falls": "entry {seq} was created or recorded before the entry ahead of it",
        # What an entry says
        "unreadable": "the {part} of entry {seq} cannot be read: {why}",
        "not-canonical": "the {part} of entry {seq} is not canonical JSON: {why}",
        "kind-differs": "type, event type and category of entry {seq} do not go together",
        "revises-differs": "entry {seq} revises entry {revises}, which is no Custom note before it",
        "stream-differs": "entry {seq} is an entry of a system stream among those of an order, or the other way round",
        "before-differs": "entry {seq} changes {pointer} from a value that did not stand there",
        # The order as it stands
        "no-order": "there are entries, but no order",
        "stream-with-order": "there is an order under the id of a system stream",
        "no-entries": "there is an order, but no entries",
        "document-differs": "the document is not the sum of the entries' changes: {why}",
        "document-unreadable": "the sum of the entries' changes is no order: {why}",
        "version-differs": "the order's version is {stored}, its last entry is {seq}",
        "head-differs": "the order's head is not the digest of its last entry",
        "column-differs": "columns of the order are not what its document and its last entry say: {columns}",
        "number-missing": "the order's number does not lead to it",
        "number-differs": "a number leads here that is not the order's: {stored}",
        "idempotency-differs": "an idempotency key is kept for entries that it cannot belong to: {why}",
        # The log of all orders
        "log-missing": "entry {seq} has no place in the log",
        "log-extra": "the log has a place for entry {seq}, which is not there",
        "log-twice": "entry {seq} has more than one place in the log",
        "log-order": "entry {seq} stands in the log before the entry ahead of it",
        "leaf-differs": "the leaf of entry {seq} in the log is not that of its digest",
        "log-gap": "the log has no position {position}",
        "log-size-differs": "the size of the log is said to be {stored}, but it has {size} positions",
        # The database
        "trail-differs": "the database does not hold exactly the one trail that was opened",
        "guards-missing": "what keeps entries append-only is not in place: {why}",
    }
)
"""The sentence of every finding, by its code. Codes are stable: programs may rest on them."""

NOT_EXCLUDED = (
    "That the last entries of an order, or a whole order, were removed, and every row that tells of them too (the "
    "order, its number, its places in the log) was removed or rewritten to match: that needs the log's checkpoints. "
    "Entries that are missing while the order or the log still tells of them are found.",
    "That an entry was changed, and all that follows from it was computed anew (digests, leaves, document, columns): "
    "that needs the log's checkpoints.",
    "That entries of different orders changed places in the log: that needs the log's checkpoints.",
    "That values were changed which nothing else tells of: when the trail was made, the counter of order numbers, the "
    "key and digest of an idempotency key.",
    "That idempotency keys were removed, or added for entries that could have them: no entry tells of its key.",
)
"""What verifying the rows alone cannot find."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of wrong thing in one order: the first entry (`seq`) where it shows, None where it is no entry's.

    `order_id` is None for what concerns the whole trail; `number` is the order's, where it is known.
    """

    code: str
    sentence: str
    order_id: str | None = None
    number: str | None = None
    seq: int | None = None


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was verified and what was found: the first findings, and the count of those `beyond` them.

    `entries` are those of `orders` and of system `streams` together.
    """

    orders: int
    streams: int
    entries: int
    findings: tuple[Finding, ...]
    beyond: int
    guards: str
    not_excluded: tuple[str, ...] = NOT_EXCLUDED

    @property
    def sound(self) -> bool:
        """Whether nothing wrong was found."""
        return not self.findings


class Found:
    """Gathers what is wrong in one order: of each code the first."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int | None, str]] = {}

    def add(self, code: str, seq: int | None = None, **details: object) -> None:
        """Keep this unless the code was found before."""
        if code not in self._first:
            self._first[code] = seq, CODES[code].format(seq=seq, **details)

    def findings(self, order_id: str | None = None, number: str | None = None) -> list[Finding]:
        """What was gathered, as findings of this order."""
        return [
            Finding(code=code, sentence=sentence, order_id=order_id, number=number, seq=seq)
            for code, (seq, sentence) in self._first.items()
        ]
