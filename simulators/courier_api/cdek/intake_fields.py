"""The body of POST /intakes: what it asks for, from the order where it names one.

Wire contract: `courier_api` §1.6.
"""

from typing import Any, NamedTuple

from ...core.world import World
from . import geography
from .body import Reader
from .contacts import contact, location, put
from .deferred import named
from .envelope import Error
from .geography import City, cities
from .judgement import origin_of
from .records import Order

NAME = "Consolidated cargo"  # as recorded, where no order gives one
FLAGS = ("need_call", "courier_power_of_attorney", "courier_identity_card")
MASS_G, SIDE_CM = 100, 1


class Wanted(NamedTuple):
    """A call at a sender's as it is asked for. `lunch` and times are minutes of the sender's day."""

    order: Order | None
    date: str
    from_minute: int
    to_minute: int
    lunch: tuple[int | None, int | None]
    city: City | None
    mass_g: int
    sides_cm: tuple[int, int, int]
    echo: dict[str, Any]


def address_of(place: dict[str, Any]) -> str:
    """Return what tells one door of a city from another, however it is spelled out."""
    return " ".join(str(place.get("address", "")).casefold().split())


def read_intake(world: World, reader: Reader) -> Wanted:
    """Return what a body asks for.

    Raises:
        Refused: with every error of the body.
    """
    order = named(world, reader) if reader.has("order_uuid") or reader.has("cdek_number") else None
    date = reader.day("intake_date", required=True) or ""
    from_minute, to_minute = (reader.minute(f"intake_time_{end}", required=True) or 0 for end in ("from", "to"))
    lunch = (reader.minute("lunch_time_from"), reader.minute("lunch_time_to"))
    echo = _echo(reader, order)
    city = geography.resolve(echo["from_location"]) if "from_location" in reader.found else None
    if city is None and order is not None and "from_location" not in reader.found:
        city = origin_of(order) or cities().get(order.origin)
    elif city is None and reader.has("from_location"):
        reader.errors.append(Error("v2_sender_location_not_recognized", "Sender location is not recognized"))
    mass_g, sides_cm = _size(reader, order)
    reader.refuse_if_wrong()
    return Wanted(order, date, from_minute, to_minute, lunch, city, mass_g, sides_cm, echo)


def _echo(reader: Reader, order: Order | None) -> dict[str, Any]:
    known = order.echo if order is not None else {}
    echo: dict[str, Any] = {"name": reader.text("name") or _name(order)}
    put(echo, "comment", reader.text("comment"))
    if (child := reader.child("sender", required=order is None)) is not None:
        echo["sender"] = contact(child, phones=order is None)
    elif "sender" in known:
        echo["sender"] = known["sender"]
    if (child := reader.child("from_location", required=order is None)) is not None:
        echo["from_location"] = location(child)
    else:
        echo["from_location"] = known.get("from_location", {})
    for key in FLAGS:
        echo[key] = reader.flag(key)
    return echo


def _name(order: Order | None) -> str:
    return order.items[0].name if order is not None and order.items else NAME


def _size(reader: Reader, order: Order | None) -> tuple[int, tuple[int, int, int]]:
    """Return mass and sides: of the order's packages together when there is one, else as sent, else the least."""
    asked_g = reader.whole("weight", least=1, most=10**9, round_up=True)
    length, width, height = (reader.whole(key, most=1_500, round_up=True) for key in ("length", "width", "height"))
    if order is not None and order.packages:
        return sum(package.mass_g for package in order.packages), order.packages[0].sides_cm or (SIDE_CM,) * 3
    return asked_g or MASS_G, (length or SIDE_CM, width or SIDE_CM, height or SIDE_CM)
