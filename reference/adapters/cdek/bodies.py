"""What is sent to CDEK: locations, parcels and orders in its words, units and limits.

Source: `courier_api` §1.5.1, §1.10, §2.7-§2.9.
"""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from ...domain.money import exponent, vat_inside
from ...ports import Address, Line, Parcel
from ..collecting import check_collect

NUMBER_CHARS = 40
TEXT_CHARS = 255
PHONE_CHARS = 24
CURRENCY = "RUB"  # the contract's currency: what is collected, declared and charged is in roubles
UNION = frozenset({"RU", "BY", "KZ", "AM", "KG"})  # no customs between these, so domestic tariffs
DOOR_TO_DOOR = "1"
INTERNATIONAL = 8
FITTING_MASS_G = {139: 30_000, 231: 50_000, 184: 30_000, 293: 30_000, 480: 30_000, INTERNATIONAL: 30_000}
OFFICE, LOCKER = "PVZ", "POSTAMAT"  # kinds of points
TO_POINT_MASS_G = {
    OFFICE: {138: 30_000, 232: 50_000, 187: 30_000, 295: 30_000, 481: 30_000},
    LOCKER: {366: 30_000, 376: 50_000, 497: 30_000, 509: 30_000, 485: 30_000},
}
TO_POINT = {OFFICE: "2", LOCKER: "6"}  # the mode from our door


def order_number(key: str) -> str:
    """Return our stable key as the shop's `number`: itself where it is allowed (ASCII, at most 40), else a digest."""
    if key.isascii() and key.isprintable() and len(key) <= NUMBER_CHARS:
        return key
    return "pp-" + sha256(key.encode()).hexdigest()[: NUMBER_CHARS - 3]


def calculation(parcel: Parcel, sender: Address, point: str = "") -> dict[str, Any]:
    """Return what is asked of the calculator; `point` is the kind of the point the parcel goes to, if any."""
    return {
        "type": 1,
        "lang": "rus",
        "from_location": location(sender),
        "to_location": location(parcel.recipient),
        "packages": [measures(parcel)],
        "services": services(parcel, point == LOCKER),
    }


def services(parcel: Parcel, to_locker: bool = False) -> list[dict[str, str]]:
    """Return the services that cost something: insurance, which the carrier adds by itself, and partial delivery."""
    declared = sum(line.quantity * declared_minor(line) for line in parcel.lines)
    insured = [{"code": "INSURANCE", "parameter": str(major(declared))}] if declared else []
    return insured + chosen_services(parcel, to_locker)


def chosen_services(parcel: Parcel, to_locker: bool = False) -> list[dict[str, str]]:
    """Let the buyer take a part of what is paid at the door; that needs more than one piece, and no locker."""
    pieces = sum(line.quantity for line in parcel.lines)
    return [{"code": "PART_DELIV"}] if parcel.collect and pieces > 1 and not to_locker else []


def declared_minor(line: Line) -> int:
    """Return a piece's declared value. In another currency it is 0: the carrier insures roubles only."""
    return line.unit_price.minor if line.unit_price.currency == CURRENCY else 0


def order(parcel: Parcel, tariff: int, sender: Address, today: date) -> dict[str, Any]:
    """Return a shop order from door to door; parties, money and goods only where the carrier asks for them.

    Raises:
        Refused: cash is wanted in another currency, or not the sum of what it is for.
    """
    check_collect(parcel, CURRENCY)
    body: dict[str, Any] = {
        "type": 1,
        "number": order_number(parcel.key),
        "tariff_code": tariff,
        "sender": contact(sender),
        "recipient": contact(parcel.recipient),
        "from_location": location(sender),
        "to_location": location(parcel.recipient),
        "packages": [
            {"number": "1", **measures(parcel), "items": [item(line, bool(parcel.collect)) for line in parcel.lines]}
        ],
    }
    if parcel.point:
        del body["to_location"]
        body["delivery_point"] = parcel.point
    if parcel.collect and parcel.delivery_charge and parcel.delivery_charge.minor:
        body["delivery_recipient_cost"] = {"value": major(parcel.delivery_charge.minor)}
    if chosen := chosen_services(parcel, tariff in TO_POINT_MASS_G[LOCKER]):
        body["services"] = chosen
    if tariff == INTERNATIONAL:
        body |= {"date_invoice": today.isoformat(), "shipper_name": sender.company or sender.name}
        body["shipper_address"] = f"{sender.postal_code} {sender.city}, {street(sender)}"[:TEXT_CHARS]
    return body


def measures(parcel: Parcel) -> dict[str, int]:
    """Return whole grams and centimetres; a started centimetre counts."""
    length, width, height = (-(-side // 10) for side in sorted(parcel.sides_mm, reverse=True))
    return {"weight": parcel.mass_g, "length": length, "width": width, "height": height}


def item(line: Line, collect: bool) -> dict[str, Any]:
    price = line.unit_price.minor
    payment: dict[str, Any] = {"value": major(price if collect else 0)}
    if collect and line.vat_rate is not None:
        payment |= {"vat_rate": line.vat_rate, "vat_sum": major(vat_inside(price, line.vat_rate))}
    return {
        "name": (line.description or line.sku)[:TEXT_CHARS],
        "ware_key": line.sku,
        "payment": payment,
        "cost": major(declared_minor(line)),
        "weight": line.unit_mass_g,
        "amount": line.quantity,
    }


def contact(party: Address) -> dict[str, Any]:
    found: dict[str, Any] = {"name": party.name[:TEXT_CHARS]}
    found |= {name: value[:TEXT_CHARS] for name, value in (("company", party.company), ("email", party.email)) if value}
    if party.phone:
        found["phones"] = [{"number": party.phone[:PHONE_CHARS]}]
    return found


def location(party: Address) -> dict[str, Any]:
    return {
        "country_code": party.country,
        "postal_code": party.postal_code,
        "city": party.city,
        "address": street(party)[:TEXT_CHARS],
    }


def street(party: Address) -> str:
    return ", ".join(part for part in (party.street, party.house_number) if part)


def fits(tariff: int, told_mode: str | int | None, parcel: Parcel, sender: Address, point: str = "") -> bool:
    """Whether a tariff runs from our door to the buyer's or to a point of this kind, this way and with this weight.

    Tariffs are known by their codes; a mode that is told must be the one of the code.
    """
    wanted = TO_POINT[point] if point else DOOR_TO_DOOR
    mode = wanted if told_mode is None else str(told_mode)
    if point:
        inside = sender.country in UNION and parcel.recipient.country in UNION
        return inside and mode == TO_POINT[point] and parcel.mass_g <= TO_POINT_MASS_G[point].get(tariff, -1)
    if mode != DOOR_TO_DOOR or parcel.mass_g > FITTING_MASS_G.get(tariff, -1):
        return False
    domestic = sender.country in UNION and parcel.recipient.country in UNION
    return domestic is (tariff != INTERNATIONAL)


def major(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-exponent(CURRENCY))
