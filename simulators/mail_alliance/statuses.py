"""Mail Alliance's own status words, what they mean in the canonical list, and how a parcel's status is folded.

Wire contract: `mail_alliance` §4.3 and Part 6; our own design, no real carrier's.
"""

from dataclasses import dataclass

from ..core.parcel import Cancelled, Fact, Parcel, Revoked, Scan
from ..core.status import Status


@dataclass(frozen=True, slots=True)
class Word:
    """One status on the wire: its canonical counterpart, a sentence, and the webhook type its scan is told by."""

    canonical: Status
    text: str
    event: str = ""  # "" = no scan brings it


WORDS: dict[str, Word] = {
    "announced": Word(Status.ANNOUNCED, "The carrier has the data of the parcel."),
    "shipped": Word(Status.ACCEPTED, "The carrier has taken the parcel over.", "tracking.shipped"),
    "in_transit": Word(Status.IN_TRANSIT, "The parcel is on its way.", "tracking.in_transit"),
    "out_for_delivery": Word(
        Status.OUT_FOR_DELIVERY, "The parcel is in the delivery vehicle.", "tracking.out_for_delivery"
    ),
    "ready_for_pickup": Word(Status.READY_FOR_PICKUP, "The parcel waits to be collected.", "tracking.ready_for_pickup"),
    "delivery_failed": Word(Status.DELIVERY_FAILED, "The parcel could not be handed over.", "tracking.delivery_failed"),
    "held": Word(Status.HELD, "The parcel is stopped; something has to be cleared up.", "tracking.held"),
    "delivered": Word(Status.DELIVERED, "The parcel was handed over.", "tracking.delivered"),
    "returning": Word(Status.RETURNING, "The parcel is on its way back.", "return.in_transit"),
    "returned": Word(Status.RETURNED, "The parcel is back at the sender.", "return.received"),
    "cancelled": Word(Status.CANCELLED, "The parcel was cancelled before hand-over."),
    "lost": Word(Status.LOST_OR_DAMAGED, "The parcel is lost.", "tracking.lost"),
}
SCANNED = tuple(name for name, word in WORDS.items() if word.event)  # what a scan can say
TERMINAL = frozenset({"delivered", "returned", "cancelled", "lost"})

EVENT_TYPES = (
    "parcel.created",
    "parcel.cancelled",
    *(WORDS[name].event for name in SCANNED if WORDS[name].event.startswith("tracking.")),
    "tracking.revoked",
    "return.created",
    "return.in_transit",
    "return.received",
    "endpoint.ping",
)


def live_scans(facts: tuple[Fact, ...]) -> list[Scan]:
    """Return the scans that were not withdrawn, by occurrence time, ties by sequence."""
    gone = {fact.revokes for fact in facts if type(fact) is Revoked}
    scans = [fact for fact in facts if type(fact) is Scan and fact.sequence not in gone]
    scans.sort(key=lambda scan: (scan.occurred_ms, scan.sequence))
    return scans


def standing(facts: tuple[Fact, ...], *, until: tuple[int, int] | None = None) -> Scan | None:
    """Return the scan that makes the status, or None while the parcel is only announced.

    The latest occurrence decides; a terminal status closes the walk, since only a withdrawal reopens it.

    Args:
        until: (occurred_ms, sequence) to stop before, to ask what stood at that place of the history.
    """
    current: Scan | None = None
    for scan in live_scans(facts):
        if until is not None and (scan.occurred_ms, scan.sequence) >= until:
            break
        current = scan
        if scan.code in TERMINAL:
            break
    return current


def status_of(parcel: Parcel) -> str:
    """Return the wire's status word of a parcel."""
    return status_at(parcel.facts)


def status_at(facts: tuple[Fact, ...]) -> str:
    """Return the wire's status word after these facts."""
    if len(facts) > 1 and any(type(fact) is Cancelled for fact in facts):
        return "cancelled"
    scan = standing(facts)
    return "announced" if scan is None else scan.code
