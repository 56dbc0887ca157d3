"""Times of a scenario: durations, and moments relative to the step before or to the day of the start, in a zone."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UNIT_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
LONGEST_MS = 5 * 366 * 86_400_000
_PART = re.compile(r"(\d{1,12})(ms|[smhdw])", re.ASCII)
_DAY = re.compile(r"day (\d{1,4}) (\d{2}):(\d{2})(?::(\d{2}))?( again)?", re.ASCII)
_START = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?", re.ASCII)
SHOWN = "%Y-%m-%d %H:%M:%S"


class TimeError(ValueError):
    """A time that is none. The text is one sentence that says what is allowed."""


def duration_ms(text: str) -> int:
    """Return the milliseconds of `2h`, `1d 30m`, `0`.

    Raises:
        TimeError: it is no duration, or longer than five years.
    """
    if text.strip() == "0":
        return 0
    parts = text.split()
    found = [_PART.fullmatch(part) for part in parts]
    if not parts or not all(found):
        raise TimeError(f"{text!r} is no duration; write 2h, 1d 30m, 90s, 250ms or 0")
    total_ms = sum(int(part[1]) * UNIT_MS[part[2]] for part in found if part)
    if total_ms > LONGEST_MS:
        raise TimeError(f"{text!r} is longer than five years")
    return total_ms


def duration_text(span_ms: int) -> str:
    """Return milliseconds as the shortest text that `duration_ms` reads back."""
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):
        count, span_ms = divmod(span_ms, UNIT_MS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0"


def zone_of(name: str) -> ZoneInfo:
    """Return a zone by its IANA name.

    Raises:
        TimeError: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeError(f"there is no zone {name!r}; write an IANA name, as Europe/Berlin or UTC") from error


def start_of(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment of a local `2026-03-02 09:00`, in UTC.

    Raises:
        TimeError: it is none, or the clock change leaves this time of day out.
    """
    if not _START.fullmatch(text):
        raise TimeError(f"{text!r} is no start; write 2026-03-02 09:00, the zone stands under `zone`")
    try:
        naive = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimeError(f"{text!r} is no start: {error}") from error
    if not 1971 <= naive.year <= 2999:
        raise TimeError(f"{text!r} is no start: the year is between 1971 and 2999")
    return _local(naive, zone, again=False)


def moment(when: str, *, after: datetime, start: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment of `+2h` (after `after`) or of `day 3 08:00` (in the zone; day 1 is the day of the start).

    Hours and days after a plus are elapsed time, a day being 24 hours; `day` follows the calendar, clock changes too.

    Raises:
        TimeError: it is none, there is no such time of day, or it lies before `after`.
    """
    if when.startswith("+"):
        return after + timedelta(milliseconds=duration_ms(when[1:]))
    found = _DAY.fullmatch(when)
    if found is None:
        raise TimeError(f"{when!r} is no time; write +2h for after the step before, or day 3 08:00")
    day, hour, minute, second = int(found[1]), int(found[2]), int(found[3]), int(found[4] or 0)
    if day < 1 or hour > 23 or minute > 59 or second > 59:
        raise TimeError(f"{when!r} is no time: days count from 1, times of day are 00:00 to 23:59:59")
    date = start.astimezone(zone).date() + timedelta(days=day - 1)
    made = _local(datetime.combine(date, time(hour, minute, second)), zone, again=found[5] is not None)
    if made < after:
        raise TimeError(f"{when!r} lies before the step before it, which is at {shown(after, zone)}")
    return made


def date_of(text: str, *, after: datetime, start: datetime, zone: ZoneInfo) -> str:
    """Return the local date of `day 3`, whether it lies ahead or behind, or of what `moment` reads.

    Raises:
        TimeError: it is none.
    """
    if found := re.fullmatch(r"day ([0-9]{1,4})", text):
        return (start.astimezone(zone).date() + timedelta(days=int(found[1]) - 1)).isoformat()
    return moment(text, after=after, start=start, zone=zone).astimezone(zone).date().isoformat()


def shown(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime(SHOWN) + f" {zone.key}"


def _local(naive: datetime, zone: ZoneInfo, *, again: bool) -> datetime:
    """Return a local time as a moment; `again` picks the second of two that a clock change makes."""
    first, second = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != naive:
        raise TimeError(f"{naive} does not exist in {zone.key}: the clock change leaves it out")
    if again and first == second:
        raise TimeError(f"{naive} comes only once in {zone.key}: leave `again` out")
    return second if again else first
