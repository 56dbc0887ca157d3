"""Countries as the calculator's dictionary lists them.

Wire contract: §5.5, recorded entries: names in capitals, sorted by name; services that are off; what differs by air.
"""

from typing import Any

from .countries import KINDS, Country
from .prices import HOME

RATE = {"parcel": 3.33, "ems": 3.33}  # per cent of the declared value; of letters and their like 4
OFF, OFF_WITHOUT_VALUE = [7, 4, 8, 39], [22, 23]
SIDES_CM = {"packet": (60, 30, 30), "ems": (150, 150, 150)}
LINES_CM = {"packet": 60, "ems": 300}
WITHOUT_VALUE = frozenset({"packet", "ems"})


def country_shape(country: Country, date: int) -> dict[str, Any]:
    shown = {kind: _kind(country, kind) for kind in KINDS}
    return {"id": country.number, "name": country.name.upper(), "date": date, **shown}


def listed(countries: list[Country]) -> list[Country]:
    """Return countries abroad in the order of their names."""
    return sorted((one for one in countries if one.number != HOME), key=lambda one: one.name.upper().replace("Ё", "Е"))


def _kind(country: Country, kind: str) -> dict[str, Any]:
    blocked = kind in country.blocked
    found: dict[str, Any] = {"block": int(blocked)}
    if not blocked and kind in ("parcel", "packet", "ems"):
        side = country.side_cm
        x, y, z = SIDES_CM.get(kind, (side, side, side))
        found |= {"wmax": country.most_g(kind), "sizemax": {"x": x, "y": y, "z": z}}
        found["linemax"] = LINES_CM.get(kind, country.line_cm)
    valued = bool(country.value_sdr) and not blocked and kind not in WITHOUT_VALUE
    found["oc"] = int(valued)
    if valued:
        found |= {"oc-rate": RATE.get(kind, 4), "oc-max": country.value_most_minor, "oc-max-sdr": country.value_sdr}
    found |= {"np": int(country.takes_cod and valued), "notification": 1, "declaration": 3}
    if kind in ("parcel", "packet", "ems"):
        found["bigsize"] = 1
    if kind == "ems":
        found["courier"] = 1
    return found | {"serviceoff": OFF + ([] if valued else OFF_WITHOUT_VALUE)}
