"""What a tenant's world remembers about Swiss Post: consignments as they were ordered, whole.

A notification, its texts and control options are kept exactly as they were accepted.
"""

import msgspec

from ...core.records import Instant, Kind, Natural
from ...core.world import World
from .names import CARRIER
from .shipment import Shipment


class Consignment(msgspec.Struct, frozen=True, kw_only=True):
    """An item that got an ident code. Its scans are the parcel's of the same id.

    `lines` and `free_text` are what its label says of the recipient. `way` is the way in by which it came. `leg` tells
    one consignment of a replacement from the others, empty for any other. `sender_name` is what notifications are
    signed with.
    """

    id: str
    ident_code: str
    shipment: Shipment
    made_ms: Instant
    way: str
    layout: str
    file_type: str
    resolution: Natural
    lines: tuple[str, ...] = ()
    free_text: str = ""
    warnings: tuple[str, ...] = ()
    leg: str = ""
    sender_name: str = ""
    is_return: bool = False


CONSIGNMENTS: Kind[Consignment] = Kind(f"{CARRIER}.consignments", Consignment)
KINDS = (CONSIGNMENTS,)


def keep(world: World, found: Consignment) -> Consignment:
    world.store.put(CONSIGNMENTS, found.id, found)
    return found


def consignment_of(world: World, parcel_id: str) -> Consignment:
    """Return a consignment that must exist: one of a parcel or a duty."""
    found = world.store.get(CONSIGNMENTS, parcel_id)
    if found is None:
        raise LookupError(f"no consignment {parcel_id}")
    return found
