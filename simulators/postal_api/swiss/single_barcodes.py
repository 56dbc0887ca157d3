"""`generateSingleBarcodes`: the barcodes of a letter one by one, for labels that the customer lays out.

Wire contract: `postal_api_swiss` §1 (letters only) and §7 (E9991). The request is that of a label with
`barcodeDefinition` in the place of `labelDefinition` and a list of items, as the Swagger file has it that a PHP client
was generated from; how many at most, and which formats are refused, is ours.
"""

from base64 import b64encode
from typing import Any

from ...wire.call import Answer, Call
from ...wire.labels import PageSize
from ...wire.labels.drawing import Code, Drawing
from . import booking, labels
from .access import LABEL_SCOPES
from .address_labels import BASE, OLD_BASE, item_head
from .answers import Operations, json, schema_faults
from .case import Finding, Way
from .consignment import Consignment
from .fields import Faults, Fields, Unreadable, document
from .judgement import Judgement, judge
from .judgement_label import DEFAULT_FILE_TYPE, DEFAULT_RESOLUTION
from .label_layout import BAR_HEIGHT_MM, MODULE_MM
from .messages import told
from .numbers import Exhausted
from .reading import read
from .services import sort_out
from .shipment import Shipment

SINGLE = Way("REST single", has_layout=False)
FORMATS = ("EPS", "GIF", "JPG", "PNG", "PDF")
MARGIN_MM = 5
ITEMS_MOST = 100

routes = Operations()


@routes.post(f"{BASE}/generateSingleBarcodes", aliases=(f"{OLD_BASE}/generateSingleBarcodes",), scopes=LABEL_SCOPES)
def generate_single_barcodes(call: Call) -> Answer:
    """Make the barcodes of letters, each item on its own, and a consignment with each."""
    try:
        shipments = _shipments(document(call.body))
    except Unreadable as unreadable:
        return schema_faults(unreadable.faults)
    return json({**_head(shipments[0]), "item": [_answered(call, shipment) for shipment in shipments]})


def _answered(call: Call, shipment: Shipment) -> dict[str, Any]:
    judged = judge(call.world, shipment, way=SINGLE, user=call.credential)
    errors = (*judged.errors, *_errors(judged))
    if errors:
        return _refused(shipment, errors)
    try:
        return _item(booking.take_in(call.world, judged, way=SINGLE.name), judged)
    except Exhausted:
        return _refused(shipment, (booking.NO_NUMBER,))


def _shipments(body: dict[str, Any]) -> list[Shipment]:
    """Return each item of the list as a shipment; an item alone counts as a list of it.

    Raises:
        Unreadable: the body does not fit the schema; then nothing is made.
    """
    faults, items = Faults(), body.get("item")
    wanted = Fields(body, faults).below("barcodeDefinition", required=True)
    items = [items] if isinstance(items, dict) else items
    if not isinstance(items, list) or not 0 < len(items) <= ITEMS_MOST:
        faults.add("item", f"must be a list of 1 to {ITEMS_MOST} items", items)
    if faults or wanted is None or not isinstance(items, list):
        raise Unreadable(faults)
    found = []
    for item in items:
        try:
            found.append(read({**body, "item": item, "labelDefinition": {**wanted.found, "labelLayout": ""}}))
        except Unreadable as unreadable:
            faults += unreadable.faults
    if faults:
        raise Unreadable(Faults({fault["field"]: fault for fault in faults}.values()))
    return found


def _errors(judged: Judgement) -> tuple[Finding, ...]:
    """Letters only, and only in formats that a customer can place."""
    found, basic = [], judged.chosen.basic
    if basic is not None and not basic.is_letter:
        found.append(Finding("E1012", (basic.key, "letter")))
    if (judged.shipment.label_definition.image_file_type or DEFAULT_FILE_TYPE) not in FORMATS:
        found.append(Finding("E9991"))
    return tuple(found)


def _head(shipment: Shipment) -> dict[str, Any]:
    wanted = shipment.label_definition
    shown = {
        "imageFileType": (wanted.image_file_type or DEFAULT_FILE_TYPE).lower(),
        "imageResolution": wanted.image_resolution or DEFAULT_RESOLUTION,
        "colorPrintRequired": False,
    }
    return {"barcodeDefinition": shown, **({"sendingID": shipment.sending_id} if shipment.sending_id else {})}


def _refused(shipment: Shipment, errors: tuple[Finding, ...]) -> dict[str, Any]:
    return {**item_head(shipment), "barcodes": [], "errors": told(errors, shipment.language)}


def _item(found: Consignment, judged: Judgement) -> dict[str, Any]:
    texts = (found.ident_code, *sort_out(found.shipment.item.attributes.przl).additional)
    warnings = {"warnings": told(judged.warnings, found.shipment.language)} if judged.warnings else {}
    barcodes = [b64encode(barcode(text, found.file_type, found.resolution)).decode("ascii") for text in texts]
    return {**item_head(found.shipment), "identCode": found.ident_code, "barcodes": barcodes, **warnings}


def barcode(text: str, file_type: str, dpi: int) -> bytes:
    """Return one barcode with white around it."""
    code = Code(MARGIN_MM, MARGIN_MM, BAR_HEIGHT_MM, MODULE_MM, text)
    drawing = Drawing(PageSize("code", round(code.width_mm) + 2 * MARGIN_MM, round(BAR_HEIGHT_MM) + 2 * MARGIN_MM))
    drawing.codes.append(code)
    return labels.rendered(drawing, file_type, dpi)
