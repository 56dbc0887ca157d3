"""One sending of a request: every field with its limit, or the first thing that is wrong with it.

Wire contract: `courier_api` §4 `CreateShipment`. Lengths are those of the vendor's text as wrappers restate it.
"""

import re
from decimal import Decimal
from typing import Any

from ...core.world import World
from . import settings
from .body import Fields
from .errors import CONTRACT, PARAMETERS, Refused
from .postamats import LARGEST_SIDE_CM, LOCKER, OFFICE_SIDES_SUM_CM, Postamat, postamat_of
from .prices import MODES, STANDARD
from .records import Address, Goods, Place, Sending
from .wire_values import is_barcode

PREPAID, ON_DELIVERY = 10001, 10003
POSTAGE_TYPES, GETTING_TYPES = (PREPAID, ON_DELIVERY), (101, 102, 103, 104)
PLACES_MOST, GOODS_MOST, PIECES_MOST = 5, 100, 1_000
SIDE_MOST_CM = 1_000
MASS_MOST_KG = 1_000
VAT_RATES = (0, 5, 7, 10, 18, 20, 22)
MOBILE = re.compile(r"(?:[78]\d{10}|9\d{9}|375\d{9})")
PUNCTUATION = str.maketrans("", "", " ()-+")
IKN = re.compile(r"\d{10}")


def read_sending(world: World, row: Fields) -> Sending:
    """Return what a sending of a request asks for; numbers and barcodes that the carrier gives are still "".

    Raises:
        Refused: with the first thing that is wrong.
    """
    invoice = row.child("Invoice")
    if invoice is None:
        raise Refused(PARAMETERS, f"Не заполнено обязательное поле {row.at('Invoice')}")
    point = postamat_of(
        invoice.text("PostamatNumber", most=8, required=True),
        Refused(PARAMETERS, f"Постамат {str(invoice.raw('PostamatNumber'))[:20]} не найден; номер вида NNNN-NNN"),
    )
    places = _places(invoice, point)
    return Sending(
        id="",
        number="",
        edtn=row.text("EDTN", most=50),
        ikn=ikn_of(world, row),
        sender_code=invoice.text("SenderCode", most=50),
        description=invoice.text("Description", most=200, required=True),
        recipient=invoice.text("RecipientName", most=150, required=True),
        postamat=point.number,
        phone=phone_of(invoice, "MobilePhone"),
        email=invoice.text("Email", most=256),
        delivery_vat=_vat(invoice),
        delivery_fee_minor=invoice.minor("DeliveryFee"),
        delivery_mode=invoice.one_of("DeliveryMode", tuple(MODES), default=STANDARD),
        sender_city=_sender_city(invoice),
        places=places,
        made_ms=world.now_ms,
        formed=(),
        client_return=_address(invoice, "ClientReturnAddress"),
        unclaimed_return=_address(invoice, "UnclaimedReturnAddress"),
        consultant=invoice.text("ConsultantNumber", most=50),
        **_payment(invoice),
    )


def ikn_of(world: World, row: Fields) -> str:
    """Return the client number, which must be ten digits, and the tenant's own where it has one set."""
    text = row.text("IKN", most=20, required=True)
    only = settings.contract_number(world)
    if not IKN.fullmatch(text) or only not in ("", text):
        raise Refused(CONTRACT, "Неверный номер контракта")
    return text


def phone_of(row: Fields, key: str) -> str:
    """Return a mobile number as it was sent; brackets, hyphens, spaces and a plus are allowed."""
    text = row.text(key, most=100, required=True)
    if not MOBILE.fullmatch(text.translate(PUNCTUATION)):
        raise Refused(PARAMETERS, "Возможно неверный формат телефона.")
    return text


def _payment(invoice: Fields) -> dict[str, Any]:
    postage = invoice.one_of("PostageType", POSTAGE_TYPES)
    sum_minor = invoice.minor("Sum", required=True)
    if (postage == PREPAID) != (sum_minor == 0):
        wanted = "0 для оплаченного отправления" if postage == PREPAID else "больше 0 для наложенного платежа"
        raise invoice.wrong("Sum", invoice.raw("Sum"), f"нужно {wanted}")
    invoice.one_of("PayType", (1,), default=1)
    return {
        "postage_type": postage,
        "getting_type": invoice.one_of("GettingType", GETTING_TYPES),
        "sum_minor": sum_minor,
        "prepaid_minor": invoice.minor("PrepaymentSum"),
        "insured_minor": invoice.minor("InsuareValue"),
    }


def _vat(invoice: Fields) -> int | None:
    return invoice.one_of("DeliveryVat", VAT_RATES) if invoice.has("DeliveryVat") else None


def _sender_city(invoice: Fields) -> tuple[str, str]:
    child = invoice.child("SenderCity")
    return ("", "") if child is None else (child.text("CityName", most=50), child.text("RegionName", most=50))


def _address(invoice: Fields, key: str) -> Address | None:
    """Return an address of return; some clients send one whose values are all empty."""
    child = invoice.child(key)
    if child is None:
        return None
    found = Address(
        child.text("CityName", most=50),
        child.text("RegionName", most=50),
        child.text("Address", most=150),
        child.text("FIO", most=150),
        child.text("PostCode", most=20),
        child.text("Organisation", most=100),
        child.text("PhoneNumber", most=50),
        child.text("Comment", most=255),
    )
    return found if any((found.city, found.region, found.address, found.person, found.phone)) else None


def _places(invoice: Fields, point: Postamat) -> tuple[Place, ...]:
    """Return the places. The older form has one, whose fields stand in the invoice itself."""
    rows = invoice.children("Places", most=PLACES_MOST) or [invoice]
    places = tuple(_place(row) for row in rows)
    for row, place in zip(rows, places, strict=True):
        _check_fits(row, place, point)
    own = [place.barcode for place in places if place.barcode]
    if len(own) != len(set(own)):
        raise Refused(PARAMETERS, "Штрих-код указан для двух мест отправления")
    return places


def _place(row: Fields) -> Place:
    barcode = row.text("BarCode", most=50)
    if barcode and not is_barcode(barcode):
        raise row.wrong("BarCode", barcode, "нужно 12 цифр с контрольной или пустая строка")
    mass = row.number("Weight")
    if mass is not None and not 0 <= mass <= MASS_MOST_KG:
        raise row.wrong("Weight", mass, f"нужно от 0 до {MASS_MOST_KG} кг")
    return Place(
        barcode,
        row.text("GCBarCode", most=255),
        (_side_mm(row, "Width"), _side_mm(row, "Height"), _side_mm(row, "Depth")),
        1_000 if not mass else int(mass * 1000),
        tuple(_goods(child) for child in row.children("SubEncloses", most=GOODS_MOST, nested=True)),
    )


def _side_mm(row: Fields, key: str) -> int:
    side = row.number(key) or Decimal(0)
    if not 0 <= side <= SIDE_MOST_CM:
        raise row.wrong(key, side, f"нужно от 0 до {SIDE_MOST_CM} см")
    return int(side * 10)


def _goods(row: Fields) -> Goods:
    return Goods(
        row.text("Line", most=50),
        row.text("ProductCode", most=100),
        row.text("GoodsCode", most=100),
        row.text("Name", most=250),
        row.minor("Price"),
        _quantity(row),
    )


def _quantity(row: Fields) -> int:
    quantity = row.whole("Quantity")
    if quantity is not None and not 1 <= quantity <= PIECES_MOST:
        raise row.wrong("Quantity", quantity, f"нужно от 1 до {PIECES_MOST}")
    return quantity or 1


def _check_fits(row: Fields, place: Place, point: Postamat) -> None:
    """Refuse what no locker holds. Sides may be rough or 0, as the vendor has it, so a locker's own are not kept to."""
    if place.mass_g > point.mass_most_g:
        raise row.wrong("Weight", Decimal(place.mass_g) / 1000, f"не более {point.mass_most_g // 1000} кг")
    sides_cm = [side // 10 for side in place.sides_mm]
    if point.title == LOCKER:
        fits, allowed = max(sides_cm) <= LARGEST_SIDE_CM, f"сторона не более {LARGEST_SIDE_CM} см"
    else:
        fits, allowed = sum(sides_cm) <= OFFICE_SIDES_SUM_CM, f"сумма сторон не более {OFFICE_SIDES_SUM_CM} см"
    if not fits:
        found = "x".join(map(str, sides_cm))
        raise Refused(PARAMETERS, f"Габариты места больше допустимых для {point.number}: {found} см; {allowed}")
