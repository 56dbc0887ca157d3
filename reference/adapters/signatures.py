"""Check Standard Webhooks signatures over the raw bytes.

Source: Standard Webhooks specification 1.0.0 (symmetric scheme `v1`), read 2026-08.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from ..ports import Untrusted

TOLERANCE_S = 300
MOST_SIGNATURES = 32
PREFIX = "whsec_"


def check(message_id: str, timestamp: str, signatures: str, raw: bytes, secrets: Iterable[str], now: datetime) -> None:
    """Return when any signature fits any secret and the attempt is at most 300 s away from `now`.

    `signatures` is the blank-separated list of the header; entries of other schemes are passed over.

    Raises:
        Untrusted: anything else; the message never holds a secret or the right signature.
    """
    if not message_id or "." in message_id:
        raise Untrusted("webhook_headers", "webhook-id is missing or holds a full stop")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Untrusted("webhook_headers", f"webhook-timestamp is {timestamp[:20]!r}, not whole Unix seconds")
    away_s = abs(now.timestamp() - int(timestamp))
    if away_s > TOLERANCE_S:
        raise Untrusted("webhook_stale", f"webhook-timestamp is {away_s:.0f} s away, {TOLERANCE_S} are allowed")
    signed = f"{message_id}.{timestamp}.".encode() + raw
    offered = [entry[3:].encode() for entry in signatures.split()[:MOST_SIGNATURES] if entry.startswith("v1,")]
    fits = False
    for secret in secrets:
        expected = base64.b64encode(hmac.new(key_of(secret), signed, sha256).digest())
        for candidate in offered:
            fits |= hmac.compare_digest(expected, candidate)
    if not fits:
        raise Untrusted("webhook_signature", f"none of {len(offered)} v1 signatures fits")


def key_of(secret: str) -> bytes:
    """Return the key bytes of a secret written as `whsec_` + base64.

    Raises:
        Untrusted: it isn't; without a readable key nothing can be trusted.
    """
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Untrusted("webhook_secret", "a stored webhook secret is not whsec_ and base64") from fault
