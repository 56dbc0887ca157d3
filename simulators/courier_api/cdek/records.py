"""What a tenant's world remembers about CDEK: frozen records and their kinds.

Money is whole kopecks, mass grams, sizes centimetres (the wire's own unit), moments virtual milliseconds.
"""

from typing import Any

import msgspec

from ...core.records import Kind
from ...core.world import World
from .envelope import Error


class Item(msgspec.Struct, frozen=True):
    """A position of a package. `payment_minor` and `cost_minor` are per piece; `delivered` is pieces handed over.

    `delivered` None means all of them, once the order is delivered. `echo` is what is only told back.
    """

    name: str
    ware_key: str
    payment_minor: int
    cost_minor: int
    mass_g: int
    amount: int
    payment_vat_rate: int | None = None
    payment_vat_minor: int | None = None
    gross_g: int | None = None
    delivered: int | None = None
    echo: dict[str, Any] = {}


class Package(msgspec.Struct, frozen=True):
    """`barcode` is the 12 digits printed on the label, "" until the order is registered.

    `weighed_g` is what the carrier's own scales said, 0 while they said nothing else than was told.
    """

    id: str
    number: str
    mass_g: int
    sides_cm: tuple[int, int, int] | None
    items: tuple[Item, ...]
    comment: str = ""
    barcode: str = ""
    weighed_g: int = 0


class Threshold(msgspec.Struct, frozen=True):
    """What the buyer pays for delivery when the goods taken are worth at most `upto_minor`."""

    upto_minor: int
    sum_minor: int
    vat: tuple[int | None, int | None] = (None, None)  # rate, sum in kopecks


class Charge(msgspec.Struct, frozen=True):
    """An additional service and what it costs, VAT inside."""

    code: str
    parameter: str = ""
    sum_minor: int = 0


class Request(msgspec.Struct, frozen=True):
    """One operation on an entity, as `requests[]` lists it."""

    uuid: str
    kind: str
    at_ms: int
    state: str
    errors: tuple[Error, ...] = ()
    warnings: tuple[Error, ...] = ()


class Related(msgspec.Struct, frozen=True):
    """Another order that belongs to this one: `kind` is the wire's word, `uuid` the other order's."""

    kind: str
    uuid: str


class Order(msgspec.Struct, frozen=True):
    """An order: what was asked, and what became of it. Its scans are the parcel's of the same id.

    `state` is ACCEPTED, CREATED, INVALID or REMOVED, since `changed_ms`. `echo` is what is told back as it came.
    `origin` and `target` are city codes, 0 when unknown; `role` is "", "return", "client_return", "reverse" or
    "pickup". `planned_date` is ISO text in the carrier's zone, "" until the order is registered.
    """

    uuid: str
    number: str
    kind: int
    tariff: int
    packages: tuple[Package, ...]
    origin: int
    target: int
    made_ms: int
    wire_origin: str
    state: str = "ACCEPTED"
    changed_ms: int = 0
    created_ms: int = 0
    cdek_number: str = ""
    shipment_point: str = ""
    delivery_point: str = ""
    services: tuple[Charge, ...] = ()
    delivery_cost_minor: int = 0
    to_collect_minor: int = 0  # what the shop charges the buyer for delivery
    to_collect_vat: tuple[int | None, int | None] | None = None  # rate, sum in kopecks; None: no charge was given
    thresholds: tuple[Threshold, ...] = ()
    extra_types: tuple[int, ...] = ()
    print_form: str = ""
    echo: dict[str, Any] = {}
    requests: tuple[Request, ...] = ()
    related: tuple[Related, ...] = ()
    role: str = ""
    planned_date: str = ""

    @property
    def services_minor(self) -> int:
        return sum(charge.sum_minor for charge in self.services)

    @property
    def cost_minor(self) -> int:
        """Return what the shop owes for this order without the agent fee."""
        return self.delivery_cost_minor + self.services_minor

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for package in self.packages for item in package.items)

    @property
    def pieces(self) -> int:
        return sum(item.amount for item in self.items)

    @property
    def is_back(self) -> bool:
        """Tell whether the goods travel to the shop."""
        return self.role in ("return", "client_return", "reverse")


class Form(msgspec.Struct, frozen=True):
    """A print form. `kind` is "orders" or "barcodes"; `statuses` is (code, moment), oldest first."""

    uuid: str
    kind: str
    orders: tuple[tuple[str, str], ...]  # (order_uuid, cdek_number) as asked, one of them ""
    copies: int
    look: str  # `type` of a waybill, `format` of a label
    lang: str
    wire_origin: str
    made_ms: int
    statuses: tuple[tuple[str, int], ...]
    request: Request
    printed: tuple[str, ...] = ()  # uuids of the orders on it


class Agreement(msgspec.Struct, frozen=True):
    """When and where a delivery was agreed to take place; `statuses` is (code, moment), oldest first."""

    uuid: str
    order: str
    date: str
    time_from: str
    time_to: str
    source: str
    statuses: tuple[tuple[str, int], ...]
    requests: tuple[Request, ...] = ()
    comment: str = ""
    delivery_point: str = ""
    to_location: dict[str, Any] = {}


class Intake(msgspec.Struct, frozen=True):
    """A courier's call at a sender's. `order` is "" for one without an order; `city` a city code, 0 when unknown.

    Times are minutes of the sender's day; `statuses` is (code, moment), oldest first.
    """

    uuid: str
    order: str
    date: str
    from_minute: int
    to_minute: int
    city: int
    statuses: tuple[tuple[str, int], ...]
    requests: tuple[Request, ...]
    lunch: tuple[int, int] | None = None
    number: str = ""
    package_id: str = ""
    mass_g: int = 100
    sides_cm: tuple[int, int, int] = (1, 1, 1)
    echo: dict[str, Any] = {}
    charge: str = ""  # uuid of the order that stands for it in a registry
    add_status: str = ""  # what the shop said beside the state it wished for last

    @property
    def state(self) -> str:
        return self.statuses[-1][0]


class News(msgspec.Struct, frozen=True):
    """What happened to an order beside its scans; moments in virtual milliseconds, oldest first."""

    problems: tuple[tuple[str, int], ...] = ()  # code, moment
    failed_calls: tuple[tuple[int, int], ...] = ()  # reason, moment
    rescheduled: tuple[tuple[int, str, str], ...] = ()  # moment, next date, next time
    delays: tuple[tuple[int, str], ...] = ()  # moment, description


class Subscription(msgspec.Struct, frozen=True):
    uuid: str
    kind: str
    url: str


ORDERS: Kind[Order] = Kind("cdek.orders", Order)
BY_SHOP_NUMBER: Kind[tuple[str, ...]] = Kind("cdek.shop_numbers", tuple[str, ...])  # number -> uuids, oldest first
FORMS: Kind[Form] = Kind("cdek.forms", Form)
FORMS_OF: Kind[tuple[str, ...]] = Kind("cdek.forms_of", tuple[str, ...])  # order uuid -> form uuids
SUBSCRIPTIONS: Kind[Subscription] = Kind("cdek.subscriptions", Subscription)
AGREEMENTS: Kind[Agreement] = Kind("cdek.agreements", Agreement)
AGREEMENTS_OF: Kind[tuple[str, ...]] = Kind("cdek.agreements_of", tuple[str, ...])  # order uuid -> uuids
AGREED: Kind[int] = Kind("cdek.agreed", int)  # "<city>/<date>/<from>-<to>" -> how many come then
INTAKES: Kind[Intake] = Kind("cdek.intakes", Intake)
INTAKES_OF: Kind[tuple[str, ...]] = Kind("cdek.intakes_of", tuple[str, ...])  # order uuid -> uuids
INTAKE_DAYS: Kind[str] = Kind("cdek.intake_days", str)  # "<date>/<city>/<address>" -> intake uuid
NEWS: Kind[News] = Kind("cdek.news", News)  # order uuid
CLOSED: Kind[int] = Kind("cdek.closed", int)  # office code -> since when it is out of service
KINDS = (
    ORDERS,
    BY_SHOP_NUMBER,
    FORMS,
    FORMS_OF,
    SUBSCRIPTIONS,
    AGREEMENTS,
    AGREEMENTS_OF,
    AGREED,
    INTAKES,
    INTAKES_OF,
    INTAKE_DAYS,
    NEWS,
    CLOSED,
)


def keep(world: World, order: Order) -> Order:
    world.store.put(ORDERS, order.uuid, order)
    return order


def changed(world: World, order: Order, **changes: Any) -> Order:
    """Put a changed copy of an order in its place."""
    return keep(world, msgspec.structs.replace(order, **changes))


def order_of(world: World, uuid: str) -> Order:
    """Return an order that must exist: one of a parcel, a duty or a relation."""
    found = world.store.get(ORDERS, uuid)
    if found is None:
        raise LookupError(f"no order {uuid}")
    return found


def live_agreement(world: World, order_uuid: str) -> Agreement | None:
    """Return the agreement that holds for an order, if there is one: the last that was found good."""
    uuids: tuple[str, ...] = world.store.get(AGREEMENTS_OF, order_uuid) or ()
    known = (world.store.get(AGREEMENTS, uuid) for uuid in reversed(uuids))
    return next((found for found in known if found is not None and found.statuses[-1][0] == "PROCESSING"), None)


def index_number(world: World, number: str, uuid: str) -> None:
    known = world.store.get(BY_SHOP_NUMBER, number) or ()
    world.store.put(BY_SHOP_NUMBER, number, (*known, uuid))


def unindex_number(world: World, number: str, uuid: str) -> None:
    left = tuple(known for known in world.store.get(BY_SHOP_NUMBER, number) or () if known != uuid)
    if left:
        world.store.put(BY_SHOP_NUMBER, number, left)
    else:
        world.store.drop(BY_SHOP_NUMBER, number)


def with_request(order: Order, uuid: str, **changes: Any) -> tuple[Request, ...]:
    """Return the order's requests with one of them changed."""
    return tuple(
        msgspec.structs.replace(request, **changes) if request.uuid == uuid else request for request in order.requests
    )
