"""What a tenant's world remembers about documents: printed orders, hand-over lists, photos of signed papers."""

import msgspec

from ...core.records import Kind
from .records import Order, Request


class Paper(msgspec.Struct, frozen=True):
    """An order as it was when it was printed, and the number of the hand-over list that it stood in."""

    order: Order
    prealert: str


class Prealert(msgspec.Struct, frozen=True):
    """A hand-over list. `number` is "" until it is judged; `closed_ms` 0 while goods are still awaited.

    `named` is (order_uuid, cdek_number, im_number) as asked, `orders` the uuids of those that were found.
    """

    uuid: str
    planned_date: str
    shipment_point: str
    named: tuple[tuple[str, str, str], ...]
    request: Request
    number: str = ""
    orders: tuple[str, ...] = ()
    closed_ms: int = 0
    fact_point: str = ""


class Photo(msgspec.Struct, frozen=True):
    """The photos of one order's signed papers: the order as it was handed over, to whom and when."""

    uuid: str
    order: Order
    signed_by: str
    made_ms: int


PRINTED: Kind[tuple[Paper, ...]] = Kind("cdek.printed", tuple[Paper, ...])  # form uuid -> what is on it
PREALERTS: Kind[Prealert] = Kind("cdek.prealerts", Prealert)
PREALERT_OF: Kind[str] = Kind("cdek.prealert_of", str)  # order uuid -> uuid of the list it stands in
PHOTOS: Kind[Photo] = Kind("cdek.photos", Photo)
PHOTO_OF: Kind[str] = Kind("cdek.photo_of", str)  # order uuid -> uuid
KINDS = (PRINTED, PREALERTS, PREALERT_OF, PHOTOS, PHOTO_OF)
