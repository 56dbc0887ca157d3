"""Control options: until when each can be used, what is to be written, and how it changes the rest of the journey.

Wire contract: `notifications` NTF-140 to NTF-147, decision D6: all options until the item is loaded into the vehicle,
redirecting until it is sorted. Nothing that a recipient writes is checked against the world (NTF-146). Pure.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec

from ....core.parcel import Parcel, Step
from ....core.status import ENDED, Status
from ..statuses import STATUS_OF, code, live_scans, number_of
from ..swiss_time import ZURICH, local
from .records import Choice
from .rules import ARRIVALS, LOADED, SORTING

DEPOSIT, NEIGHBOUR, WISHED_DAY, REDIRECT = "10", "14", "18", "20"
FIELDS: dict[str, dict[str, int]] = {  # option -> {field: most characters}
    DEPOSIT: {"place": 35},
    NEIGHBOUR: {"neighbour": 70},
    WISHED_DAY: {"day": 10},
    REDIRECT: {"name": 35, "street": 35, "zip": 10, "city": 35},
}
OPTIONS = tuple(FIELDS)
DAYS_MOST = 14
SUNDAY = 6
HOUR_MS = 3_600_000
LOADED_AT = time(8)
OPEN_STATUSES = (Status.ANNOUNCED, Status.ACCEPTED, Status.IN_TRANSIT, Status.CUSTOMS, Status.HELD)


class Closed(StrEnum):
    """Why an option can no longer be used."""

    LOADED = "loaded"
    SORTED = "sorted"
    OVER = "over"


class Wrong(Exception):
    """What was written does not do; `field` names it, `why` is a key of the words."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        self.why = why
        super().__init__(f"{field}: {why}")


def closed(parcel: Parcel, option: str) -> Closed | None:
    """Return why an option is closed, None while it is open (D6)."""
    numbers = {number_of(scan.code) for scan in live_scans(parcel)}
    if LOADED in numbers:
        return Closed.LOADED
    if parcel.status not in OPEN_STATUSES:
        return Closed.OVER
    return Closed.SORTED if option == REDIRECT and numbers & set(SORTING) else None


def read(option: str, given: Mapping[str, str], *, now_ms: int) -> Choice:
    """Return the choice that a form makes.

    Raises:
        Wrong: a field is missing or too long, or the day is none to choose.
    """
    details = {}
    for field, most in FIELDS[option].items():
        value = " ".join(given.get(field, "").split())
        if not value or not value.isprintable():
            raise Wrong(field, "missing")
        if len(value) > most:
            raise Wrong(field, "too-long")
        details[field] = value
    if option == WISHED_DAY and details["day"] not in days(now_ms):
        raise Wrong("day", "no-day")
    return Choice(option, now_ms, details)


def days(now_ms: int) -> list[str]:
    """Return the days that can be wished for, as ISO text: the next two weeks but Sundays."""
    today = local(now_ms).date()
    coming = (today + timedelta(days=ahead) for ahead in range(1, DAYS_MOST + 1))
    return [day.isoformat() for day in coming if day.weekday() != SUNDAY]


def place_of(choice: Choice | None) -> str:
    """Return where a redirected item goes, "" where it goes as it was ordered."""
    if choice is None or choice.option != REDIRECT:
        return ""
    return f"{choice.details['zip']} {choice.details['city']}"


def rest(steps: tuple[Step, ...], choice: Choice, reason: str, *, letter: bool) -> tuple[Step, ...]:
    """Return what is left of a journey once an option was used: it ends with a delivery as the recipient wished.

    `reason` is what the last event says. A journey that was over stays so: nobody moves that item but by hand.
    """
    if not steps:
        return ()
    place = place_of(choice)
    early = _until(steps, (LOADED, *ARRIVALS))
    loading = next((step.after_ms for step in steps if number_of(step.code) == LOADED), 4 * HOUR_MS)
    if place:
        early = _until(early, SORTING) + tuple(
            Step(hours * HOUR_MS, code(number, letter=letter), where)
            for hours, number, where in ((6, SORTING[-1], ""), (24, SORTING[-1], place), (9, 1201, place))
        )
    if choice.option == WISHED_DAY:
        left_ms = _at(choice.details["day"]) - choice.at_ms
        early = _within(early, left_ms)
        loading = left_ms - sum(step.after_ms for step in early)
    loaded = Step(loading, code(LOADED, letter=letter), place)
    return (*early, loaded, Step(3 * HOUR_MS, code(4000, letter=letter), place, reason))


def _until(steps: tuple[Step, ...], numbers: tuple[int, ...]) -> tuple[Step, ...]:
    """Return the steps before the first with one of these numbers, without attempts and what ends a journey."""
    end = next((place for place, step in enumerate(steps) if number_of(step.code) in numbers), len(steps))
    return tuple(
        step for step in steps[:end] if STATUS_OF[number_of(step.code)] not in (Status.DELIVERY_FAILED, *ENDED)
    )


def _within(steps: tuple[Step, ...], most_ms: int) -> tuple[Step, ...]:
    """Return the steps hurried so that they take no longer: an item that was wished for a day is there on that day."""
    total_ms = sum(step.after_ms for step in steps)
    if total_ms <= most_ms:
        return steps
    return tuple(msgspec.structs.replace(step, after_ms=step.after_ms * most_ms // total_ms) for step in steps)


def _at(day: str) -> int:
    """Return when an item is loaded on a day."""
    return int(datetime.combine(date.fromisoformat(day), LOADED_AT, ZURICH).timestamp()) * 1000


def left(parcel: Parcel, due_ms: int | None, now_ms: int) -> tuple[Step, ...]:
    """Return the steps that are still to come, the first with what is left of its wait."""
    steps = parcel.journey[parcel.step :]
    if not steps or due_ms is None:
        return steps
    return (msgspec.structs.replace(steps[0], after_ms=max(0, due_ms - now_ms)), *steps[1:])
