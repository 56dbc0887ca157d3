"""Tracking: one sending, several, what changed in a span of time, and the dictionary of states.

Wire contract: `courier_api` §4 `tracksending`, `tracksendings`, `getInvoicesChangeState`, `getstates`.
"""

from typing import Any

from ...core.parcel import Scan
from ...core.world import World
from ...wire.call import Answer, Call
from . import settings
from .body import Fields, document
from .errors import Operations, json
from .journeys import PARTIAL
from .lookup import every, history, named, several_named
from .records import Sending
from .sending_fields import POSTAGE_TYPES
from .session import OPEN_TO_ALL
from .statuses import ROWS, Row
from .wire_values import moment, read_moment

INVOICES_MOST = 1_000
LATEST_MS = 253_370_764_800_000
HOUR_MS = 3_600_000

routes = Operations()


@routes.get("/getstates", static=True, **{OPEN_TO_ALL: True})
def getstates(call: Call) -> Answer:
    """List the states."""
    return json([{"State": row.code, "StateText": row.text} for row in ROWS])


@routes.post("/tracksending")
def tracksending(call: Call) -> Answer:
    """Tell a sending's states in the order of time; with the switch, the present one only."""
    world = call.world
    sending = named(world, document(call))[-1]
    rows = states(world, sending)
    if settings.choice(world, "tracksending_shape") == "current":
        rows = rows[-1:]
    return json(rows)


@routes.post("/tracksendings")
def tracksendings(call: Call) -> Answer:
    """Tell the states of several sendings."""
    world = call.world
    found = several_named(world, document(call).texts("Invoices", most=INVOICES_MOST, required=True))
    return json(
        {
            "Invoices": [
                {
                    "InvoiceNumber": sending.number,
                    "SenderInvoiceNumber": sending.sender_code,
                    "States": states(world, sending),
                }
                for sending in found
            ],
            "ErrorCode": 0,
            "ErrorMessage": None,
        }
    )


def states(world: World, sending: Sending) -> list[dict[str, Any]]:
    return [
        {"State": row.code, "ChangeDT": _change_dt(world, at_ms), "StateMessage": row.text}
        for row, at_ms, _ in history(world, sending)
    ]


def _change_dt(world: World, at_ms: int) -> str:
    """Return when a state changed; with the switch to the hour only, so that several changes have one time."""
    if settings.choice(world, "change_times") == "hours":
        at_ms -= at_ms % HOUR_MS
    return moment(world, at_ms)


@routes.post("/getInvoicesChangeState")
def get_invoices_change_state(call: Call) -> Answer:
    """Tell every change of state in a span of time, place by place, in the order of time."""
    world, fields = call.world, document(call)
    first_ms, last_ms = span(fields, "DateFrom", "DateTo")
    wanted = fields.one_of("State", (0, *(row.code for row in ROWS)), default=0)
    postage = fields.one_of("PostageType", (0, *POSTAGE_TYPES), default=0)
    told = [
        (at_ms, sending, row, scan)
        for sending in every(world)
        if postage in (0, sending.postage_type)
        for row, at_ms, scan in history(world, sending)
        if first_ms <= at_ms <= last_ms and wanted in (0, row.code)
    ]
    told.sort(key=lambda change: change[0])
    return json([_change(world, *change, barcode) for change in told for barcode in _barcodes(change[1])])


def span(fields: Fields, first: str, last: str) -> tuple[int, int]:
    """Return the span of time that a request names, both ends in it; an absent end leaves it open.

    Raises:
        Refused: a date cannot be read.
    """
    bounds = []
    for key, end, default_ms in ((first, False, -LATEST_MS), (last, True, LATEST_MS)):
        text = fields.text(key, most=40)
        found = read_moment(text, end=end) if text else default_ms
        if found is None:
            raise fields.wrong(key, text, "нужна дата вида 16.01.14 или 16.01.14 00:28")
        bounds.append(found)
    return bounds[0], bounds[1]


def _barcodes(sending: Sending) -> list[str]:
    return [place.barcode for place in sending.places]


def _change(world: World, at_ms: int, sending: Sending, row: Row, scan: Scan | None, barcode: str) -> dict[str, Any]:
    reason = scan.reason if scan else ""
    return {
        "InvoiceNumber": sending.number,
        "SenderInvoiceNumber": sending.sender_code,
        "BarCode": barcode,
        "State": row.code,
        "VisualStateCode": row.code,
        "VisualState": row.text,
        "StateMessage": row.text,
        "Comment": "" if reason.startswith(PARTIAL) else reason,
        "ChangeDT": _change_dt(world, at_ms),
    }
