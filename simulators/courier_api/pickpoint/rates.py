"""Prices and zones.

Wire contract: `courier_api` §4 `calctariff`; `getzone` by two public clients.
"""

from typing import Any

from ...core.world import World
from ...wire.call import Answer, Call
from . import settings
from .body import Fields, document
from .errors import PARAMETERS, UNEXPECTED, Operations, Refused, json
from .paths import is_test
from .postamats import City, Postamat, city_named, postamat_of, postamats
from .prices import MODES, PRIORITY, STANDARD, offer, zone
from .sending_fields import MASS_MOST_KG, PLACES_MOST, SIDE_MOST_CM, ikn_of
from .wire_values import roubles

NAMES = {STANDARD: "Доставка стандартная", PRIORITY: "Доставка приоритетная"}

routes = Operations()


@routes.post("/calctariff")
def calctariff(call: Call) -> Answer:
    """Price a delivery to a locker in both modes; not on the test base."""
    if is_test(call.path):
        raise Refused(UNEXPECTED, "Расчет тарифа работает только на рабочей версии сервиса")
    world, fields = call.world, document(call)
    ikn_of(world, fields)
    start, point = _from(fields), _to(fields)
    count = fields.whole("EncloseCount") or 1
    if not 1 <= count <= PLACES_MOST:
        raise fields.wrong("EncloseCount", count, f"нужно от 1 до {PLACES_MOST}")
    mass_g, sides_mm = (
        _mass_g(fields),
        (_side_mm(fields, "Length"), _side_mm(fields, "Depth"), _side_mm(fields, "Width")),
    )
    if mass_g > point.mass_most_g * count:
        raise fields.wrong("Weight", mass_g / 1000, f"не более {point.mass_most_g * count // 1000} кг")
    place, rate = zone(start, point.city), settings.number(world, "vat_rate")
    offers = {mode: offer(place, mode, mass_g, sides_mm, rate) for mode in MODES}
    return json(
        {
            "SessionId": call.notes["session"],
            "InvoiceNumber": fields.text("InvoiceNumber", most=20),
            "Services": [
                {
                    "Name": NAMES[mode],
                    "Tariff": roubles(found.net_minor),
                    "NDS": roubles(found.vat_minor),
                    "DeliveryMode": MODES[mode],
                }
                for mode, found in offers.items()
            ],
            "DPMin": offers[STANDARD].days[0],
            "DPMax": offers[STANDARD].days[1],
            "DPMinPriority": offers[PRIORITY].days[0],
            "DPMaxPriority": offers[PRIORITY].days[1],
            "Zone": place,
            "ErrorCode": 0,
            "ErrorMessage": None,
        }
    )


def _from(fields: Fields) -> City:
    name, region = fields.text("FromCity", most=50, required=True), fields.text("FromRegion", most=50)
    found = city_named(name, region)
    if found is None:
        raise Refused(PARAMETERS, f"Город сдачи не найден: {name[:40]} {region[:40]}".rstrip())
    return found


def _to(fields: Fields) -> Postamat:
    """Return the locker, or the first of the city where only that is given."""
    if number := fields.text("PTNumber", most=8):
        return postamat_of(number, Refused(PARAMETERS, f"Постамат {number} не найден; номер вида NNNN-NNN"))
    name = fields.text("ToCity", most=50, required=True)
    city = city_named(name, fields.text("ToRegion", most=50))
    found = next((point for point in postamats().values() if point.city == city), None)
    if found is None:
        raise Refused(PARAMETERS, f"Город назначения не найден: {name[:40]}")
    return found


def _mass_g(fields: Fields) -> int:
    mass = fields.number("Weight")
    if mass is not None and not 0 <= mass <= MASS_MOST_KG:
        raise fields.wrong("Weight", mass, f"нужно от 0 до {MASS_MOST_KG} кг")
    return int(mass * 1000) if mass else 1_000


def _side_mm(fields: Fields, key: str) -> int:
    side = fields.number(key)
    if side is not None and not 0 <= side <= SIDE_MOST_CM:
        raise fields.wrong(key, side, f"нужно от 0 до {SIDE_MOST_CM} см")
    return int(side * 10) if side else 0


@routes.post("/getzone")
def getzone(call: Call) -> Answer:
    """Tell zone and days from a city to a locker, or to all of them."""
    world, fields = call.world, document(call)
    name = fields.text("FromCity", most=50, required=True)
    start = city_named(name)
    if start is None:
        raise Refused(PARAMETERS, f"Город сдачи не найден: {name[:40]}")
    if number := fields.text("ToPT", most=8):
        found = [postamat_of(number, Refused(PARAMETERS, f"Постамат {number} не найден; номер вида NNNN-NNN"))]
    else:
        found = list(postamats().values())
    rows = [row for point in found for row in _zones(world, start, point)]
    return json({"Zones": rows, "Error": None, "ErrorCode": 0, "ErrorMessage": None})


def _zones(world: World, start: City, point: Postamat) -> list[dict[str, Any]]:
    place = zone(start, point.city)
    return [
        {
            "FromCity": start.name,
            "ToCity": point.city.name,
            "ToPT": point.number,
            "Zone": str(place),
            "DeliveryMin": days[0],
            "DeliveryMax": days[1],
            "Koeff": 1,
            "DeliveryMode": MODES[mode],
        }
        for mode in MODES
        for days in (offer(place, mode, 1_000, (0, 0, 0), settings.number(world, "vat_rate")).days,)
    ]
