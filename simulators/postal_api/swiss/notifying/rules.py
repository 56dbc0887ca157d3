"""What a scan means for those who are told: occurrences, the kinds that tell them, whom they are for, dates.

Wire contract: `notifications` NTF-102 to NTF-114 and NTF-130; `postal_api_swiss` §4 and §9.2. Pure.

An occurrence is what a kind is told of at most once. It comes about with the newest event alone, and with the first of
its sort: a scan told again, or one that comes late, brings nothing about; neither does one from before the data came.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from ....core.parcel import Parcel, Scan
from ....core.records import Instant
from ....core.status import ENDED, Status
from ..notices import DELIVERY_INFORMATION, EXCHANGE, ORDER_CONFIRMATION, SATURDAY
from ..services import Chosen
from ..shipment import Recipient
from ..statuses import live_scans, number_of

COLLECTION_INFORMATION, REMINDER, HANDOVER = 4, 32, 64
SEVEN = (ORDER_CONFIRMATION, DELIVERY_INFORMATION, COLLECTION_INFORMATION, REMINDER, HANDOVER, EXCHANGE, SATURDAY)
OF_RECIPIENTS = tuple(kind for kind in SEVEN if kind != HANDOVER)
AT_DATA = (ORDER_CONFIRMATION, SATURDAY, EXCHANGE)

DATA, SORTED, READY, WAITED, ATTEMPTED, DELIVERED = "data", "sorted", "ready", "waited", "attempted", "delivered"
TOLD_BY: dict[str, tuple[int, ...]] = {
    DATA: AT_DATA,
    SORTED: (DELIVERY_INFORMATION,),
    READY: (COLLECTION_INFORMATION, HANDOVER),
    WAITED: (REMINDER,),
    ATTEMPTED: (HANDOVER,),
    DELIVERED: (HANDOVER,),
}
SORTING, LOADED = (1001, 1002), 1003
ARRIVALS = (910, 2102)  # 926 only makes the wait longer
DAY_MS = 86_400_000
REMINDED_AFTER_MS = 3 * DAY_MS
SECOND_MESSAGE_WITHIN_MS = 10 * DAY_MS
KEPT_DAYS = 7  # so long an item can be collected
POSTE_RESTANTE = ("postlagernd", "poste restante", "fermo posta")
LAST_WEEKDAY, SATURDAY_WEEKDAY = 4, 5


class Happening(msgspec.Struct, frozen=True):
    """An occurrence: `turn` counts attempts from 1, `attempted_ms` is when the last one was, None where none was."""

    what: str
    at_ms: Instant
    place: str = ""
    turn: int = 1
    attempted_ms: Instant | None = None

    @property
    def name(self) -> str:
        return f"{self.what}-{self.turn}" if self.what == ATTEMPTED else self.what


def happening(parcel: Parcel) -> Happening | None:
    """Return what the scan that was recorded last brings about, None for nothing that anybody is told of."""
    scans = live_scans(parcel)
    if not scans or scans[-1].sequence != parcel.scans or parcel.status is not scans[-1].status:
        return None  # an older one came late, or it says something else on the way back
    scan = scans[-1]
    if any(_place(earlier) == _place(scan) for earlier in scans[:-1]):
        return None  # told again
    what = _sort(scan)
    turns = attempts(scans)
    if what == ATTEMPTED:
        return Happening(what, scan.occurred_ms, scan.place, len(turns)) if scan in turns else None
    if not what or any(_sort(earlier) == what for earlier in scans[:-1]):
        return None
    return Happening(what, scan.occurred_ms, scan.place, attempted_ms=turns[-1].occurred_ms if turns else None)


def _place(scan: Scan) -> tuple[str, int, str]:
    """Return what makes two tellings one scan."""
    return (scan.code, scan.occurred_ms, scan.place)


def _sort(scan: Scan) -> str:
    number = number_of(scan.code)
    if number in SORTING:
        return SORTED
    if number in ARRIVALS:
        return READY
    return {Status.DELIVERY_FAILED: ATTEMPTED, Status.DELIVERED: DELIVERED}.get(scan.status, "")


def attempts(scans: Iterable[Scan]) -> list[Scan]:
    """Return the scans that tell of an attempt of its own: a further one only after the item was loaded again.

    A scan that is told again tells nothing, nor does an old loading that is told again load the item anew.
    """
    found: list[Scan] = []
    told: set[tuple[str, int, str]] = set()
    loaded = True
    for scan in scans:
        if _place(scan) in told:
            continue
        told.add(_place(scan))
        if number_of(scan.code) == LOADED:
            loaded = True
        elif loaded and scan.status is Status.DELIVERY_FAILED:
            found.append(scan)
            loaded = False
    return found


def kinds_told(found: Happening, *, at_counter: bool) -> tuple[int, ...]:
    """Return the kinds that tell of an occurrence; `at_counter` is a recipient who collects (NTF-106, NTF-109)."""
    if found.what == READY and not at_counter:
        return (HANDOVER,)
    late = found.attempted_ms is not None and found.at_ms - found.attempted_ms > SECOND_MESSAGE_WITHIN_MS
    return () if found.what == DELIVERED and late else TOLD_BY[found.what]


def carried(chosen: Chosen, *, at_counter: bool) -> frozenset[int]:
    """Return the kinds of recipients that an item can have at all, whoever chooses them."""
    if chosen.basic is None:
        return frozenset()
    needs = {SATURDAY: chosen.has("SA"), EXCHANGE: 3233 in chosen.instructions, COLLECTION_INFORMATION: at_counter}
    return frozenset(kind for kind in OF_RECIPIENTS if kind in chosen.basic.kinds and needs.get(kind, True))


def collects(to: Recipient) -> bool:
    """Tell whether a recipient has a PO box, or has items kept at the counter (poste restante)."""
    lines = (to.street, to.pobox, to.name2, to.name3, to.address_suffix, *(to.label_lines or ()))
    said = " ".join(lines).casefold()
    return bool(to.pobox) or any(words in said for words in POSTE_RESTANTE)


def waits(parcel: Parcel, *, now_ms: int) -> Scan | None:
    """Return the arrival that is due for a reminder: three days ago or more, and nothing was collected."""
    if parcel.status is not Status.READY_FOR_PICKUP:
        return None
    found = arrival(parcel)
    return found if found is not None and found.occurred_ms + REMINDED_AFTER_MS <= now_ms else None


def arrival(parcel: Parcel) -> Scan | None:
    """Return the scan since which an item can be collected."""
    return next((scan for scan in live_scans(parcel) if number_of(scan.code) in ARRIVALS), None)


def is_over(parcel: Parcel) -> bool:
    """Tell whether an item was delivered, or no longer goes to its recipient."""
    return parcel.status in ENDED or parcel.status is Status.RETURNING or parcel.cancelled


def too_late(kinds: Iterable[int], parcel: Parcel, *, now_ms: int) -> tuple[int, ...]:
    """Return those kinds whose occasion is past when the data come now (NTF-130, NTF-131)."""
    seen, over = {_sort(scan) for scan in live_scans(parcel)}, is_over(parcel)
    past = {
        DELIVERY_INFORMATION: SORTED in seen,
        COLLECTION_INFORMATION: READY in seen,
        REMINDER: waits(parcel, now_ms=now_ms) is not None,
    }
    return tuple(kind for kind in sorted(set(kinds)) if over or past.get(kind, False))


# -- dates


def promised(start: date, chosen: Chosen) -> date:
    """Return the day of delivery after sorting or posting on `start`: the next working day, economy one more.

    Saturdays count where the item has Saturday delivery.
    """
    day = start
    for _ in range(2 if "ECO" in chosen.parts else 1):
        day = _next_working_day(day, saturday=chosen.has("SA"))
    return day


def _next_working_day(day: date, *, saturday: bool) -> date:
    last = SATURDAY_WEEKDAY if saturday else LAST_WEEKDAY
    day += timedelta(days=1)
    while day.weekday() > last:
        day += timedelta(days=1)
    return day


def following_saturday(start: date) -> date:
    """Return the first Saturday after a day."""
    return start + timedelta(days=(SATURDAY_WEEKDAY - start.weekday() - 1) % 7 + 1)


def in_order(kinds: Sequence[int]) -> tuple[int, ...]:
    """Return kinds once each, in the order of the seven."""
    return tuple(kind for kind in SEVEN if kind in kinds)
