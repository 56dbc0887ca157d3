"""The fields of `CreateOrder`: read leniently, refused by the field's name.

Wire contract: `courier_api` §3. Which of the fields are obligatory is told nowhere; here those without which nothing
could be delivered (guessed).
"""

from dataclasses import dataclass, field
from typing import Any

from ...core.world import NUMBERS, World
from . import points, prices, settings
from .body import Reader
from .jobs import JOBS, LIMIT_MINOR, Job
from .points import Point
from .records import CARRIER, COMPLETENESS, CONDITION, DELIVERY, GOODS, PACKAGE, Item, by_shop_number
from .regions import Region, region, region_of_index
from .wire_values import PLACES_MOST, is_barcode, place_codes

KINDS = (GOODS, DELIVERY, PACKAGE, CONDITION, COMPLETENESS)
TEXTS = (
    "productVariant",
    "productBarCode",
    "couponCode",
    "itemNote",
    "allowed",
    "GoodsClass",
    "PaymentItemUnit",
    "VendorName",
    "VendorINN",
    "VendorPhone",
    "PaymentItemSign",
    "ItemCountryOrigin",
    "CustomsDeclaration",
)
NUMBERS_ECHOED = ("discount", "VATRate", "VATAmount", "ExciseAmount")
SIDES = (("Length", "Side1"), ("Width", "Side2"), ("Height", "Side3"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a body asks for, checked: enough to price it or to make an order of it."""

    job: Job
    start: Region
    end: Region
    places: int
    mass_g: int
    amount_minor: int
    value_minor: int
    items: tuple[Item, ...] = ()
    point: Point | None = None
    number: str = ""
    barcode: str = ""
    delivery_date: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def billed_g(self) -> int:
        sides = [item.echo["sides_cm"] for item in self.items if item.kind == PACKAGE and "sides_cm" in item.echo]
        return prices.billed_g(self.mass_g, [(one[0], one[1], one[2]) for one in sides])


def read_order(world: World, found: dict[str, Any]) -> Wish:
    """Return the order that a body asks for.

    Raises:
        Refused: with every error of the body.
    """
    reader = Reader(found)
    number = reader.text("CustomerOrder", required=True, most=50)
    reader.text("Contact", required=True)
    reader.text("Phone", required=True, most=50)
    wish = read_way(world, reader, number=number)
    _number_is_free(world, reader, number)
    reader.refuse_if_wrong()
    assert wish is not None  # whatever leaves it out is an error
    return wish


def read_way(world: World, reader: Reader, *, number: str = "", limits: bool = True) -> Wish | None:
    """Return what is to be carried from where to where; None when something that decides it is wrong.

    Without `limits` the sums may be what they like, as a price is asked for before they are known.
    """
    job = _job(reader)
    start, (end, point) = _start(reader), _end(reader, job)
    places = reader.whole("Volume", default=1, least=1, most=PLACES_MOST)
    mass_g, items = reader.grams("Weight"), tuple(_item(world, row) for row in reader.rows("GoodItems"))
    amount_minor, value_minor = reader.minor("Amount"), reader.minor("ValuatedAmount")
    barcode = _barcode(world, reader, places)
    delivery_date = reader.date("DeliveryDate")
    texts = _texts(reader)
    if job is None or start is None or end is None:
        return None
    _check_mass(reader, job, mass_g)
    if limits:
        _check_sums(reader, job, amount_minor, value_minor)
    return Wish(
        job,
        start,
        end,
        places,
        mass_g or sum(item.mass_g for item in items if item.is_goods),
        amount_minor,
        value_minor,
        items,
        point,
        number,
        barcode,
        delivery_date,
        texts,
    )


def _job(reader: Reader) -> Job | None:
    code = reader.text("Job", required=True)
    if code and code.upper() not in JOBS:
        reader.wrong("Job", f"Job: найдено «{code[:40]}», допустимо {', '.join(JOBS)}")
    return JOBS.get(code.upper())


def _start(reader: Reader) -> Region | None:
    return _region(reader, "RegionCodeFrom", "IndexFrom")


def _region(reader: Reader, name: str, index_name: str) -> Region | None:
    """Return the region of a code, else of an index."""
    code, index = reader.text(name), reader.text(index_name)
    found = region(code) if code else region_of_index(index)
    if found is None:
        wrong = name if code or not index else index_name
        reader.wrong(wrong, f"{wrong}: найдено «{(code or index)[:40]}», нужен код региона или почтовый индекс")
    return found


def _end(reader: Reader, job: Job | None) -> tuple[Region | None, Point | None]:
    """Return the region of the recipient and the point, if one is named; a point alone names its region."""
    if job is not None and job.to == "post":
        return _postal_end(reader), None
    point = _named_point(reader)
    if job is not None and job.to == "point":
        if point is None:
            reader.wrong("DeliveryPoint", "DeliveryPoint: пункт самовывоза не указан или не найден в регионе")
            return None, None
        if job.cash and not point.pays:
            reader.wrong("DeliveryPoint", f"DeliveryPoint: в пункте {point.code} нельзя оплатить заказ")
        return region(point.region), point
    found = _region(reader, "RegionCodeTo", "IndexTo")
    if job is not None and job.to == "door":
        reader.text("Address", required=True)
    return found, None


def _named_point(reader: Reader) -> Point | None:
    if reader.has("DeliveryPointID"):
        return points.points().get(reader.whole("DeliveryPointID", default=-1))
    if reader.has("DeliveryPointCode"):
        return points.by_code(reader.text("DeliveryPointCode"))
    if not reader.has("DeliveryPoint"):
        return None
    found = region(reader.text("RegionCodeTo")) or region_of_index(reader.text("IndexTo"))
    return points.by_request_code(found.code, reader.text("DeliveryPoint")) if found else None


def _postal_end(reader: Reader) -> Region | None:
    for name in ("City", "PostRegion", "PostArea"):
        reader.text(name, required=name == "City")
    index = reader.text("PostCode") or reader.text("IndexTo")
    found = region_of_index(index) or region(reader.text("RegionCodeTo"))
    if found is None:
        reader.wrong("PostCode", f"PostCode: найдено «{index[:40]}», нужен почтовый индекс получателя")
    return found


def _barcode(world: World, reader: Reader, places: int) -> str:
    """Return the shop's own number for the order, if it gives one: with it all places must be free."""
    barcode = reader.text("BarCode")
    if not barcode:
        return ""
    if not is_barcode(barcode):
        reader.wrong("BarCode", f"BarCode: найдено «{barcode[:40]}», нужны 13 цифр EAN-13 с верной контрольной")
        return ""
    taken = [code for code in place_codes(barcode, places) if world.store.get(NUMBERS, f"{CARRIER}/{code}") is not None]
    if taken:
        reader.wrong("BarCode", f"BarCode: штрих-код {taken[0]} уже занят другим заказом")
    return barcode


def _number_is_free(world: World, reader: Reader, number: str) -> None:
    if number and by_shop_number(world, number):
        reader.wrong("CustomerOrder", f"CustomerOrder: заказ с номером {number} уже существует")


def _check_sums(reader: Reader, job: Job, amount_minor: int, value_minor: int) -> None:
    most_minor = job.amount_most_minor
    if (job.cash and not amount_minor) or amount_minor > most_minor:
        allowed = f"от 0.01 до {most_minor // 100}" if job.cash else "только 0"
        reader.wrong("Amount", f"Amount: найдено {amount_minor / 100:.2f}, для услуги {job.code} допустимо {allowed}")
    if value_minor > LIMIT_MINOR:
        found = f"{value_minor / 100:.2f}"
        reader.wrong("ValuatedAmount", f"ValuatedAmount: найдено {found}, допустимо до {LIMIT_MINOR // 100}")


def _check_mass(reader: Reader, job: Job, mass_g: int) -> None:
    if mass_g > job.most_g:
        kilograms = job.most_g // 1000
        reader.wrong("Weight", f"Weight: найдено {mass_g / 1000} кг, для услуги {job.code} допустимо до {kilograms}")


def _texts(reader: Reader) -> dict[str, str]:
    names = ("Contact", "Phone", "Email", "Address", "Comment", "IndexFrom", "IndexTo", "City", "PostCode")
    times = {name: _time(reader, name) for name in ("TimeFrom", "TimeTo")}
    texts = {name: reader.text(name) for name in (*names, "PostRegion", "PostArea", "PostContentType", "Draft")}
    return texts | times


def _time(reader: Reader, name: str) -> str:
    """Return `10:00:00` of `10:00`, "" where there is none."""
    text = reader.text(name)
    parts = text.split(":")
    if not text:
        return ""
    if not (2 <= len(parts) <= 3 and all(part.isascii() and part.isdigit() and len(part) <= 2 for part in parts)):
        reader.wrong(name, f"{name}: найдено «{text[:40]}», нужно время HH:mm")
        return ""
    hours, minutes = int(parts[0]), int(parts[1])
    if hours > 23 or minutes > 59:
        reader.wrong(name, f"{name}: найдено «{text[:40]}», нужно время HH:mm")
    return f"{hours:02}:{minutes:02}:00"


def _item(world: World, row: Reader) -> Item:
    kind = row.whole("itemType")
    if kind not in KINDS:
        row.wrong("itemType", f"itemType: найдено {kind}, допустимо {', '.join(map(str, KINDS))}")
    pieces = row.whole("itemQuantity", default=1, most=999)
    if pieces > 1 and settings.choice(world, "item_quantity") == "one":
        row.wrong("itemQuantity", f"itemQuantity: найдено {pieces}, каждая штука идёт отдельной строкой")
    held_on = row.flag("deliveryService")
    return Item(
        number=row.text("productNo"),
        name=row.text("productName", required=kind == GOODS),
        kind=DELIVERY if kind == GOODS and held_on and not row.has("productNo") else kind,
        amount_minor=row.minor("amountLine"),
        value_minor=row.minor("statisticalValueLine"),
        mass_g=row.grams("weightLine"),
        pieces=max(1, pieces),
        held_on=held_on,
        echo=_item_echo(row),
    )


def _item_echo(row: Reader) -> dict[str, Any]:
    echo: dict[str, Any] = {name: row.text(name) for name in TEXTS}
    echo |= {name: row.minor(name) for name in NUMBERS_ECHOED if row.has(name)}
    sides = [row.whole(first) if row.has(first) else _centimetres(row, other) for first, other in SIDES]
    if all(sides):
        echo["sides_cm"] = sides
    return echo


def _centimetres(row: Reader, name: str) -> int:
    return row.grams(name) // 1000 if row.has(name) else 0
