"""Labels (§4.2): made from the order whenever they are asked for, always the same bytes."""

from hashlib import sha256
from typing import Any

from ..core.parcel import Parcel
from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import ReportFile
from ..wire.labels import SIZES, Label, pdf, zpl
from ..wire.routes import Routes
from .conditional import matched
from .negotiation import preferred
from .orders import Address, LabelWish, Order
from .problems import Refused
from .shipments import (
    RETENTION_DAYS,
    RETURNS,
    SHIPMENTS,
    Printed,
    Return,
    ordered,
    own_return,
    own_shipment,
    sender_address,
)
from .tariff import NAMES
from .times import DAY_MS, rfc3339

MARK = "mail alliance"
MEDIA = {"PDF": "application/pdf", "ZPL": "application/zpl"}
FORMATS = {media: name for name, media in MEDIA.items()}
JSON = "application/json"

routes = Routes()


@routes.get("/v1/parcels/{id}/label", scope="parcels:read", quota=("default",))
def read_label(call: Call) -> Answer:
    """A parcel's label as PDF, as ZPL, or as JSON with the label in base64."""
    parcel, shipment = own_shipment(call, call.params["id"])
    label = parcel_label(ordered(shipment), parcel.number, livemode=shipment.livemode)
    return _serve(call, label, shipment.printed, shipment.created_ms, f"/v1/parcels/{parcel.id}/label")


@routes.get("/v1/returns/{id}/label", scope="returns:read", quota=("default",))
def read_return_label(call: Call) -> Answer:
    """A return's label; the carrier's own returns have none."""
    found = own_return(call, call.params["id"])
    if found.printed is None:
        raise Refused("not-found", f"The return {found.id} was made by the carrier and has no label.")
    _, shipment = own_shipment(call, found.parcel)
    label = return_label(ordered(shipment), found)
    return _serve(call, label, found.printed, found.requested_ms, f"/v1/returns/{found.id}/label")


def parcel_label(order: Order, number: str, *, livemode: bool) -> Label:
    """Return what a parcel's label says. One of the test environment carries SPECIMEN."""
    references = order.references
    customer = references.customer if references is not None else None
    return Label(
        mark=MARK,
        service=NAMES[order.service],
        sender=lines(order.shipper),
        recipient=lines(order.recipient),
        postal_code=order.recipient.postal_code,
        mass_g=order.package.weight_g,
        reference=(references.order if references is not None else None) or "",
        number=number,
        specimen=not livemode,
        extra=(f"Customer {customer}",) if customer else (),
    )


def return_label(order: Order, found: Return) -> Label:
    """Return what a return's label says: the consumer sends it to the shop."""
    home = sender_address(order)
    return Label(
        mark=MARK,
        service="Return",
        sender=lines(order.recipient),
        recipient=lines(home),
        postal_code=home.postal_code,
        mass_g=order.package.weight_g,
        reference=(order.references.order if order.references is not None else None) or "",
        number=found.number,
        specimen=not found.livemode,
        extra=(f"Return {found.reason}",),
    )


def of_parcel(world: World, parcel: Parcel, form: str) -> ReportFile | None:
    """Return a parcel's or return's label as the control API shows it, as long as the carrier keeps it."""
    found, wanted = world.store.get(RETURNS, parcel.id), form.upper()
    shipment = world.store.get(SHIPMENTS, parcel.id if found is None else found.parcel)
    if shipment is None or (found is not None and found.printed is None):
        return None
    made_ms, printed = (shipment.created_ms, shipment.printed) if found is None else (found.requested_ms, found.printed)
    if world.now_ms >= expires_ms(made_ms) or printed is None or (wanted == "ZPL" and printed.size == "A4"):
        return None
    order = ordered(shipment)
    if found is None:
        label = parcel_label(order, parcel.number, livemode=shipment.livemode)
    else:
        label = return_label(order, found)
    body = drawn(label, wanted, printed.size, printed.dpi)
    return ReportFile(f"{parcel.number}.{form}", MEDIA[wanted], body)


def lines(address: Address) -> tuple[str, ...]:
    """Return an address as lines, the name first."""
    street = f"{address.street} {address.house_number}" if address.house_number else address.street
    town = f"{address.country}-{address.postal_code} {address.city}"
    found = (address.name, address.company, street, address.address_line2, town)
    return tuple([line for line in found if line])


def printed_as(wish: LabelWish | None) -> tuple[str, str, int]:
    """Return format, size and dots per inch of a wish, with the contract's defaults."""
    if wish is None:
        return "PDF", "100x150", 203
    return wish.format or "PDF", wish.size or "100x150", wish.dpi or 203


def drawn(label: Label, form: str, size: str, dpi: int) -> bytes:
    """Return a label's bytes."""
    return zpl(label, dpi) if form == "ZPL" else pdf(label, SIZES[size])


def shown(call: Call, form: tuple[str, str, int], body: bytes, digest: str, made_ms: int, path: str) -> dict[str, Any]:
    """Return a label as JSON; `form` is format, size and dots per inch."""
    return described(call, Printed(*form, digest), made_ms, path, content_base64=body)


def described(call: Call, printed: Printed, made_ms: int, path: str, **content: bytes) -> dict[str, Any]:
    """Return a label as JSON, without its bytes unless `content_base64` is given, which JSON shows as base64."""
    return {
        "format": printed.format,
        "size": printed.size,
        "dpi": printed.dpi if printed.format == "ZPL" else None,
        **content,
        "sha256": printed.sha256,
        "url": call.origin + path,
        "expires_at": rfc3339(expires_ms(made_ms)),
    }


def expires_ms(made_ms: int) -> int:
    return made_ms + RETENTION_DAYS * DAY_MS


def digest_of(body: bytes) -> str:
    return sha256(body).hexdigest()


def _serve(call: Call, label: Label, printed: Printed, made_ms: int, path: str) -> Answer:
    if call.world.now_ms >= expires_ms(made_ms):
        raise Refused("label-gone", f"The label was kept until {rfc3339(expires_ms(made_ms))}.")
    own = MEDIA[printed.format]
    other = [media for media in FORMATS if media != own and not (media == MEDIA["ZPL"] and printed.size == "A4")]
    media = preferred(call.headers.getall("Accept", []), [own, JSON, *other])
    form = printed.format if media == JSON else FORMATS[media]
    body = drawn(label, form, printed.size, printed.dpi)
    digest = digest_of(body)
    headers = {"ETag": f'"{digest}"', "Vary": "Accept", "Cache-Control": "private, max-age=86400"}
    if matched(call, headers["ETag"]):
        return Answer(304, b"", headers)
    if media == JSON:
        return json_answer(shown(call, (form, printed.size, printed.dpi), body, digest, made_ms, path), headers=headers)
    return Answer(200, body, {"Content-Type": media, **headers})
