"""The canonical status list of `statuses`: what any carrier's wire can tell, with the rank that breaks exact ties."""

from enum import StrEnum


class Status(StrEnum):
    """A parcel's state in the field's words; carriers keep their own code and text beside it."""

    ANNOUNCED = "announced"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    HELD = "held"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_FAILED = "delivery_failed"
    READY_FOR_PICKUP = "ready_for_pickup"
    RETURNING = "returning"
    UNDELIVERABLE = "undeliverable"
    LOST_OR_DAMAGED = "lost_or_damaged"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


RANK: dict[Status, int] = {
    Status.ANNOUNCED: 10,
    Status.ACCEPTED: 20,
    Status.IN_TRANSIT: 30,
    Status.CUSTOMS: 30,
    Status.HELD: 35,
    Status.OUT_FOR_DELIVERY: 40,
    Status.DELIVERY_FAILED: 45,
    Status.READY_FOR_PICKUP: 50,
    Status.RETURNING: 70,
    Status.UNDELIVERABLE: 80,
    Status.LOST_OR_DAMAGED: 85,
    Status.DELIVERED: 90,
    Status.RETURNED: 95,
    Status.CANCELLED: 95,
}

ENDED = frozenset({Status.DELIVERED, Status.RETURNED})  # reopened by a withdrawal only
