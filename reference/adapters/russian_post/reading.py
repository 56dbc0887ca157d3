"""What the post's answers say: bookings and prices, and a history as events, whichever of its services told it.

Source: `postal_api_russia` §2.3, §2.8, §4.3, §4.6; `statuses` §3a Russian Post.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ...domain.statuses import Status
from ...ports import Booked, CarrierEvent, Label, Money, Quote, ReturnNotice, Surcharge, Tracking
from ..carrier_codes import Meaning
from .bodies import CURRENCY, service
from .codes import COUNTER_MAIL, Operation, history_meanings
from .shapes import Order, Tariff, text

NAME = "russian_post"
RETURN = 3
# the mail types of Otpravka that the dictionary of tracking knows as mail which waits at the counter
_TYPES = {
    "SMALL_PACKET": 5, "POSTAL_PARCEL": 4, "BANDEROL": 3, "BANDEROL_CLASS_1": 16, "ONLINE_PARCEL": 23,
    "PARCEL_CLASS_1": 47, "ECOM_MARKETPLACE": 54,
}  # fmt: skip
assert set(_TYPES.values()) <= COUNTER_MAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One line of a history. `clock` is the office's own time as written, to the second: both services agree on it."""

    kind: int
    attribute: int
    clock: datetime  # naive
    at: datetime
    text: str
    place: str = ""
    mail_type: int | None = None
    marks: int = 0


def mail_type_of(order: Order) -> int | None:
    return _TYPES.get(order.mail_type or "")


def booked(order: Order, label: Label | None = None) -> Booked:
    """Return an order as a booking: the post's own id, its number, and the price with VAT where it is told."""
    price = None
    if order.total_rate_wo_vat is not None:
        price = Money(order.total_rate_wo_vat + (order.total_vat or 0), CURRENCY)
    return Booked(carrier_id=text(order.id), number=order.barcode or None, label=label, price=price)


def quote(found: Tariff, mail_type: str, category: str) -> Quote:
    """Return an offer. The carrier's total is without VAT and has the add-ons in it; ours has them beside the net."""
    extras = {
        "insurance": found.insurance_rate,
        "fragile": found.fragile_rate,
        "oversize": found.oversize_rate,
        "notice": found.notice_rate,
        "sms-notice-recipient": found.sms_notice_recipient_rate,
    }
    surcharges = tuple(Surcharge(code, Money(rate.rate, CURRENCY)) for code, rate in extras.items() if rate)
    beside = sum(extra.amount.minor for extra in surcharges)
    if beside > found.total_rate:  # it is not told what they are part of: the total is what counts
        surcharges, beside = (), 0
    days = found.delivery_time
    return Quote(
        id=service(mail_type, category),
        carrier=NAME,
        service=service(mail_type, category),
        net=Money(found.total_rate - beside, CURRENCY),
        surcharges=surcharges,
        tax=Money(found.total_vat, CURRENCY),
        total=Money(found.total_rate + found.total_vat, CURRENCY),
        days_min=max((days.min_days or 0) if days else 0, 0),
        days_max=max((days.max_days or days.min_days or 0) if days else 0, 0),
    )


def events(number: str, scans: Iterable[Scan], *, direct_number: str = "") -> tuple[CarrierEvent, ...]:
    """Return a history as events, oldest first; `direct_number` makes them those of a buyer's return."""
    ordered = sorted(scans, key=lambda scan: scan.at)
    told = history_meanings([Operation(scan.kind, scan.attribute, scan.mail_type, scan.marks) for scan in ordered])
    ids = _ids(number, ordered)
    found = []
    for place, (scan, row) in enumerate(zip(ordered, told, strict=True)):
        meaning = row.meaning
        if direct_number:
            meaning = _on_a_return(scan, meaning)
        found.append(
            CarrierEvent(
                id=ids[place],
                carrier=NAME,
                number=number,
                occurred_at=scan.at,
                text=scan.text,
                place=scan.place,
                reason=scan.text if scan.kind in (RETURN, 12, 42) else "",
                revoked=row.withdraws is not None,
                revokes=ids[row.withdraws] if row.withdraws is not None else "",
                is_return=bool(direct_number),
                direct_number=direct_number,
                sequence=place,
                **meaning._asdict(),
            )
        )
    return tuple(found)


def _on_a_return(scan: Scan, meaning: Meaning) -> Meaning:
    """On a buyer's return the addressee is the shop, and the sender the buyer."""
    if meaning.to_addressee:
        return meaning._replace(to_addressee=False)
    if scan.kind == 2 and meaning.status == Status.RETURNED:
        return meaning._replace(status=Status.UNDELIVERABLE)
    return meaning


def _ids(number: str, scans: Sequence[Scan]) -> list[str]:
    """Return each line's id, the same whichever service told it; equal lines are counted."""
    ids: list[str] = []
    seen: dict[str, int] = {}
    for scan in scans:
        line = f"{NAME}/{number}/{scan.kind}/{scan.attribute}/{scan.clock.isoformat()}"
        seen[line] = seen.get(line, 0) + 1
        ids.append(sha256(f"{line}/{seen[line]}".encode()).hexdigest()[:32])
    return ids


def story(number: str, scans: Sequence[Scan], leg: tuple[str, Sequence[Scan]] | None = None) -> Tracking:
    """Return all that is known of a parcel; `leg` is its buyer's return, with its own number and history."""
    found = events(number, scans)
    returns = [back] if (back := _own_way_back(number, found)) else []
    if leg is not None:
        leg_events = events(leg[0], leg[1], direct_number=number)
        found += leg_events
        received = next((event.occurred_at for event in leg_events if event.status == Status.DELIVERED), None)
        returns.append(
            ReturnNotice(
                carrier=NAME,
                number=leg[0],
                direct_number=number,
                reason="",
                received_at=received,
                origin="buyer",
            )
        )
    return Tracking(number=number, events=found, returns=tuple(returns))


def _own_way_back(number: str, story: Sequence[CarrierEvent]) -> ReturnNotice | None:
    """Return the way back of what was not handed over: it keeps the parcel's number."""
    opened = [event for event in story if event.opens_return]
    back = [event for event in story if event.status == Status.RETURNED]
    if opened and not back:  # handed over without a name, on the way back
        back = [
            e for e in story if e.status == Status.DELIVERED and not e.to_addressee and e.sequence > opened[0].sequence
        ]
    if not opened and not back:
        return None
    return ReturnNotice(
        carrier=NAME,
        number=number,
        direct_number=number,
        reason=(opened or back)[0].reason or (opened or back)[0].text,
        received_at=back[0].occurred_at if back else None,
    )
