"""What a scan does to a sending: facts, storage, money, the way back, the end.

Wire contract: `courier_api` §4 "States", `sendinginfo`; canonical values: `statuses` §3a "PickPoint".
"""

from msgspec.structs import replace

from ...core.errors import Reason, Rejected
from ...core.parcel import Collected, Fact, Parcel, Revoked, Scan, Step, decide_revoke
from ...core.records import Due
from ...core.world import World
from . import settings
from .journeys import PARTIAL
from .payouts import DESK
from .postamats import postamats
from .records import Goods, Place, Sending, changed, sending_of
from .statuses import (
    BACK,
    BY_CODE,
    FINAL,
    IN_LOCKER,
    RECEIVED,
    RECIPIENT,
    REGISTERED,
    RETURN_FORMED,
    RETURN_SENT,
    SENDER,
    Row,
)

CURRENCY = "RUB"
CODES = tuple(str(code) for code in BY_CODE if code != REGISTERED)
DEPOT = "Москва"
DAY_MS = 86_400_000
MOSCOW_MS = 3 * 3_600_000
FIRST_RETURN, FIRST_DOCUMENT = 25_900_000_000, 5_000
GOODS_BACK = "pickpoint.goods-back"
GOODS_BACK_MS = 5 * DAY_MS  # what was left behind at a hand-over reaches the client so long after
LONGEST_REASON = 200


def on_step(world: World, due: Due) -> None:
    """Do the next step of a journey. A deleted sending stands still."""
    taken = world.take_step(due)
    if taken is not None and not taken[0].cancelled:
        scan(world, *taken)


def live_scans(parcel: Parcel) -> list[Scan]:
    """Return the scans that were not withdrawn, in the order of their recording."""
    gone = {fact.revokes for fact in parcel.facts if isinstance(fact, Revoked)}
    return [fact for fact in parcel.facts if isinstance(fact, Scan) and fact.sequence not in gone]


def scan(world: World, parcel: Parcel, step: Step) -> Parcel:
    """Make one event happen now; `step.late_ms` ago is when it occurred.

    The reason of 111 may be `partial`, or `partial:1,0,1` with a 1 for each line of goods taken; without the list the
    last line is left behind. The reason of any other state is what its comment says. The same state with the same
    moment again is not recorded again.

    Raises:
        Rejected: UNKNOWN_CODE for a code or reason of nobody's; CANCELLED.
    """
    row, taken = _read(step)
    if parcel.cancelled:
        raise Rejected(Reason.CANCELLED, parcel=parcel.id)
    sending = sending_of(world, parcel.id)
    done = Scan(
        at_ms=world.now_ms,
        sequence=parcel.scans + 1,
        occurred_ms=world.now_ms - step.late_ms,
        status=row.status,
        code=str(row.code),
        text=row.text,
        place=step.place or _place(sending, row),
        reason=step.reason,
        opens_return=row.opens_return or bool(sending.return_of),
    )
    if any((done.code, done.occurred_ms) == (live.code, live.occurred_ms) for live in live_scans(parcel)):
        return parcel
    parcel = world.happen(parcel, done)
    match row.code:
        case code if code == IN_LOCKER:
            _stored(world, parcel, sending)
        case code if code == RECEIVED:
            parcel = _handed_over(world, parcel, sending, taken)
        case code if code in (RETURN_FORMED, RETURN_SENT, BACK):
            _going_back(world, sending, row.code)
    if row.code in FINAL:
        DESK.ended(world, parcel)
    return parcel


def _read(step: Step) -> tuple[Row, tuple[bool, ...] | None]:
    """Return the state, and for a partial hand-over which lines were taken: empty where nobody says."""
    if step.code not in CODES:
        raise Rejected(Reason.UNKNOWN_CODE, code=step.code, allowed=list(CODES))
    row = BY_CODE[int(step.code)]
    word, _, listed = step.reason.partition(":")
    if row.code != RECEIVED or not step.reason:
        if len(step.reason) > LONGEST_REASON:
            raise Rejected(Reason.UNKNOWN_CODE, reason=step.reason[:80], allowed=f"{LONGEST_REASON} characters")
        return row, None
    flags = listed.split(",") if listed else []
    if word != PARTIAL or any(flag not in ("0", "1") for flag in flags):
        raise Rejected(Reason.UNKNOWN_CODE, reason=step.reason, allowed=[PARTIAL, f"{PARTIAL}:1,0,…"])
    return row, tuple(flag == "1" for flag in flags)


def _place(sending: Sending, row: Row) -> str:
    if row.side == RECIPIENT:
        return postamats()[sending.postamat].city.name
    return sending.sender_city[0] or DEPOT if row.side == SENDER else DEPOT


def _stored(world: World, parcel: Parcel, sending: Sending) -> None:
    """Begin the time of storage, or, in a locker where it lay before, prolong it."""
    before = sum(int(done.code) == IN_LOCKER for done in live_scans(parcel))
    until_ms = world.now_ms + settings.number(world, "storage_days") * DAY_MS
    changed(world, sending, storage_until_ms=until_ms, prolonged=before > 1)


def _handed_over(world: World, parcel: Parcel, sending: Sending, taken: tuple[bool, ...] | None) -> Parcel:
    if taken is not None:
        sending = changed(world, sending, places=_left_behind(sending, taken or _all_but_the_last(sending)))
    amount_minor = due_minor(sending)
    if amount_minor and not collected_minor(parcel):
        parcel = world.happen(parcel, Collected(world.now_ms, amount_minor, CURRENCY, _method(world, sending)))
    if any(goods.refused for goods in sending.goods):
        _numbered(world, sending)
        world.later(GOODS_BACK, sending.id, after_ms=GOODS_BACK_MS)
    return parcel


def _method(world: World, sending: Sending) -> str:
    return "CARD" if world.roll("pickpoint.pay", sending.id, 2) else "CASH"


def _all_but_the_last(sending: Sending) -> tuple[bool, ...]:
    return (*(True for _ in sending.goods[:-1]), False)


def _left_behind(sending: Sending, taken: tuple[bool, ...]) -> tuple[Place, ...]:
    flags = iter(taken)

    def judged(goods: Goods) -> Goods:
        return replace(goods, refused=not next(flags, True))

    return tuple(replace(place, goods=tuple(map(judged, place.goods))) for place in sending.places)


def due_minor(sending: Sending) -> int:
    """Return what the buyer pays: the sum, less the price of what was left behind; nothing taken, nothing paid."""
    left_minor = sum(goods.sum_minor for goods in sending.goods if goods.refused)
    if sending.goods and all(goods.refused for goods in sending.goods):
        return 0
    return max(0, sending.sum_minor - left_minor)


def collected_minor(parcel: Parcel) -> int:
    return sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))


def _going_back(world: World, sending: Sending, code: int) -> None:
    """Give the return its number when it is formed, its act when it is handed over, its day when it has come."""
    sending = _numbered(world, sending)
    if code in (RETURN_SENT, BACK):
        sending = _documented(world, sending)
    if code == BACK:
        changed(world, sending, return_delivered_ms=world.now_ms)


def _numbered(world: World, sending: Sending) -> Sending:
    if sending.return_number:
        return sending
    number = sending.number if sending.return_of else str(FIRST_RETURN + world.count("pickpoint.return"))
    return changed(world, sending, return_number=number)


def _documented(world: World, sending: Sending) -> Sending:
    """Put a return into the day's act of goods."""
    if sending.return_document:
        return sending
    number = str(FIRST_DOCUMENT + (world.now_ms + MOSCOW_MS) // DAY_MS)
    return changed(world, sending, return_document=number, return_document_ms=world.now_ms)


def on_goods_back(world: World, due: Due) -> None:
    """What was left behind at a hand-over is back at the client, unless the hand-over was withdrawn."""
    sending = sending_of(world, due.key)
    if any(goods.refused for goods in sending.goods):
        changed(world, _documented(world, sending), return_delivered_ms=world.now_ms)


def revoke(world: World, parcel: Parcel, sequence: int) -> Parcel:
    """Withdraw a scan: it is told no more, and the money of a hand-over goes back.

    Raises:
        Rejected: UNKNOWN_SCAN.
    """
    fact: Fact = decide_revoke(parcel, sequence=sequence, at_ms=world.now_ms)
    gone = next(done for done in live_scans(parcel) if done.sequence == sequence)
    parcel = world.happen(parcel, fact)
    if int(gone.code) in FINAL and not any(int(done.code) in FINAL for done in live_scans(parcel)):
        parcel = _undo(world, parcel)
    return parcel


def _undo(world: World, parcel: Parcel) -> Parcel:
    sending = sending_of(world, parcel.id)
    places = tuple(
        replace(place, goods=tuple(replace(goods, refused=False) for goods in place.goods)) for place in sending.places
    )
    changed(world, sending, places=places, return_delivered_ms=0)
    DESK.reopened(world, parcel)
    amount_minor = collected_minor(parcel)
    return world.happen(parcel, Collected(world.now_ms, -amount_minor, CURRENCY)) if amount_minor else parcel
