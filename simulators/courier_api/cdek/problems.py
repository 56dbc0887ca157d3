"""What happens to an order beside its statuses: problems, calls, delays, another weight, an office that shuts.

Wire contract: `courier_api` §1.5.3, §1.12, §2.3, §6 CF-26 and CF-27. Each event is a step of a journey or a code of
the control API; see `problem_codes`.
"""

from collections.abc import Collection
from datetime import date, timedelta

from msgspec.structs import replace

from ...core.errors import Reason, Rejected
from ...core.parcel import Parcel, Scan, Step
from ...core.world import World
from . import agreement_life, closures, journeys, notices, registration
from .body import TIME
from .geography import cities
from .judgement import target_of
from .local_time import local
from .offices import Office, office
from .problem_codes import CALL_AGREED, CALL_FAILURES, EVENTS, PROBLEM, PROBLEMS, WEIGHED_AGAIN
from .records import NEWS, News, Order, changed, order_of
from .wire_values import plus_days

SOURCE = "DAILY_CALL_TASK"
DAYS_MOST = 30
GRAMS_MOST = 1_000_000
DAY_MS = 86_400_000


def happen(world: World, parcel: Parcel, step: Step) -> Parcel:
    """Make an event happen to an order now; `step.late_ms` ago is when it occurred.

    Raises:
        Rejected: UNKNOWN_CODE for a reason that the event does not know; CANCELLED.
    """
    order = registration.judge(world, parcel.id)
    if world.parcel(parcel.id).cancelled:
        raise Rejected(Reason.CANCELLED, parcel=parcel.id)
    reason, at_ms = step.reason.strip(), world.now_ms - step.late_ms
    match step.code:
        case "DELIV_PROBLEM":
            _problem(world, order, _one_of(reason, PROBLEMS), at_ms)
        case "CALL_FAILED":
            calls = (*_news(world, order).failed_calls, (int(_one_of(reason, CALL_FAILURES)), at_ms))
            _keep(world, order, failed_calls=calls)
        case "CALL_RESCHEDULED":
            row = (at_ms, *_next_call(world, order, reason))
            _keep(world, order, rescheduled=(*_news(world, order).rescheduled, row))
        case "CALL_AGREED":
            _agreed(world, order, reason)
        case "DELAYED":
            _delayed(world, order, _number(reason or "1", DAYS_MOST), at_ms)
        case "WEIGHED_AGAIN":
            _weighed(world, order, _number(reason, GRAMS_MOST))
        case "OFFICE_CLOSED":
            closures.close(world, _office(order, reason))
        case "OFFICE_OPENED":
            closures.reopen(world, _office(order, reason))
        case _:
            raise Rejected(Reason.UNKNOWN_CODE, code=step.code, allowed=list(EVENTS))
    return world.parcel(parcel.id)


def _one_of(reason: str, known: Collection[str]) -> str:
    if reason not in known:
        raise Rejected(Reason.UNKNOWN_CODE, reason=reason, allowed=list(known))
    return reason


def _number(reason: str, most: int) -> int:
    if not (reason.isascii() and reason.isdigit() and len(reason) <= 9 and 0 < int(reason) <= most):
        raise Rejected(Reason.UNKNOWN_CODE, reason=reason, allowed=f"a whole number, 1 to {most}")
    return int(reason)


def _office(order: Order, reason: str) -> Office:
    found = office(reason or order.delivery_point)
    if found is None:
        raise Rejected(Reason.UNKNOWN_CODE, reason=reason, allowed="the code of an office")
    return found


def _news(world: World, order: Order) -> News:
    return world.store.get(NEWS, order.uuid) or News()


def _keep(world: World, order: Order, **changes: object) -> None:
    world.store.put(NEWS, order.uuid, replace(_news(world, order), **changes))


# -- problems


def _problem(world: World, order: Order, code: str, at_ms: int) -> None:
    """Note a problem and tell of it; the same again is told again, not noted."""
    known = _news(world, order).problems
    if (code, at_ms) not in known:
        _keep(world, order, problems=tuple(sorted((*known, (code, at_ms)), key=lambda row: row[1])))
        _scan(world, order, code, at_ms)
    notices.problem_notice(world, order_of(world, order.uuid), code, at_ms)


def _scan(world: World, order: Order, code: str, at_ms: int) -> None:
    """Put a problem that bears a status among the parcel's facts; the order's statuses on the wire leave it out."""
    name, status = PROBLEMS[code]
    if status is None:
        return
    parcel, city = world.parcel(order.uuid), target_of(order) or cities().get(order.target)
    place = city.name if city else ""
    world.happen(parcel, Scan(world.now_ms, parcel.scans + 1, at_ms, status, PROBLEM, name, place, code))


def forget(world: World, order: Order, gone: Scan) -> None:
    """Take back a problem whose event was withdrawn."""
    left = tuple(row for row in _news(world, order).problems if row != (gone.reason, gone.occurred_ms))
    _keep(world, order, problems=left)


# -- calls


def _next_call(world: World, order: Order, reason: str) -> tuple[str, str]:
    if not reason:
        return (local(target_of(order), world.now_ms).date + timedelta(1)).isoformat(), "10:00"
    day, _, time = reason.partition(" ")
    return _day(day, reason), _time(time, reason)


def _agreed(world: World, order: Order, reason: str) -> None:
    day, _, hours = reason.partition(" ")
    begin, _, end = hours.partition("-")
    asked = {"date": _day(day, reason), "time_from": _time(begin, reason), "time_to": _time(end, reason)}
    agreement_life.judge(world, agreement_life.kept(world, order, SOURCE, **asked).uuid)


def _day(text: str, reason: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Rejected(Reason.UNKNOWN_CODE, reason=reason, allowed=EVENTS[CALL_AGREED]) from None


def _time(text: str, reason: str) -> str:
    if TIME.fullmatch(text) is None:
        raise Rejected(Reason.UNKNOWN_CODE, reason=reason, allowed=EVENTS[CALL_AGREED])
    return text.zfill(5)[:5]


# -- delays and weights


def _delayed(world: World, order: Order, days: int, at_ms: int) -> None:
    """Put the planned day off, and what comes next with it."""
    delays = (*_news(world, order).delays, (at_ms, f"Доставка задерживается, дней: {days}"))
    _keep(world, order, delays=delays)
    if order.planned_date:
        registration.told(world, order, changed(world, order, planned_date=plus_days(order.planned_date, days)))
    journeys.put_off(world, world.parcel(order.uuid), days * DAY_MS)


def _weighed(world: World, order: Order, mass_g: int) -> None:
    """Bill the first package by another mass than was told; what was told stays."""
    if not order.packages:
        raise Rejected(Reason.UNKNOWN_CODE, code=WEIGHED_AGAIN, allowed="an order with a package")
    packages = (replace(order.packages[0], weighed_g=mass_g), *order.packages[1:])
    registration.revise(world, order, replace(order, packages=packages), planned=order.planned_date)
