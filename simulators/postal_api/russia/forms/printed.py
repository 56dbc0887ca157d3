"""Printed forms over the wire.

Wire contract: `postal_api_russia` §2.6. Every id in a path is what the contract says it is: the internal id of an
order, a batch's name, a return's number; none of the others is found there.
"""

from datetime import date

import msgspec

from ....core.world import World
from ....wire.call import Answer, Call
from ....wire.moscow import day as day_of
from ..answers import BadRequest, Operations, Refused, internal, missing
from ..filing import Filed, filed
from ..otpravka.account import account_now
from ..records import Batch, Order, by_barcode, find_batch, find_order, orders_of
from ..settings import Switches
from . import exports
from .address_labels import PAPER, SIZES, THERMO, return_label
from .contents import completeness_act
from .customs_rule import form_of
from .documents import list_pdf
from .files import PDF, ZIP, file_answer, pdf_answer, zipped
from .item import recipient, sender
from .labels import ZPL, as_zpl
from .money_order import money_order
from .notices import ONE_SIDED, TWO_SIDED
from .sheets_of import BEFORE, UNPRINTED, batch_sheets, is_cod, label_sheets, order_sheets

SIDE_NAMES = ("print-type-form", "print-type-from", "print-type-forms", "print-form-type")  # four spellings in the wild
FORBIDDEN = "Forbidden mail type"

SWITCHES = Switches(
    choices={
        "label_format": ("pdf", "zpl"),
        "print_order_num": (True, False),
        "print_comment": (True, False),
    }
)

routes = Operations()


@routes.get("/1.0/forms/{key}/f7pdf")
def f7(call: Call) -> Answer:
    """Give the address label of an order."""
    order, account = _order(call), account_now(call.world)
    if SWITCHES.choice(call.world, "label_format") == "zpl":
        return file_answer(as_zpl(order, account), ZPL, f"f7-{order.id}")
    return pdf_answer(label_sheets(order, account, _day(call), _print_type(call)), f"f7-{order.id}")


@routes.get("/1.0/forms/{key}/f112pdf")
def f112(call: Call) -> Answer:
    """Give the money order of an order with cash on delivery."""
    order = _order(call)
    if not is_cod(order):
        raise _wrong(f"Order {order.id} is not cash on delivery: {order.mail_category}")
    return pdf_answer([money_order(order, account_now(call.world), _day(call))], f"f112-{order.id}")


@routes.get("/1.0/forms/backlog/{key}/forms")
def forms_before_batching(call: Call) -> Answer:
    """Give the forms of an order in the folder "new"."""
    order = find_order(call.world, call.params["key"]) if _is_id(call.params["key"]) else None
    if order is None or order.batch:
        raise missing("BacklogTuple", call.params["key"][:60])
    if order.mail_type not in BEFORE and not order.is_abroad:
        raise _wrong(FORBIDDEN)
    return _forms(call, _printable(call.world, order), batched=False)


@routes.get("/1.0/forms/{key}/forms")
def forms_after_batching(call: Call) -> Answer:
    """Give the forms of an order in a batch."""
    order = _order(call)
    if not order.batch:
        raise missing("ShipmentTuple", order.id)
    return _forms(call, order, batched=True)


def _forms(call: Call, order: Order, *, batched: bool) -> Answer:
    world, day, sides = call.world, _day(call), _sides(call)
    account, print_type = account_now(world), _print_type(call)
    form = form_of(world, order)
    sheets = order_sheets(order, form, account, day, print_type, batched=batched, notice_form=sides)
    return pdf_answer(sheets, f"forms-{order.id}")


@routes.get("/1.0/forms/{key}/f103pdf")
def f103(call: Call) -> Answer:
    """Give the list of a batch that is checked in, as it was then."""
    found = _filed(call)
    return file_answer(list_pdf(found), PDF, f"F103-{found.batch.name}")


@routes.get("/1.0/forms/{key}/zip-all")
def zip_all(call: Call) -> Answer:
    """Give all forms of a batch that is checked in. A large one's take seconds, so they are drawn beside the loop."""
    found, print_type, sides = _filed(call), _print_type(call), _sides(call)
    account, orders = account_now(call.world), orders_of(call.world, found.batch)
    shown = [(as_printed(call.world, order), form_of(call.world, order)) for order in orders]

    def made() -> bytes:
        sheets = batch_sheets(shown, account, found.batch.sending_date, print_type, sides)
        files = {
            "Export.xls": exports.as_xls(found.batch, orders),
            "Export.csv": exports.as_csv(found.batch, orders),
            "F103.pdf": list_pdf(found),
        }
        if sheets:
            files["forms.pdf"] = pdf_answer(sheets, "").body
        return zipped(files)

    answer = file_answer(b"", ZIP, f"all-{found.batch.name}")
    answer.later = made
    return answer


@routes.get("/1.0/forms/{key}/completeness-checking-form")
def completeness_form(call: Call) -> Answer:
    """Give the act of checking contents, of the batch's orders with that service."""
    batch = _batch(call)
    orders = [order for order in orders_of(call.world, batch) if order.flag("completeness-checking")]
    if not orders:
        raise _wrong(f"Batch {batch.name} has no order with completeness-checking")
    shown = filed(call.world, batch.name)
    sheets = completeness_act(shown.batch if shown else _dated(call.world, batch), orders, account_now(call.world))
    return pdf_answer(sheets, f"completeness-{batch.name}")


@routes.get("/1.0/forms/{key}/easy-return-pdf")
def easy_return(call: Call) -> Answer:
    """Give the label of a return, by its own number."""
    order = by_barcode(call.world, call.params["key"])
    if order is None or order.mail_type != "EASY_RETURN":
        raise missing("ReturnShipment", call.params["key"][:60])
    source, target = sender(order, account_now(call.world)), recipient(order)
    return pdf_answer(
        [return_label(order, order.return_of, source, target, _print_type(call))], f"easy-return-{order.barcode}"
    )


def _order(call: Call) -> Order:
    key = call.params["key"]
    order = find_order(call.world, key) if _is_id(key) else None
    if order is None:
        raise missing("BacklogTuple", key[:60])
    return _printable(call.world, order)


def _printable(world: World, order: Order) -> Order:
    """Return an order as it is printed.

    Raises:
        Refused: its kind has no forms, or it has no number yet.
    """
    if order.mail_type in UNPRINTED:
        raise _wrong(FORBIDDEN)
    if not order.barcode:
        raise _wrong(f"Order {order.id} has no barcode yet")
    return as_printed(world, order)


def as_printed(world: World, order: Order) -> Order:
    """Return an order without what the tenant's settings keep off its forms."""
    hidden = {
        name: ""
        for name, switch in (("order-num", "print_order_num"), ("comment", "print_comment"))
        if not SWITCHES.choice(world, switch)
    }
    return msgspec.structs.replace(order, fields={**order.fields, **hidden}) if hidden else order


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 14


def _batch(call: Call) -> Batch:
    batch = find_batch(call.world, call.params["key"])
    if batch is None:
        raise internal(f"Batch {call.params['key'][:60]} not found")
    return batch


def _dated(world: World, batch: Batch) -> Batch:
    return msgspec.structs.replace(batch, list_date=day_of(world.now_ms))


def _filed(call: Call) -> Filed:
    batch = _batch(call)
    found = filed(call.world, batch.name)
    if found is None:
        raise BadRequest(f"Batch {batch.name} is not checked in")
    return found


def _wrong(desc: str) -> Refused:
    return Refused(400, {"code": "1002", "desc": desc, "sub-code": "INTERNAL_ERROR"})


def _day(call: Call) -> str:
    """Return the sending date, today where none is told."""
    told = call.query.get("sending-date", "").strip()
    if not told:
        return day_of(call.world.now_ms)
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        message = f"Failed to convert value of parameter 'sending-date': {told[:40]!r}; allowed: yyyy-MM-dd"
        raise BadRequest(message) from None


def _print_type(call: Call) -> str:
    told = call.query.get("print-type", "").strip().upper() or PAPER
    if told not in SIZES:
        raise BadRequest(f"Parameter 'print-type' is {told[:40]!r}; allowed: {PAPER}, {THERMO}")
    return told


def _sides(call: Call) -> str:
    told = next((call.query[name] for name in SIDE_NAMES if call.query.get(name)), ONE_SIDED).strip().upper()
    if told not in (ONE_SIDED, TWO_SIDED):
        raise BadRequest(f"Parameter '{SIDE_NAMES[0]}' is {told[:40]!r}; allowed: {ONE_SIDED}, {TWO_SIDED}")
    return told
