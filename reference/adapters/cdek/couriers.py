"""CDEK's couriers at the sender's door ("intakes"): called for an order, so that a call can be found again by it.

Source: `courier_api` §1.6, §2.4, §2.10.
"""

from typing import Any

import msgspec

from ...ports import Intake, Pickup, Refused, Unavailable
from .. import exchange
from ..exchange import Reply, decode, segment
from . import bodies
from .session import NOT_FOUND, Session, raise_for
from .shapes import FormStatus, Request, Text, Written, text

EXISTS = frozenset({"v2_intake_exists_by_order", "v2_intake_exists_by_date_address"})
DEAD = frozenset({"INVALID", "REMOVED", "CANCELLED", "CANCELED"})  # beside INVALID these are guesses


class Call(msgspec.Struct, frozen=True):
    """An intake as it is read; statuses stand newest first."""

    uuid: str = ""
    intake_number: Text | None = None
    intake_date: str | None = None
    statuses: list[FormStatus] = []

    @property
    def alive(self) -> bool:
        return bool(self.uuid) and not (self.statuses and self.statuses[0].code in DEAD)

    @property
    def intake(self) -> Intake:
        return Intake(carrier_id=self.uuid, number=text(self.intake_number) or None)


class CallAnswer(msgspec.Struct, frozen=True):
    entity: Call | None = None
    requests: list[Request] | None = None


async def collect(session: Session, pickup: Pickup) -> Intake:
    """Call a courier for the first order, or find the call that stands for that day.

    Raises:
        Refused: the day or the time does not do, or the carrier judged the call invalid after it was taken.
    """
    first = pickup.carrier_ids[0]
    if (found := await _standing(session, first, pickup.day.isoformat())) is not None:
        return await _judged(session, found)
    try:
        made = decode(await session.post("/intakes", body(pickup)), Written)
        for request in made.requests or ():
            if request.state == "INVALID":
                raise_for(request.errors or [])
    except Refused as fault:
        if fault.code in EXISTS and (found := await _standing(session, first, pickup.day.isoformat())) is not None:
            return found.intake
        raise
    if made.entity is None:
        raise Unavailable("unreadable_answer", "a courier was called and no call was named")
    return Intake(carrier_id=made.entity.uuid, number=None)


def body(pickup: Pickup) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "order_uuid": pickup.carrier_ids[0],
        "intake_date": pickup.day.isoformat(),
        "intake_time_from": pickup.time_from.strftime("%H:%M"),
        "intake_time_to": pickup.time_to.strftime("%H:%M"),
        "weight": pickup.mass_g,
        "sender": bodies.contact(pickup.sender),
        "from_location": bodies.location(pickup.sender),
    }
    return wanted | ({"comment": pickup.comment} if pickup.comment else {})


async def _standing(session: Session, order: str, day: str) -> Call | None:
    """Return the call that stands for an order on a day; an order the carrier knows no calls of has none."""
    try:
        reply = await session.get(f"/orders/{segment(order)}/intakes")
    except Refused as fault:
        if fault.code in NOT_FOUND:
            return None
        raise
    return next((call for call in _listed(reply) if call.alive and call.intake_date == day), None)


def _listed(reply: Reply) -> list[Call]:
    """Return an order's calls: a bare list; nothing at all is an empty one (clients disagree about the shape)."""
    if not reply.body.strip():
        return []
    found = exchange.parse(reply.body, list[Call])
    if isinstance(found, str):
        raise Unavailable("unreadable_answer", f"the calls of an order: {found}")
    return found[0]


async def _judged(session: Session, call: Call) -> Intake:
    """Return a call as it stands by itself, which tells why it was judged invalid where it was."""
    answer = decode(await session.get(f"/intakes/{segment(call.uuid)}"), CallAnswer)
    for request in answer.requests or ():
        if request.type == "CREATE" and request.state == "INVALID":
            raise_for(request.errors or [])
    return (answer.entity or call).intake


async def call_off(session: Session, intake: Intake) -> None:
    try:
        made = decode(await session.send("DELETE", f"/intakes/{segment(intake.carrier_id)}"), Written)
    except Refused as fault:
        if fault.code in NOT_FOUND:
            return  # it is gone
        raise
    for request in made.requests or ():
        if request.state == "INVALID":
            raise_for(request.errors or [])
