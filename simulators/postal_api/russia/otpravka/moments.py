"""How Otpravka writes moments: ISO 8601 in UTC with milliseconds and `Z`."""

from datetime import UTC, datetime


def moment(at_ms: int) -> str:
    """Return `2026-07-11T05:17:21.263Z`."""
    seconds, ms = divmod(at_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"
