"""The couriers' zone: Moscow, which has had no summer time since 2014. Days are ISO text."""

from datetime import UTC, date, datetime, timedelta, timezone

MOSCOW = timezone(timedelta(hours=3))


def day(at_ms: int) -> str:
    return local(at_ms).date().isoformat()


def local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, MOSCOW)


def day_start_ms(iso: str) -> int:
    start = datetime.combine(date.fromisoformat(iso), datetime.min.time(), MOSCOW)
    return int(start.timestamp()) * 1000


def plus_days(iso: str, days: int) -> str:
    return (date.fromisoformat(iso) + timedelta(days=days)).isoformat()


def moment(at_ms: int) -> str:
    """Return `2026-01-15T10:15:25+0000`."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
