"""Pages of parcels: only those on the page are looked at closely, however many there are."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from ..core.errors import Reason, Rejected
from ..core.parcel import Parcel
from ..core.world import PARCELS, World


@dataclass(frozen=True, slots=True)
class Page:
    """Parcels in the order in which they were made. `next` is the id to go on after; `total` counts all that fit."""

    parcels: list[Parcel]
    next: str | None
    total: int


def page(world: World, wanted: Mapping[str, str], *, after: str | None, limit: int) -> Page:
    """Return the first `limit` parcels after one, among those equal in all members of `wanted`.

    The one that they follow need not fit itself: its state may have changed since it was on a page.

    Raises:
        Rejected: UNKNOWN_PARCEL when there is none to follow.
    """
    start = 0 if after is None else _behind(world, after)
    if not wanted:
        found = world.store.records(PARCELS, start, limit)
        total = world.store.count(PARCELS)
        return Page(found, found[-1].id if found and start + len(found) < total else None, total)
    value, names = attrgetter(*wanted), [*wanted.values()]
    equal = names[0] if len(names) == 1 else tuple(names)
    parcels = world.store.records(PARCELS)
    places = [place for place, parcel in enumerate(parcels) if value(parcel) == equal]
    first = bisect_left(places, start)
    found = [parcels[place] for place in places[first : first + limit]]
    return Page(found, found[-1].id if first + len(found) < len(places) else None, len(places))


def _behind(world: World, parcel_id: str) -> int:
    place = world.store.place(PARCELS, parcel_id)
    if place is None:
        raise Rejected(Reason.UNKNOWN_PARCEL, parcel=parcel_id)
    return place + 1
