"""Moments on the control API's wire: RFC 3339 there, aware UTC datetimes here."""

from datetime import UTC, datetime
from typing import Any

NAMES = frozenset({"now", "next_due", "at", "occurred_at", "recorded_at", "until"})


def text_of(moment: datetime) -> str:
    """Return an aware moment as RFC 3339, to the millisecond.

    Raises:
        ValueError: the moment names no zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} names no zone: give an aware datetime")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def with_moments(value: Any) -> Any:
    """Return decoded JSON with the texts under `NAMES` as datetimes."""
    if isinstance(value, list):
        return [with_moments(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _moment(found) if name in NAMES else with_moments(found) for name, found in value.items()}


def _moment(found: Any) -> Any:
    """Return the moment that a text states; what is none stays as it is (a setting may be called "now")."""
    try:
        return datetime.fromisoformat(found)
    except (TypeError, ValueError):
        return with_moments(found)
