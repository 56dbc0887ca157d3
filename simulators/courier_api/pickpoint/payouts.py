"""What a sending that has ended puts into an act of money returned, and an act's share of one sending.

Wire contract: `courier_api` §4 "Settlement"; `settlement` §3, §9. That the delivery is billed in the act, and the way
back at half its price, is ours.
"""

from typing import NamedTuple

from ...core.parcel import Collected, Parcel, Scan
from ...core.status import Status
from ...core.world import World
from ...wire.paydesk import Line, Outcome, PayDesk, Pieces
from .records import COURIERS, CourierCall, Sending, sending_of
from .settings import NAME

FIRST_ACT = 40_000
FIRST_CALL = 7_000_000
RETURN_PERCENT = 50
FOREIGN = "15899999999"  # no sending of ours ever has it


class Refund(NamedTuple):
    """What an act says of one sending."""

    number: str
    date: str  # ISO
    payment_order: str
    sum_minor: int
    agent_minor: int


def lines_of(world: World, parcel: Parcel) -> tuple[Line, ...]:
    """Return a line for the way there, and one for the way back under the return's own number."""
    sending = sending_of(world, parcel.id)
    if sending.return_of:
        return (_back(world, parcel, sending),)
    partial = any(goods.refused for goods in sending.goods)
    went_home = parcel.status is Status.RETURNED
    outcome = Outcome.REFUSED if went_home else Outcome.PARTIAL if partial else Outcome.DELIVERED
    there = DESK.line(
        world,
        sending.number,
        outcome,
        collected_minor=0 if went_home else _collected_minor(parcel),
        services_minor=sending.cost_minor,
        order=sending.sender_code,
        parcel=parcel.id,
        items=_pieces(sending) if outcome is Outcome.PARTIAL else (),
        at_ms=_ended_ms(parcel),
    )
    return (there, _back(world, parcel, sending)) if went_home or partial else (there,)


def _collected_minor(parcel: Parcel) -> int:
    return sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))


def _ended_ms(parcel: Parcel) -> int | None:
    return max((fact.occurred_ms for fact in parcel.facts if isinstance(fact, Scan)), default=None)


def _pieces(sending: Sending) -> tuple[Pieces, ...]:
    return tuple(
        Pieces(
            goods.product_code or goods.goods_code or goods.line,
            0 if goods.refused else goods.quantity,
            goods.quantity if goods.refused else 0,
        )
        for goods in sending.goods
    )


def _back(world: World, parcel: Parcel, sending: Sending) -> Line:
    direct = sending_of(world, sending.return_of).number if sending.return_of else sending.number
    return DESK.line(
        world,
        sending.return_number,
        Outcome.RETURN_LEG,
        services_minor=sending.cost_minor * RETURN_PERCENT // 100,
        order=sending.sender_code,
        parcel=parcel.id,
        direct=direct,
        at_ms=_ended_ms(parcel),
    )


def ahead(world: World, parcel: Parcel) -> tuple[Line, ...]:
    """Return the line of a sending on its way, as if it had been handed over whole."""
    sending = sending_of(world, parcel.id)
    if sending.return_of:
        return ()
    sums = {"collected_minor": sending.sum_minor, "services_minor": sending.cost_minor}
    return (DESK.line(world, sending.number, Outcome.DELIVERED, order=sending.sender_code, parcel=parcel.id, **sums),)


def call_number(world: World) -> str:
    """Return the next number of a courier's call."""
    return str(FIRST_CALL + world.count("pickpoint.courier"))


def billed_call(world: World) -> str:
    """Keep a call that the carrier bills, so that its number is one of ours; return it."""
    number = call_number(world)
    call = CourierCall(number, "", "", "", "", "", "", 0, 0, 0, 0, "", world.now_ms, "done")
    world.store.put(COURIERS, number, call)
    return number


DESK = PayDesk(carrier=NAME, lines=lines_of, ahead=ahead, foreign=FOREIGN, first_number=FIRST_ACT, pickup=billed_call)


def refund_of(world: World, number: str, sending: Sending) -> Refund | None:
    """Return an act's share of a sending; None while the act is not out, and for one nothing was taken for."""
    report = DESK.report(world, number)
    lines = [line for line in report.lines if line.tracking == sending.number] if report else []
    if report is None or not lines or not lines[0].collected_minor:
        return None
    line = lines[0]
    return Refund(report.number, report.payment_date, report.payment_order, line.transfer_minor, line.agent_minor)
