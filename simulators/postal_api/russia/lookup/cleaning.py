"""Normalisation over the wire: addresses, names, phones.

Wire contract: `postal_api_russia` §2.9. An item that is no text is an empty one; ids come back as they were sent. The
order of what comes back is not guaranteed.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

from ....wire.call import Answer, Call
from ..answers import Operations, json
from ..otpravka.body import MOST_ITEMS, document, unreadable
from . import switches
from .addresses import Address, dotted, normalised
from .persons import person
from .phones import phone

MANUALLY = "CONFIRMED_MANUALLY"
SHORT = 10  # items of a list that comes back as it was asked
TYPED = ("region", "area", "place", "location", "street")

routes = Operations()


@routes.post("/1.0/clean/address")
def clean_addresses(call: Call) -> Answer:
    known = switches.confirmed(call.world)
    with_dots = switches.SWITCHES.choice(call.world, "address_type_words") == "dotted"
    return _cleaned(call, "original-address", lambda line: _address(line, known, with_dots=with_dots))


@routes.post("/1.0/clean/physical")
def clean_names(call: Call) -> Answer:
    known = switches.confirmed(call.world)
    return _cleaned(call, "original-fio", lambda line: _person(line, known))


@routes.post("/1.0/clean/phone")
def clean_phones(call: Call) -> Answer:
    known = switches.confirmed(call.world)
    rows = [_phone(item, known) for item in items(call)]
    return json(_ordered(call, rows))


def items(call: Call) -> list[dict[str, Any]]:
    """Return the objects of an array; one object alone is as good as an array of it, as a client really sends it."""
    found = document(call)
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise unreadable("an array of objects is expected")
    if len(found) > MOST_ITEMS:
        raise unreadable(f"{len(found)} items at once, at most {MOST_ITEMS}")
    return found


def _cleaned(call: Call, name: str, clean: Callable[[str], dict[str, Any]]) -> Answer:
    rows = [{**_id(item), name: _told(item, name), **clean(_told(item, name))} for item in items(call)]
    return json(_ordered(call, rows))


def _id(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item's id as it was sent: any text or number.

    Raises:
        BadRequest: it is neither.
    """
    if isinstance(item.get("id"), list | dict):
        raise unreadable("id is neither text nor a number")
    return {"id": item["id"]} if "id" in item else {}


def _told(item: dict[str, Any], name: str) -> str:
    found = item.get(name)
    if isinstance(found, str):
        return found
    return str(found) if type(found) is int else ""


def _ordered(call: Call, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in an order of chance where the tenant, or the length of the list, wants it so."""
    found = list(rows)
    choice = switches.SWITCHES.choice(call.world, "clean_answer_order")
    if choice == "shuffled" or (choice == "long-lists-shuffled" and len(found) > SHORT):
        call.world.dice("russian_post.clean_order", blake2b(call.body, digest_size=8).hexdigest()).shuffle(found)
    return found


def _address(line: str, known: frozenset[str], *, with_dots: bool) -> dict[str, Any]:
    found = normalised(line)
    parts = dict(found.parts)
    if with_dots:
        parts |= {name: dotted(parts[name]) for name in TYPED if name in parts}
    quality, validation = _codes(found, line.strip() in known)
    index = {"index": found.index} if found.index else {}
    return {
        "address-type": found.kind,
        **index,
        **parts,
        **found.guids,
        "quality-code": quality,
        "validation-code": validation,
    }


def _codes(found: Address, confirmed: bool) -> tuple[str, str]:
    """Return both codes; an address that a person confirmed is as good as any."""
    if not confirmed:
        return found.quality, found.validation
    return found.quality if found.shippable else "GOOD", MANUALLY


def _person(line: str, known: frozenset[str]) -> dict[str, Any]:
    found = person(line)
    parts = {"surname": found.surname, "name": found.name, "middle-name": found.middle_name}
    quality = MANUALLY if line.strip() in known else found.quality
    return {**{name: part for name, part in parts.items() if part}, "quality-code": quality}


def _phone(item: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    line = _told(item, "original-phone")
    found = phone(line, region=_told(item, "region"), place=_told(item, "place"), area=_told(item, "area"))
    return {
        **_id(item),
        "original-phone": line,
        "phone-country-code": found.country,
        "phone-city-code": found.code,
        "phone-number": found.number,
        "phone-extension": found.extension,
        "quality-code": MANUALLY if line.strip() in known else found.quality,
    }
