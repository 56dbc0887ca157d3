"""Sendings over the wire: register several in one request, of which some may be refused.

Wire contract: `courier_api` §4 `CreateShipment`, `createsending`; §6 CF-32.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ...core.parcel import Booked, Parcel
from ...core.world import NUMBERS, World
from ...wire.call import Answer, Call
from . import journeys, settings
from .body import Fields, document
from .errors import PARAMETERS, UNEXPECTED, Operations, Refused, error_row, json
from .postamats import City, cities, city_named, postamats
from .prices import offer, zone
from .records import Place, Sending, index_code, keep
from .sending_fields import read_sending
from .statuses import REGISTERED
from .wire_values import with_check_digit

FIRST_NUMBER = 15_900_000_000
FIRST_BARCODE = 20_300_000_000
SENDINGS_MOST = 1_000

routes = Operations()


@routes.post("/CreateShipment")
def create_shipment(call: Call) -> Answer:
    """Register sendings of one or more places; the answer has two lists."""
    return _created(call)


@routes.post("/createsending")
def createsending(call: Call) -> Answer:
    """Register sendings of one place, in the older form with a flat barcode."""
    return _created(call)


def _created(call: Call) -> Answer:
    world = call.world
    return each_told(call, lambda row: created_row(_register(world, read_sending(world, row))))


def each_told(call: Call, made: Callable[[Fields], dict[str, Any]]) -> Answer:
    """Return the answer of two lists: what was made of each sending of a request, or why nothing was."""
    created, rejected = [], []
    for row in document(call).rows("Sendings", most=SENDINGS_MOST, required=True):
        try:
            created.append(made(Fields(row, "Sending")))
        except Refused as refused:
            rejected.append({"EDTN": _edtn(row), **error_row(refused)})
    return json({"CreatedSendings": created, "RejectedSendings": rejected})


def _edtn(row: Any) -> str:
    """Return the client's own mark of a sending, "" where it has none that can be told."""
    found = next((row[key] for key in row if key.lower() == "edtn"), "") if isinstance(row, dict) else ""
    return str(found)[:50] if isinstance(found, str | int) else ""


def created_row(sending: Sending) -> dict[str, Any]:
    """Return the row of a sending: `Barcode` beside `Places` is the older form's, which recorded answers have too."""
    return {
        "EDTN": sending.edtn,
        "InvoiceNumber": sending.number,
        "Barcode": sending.places[0].barcode,
        "Places": [{"GCBarCode": place.gc_barcode, "Barcode": place.barcode} for place in sending.places],
        "SenderCode": sending.sender_code,
    }


def _register(world: World, draft: Sending) -> Sending:
    """Give a sending its numbers and its life, or refuse it before anything is kept."""
    _check_numbers(world, draft)
    number = str(FIRST_NUMBER + world.count("pickpoint.number"))
    sending = take_in(world, replace(draft, number=number, cost_minor=cost_minor(world, draft)))
    parcel = world.parcel(sending.id)
    world.travel(parcel, journeys.story(world, parcel, journeys.chosen_story(world, sending)))
    return sending


def take_in(world: World, draft: Sending) -> Sending:
    """Keep a new sending that has its number, with its parcel; every barcode of it names the parcel."""
    places = tuple(_with_barcode(world, place) for place in draft.places)
    sending = replace(
        draft, id=f"pickpoint-{draft.number}", places=places, formed=((REGISTERED, world.now_ms),), made_ms=world.now_ms
    )
    keep(world, sending)
    if not sending.return_of:  # the shop's number is that of the way there
        index_code(world, sending.sender_code, sending.id)
    parcel = Parcel(
        sending.id,
        settings.NAME,
        sending.number,
        sending.number if sending.return_of else sending.sender_code,
        (Booked(world.now_ms),),
        return_of=sending.return_of,
    )
    world.add(parcel)
    for place in places:
        world.store.put(NUMBERS, f"{settings.NAME}/{place.barcode}", sending.id)
    return sending


def _check_numbers(world: World, draft: Sending) -> None:
    if settings.choice(world, "number_range") == "exhausted":
        raise Refused(UNEXPECTED, "Непредвиденная ошибка: нет свободных номеров отправлений")
    for place in draft.places:
        if place.barcode and world.store.get(NUMBERS, f"{settings.NAME}/{place.barcode}"):
            raise Refused(PARAMETERS, f"Штрих-код {place.barcode} уже используется")


def _with_barcode(world: World, place: Place) -> Place:
    """Return a place with its barcode: the client's own, or the next that nobody has."""
    barcode = place.barcode
    while not barcode:
        barcode = with_check_digit(str(FIRST_BARCODE + world.count("pickpoint.barcode")))
        if world.store.get(NUMBERS, f"{settings.NAME}/{barcode}"):
            barcode = ""
    return replace(place, barcode=barcode)


def cost_minor(world: World, draft: Sending) -> int:
    """Return what the delivery of all places costs, VAT inside."""
    place = zone(sender_city(draft), postamats()[draft.postamat].city)
    rate = settings.number(world, "vat_rate")
    offers = (offer(place, draft.delivery_mode, part.mass_g, part.sides_mm, rate) for part in draft.places)
    return sum(found.gross_minor for found in offers)


def sender_city(sending: Sending) -> City:
    """Return the city a sending starts from: Moscow, where none was given or none of that name is known."""
    return city_named(*sending.sender_city) or city_named(sending.sender_city[0]) or cities()[0]
