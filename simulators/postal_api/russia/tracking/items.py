"""What tracking knows of an item at a moment: its operations as they were recorded until then, oldest first.

Wire contract: `postal_api_russia` §4.3. A scan's `place` is an index with or without a name (`141021 Москва 21`), a
country's number or letters with or without one (`276`, `DE Frankfurt`), or a name alone; where it is empty the
operation says where it was.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ....core.parcel import Parcel, Revoked, Scan
from ....core.world import World
from ....wire.moscow import MOSCOW
from ..country_codes import by_alpha2, country_codes
from ..lookup.places import of_index
from ..names import OTPRAVKA
from ..operations import Mark, Operation, operation
from ..records import HOME, Order, order_of

NUMBER = re.compile(r"[0-9]{14}|[A-Z]{2}[0-9]{9}[A-Z]{2}")
INDEX = re.compile(r"(\d{6})\b[\s,]*(.*)", re.DOTALL)
ABROAD = re.compile(r"([A-Z]{2}|\d{1,3})\b[\s,]*(.*)", re.DOTALL)
ISSUER = "80"  # how the indexes begin under which numbers are issued
COMPANY = 'АО "Почта России"'
EXPORTED = 10
AT_RECIPIENT = frozenset({2, 6, 12, 21, 22, 35, 42, 48, 50, 51, 56, 57, 60, 63})  # types done where it is handed out
ARRIVED = frozenset({2, 9, 10, 14, 15, 18, 22, 24, 25, 27, 28, 33, 35, 40, 42, 43, 60, 62, 74})  # attributes of 8


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was: an index (none abroad), a name, a country's number."""

    index: str
    name: str
    country: int = HOME

    @property
    def zone(self) -> ZoneInfo | None:
        town = of_index(self.index)
        return None if town is None else ZoneInfo(town.time_zone)

    def local(self, at_ms: int) -> datetime:
        """Return a moment by the clocks of the place; those of Moscow where it is not known."""
        return datetime.fromtimestamp(at_ms // 1000, self.zone or MOSCOW)


class Event(NamedTuple):
    """One operation. `end` is where the item was going: back to the sender once it was sent back."""

    at_ms: int
    operation: Operation
    spot: Spot
    end: Spot


class Item(NamedTuple):
    order: Order
    parcel: Parcel
    events: tuple[Event, ...]

    @property
    def gone_abroad(self) -> bool:
        return any(event.operation.type == EXPORTED for event in self.events)


def item_of(world: World, barcode: str, at_ms: int) -> Item | None:
    """Return the item of a number as it was known at a moment; None for a number that nobody had by then."""
    parcel = world.by_number(OTPRAVKA, barcode)
    if parcel is None or (order := order_of(world, parcel.id)).made_ms > at_ms:
        return None
    known = [fact for fact in parcel.facts if fact.at_ms <= at_ms]
    gone = {fact.revokes for fact in known if isinstance(fact, Revoked)}
    scans = [fact for fact in known if isinstance(fact, Scan) and fact.sequence not in gone]
    scans.sort(key=lambda scan: (scan.occurred_ms, scan.sequence))
    return Item(order, parcel, _events(order, scans))


def _events(order: Order, scans: list[Scan]) -> tuple[Event, ...]:
    start, end = start_of(order), end_of(order)
    found, returning = [], False
    for scan in scans:
        done = operation_of(scan)
        returning = returning or done.mark is Mark.OPENS
        goal = start if returning else end
        found.append(Event(scan.occurred_ms, done, spot_of(scan.place, done, start, goal), goal))
    return tuple(found)


def operation_of(scan: Scan) -> Operation:
    type_id, _, attribute = scan.code.partition("/")
    return operation(int(type_id), int(attribute or 0))


def start_of(order: Order) -> Spot:
    return home(order.office)


def end_of(order: Order) -> Spot:
    return abroad(order.mail_direct) if order.is_abroad else home(order.index_to)


def home(index: str, name: str = "") -> Spot:
    if index.startswith(ISSUER):
        return Spot(index, name or COMPANY)
    town = of_index(index)
    return Spot(index, name or ("" if town is None else town.name))


def abroad(number: int, name: str = "") -> Spot:
    found = country_codes().get(number)
    return Spot("", name or ("" if found is None else found.name), number)


def spot_of(place: str, done: Operation, start: Spot, goal: Spot) -> Spot:
    """Read where an operation was."""
    if found := INDEX.fullmatch(place):
        return home(found[1], found[2])
    if (found := ABROAD.fullmatch(place)) and (number := _country(found[1])):
        return abroad(number, found[2])
    handed_out = done.type in AT_RECIPIENT or (done.type == 8 and done.attribute in ARRIVED)
    default = goal if handed_out else start
    return Spot("" if place else default.index, place or default.name, HOME if place else default.country)


def _country(text: str) -> int:
    """Return the number of a country given by number or letters, 0 for anything else."""
    if text.isdigit():
        return int(text) if int(text) in country_codes() else 0
    known = by_alpha2().get(text)
    return 0 if known is None else known.number
