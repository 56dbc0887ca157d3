"""The acts: of money returned to the client, and of goods returned.

Wire contract: `courier_api` §4 "Settlement", §7: the answers' schema is not known from the vendor. Keys of the act of
money are those of one public client's typings; the act of goods is made after them. Guessed.
"""

from typing import Any

from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.moscow import day, day_start_ms
from ...wire.paydesk import Line, Report
from . import settings
from .body import Fields, document
from .errors import NO_DATA, Operations, Refused, json
from .lookup import every
from .payouts import DESK
from .records import SENDINGS, Sending
from .sending_fields import ikn_of
from .tracking import span
from .wire_values import day_text, roubles

routes = Operations()


@routes.post("/getmoneyreturnorder")
def getmoneyreturnorder(call: Call) -> Answer:
    """Tell the acts by which money was returned: one by its number, or those of a span of days."""
    world, fields = call.world, document(call)
    number, (first_ms, last_ms) = _asked(world, fields)
    found = [
        report
        for report in DESK.reports(world)
        if (report.number == number if number else first_ms <= day_start_ms(report.payment_date) <= last_ms)
    ]
    return _told(world, [_money_act(world, report) for report in found])


@routes.post("/getproductreturnorder")
def getproductreturnorder(call: Call) -> Answer:
    """Tell the acts by which goods were returned, oldest first."""
    world, fields = call.world, document(call)
    number, (first_ms, last_ms) = _asked(world, fields)
    acts: dict[str, list[Sending]] = {}
    for sending in every(world):
        wanted = sending.return_document == number if number else first_ms <= sending.return_document_ms <= last_ms
        if sending.return_document and wanted:
            acts.setdefault(sending.return_document, []).append(sending)
    oldest_first = sorted(acts.items(), key=lambda act: (_day_of(act[1]), act[0]))
    return _told(world, [_goods_act(world, key, found) for key, found in oldest_first])


def _asked(world: World, fields: Fields) -> tuple[str, tuple[int, int]]:
    ikn_of(world, fields)
    return fields.text("DocumentNumber", most=50), span(fields, "DateFrom", "DateEnd")


def _told(world: World, acts: list[dict[str, Any]]) -> Answer:
    if not acts:
        raise Refused(NO_DATA, "Данные не найдены")
    if settings.choice(world, "act_shape") == "object":
        return json({"Documents": acts, "Error": ""})
    return json(acts)


def _money_act(world: World, report: Report) -> dict[str, Any]:
    return {
        "DocumentNumber": report.number,
        "Date": day_text(world, day_start_ms(report.payment_date)),
        "PayOrderNumber": report.payment_order,
        "Invoices": [_paid(world, line) for line in report.lines],
        "TotalNPSum": roubles(sum(line.collected_minor for line in report.lines)),
        "TotalRetSum": roubles(report.sum_minor),
        "Error": "",
    }


def _paid(world: World, line: Line) -> dict[str, Any]:
    sending = world.store.get(SENDINGS, line.parcel)
    return {
        "InvoiceNumber": line.tracking,
        "GCInvoiceNumber": line.order,
        "NPSum": roubles(line.collected_minor),
        "RetSum": roubles(line.transfer_minor),
        "AgencyFee": roubles(line.agent_minor),
        "Encloses": _encloses(sending) if sending else [],
    }


def _goods_act(world: World, number: str, found: list[Sending]) -> dict[str, Any]:
    return {
        "DocumentNumber": number,
        "Date": day_text(world, day_start_ms(_day_of(found))),
        "Invoices": [
            {
                "InvoiceNumber": sending.number,
                "GCInvoiceNumber": sending.sender_code,
                "ReturnInvoiceNumber": sending.return_number,
                "ReturnDeliveryDate": day_text(world, sending.return_delivered_ms),
                "Encloses": _encloses(sending),
            }
            for sending in found
        ],
        "Error": "",
    }


def _day_of(found: list[Sending]) -> str:
    return day(min(sending.return_document_ms for sending in found))


def _encloses(sending: Sending) -> list[dict[str, str]]:
    return [{"Barcode": place.barcode, "GCBarcode": place.gc_barcode} for place in sending.places]
