"""Labels: one page a place, its number as EAN-13.

Wire contract: `courier_api` §3 (`PrintBar`). What else stands on the carrier's label, and its size, is ours.
"""

from collections.abc import Iterable

from ...core.parcel import Parcel
from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.carrier import ReportFile
from ...wire.labels import LABEL_100X150, RUSSIAN, Label, Symbology, pdf_many, zpl
from . import points
from .answers import Operations, Refused, Wrong, json
from .body import Reader, document
from .jobs import JOBS
from .records import CARRIER, ORDERS, Order, order_of
from .regions import regions
from .wire_values import roubles_text

MARK = "IML"
SEPARATOR = "|"
PDF = "application/pdf"
MOST = 500

routes = Operations()


@routes.post("/json/PrintBar")
def link_label(call: Call) -> Answer:
    """Give the address of the labels of one order or several."""
    codes = _codes(call)
    _orders(call.world, codes)
    return json({"Url": f"{call.origin}/PrintBar?Barcode={SEPARATOR.join(codes)}"})


@routes.get("/json/PrintBar")
def print_label(call: Call) -> Answer:
    """Give the labels themselves, a page for each place of each order."""
    orders = _orders(call.world, _codes(call))
    body = pdf_many([label for order in orders for label in labels_of(order)], LABEL_100X150)
    name = f'inline; filename="{orders[0].barcode}.pdf"'
    return Answer(200, body, {"Content-Type": PDF, "Content-Disposition": name})


def _codes(call: Call) -> list[str]:
    reader = Reader(document(call))
    text = reader.text("BarCode", required=True, most=20_000)
    reader.refuse_if_wrong()
    codes = [code.strip() for code in text.split(SEPARATOR) if code.strip()]
    if not 0 < len(codes) <= MOST:
        raise Refused(Wrong("BarCode", f"BarCode: найдено {len(codes)} штрих-кодов, допустимо от 1 до {MOST}"))
    return list(dict.fromkeys(codes))


def _orders(world: World, codes: Iterable[str]) -> list[Order]:
    """Return the orders of these numbers, in that order, each once.

    Raises:
        Refused: with every number that is no order's.
    """
    found, wrong = {}, []
    for code in codes:
        parcel = world.by_number(CARRIER, code)
        if parcel is None or parcel.cancelled:
            wrong.append(Wrong("BarCode", f"BarCode: заказ со штрих-кодом {code[:40]} не найден"))
        else:
            found[parcel.id] = order_of(world, parcel.id)
    if wrong:
        raise Refused(*wrong)
    return list(found.values())


def labels_of(order: Order) -> list[Label]:
    """Return the label of each place."""
    job, start, end = JOBS[order.job], regions()[order.start], regions()[order.end]
    point = points.points().get(order.point)
    recipient = (order.contact, *((point.code,) if point else ()), order.address, end.description, order.phone)
    return [
        Label(
            mark=MARK,
            service=job.code,
            sender=(start.description,),
            recipient=tuple(line for line in recipient if line),
            postal_code=order.echo.get("PostCode") or order.echo.get("IndexTo") or end.post_index,
            mass_g=order.mass_g,
            reference=order.number,
            number=code,
            cod=f"{roubles_text(order.amount_minor)} RUB" if job.cash else "",
            extra=(f"Место {place}/{len(order.barcodes)}", order.post_number),
            captions=RUSSIAN,
            symbology=Symbology.EAN_13,
        )
        for place, code in enumerate(order.barcodes, 1)
    ]


def label(world: World, parcel: Parcel, form: str) -> ReportFile | None:
    """Return a parcel's labels as the control API and `label preview` show them; the carrier itself offers no ZPL."""
    order = world.store.get(ORDERS, parcel.id)
    if form not in ("pdf", "zpl") or order is None or order.removed:
        return None
    labels = labels_of(order)
    body = pdf_many(labels, LABEL_100X150) if form == "pdf" else b"".join(map(zpl, labels))
    return ReportFile(f"{order.barcode}.{form}", f"application/{form}", body)
