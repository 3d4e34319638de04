"""Ids that stand for content: UUIDs of version 8, lower case (RFC 9562, 5.8)."""

import uuid
from hashlib import sha256


def uuid8(content: bytes) -> str:
    """The id that stands for `content`: the first bits of its SHA-256."""
    return str(uuid.UUID(int=marked(int.from_bytes(sha256(content).digest()[:16], "big"), 8)))


def marked(value: int, version: int) -> int:
    """128 bits with version and variant in their places."""
    value = value & ~(0xF << 76) | version << 76
    return value & ~(0x3 << 62) | 0x2 << 62
