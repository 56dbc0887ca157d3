"""Customs declarations of orders that leave the country: where each stands, and which parcels wait for customs.

Wire contract: `postal_api_russia` §2.18. The double of the customs service is `forms/customs.py`.
"""

import base64
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from ...core.parcel import Parcel
from ...core.records import Instant, Kind
from ...core.world import World
from . import journeys
from .names import OTPRAVKA
from .records import Batch, Order, orders_of
from .settings import Switches

NEW, IN_PROGRESS, DONE, REJECTED, ILLEGAL_DATA = "NEW", "IN_PROGRESS", "DONE", "REJECTED", "ILLEGAL_DATA"
CANCELED = "CANCELED"  # the office did not take the goods in, so there is nothing to declare
REGISTER = f"{OTPRAVKA}.customs-register"
BORDER = frozenset({"11/0", "14/1", "8/6", "10/0"})  # operations that customs have to let a parcel come to
HELD = "14/4"
SWITCHES = Switches(
    contradictions={"customs_form_at_limit": ("CN23", "CN22")},
    choices={"customs": ("released", "questions", "refused", "silent", "mixed")},
    numbers={
        "customs_register_ms": (30 * 60_000, 0, 30 * 86_400_000),
        "customs_decide_ms": (6 * 3_600_000, 0, 90 * 86_400_000),
        "customs_patience_ms": (10 * 86_400_000, 0, 365 * 86_400_000),
        "sdr_rate_minor": (12_551, 1, 10**7),
    },
)


class Declaration(msgspec.Struct, frozen=True):
    """What customs know and said of an order. `waits`: its parcel stands at the border until they decide.

    `question` is what customs want to know, `answer` what the sender told them.
    """

    order: int
    status: str
    sent_ms: Instant
    entry_number: str = ""
    registered_ms: Instant = 0
    decision: str = ""
    decision_ms: Instant = 0
    description: str = ""
    error: str = ""
    question: str = ""
    answer: str = ""
    waits: bool = False

    @property
    def is_decided(self) -> bool:
        return self.status in (DONE, REJECTED, ILLEGAL_DATA, CANCELED)


DECLARATIONS: Kind[Declaration] = Kind("russian_post.declarations", Declaration)  # str(order id) -> declaration
KINDS = (DECLARATIONS,)


def declaration_of(world: World, order: Order) -> Declaration | None:
    return world.store.get(DECLARATIONS, str(order.id))


def changed(world: World, found: Declaration, **changes: Any) -> Declaration:
    found = msgspec.structs.replace(found, **changes)
    world.store.put(DECLARATIONS, str(found.order), found)
    return found


def is_declared(order: Order) -> bool:
    return order.is_abroad and isinstance(order.fields.get("customs-declaration"), dict)


def send(world: World, batch: Batch) -> None:
    """Send the declarations of a batch that is checked in; one that was sent already is not sent again."""
    for order in orders_of(world, batch):
        if is_declared(order) and declaration_of(world, order) is None:
            found = Declaration(order.id, NEW, world.now_ms)
            world.store.put(DECLARATIONS, str(order.id), found)
            world.later(REGISTER, str(order.id), after_ms=SWITCHES.number(world, "customs_register_ms"))


# -- the parcel


def waits(world: World, parcel: Parcel, order: Order) -> Parcel:
    """Let a parcel that comes to the border stand there until customs have decided; return it as it then is."""
    found = declaration_of(world, order)
    if found is None or parcel.paused or not _at_border(parcel):
        return parcel
    if not found.is_decided:
        changed(world, found, waits=True)
        return world.pause(parcel)
    return parcel if found.status == DONE else turned_back(world, parcel)


def _at_border(parcel: Parcel) -> bool:
    return parcel.step < len(parcel.journey) and parcel.journey[parcel.step].code in BORDER


def decided(world: World, order: Order, found: Declaration) -> None:
    """Let a parcel that waited go on, or turn it back."""
    if not found.waits:
        return
    changed(world, found, waits=False)
    parcel = world.parcel(order.parcel_id)
    if not _at_border(parcel):
        return  # somebody gave it another life meanwhile
    if found.status == DONE:
        world.resume(parcel)
    else:
        world.resume(turned_back(world, parcel))


def turned_back(world: World, parcel: Parcel) -> Parcel:
    """Give a parcel that may not leave its way back."""
    steps = journeys.story(world, parcel, "held")
    at = next(place for place, step in enumerate(steps) if step.code == HELD)
    return world.travel(parcel, steps[at:])


# -- what an order shows of it


def shown(world: World, order: Order) -> dict[str, Any]:
    """Return what an order shows besides its own fields."""
    if not is_declared(order):
        return {}
    found = declaration_of(world, order)
    if found is None:
        return {"declaration-status": NEW}
    told = order.fields["customs-declaration"]
    read_back: dict[str, Any] = {"status": found.status}
    read_back |= {"entry-number": found.entry_number} if found.entry_number else {}
    read_back |= {"registration-date": _moment(found.registered_ms)} if found.registered_ms else {}
    if found.decision:
        read_back |= {"customs-decision": found.decision, "decision-date": _moment(found.decision_ms)}
        read_back |= {"decision-description": found.description}
    read_back |= {"fts-error": found.error} if found.error else {}
    read_back |= {"customs-comments": found.question} if found.question else {}
    read_back |= {"comments": found.answer} if found.answer else {}
    return {
        "customs-declaration": {**told, **read_back},
        "declaration-status": found.status,
        "mpo-declaration": base64.b64encode(as_xml(order, found).encode("utf-8", "replace")).decode(),
    }


def _moment(at_ms: int) -> str:
    """Return `2026-07-11T05:17:21.263Z`."""
    seconds, ms = divmod(at_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"


def as_xml(order: Order, found: Declaration) -> str:
    """Return the declaration as it went to customs; the element names are ours, nothing of the real ones is public."""
    told = order.fields["customs-declaration"]
    head = "".join(
        f"<{name}>{_plain(told[name])}</{name}>"
        for name in ("currency", "entries-type", "invoice-number", "license-number", "certificate-number", "ioss-code")
        if told.get(name)
    )
    rows = "".join(
        "<entry>" + "".join(f"<{name}>{_plain(value)}</{name}>" for name, value in entry.items()) + "</entry>"
        for entry in told.get("customs-entries", ())
    )
    attributes = f"barcode={quoteattr(order.barcode)} country={quoteattr(str(order.mail_direct))}"
    number = f" number={quoteattr(found.entry_number)}" if found.entry_number else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><declaration {attributes}{number}>{head}{rows}</declaration>'


def _plain(value: object) -> str:
    return escape("".join(letter if letter.isprintable() else " " for letter in str(value)))
