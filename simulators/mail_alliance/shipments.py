"""What is kept of a parcel and of a return beside the core's own record, and how a call finds its own."""

from collections.abc import Iterator

import msgspec

from ..core.parcel import Parcel
from ..core.records import Kind
from ..core.world import PARCELS, World
from ..wire.call import Call
from .ids import CARRIER, environment
from .orders import Address, Order, References
from .problems import Refused
from .tariff import Price

RETENTION_DAYS = 90  # of a label (§3.1, 410)


class Printed(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Which label was made, and the SHA-256 of its bytes; the bytes come out the same whenever they are made."""

    format: str
    size: str
    dpi: int
    sha256: str


class Shipment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A parcel as ordered. `order` is the clean order as JSON; `returned` the id of a return label sent along."""

    ordinal: int
    livemode: bool
    created_ms: int
    order: bytes
    price: Price
    printed: Printed
    tariff_version: str
    returned: str = ""


class Return(msgspec.Struct, frozen=True, gc=False):
    """Goods on their way back.

    `parcel` is the parcel they came from. A whole parcel that the carrier takes back keeps its number; otherwise
    (`own`) the return has a number and a core parcel of its own, under the return's id. `enclosed` is a label in the
    box, which nobody may ever use.
    """

    id: str
    ordinal: int
    livemode: bool
    parcel: str
    number: str
    origin: str
    reason: str
    reason_text: str
    items: tuple[tuple[str, int], ...]
    status: str
    requested_ms: int
    own: bool = False
    printed: Printed | None = None
    returned_ms: int | None = None
    enclosed: bool = False


class Referred(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A parcel with a number of the shop. The first record of a number counts how many parcels have it."""

    parcel: str
    count: int = 1


SHIPMENTS: Kind[Shipment] = Kind(f"{CARRIER}.shipments", Shipment)  # parcel id -> shipment
RETURNS: Kind[Return] = Kind(f"{CARRIER}.returns", Return)  # return id -> return
RETURNS_OF: Kind[tuple[str, ...]] = Kind(f"{CARRIER}.returns_of", tuple[str, ...])  # parcel id -> return ids
REFERENCES: Kind[Referred] = Kind(f"{CARRIER}.references", Referred)  # "<env>/<text>", "<env>#<n>/<text>"
KINDS = (SHIPMENTS, RETURNS, RETURNS_OF, REFERENCES)

_decode = msgspec.json.Decoder(Order).decode


def ordered(shipment: Shipment) -> Order:
    """Return the clean order of a shipment."""
    return _decode(shipment.order)


def references_of(shipment: Shipment) -> dict[str, str]:
    """Return the shop's own numbers that were given."""
    found = ordered(shipment).references or References()
    return {key: text for key, text in msgspec.structs.asdict(found).items() if text is not None}


def sender_address(order: Order) -> Address:
    """Return where a parcel that comes back goes."""
    return order.return_address or order.shipper


def livemode_of(world: World, parcel: Parcel) -> bool:
    """Tell in which environment a core parcel lives, be it a parcel or a return."""
    shipment = world.store.get(SHIPMENTS, parcel.id)
    if shipment is not None:
        return shipment.livemode
    found = world.store.get(RETURNS, parcel.id)
    return found is not None and found.livemode


def own_shipment(call: Call, parcel_id: str) -> tuple[Parcel, Shipment]:
    """Return a parcel of the caller.

    Raises:
        Refused: `not-found` for an unknown one or another client's; `forbidden` for one of the caller's other
            environment (§3.1).
    """
    store = call.world.store
    shipment, parcel = store.get(SHIPMENTS, parcel_id), store.get(PARCELS, parcel_id)
    if shipment is None or parcel is None:
        raise Refused("not-found", f"There is no parcel {parcel_id[:40]!r}.")
    require_environment(call, shipment.livemode)
    return parcel, shipment


def own_return(call: Call, return_id: str) -> Return:
    """Return a return of the caller; refusals as for a parcel."""
    found = call.world.store.get(RETURNS, return_id)
    if found is None:
        raise Refused("not-found", f"There is no return {return_id[:40]!r}.")
    require_environment(call, found.livemode)
    return found


def require_environment(call: Call, livemode: bool) -> None:
    if livemode is not call.notes["livemode"]:
        raise Refused("forbidden", f"This object belongs to the {environment(livemode)} environment.")


def refer(world: World, livemode: bool, texts: set[str], parcel_id: str) -> None:
    """Index a new parcel under the shop's own numbers. One number of many parcels costs no more than many numbers."""
    store, env = world.store, environment(livemode)
    for text in sorted(texts):
        first = store.get(REFERENCES, f"{env}/{text}")
        if first is None:
            store.put(REFERENCES, f"{env}/{text}", Referred(parcel_id))
            continue
        count = first.count + 1
        store.put(REFERENCES, f"{env}/{text}", Referred(first.parcel, count))
        store.put(REFERENCES, f"{env}#{count}/{text}", Referred(parcel_id))


def referred(world: World, livemode: bool, text: str) -> Iterator[str]:
    """Yield the parcels with this number of the shop, newest first."""
    store, env = world.store, environment(livemode)
    first = store.get(REFERENCES, f"{env}/{text}")
    for count in range(0 if first is None else first.count, 1, -1):
        found = store.get(REFERENCES, f"{env}#{count}/{text}")
        if found is not None:
            yield found.parcel
    if first is not None:
        yield first.parcel
