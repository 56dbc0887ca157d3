"""What the carrier fills in beside what was sent: the city of an address, the parties' names from the contract.

Wire contract: `courier_api` §1.5.3. Shapes are those of the answers recorded of the vendor's test host (`LIVE`).
"""

from functools import cache
from typing import Any

from ...core.world import World
from .geography import COUNTRIES, City
from .passports import satisfied
from .records import Order

OWN = frozenset({"longitude", "latitude"})  # of what is known of a city too, the address's own goes before


def place(sent: dict[str, Any], city: City | None) -> dict[str, Any]:
    """Return an address with all that the carrier knows of its city."""
    if city is None:
        return sent
    shown = _known(city)
    return {**shown, **{key: value for key, value in sent.items() if key not in shown or key in OWN}}


@cache
def _known(city: City) -> dict[str, Any]:
    known = {
        "code": city.code,
        "city_uuid": city.uuid,
        "city": city.name,
        "fias_guid": city.fias_guid,
        "kladr_code": city.kladr_code,
        "country_code": city.country,
        "country": COUNTRIES[city.country],
        "region": city.region,
        "region_code": city.region_code,
        "sub_region": city.sub_region,
        "longitude": city.longitude,
        "latitude": city.latitude,
    }
    return {key: value for key, value in known.items() if value not in ("", None)}


def parties(world: World, order: Order, *, registered: bool) -> dict[str, Any]:
    """Return sender, recipient and seller: who is not named is the contract's holder (inferred for a name)."""
    found: dict[str, Any] = {"seller": {"name": world.name, **order.echo.get("seller", {})}}
    sender, recipient = order.echo.get("sender"), order.echo.get("recipient", {})
    if registered:
        sender = {"company": world.name, "name": world.name, **(sender or {})}
        recipient = {"company": recipient.get("name", ""), **recipient}
    for party, shown in (("sender", sender), ("recipient", recipient)):
        if shown is not None:
            found[party] = {**shown, "passport_requirements_satisfied": satisfied(order, party)}
    return found
