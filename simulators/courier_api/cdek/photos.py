"""Photos of signed papers, for orders with the service PHOTO_OF_DOCUMENTS: made when the goods are handed over.

Wire contract: `courier_api` §1.9 (`/photoDocument`), §1.12 `DOWNLOAD_PHOTO`. What is in the archive is ours: the
waybill, with who signed it and when. Status and date of a row, and 404 for an archive that nobody knows: the vendor's
OpenAPI description (as stored in GitHub wishboxcdek).
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date

from ...core.parcel import Scan
from ...core.status import Status
from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.labels import A4, pdf_sheets
from . import notices, settings
from .body import Reader, document
from .deferred import named
from .envelope import Error, Operations, Refused, json, not_found, wrong_value
from .judgement import live_scans
from .papers import PHOTO_OF, PHOTOS, Photo
from .printed import parties_of
from .records import Order, order_of
from .waybills import waybill
from .wire_values import day, moment_plain, new_uuid

SERVICE = "PHOTO_OF_DOCUMENTS"
DONE = "DONE"  # the state of the task: its archive can be fetched
ORDERS_MOST = 1_000
NO_SERVICE = Error("v2_entity_forbidden", "Photos of documents are not part of the contract")
NOTHING = Error("v2_parameters_empty", "Parameters are empty: neither orders nor a period is given")
PERIOD = (("period_begin", "periodBegin"), ("period_end", "periodEnd"))  # one client spells them so

routes = Operations()


@routes.post("/v2/photoDocument")
def find_photos(call: Call) -> Answer:
    """Answer the links of the orders that are named, else of those handed over in a period."""
    world = call.world
    if settings.choice(world, "photo_service") == "off":
        raise Refused(NO_SERVICE)
    reader = Reader(document(call))
    if reader.has("orders"):
        found, missing = _named(world, reader)
    else:
        found, missing = [*_of_period(world, reader)], []
    warnings = missing + [_without(order) for order in found if _photo(world, order) is None]
    rows = [
        {
            "order_uuid": order.uuid,
            "cdek_number": order.cdek_number,
            "link": link_of(call.origin, photo),
            "status": DONE,
            "create_date": settings.dated(world, photo.made_ms),
        }
        for order in found
        if (photo := _photo(world, order)) is not None
    ]
    return json({"orders": rows, **({"warnings": warnings} if warnings else {})})


@routes.get("/v2/photoDocument/{uuid}")
def get_photos(call: Call) -> Answer:
    found = call.world.store.get(PHOTOS, call.params["uuid"].lower())
    if found is None:
        raise Refused(*not_found(call.world, call.params["uuid"]).errors, status=404)
    name = f'attachment; filename="{found.order.cdek_number}.zip"'
    return Answer(200, _archive(call.world, found), {"Content-Type": "application/zip", "Content-Disposition": name})


def after_scan(world: World, order: Order, done: Scan) -> None:
    """Photograph the papers of an order that is handed over, where this was ordered, and tell subscribers."""
    ordered = any(charge.code == SERVICE for charge in order.services)
    if done.status is not Status.DELIVERED or not ordered or settings.choice(world, "photo_service") == "off":
        return
    contact = order.echo.get("recipient", {})
    made = Photo(new_uuid(world, "photo"), order, str(contact.get("name", "")), world.now_ms)
    world.store.put(PHOTOS, made.uuid, made)
    world.store.put(PHOTO_OF, order.uuid, made.uuid)
    link = link_of(order.wire_origin, made)
    notices.photo_notice(world, order, made.uuid, link, moment_plain(made.made_ms))


def link_of(origin: str, photo: Photo) -> str:
    return f"{origin}/v2/photoDocument/{photo.uuid}"


def _named(world: World, reader: Reader) -> tuple[list[Order], list[Error]]:
    """Return the orders that a body names; those that nobody knows are errors beside them, unless all are."""
    rows = reader.children("orders", most=ORDERS_MOST)
    reader.refuse_if_wrong()
    found: list[Order] = []
    missing: list[Error] = []
    for row in rows:
        try:
            found.append(named(world, row))
        except Refused as refused:
            missing += refused.errors
    if missing and not found:
        raise Refused(*dict.fromkeys(missing))
    return [*{order.uuid: order for order in found}.values()], missing


def _of_period(world: World, reader: Reader) -> Iterator[Order]:
    first, last = (_date(reader, next((key for key in keys if reader.has(key)), keys[0])) for keys in PERIOD)
    if not first and not last:
        reader.errors.append(NOTHING)
    elif last and first > last:
        reader.errors.append(wrong_value("period_end", last))
    reader.refuse_if_wrong()
    for uuid, _ in world.store.scan(PHOTO_OF):
        order = order_of(world, uuid)
        photo = _photo(world, order)
        if photo is not None and first <= day(photo.made_ms) <= (last or day(world.now_ms)):
            yield order


def _date(reader: Reader, key: str) -> str:
    """Return the date that a text begins with, "" when it has none."""
    text = reader.text(key) or ""
    if not text:
        return ""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        reader.errors.append(wrong_value(key, text))
        return ""


def _photo(world: World, order: Order) -> Photo | None:
    """Return the photos of an order; a hand-over that was withdrawn takes them along."""
    handed = any(done.status is Status.DELIVERED for done in live_scans(world.parcel(order.uuid)))
    return world.store.get(PHOTOS, world.store.get(PHOTO_OF, order.uuid) or "") if handed else None


def _without(order: Order) -> Error:
    return Error("v2_entity_empty", f"No photos of order {order.cdek_number or order.uuid}")


def _archive(world: World, photo: Photo) -> bytes:
    """Return a ZIP of the signed waybill, the same bytes every time."""
    signed = (photo.signed_by, moment_plain(photo.made_ms))
    sheets = waybill(photo.order, "tpl_russia", parties_of(world, photo.order), signed=signed)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{photo.order.cdek_number}.pdf"), pdf_sheets(sheets, A4))
    return packed.getvalue()
