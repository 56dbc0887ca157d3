"""CDEK's couriers at the sender's door ("intakes"): called for an order, so that a call can be found again by it.

Source: `courier_api` §1.6, §2.4, §2.10.
"""

from datetime import datetime
from typing import Any

import msgspec

from ...ports import Intake, Pickup, Refused, Unavailable
from .. import exchange
from ..exchange import Reply, decode, segment
from . import bodies, reading
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


async def collect(session: Session, pickup: Pickup, known: Intake | None) -> Intake:
    """Call a courier for the first order, or find the call that stands for it on that day.

    Raises:
        Refused: the day or the time does not do, said at once or after the call was taken.
    """
    if known is not None:
        return await _judged(session, known)
    first, day = pickup.carrier_ids[0], pickup.day.isoformat()
    if (found := await _standing(session, first, day)) is not None:
        return found.intake
    try:
        made = decode(await session.post("/intakes", body(pickup)), Written)
        _raise_invalid(made.requests)
    except Refused as fault:
        if fault.code in EXISTS and (found := await _standing(session, first, day)) is not None:
            return found.intake
        raise
    if made.entity is None:
        raise Unavailable("unreadable_answer", "a courier was called and no call was named")
    return Intake(carrier_id=made.entity.uuid, number=None)


def _raise_invalid(requests: list[Request] | None) -> None:
    for request in requests or ():
        if request.state == "INVALID":
            raise_for(request.errors or [])


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


async def _judged(session: Session, known: Intake) -> Intake:
    """Return a call as it stands; one that was judged invalid after it was taken is refused."""
    answer = await _read(session, known)
    created = reading.asked_for(answer.requests, "CREATE")
    if created is not None and created.state == "INVALID":
        raise_for(created.errors or [])
    if answer.entity is None or not answer.entity.uuid:
        raise Unavailable("unreadable_answer", "a call was read and its entity is missing")
    if not answer.entity.alive:
        raise Refused("call_ended", f"the call is {answer.entity.statuses[0].code}")
    return answer.entity.intake


async def _read(session: Session, known: Intake) -> CallAnswer:
    return decode(await session.get(f"/intakes/{segment(known.carrier_id)}"), CallAnswer)


async def call_off(session: Session, intake: Intake, *, since: datetime) -> None:
    """Call a courier off; a wish that was refused before `since` is asked anew.

    Raises:
        Refused: he came already, or the carrier says no for another reason.
        Unavailable: the wish is taken in and not judged yet; ask again.
    """
    try:
        answer = await _read(session, intake)
        if not _over(answer) and reading.asked_for(answer.requests, "DELETE", since=since) is None:
            path = f"/intakes/{segment(intake.carrier_id)}"
            _raise_invalid(decode(await session.send("DELETE", path), Written).requests)
            answer = await _read(session, intake)
    except Refused as fault:
        if fault.code in NOT_FOUND:
            return  # it is gone
        raise
    if _over(answer):
        return
    asked = reading.asked_for(answer.requests, "DELETE")
    if asked is not None and asked.state == "INVALID":
        raise_for(asked.errors or [])
    raise Unavailable("call_off_pending", f"call {intake.carrier_id} is to be called off, not yet", retry_after_s=1.0)


def _over(answer: CallAnswer) -> bool:
    return answer.entity is not None and not answer.entity.alive
