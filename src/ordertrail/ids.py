"""Ids: UUIDs of version 7 (by time) and 8 (by content), lower case (RFC 9562)."""

import os
import time
import uuid
from hashlib import sha256


def uuid7() -> str:
    """A new id that sorts by time: 48 bits of milliseconds, 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return str(uuid.UUID(int=_marked(value, 7)))


def uuid8(content: bytes) -> str:
    """The id that stands for `content`: the first bits of its SHA-256."""
    return str(uuid.UUID(int=_marked(int.from_bytes(sha256(content).digest()[:16], "big"), 8)))


def _marked(value: int, version: int) -> int:
    value = value & ~(0xF << 76) | version << 76
    return value & ~(0x3 << 62) | 0x2 << 62
