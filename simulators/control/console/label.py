"""A parcel's label: as the file that the carrier makes, and as a picture."""

from ...core.errors import Rejected
from ...core.parcel import Parcel
from ...core.world import World
from ...wire.call import Answer
from ...wire.carrier import Carrier, ReportFile
from ...wire.routes import Routes
from .pages import HEADERS, file
from .pictures import Pictures, Undrawable, page_count
from .table import on
from .visit import Missing, Visit

routes = Routes()

FORMATS = ("pdf", "zpl")
MOST_SHEETS = 6  # of one label on a page; the file has all
TEMPLATE = "/t/{tenant}/parcels/{parcel}/label"
_pictures = Pictures()


@on(routes, "GET", f"{TEMPLATE}.png")
async def label_picture(visit: Visit) -> Answer:
    try:
        asked = visit.call.query.get("sheet", "1")
        number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 0
        drawn = _pictures.png(_label(visit, "pdf").body, number)
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


def formats_of(world: World, parcel: Parcel, carrier: Carrier) -> dict[str, int]:
    """Return the formats in which the carrier has a label for a parcel as it is now, and how many sheets to show."""
    found = {form: label_of(world, parcel, carrier, form) for form in FORMATS}
    return {
        form: min(page_count(file.body), MOST_SHEETS) if form == "pdf" else 1
        for form, file in found.items()
        if file is not None
    }


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
