"""A parcel's label: as the file that the carrier makes, and as a picture."""

from ...core.errors import Rejected
from ...core.parcel import Parcel
from ...core.world import World
from ...wire.call import Answer
from ...wire.carrier import Carrier, ReportFile
from ...wire.routes import Routes
from .pages import HEADERS, file
from .pictures import Pictures, Undrawable
from .table import on
from .visit import Missing, Visit

routes = Routes()

FORMATS = ("pdf", "zpl")
TEMPLATE = "/t/{tenant}/parcels/{parcel}/label"
_pictures = Pictures()


@on(routes, "GET", f"{TEMPLATE}.png")
async def label_picture(visit: Visit) -> Answer:
    try:
        drawn = _pictures.png(_label(visit, "pdf").body)
    except Undrawable as error:
        raise Missing(str(error)) from error
    return Answer(200, drawn, {**HEADERS, "Content-Type": "image/png", "Cache-Control": "private, max-age=60"})


@on(routes, "GET", f"{TEMPLATE}.pdf")
async def label_pdf(visit: Visit) -> Answer:
    found = _label(visit, "pdf")
    return file(found.body, found.content_type, found.name)


@on(routes, "GET", f"{TEMPLATE}.zpl")
async def label_zpl(visit: Visit) -> Answer:
    found = _label(visit, "zpl")
    return file(found.body, "text/plain; charset=utf-8", found.name)


def formats_of(world: World, parcel: Parcel, carrier: Carrier) -> list[str]:
    """Return the formats in which the carrier has a label for a parcel as it is now."""
    return [form for form in FORMATS if label_of(world, parcel, carrier, form) is not None]


def label_of(world: World, parcel: Parcel, carrier: Carrier, form: str) -> ReportFile | None:
    if carrier.label is None:
        return None
    try:
        return carrier.label(world, parcel, form)
    except Rejected:
        return None


def _label(visit: Visit, form: str) -> ReportFile:
    found = label_of(visit.world, visit.parcel, visit.carrier(visit.parcel.carrier), form)
    if found is None:
        raise Missing(f"The carrier has no {form.upper()} label for this parcel now.")
    return found
