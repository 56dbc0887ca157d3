"""Event numbers: what a scan says, and which of the canonical values it is.

Wire contract: `postal_api_swiss` §9; canonical values: `statuses` §2, column of the Swiss Post numbers.
"""

from ...core.parcel import Parcel, Revoked, Scan
from ...core.status import Status

NUMBERS: dict[Status, tuple[int, ...]] = {
    Status.ANNOUNCED: (600, 620, 854, 859),
    Status.ACCEPTED: (100, 200, 500, 501, 502, 912),
    Status.CUSTOMS: (803, 819, 842, 902, 919),
    Status.IN_TRANSIT: (
        *(804, 805, 813, 815, 818, 820, 847, 904, 905, 906, 907, 908, 909, 913, 915, 918, 920, 921),
        *(1001, 1002, 1100, 1201, 1202, 1204, 1213, 1218, 4020),
    ),
    Status.OUT_FOR_DELIVERY: (1003,),
    Status.READY_FOR_PICKUP: (910, 926, 2102),
    Status.DELIVERY_FAILED: (923, 924, 934),
    Status.RETURNED: (3600,),
    Status.DELIVERED: (938, 3800, 4000, 4001, 4600),
}
STATUS_OF = {number: status for status, numbers in NUMBERS.items() for number in numbers}
PARCEL, LETTER, SOURCE = "PARCEL", "LETTER", 1
CODES = tuple(f"{mail}.*.{SOURCE}.{number}" for mail in (PARCEL, LETTER) for number in STATUS_OF)
RETURNED_NUMBER = 3600

_BUSINESS = {
    Status.ANNOUNCED: "NOT_YET_SENT",
    Status.ACCEPTED: "ON_GOING_DELIVERY",
    Status.IN_TRANSIT: "ON_GOING_DELIVERY",
    Status.CUSTOMS: "CUSTOMS",
    Status.HELD: "ON_GOING_DELIVERY",
    Status.OUT_FOR_DELIVERY: "ON_GOING_DELIVERY",
    Status.DELIVERY_FAILED: "ON_GOING_DELIVERY",
    Status.READY_FOR_PICKUP: "WAITING_FOR_PICKUP",
    Status.RETURNING: "RETURNED",
    Status.RETURNED: "RETURNED",
    Status.UNDELIVERABLE: "NOT_DELIVERED",
    Status.LOST_OR_DAMAGED: "UNKNOWN",
    Status.DELIVERED: "DELIVERED",
    Status.CANCELLED: "UNKNOWN",
}


def code(number: int, *, letter: bool = False) -> str:
    return f"{LETTER if letter else PARCEL}.*.{SOURCE}.{number}"


def number_of(event: str) -> int:
    """Return the last number of an event's code, which carries the meaning."""
    return int(event.rpartition(".")[2])


def business(status: Status) -> str:
    """Return a canonical value in the words of the business service."""
    return _BUSINESS[status]


def live_scans(parcel: Parcel) -> list[Scan]:
    """Return the scans that were not withdrawn, in the order in which they occurred."""
    gone = {fact.revokes for fact in parcel.facts if isinstance(fact, Revoked)}
    scans = [fact for fact in parcel.facts if isinstance(fact, Scan) and fact.sequence not in gone]
    return sorted(scans, key=lambda scan: (scan.occurred_ms, scan.sequence))
