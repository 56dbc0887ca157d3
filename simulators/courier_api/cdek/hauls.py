"""The way between towns: on which flight or lorry an order travels, told when the line-haul carrier takes it.

Wire contract: `courier_api` §1.12 `ACCOMPANYING_WAYBILL`, §1.5.3 `accompanying_waybill`. What travels by air is ours.
"""

from typing import Any

from ...core.parcel import Scan
from ...core.world import World
from . import geography, notices, settings
from .judgement import live_scans
from .records import Order
from .wire_values import moment_plain

TAKEN = "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY"
BY_AIR_KM = 1_500
AIRLINES = ("SU", "S7", "U6", "DP")
DRIVERS = ("Ахметов Р. И.", "Беляев С. П.", "Григорян А. С.", "Коваль В. Н.", "Сафин Т. Р.")
LOADING_MS = 2 * 3_600_000
DEPARTS = "planned_departure_date_time"  # with a colon in answers, without one in webhooks


def after_scan(world: World, order: Order, done: Scan) -> None:
    """Tell subscribers of the papers that accompany the goods."""
    if done.code == TAKEN:
        notices.haul_notice(world, order, {**_papers(world, order, done), DEPARTS: moment_plain(_departs_ms(done))})


def accompanying(world: World, order: Order) -> dict[str, Any]:
    """Return the papers of the newest departure, nothing before the first."""
    taken = [done for done in live_scans(world.parcel(order.uuid)) if done.code == TAKEN]
    if not taken:
        return {}
    return {**_papers(world, order, taken[-1]), DEPARTS: settings.dated(world, _departs_ms(taken[-1]))}


def _papers(world: World, order: Order, done: Scan) -> dict[str, Any]:
    chance = world.dice("cdek.haul", f"{order.uuid}/{done.occurred_ms}")
    found: dict[str, Any] = {"client_name": world.name}
    if _kilometres(order) > BY_AIR_KM:
        airline = chance.choice(AIRLINES)
        found["flight_number"] = f"{airline} {chance.randrange(100, 9_000)}"
        found["air_waybill_numbers"] = [f"{chance.randrange(100, 1_000)}-{chance.randrange(10**7, 10**8)}"]
    else:
        letters = "".join(chance.choice("АВЕКМНОРСТУХ") for _ in range(3))
        found["vehicle_numbers"] = [f"{letters[0]}{chance.randrange(1, 1_000):03}{letters[1:]}77"]
        found["vehicle_driver"] = chance.choice(DRIVERS)
    return found


def _departs_ms(done: Scan) -> int:
    return done.occurred_ms + LOADING_MS


def _kilometres(order: Order) -> int:
    cities = geography.cities()
    start, end = cities.get(order.origin), cities.get(order.target)
    return geography.distance_km(start, end) if start and end else 0
