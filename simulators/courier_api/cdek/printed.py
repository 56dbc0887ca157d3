"""What is printed: a label or waybill per package and copy, its barcode the carrier's number.

Wire contract: `courier_api` §2.5. Symbology and layout are evidenced nowhere: Code 128 and our own label (inferred).
"""

from ...core.parcel import Parcel
from ...core.world import World
from ...wire.carrier import ReportFile
from ...wire.labels import A4, ENGLISH, RUSSIAN, SIZES, Label, PageSize, pdf_many
from .judgement import to_collect_minor
from .records import ORDERS, Form, Order, Package, Request
from .tariffs import TARIFFS, tariff_name
from .wire_values import roubles_text

MARK = "CDEK"
WAYBILL = "НАКЛАДНАЯ"


def pdf_of(form: Form, orders: list[Order]) -> bytes:
    """Return one PDF with a page per package and copy."""
    size: PageSize = SIZES.get(form.look, A4)
    labels = [label_of(form, order, package) for order in orders for package in order.packages]
    return pdf_many([label for label in labels for _ in range(form.copies)], size)


def label(world: World, parcel: Parcel, form: str) -> ReportFile | None:
    """Return a parcel's label as the control API shows it: the barcode form, one page a package; there is no ZPL."""
    order = world.store.get(ORDERS, parcel.id)
    if form != "pdf" or order is None or order.state != "CREATED":
        return None
    row = Request("", "CREATE", world.now_ms, "SUCCESSFUL")
    one = Form(order.uuid, "barcodes", ((order.uuid, ""),), 1, "A6", "RUS", "", world.now_ms, (), row)
    return ReportFile(f"{order.cdek_number}.pdf", "application/pdf", pdf_of(one, [order]))


def label_of(form: Form, order: Order, package: Package) -> Label:
    """Return the label of one package; its words are Russian unless the form asks for another language."""
    place = order.packages.index(package) + 1
    parts = f"{package.number} ({place}/{len(order.packages)})"
    amount_minor = 0 if order.is_back else to_collect_minor(order)
    captions = RUSSIAN if form.lang == "RUS" and form.look != "tpl_english" else ENGLISH
    return Label(
        mark=f"{MARK} {WAYBILL}" if form.kind == "orders" else MARK,
        service=tariff_name(order.tariff) if order.tariff in TARIFFS else str(order.tariff),
        sender=_party(order, "sender", "from_location", order.shipment_point),
        recipient=_party(order, "recipient", "to_location", order.delivery_point),
        postal_code=str(order.echo.get("to_location", {}).get("postal_code", "")),
        mass_g=package.mass_g,
        reference="" if order.number == order.uuid else order.number,
        number=order.cdek_number,
        cod=f"{roubles_text(amount_minor)} RUB" if amount_minor else "",
        extra=(parts, package.barcode),
        captions=captions,
    )


def _party(order: Order, party: str, place: str, point: str) -> tuple[str, ...]:
    contact, location = order.echo.get(party, {}), order.echo.get(place, {})
    phones = contact.get("phones", [])
    lines = (
        contact.get("name", ""),
        contact.get("company", ""),
        location.get("address", "") or point,
        " ".join(str(location[key]) for key in ("postal_code", "city", "country_code") if key in location),
        f"+{phones[0]['number']}" if phones else "",
    )
    return tuple(str(line) for line in lines if line)
