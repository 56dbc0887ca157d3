"""What a tenant's world remembers about Otpravka: frozen records and their kinds.

Money is whole kopecks, mass grams, sizes centimetres, moments virtual milliseconds, dates ISO text. An order's own
fields stand in `Order.fields` under the wire's names and with the wire's types, as they were understood.
"""

from typing import Any

import msgspec

from ...core.records import Instant, Kind, Natural
from ...core.world import World
from .names import OTPRAVKA

HOME = 643  # `mail-direct` of Russia
CREATED, FROZEN, ACCEPTED, SENT, ARCHIVED = "CREATED", "FROZEN", "ACCEPTED", "SENT", "ARCHIVED"  # `batch-status`
COD = "_CASH_ON_DELIVERY"  # how the categories end that have money taken for the shop
OBLIGATORY = "COMPULSORY_PAYMENT"
DECLARED = "WITH_DECLARED_VALUE"  # in every category that has a declared value
ABROAD = "INTERNATIONAL_"
LETTERS = frozenset({"LETTER", "LETTER_CLASS_1", "VGPO_CLASS_1"})
EXPRESS = frozenset({"EMS", "EMS_OPTIMAL", "EMS_RT", "EMS_TENDER", "BUSINESS_COURIER", "BUSINESS_COURIER_ES"})
COURIERED = EXPRESS | {"ONLINE_COURIER"}
ADDRESS = ("region-to", "area-to", "place-to", "location-to", "street-to")


class Rate(msgspec.Struct, frozen=True, array_like=True):
    """Kopecks without VAT, and the VAT on them."""

    rate_minor: int = 0
    vat_minor: int = 0


class Order(msgspec.Struct, frozen=True):
    """An order. Its scans are those of the parcel `parcel_id`; `batch` is empty while it lies in the folder "new".

    `rates` are by the wire's base names (`ground`, `mass`, `avia`, `insr`, `notice` …). `return_of` is the direct
    order's number where this one brings goods back.
    """

    id: int
    barcode: str
    fields: dict[str, Any]
    made_ms: Instant
    version: int = 1
    batch: str = ""
    rates: dict[str, Rate] = {}
    days: tuple[int, int] = (0, 0)
    weight_pay_g: int = 0
    postmarks: tuple[str, ...] = ()
    deleted: bool = False
    in_long_archive: bool = False
    return_of: str = ""

    @property
    def parcel_id(self) -> str:
        return parcel_id(self.id)

    @property
    def order_num(self) -> str:
        return self.text("order-num")

    @property
    def mail_type(self) -> str:
        return self.text("mail-type")

    @property
    def mail_category(self) -> str:
        return self.text("mail-category")

    @property
    def mail_direct(self) -> int:
        return self.whole("mail-direct") or HOME

    @property
    def is_abroad(self) -> bool:
        return self.mail_direct != HOME

    @property
    def mass_g(self) -> int:
        return self.whole("mass")

    @property
    def payment_minor(self) -> int:
        """Return what is taken from the recipient for the shop."""
        if COD not in self.mail_category:
            return self.whole("compulsory-payment") if OBLIGATORY in self.mail_category else 0
        return self.whole("payment")

    @property
    def value_minor(self) -> int:
        return self.whole("insr-value")

    @property
    def group(self) -> str:
        return self.text("group-name")

    @property
    def index_to(self) -> str:
        """Return the recipient's post code as text, of any country."""
        return self.text("str-index-to") or (f"{self.whole('index-to'):06d}" if self.whole("index-to") else "")

    @property
    def destination(self) -> str:
        """Return the post code where it is handed over: a delivery point's or a locker's where it goes to one."""
        found = self.fields.get("ecom-data")
        point = found.get("delivery-point-index") if isinstance(found, dict) else None
        return str(point) if point and not self.is_abroad else self.index_to

    @property
    def office(self) -> str:
        """Return the index of the office that takes the order in."""
        return self.text("postoffice-code")

    @property
    def recipient(self) -> str:
        names = (self.text("surname"), self.text("given-name"), self.text("middle-name"))
        return self.text("recipient-name") or " ".join(name for name in names if name)

    @property
    def phone(self) -> str:
        found = self.fields.get("tel-address")
        return "" if found is None else str(found)

    @property
    def total(self) -> Rate:
        """Return what the post charges for the order, VAT beside it."""
        parts = [rate for name, rate in self.rates.items() if name != "mass"]
        return Rate(sum(part.rate_minor for part in parts), sum(part.vat_minor for part in parts))

    @property
    def street_line(self) -> str:
        """Return street, house and what is inside, in one line as an address is written."""
        f = self.text
        parts = [f("street-to"), _prefixed("д ", f("house-to"), f("letter-to"), _prefixed("/", f("slash-to")))]
        parts += [_prefixed("к ", f("corpus-to")), _prefixed("стр ", f("building-to"))]
        parts += [_prefixed("влд ", f("vladenie-to")), f("hotel-to"), _prefixed("кв ", f("room-to"))]
        parts += [_prefixed("оф ", f("office-to")), _prefixed("а/я ", f("num-address-type-to"))]
        return ", ".join(part for part in parts if part)

    @property
    def address_line(self) -> str:
        """Return the recipient's whole address without the post code."""
        places = (self.text("region-to"), self.text("area-to"), self.text("place-to"), self.text("location-to"))
        line = ", ".join(dict.fromkeys(part for part in (*places, self.street_line) if part))
        return line or self.text("raw-address")

    def text(self, name: str) -> str:
        found = self.fields.get(name)
        return found if isinstance(found, str) else ""

    def whole(self, name: str) -> int:
        found = self.fields.get(name)
        return found if type(found) is int else 0

    def flag(self, name: str) -> bool:
        return bool(self.fields.get(name))


def _prefixed(prefix: str, *parts: str) -> str:
    return prefix + "".join(parts) if parts[0] else ""


class Batch(msgspec.Struct, frozen=True):
    """A batch. `orders` are ids in the order in which they were put in.

    `list_number` is the F103's, given at check-in on `list_date`; `version` grows with every check-in. `checked` is
    what was in it then. `status_before` is where it returns to from the archive.
    """

    name: str
    made_ms: Instant
    status: str
    status_ms: Instant
    sending_date: str
    office: str
    mail_type: str
    mail_category: str
    payment_method: str
    transport_type: str
    is_abroad: bool = False
    orders: tuple[int, ...] = ()
    group: str = ""
    marks: tuple[str, ...] = ()  # that all its orders bear, in an account with a batch for each kind
    online_balance: bool = False
    list_number: int = 0
    list_date: str = ""
    version: int = 0
    checked: tuple[int, ...] = ()
    f103_sent: bool = False
    status_before: str = ""
    accepted: tuple[int, ...] = ()  # orders that the office has taken in
    refused: tuple[int, ...] = ()  # orders that the office did not take in
    closed_ms: Instant = 0  # when the office told what it took in; 0: not yet
    charged_minor: int = 0  # taken from the online balance at check-in, VAT included

    @property
    def is_open(self) -> bool:
        return self.status == CREATED

    @property
    def is_checked_in(self) -> bool:
        return self.version > 0

    @property
    def is_closed(self) -> bool:
        return self.closed_ms > 0

    @property
    def missing(self) -> tuple[int, ...]:
        """Return the lines of the checked-in list that the office did not find."""
        return tuple(found for found in self.checked if found not in self.accepted)


class Account(msgspec.Struct, frozen=True):
    """The sender's agreement with the post: who it is, what it may send and from where.

    `products` are allowed types and categories as the wire spells them (`ONLINE_PARCEL_ORDINARY`), `points` post codes
    of acceptance offices, `dti` the pseudo post code under which numbers are issued. `refused` are words that an
    agreement does not cover yet: parts of products, transport types or flags of an order.
    """

    org_name: str
    inn: str
    kpp: str
    agreement_kind: str
    agreement_number: str
    agreement_date: str
    espp_code: str
    points: tuple[str, ...]
    dti: str
    products: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    balance_minor: int = 0
    sender: dict[str, str] = {}  # the return address, under the names of `address-from`
    phone: str = ""


ORDERS: Kind[Order] = Kind("russian_post.orders", Order)  # str(id) -> order
BATCHES: Kind[Batch] = Kind("russian_post.batches", Batch)  # name -> batch
ACCOUNTS: Kind[Account] = Kind("russian_post.accounts", Account)  # "account"
BY_NUMBER: Kind[tuple[int, ...]] = Kind("russian_post.order_numbers", tuple[int, ...])  # shop's number -> ids
BY_GROUP: Kind[tuple[int, ...]] = Kind("russian_post.groups", tuple[int, ...])  # group name -> ids
CALLS: Kind[Natural] = Kind("russian_post.calls", int)  # day -> calls of that day
KINDS: tuple[Kind[Any], ...] = (ORDERS, BATCHES, ACCOUNTS, BY_NUMBER, BY_GROUP, CALLS)


def parcel_id(order_id: int | str) -> str:
    return f"{OTPRAVKA}-{order_id}"


def keep(world: World, order: Order) -> Order:
    world.store.put(ORDERS, str(order.id), order)
    return order


def changed(world: World, order: Order, **changes: Any) -> Order:
    """Put a changed copy of an order in its place."""
    return keep(world, msgspec.structs.replace(order, **changes))


def find_order(world: World, order_id: int | str) -> Order | None:
    """Return an order that was not deleted, wherever it lies."""
    found = world.store.get(ORDERS, str(order_id))
    return None if found is None or found.deleted else found


def order_of(world: World, parcel_id: str) -> Order:
    """Return the order of a parcel of ours, deleted or not."""
    found = world.store.get(ORDERS, parcel_id.removeprefix(f"{OTPRAVKA}-"))
    if found is None:
        raise LookupError(f"no order of parcel {parcel_id}")
    return found


def by_barcode(world: World, barcode: str) -> Order | None:
    """Return the order that has a number, if it is ours and was not deleted."""
    parcel = world.by_number(OTPRAVKA, barcode)
    return None if parcel is None else find_order(world, parcel.id.removeprefix(f"{OTPRAVKA}-"))


def orders(world: World) -> list[Order]:
    """Return the orders that were not deleted, oldest first."""
    return [order for _, order in world.store.scan(ORDERS) if not order.deleted]


def orders_of(world: World, batch: Batch) -> list[Order]:
    """Return the orders of a batch in its order."""
    found = (find_order(world, order_id) for order_id in batch.orders)
    return [order for order in found if order is not None]


def find_batch(world: World, name: str) -> Batch | None:
    return world.store.get(BATCHES, name)


def keep_batch(world: World, batch: Batch) -> Batch:
    world.store.put(BATCHES, batch.name, batch)
    return batch


def changed_batch(world: World, batch: Batch, **changes: Any) -> Batch:
    """Put a changed copy of a batch in its place; a new status is dated now."""
    if changes.get("status", batch.status) != batch.status:
        changes["status_ms"] = world.now_ms
    return keep_batch(world, msgspec.structs.replace(batch, **changes))


def batches(world: World) -> list[Batch]:
    """Return all batches, archived ones too, oldest first."""
    return [batch for _, batch in world.store.scan(BATCHES)]


ORG_NAMES = ("Ромашка", "Василёк", "Северное сияние", "Тёплый дом", "Книжная лавка", "Гончар", "Берёзка", "Кедр")
POINTS = ("109012", "102961", "117042", "142300", "101000", "410000", "410012")  # those of recordings and examples


def account_of(world: World) -> Account:
    """Return the tenant's account; one that nobody has touched yet follows from the tenant's seed."""
    return world.store.get(ACCOUNTS, "account") or new_account(world)


def new_account(world: World) -> Account:
    """Return the account that a tenant is born with: a contract that covers everything."""
    chance = world.dice("russian_post.account", "account")
    digits = f"{chance.randrange(10**6):06d}"
    return Account(
        org_name=f"ООО «{ORG_NAMES[chance.randrange(len(ORG_NAMES))]}»",
        inn=f"77{chance.randrange(10**8):08d}",
        kpp="770101001",
        agreement_kind="CONTRACT",
        agreement_number=f"Р-{digits}",
        agreement_date="2025-01-15",
        espp_code=f"{chance.randrange(10**6):06d}",
        points=POINTS,
        dti=f"80{chance.randrange(10**4):04d}",
        sender={"index": "109012", "region": "г Москва", "place": "г Москва", "street": "ул Варварка", "house": "3"},
        phone=f"7495{chance.randrange(10**7):07d}",
    )


def change_account(world: World, **changes: Any) -> Account:
    """Change the account and keep it from now on."""
    found = msgspec.structs.replace(account_of(world), **changes)
    world.store.put(ACCOUNTS, "account", found)
    return found
