"""What programs and browsers show: `<kind>_<id>_<secret>`, of which only the id and a digest of the secret are kept.

The secret is 256 random bits, shown once and kept nowhere: its SHA-256 is stored. A slow hash is for passwords, because
people choose what can be guessed; nobody guesses 256 random bits, and a slow hash would be paid for at every request.
"""

import re
import secrets
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

ID = re.compile("[0-9a-f]{16}")
_SHAPE = re.compile(f"([a-z]+)_({ID.pattern})_([0-9a-f]{{64}})")
_NOBODYS = bytes(32)
"""The digest that an unknown secret is compared with: no secret is known to have it."""


class Drawn(NamedTuple):
    """A new credential: its id, the digest to keep, and its text, which nobody can show again."""

    id: str
    digest: bytes
    text: str


class Shown(NamedTuple):
    """A credential that somebody shows."""

    id: str
    secret: str

    def fits(self, digest: bytes | None) -> bool:
        """Whether its digest is the one that is kept. Where none is, it takes no less time to say so."""
        same = compare_digest(_digest(self.secret), _NOBODYS if digest is None else digest)
        return same and digest is not None


def draw(kind: str) -> Drawn:
    """A new credential."""
    credential_id, secret = secrets.token_hex(8), secrets.token_hex(32)
    return Drawn(credential_id, _digest(secret), f"{kind}_{credential_id}_{secret}")


def read(kind: str, text: str) -> Shown | None:
    """The credential that a text is, or None."""
    shape = _SHAPE.fullmatch(text)
    return Shown(shape[2], shape[3]) if shape is not None and shape[1] == kind else None


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
