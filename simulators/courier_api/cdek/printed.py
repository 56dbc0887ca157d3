"""What is printed: a label for each package, a waybill for each order, as often as copies are asked for.

Wire contract: `courier_api` §1.7, §2.5. Symbology and layout are evidenced nowhere: Code 128 of the carrier's number
and of the package's barcode, and our own design (inferred).
"""

from collections.abc import Sequence

from ...core.parcel import Parcel
from ...core.world import World
from ...wire.carrier import ReportFile
from ...wire.labels import A4, A6, SIZES, Label, pdf_many, pdf_papers, zpl
from . import geography, offices
from .form_words import captions, words_in
from .judgement import to_collect_minor
from .papers import Paper
from .prealerts import number_of
from .records import ORDERS, Form, Order, Package
from .tariffs import TARIFFS, tariff_name
from .waybills import waybill
from .wire_values import roubles_text

MARK = "CDEK"
PARTIES = (("sender", "from_location", "shipment_point"), ("recipient", "to_location", "delivery_point"))


def paper_of(world: World, order: Order) -> Paper:
    """Return what a form keeps of an order, so that it stays as it was printed."""
    return Paper(order, number_of(world, order))


def pdf_of(world: World, form: Form, papers: Sequence[Paper]) -> bytes:
    """Return the form's PDF: orders as they were asked for, the copies of one page after each other."""
    if form.kind == "orders":
        documents = [
            waybill(paper.order, form.look, parties_of(world, paper.order), prealert=paper.prealert) for paper in papers
        ]
        return pdf_papers(documents, A4, form.copies)
    labels = [label_of(world, paper, package, form.lang) for paper in papers for package in paper.order.packages]
    return pdf_many(labels, SIZES[form.look], form.copies)


def label(world: World, parcel: Parcel, form: str) -> ReportFile | None:
    """Return a parcel's labels as the control API and `label preview` show them; the carrier itself offers no ZPL."""
    order = world.store.get(ORDERS, parcel.id)
    if form not in ("pdf", "zpl") or order is None or order.state != "CREATED":
        return None
    labels = [label_of(world, paper_of(world, order), package, "RUS") for package in order.packages]
    body = pdf_many(labels, A6) if form == "pdf" else b"".join(map(zpl, labels))
    return ReportFile(f"{order.cdek_number}.{form}", f"application/{form}", body)


def label_of(world: World, paper: Paper, package: Package, lang: str) -> Label:
    """Return the label of one package."""
    order, words = paper.order, words_in(lang)
    place = order.packages.index(package) + 1
    amount_minor = 0 if order.is_back else to_collect_minor(order)
    sender, recipient = parties_of(world, order)
    return Label(
        mark=MARK,
        service=tariff_name(order.tariff) if order.tariff in TARIFFS else str(order.tariff),
        sender=sender,
        recipient=recipient,
        postal_code=str(order.echo.get("to_location", {}).get("postal_code") or order.delivery_point),
        mass_g=package.mass_g,
        reference="" if order.number == order.uuid else order.number,
        number=order.cdek_number,
        cod=f"{roubles_text(amount_minor)} RUB" if amount_minor else "",
        extra=(
            f"{package.number} ({place}/{len(order.packages)})",
            f"{words.prealert}: {paper.prealert}" if paper.prealert else "",
        ),
        captions=captions(words),
        second=package.barcode,
    )


def parties_of(world: World, order: Order) -> tuple[tuple[str, ...], ...]:
    """Return the sender's and the recipient's lines. Who sends without a name is the contract's client."""
    return tuple(
        _lines(order, *keys, company=world.name if keys[0] == "sender" and not order.is_back else "")
        for keys in PARTIES
    )


def _lines(order: Order, party: str, place: str, point: str, *, company: str) -> tuple[str, ...]:
    contact, location = order.echo.get(party, {}), order.echo.get(place, {})
    phones = contact.get("phones", [])
    lines = (
        contact.get("name", ""),
        contact.get("company", "") or company,
        *_place(order, location, getattr(order, point), order.origin if party == "sender" else order.target),
        f"+{phones[0]['number']}" if phones else "",
    )
    return tuple(str(line) for line in lines if line)


def _place(order: Order, location: dict[str, object], point: str, code: int) -> tuple[str, str]:
    """Return the address and the town: as they were told, else as our office or city is known."""
    office = offices.office(point) if point else None
    if office is not None:
        return f"{office.code}, {offices.office_location(office)['address']}", office.city.name
    city = geography.cities().get(code)
    known = {"city": city.name, "country_code": city.country} if city else {}
    told = {**known, **location}
    town = " ".join(str(told[key]) for key in ("postal_code", "city", "country_code") if told.get(key))
    return str(location.get("address", "") or point), town
