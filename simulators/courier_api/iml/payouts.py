"""Paying out: which orders, when, and one report for each payment.

Wire contract: `courier_api` §3 (money facts stand per order; no call gives a registry), §5; `settlement` C-04 … C-08,
§3, §9. The carrier's report exists as a file only, and its layout is ours.
"""

from msgspec.structs import replace

from ...core.parcel import PaidOut, Parcel
from ...core.records import Due
from ...core.world import World
from . import settings
from .order_view import collected_minor, commission_minor, pair_of
from .records import PAYDAYS, REPORTS, UNPAID, Line, Order, Report, order_of
from .wire_values import day, day_start_ms, plus_days

DUTY = "iml.payout"
PAYDAY_MS = 12 * 3_600_000  # noon, Moscow time
FIRST_REPORT, FIRST_PAYMENT_ORDER = 31_000, 5_600
FOREIGN = "7509999999914"  # no order of ours ever has it


def ended(world: World, parcel: Parcel) -> None:
    """Note that an order has ended, and plan the day on which it is paid."""
    if _paid(parcel) or world.store.get(UNPAID, parcel.id) is not None:
        return
    world.store.put(UNPAID, parcel.id, world.now_ms)
    days = settings.payout_after_days(world)
    if days is not None:
        _plan(world, plus_days(day(world.now_ms), days))


def _plan(world: World, date: str) -> None:
    at_ms = day_start_ms(date) + PAYDAY_MS
    while at_ms < world.now_ms:
        date = plus_days(date, 1)
        at_ms = day_start_ms(date) + PAYDAY_MS
    if world.store.get(PAYDAYS, date) is None:
        world.store.put(PAYDAYS, date, world.later(DUTY, date, after_ms=at_ms - world.now_ms))


def reopened(world: World, parcel: Parcel) -> None:
    """Forget that an order had ended: its last event was withdrawn."""
    world.store.drop(UNPAID, parcel.id)


def _paid(parcel: Parcel) -> bool:
    return any(isinstance(fact, PaidOut) for fact in parcel.facts)


def on_payday(world: World, due: Due) -> None:
    """Pay what ended so many days ago. Costs that outweigh the money wait, unless the tenant wants them reported."""
    world.store.drop(PAYDAYS, due.key)
    days = settings.payout_after_days(world)
    if days is None:
        return
    last = plus_days(due.key, -days)
    ids = [order_id for order_id, ended_ms in world.store.scan(UNPAID) if day(ended_ms) <= last]
    below = sum(_line_of_id(world, order_id).transfer_minor for order_id in ids) < 0
    if not below or settings.choice(world, "registry_below_zero") == "made":
        _pay(world, ids)


def make(world: World) -> str | None:
    """Pay now whatever has ended and is unpaid; return the report's number, None when there is nothing."""
    report = _pay(world, [order_id for order_id, _ in world.store.scan(UNPAID)])
    return None if report is None else report.number


def _pay(world: World, ids: list[str]) -> Report | None:
    if not ids:
        return None
    lines = [_line_of_id(world, order_id) for order_id in ids]
    number, date = FIRST_REPORT + world.count("iml.report"), day(world.now_ms)
    payment_order = f"{FIRST_PAYMENT_ORDER + number - FIRST_REPORT:06}"
    if settings.choice(world, "payment_order_number") == "missing":
        payment_order = ""
    listed = (*lines, *_oddities(world, lines))
    report = Report(
        str(number),
        world.now_ms,
        date,
        payment_order,
        listed,
        plus_days(date, settings.number(world, "registry_late_days")),
        *_corrected(world, date, listed),
    )
    world.store.put(REPORTS, report.number, report)
    for order_id in ids:
        world.happen(world.parcel(order_id), PaidOut(world.now_ms, report.number))
        world.store.drop(UNPAID, order_id)
    return report


def _line_of_id(world: World, order_id: str) -> Line:
    return line_of(world, order_of(world, order_id), world.parcel(order_id))


def line_of(world: World, order: Order, parcel: Parcel) -> Line:
    """Return an order's line: the same sums as its `DeliveryAmount`, `Commission` and `CashReceiptAmount`."""
    taken_minor = collected_minor(parcel)
    own_minor = commission_minor(world, order, taken_minor)
    return Line(
        order.barcode,
        order.number,
        taken_minor,
        order.cost_minor,
        own_minor,
        _transfer_minor(world, taken_minor, order.cost_minor, own_minor),
        order.id,
        _kind(order, parcel),
    )


def _kind(order: Order, parcel: Parcel) -> str:
    if pair_of(parcel)[1] != 1:
        return "refused"
    return "partial" if any(item.refused for item in order.items) else "delivered"


def _transfer_minor(world: World, taken_minor: int, cost_minor: int, own_minor: int) -> int:
    gross = settings.choice(world, "transfer_equation") == "gross"
    return taken_minor if gross else taken_minor - cost_minor - own_minor


def _oddities(world: World, lines: list[Line]) -> list[Line]:
    """Return the lines that a tenant's switches add: a pickup, an order twice, one of another merchant."""
    extra = []
    cost_minor = settings.number(world, "pickup_cost_minor")
    if cost_minor:
        extra.append(Line("", "", 0, cost_minor, 0, _transfer_minor(world, 0, cost_minor, 0), kind="pickup"))
    if settings.choice(world, "registry_repeats_parcel"):
        extra.append(lines[0])
    if settings.choice(world, "registry_foreign_parcel"):
        sums = (150_000, 25_560, 4_500)
        extra.append(Line(FOREIGN, "FOREIGN-1", *sums, _transfer_minor(world, *sums)))
    return extra


def _corrected(world: World, date: str, lines: tuple[Line, ...]) -> tuple[str, tuple[Line, ...]]:
    """Return from when on a report has which other lines: the first parcel was weighed again and costs more."""
    days, more_minor = (
        settings.number(world, "registry_reissue_days"),
        settings.number(world, "registry_correction_minor"),
    )
    if not days or not more_minor:
        return "", ()
    first = lines[0]
    cost_minor = first.cost_minor + more_minor
    transfer_minor = _transfer_minor(world, first.collected_minor, cost_minor, first.commission_minor)
    return plus_days(date, days), (replace(first, cost_minor=cost_minor, transfer_minor=transfer_minor), *lines[1:])


def reports(world: World) -> list[Report]:
    """Return the reports that are out, oldest first, each as it stands today."""
    today = day(world.now_ms)
    return [_as_of(today, found) for _, found in world.store.scan(REPORTS) if today >= found.shown_from]


def report(world: World, number: str) -> Report | None:
    """Return one report as it stands; None for a number of nobody's, or one that is not out."""
    return next((found for found in reports(world) if found.number == number), None)


def _as_of(today: str, found: Report) -> Report:
    return replace(found, lines=found.corrected) if found.corrected and today >= found.corrected_on else found
