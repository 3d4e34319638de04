"""The exact bytes of an entry, its digest, and its leaf in the log of all orders.

What is hashed is what is stored: texts as they stand, times as microseconds since 1970 UTC, digests in lower-case hex.
Arrays are canonical JSON (RFC 8785). The tree of the log is that of RFC 6962. The golden vectors stand in
docs/reference/digests.md.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

FIRST = bytes(32)
"""What stands for the digest before an order's first entry."""

_encode = msgspec.json.Encoder().encode


class Entry(NamedTuple):
    """One row of order_notes, as it is stored: the columns in their order."""

    order_id: str
    seq: int
    type: str
    event: str | None
    category: str
    channel: str
    actor_kind: str
    actor_id: str
    on_behalf_of: str | None
    subject: str | None
    visibility: str
    created: int
    recorded: int
    revises: int | None
    cause: str | None
    content: str
    personal: str | None
    personal_salt: bytes | None
    actor: str | None
    actor_salt: bytes | None
    commitments: str
    digest: bytes


def commitment(salt: bytes, text: str) -> bytes:
    """What binds an entry to a part that may be erased: without the salt it says nothing about the text."""
    return commitment_of(salt, text.encode())


def commitment_of(salt: bytes, text: bytes) -> bytes:
    """The same for a text as it is stored."""
    return sha256(b"ordertrail/1 personal\n" + salt + text).digest()


def commitments(personal: str | None, actor: str | None) -> str:
    """The two commitments of an entry, in hex or None, as they are stored: a JSON array."""
    return _encode((personal, actor)).decode()


def entry_bytes(trail_id: str, entry: Sequence[Any], personal: str | None, actor: str | None) -> bytes:
    """The canonical array that stands for `entry` (an Entry, or its columns but for the last).

    `personal` and `actor` are its commitments in hex, or None.
    """
    content = sha256(b"ordertrail/1 content\n" + entry[15].encode()).hexdigest()
    return _encode(("ordertrail/1", trail_id, *entry[:15], content, personal, actor))


def entry_digest(previous: bytes, entry: bytes) -> bytes:
    """The digest of an entry, chained to the one before it in its order."""
    return sha256(b"ordertrail/1 entry\n" + previous + entry).digest()


@lru_cache(maxsize=1024)
def order_tag(trail_id: str, order_id: str) -> bytes:
    """What stands for an order in the log: it tells orders apart without naming them."""
    return sha256(f"ordertrail/1 order\n{trail_id}{order_id}".encode()).digest()


def leaf(tag: bytes, seq: int, digest: bytes) -> bytes:
    """An entry's leaf in the log."""
    return tag + seq.to_bytes(8, "big") + digest


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962, 2.1: the hash of a leaf."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1: the hash of a node."""
    return sha256(b"\1" + left + right).digest()
