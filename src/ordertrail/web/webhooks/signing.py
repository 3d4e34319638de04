"""Signs messages as the Standard Webhooks specification says, so that whoever receives one knows whose it is."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import digest as hmac

PREFIX = "whsec_"


def draw_secret() -> str:
    """A new secret: 32 random bytes in base64, behind `whsec_`."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, message_id: str, seconds: int, body: bytes) -> Mapping[str, str]:
    """The headers of a message that is sent at this time (seconds since 1970): id, timestamp and signature.

    The signature is HMAC with SHA-256 of id, timestamp and body, joined by points (Standard Webhooks 1.0, scheme v1).
    """
    content = b"%b.%d.%b" % (message_id.encode(), seconds, body)
    signature = b64encode(hmac(b64decode(secret.removeprefix(PREFIX)), content, sha256)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{signature}"}
