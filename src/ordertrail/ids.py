"""Ids: UUIDs of version 7 (by time) and 8 (by content), lower case (RFC 9562)."""

import os
import time
import uuid
from hashlib import sha256


def uuid7() -> str:
    """A new id that sorts by time: 48 bits of milliseconds, 74 random bits."""
    return uuid7_of(time.time_ns() // 1_000_000, os.urandom(10))


def uuid7_of(milliseconds: int, noise: bytes) -> str:
    """The id of a moment (since 1970 UTC), with ten bytes of `noise`."""
    return str(uuid.UUID(int=_marked(milliseconds << 80 | int.from_bytes(noise, "big"), 7)))


def uuid8(content: bytes) -> str:
    """The id that stands for `content`: the first bits of its SHA-256."""
    return str(uuid.UUID(int=_marked(int.from_bytes(sha256(content).digest()[:16], "big"), 8)))


def _marked(value: int, version: int) -> int:
    value = value & ~(0xF << 76) | version << 76
    return value & ~(0x3 << 62) | 0x2 << 62
