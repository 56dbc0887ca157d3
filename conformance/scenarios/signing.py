"""Whether a webhook is signed as Standard Webhooks 1.0.0 says. Written from the specification, not from a simulator."""

import hmac
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"


def signers(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> list[int]:
    """Return the places of the secrets that one of the signatures was made with."""
    message, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [part.partition(",")[2] for part in headers.get("webhook-signature", "").split() if part.startswith("v1,")]
    signed = b".".join((message.encode(), stamp.encode(), body))
    return [place for place, secret in enumerate(secrets) if _fits(secret, signed, given)]


def stale(headers: Mapping[str, str], at: datetime) -> bool:
    """Tell whether the time stamp lies more than five minutes from the moment at which it was sent, or is none."""
    stamp = headers.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 12):
        return True
    return abs(datetime.fromtimestamp(int(stamp), UTC) - at) > TOLERANCE


def _fits(secret: str, signed: bytes, given: list[str]) -> bool:
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
        made = hmac.digest(key, signed, sha256)
        return any(hmac.compare_digest(b64decode(one, validate=True), made) for one in given)
    except (Error, ValueError):
        return False
