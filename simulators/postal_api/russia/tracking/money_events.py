"""Operations with the money of cash on delivery, and with customs duty, of one item.

Wire contract: `postal_api_russia` §4.4. The dictionary of event types is known for 1 and 3 only; the others are ours,
and so are the money order's number, which is the order's own, and the duty, a share of the declared value.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from lxml import etree

from ....core.parcel import Collected, PaidOut
from ..country_codes import country_codes
from ..records import HOME
from .envelope import ENG
from .items import Event, Item, Spot, start_of

ACCEPTED, GIVEN_BACK, PAID = 1, 2, 3
NAMES = {ACCEPTED: ("Приём", "Accepted"), GIVEN_BACK: ("Возврат", "Returned"), PAID: ("Оплата", "Paid")}
DEMANDED, RECEIVED = frozenset({(14, 6), (4, 10)}), frozenset({(19, 0), (14, 13), (40, 1)})
DUTY_PERCENT = 15
DUTY_NAMES = {ACCEPTED: ("Начисление", "Charged"), PAID: ("Оплата", "Paid")}


class Money(NamedTuple):
    """One event; `end` is where the money goes."""

    at_ms: int
    kind: int
    amount_minor: int
    spot: Spot
    end: Spot


def cash_events(item: Item, at_ms: int) -> list[Money]:
    """Return what became of the addressee's money until a moment, oldest first."""
    shop = start_of(item.order)
    taken_at = next((event.spot for event in reversed(item.events) if event.operation.type in (2, 63)), None)
    desk = taken_at or (item.events[-1].end if item.events else shop)
    found, held_minor = [], 0
    for fact in item.parcel.facts:
        if fact.at_ms > at_ms:
            break
        if isinstance(fact, Collected):
            held_minor += fact.amount_minor
            kind = ACCEPTED if fact.amount_minor > 0 else GIVEN_BACK
            found.append(Money(fact.at_ms, kind, abs(fact.amount_minor), desk, shop))
        elif isinstance(fact, PaidOut):
            found.append(Money(fact.at_ms, PAID, held_minor, shop, shop))
    return found


def duty_events(item: Item) -> list[Money]:
    """Return when customs asked for duty and when it was paid, oldest first."""
    asked_minor = duty_minor(item)
    return [
        Money(event.at_ms, kind, asked_minor, event.spot, event.end) for event in item.events if (kind := _duty(event))
    ]


def duty_minor(item: Item) -> int:
    """Return what customs ask for, as far as an item's events tell: its declared value's share, 0 for none asked."""
    if not any((event.operation.type, event.operation.attribute) in DEMANDED for event in item.events):
        return 0
    return item.order.value_minor * DUTY_PERCENT // 100


def _duty(event: Event) -> int:
    pair = (event.operation.type, event.operation.attribute)
    return ACCEPTED if pair in DEMANDED else PAID if pair in RECEIVED else 0


def put_events(
    parent: Any, name: str, number: int, events: Iterable[Money], names: dict[int, tuple[str, str]], tongue: str
) -> None:
    """Add events under a name that has no namespace; everything stands in attributes."""
    for event in events:
        element = etree.SubElement(parent, name)
        element.set("Number", str(number))
        element.set("EventDateTime", event.spot.local(event.at_ms).isoformat(timespec="milliseconds"))
        element.set("EventType", str(event.kind))
        element.set("EventName", names[event.kind][tongue == ENG])
        for attribute, index in (("IndexTo", event.end.index), ("IndexEvent", event.spot.index)):
            if index:
                element.set(attribute, index)
        element.set("SumPaymentForward", str(event.amount_minor))
        for attribute, country in (("CountryEventCode", event.spot.country), ("CountryToCode", event.end.country)):
            code = country_codes().get(country, country_codes()[HOME])
            if code.alpha2:
                element.set(attribute, code.alpha2)
