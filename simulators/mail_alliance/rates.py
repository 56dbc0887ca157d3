"""Services and rates (§4.5), and the lock that a rate's id puts on a price (§4.1).

Asking changes nothing: a rate's id itself holds the moment of the quote and a mark over everything the price
depends on, which only the tenant's seed can make. So the lock needs no record and survives a snapshot.
"""

from typing import Any

from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from . import tariff
from .bodies import checked, document
from .countries import ZONES, served, zone
from .ids import CARRIER, environment
from .limits import SERVICES
from .money import shown
from .orders import Order, Package
from .problems import Refused, invalid
from .shapes import RATE_REQUEST, minor
from .tariff import Consignment, Price
from .times import DAY_MS, MINUTE_MS, SECOND_MS, day, read_day, rfc3339

LOCK_MS = 30 * MINUTE_MS
SHIP_AHEAD_DAYS = 14

routes = Routes()


@routes.get("/v1/services", scope="rates:read", quota=("default",))
def list_services(call: Call) -> Answer:
    """What can be ordered, with its limits."""
    return json_answer({"services": [_service(name) for name in SERVICES], **_mode(call)})


@routes.post("/v1/rates", scope="rates:read", quota=("default", "rates"))
def quote_rates(call: Call) -> Answer:
    """What a shipment would cost with each service, cheapest first."""
    asked = checked(RATE_REQUEST, document(call))
    check_ship_date(call.world, asked.get("ship_date"))
    package = Package(**asked["package"])
    rates, messages = [], []
    for service in dict.fromkeys(asked.get("services") or SERVICES):
        what = _asked(asked, service, package)
        try:
            check_served(what, livemode=bool(call.notes["livemode"]))
        except Refused as refused:
            messages.append({"code": refused.kind.replace("-", "_"), "service": service, "text": refused.detail})
        else:
            rates.append(_rate(call, what))
    rates.sort(key=lambda rate: (rate[0].total, rate[1]["service"]))
    reply: dict[str, Any] = {"rates": [shape for _, shape in rates], "messages": messages}
    reply |= {"tariff_version": tariff.version(call.world.now_ms), **_mode(call)}
    return json_answer(reply, headers={"Cache-Control": f"private, max-age={LOCK_MS // SECOND_MS}"})


def check_served(what: Consignment, *, livemode: bool) -> None:
    """Refuse a consignment that the service does not carry: `not-served`, `limits-exceeded`."""
    origin, destination = what.origin, what.destination
    if not served(*origin, livemode=livemode):
        unserved = origin
    elif served(*destination, livemode=livemode) and tariff.offered(what.service, origin[0], destination[0]):
        unserved = None
    else:
        unserved = destination
    if unserved:
        country, postal_code = unserved
        facts = {"postal_code": postal_code, "country": country, "service": what.service}
        raise Refused("not-served", f"{what.service} does not serve {country} {postal_code}.", facts)
    if over := tariff.excess(what.service, what.package):
        name, limit, actual = over
        detail = f"{what.service} takes {name} up to {limit}, this parcel has {actual}."
        raise Refused("limits-exceeded", detail, {"limit": limit, "actual": actual})


def check_ship_date(world: World, ship_date: str | None) -> None:
    """Refuse a shipping day outside today … today + 14 days, by the tenant's clock in UTC."""
    if ship_date is None:
        return
    asked, today = read_day(ship_date), day(world.now_ms)
    last = day(world.now_ms + SHIP_AHEAD_DAYS * DAY_MS)
    if asked is None or asked < today:
        raise invalid("/ship_date", "min", f"is {ship_date}, must not be before {today}")
    if asked > last:
        raise invalid("/ship_date", "max", f"is {ship_date}, must not be after {last}")


def locked_price(world: World, order: Order, *, livemode: bool) -> Price:
    """Return what the order costs: as quoted when it names a rate, else by the tariff of now.

    Raises:
        Refused: `validation` with code `conflict` when the rate is older than 30 minutes or was made for another
            shipment; `not-served` and `limits-exceeded`.
    """
    what = _ordered(order)
    check_served(what, livemode=livemode)
    if order.rate_id is None:
        return tariff.price(what, at_ms=world.now_ms)
    quoted_ms = int(order.rate_id[5:14], 16) * SECOND_MS
    if order.rate_id != _rate_id(world, what, quoted_ms, livemode=livemode) or quoted_ms > world.now_ms:
        raise invalid("/rate_id", "conflict", "was not quoted for this shipment")
    if world.now_ms - quoted_ms > LOCK_MS:
        raise invalid("/rate_id", "conflict", f"expired at {rfc3339(quoted_ms + LOCK_MS)}")
    return tariff.price(what, at_ms=quoted_ms)


def _rate(call: Call, what: Consignment) -> tuple[Price, dict[str, Any]]:
    world = call.world
    quoted_ms = world.now_ms // SECOND_MS * SECOND_MS
    price = tariff.price(what, at_ms=quoted_ms)
    least, most = transit_days(what)
    shipped = what.ship_date or str(day(quoted_ms))
    return price, {
        "id": _rate_id(world, what, quoted_ms, livemode=bool(call.notes["livemode"])),
        "service": what.service,
        "service_name": tariff.NAMES[what.service],
        **shown(price),
        "transit_days": {"min": least, "max": most},
        "cut_off": f"{shipped}T{tariff.CUT_OFF_MS // 3_600_000:02d}:00:00.000Z",
        "expires_at": rfc3339(quoted_ms + LOCK_MS),
        "guaranteed": False,
        "livemode": call.notes["livemode"],
    }


def transit_days(what: Consignment) -> tuple[int, int]:
    """Return the least and the most working days to the destination."""
    return tariff.TRANSIT_DAYS[what.service][zone(what.origin[0], what.destination[0])]


def transit_days_of(order: Order) -> tuple[int, int]:
    """Return the least and the most working days of an order."""
    return transit_days(_ordered(order))


def _rate_id(world: World, what: Consignment, quoted_ms: int, *, livemode: bool) -> str:
    """`rate_`, nine hex digits of the second of the quote, 26 of the mark: 40 characters."""
    mark = world.token_hex(f"{CARRIER}.rate.{environment(livemode)}", f"{quoted_ms}/{what!r}", 13)
    return f"rate_{quoted_ms // SECOND_MS:09x}{mark}"


def _asked(asked: dict[str, Any], service: str, package: Package) -> Consignment:
    places = [(asked[role]["country"], asked[role]["postal_code"]) for role in ("shipper", "recipient")]
    insured = asked.get("insurance")
    insured_minor = minor(insured["amount"]) if insured else 0
    return Consignment(service, places[0], places[1], package, insured_minor, asked.get("ship_date", ""))


def _ordered(order: Order) -> Consignment:
    shipper, recipient, insured = order.shipper, order.recipient, order.insurance
    return Consignment(
        order.service,
        (shipper.country, shipper.postal_code),
        (recipient.country, recipient.postal_code),
        order.package,
        0 if insured is None else minor(insured.amount),
        order.ship_date or "",
    )


def _service(name: str) -> dict[str, object]:
    letter = tariff.LETTER_PARCEL if name == "ma_letter_parcel" else None
    zones = len(tariff.BASE_MINOR[name])
    return {
        "code": name,
        "name": tariff.NAMES[name],
        "max_weight_g": letter.weight_g if letter else 31_500,
        "max_length_mm": letter.length_mm if letter else 1_200,
        "max_width_mm": letter.width_mm if letter else 600,
        "max_height_mm": letter.height_mm if letter else 600,
        "countries": sorted(country for country, distance in ZONES.items() if distance < zones),
        "label_formats": ["PDF", "ZPL"],
        "tracking": True,
        "max_insurance": {"amount": "500.00", "currency": "EUR"},
    }


def _mode(call: Call) -> dict[str, object]:
    return {"livemode": call.notes["livemode"]}
