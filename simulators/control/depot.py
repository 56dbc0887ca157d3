"""The depot: a parcel is handed in with the label that stands on it, and goes where a scanner sends it.

The machine there knows labels only. The rules are our own, for no contract documents what becomes of a parcel that
nothing can read: it is never scanned, and each vocabulary has a word for what is lost.
"""

import asyncio
from typing import Literal

import msgspec

from parcelproof.labelscan import Found, NoReader, Unreadable, scan

from ..core.parcel import Parcel, Scan, Step
from ..core.status import Status
from ..core.world import NUMBERS, World
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Carrier
from ..wire.routes import Routes
from .desk import ControlError, desk_of, on
from .reading import media_type
from .shapes import ParcelView, parcel_view

routes = Routes()

PDF, ZPL, PNG, BYTES = "application/pdf", "application/zpl", "image/png", "application/octet-stream"
MEDIA = (PDF, ZPL, PNG, BYTES)
MOST_PAGES = 4
Outcome = Literal["accepted", "another", "unscannable"]


class HandOverView(msgspec.Struct):
    """What became of a parcel at the depot. `codes` is what the scanner read, `problem` why it read nothing.

    `accepted`: it goes its way. `another`: the label is that of parcel `went_on_as`, under whose number it goes on.
    `unscannable`: nothing on it is a number of this carrier. In both of these the parcel itself stands still from now
    on, and is lost in the end.
    """

    outcome: Outcome
    codes: list[str]
    problem: str
    went_on_as: str | None
    parcel: ParcelView


@on(
    routes,
    "POST",
    "/tenants/{tenant}/parcels/{parcel}/hand-over",
    media=MEDIA,
    answers={200: HandOverView},
    refuses=(409,),
)
async def hand_over(call: Call) -> Answer:
    """Hand a parcel in at the depot, with the bytes of the label that stands on it (PDF, PNG or ZPL, four pages).

    A label that reads as this parcel's number lets it be accepted; any other lets it go astray.
    """
    kind = media_type(call)
    if kind not in MEDIA:
        raise ControlError(415, "Unsupported media type", f"send one of {', '.join(MEDIA)}, not {kind or 'nothing'}")
    _ready(*desk_of(call).parcel(call)[1:])
    codes, problem = await asyncio.to_thread(_read, call.body)
    world, parcel, carrier = desk_of(call).parcel(call)  # again: time may have passed while the label was read
    _ready(parcel, carrier)
    owners = [_owner(world, carrier, code) for code in codes]
    known = [owner for owner in owners if owner is not None]
    if parcel.id in {owner.id for owner in known}:
        return _answer("accepted", codes, problem, None, _accepted(world, parcel, carrier))
    lost = _left_behind(world, parcel, carrier)
    if not known:
        return _answer("unscannable", codes, problem or _unread(codes), None, lost)
    if not known[0].cancelled and not _is_under_way(known[0]):
        _accepted(world, known[0], carrier)
    return _answer("another", codes, problem, known[0].id, world.parcel(lost.id))


def _ready(parcel: Parcel, carrier: Carrier) -> None:
    if parcel.cancelled or _is_under_way(parcel):
        detail = (
            f"parcel {parcel.id} is {parcel.status} at {carrier.name}; only one that was not yet scanned is handed in"
        )
        raise ControlError(409, "Not to be handed in", detail)


def _is_under_way(parcel: Parcel) -> bool:
    """Tell whether anybody had it in hands: a carrier may note that a number was given, as if it were a scan."""
    return any(isinstance(fact, Scan) and fact.status is not Status.ANNOUNCED for fact in parcel.facts)


def _read(label: bytes) -> tuple[list[str], str]:
    """Return the codes on a label and why there are none. In a thread of its own: a label may be large."""
    try:
        found: list[Found] = scan(label, most_pages=MOST_PAGES)
    except NoReader as error:
        raise ControlError(409, "No reader", str(error)) from error
    except Unreadable as error:
        return [], str(error)
    return [code.text for code in found], "" if found else "There is no barcode on the label."


def _owner(world: World, carrier: Carrier, code: str) -> Parcel | None:
    parcel_id = world.store.get(NUMBERS, f"{carrier.name}/{code}")
    return None if parcel_id is None else world.parcel(parcel_id)


def _unread(codes: list[str]) -> str:
    return f"No code on the label is a number of this carrier: {', '.join(code[:40] for code in codes[:3])}."


def _accepted(world: World, parcel: Parcel, carrier: Carrier) -> Parcel:
    """Let the steps up to the first that moves it happen now, but for those that happened already."""
    noted = {fact.code for fact in parcel.facts if isinstance(fact, Scan)}
    for step in carrier.story(world, parcel, "delivered"):
        if step.code not in noted:
            parcel = _scanned(world, parcel, carrier, step)
        if _is_under_way(parcel):
            break
    return parcel


def _scanned(world: World, parcel: Parcel, carrier: Carrier, step: Step) -> Parcel:
    """Let a scan happen now: the journey's own where that comes next, else one beside it."""
    begins = parcel.journey[parcel.step : parcel.step + 1]
    scanned = carrier.scan(world, parcel, Step(0, step.code, step.place, step.reason))
    if begins and begins[0].code == step.code and (scanned.journey, scanned.step) == (parcel.journey, parcel.step):
        if scanned.due:
            world.store.cut([scanned.due])
        world.skip_step(scanned)
    return world.parcel(parcel.id)


def _left_behind(world: World, parcel: Parcel, carrier: Carrier) -> Parcel:
    """Let the parcel stand still as long as one that is lost on the way is looked for, and then be lost."""
    search = carrier.story(world, parcel, "lost") if "lost" in carrier.stories else ()
    if not search:
        return world.travel(parcel, ())
    end = search[-1]
    wait_ms = sum(step.after_ms for step in search)
    return world.travel(parcel, (Step(wait_ms, end.code, end.place, end.reason),))


def _answer(outcome: Outcome, codes: list[str], problem: str, other: str | None, parcel: Parcel) -> Answer:
    return json_answer(HandOverView(outcome, codes, problem, other, parcel_view(parcel)))
