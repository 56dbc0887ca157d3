"""Batches over the wire: made, read, filled, dated, told to the office.

Wire contract: `postal_api_russia` §2.5, §2.7.
"""

from datetime import date
from typing import Any

from ....wire.call import Answer, Call
from ..answers import BadRequest, Operations, json, missing
from ..records import ARCHIVED, Batch, batches, find_order, orders_of
from . import batch_life, body
from .account import SWITCHES
from .batch_view import batch_shape, created_shape
from .codes import outcome, plain, told
from .order_view import in_batch
from .orders import created, found_by
from .registration import of_group

MOST = 10_000
routes = Operations()


@routes.post("/1.0/user/shipment")
def create_batch(call: Call) -> Answer:
    """Put orders into new batches."""
    world = call.world
    offset_s = _offset_s(call)
    online = body.query_flag(call, "use-online-balance") or False
    sending = body.query_date(call, "sending-date")
    made, done, errors = batch_life.created(world, body.ids(call), sending, offset_s, online=online)
    shown = {"batches": [created_shape(world, batch) for batch in made]} if made else {}
    return json(outcome(done, told(errors, _text_key(call)), **shown))


def _offset_s(call: Call) -> int:
    found = call.query.get("timezone-offset", "").strip()
    if not found:
        return batch_life.MOSCOW_S
    digits = found.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
        raise BadRequest(f"Failed to convert value of parameter 'timezone-offset': {found[:40]!r}")
    return int(found)


def _text_key(call: Call) -> str:
    return str(SWITCHES.choice(call.world, "batch_error_text"))


@routes.get("/1.0/batch")
def list_batches(call: Call) -> Answer:
    """List batches that are not archived; `mailType` and `mailCategory` choose, oldest first."""
    mail_type, category = (call.query.get(name, "").strip() for name in ("mailType", "mailCategory"))
    found = [
        batch
        for batch in batches(call.world)
        if batch.status != ARCHIVED
        and (not mail_type or batch.mail_type == mail_type)
        and (not category or batch.mail_category == category)
    ]
    return json([batch_shape(call.world, batch) for batch in page(call, found)])


def page(call: Call, found: list[Any]) -> list[Any]:
    """Return one page; whatever `sort` says but `desc` is ascending, no size is all."""
    size = body.query_whole(call, "size", MOST, MOST) or MOST
    start = body.query_whole(call, "page", 0, MOST) * size
    if call.query.get("sort", "").strip().lower() == "desc":
        found = found[::-1]
    return found[start : start + size]


@routes.get("/1.0/batch/{name}")
def read_batch(call: Call) -> Answer:
    """Return one batch."""
    return json(batch_shape(call.world, _named(call)))


def _named(call: Call) -> Batch:
    return batch_life.batch_named(call.world, call.params["name"])


@routes.get("/1.0/batch/{name}/shipment")
def list_batch_orders(call: Call) -> Answer:
    """List the orders of a batch, as they were put in."""
    found = orders_of(call.world, _named(call))
    return json([in_batch(call.world, order) for order in page(call, found)])


@routes.post("/1.0/batch/{name}/shipment")
def move_into_batch(call: Call) -> Answer:
    """Put orders of the folder "new" into a batch."""
    ids = body.ids(call)
    done, errors = batch_life.moved_in(call.world, _named(call), ids, call.query.get("group-name", "").strip())
    return json(outcome(done, told(errors, _text_key(call))))


@routes.put("/1.0/batch/{name}/shipment")
def create_in_batch(call: Call) -> Answer:
    """Make orders inside a batch; ids in their place are what the framework refuses."""
    given = body.orders(call)
    batch = _named(call)
    if not batch.is_open:
        return json(outcome([], plain([(place, "READONLY_STATE") for place in range(len(given))])))
    wanted = [{**order, "postoffice-code": order.get("postoffice-code") or batch.office} for order in given]
    done, errors = created(call.world, wanted, fits=lambda order: batch_life.misfit(batch, order))
    batch_life.added(call.world, batch, done)
    return json(outcome([order.id for order in done], errors))


@routes.post("/1.0/batch/{name}/sending/{year}/{month}/{day}")
def change_sending_date(call: Call) -> Answer:
    """Change the day on which a batch is handed in."""
    batch = _named(call)
    code = batch_life.redated(call.world, batch, _date(call))
    if code:
        return json({"error-code": code, "f103-sent": False})
    empty = SWITCHES.choice(call.world, "sending_answer") == "empty"
    return json({} if empty else {"f103-sent": batch.f103_sent})


def _date(call: Call) -> date:
    parts = [call.params[name] for name in ("year", "month", "day")]
    try:
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            raise ValueError
        return date(*map(int, parts))
    except ValueError:
        raise BadRequest(f"Failed to convert value '{'/'.join(parts)[:40]}': no date yyyy/M/d") from None


@routes.post("/1.0/batch/{name}/checkin", methods=("GET",))
def check_in_batch(call: Call) -> Answer:
    """Close a batch and send its list to the office."""
    batch = _named(call)
    online = body.query_flag(call, "useOnlineBalance") or False
    mail = body.query_flag(call, "sendEmail")
    return json(batch_life.checked_in(call.world, batch, online=online, mail=mail is not False))


@routes.delete("/1.0/shipment")
def delete_from_batch(call: Call) -> Answer:
    """Delete orders out of their batches."""
    done, errors = batch_life.deleted(call.world, body.ids(call))
    return json(outcome(done, plain(errors)))


@routes.get("/1.0/shipment/search")
def search_shipments(call: Call) -> Answer:
    """List the orders of batches with this number of the shop's or this ШПИ."""
    return json([in_batch(call.world, order) for order in found_by(call) if order.batch and not order.in_long_archive])


@routes.get("/1.0/shipment/by-group-name/{group}")
def shipments_by_group(call: Call) -> Answer:
    """List the orders of a multi-piece shipment that lie in batches."""
    return json([in_batch(call.world, order) for order in of_group(call.world, call.params["group"]) if order.batch])


@routes.get("/1.0/shipment/{id}")
def read_shipment(call: Call) -> Answer:
    """Return one order of a batch."""
    order = find_order(call.world, call.params["id"])
    if order is None or not order.batch or order.in_long_archive:
        raise missing("ShipmentTuple", call.params["id"])
    return json(in_batch(call.world, order))
