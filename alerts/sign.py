"""Signatures after Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body.

With several secrets each signs, so that a receiver can move from one to the next without losing a message.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from streams.errors import Misconfigured

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def headers(message_id: str, now: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers that go with a body. Raises `Misconfigured` for a secret that is none."""
    timestamp = str(int(now.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    signatures = [hmac.digest(key(secret), content, hashlib.sha256) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(signature).decode()}" for signature in signatures),
    }


def key(secret: str) -> bytes:
    """The bytes that a secret (`whsec_` and base64 of 24 to 64 bytes) stands for. The error does not show it."""
    try:
        decoded = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(decoded) <= _LONGEST:
        raise Misconfigured("webhook_secret", "a webhook secret is 'whsec_' and the base64 of 24 to 64 random bytes")
    return decoded
