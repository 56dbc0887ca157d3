"""What an event does to an order: facts, money, lines refused, the end.

Wire contract: `courier_api` §3; canonical values: `statuses` §3a "IML". There is no return order: refused goods come
back under the same number.
"""

from msgspec.structs import replace

from ...core.errors import Reason, Rejected
from ...core.parcel import Collected, Fact, Parcel, Scan, Step, decide_revoke
from ...core.records import Due
from ...core.status import Status
from ...core.world import World
from ...wire.moscow import day, plus_days
from .jobs import JOBS
from .journeys import PARTIAL
from .money import collected_minor
from .order_view import BY_CARD
from .payouts import DESK
from .records import Item, Order, changed, order_of
from .regions import regions
from .scans import live_scans
from .statuses import CODES, DELIVERED, FINISHED, OUTCOMES, STATES, canonical, opens_return, pair

CURRENCY = "RUB"


def on_step(world: World, due: Due) -> None:
    """Do the next step of a journey; a deleted order stands still."""
    taken = world.take_step(due)
    if taken is not None and not taken[0].cancelled:
        scan(world, *taken)


def scan(world: World, parcel: Parcel, step: Step) -> Parcel:
    """Make one pair of the axes stand now; `step.late_ms` ago is when it occurred.

    With an outcome of 1 the reason `partial` refuses the last line that can be refused; `partial:2,3` refuses these
    lines of goods, counted from 1.

    Raises:
        Rejected: UNKNOWN_CODE for a pair or reason of nobody's; CANCELLED.
    """
    if step.code not in CODES:
        raise Rejected(Reason.UNKNOWN_CODE, code=step.code, allowed=list(CODES))
    order = order_of(world, parcel.id)
    refused = _refused_lines(order, step.reason)
    if parcel.cancelled:
        raise Rejected(Reason.CANCELLED, parcel=parcel.id)
    state, outcome = pair(step.code)
    if outcome == DELIVERED and state != 6 and parcel.status is not Status.RETURNED:
        parcel = _correct_refusal(world, parcel)
    done = _scan_of(world, parcel, order, step)
    if any(_same(done, live) for live in live_scans(parcel)):
        return parcel
    again = parcel.status is Status.DELIVERED
    parcel = world.happen(parcel, done)
    return _settle(world, parcel, order, done, frozenset() if again else refused)


def _scan_of(world: World, parcel: Parcel, order: Order, step: Step) -> Scan:
    state, outcome = pair(step.code)
    scanned = any(pair(live.code)[0] not in (0, 999) for live in live_scans(parcel))
    return Scan(
        at_ms=world.now_ms,
        sequence=parcel.scans + 1,
        occurred_ms=world.now_ms - step.late_ms,
        status=canonical(state, outcome, scanned=scanned, now=parcel.status),
        code=step.code,
        text=f"{STATES[state]}, {OUTCOMES[outcome]}",
        place=step.place or regions()[order.end if scanned else order.start].description,
        reason=step.reason,
        opens_return=opens_return(state, outcome),
    )


def _same(one: Scan, other: Scan) -> bool:
    return (one.code, one.occurred_ms, one.reason) == (other.code, other.occurred_ms, other.reason)


def _refused_lines(order: Order, reason: str) -> frozenset[int]:
    """Return which of the goods' lines a reason refuses, counted from 1; empty for none."""
    name, _, listed = reason.partition(":")
    if not reason:
        return frozenset()
    places = listed.split(",") if listed else []
    if name != PARTIAL or not all(place.isascii() and place.isdigit() for place in places):
        raise Rejected(Reason.UNKNOWN_CODE, reason=reason, allowed="partial, partial:<line>,<line>…")
    allowed = order.refusable
    wanted = [int(place) for place in places] or [*allowed[-1:]]
    if not wanted or not set(wanted) <= set(allowed) or len(wanted) >= len(order.goods):
        raise Rejected(Reason.UNKNOWN_CODE, reason=reason, allowed=[f"partial:{place}" for place in allowed])
    return frozenset(wanted)


def _correct_refusal(world: World, parcel: Parcel) -> Parcel:
    """Withdraw what put a parcel on the way back: the outcome says that it was delivered after all."""
    for live in live_scans(parcel):
        if live.opens_return:
            parcel = world.happen(parcel, decide_revoke(parcel, sequence=live.sequence, at_ms=world.now_ms))
    return parcel


def _settle(world: World, parcel: Parcel, order: Order, done: Scan, refused: frozenset[int]) -> Parcel:
    """Draw the consequences of an event."""
    state, outcome = pair(done.code)
    if state == 1 and not outcome and _was_out(parcel):
        order = changed(world, order, moved_to=plus_days(day(done.occurred_ms), 1))
    if done.status is parcel.status is Status.DELIVERED:
        parcel = _hand_over(world, parcel, order, refused)
    elif parcel.status in (Status.RETURNING, Status.RETURNED):
        _take_back(world, order)
        parcel = _give_back(world, parcel)
    if (state == FINISHED and outcome) or parcel.status is Status.DELIVERED:
        DESK.ended(world, parcel)
    return parcel


def _was_out(parcel: Parcel) -> bool:
    before = [pair(live.code)[0] for live in live_scans(parcel)][:-1]
    return before[-1:] in ([2], [10])


def _hand_over(world: World, parcel: Parcel, order: Order, refused: frozenset[int]) -> Parcel:
    """Take the money for what is taken, once."""
    if refused:
        order = changed(world, order, items=_with_refused(order, refused))
    due_minor = order.amount_minor - order.refused_minor
    if JOBS[order.job].cash and due_minor > 0 and not collected_minor(parcel):
        method = BY_CARD if world.roll("iml.payment", order.id, 3) == 0 else "CASH"
        parcel = world.happen(parcel, Collected(world.now_ms, due_minor, CURRENCY, method))
    return parcel


def _with_refused(order: Order, refused: frozenset[int]) -> tuple[Item, ...]:
    goods = [item for item in order.items if item.is_goods]
    gone = {id(item) for place, item in enumerate(goods, 1) if place in refused}
    return tuple(replace(item, refused=id(item) in gone) for item in order.items)


def _take_back(world: World, order: Order) -> None:
    """Forget which lines were refused: the whole order goes back, or nothing was handed over."""
    if any(item.refused for item in order.items):
        changed(world, order, items=tuple(replace(item, refused=False) for item in order.items))


def _give_back(world: World, parcel: Parcel) -> Parcel:
    """Give back money that was taken by mistake."""
    taken_minor = collected_minor(parcel)
    if taken_minor:
        parcel = world.happen(parcel, Collected(world.now_ms, -taken_minor, CURRENCY))
    return parcel


def revoke(world: World, parcel: Parcel, sequence: int) -> Parcel:
    """Withdraw an event: where it was the end, money and refused lines go back to what they were.

    Where it had sent a delivered parcel back, the parcel is delivered again and its money is taken.

    Raises:
        Rejected: UNKNOWN_SCAN.
    """
    fact: Fact = decide_revoke(parcel, sequence=sequence, at_ms=world.now_ms)
    parcel = world.happen(parcel, fact)
    order = order_of(world, parcel.id)
    if parcel.status is Status.DELIVERED:
        return _hand_over(world, parcel, order, frozenset())
    if any(live.status in (Status.DELIVERED, Status.RETURNED) for live in live_scans(parcel)):
        return parcel
    _take_back(world, order)
    DESK.reopened(world, parcel)
    return _give_back(world, parcel)
