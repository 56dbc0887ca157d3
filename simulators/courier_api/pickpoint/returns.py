"""Client returns: the buyer brings delivered goods to a locker with a code, and they travel to the client.

Wire contract: `courier_api` §4 `makereturn`, `getreturninvoiceslist`; `createreturn` and `getreturn` by the vendor's
text as a public wrapper restates it. What `makereturn` answers is known by one public client's typings only.
"""

from typing import Any

from msgspec.structs import replace

from ...core.world import World
from ...wire.call import Answer, Call
from . import journeys, lookup
from .body import Fields, document
from .errors import OK, PARAMETERS, UNEXPECTED, Operations, Refused, json
from .lives import LONGEST_REASON
from .records import Place, Sending, changed, sending_of
from .sending_fields import ikn_of, phone_of
from .sendings import FIRST_NUMBER, created_row, each_told, take_in
from .statuses import RECEIVED
from .tracking import INVOICES_MOST, span
from .wire_values import moment

routes = Operations()


@routes.post("/makereturn")
def makereturn(call: Call) -> Answer:
    """Announce that the buyer brings a received sending back; the answer holds the code for the locker."""
    world, fields = call.world, document(call)
    direct = lookup.one_named(world, fields)
    made = _return_of(world, direct) or _announced(world, direct, fields.text("ReturnReason", most=LONGEST_REASON))
    return json([{"ReturnCode": made.return_code, "InvoiceNumber": made.number, "Error": ""}])


@routes.post("/createreturn")
def createreturn(call: Call) -> Answer:
    """Announce client returns of received sendings in the newer form, each with what the buyer says of it."""
    world = call.world
    return each_told(call, lambda row: _created(world, row))


def _created(world: World, row: Fields) -> dict[str, Any]:
    """Make a return of a sending that the invoice names; one that names none would be a postal return.

    Raises:
        Refused.
    """
    ikn_of(world, row)
    invoice = row.child("Invoice")
    number = invoice.text("InvoiceNumber", most=lookup.LONGEST) if invoice else ""
    if invoice is None or not number:
        raise Refused(PARAMETERS, "Возврат без InvoiceNumber (почтовый) не поддерживается")
    direct = lookup.by_number(world, number)
    if direct is None:
        raise lookup.not_found(number)
    if _return_of(world, direct) is not None:
        raise Refused(UNEXPECTED, f"Возврат отправления {number} уже зарегистрирован")
    reason = invoice.text("Description", most=LONGEST_REASON, required=True)
    phone, email = phone_of(invoice, "MobilePhone"), invoice.text("Email", most=256)
    made = _announced(world, direct, reason)
    made = changed(world, made, edtn=row.text("EDTN", most=50), phone=phone, email=email or made.email)
    return {**created_row(made), "ReturnCode": made.return_code}


def _return_of(world: World, direct: Sending) -> Sending | None:
    """Return the client return that was announced for a sending before."""
    return next((found for found in lookup.every(world) if found.return_of == direct.id), None)


def _announced(world: World, direct: Sending, reason: str) -> Sending:
    row = lookup.state(world, direct)
    if row.code != RECEIVED or direct.return_of:
        raise Refused(UNEXPECTED, f"Возврат возможен для полученного отправления (111), статус {row.code}")
    kept = tuple(replacement for place in direct.places if (replacement := _brought(place)) is not None)
    if not kept:
        raise Refused(UNEXPECTED, f"По отправлению {direct.number} получатель ничего не взял")
    number = str(FIRST_NUMBER + world.count("pickpoint.number"))
    sending = take_in(
        world,
        replace(
            direct,
            number=number,
            description=reason,
            sum_minor=0,
            prepaid_minor=0,
            places=kept,
            formed=(),
            reestr="",
            storage_until_ms=0,
            prolonged=False,
            return_number="",
            return_document="",
            return_document_ms=0,
            return_delivered_ms=0,
            return_of=direct.id,
            return_code=f"{100_000 + world.roll('pickpoint.return-code', number, 900_000)}",
        ),
    )
    sending = changed(world, sending, return_number=number)
    parcel = world.parcel(sending.id)
    world.travel(parcel, journeys.story(world, parcel, "delivered"))
    return sending


def _brought(place: Place) -> Place | None:
    """Return a place with what the buyer has of it; None when he has nothing."""
    goods = tuple(found for found in place.goods if not found.refused)
    return None if place.goods and not goods else replace(place, barcode="", gc_barcode="", goods=goods)


@routes.post("/getreturninvoiceslist")
def getreturninvoiceslist(call: Call) -> Answer:
    """List the client returns announced in a span of days."""
    world, fields = call.world, document(call)
    try:
        first_ms, last_ms = span(fields, "DateFrom", "DateTo")
    except Refused as refused:
        return json({"SendingsInfo": [], "Error": refused.message, "ErrorCode": refused.code})
    rows = [
        _listed(world, found)
        for found in lookup.every(world)
        if found.return_of and first_ms <= found.made_ms <= last_ms
    ]
    return json({"SendingsInfo": rows, "Error": ""})


def _listed(world: World, found: Sending) -> dict[str, Any]:
    return {
        "InvoiceNumber": found.number,
        "SenderInvoiceNumber": sending_of(world, found.return_of).sender_code,
        "Barcode": found.places[0].barcode,
        "ConsultantNumber": found.consultant,
        "DateOfCreate": moment(world, found.made_ms),
        "PhoneNumber": found.phone,
        "ReturnReason": found.description,
    }


@routes.post("/getreturn")
def getreturn(call: Call) -> Answer:
    """Tell the return's number and act of sendings that go back, those that do not left out."""
    world = call.world
    numbers = document(call).texts("Invoices", most=INVOICES_MOST, required=True)
    found = [sending for number in numbers for sending in _either(world, number) if sending.return_number]
    return json(
        {
            "SessionId": call.notes["session"],
            "ReturnInvoices": [
                {
                    "InvoiceNumber": sending.number,
                    "ReturnInvoiceNumber": sending.return_number,
                    "ReturnDocumentNumber": sending.return_document,
                    "ReturnBarcodes": [place.barcode for place in sending.places],
                }
                for sending in found
            ],
            "ErrorCode": OK,
            "ErrorMessage": "",
        }
    )


def _either(world: World, number: str) -> list[Sending]:
    """Return what the carrier's number names, or else the shop's."""
    found = lookup.by_number(world, number)
    several = [found] if found else lookup.by_code(world, number)
    if not several:
        raise lookup.not_found(number)
    return several
