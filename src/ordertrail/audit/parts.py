"""The parts of an entry that may be erased, against what the entry committed to and what is listed as erased."""

from collections import defaultdict
from collections.abc import Mapping, Set

import msgspec

from ordertrail.audit.findings import Found
from ordertrail.audit.texts import UNREADABLE, json_text
from ordertrail.notes.digest import commitment_of


class Parts:
    """Goes through the personal and actor parts of one order's entries, by seq.

    `erasures` are the listed ones: (seq, part) to the seq of the erasing entry.
    """

    def __init__(self, found: Found, erasures: Mapping[tuple[int, bytes], int]) -> None:
        self._found, self._listed = found, dict(erasures)
        self._erased: list[tuple[int, int]] = []
        self._by: defaultdict[int, set[tuple[int, bytes]]] = defaultdict(set)
        for part, eraser in erasures.items():
            self._by[eraser].add(part)

    def check(
        self, seq: int, personal: bytes | None, salt: bytes | None, actor: bytes | None, actor_salt: bytes | None,
        commitments: bytes,
    ) -> None:  # fmt: skip
        """Check both parts of an entry."""
        computed = (
            None if personal is None or salt is None else commitment_of(salt, personal).hex(),
            None if actor is None or actor_salt is None else commitment_of(actor_salt, actor).hex(),
        )
        whole = actor is not None and actor_salt is not None and (personal is None) is (salt is None)
        if not whole or self._listed or commitments != json_text(computed):
            self._explain(seq, {"personal": (personal, salt), "actor": (actor, actor_salt)}, computed, commitments)

    def _explain(
        self,
        seq: int,
        parts: Mapping[str, tuple[bytes | None, bytes | None]],
        computed: tuple[str | None, str | None],
        commitments: bytes,
    ) -> None:
        try:
            committed = _decode(commitments)
        except UNREADABLE:
            self._found.add("commitments-differ", seq)
            return
        if json_text(committed) != commitments:
            self._found.add("commitments-differ", seq)
        for (part, (text, salt)), binding, ought in zip(parts.items(), committed, computed, strict=True):
            eraser = self._listed.pop((seq, part.encode()), None)
            if (text is None) != (salt is None):
                self._found.add("salt-differs", seq, part=part)
            elif text is None:
                self._check_absence(seq, part, eraser, binding)
            elif binding != ought:
                self._found.add(f"{part}-differs", seq)
            if text is not None and eraser is not None:
                self._found.add("listed-not-erased", seq, part=part)

    def _check_absence(self, seq: int, part: str, eraser: int | None, committed: str | None) -> None:
        if committed is None:
            if eraser is not None:
                self._found.add("erasure-unfounded", seq)
        elif eraser is None:
            self._found.add("erased-unlisted", seq, part=part)
        else:
            self._erased.append((seq, eraser))

    def close(self, erasers: Mapping[int, Set[tuple[int, bytes]]]) -> None:
        """Check that what is listed was there once, and that a later entry erased it.

        `erasers` are the entries that erased, each with the (seq, part) that it says it erased.
        """
        unfounded = [seq for seq, _ in self._listed]
        unfounded += [seq for seq, eraser in self._erased if eraser <= seq or eraser not in erasers]
        if unfounded:
            self._found.add("erasure-unfounded", min(unfounded))
        for eraser, parts in erasers.items():
            if parts != self._by[eraser]:
                self._found.add("erasure-differs", eraser)


_decode = msgspec.json.Decoder(tuple[str | None, str | None]).decode
