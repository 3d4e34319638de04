"""Signs what a browser keeps for us, with a secret that the database keeps: HMAC with SHA-256 (RFC 2104)."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac
from typing import Any

import msgspec
from sqlalchemy import insert, select

from ordertrail.errors import StoreError
from ordertrail.notes.times import micros
from ordertrail.trail import OrderTrail


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What is signed: until when it holds, in microseconds since 1970, and what it says."""

    until: int
    says: dict[str, str]


def seal(trail: OrderTrail, purpose: str, says: Mapping[str, str], until: int) -> str:
    """`says` as a text for a URL or a cookie, which `unseal` takes for the same purpose until then (microseconds)."""
    content = msgspec.json.encode(Sealed(until, dict(says)))
    parts = (content, mac(trail, purpose, content))
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def unseal(trail: OrderTrail, purpose: str, text: str) -> dict[str, str] | None:
    """What was sealed; None for what was not sealed here for this purpose, or holds no longer."""
    try:
        content, shown = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in text.split("."))
    except ValueError:
        return None
    if not compare_digest(shown, mac(trail, purpose, content)):
        return None
    sealed = msgspec.json.decode(content, type=Sealed)
    return sealed.says if micros(trail.clock()) < sealed.until else None


def mac(trail: OrderTrail, purpose: str, content: bytes) -> bytes:
    """What only who knows the secret for a purpose can make of a content."""
    return hmac(_secret(trail, purpose), content, sha256)


def _secret(trail: OrderTrail, purpose: str) -> bytes:
    """The secret for a purpose, which the database keeps; it is drawn when it is asked for first."""
    return _kept(trail, purpose) or _drawn(trail, purpose)


def _kept(trail: OrderTrail, purpose: str) -> bytes | None:
    table: Any = trail.store.tables.service_secrets
    with trail.store.reading() as transaction:
        rows = transaction.rows(select(table.c.secret).where(table.c.name == purpose))
    return bytes(rows[0][0]) if rows else None


def _drawn(trail: OrderTrail, purpose: str) -> bytes:
    secret = secrets.token_bytes(32)
    try:
        with trail.store.writing() as transaction:
            transaction.execute(insert(trail.store.tables.service_secrets).values(name=purpose, secret=secret))
    except StoreError:
        # Another process may have drawn one at the same moment: that one counts.
        kept = _kept(trail, purpose)
        if kept is None:
            raise
        return kept
    return secret
