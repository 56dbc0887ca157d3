"""Chapters that follow parcels of their own: told of every operation of such a parcel at once, in the same moment."""

from ...core.parcel import Parcel
from ...core.records import Due, Kind
from ...core.world import World

WATCHED: Kind[str] = Kind("russian_post.watched", str)  # parcel id -> the duty that is done
KINDS = (WATCHED,)


def watch(world: World, parcel_id: str, duty: str) -> None:
    """Have a duty done, with the parcel's id as its key, after every operation of a parcel."""
    world.store.put(WATCHED, parcel_id, duty)


def told(world: World, parcel: Parcel) -> Parcel:
    """Tell whoever follows a parcel that something happened to it; return it as it then stands."""
    duty = world.store.get(WATCHED, parcel.id)
    if duty is None:
        return parcel
    world.duties[duty].perform(world, Due(world.now_ms, 0, duty, parcel.id))
    return world.parcel(parcel.id)
