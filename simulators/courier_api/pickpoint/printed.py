"""Labels: one page a place, its barcode the place's twelve digits in Interleaved 2 of 5.

Wire contract: `courier_api` §4 `makelabel`, `makezlabel`, "Barcode". What else stands on a label is ours.
"""

from ...core.parcel import Parcel
from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.carrier import ReportFile
from ...wire.labels import A4, LABEL_100X150, RUSSIAN, Label, PageSize, Symbology, pdf_many, zpl
from .body import document
from .errors import PDF, UNEXPECTED, Operations, Refused
from .lookup import several_named, state
from .postamats import postamats
from .records import SENDINGS, Place, Sending
from .statuses import BEFORE_ACCEPTANCE
from .tracking import INVOICES_MOST
from .wire_values import roubles_text

MARK = "PickPoint"
SERVICES = {1: "Стандарт", 2: "Приоритет"}

routes = Operations()


@routes.post("/makelabel", gives="pdf")
def makelabel(call: Call) -> Answer:
    """Print labels on A4 sheets."""
    return _labels(call, A4)


@routes.post("/makezlabel", gives="pdf")
def makezlabel(call: Call) -> Answer:
    """Print labels in the size of a label printer; a PDF too."""
    return _labels(call, LABEL_100X150)


def _labels(call: Call, size: PageSize) -> Answer:
    world = call.world
    found = several_named(world, document(call).texts("Invoices", most=INVOICES_MOST, required=True))
    for sending in found:
        code = state(world, sending).code
        if code not in BEFORE_ACCEPTANCE:
            raise Refused(UNEXPECTED, f"Этикетка {sending.number} печатается в статусах 101-104, статус {code}")
    labels = [label_of(sending, place) for sending in found for place in sending.places]
    return Answer(200, pdf_many(labels, size), {"Content-Type": PDF})


def label(world: World, parcel: Parcel, form: str) -> ReportFile | None:
    """Return a label as the control API and `label preview` show it, in any state; the carrier itself gave no ZPL."""
    sending = world.store.get(SENDINGS, parcel.id)
    if sending is None or parcel.cancelled or form not in ("pdf", "zpl"):
        return None
    labels = [label_of(sending, place) for place in sending.places]
    body = pdf_many(labels, LABEL_100X150) if form == "pdf" else b"".join(map(zpl, labels))
    return ReportFile(f"{sending.number}.{form}", f"application/{form}", body)


def label_of(sending: Sending, place: Place) -> Label:
    """Return the label of one place."""
    point = postamats()[sending.postamat]
    city = point.city
    position = sending.places.index(place) + 1
    home = sending.unclaimed_return or sending.client_return
    return Label(
        mark=MARK,
        service=f"{SERVICES[sending.delivery_mode]} {sending.postamat}",
        sender=tuple(
            line
            for line in (
                home.organisation or home.person if home else f"ИКН {sending.ikn}",
                home.address if home else "",
                " ".join(filter(None, sending.sender_city)),
            )
            if line
        ),
        recipient=(
            sending.recipient,
            sending.phone,
            f"{point.title} {point.number}",
            f"{point.address}, д. {point.house}",
            f"{city.name}, {city.region}",
        ),
        postal_code=city.postal_code,
        mass_g=place.mass_g,
        reference=sending.sender_code,
        number=place.barcode,
        cod=f"{roubles_text(sending.sum_minor)} RUB" if sending.sum_minor else "",
        extra=(f"КО {sending.number} ({position}/{len(sending.places)})", place.gc_barcode or sending.description),
        captions=RUSSIAN,
        symbology=Symbology.INTERLEAVED,
    )
