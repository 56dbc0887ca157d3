"""Pages of parcels: only those on the page are looked at closely, however many there are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

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
    """
    rows = world.store.scan(PARCELS)
    before = iter(()) if after is None else _up_to(rows, after)
    passed = sum(_fits(parcel, wanted) for parcel in before) if wanted else _drained(before)
    fitting = (parcel for _, parcel in rows if _fits(parcel, wanted)) if wanted else (parcel for _, parcel in rows)
    found = list(islice(fitting, limit))
    following = sum(1 for _ in fitting) if wanted else world.store.count(PARCELS) - passed - len(found)
    return Page(found, found[-1].id if following else None, passed + len(found) + following)


def _up_to(rows: Iterator[tuple[str, Parcel]], last: str) -> Iterator[Parcel]:
    """Yield the parcels of `rows` up to this one, which is the last to be taken from it."""
    for parcel_id, parcel in rows:
        yield parcel
        if parcel_id == last:
            return


def _drained(parcels: Iterator[Parcel]) -> int:
    return sum(1 for _ in parcels)


def _fits(parcel: Parcel, wanted: Mapping[str, str]) -> bool:
    return all(getattr(parcel, name) == value for name, value in wanted.items())
