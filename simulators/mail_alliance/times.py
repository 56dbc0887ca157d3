"""Moments on the wire: RFC 3339 in UTC with milliseconds, dates, and HTTP's own format."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at_ms: int) -> datetime:
    """Return virtual milliseconds as an aware UTC moment, exactly (no float on the way)."""
    return EPOCH + timedelta(milliseconds=at_ms)


@lru_cache(maxsize=4096)
def rfc3339(at_ms: int) -> str:
    """Return "2026-03-02T08:00:00.000Z"."""
    return moment(at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=1024)
def http_date(at_ms: int) -> str:
    """Return "Mon, 02 Mar 2026 08:00:00 GMT"."""
    return format_datetime(moment(at_ms), usegmt=True)


@lru_cache(maxsize=256)
def day(at_ms: int) -> date:
    """Return the UTC date of a moment."""
    return moment(at_ms).date()


def read_moment(text: str) -> int | None:
    """Return an RFC 3339 date-time with offset as milliseconds, None when it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None or "T" not in text.upper():
        return None
    try:
        return (found - EPOCH) // timedelta(milliseconds=1)
    except OverflowError:
        return None


def read_day(text: str) -> date | None:
    """Return "2026-03-02" as a date, None for anything else."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def retry_after_ms(value: str, *, now_ms: int) -> int | None:
    """Return how long a Retry-After header asks to wait, in either of its two forms; None when it is neither."""
    if value.isascii() and value.strip().isdigit() and len(value) < 12:
        return int(value) * SECOND_MS
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if found.tzinfo is None:
        return None
    return max(0, (found - EPOCH) // timedelta(milliseconds=1) - now_ms)
