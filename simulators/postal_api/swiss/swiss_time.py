"""The carrier's zone: Europe/Zurich. Days are ISO text."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ZURICH = ZoneInfo("Europe/Zurich")


def local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZURICH)


def day(at_ms: int) -> str:
    return local(at_ms).date().isoformat()


def moment(at_ms: int) -> str:
    """Return `2026-03-02T10:00:00+01:00`."""
    return local(at_ms).isoformat(timespec="seconds")
