"""The parcels of a tenant, newest first. Of 100,000 a page builds only the rows that it shows."""

from collections.abc import Mapping

from ...core.parcel import Parcel, Scan
from ...core.status import Status
from ...core.world import PARCELS, World
from ...wire.call import Answer
from ...wire.routes import Routes
from .frame import newest, pages_of, tenant_page
from .table import on
from .visit import Visit
from .words import short

routes = Routes()

FILTERS = ("carrier", "status", "number", "reference")


@on(routes, "GET", "/t/{tenant}/parcels")
async def parcels(visit: Visit) -> Answer:
    wanted = {name: visit.call.query.get(name, "").strip() for name in FILTERS}
    found = selected(visit.world, wanted)
    pages = pages_of(visit, len(found))
    rows = [row_of(visit, found[index]) for index in newest(found, pages)]
    return tenant_page(
        visit,
        "parcels.html",
        "parcels",
        rows=rows,
        pages=pages,
        wanted=wanted,
        filtered=any(wanted.values()),
        carriers=visit.room.carriers,
        statuses=list(Status),
    )


def selected(world: World, wanted: Mapping[str, str]) -> list[Parcel]:
    """Return the parcels that fit, oldest first; number and reference fit by any part of them, in either case."""
    found = [parcel for _, parcel in world.store.scan(PARCELS)]
    for name in ("carrier", "status"):
        if value := wanted.get(name):
            found = [parcel for parcel in found if getattr(parcel, name) == value]
    for name in ("number", "reference"):
        if value := wanted.get(name, "").casefold():
            found = [parcel for parcel in found if value in getattr(parcel, name).casefold()]
    return found


def row_of(visit: Visit, parcel: Parcel) -> dict[str, object]:
    scans = [fact for fact in parcel.facts if isinstance(fact, Scan)]
    carrier = visit.room.carriers.get(parcel.carrier)
    return {
        "parcel": parcel,
        "carrier": short(carrier.sheet.title) if carrier else parcel.carrier,
        "last": scans[-1] if scans else None,
        "left": len(parcel.journey) - parcel.step,
    }
