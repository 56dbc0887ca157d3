"""What the carrier fills in beside what was sent: the city of an address, the parties' names from the contract.

Wire contract: `courier_api` §1.5.3. Shapes are those of the answers recorded of the vendor's test host (`LIVE`). That
an order to or from an office has that office's address, and every order a sender: the vendor's OpenAPI description (as
stored in GitHub wishboxcdek).
"""

from functools import cache
from typing import Any

from ...core.world import World
from .geography import COUNTRIES, City
from .offices import Office, office, office_location
from .passports import satisfied
from .records import Order

OWN = frozenset({"longitude", "latitude"})  # of what is known of a city too, the address's own goes before


def place(sent: dict[str, Any], city: City | None) -> dict[str, Any]:
    """Return an address with all that the carrier knows of its city."""
    if city is None:
        return sent
    shown = _known(city)
    return {**shown, **{key: value for key, value in sent.items() if key not in shown or key in OWN}}


def office_place(code: str) -> dict[str, Any] | None:
    """Return the address of an office, None when nobody knows it."""
    found = office(code) if code else None
    return None if found is None else place(office_address(found), found.city)


def office_address(found: Office) -> dict[str, Any]:
    """Return what an office has of its own, not of its city."""
    shown = office_location(found)
    return {key: shown[key] for key in ("postal_code", "longitude", "latitude", "address")}


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
    if registered or sender is None:
        sender = {"company": world.name, "name": world.name, **(sender or {})}
    if registered:
        recipient = {"company": recipient.get("name", ""), **recipient}
    for party, shown in (("sender", sender), ("recipient", recipient)):
        if shown is not None:
            found[party] = {**shown, "passport_requirements_satisfied": satisfied(order, party)}
    return found
