"""What the carriers' codes mean, and how a parcel's events fold into one status."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

RANK = {
    "announced": 10, "accepted": 20, "in_transit": 30, "customs": 30, "held": 35, "out_for_delivery": 40,
    "delivery_failed": 45, "ready_for_pickup": 50, "returning": 70, "undeliverable": 80, "lost_or_damaged": 85,
    "delivered": 90, "returned": 95, "cancelled": 95,
}  # fmt: skip
MAIL_ALLIANCE = {
    "shipped": "accepted",
    "lost": "lost_or_damaged",
    **{name: name for name in ("announced", "in_transit", "out_for_delivery", "ready_for_pickup", "delivery_failed",
                               "held", "delivered", "returning", "returned", "cancelled")},
}  # fmt: skip
_MOVING = (
    "READY_FOR_SHIPMENT_IN_SENDER_CITY READY_TO_SHIP_AT_SENDING_OFFICE RETURNED_TO_SENDER_CITY_WAREHOUSE "
    "RETURNED_TO_SENDER_WAREHOUSE TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY PASSED_TO_CARRIER_AT_SENDING_OFFICE "
    "SENT_TO_TRANSIT_CITY SEND_TO_TRANSIT_OFFICE ACCEPTED_IN_TRANSIT_CITY MET_AT_TRANSIT_OFFICE "
    "ACCEPTED_AT_TRANSIT_WAREHOUSE ACCEPTED_TO_OFFICE_TRANSIT_WAREHOUSE RETURNED_TO_TRANSIT_WAREHOUSE "
    "READY_FOR_SHIPMENT_IN_TRANSIT_CITY READY_TO_SHIP_IN_TRANSIT_OFFICE TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY "
    "PASSED_TO_CARRIER_AT_TRANSIT_OFFICE SENT_TO_SENDER_CITY SEND_TO_SENDING_OFFICE ACCEPTED_IN_SENDER_CITY "
    "MET_AT_SENDING_OFFICE SENT_TO_RECIPIENT_CITY SEND_TO_RECIPIENT_OFFICE ACCEPTED_IN_RECIPIENT_CITY "
    "MET_AT_RECIPIENT_OFFICE ARRIVED_AT_RECIPIENT_CITY ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE "
    "ACCEPTED_AT_DELIVERY_WAREHOUSE ENTERED_TO_TRANSIT_WAREHOUSE ENTERED_TO_OFFICE_TRANSIT_WAREHOUSE "
    "ENTERED_TO_RECIPIENT_CITY_WAREHOUSE ENTERED_TO_DELIVERY_WAREHOUSE ENTERED_TO_PICK_UP_POINT "
    "ENTERED_TO_WAREHOUSE_ON_DEMAND CUSTOMS_COMPLETE SHIPPED_TO_DESTINATION PASSED_TO_TRANSIT_CARRIER IN_TRANSIT"
)
CDEK = {
    **dict.fromkeys(_MOVING.split(), "in_transit"),
    **dict.fromkeys(("ACCEPTED", "CREATED"), "announced"),
    **dict.fromkeys(("INVALID", "REMOVED"), "cancelled"),
    **dict.fromkeys(("RECEIVED_AT_SHIPMENT_WAREHOUSE", "RECEIVED_AT_SENDER_WAREHOUSE"), "accepted"),
    **dict.fromkeys(("TAKEN_BY_COURIER", "ISSUED_FOR_DELIVERY"), "out_for_delivery"),
    # A depot move after a failed attempt, whatever its name seems to say.
    **dict.fromkeys(("RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", "RETURNED_TO_DELIVERY_WAREHOUSE"), "delivery_failed"),
    **dict.fromkeys(
        ("ACCEPTED_AT_PICK_UP_POINT", "ACCEPTED_AT_WAREHOUSE_ON_DEMAND", "POSTOMAT_POSTED"), "ready_for_pickup"
    ),
    **dict.fromkeys(("IN_CUSTOMS_INTERNATIONAL", "IN_CUSTOMS_LOCAL"), "customs"),
    "POSTOMAT_SEIZED": "held",
    "POSTOMAT_RECEIVED": "delivered",
    "DELIVERED": "delivered",
    "NOT_DELIVERED": "returning",
}
NOT_DELIVERED_BECAUSE = {"6": "cancelled", **dict.fromkeys(("5", "9", "10", "26", "27"), "lost_or_damaged")}
HELD_BECAUSE = ("1", "3", "4", "7")  # the data must be put right before another attempt
PARTIAL = "20"
ON_THE_WAY = {"accepted", "in_transit", "customs", "held", "out_for_delivery", "delivery_failed", "ready_for_pickup"}


class Event(NamedTuple):
    status: str
    code: str
    occurred_at: datetime
    sequence: int


def cdek_status(code: str, reason: str, *, way_back: bool) -> str:
    """Return the canonical status of a CDEK code. `way_back`: the event belongs to the order that brings goods home."""
    status = CDEK.get(code, "unknown")
    if code == "NOT_DELIVERED":
        status = NOT_DELIVERED_BECAUSE.get(reason, "undeliverable" if way_back else "returning")
    elif status in ON_THE_WAY and reason in HELD_BECAUSE:
        status = "held"
    return "returned" if way_back and status == "delivered" else status


def fold(events: Iterable[Event]) -> str:
    """Return the status that these events mean: the last by the time of occurrence, not by arrival.

    `delivered` and `returned` stay until they are withdrawn. After CDEK's NOT_DELIVERED the parcel is on its way back.
    """
    current, way_back = "announced", False
    known = [event for event in events if event.status in RANK]
    for event in sorted(known, key=lambda e: (e.occurred_at, RANK[e.status], e.sequence)):
        way_back = way_back or (event.code == "NOT_DELIVERED" and event.status == "returning")
        current = event.status
        if way_back and current in ON_THE_WAY:
            current = "returning"
        if way_back and current == "delivered":
            current = "returned"
        if current in ("delivered", "returned"):
            return current
    return current
