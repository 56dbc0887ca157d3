"""What goes wrong with a report by the tenant's switches: lines that should not be there, lines that change later.

Source: `settlement` §9; `courier_api` §6 CF-27, CF-28.
"""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ...core.parcel import PaidOut, Parcel
from ...core.status import RANK, Status
from ...core.world import PARCELS, World
from ..moscow import plus_days
from ..report_layouts.report import Line, Outcome
from . import switches

if TYPE_CHECKING:
    from .desk import PayDesk

FOREIGN_COLLECTED_MINOR, FOREIGN_SERVICES_MINOR = 150_000, 40_000
ON_ITS_WAY = range(RANK[Status.ACCEPTED], RANK[Status.RETURNING])


def is_paid(parcel: Parcel) -> bool:
    return any(isinstance(fact, PaidOut) for fact in parcel.facts)


def odd_lines(desk: "PayDesk", world: World, lines: list[Line]) -> list[Line]:
    """Return the lines that switches add: a pick-up call, a parcel twice, one of another merchant."""
    extra = []
    cost_minor = switches.number(world, desk.carrier, "pickup_cost_minor")
    if cost_minor and desk.pickup is not None:
        extra.append(desk.line(world, desk.pickup(world), Outcome.FEE_ONLY, services_minor=cost_minor))
    if switches.choice(world, desk.carrier, "registry_repeats_parcel"):
        extra.append(lines[0])
    if switches.choice(world, desk.carrier, "registry_foreign_parcel"):
        sums = {"collected_minor": FOREIGN_COLLECTED_MINOR, "services_minor": FOREIGN_SERVICES_MINOR}
        extra.append(desk.line(world, desk.foreign, Outcome.DELIVERED, order="FOREIGN-1", **sums))
    return extra


def early(desk: "PayDesk", world: World) -> Parcel | None:
    """Return the oldest parcel that is still on its way and whose lines a report could show already."""
    for _, parcel in world.store.scan(PARCELS):
        mine = parcel.carrier == desk.carrier and not parcel.return_of and not is_paid(parcel)
        if mine and RANK[parcel.status] in ON_ITS_WAY and desk.ahead(world, parcel):
            return parcel
    return None


def shown_on(desk: "PayDesk", world: World, date: str) -> tuple[str, ...]:
    """Return the dates under which a report stands: its payment date, and again when it is re-issued."""
    again = switches.number(world, desk.carrier, "registry_reissue_days")
    return (date, plus_days(date, again)) if again else (date,)


def corrected(desk: "PayDesk", world: World, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines that a re-issued report has: the first parcel was weighed again and costs more."""
    more_minor = switches.number(world, desk.carrier, "registry_correction_minor")
    if not more_minor or not switches.number(world, desk.carrier, "registry_reissue_days"):
        return ()
    first = lines[0]
    services_minor = first.services_minor + more_minor
    transfer_minor = desk.transfer_minor(world, first.collected_minor, services_minor, first.agent_minor)
    return (replace(first, services_minor=services_minor, transfer_minor=transfer_minor), *lines[1:])
