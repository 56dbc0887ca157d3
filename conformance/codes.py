"""The carriers' own codes for the scans that cases make happen, and what each means in the canonical list.

Source: status vocabularies §3a (CDEK) and Mail Alliance wire contract §4.3; written down here apart from the engine's.
"""

from typing import NamedTuple


class Code(NamedTuple):
    """One scan: the carrier's code and reason, the canonical status, and whether it turns the parcel back."""

    code: str
    status: str
    reason: str = ""
    turns_back: bool = False


CDEK = (
    Code("RECEIVED_AT_SHIPMENT_WAREHOUSE", "accepted"),
    Code("SENT_TO_RECIPIENT_CITY", "in_transit"),
    Code("RETURNED_TO_SENDER_CITY_WAREHOUSE", "in_transit"),
    Code("ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE", "in_transit"),
    Code("TAKEN_BY_COURIER", "out_for_delivery"),
    Code("RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", "delivery_failed"),
    Code("ACCEPTED_AT_PICK_UP_POINT", "ready_for_pickup"),
    Code("POSTOMAT_SEIZED", "held"),
    Code("IN_CUSTOMS_LOCAL", "customs"),
    Code("DELIVERED", "delivered"),
    Code("NOT_DELIVERED", "returning", "11", turns_back=True),
    Code("NOT_DELIVERED", "lost_or_damaged", "26"),
)
MAIL_ALLIANCE = (
    Code("shipped", "accepted"),
    Code("in_transit", "in_transit"),
    Code("out_for_delivery", "out_for_delivery"),
    Code("ready_for_pickup", "ready_for_pickup"),
    Code("delivery_failed", "delivery_failed"),
    Code("held", "held"),
    Code("delivered", "delivered"),
    Code("returning", "returning", "not_collected"),
    Code("returned", "returned", "not_collected"),
    Code("lost", "lost_or_damaged"),
)
BY_CARRIER = {"cdek": CDEK, "mail_alliance": MAIL_ALLIANCE}


def code_for(carrier: str, status: str) -> Code:
    """Return the scan by which a carrier says this status.

    Raises:
        KeyError: the carrier has no word for it.
    """
    found = next((code for code in BY_CARRIER[carrier] if code.status == status), None)
    if found is None:
        raise KeyError(f"{carrier} has no code for {status}")
    return found


# How the simulator names the operations that cases disturb or count.
BOOKING = {"cdek": "register_order", "mail_alliance": "create_parcel"}
TOKEN = {"cdek": "token", "mail_alliance": "issue_token"}
