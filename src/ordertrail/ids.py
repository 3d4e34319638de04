"""Ids that sort by time: UUIDs of version 7, lower case (RFC 9562, 5.7)."""

import os
import time
import uuid

from ordertrail.content_ids import marked


def uuid7() -> str:
    """A new id that sorts by time: 48 bits of milliseconds, 74 random bits."""
    return uuid7_of(time.time_ns() // 1_000_000, os.urandom(10))


def uuid7_of(milliseconds: int, noise: bytes) -> str:
    """The id of a moment (since 1970 UTC), with ten bytes of `noise`."""
    return str(uuid.UUID(int=marked(milliseconds << 80 | int.from_bytes(noise, "big"), 7)))
