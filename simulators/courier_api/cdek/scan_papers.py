"""What a scan means for documents: a hand-over list that is complete, papers of the line haul, photos of signatures."""

from ...core.parcel import Scan
from ...core.world import World
from . import hauls, photos, prealerts
from .records import Order


def after_scan(world: World, order: Order, done: Scan) -> None:
    for chapter in (prealerts, hauls, photos):
        chapter.after_scan(world, order, done)
