"""Carriers' own status codes and what they mean in the canonical list.

Source: `statuses` §2 (columns MA, Swiss), §3a CDEK, IML, PickPoint; CDEK's codes and numbers `courier_api` §2.1, §2.2;
Swiss Post's event numbers `postal_api_swiss` §9.2.
"""

import re
from typing import NamedTuple

from ..domain.statuses import Status

KEEP = "keep"  # the event is stored with its code and bears no status

MAIL_ALLIANCE = {
    "announced": Status.ANNOUNCED,
    "shipped": Status.ACCEPTED,
    "in_transit": Status.IN_TRANSIT,
    "out_for_delivery": Status.OUT_FOR_DELIVERY,
    "ready_for_pickup": Status.READY_FOR_PICKUP,
    "delivery_failed": Status.DELIVERY_FAILED,
    "held": Status.HELD,
    "delivered": Status.DELIVERED,
    "returning": Status.RETURNING,
    "returned": Status.RETURNED,
    "cancelled": Status.CANCELLED,
    "lost": Status.LOST_OR_DAMAGED,
}

# number of the webhook -> (CITY spelling, OFFICE spellings, canonical); 1000 and "" stand for no number of their own
_CDEK_ROWS: tuple[tuple[str, str, tuple[str, ...], Status], ...] = (
    ("", "ACCEPTED", (), Status.ANNOUNCED),
    ("1", "CREATED", (), Status.ANNOUNCED),
    ("", "INVALID", (), Status.CANCELLED),
    ("2", "REMOVED", (), Status.CANCELLED),
    ("3", "RECEIVED_AT_SHIPMENT_WAREHOUSE", ("RECEIVED_AT_SENDER_WAREHOUSE",), Status.ACCEPTED),
    ("6", "READY_FOR_SHIPMENT_IN_SENDER_CITY", ("READY_TO_SHIP_AT_SENDING_OFFICE",), Status.IN_TRANSIT),
    ("16", "RETURNED_TO_SENDER_CITY_WAREHOUSE", ("RETURNED_TO_SENDER_WAREHOUSE",), Status.IN_TRANSIT),
    ("7", "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY", ("PASSED_TO_CARRIER_AT_SENDING_OFFICE",), Status.IN_TRANSIT),
    ("21", "SENT_TO_TRANSIT_CITY", ("SEND_TO_TRANSIT_OFFICE",), Status.IN_TRANSIT),
    ("22", "ACCEPTED_IN_TRANSIT_CITY", ("MET_AT_TRANSIT_OFFICE",), Status.IN_TRANSIT),
    ("13", "ACCEPTED_AT_TRANSIT_WAREHOUSE", ("ACCEPTED_TO_OFFICE_TRANSIT_WAREHOUSE",), Status.IN_TRANSIT),
    ("17", "RETURNED_TO_TRANSIT_WAREHOUSE", (), Status.IN_TRANSIT),
    ("19", "READY_FOR_SHIPMENT_IN_TRANSIT_CITY", ("READY_TO_SHIP_IN_TRANSIT_OFFICE",), Status.IN_TRANSIT),
    ("20", "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY", ("PASSED_TO_CARRIER_AT_TRANSIT_OFFICE",), Status.IN_TRANSIT),
    ("27", "SENT_TO_SENDER_CITY", ("SEND_TO_SENDING_OFFICE",), Status.IN_TRANSIT),
    ("28", "ACCEPTED_IN_SENDER_CITY", ("MET_AT_SENDING_OFFICE",), Status.IN_TRANSIT),
    ("8", "SENT_TO_RECIPIENT_CITY", ("SEND_TO_RECIPIENT_OFFICE",), Status.IN_TRANSIT),
    ("9", "ACCEPTED_IN_RECIPIENT_CITY", ("MET_AT_RECIPIENT_OFFICE", "ARRIVED_AT_RECIPIENT_CITY"), Status.IN_TRANSIT),
    ("10", "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE", ("ACCEPTED_AT_DELIVERY_WAREHOUSE",), Status.IN_TRANSIT),
    ("12", "ACCEPTED_AT_PICK_UP_POINT", ("ACCEPTED_AT_WAREHOUSE_ON_DEMAND",), Status.READY_FOR_PICKUP),
    ("11", "TAKEN_BY_COURIER", ("ISSUED_FOR_DELIVERY",), Status.OUT_FOR_DELIVERY),
    ("18", "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", ("RETURNED_TO_DELIVERY_WAREHOUSE",), Status.DELIVERY_FAILED),
    ("4", "DELIVERED", (), Status.DELIVERED),
    ("5", "NOT_DELIVERED", (), Status.RETURNING),
    ("1000", "ENTERED_TO_TRANSIT_WAREHOUSE", ("ENTERED_TO_OFFICE_TRANSIT_WAREHOUSE",), Status.IN_TRANSIT),
    ("1000", "ENTERED_TO_RECIPIENT_CITY_WAREHOUSE", ("ENTERED_TO_DELIVERY_WAREHOUSE",), Status.IN_TRANSIT),
    ("1000", "ENTERED_TO_PICK_UP_POINT", ("ENTERED_TO_WAREHOUSE_ON_DEMAND",), Status.IN_TRANSIT),
    ("1000", "IN_CUSTOMS_INTERNATIONAL", (), Status.CUSTOMS),
    ("1000", "IN_CUSTOMS_LOCAL", (), Status.CUSTOMS),
    ("1000", "CUSTOMS_COMPLETE", (), Status.IN_TRANSIT),
    ("1000", "SHIPPED_TO_DESTINATION", (), Status.IN_TRANSIT),
    ("1000", "PASSED_TO_TRANSIT_CARRIER", (), Status.IN_TRANSIT),
    ("1000", "POSTOMAT_POSTED", (), Status.READY_FOR_PICKUP),
    ("1000", "POSTOMAT_SEIZED", (), Status.HELD),
    ("1000", "POSTOMAT_RECEIVED", (), Status.DELIVERED),
    ("", "IN_TRANSIT", (), Status.IN_TRANSIT),
    ("", "DELIVERED_SENDER_CITY_CDEK", (), Status.UNKNOWN),
)

CDEK = {city: status for _, city, _, status in _CDEK_ROWS}
CDEK_SPELLINGS = {spelling: city for _, city, offices, _ in _CDEK_ROWS for spelling in (city, *offices)}
CDEK_NUMBERS = {number: city for number, city, _, _ in _CDEK_ROWS if number not in ("", "1000")}

NOT_DELIVERED_REASONS = {
    **dict.fromkeys(("5", "26", "9", "10", "27"), Status.LOST_OR_DAMAGED),
    "6": Status.CANCELLED,
}  # every other reason, or none: returning, and the leg opens
PASSING_REASONS = {
    **dict.fromkeys(("1", "3", "4", "7"), Status.HELD),
    **dict.fromkeys(("5", "9", "10", "26", "27"), Status.LOST_OR_DAMAGED),
    **dict.fromkeys(("24", "25"), Status.CUSTOMS),
}  # with any status that isn't final; every other reason leaves the status its own value
PROBLEMS: dict[str, str] = {
    **dict.fromkeys(("1", "9", "13", "19", "46", "47", "48", "49", "53", "55", "57"), Status.HELD),
    **dict.fromkeys(("11", "17", "35", *map(str, range(37, 46)), "52", "54"), Status.DELIVERY_FAILED),
    **dict.fromkeys(("36", "56"), KEEP),
}
FINAL = frozenset({"DELIVERED", "NOT_DELIVERED", "INVALID", "REMOVED"})
PARTIAL_REASON = "20"

REASON_WORDS = {
    "1": "wrong address",
    "2": "could not be reached by phone",
    "3": "addressee does not live there",
    "4": "weight differs",
    "5": "parcel missing",
    "6": "number twice in one hand-over act",
    "7": "place not served",
    "8": "packaging damaged at intake",
    "9": "packaging damaged at the line-haul carrier",
    "10": "packaging damaged at the carrier",
    "11": "refused without explanation",
    "12": "quality claim",
    "13": "shortage inside",
    "14": "wrong goods",
    "15": "terms of delivery did not suit",
    "16": "already bought elsewhere",
    "17": "changed mind",
    "18": "ordered by mistake",
    "19": "packaging damaged at the recipient",
    "20": "partial delivery",
    "21": "no money",
    "22": "did not fit or please",
    "23": "storage time over",
    "24": "customs not passed",
    "25": "commercial cargo",
    "26": "lost",
    "27": "unclaimed, disposed of",
}


class Meaning(NamedTuple):
    """What a carrier's status says: its code in one spelling, the canonical value, and what it does beside.

    The names are those of `CarrierEvent`, which takes them over as they are.
    """

    code: str
    status: str
    opens_return: bool = False
    partial: bool = False
    status_after: str = ""
    to_addressee: bool = False


def cdek_meaning(code: str, reason: str) -> Meaning:
    """Return what a status of a direct order means, either spelling; an unknown code stays itself and unknown."""
    city = CDEK_SPELLINGS.get(code)
    if city is None:
        return Meaning(code, Status.UNKNOWN)
    if city == "NOT_DELIVERED":
        status = NOT_DELIVERED_REASONS.get(reason, Status.RETURNING)
        return Meaning(city, status, opens_return=status is Status.RETURNING)
    if city == "DELIVERED":
        return Meaning(city, Status.DELIVERED, partial=reason == PARTIAL_REASON)
    if city in FINAL:
        return Meaning(city, CDEK[city])
    return Meaning(city, PASSING_REASONS.get(reason, CDEK[city]))


_ON_THE_LEG = frozenset(
    {
        Status.ACCEPTED,
        Status.IN_TRANSIT,
        Status.CUSTOMS,
        Status.HELD,
        Status.OUT_FOR_DELIVERY,
        Status.DELIVERY_FAILED,
        Status.READY_FOR_PICKUP,
    }
)


def cdek_return_meaning(code: str, reason: str) -> Meaning:
    """Return what a status of a return order means: it is read on the leg from its first scan on."""
    direct = cdek_meaning(code, reason)
    if direct.code == "NOT_DELIVERED":
        lost = reason in ("5", "9", "10", "26", "27")
        return Meaning(direct.code, Status.LOST_OR_DAMAGED if lost else Status.UNDELIVERABLE)
    if direct.status is Status.DELIVERED:
        return Meaning(direct.code, Status.RETURNED)
    if direct.status in _ON_THE_LEG:
        return Meaning(direct.code, Status.RETURNING)
    return Meaning(direct.code, direct.status)


IML_STATES: dict[str, str] = {  # `State`: where the parcel is
    "999": Status.ANNOUNCED,
    "0": Status.ANNOUNCED,
    "1": Status.ACCEPTED,  # as the first scan; in transit after any other
    "2": Status.OUT_FOR_DELIVERY,
    "3": Status.DELIVERED,
    "6": Status.RETURNING,
    "10": Status.READY_FOR_PICKUP,
    "13": KEEP,  # finished: `OrderStatus` says how
}
IML_REFUSED = ("2", "3")
IML_OUTCOMES = ("0", "1", *IML_REFUSED)  # `OrderStatus`


def iml_meaning(state: str, outcome: str, *, refused_pieces: bool = False) -> Meaning:
    """Return what a pair of `State` and `OrderStatus` says; its code is `State/OrderStatus`.

    An outcome other than 0 decides; two final words that contradict each other are `held` until the next reading.
    `refused_pieces`: `Details` names pieces that were not taken, so that a delivery is a partial one.
    """
    code = f"{state}/{outcome}"
    place = IML_STATES.get(state)
    if place is None or outcome not in IML_OUTCOMES:
        return Meaning(code, Status.UNKNOWN)
    if outcome == "0":
        after = Status.IN_TRANSIT if place == Status.ACCEPTED else ""
        return Meaning(code, place, opens_return=place == Status.RETURNING, status_after=after)
    if (outcome == "1" and state == "6") or (outcome in IML_REFUSED and state == "3"):
        return Meaning(code, Status.HELD)
    if outcome == "1":
        return Meaning(code, Status.DELIVERED, partial=refused_pieces, to_addressee=True)
    return Meaning(code, Status.RETURNED if state == "13" else Status.RETURNING, opens_return=True)


PICKPOINT: dict[str, Status] = {
    **dict.fromkeys(("101", "102", "103", "104"), Status.ANNOUNCED),
    "105": Status.ACCEPTED,
    **dict.fromkeys(("106", "107", "117", "123"), Status.IN_TRANSIT),
    "108": Status.OUT_FOR_DELIVERY,
    "109": Status.READY_FOR_PICKUP,
    "111": Status.DELIVERED,
    **dict.fromkeys(("112", "114", "115", "116"), Status.RETURNING),  # storage of 112 may be prolonged: no leg yet
    "113": Status.RETURNED,
}
PICKPOINT_LEG = frozenset({"115", "116"})


def pickpoint_meaning(state: str) -> Meaning:
    """Return what a `State` says; 110, 118 to 122 and any other are unknown."""
    return Meaning(state, PICKPOINT.get(state, Status.UNKNOWN), opens_return=state in PICKPOINT_LEG)


SWISS_POST: dict[str, Status] = {  # the last number of an event code
    **dict.fromkeys(("600", "620", "854", "859"), Status.ANNOUNCED),
    **dict.fromkeys(("100", "200", "500", "501", "502", "912"), Status.ACCEPTED),
    **dict.fromkeys(("803", "819", "842", "902", "919"), Status.CUSTOMS),
    **dict.fromkeys(("804", "805", "813", "815", "818", "820", "847"), Status.IN_TRANSIT),
    **dict.fromkeys(("904", "905", "906", "907", "908", "909", "913", "915", "918", "920", "921"), Status.IN_TRANSIT),
    **dict.fromkeys(("1001", "1002", "1100", "1201", "1202", "1204", "1213", "1218", "4020"), Status.IN_TRANSIT),
    "1003": Status.OUT_FOR_DELIVERY,
    **dict.fromkeys(("910", "926", "2102"), Status.READY_FOR_PICKUP),
    **dict.fromkeys(("923", "924", "934"), Status.DELIVERY_FAILED),
    "3600": Status.RETURNED,
    **dict.fromkeys(("938", "3800", "4000", "4001", "4600"), Status.DELIVERED),
}
SWISS_POST_CANCELLED = "CAN"  # what the sub-event of a withdrawn scan begins with
_SWISS_CODE = re.compile(r"(?:PARCEL|LETTER)\.[^.]*\.[^.]*\.(\d+)")


def swiss_post_meaning(code: str) -> Meaning:
    """Return what an event code like `PARCEL.*.1.1003` says; one of another grammar or number is unknown."""
    match = _SWISS_CODE.fullmatch(code)
    return Meaning(code, SWISS_POST.get(match[1], Status.UNKNOWN) if match else Status.UNKNOWN)
