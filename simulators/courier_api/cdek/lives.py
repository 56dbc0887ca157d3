"""What a scan does to an order: facts, money, the end, the way back, and the news of it.

Wire contract: `courier_api` §1.5.4, §1.12, §2.1, §2.2; canonical values: `statuses` §3a "CDEK".
"""

from msgspec.structs import replace

from ...core.errors import Reason, Rejected
from ...core.parcel import Collected, Fact, Parcel, Scan, Step, decide_revoke
from ...core.records import Due
from ...core.status import Status
from ...core.world import World
from . import geography, notices, payouts, problems, returns, reverse, scan_papers
from .judgement import live_scans
from .offices import office
from .problem_codes import EVENTS, PROBLEM
from .records import Item, Order, Package, changed, order_of
from .registration import judge, remove
from .statuses import ENDS, GONE, PARTIAL, REASONS, SPELLINGS, Row, canonical

CURRENCY = "RUB"
NOT_SCANNED = frozenset({"ACCEPTED", "INVALID"})
CODES = (*(code for code, row in SPELLINGS.items() if row.code not in NOT_SCANNED), *EVENTS)
CAME_BACK = "RETURN_ORDER_DELIVERED"  # ours, never on the wire: the return order of this one reached the shop
TRANSIT_PLACE = "Москва"


def on_step(world: World, due: Due) -> None:
    """Do the next step of a journey. A withdrawn or removed order stands still."""
    taken = world.take_step(due)
    if taken is not None and not taken[0].cancelled:
        scan(world, *taken)


def scan(world: World, parcel: Parcel, step: Step) -> Parcel:
    """Make one carrier event happen now (one of `problem_codes` too); `step.late_ms` ago is when it occurred.

    A reason of 20 may name the pieces handed over per position: `20:2,0,1`; without them the last position, or one
    piece of a single position, is refused. The same code with the same moment again is told again, not recorded.

    Raises:
        Rejected: UNKNOWN_CODE for a code or reason of nobody's; CANCELLED; MOVED for a late removal.
    """
    if step.code in EVENTS:
        return problems.happen(world, parcel, step)
    row, reason, pieces = _read(step)
    order = judge(world, parcel.id)
    parcel = world.parcel(parcel.id)
    if parcel.cancelled:
        raise Rejected(Reason.CANCELLED, parcel=parcel.id)
    if row.code in ("CREATED", "REMOVED"):
        if row.code == "REMOVED":
            remove(world, order)
            returns.call_off(world, order_of(world, parcel.id), reverse.KIND)
        return world.parcel(parcel.id)
    done = Scan(
        at_ms=world.now_ms,
        sequence=parcel.scans + 1,
        occurred_ms=world.now_ms - step.late_ms,
        status=canonical(row, reason),
        code=row.code,
        text=row.name,
        place=step.place or _place(order, row),
        reason=reason,
        opens_return=order.is_back or (row.code == "NOT_DELIVERED" and reason not in GONE),
    )
    known = any(_same(done, live) for live in live_scans(parcel))
    if not known:
        parcel = _record(world, parcel, order, done, pieces)
    notices.status_notice(world, order_of(world, parcel.id), row, done)
    if not known:
        scan_papers.after_scan(world, order_of(world, parcel.id), done)
    return parcel


def _read(step: Step) -> tuple[Row, str, tuple[int, ...] | None]:
    row = SPELLINGS.get(step.code)
    reason, _, listed = step.reason.partition(":")
    if row is None or row.code in NOT_SCANNED:
        raise Rejected(Reason.UNKNOWN_CODE, code=step.code, allowed=list(CODES))
    if reason and reason not in REASONS:
        raise Rejected(Reason.UNKNOWN_CODE, reason=reason, allowed=list(REASONS))
    parts = listed.split(",") if listed else []
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise Rejected(Reason.UNKNOWN_CODE, reason=step.reason, allowed="20:<pieces>,<pieces>…")
    return row, reason, tuple(map(int, parts)) if parts else None


def _same(one: Scan, other: Scan) -> bool:
    return (one.code, one.occurred_ms, one.reason) == (other.code, other.occurred_ms, other.reason)


def _place(order: Order, row: Row) -> str:
    code = {"sender": order.origin, "recipient": order.target}.get(row.side, 0)
    found = geography.cities().get(code)
    return found.name if found else TRANSIT_PLACE


def _record(world: World, parcel: Parcel, order: Order, done: Scan, pieces: tuple[int, ...] | None) -> Parcel:
    parcel = world.happen(parcel, done)
    if done.code == "TAKEN_BY_COURIER":
        notices.courier_notice(world, order, "DELIVERY")
    if done.status is Status.DELIVERED:
        parcel = _hand_over(world, parcel, order, done, pieces)
    elif done.code == "NOT_DELIVERED":
        _take_back(world, parcel, order, done)
    if done.code in ENDS or done.status is Status.DELIVERED:
        payouts.ended(world, parcel)
    return parcel


def _hand_over(world: World, parcel: Parcel, order: Order, done: Scan, pieces: tuple[int, ...] | None) -> Parcel:
    if order.is_back:
        _tell_direct(world, order, done)
        return parcel
    if done.reason == PARTIAL:
        order = changed(world, order, packages=_handed_over(order, pieces or default_pieces(order)))
    amount_minor = due_minor(order)
    if amount_minor and not collected_minor(parcel):
        parcel = world.happen(parcel, Collected(world.now_ms, amount_minor, CURRENCY, _paid_by(order)))
    if done.reason == PARTIAL:
        returns.send_back(world, order, only_refused=True)
    reverse.begin(world, order_of(world, parcel.id))
    return parcel


def _paid_by(order: Order) -> str:
    """Return how the recipient pays: by card where there is no till, in cash elsewhere (inferred)."""
    found = office(order.delivery_point) if order.delivery_point else None
    return "CARD" if found is not None and not found.flags()["have_cash"] else "CASH"


def _take_back(world: World, parcel: Parcel, order: Order, done: Scan) -> None:
    packages = tuple(
        replace(package, items=tuple(replace(item, delivered=0) for item in package.items))
        for package in order.packages
    )
    order = changed(world, order, packages=packages)
    moved = [scan for scan in live_scans(parcel) if scan.code in SPELLINGS and scan.code != "NOT_DELIVERED"]
    if done.reason not in GONE and moved and not order.is_back:
        returns.send_back(world, order, only_refused=False)
    returns.call_off(world, order_of(world, parcel.id), reverse.KIND)


def _tell_direct(world: World, order: Order, done: Scan) -> None:
    """Let the direct order of a refusal know, in the world only, that its goods are back at the shop."""
    direct = world.parcel(world.parcel(order.uuid).return_of) if world.parcel(order.uuid).return_of else None
    if direct is not None and order.role == "return" and direct.status is Status.RETURNING:
        came = Scan(world.now_ms, direct.scans + 1, done.occurred_ms, Status.RETURNED, CAME_BACK, place=done.place)
        world.happen(direct, came)


def default_pieces(order: Order) -> tuple[int, ...]:
    """Return the pieces handed over per position when nobody says: all but the last position, or but one piece."""
    amounts = [item.amount for item in order.items]
    if len(amounts) > 1:
        return (*amounts[:-1], 0)
    return tuple(max(0, amount - 1) for amount in amounts)


def _handed_over(order: Order, pieces: tuple[int, ...]) -> tuple[Package, ...]:
    left = iter(pieces)

    def handed(item: Item) -> Item:
        return replace(item, delivered=min(item.amount, next(left, item.amount)))

    return tuple(replace(package, items=tuple(map(handed, package.items))) for package in order.packages)


def due_minor(order: Order) -> int:
    """Return what the recipient pays for the pieces taken: their price and the shop's delivery charge.

    With thresholds the charge is that of the lowest one that the taken goods' price does not exceed. Nothing taken,
    nothing paid.
    """
    taken = [(item, item.amount if item.delivered is None else item.delivered) for item in order.items]
    if order.items and not any(count for _, count in taken):
        return 0
    goods_minor = sum(item.payment_minor * count for item, count in taken)
    worth_minor = sum(max(item.payment_minor, 0) * count for item, count in taken)
    charge = next((row.sum_minor for row in order.thresholds if worth_minor <= row.upto_minor), order.to_collect_minor)
    return goods_minor + charge


def collected_minor(parcel: Parcel) -> int:
    return sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))


def revoke(world: World, parcel: Parcel, sequence: int) -> Parcel:
    """Withdraw a scan: the money of a hand-over goes back, a return order that has not moved is removed.

    Raises:
        Rejected: UNKNOWN_SCAN.
    """
    fact: Fact = decide_revoke(parcel, sequence=sequence, at_ms=world.now_ms)
    gone = next(scan for scan in live_scans(parcel) if scan.sequence == sequence)
    parcel = world.happen(parcel, fact)
    if gone.code == PROBLEM:
        problems.forget(world, order_of(world, parcel.id), gone)
    if gone.code in SPELLINGS:
        parcel = _undo(world, parcel, gone)
        notices.status_notice(world, order_of(world, parcel.id), SPELLINGS[gone.code], gone, deleted=True)
    return parcel


def _undo(world: World, parcel: Parcel, gone: Scan) -> Parcel:
    left = live_scans(parcel)
    if any(scan.code in ENDS or scan.status is Status.DELIVERED for scan in left):
        return parcel
    if gone.code not in ENDS and gone.status is not Status.DELIVERED:
        return parcel
    order = order_of(world, parcel.id)
    packages = tuple(
        replace(package, items=tuple(replace(item, delivered=None) for item in package.items))
        for package in order.packages
    )
    order = changed(world, order, packages=packages)
    amount_minor = collected_minor(parcel)
    if amount_minor:
        parcel = world.happen(parcel, Collected(world.now_ms, -amount_minor, CURRENCY, _paid_by(order)))
    payouts.reopened(world, parcel)
    returns.call_off(world, order)
    reverse.hold(world, order_of(world, parcel.id))
    _untell_direct(world, order)
    return parcel


def _untell_direct(world: World, order: Order) -> None:
    direct = world.parcel(order.uuid).return_of
    for scan in live_scans(world.parcel(direct)) if direct else ():
        if scan.code == CAME_BACK:
            parcel = world.parcel(direct)
            world.happen(parcel, decide_revoke(parcel, sequence=scan.sequence, at_ms=world.now_ms))
