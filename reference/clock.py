"""The one clock. Manual under the driver, real otherwise; nothing else in the engine asks for the time."""

from datetime import UTC, datetime


class SystemClock:
    """Wall-clock time until a driver makes it manual; from then on it stands where it was put."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now

    @property
    def manual(self) -> bool:
        return self._now is not None

    def now(self) -> datetime:
        return datetime.now(UTC) if self._now is None else self._now

    def set(self, now: datetime) -> None:
        """Stand at `now` from here on; only a reset goes backwards."""
        self._now = now.astimezone(UTC)

    def move(self, now: datetime) -> None:
        """Go forward to `now`; a real clock and a later time are left alone."""
        if self._now is not None and now > self._now:
            self._now = now.astimezone(UTC)
