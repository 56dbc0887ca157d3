"""Paying out: which orders, when, and one registry for each payment.

Wire contract: `courier_api` §1.13; `settlement` C-04 … C-08, §3, §9. Direct orders, refused orders and return orders
have a line each; an order's line stands in one registry only, unless the tenant asks for a fault.
"""

from decimal import Decimal

from msgspec.structs import replace

from ...core.parcel import Collected, PaidOut, Parcel
from ...core.records import Due
from ...core.status import Status
from ...core.world import World
from . import returns, settings
from .records import PAYDAYS, REGISTRIES, UNPAID, Line, Order, Registry, order_of
from .wire_values import day, day_start_ms, half_up, plus_days

DUTY = "cdek.payout"
PAYDAY_MS = 11 * 3_600_000  # eleven in the morning, Moscow time
FIRST_REGISTRY = 700_100
FIRST_PAYMENT_ORDER = 12_300
FOREIGN_NUMBER = "1999999999"  # no order of ours ever has it


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
    """Pay what ended so many days ago; a tenant that switched this off meanwhile pays on demand only.

    Costs that outweigh the money wait for a payday that has more, unless the tenant wants a registry below zero.
    """
    world.store.drop(PAYDAYS, due.key)
    days = settings.payout_after_days(world)
    if days is None:
        return
    last = plus_days(due.key, -days)
    uuids = [uuid for uuid, ended_ms in world.store.scan(UNPAID) if day(ended_ms) <= last]
    below = sum(line.transfer_minor for line in _lines(world, uuids)) < 0
    if not below or settings.choice(world, "registry_below_zero") == "made":
        _pay(world, uuids)


def make(world: World) -> str | None:
    """Pay now whatever has ended and is unpaid; return the registry's number, None when there is nothing."""
    registry = _pay(world, [uuid for uuid, _ in world.store.scan(UNPAID)])
    return None if registry is None else str(registry.number)


def _pay(world: World, uuids: list[str]) -> Registry | None:
    if not uuids:
        return None
    lines = _lines(world, uuids)
    number = FIRST_REGISTRY + world.count("cdek.registry")
    date = day(world.now_ms)
    payment_order = str(FIRST_PAYMENT_ORDER + number - FIRST_REGISTRY).zfill(6)
    if settings.choice(world, "payment_order_number") == "missing":
        payment_order = ""
    listed = (*lines, *_oddities(world, lines))
    registry = Registry(
        number, world.now_ms, date, payment_order, listed, _shown_on(world, date), _corrected(world, listed)
    )
    world.store.put(REGISTRIES, str(number), registry)
    for uuid in uuids:
        world.happen(world.parcel(uuid), PaidOut(world.now_ms, str(number)))
        world.store.drop(UNPAID, uuid)
    return registry


def _lines(world: World, uuids: list[str]) -> list[Line]:
    return [line_of(world, order_of(world, uuid), world.parcel(uuid)) for uuid in uuids]


def line_of(world: World, order: Order, parcel: Parcel) -> Line:
    """Return an order's line: what was taken, what it cost, the agent fee, the rest.

    A lost order costs nothing: nobody pays for a service that was not rendered (inferred).
    """
    taken_minor = sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))
    cost_minor = 0 if parcel.status is Status.LOST_OR_DAMAGED else order.cost_minor
    agent_minor = half_up(Decimal(taken_minor) * settings.agent_percent(world) / 100)
    return Line(
        order.cdek_number,
        _transfer_minor(world, taken_minor, cost_minor, agent_minor),
        taken_minor,
        cost_minor,
        agent_minor,
        "" if order.number == order.uuid else order.number,
        order.uuid,
    )


def _transfer_minor(world: World, taken_minor: int, cost_minor: int, agent_minor: int) -> int:
    gross = settings.choice(world, "transfer_equation") == "gross"
    return taken_minor if gross else taken_minor - cost_minor - agent_minor


def _oddities(world: World, lines: list[Line]) -> list[Line]:
    """Return the lines that a tenant's switches add: a pickup, a parcel twice, one of another merchant."""
    extra = []
    cost_minor = settings.number(world, "pickup_cost_minor")
    if cost_minor:
        number = returns.pickup_call(world)
        extra.append(Line(number, _transfer_minor(world, 0, cost_minor, 0), 0, cost_minor, 0))
    if settings.choice(world, "registry_repeats_parcel"):
        extra.append(lines[0])
    if settings.choice(world, "registry_foreign_parcel"):
        extra.append(Line(FOREIGN_NUMBER, 150_000 - 40_000 - 4_500, 150_000, 40_000, 4_500, "FOREIGN-1"))
    return extra


def _shown_on(world: World, date: str) -> tuple[str, ...]:
    """Return the dates under which the registry stands: its payment date, and again when it is re-issued."""
    again = settings.number(world, "registry_reissue_days")
    return (date, plus_days(date, again)) if again else (date,)


def _corrected(world: World, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines that a re-issued registry has: the first parcel was weighed again and costs more."""
    more_minor = settings.number(world, "registry_correction_minor")
    if not more_minor or not settings.number(world, "registry_reissue_days"):
        return ()
    first = lines[0]
    services_minor = first.services_minor + more_minor
    transfer_minor = _transfer_minor(world, first.collected_minor, services_minor, first.agent_minor)
    return (replace(first, services_minor=services_minor, transfer_minor=transfer_minor), *lines[1:])


def _as_of_today(world: World, registry: Registry) -> Registry:
    """Return a registry as it stands: from the day of its re-issue on with the corrected lines, wherever it is read."""
    if registry.corrected and day(world.now_ms) >= registry.shown_on[-1]:
        return replace(registry, lines=registry.corrected)
    return registry


def visible(world: World, registry: Registry) -> bool:
    """Tell whether the API and the files have the registry yet: a late one appears days after its payment."""
    late = settings.number(world, "registry_late_days")
    return day(world.now_ms) >= plus_days(registry.payment_date, late)


def registries(world: World) -> list[Registry]:
    """Return the registries that are out, oldest first."""
    return [_as_of_today(world, found) for _, found in world.store.scan(REGISTRIES) if visible(world, found)]


def registry(world: World, number: str) -> Registry | None:
    """Return one registry as it stands; None for a number of nobody's."""
    found = world.store.get(REGISTRIES, number)
    return None if found is None else _as_of_today(world, found)


def registries_of(world: World, date: str) -> list[Registry]:
    """Return the registries that the API lists under a date that is not in the future."""
    today = day(world.now_ms)
    return [found for found in registries(world) if date in found.shown_on and date <= today]
