"""What a tenant's world remembers about PickPoint: frozen records and their kinds.

Money is whole kopecks, mass grams, sizes whole millimetres, moments virtual milliseconds.
"""

from typing import Any

import msgspec

from ...core.records import Kind
from ...core.world import World


class Goods(msgspec.Struct, frozen=True):
    """A line of a place (`SubEncloses`), its price that of a piece. `refused`: the buyer left it behind."""

    line: str
    product_code: str
    goods_code: str
    name: str
    price_minor: int
    quantity: int = 1
    refused: bool = False

    @property
    def sum_minor(self) -> int:
        return self.price_minor * self.quantity


class Place(msgspec.Struct, frozen=True):
    """`barcode` is the 12 digits on the label, `gc_barcode` the client's own."""

    barcode: str
    gc_barcode: str
    sides_mm: tuple[int, int, int]  # width, height, depth as sent
    mass_g: int
    goods: tuple[Goods, ...] = ()


class Address(msgspec.Struct, frozen=True):
    """Where a return goes; keys of the wire."""

    city: str
    region: str
    address: str
    person: str
    postal_code: str
    organisation: str
    phone: str
    comment: str


class Sending(msgspec.Struct, frozen=True):
    """A sending: what was asked, and what became of it. Its scans are the parcel's of the same id.

    `formed` are states before acceptance that the client's own calls brought, oldest first, the registration first.
    `return_number` and what follows it tell of the way back; a moment is 0 until it comes. `return_of` names the
    sending whose goods a client return brings back.
    """

    id: str
    number: str
    edtn: str
    ikn: str
    sender_code: str
    description: str
    recipient: str
    postamat: str
    phone: str
    email: str
    postage_type: int
    getting_type: int
    sum_minor: int
    prepaid_minor: int
    insured_minor: int
    delivery_fee_minor: int
    delivery_vat: int | None
    delivery_mode: int
    sender_city: tuple[str, str]
    places: tuple[Place, ...]
    made_ms: int
    formed: tuple[tuple[int, int], ...]
    client_return: Address | None = None
    unclaimed_return: Address | None = None
    consultant: str = ""
    cost_minor: int = 0  # what the client owes for the delivery, VAT inside
    reestr: str = ""
    storage_until_ms: int = 0
    prolonged: bool = False
    return_number: str = ""
    return_document: str = ""
    return_document_ms: int = 0
    return_delivered_ms: int = 0
    return_of: str = ""
    return_code: str = ""

    @property
    def goods(self) -> tuple[Goods, ...]:
        return tuple(goods for place in self.places for goods in place.goods)

    @property
    def mass_g(self) -> int:
        return sum(place.mass_g for place in self.places)


class Reestr(msgspec.Struct, frozen=True):
    """A hand-over list."""

    number: str
    made_ms: int
    city: tuple[str, str]
    delivery_point: str
    getting_type: int
    sendings: tuple[str, ...]  # ids


class CourierCall(msgspec.Struct, frozen=True):
    """A courier ordered to the client. `state` is "open", "done" or "cancelled"."""

    number: str
    ikn: str
    city: str
    address: str
    person: str
    phone: str
    date: str  # ISO
    start_minute: int
    end_minute: int
    places: int
    mass_g: int
    comment: str
    at_ms: int
    state: str = "open"
    taken: int = 0  # sendings that the courier took


SENDINGS: Kind[Sending] = Kind("pickpoint.sendings", Sending)
BY_SENDER_CODE: Kind[tuple[str, ...]] = Kind("pickpoint.sender_codes", tuple[str, ...])  # code -> ids, oldest first
REESTRS: Kind[Reestr] = Kind("pickpoint.reestrs", Reestr)
COURIERS: Kind[CourierCall] = Kind("pickpoint.couriers", CourierCall)
KINDS: tuple[Kind[Any], ...] = (SENDINGS, BY_SENDER_CODE, REESTRS, COURIERS)


def keep(world: World, sending: Sending) -> Sending:
    world.store.put(SENDINGS, sending.id, sending)
    return sending


def changed(world: World, sending: Sending, **changes: Any) -> Sending:
    """Put a changed copy of a sending in its place."""
    return keep(world, msgspec.structs.replace(sending, **changes))


def sending_of(world: World, own_id: str) -> Sending:
    """Return a sending that must exist: one of a parcel or a duty."""
    found = world.store.get(SENDINGS, own_id)
    if found is None:
        raise LookupError(f"no sending {own_id}")
    return found


def index_code(world: World, code: str, own_id: str) -> None:
    if code:
        known = world.store.get(BY_SENDER_CODE, code) or ()
        world.store.put(BY_SENDER_CODE, code, (*known, own_id))
